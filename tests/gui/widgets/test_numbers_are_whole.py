"""Part of a number is never painted, however narrow a widget is: it has the room for all of it, or is left out."""

import re
from collections.abc import Callable
from itertools import combinations
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from lab.gui.widgets.fields import split_bar
from lab.gui.widgets.fields.split_bar import SplitBar
from lab.gui.widgets.matrix import confusion_matrix, heatmap, histogram, stats_view
from lab.gui.widgets.matrix.confusion_matrix import ConfusionMatrix
from lab.gui.widgets.matrix.heatmap import Heatmap
from lab.gui.widgets.matrix.histogram import Histogram
from lab.gui.widgets.matrix.stats_view import Stats
from lab.gui.widgets.rows import count_bars, scatter_plot
from lab.gui.widgets.rows.count_bars import CountBars
from lab.gui.widgets.rows.scatter_plot import ScatterPlot
from lab.gui.widgets.rows.scatter_points import ScatterPoints

MATRICES = {
    "tiny": np.array([[-1.349e-12, 2.5e-38], [0.0, -9.9e-5]]),
    "huge": np.array([[-1.349e300, 2.5e12], [0.0, -98765.4321]]),
    "one": np.array([[-0.001350]]),
    "broken": np.array([[np.nan, 1.0], [np.inf, -2.0]]),
    "large": np.arange(-2e6, 2e6).reshape(2000, 2000) / 7,
}


def _heatmap(values: np.ndarray) -> Heatmap:
    made = Heatmap()
    made.set_axis_names("examples", "units")
    made.set_matrix(values)
    return made


def _histogram(values: np.ndarray) -> Histogram:
    made = Histogram()
    made.set_values(values)
    return made


def _stats(values: np.ndarray) -> Stats:
    made = Stats()
    made.set_matrix(values)
    made.set_cell(values.shape[0] - 1, values.shape[1] - 1)
    return made


def _scatter(values: np.ndarray) -> ScatterPlot:
    x = values[np.isfinite(values)][:3].ravel()
    made = ScatterPlot()
    made.set_points(ScatterPoints(x, x[::-1], np.arange(len(x)), x, value_name="y", x_name="x1", y_name="x2"))
    return made


def _confusion(values: np.ndarray) -> ConfusionMatrix:
    made = ConfusionMatrix()
    made.set_counts(np.array([[123_456, 7], [0, 9_999_999]]), ["cat", "dog"], "training part")
    return made


def _count_bars(values: np.ndarray) -> CountBars:
    made = CountBars()
    made.set_counts(["cat", "a very long name of a class"], [12, 3_456_789])
    return made


def _split(values: np.ndarray) -> SplitBar:
    made = SplitBar()
    made.set_counts(2_100_000, 450_000, 450_000)
    return made


WIDGETS: dict[str, tuple[ModuleType, Callable[[np.ndarray], QWidget]]] = {
    "heatmap": (heatmap, _heatmap), "histogram": (histogram, _histogram), "stats": (stats_view, _stats),
    "scatter": (scatter_plot, _scatter), "confusion": (confusion_matrix, _confusion),
    "counts": (count_bars, _count_bars), "split": (split_bar, _split),
}  # fmt: skip


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> Callable[[ModuleType, QWidget], list[tuple[str, QRectF, QRectF]]]:
    """Return the numbers that a widget paints: each text, the room that it needs and the room that it has."""
    texts: list[tuple[str, QRectF, QRectF]] = []

    class Noting(QPainter):
        def drawText(self, box: Any, flags: Any, text: str, *more: Any) -> None:
            needed = self.fontMetrics().boundingRect(box, int(flags), text)
            texts.append((text, self.transform().mapRect(QRectF(needed)), self.transform().mapRect(QRectF(box))))
            super().drawText(box, flags, text, *more)

    def paint(module: ModuleType, widget: QWidget) -> list[tuple[str, QRectF, QRectF]]:
        monkeypatch.setattr(module, "QPainter", Noting)
        del texts[:]
        widget.grab()
        return [each for each in texts if re.search(r"\d", each[0])]

    return paint


@pytest.mark.parametrize("values", MATRICES)
@pytest.mark.parametrize("name", WIDGETS)
def test_every_number_that_is_painted_is_whole(name: str, values: str, painted: Any, qtbot: QtBot) -> None:
    module, make = WIDGETS[name]
    widget = make(MATRICES[values])
    qtbot.addWidget(widget)
    least = widget.minimumSizeHint().expandedTo(widget.minimumSize())
    for width in (least.width(), 140, 180, 250, 400, 900):
        widget.resize(max(width, least.width()), max(least.height(), 60 if widget.maximumHeight() < 60 else 220))
        numbers = painted(module, widget)
        for (text, one, _), (beside, other, _) in combinations(numbers, 2):
            assert not one.adjusted(1, 4, -1, -4).intersects(other.adjusted(1, 4, -1, -4)), (width, text, beside)
        for text, needed, room in numbers:
            inside = QRectF(widget.rect()).adjusted(-0.5, -2, 0.5, 2)
            assert needed.width() <= room.width() + 0.5, (width, text, needed, room)
            assert inside.contains(needed), (width, text)

"""An array in seven numbers, with the cell under the cursor beneath; every line stays where it is."""

from functools import cache

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QRect, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPaintEvent, QStaticText
from PySide6.QtWidgets import QSizePolicy, QWidget

from lab.array_summary import Summary, summary_of
from lab.gui.theme import Theme, follow, mono, sans
from lab.gui.widgets.drawing.array_types import Matrix
from lab.gui.widgets.drawing.cell_widget import Cell
from lab.gui.widgets.drawing.colour_index import as_matrix
from lab.gui.widgets.drawing.glyph_atlas import GlyphAtlas, shaded
from lab.gui.widgets.drawing.number_text import NUMBER_CHARACTERS, count_text, number_text, share_text
from lab.gui.widgets.drawing.text_align import LEFT, RIGHT

_LINE = 19
_LABEL_WIDTH = 36
_LINES = 11
_BROKEN = "NaN, ∞"


class Stats(QWidget):
    """Paints the numbers of an array, and of one cell where one is set."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._matrix: Matrix | None = None
        self._summary: Summary | None = None
        self._cell: Cell | None = None
        self._lines: list[tuple[str, str]] = []
        self._atlas: GlyphAtlas | None = None
        self.setAccessibleName("Statistics")
        self.setToolTip(
            "norm: the square root of the sum of all squares. zeros: the share of values that are exactly 0."
        )
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        follow(self._on_theme_changed)

    def set_matrix(self, values: ArrayLike | None) -> None:
        """Show the numbers of an array with one axis or two; None shows none. Raises ValueError for others."""
        matrix = None if values is None else as_matrix(values)
        self._matrix = None if matrix is None or not matrix.size else matrix
        self._summary = None if self._matrix is None else summary_of(self._matrix)
        self._refresh()

    def set_cell(self, row: int, column: int) -> None:
        """Show a cell under the numbers, with its value in the array on show, as long as the array has such a cell."""
        self._cell = (row, column)
        self._refresh()

    def clear_cell(self) -> None:
        """Show no cell."""
        self._cell = None
        self._refresh()

    def lines(self) -> list[tuple[str, str]]:
        """Return what is shown, as (label, number)."""
        shown = self._summary
        if shown is None:
            return []
        numbers = [("min", shown.minimum), ("max", shown.maximum), ("mean", shown.mean)]
        lines = [(label, number_text(value, signed=True)) for label, value in numbers]
        lines += [("std", number_text(shown.std)), ("norm", number_text(shown.norm))]
        lines.append(("zeros", share_text(shown.zeros, shown.size)))
        if shown.broken:
            lines.append((_BROKEN, count_text(shown.broken)))
        return lines

    def sizeHint(self) -> QSize:
        width = QFontMetrics(mono(11)).horizontalAdvance("0") * NUMBER_CHARACTERS + _LABEL_WIDTH
        return QSize(width, _LINES * _LINE)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.sizeHint().width(), 6 * _LINE)

    def _shown_cell(self) -> tuple[int, int, float] | None:
        """Return row, column and value of the cell, None where the array on show has no such cell."""
        if self._cell is None or self._matrix is None:
            return None
        row, column = self._cell
        inside = 0 <= row < self._matrix.shape[0] and 0 <= column < self._matrix.shape[1]
        return (row, column, float(self._matrix[row, column])) if inside else None

    def _refresh(self) -> None:
        self._lines = self.lines()
        parts = [f"{label} {number}" for label, number in self._lines]
        if (shown := self._shown_cell()) is not None:
            row, column, value = shown
            parts.append(f"cell [{row}, {column}] {number_text(value, signed=True)}")
        self.setAccessibleDescription(", ".join(parts))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self._theme.panel))
        top = 0
        if self._lines:
            self._paint_lines(painter)
            top = _LINE * len(self._lines)
        if (shown := self._shown_cell()) is not None:
            self._paint_cell(painter, top + _LINE // 2, *shown)
        painter.end()

    def _paint_lines(self, painter: QPainter) -> None:
        """Write all numbers as one image; each as a text of its own takes ten times as long."""
        painter.setFont(self._label_font)
        painter.setPen(QColor(self._theme.dim))
        for place, (label, _) in enumerate(self._lines):
            name = _name(label)
            painter.drawStaticText(0, round(_LINE * place + (_LINE - name.size().height()) / 2), name)
        ratio = self.devicePixelRatioF()
        if self._atlas is None or self._atlas.ratio != ratio:
            room = QFontMetrics(self._number_font).horizontalAdvance("0") * NUMBER_CHARACTERS
            self._atlas = GlyphAtlas(self._number_font, room, _LINE, 0, ratio)
        broken = np.array([[int(label == _BROKEN)] for label, _ in self._lines])
        pixels = self._atlas.pixels([number for _, number in self._lines], broken, self._shades)
        height, width = pixels.shape
        image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        painter.drawImage(self.width() - round(width / ratio), 0, image)

    def _paint_line(self, painter: QPainter, top: int, label: str, number: str, colour: str) -> None:
        line = QRect(0, top, self.width(), _LINE)
        painter.setFont(self._label_font)
        painter.setPen(QColor(self._theme.dim))
        painter.drawText(line, LEFT, label)
        painter.setFont(self._number_font)
        painter.setPen(QColor(colour))
        painter.drawText(line, RIGHT, number)

    def _paint_cell(self, painter: QPainter, top: int, row: int, column: int, value: float) -> None:
        theme = self._theme
        colour = theme.positive_ink if value > 0 else theme.negative_ink if value < 0 else theme.ink
        self._paint_line(painter, top, "cell", f"[{row}, {column}]", theme.ink)
        self._paint_line(painter, top + _LINE, "", number_text(value, signed=True), colour)

    @Slot(object)
    def _on_theme_changed(self, theme: Theme) -> None:
        self._theme = theme
        self._label_font = sans(11)
        self._number_font = mono(11)
        panel = QColor(theme.panel)
        self._shades = shaded([panel, panel], [QColor(theme.ink), QColor(theme.error)])
        self.update()


@cache
def _name(label: str) -> QStaticText:
    """Return what a number is called, laid out once."""
    name = QStaticText(label)
    name.setTextFormat(Qt.TextFormat.PlainText)
    name.prepare(font=sans(11))
    return name

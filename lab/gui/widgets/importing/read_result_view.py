"""What a file was found to hold: its columns with their choices above the first rows, or its images."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSplitter, QVBoxLayout, QWidget

from lab.gui.theme import set_role
from lab.gui.widgets.drawing.number_text import count_text
from lab.gui.widgets.importing.column_choices import ColumnChoices
from lab.gui.widgets.importing.column_detail import ColumnDetail
from lab.gui.widgets.importing.column_model import ColumnState
from lab.gui.widgets.importing.sample_table import CellText, SampleTable
from lab.gui.widgets.rows.image_grid import ImageGrid

_FEW_COLUMNS = 15
_IMAGES = 240
_DETAIL = 76
"""Room for the sentence on a column and for its parts or its order."""

_UPPER_AT_MOST = 0.68


class ReadResultView(QWidget):
    """Shows a table, images or bare rows; of a table `columns` and `detail` tell what was chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns = ColumnChoices()
        self.detail = ColumnDetail()
        self.search = QLineEdit()
        self.samples = SampleTable()
        self.images = ImageGrid()
        self._names: Sequence[str] = ()
        self._moved = False
        """Whether the user has shared out the heights, so that they are no longer ours to choose."""
        self._lay_out()
        self.search.textChanged.connect(self.columns.show_matching)
        self.columns.column_changed.connect(self._on_column_changed)

    def _lay_out(self) -> None:
        self.search.setPlaceholderText("Find a column")
        self.search.setAccessibleName("Find a column")
        self.search.setToolTip("Show only the columns with these letters in their names")
        self.search.setClearButtonEnabled(True)
        self._upper = QWidget()
        column = QVBoxLayout(self._upper)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.search)
        column.addWidget(self.columns, 1)
        column.addWidget(self.detail)
        column.addStretch(0)
        lower = QWidget()
        rows = QVBoxLayout(lower)
        rows.setContentsMargins(0, 4, 0, 0)
        rows.setSpacing(3)
        self._title = QLabel()
        set_role(self._title, "title")
        for part in (self._title, self.samples, self.images):
            rows.addWidget(part)
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self._upper)
        self._split.addWidget(lower)
        self._split.splitterMoved.connect(self._on_splitter_moved)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._split)

    def show_table(
        self,
        names: Sequence[str],
        state: Callable[[int], ColumnState],
        rows: int,
        cell: CellText,
        right: frozenset[int],
    ) -> None:
        """Show a table with its columns and its first rows; `right` are the columns of numbers."""
        self._show(self.samples, "First rows", choices=True)
        self._names = names
        self.search.clear()
        self.search.setVisible(len(names) > _FEW_COLUMNS)
        self.columns.set_columns(names, state)
        self.samples.set_rows(names, rows, cell, right)
        self._share_out()

    def show_rows(self, names: Sequence[str], rows: int, cell: CellText) -> None:
        """Show rows of numbers that there is nothing to choose about."""
        self._show(self.samples, "First rows", choices=False)
        self.samples.set_rows(names, rows, cell, frozenset(range(len(names))))

    def show_images(
        self, x: NDArray[Any], labels: NDArray[Any] | None, names: tuple[str, ...], shape: tuple[int, ...], top: float
    ) -> None:
        """Show some images of x (N, pixels), evenly from all of them; `top` is the largest value of a pixel."""
        rows = np.unique(np.linspace(0, len(x) - 1, min(_IMAGES, len(x))).astype(np.int64))
        self._show(self.images, f"{count_text(len(rows))} of {count_text(len(x))} images", choices=False)
        self.images.set_format(shape, top, names if labels is not None else ())
        self.images.set_rows(x, rows, rows if labels is None else labels[rows])

    def _show(self, sample: QWidget, title: str, choices: bool) -> None:
        self._title.setText(title.upper())
        self._upper.setVisible(choices)
        self.samples.setVisible(sample is self.samples)
        self.images.setVisible(sample is self.images)

    def _share_out(self) -> None:
        """Give the columns the height that their rows need, and the first rows what is left."""
        if not self._moved and self.height() > 0:
            search = 0 if self.search.isHidden() else self.search.sizeHint().height()
            wanted = self.columns.sizeHint().height() + search + _DETAIL
            upper = min(wanted, round(self.height() * _UPPER_AT_MOST))
            self._split.setSizes([upper, self.height() - upper])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_out()

    @Slot(int, int)
    def _on_splitter_moved(self, _place: int, _index: int) -> None:
        self._moved = True

    @Slot(str)
    def _on_column_changed(self, name: str) -> None:
        self.samples.go_to(self._names.index(name))

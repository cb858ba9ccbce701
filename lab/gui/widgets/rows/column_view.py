"""One column of many in figures and bars: a list to choose from, its numbers, its spread, and the target's beneath."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QModelIndex, QSortFilterProxyModel, QStringListModel, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QVBoxLayout,
    QWidget,
)

from lab.gui.theme import set_role
from lab.gui.widgets.drawing.text_align import RIGHT
from lab.gui.widgets.fields.choices import choice_box
from lab.gui.widgets.matrix.histogram import Histogram
from lab.gui.widgets.rows.count_bars import CountBars

_LIST = 190
_FIGURES_A_LINE = 3

Figure = tuple[str, str, str]
"""A label, a number as text, and what it is in a sentence."""


class Figures(QWidget):
    """Labelled numbers in a few columns, each with a tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels: list[tuple[QLabel, QLabel]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(2 * _FIGURES_A_LINE, 1)

    def set_figures(self, figures: Sequence[Figure]) -> None:
        """Show numbers in column of the last; there are always as many as the first time."""
        while len(self._labels) < len(figures):
            self._add()
        for (label, number), (name, text, help_text) in zip(self._labels, figures, strict=True):
            label.setText(name)
            number.setText(text)
            number.setAccessibleName(f"{name} {text}")
            for part in (label, number):
                part.setToolTip(help_text)

    def _add(self) -> None:
        line, column = divmod(len(self._labels), _FIGURES_A_LINE)
        label, number = QLabel(), QLabel()
        set_role(label, "dim")
        set_role(number, "mono")
        label.setContentsMargins(18 if column else 0, 0, 0, 0)
        number.setAlignment(RIGHT)
        number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._grid.addWidget(label, line, 2 * column)
        self._grid.addWidget(number, line, 2 * column + 1)
        self._labels.append((label, number))


class ColumnView(QWidget):
    """Lets a person choose a column by name; whoever owns the numbers answers `column_chosen` and `target_chosen`."""

    column_chosen = Signal(int)
    target_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find a column")
        self.search.setAccessibleName("Find a column")
        self.search.setToolTip("Type a part of a name: the list keeps the columns that have it.")
        self.search.setClearButtonEnabled(True)
        self.list = QListView()
        self.list.setAccessibleName("Columns")
        self.list.setToolTip("The inputs of the data, as they are before any scaling")
        self.list.setUniformItemSizes(True)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._model, self._found = QStringListModel(self), QSortFilterProxyModel(self)
        self._found.setSourceModel(self._model)
        self._found.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.list.setModel(self._found)
        self.title, self.figures, self.histogram = QLabel(), Figures(), Histogram(signed=False)
        self.target_title, self.target = QLabel(), choice_box()
        self.counts, self.spread = CountBars(), Histogram(signed=False)
        self._lay_out()
        self.search.textChanged.connect(self._found.setFilterFixedString)
        self.list.selectionModel().currentChanged.connect(self._on_current_changed)
        self.target.activated.connect(self.target_chosen)

    def _lay_out(self) -> None:
        set_role(self.title, "strong")
        set_role(self.target_title, "strong")
        self.histogram.setMinimumHeight(64)
        self.target.setAccessibleName("Target column")
        self.target.setToolTip("The data has more than one number to be learnt: choose which is shown.")
        self.counts.setAccessibleName("Examples of each class")
        self.counts.setToolTip(
            "How many rows each class has. Where one has far more, guessing it looks better than it is."
        )
        self.spread.setAccessibleName("Histogram of the target")
        choice = QVBoxLayout()
        choice.setSpacing(4)
        choice.addWidget(self.search)
        choice.addWidget(self.list, 1)
        self.search.setFixedWidth(_LIST)
        self.list.setFixedWidth(_LIST)
        head = QHBoxLayout()
        head.addWidget(self.target_title)
        head.addWidget(self.target)
        head.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(6)
        right.addWidget(self.title)
        right.addWidget(self.figures)
        right.addWidget(self.histogram, 3)
        right.addSpacing(6)
        right.addLayout(head)
        right.addWidget(self.counts, 2)
        right.addWidget(self.spread, 2)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addLayout(choice)
        layout.addLayout(right, 1)

    def set_columns(self, names: tuple[str, ...], targets: tuple[str, ...], classes: bool) -> None:
        """Offer other columns, the first chosen; targets are chosen from only where there are more of them."""
        self._names = names
        self.search.clear()
        self._model.setStringList(list(names))
        self.target.clear()
        self.target.addItems(targets)
        self.target.setVisible(len(targets) > 1)
        self.target_title.setText("Classes" if classes else f"Target: {targets[0]}" if len(targets) == 1 else "Target")
        self.counts.setVisible(classes)
        self.spread.setHidden(classes)
        self.list.setCurrentIndex(self._found.index(0, 0))

    def column(self) -> int:
        """Return the number of the chosen column, -1 where there is none."""
        index = self._found.mapToSource(self.list.currentIndex())
        return index.row()

    def show_column(self, title: str, figures: Sequence[Figure], values: NDArray[np.generic]) -> None:
        """Show the chosen column: its figures, and its values (k,) without gaps as bars."""
        self.title.setText(title)
        self.figures.set_figures(figures)
        self.histogram.set_values(values)
        self.histogram.setAccessibleDescription(", ".join(f"{name} {text}" for name, text, _ in figures))

    @Slot(QModelIndex, QModelIndex)
    def _on_current_changed(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid():
            self.column_chosen.emit(self._found.mapToSource(index).row())

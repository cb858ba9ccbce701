"""A table shows whole numbers or none, scrolls by whole columns, and refuses to copy what no clipboard should hold."""

import numpy as np
import pytest
from PySide6.QtCore import QAbstractItemModel, QRect, Qt
from PySide6.QtGui import QPainter, QStandardItem, QStandardItemModel
from pytestqt.qtbot import QtBot

from lab.gui.widgets.drawing import plain_table
from lab.gui.widgets.drawing.plain_table import CellPainter, Index, PlainTable

ROWS, COLUMNS = 30, 20


class Told(CellPainter):
    """Remembers the cells that it was let paint."""

    def __init__(self, table: PlainTable) -> None:
        self.boxes: dict[tuple[int, int], QRect] = {}
        super().__init__(table)

    def _paint_cell(self, painter: QPainter, box: QRect, index: Index) -> None:
        self.boxes[index.row(), index.column()] = QRect(box)


def _model() -> QAbstractItemModel:
    model = QStandardItemModel(ROWS, COLUMNS)
    for row in range(ROWS):
        for column in range(COLUMNS):
            model.setItem(row, column, QStandardItem(f"{row}.{column}"))
    return model


@pytest.fixture
def table(qtbot: QtBot) -> PlainTable:
    widget = PlainTable(18)
    qtbot.addWidget(widget)
    model = _model()
    model.setParent(widget)
    widget.setModel(model)
    for column in range(COLUMNS):
        widget.setColumnWidth(column, 50 + 7 * (column % 4))
    widget.resize(333, 211)
    widget.show()
    return widget


@pytest.mark.parametrize("width", [150, 283, 333, 407])
def test_whatever_is_scrolled_only_whole_cells_have_texts(table: PlainTable, width: int) -> None:
    table.resize(width, 211)
    painter = Told(table)
    table.setItemDelegate(painter)
    bar = table.horizontalScrollBar()
    for value in np.linspace(0, bar.maximum(), 9).astype(int).tolist():
        bar.setValue(value)
        painter.boxes.clear()
        table.viewport().grab()
        assert painter.boxes
        assert all(table.viewport().rect().contains(box) for box in painter.boxes.values())
        edges = (min(box.left() for box in painter.boxes.values()), max(box.right() for box in painter.boxes.values()))
        assert edges[0] == 0 or (value == bar.maximum() and edges[1] == table.viewport().width() - 1)
    assert max(column for _, column in painter.boxes) == COLUMNS - 1  # the last one can be reached, whole


def test_heads_of_sections_that_are_cut_are_empty(table: PlainTable) -> None:
    header = table.horizontalHeader()
    image = header.viewport().grab().toImage()
    for column in range(COLUMNS):
        left = header.sectionViewportPosition(column)
        if left >= header.width():
            break
        box = QRect(left, 0, header.sectionSize(column), header.height() - 4) & image.rect()
        inks = {image.pixel(x, y) for x in range(box.left(), box.right()) for y in range(box.top() + 3, box.bottom())}
        whole = left + header.sectionSize(column) <= header.viewport().width()
        assert (len(inks) > 1) == whole


def test_the_selection_is_copied_from_corner_to_corner(table: PlainTable, qtbot: QtBot) -> None:
    table.setCurrentIndex(table.model().index(2, 1))
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right):
        qtbot.keyClick(table, key, Qt.KeyboardModifier.ShiftModifier)
    assert table.copied_text(QRect(1, 2, 2, 2)) == "2.1\t2.2\n3.1\t3.2"


def test_more_cells_than_a_clipboard_should_have_are_refused(
    table: PlainTable, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain_table, "_MOST_COPIED", 5)
    table.selectAll()
    with qtbot.waitSignal(table.copy_refused) as told:
        table.copy_selection()
    assert told.args == ["Too many cells to copy: select at most 5."]

"""Keys move between cells and never leave them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from lab.gui.widgets.drawing.cell_widget import Cell, cell_after_key

KEYS = [
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down,
    Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown,
]  # fmt: skip


@given(st.sampled_from(KEYS), st.booleans(), st.data())
def test_result_is_inside(key: Qt.Key, whole: bool, data: st.DataObject) -> None:
    shape = data.draw(st.tuples(st.integers(1, 50), st.integers(1, 50)))
    cell = data.draw(st.tuples(st.integers(0, shape[0] - 1), st.integers(0, shape[1] - 1)))
    after = cell_after_key(key, whole, cell, shape)
    assert after is not None
    assert 0 <= after[0] < shape[0]
    assert 0 <= after[1] < shape[1]


@pytest.mark.parametrize(
    ("key", "whole", "after"),
    [
        (Qt.Key.Key_Left, False, (5, 3)),
        (Qt.Key.Key_Right, False, (5, 5)),
        (Qt.Key.Key_Up, False, (4, 4)),
        (Qt.Key.Key_Down, False, (6, 4)),
        (Qt.Key.Key_Home, False, (5, 0)),
        (Qt.Key.Key_End, False, (5, 8)),
        (Qt.Key.Key_Home, True, (0, 0)),
        (Qt.Key.Key_End, True, (19, 8)),
        (Qt.Key.Key_PageDown, False, (15, 4)),
        (Qt.Key.Key_PageUp, False, (0, 4)),
    ],
)
def test_each_key_has_its_way(key: Qt.Key, whole: bool, after: Cell) -> None:
    assert cell_after_key(key, whole, (5, 4), (20, 9)) == after


def test_other_keys_are_left_to_others() -> None:
    assert cell_after_key(Qt.Key.Key_A, False, (0, 0), (2, 2)) is None

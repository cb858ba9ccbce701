"""The chain of layers: keys lead from layer to layer, and those of other alphabets are left alone."""

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lab.gui.widgets.board.chain_view import Chain, ChainLayer, ChainView


@pytest.fixture
def view(qtbot: QtBot) -> ChainView:
    made = ChainView()
    qtbot.addWidget(made)
    layers = tuple(ChainLayer(f"Layer {number}", str(number), "a", "δ") for number in (1, 2, 3))
    made.set_chain(Chain("X", layers, "L", "y"), 1)
    return made


@pytest.mark.parametrize(
    ("key", "chosen"),
    [(Qt.Key.Key_Left, [0]), (Qt.Key.Key_Right, [2]), (Qt.Key.Key_Home, [0]), (Qt.Key.Key_End, [2]), (0x416, [])],
)
def test_keys_choose_layers(view: ChainView, key: int, chosen: list[int]) -> None:
    told: list[int] = []
    view.layer_chosen.connect(told.append)
    QApplication.sendEvent(view, QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier))
    assert told == chosen


def test_a_click_chooses_the_layer_under_it_also_where_not_all_have_room(view: ChainView) -> None:
    layers = tuple(ChainLayer(f"Layer {number}", str(number), "a", "δ") for number in range(100))
    view.set_chain(Chain("X", layers, "L", "y"), 60)
    view.resize(300, view.height())
    view.grab()
    under = [view.layer_at(QPoint(x, 14)) for x in range(300)]
    shown = sorted({layer for layer in under if layer is not None})
    assert 60 in shown
    assert shown == list(range(shown[0], shown[0] + len(shown)))
    assert shown[0] > 0

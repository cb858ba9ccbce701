"""The board lays out and draws once what comes again and again: whole batches and the smaller last one of an epoch."""

import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from lab.gui.widgets.board import board_view
from lab.gui.widgets.board.board_layout import BoardLayout, lay_out
from lab.gui.widgets.board.board_row import BoardRow, BoardTile, Place
from lab.gui.widgets.board.board_view import BoardView
from lab.gui.widgets.board.tile_pixels import TileValues


def rows(m: int, names: str) -> list[BoardRow]:
    """Return one equation for m examples whose names begin with these letters."""
    row_names = tuple(f"{names}{number}" for number in range(m))
    return [
        BoardRow("activation", "a¹ = σ(z¹)", "", (BoardTile("z¹", (m, 3), row_names=row_names, widest_name="aaaa9"),))
    ]


def show(view: BoardView, m: int, names: str) -> QImage:
    view.set_rows(rows(m, names))
    view.set_values({Place(0, 0): TileValues(np.linspace(-1, 1, 3 * m).reshape(m, 3))})
    return view.grab().toImage()


def test_the_two_batches_of_an_epoch_are_laid_out_once(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    laid: list[BoardLayout] = []
    monkeypatch.setattr(board_view, "lay_out", lambda *a: (laid.append(lay_out(*a)), laid[-1])[1])
    view = BoardView()
    qtbot.addWidget(view)
    view.resize(700, 300)
    view.show()
    for batch in ((4, "a"), (2, "b"), (4, "a"), (2, "b")):
        show(view, *batch)
    laid.clear()
    shown = [show(view, *batch) for batch in ((4, "c"), (2, "d"))]
    assert not laid
    view._kept.clear()
    view._canvas = None
    assert show(view, 2, "d") == shown[1]  # with the names of the present batch, as if it were drawn anew
    view._kept.clear()
    assert show(view, 4, "c") == shown[0]

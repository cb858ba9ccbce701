"""The read-out writes an array's numbers and one cell, in words too."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from lab.gui.widgets.matrix.stats_view import Stats


@pytest.fixture
def stats(qtbot: QtBot) -> Stats:
    widget = Stats()
    qtbot.addWidget(widget)
    return widget


def test_read_out_in_words_and_numbers(stats: Stats) -> None:
    stats.set_matrix([[0.0, 0.0], [-3.0, 4.0]])
    assert stats.lines() == [
        ("min", "−3.000"), ("max", "+4.000"), ("mean", "+0.2500"), ("std", "2.487"), ("norm", "5.000"),
        ("zeros", "50 %"),
    ]  # fmt: skip


def test_broken_values_are_said(stats: Stats) -> None:
    stats.set_matrix([1.0, np.nan])
    assert ("NaN, ∞", "1") in stats.lines()
    stats.set_matrix([1.0, 2.0])
    assert "NaN, ∞" not in dict(stats.lines())


def test_cell_is_told_to_screen_readers_until_it_is_cleared(stats: Stats) -> None:
    stats.set_matrix([[1.0, -0.0132]])
    stats.set_cell(0, 1)
    assert "cell [0, 1] −0.01320" in stats.accessibleDescription()
    stats.clear_cell()
    assert "cell" not in stats.accessibleDescription()


def test_every_line_fits_the_width_that_is_asked_for(stats: Stats) -> None:
    stats.set_matrix(np.array([[-1.234e-38, 1.234e38]], dtype=np.float32))
    stats.set_cell(0, 1)
    stats.resize(stats.sizeHint())
    assert not stats.grab().toImage().isNull()
    assert stats.sizeHint().width() == Stats().sizeHint().width()


def test_the_cell_has_the_value_of_the_array_on_show(stats: Stats) -> None:
    stats.set_matrix([[1.0, 2.0]])
    stats.set_cell(0, 1)
    stats.set_matrix([[1.0, 3.0]])
    assert "cell [0, 1] +3.000" in stats.accessibleDescription()
    for other in (None, [[1.0]]):
        stats.set_matrix(other)
        assert "cell" not in stats.accessibleDescription()


@pytest.mark.parametrize("values", [None, [], np.zeros((0, 3))])
def test_nothing_has_no_lines(stats: Stats, values: object) -> None:
    stats.set_matrix([1.0])
    stats.set_matrix(values)  # type: ignore[arg-type]
    assert stats.lines() == []
    assert not stats.grab().isNull()

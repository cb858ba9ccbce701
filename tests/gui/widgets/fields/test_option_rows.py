"""Rows of options: a number has a field, a yes or no a tick, and both say what a person has chosen."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lab.gui.widgets.fields.option_rows import OptionRows, OptionState
from lab.gui.widgets.fields.rate_box import RateBox
from lab.gui.widgets.fields.tick_box import TickBox

STATES = [OptionState("decay", "decay", "help", 0.5), OptionState("flag", "flag", "help", 1.0, is_switch=True)]


def test_a_switch_is_a_tick_and_every_other_option_a_number(qtbot: QtBot) -> None:
    rows = OptionRows()
    qtbot.addWidget(rows)
    rows.show_options(STATES)
    assert isinstance(rows.fields["decay"], RateBox)
    assert isinstance(rows.fields["flag"], TickBox)
    assert [field.value() for field in rows.fields.values()] == [0.5, 1.0]


def test_a_tick_that_is_clicked_is_told_and_one_that_is_set_is_not(qtbot: QtBot) -> None:
    rows = OptionRows()
    qtbot.addWidget(rows)
    told: list[tuple[str, float]] = []
    rows.value_chosen.connect(lambda name, value: told.append((name, value)))
    rows.show_options(STATES)
    rows.show_options([STATES[0], OptionState("flag", "flag", "help", 0.0, is_switch=True)])
    assert rows.fields["flag"].value() == 0.0
    assert told == []
    tick = rows.fields["flag"]
    assert isinstance(tick, TickBox)
    tick.click()
    assert told == [("flag", 1.0)]
    qtbot.keyClick(tick, Qt.Key.Key_Space)
    assert told == [("flag", 1.0), ("flag", 0.0)]

"""A row of switches tells which are on when one is clicked, and is silent when it is set."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lab.gui.widgets.fields.switch_row import SwitchRow


def test_a_click_tells_all_that_are_on_in_the_order_of_the_buttons(qtbot: QtBot) -> None:
    row = SwitchRow([("a", "A", "first"), ("b", "B", "second"), ("c", "C", "third")])
    qtbot.addWidget(row)
    told: list[tuple[str, ...]] = []
    row.names_chosen.connect(told.append)
    row.set_names({"c"})
    assert told == []
    qtbot.mouseClick(row.switches["a"], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(row.switches["c"], Qt.MouseButton.LeftButton)
    assert told == [("a", "c"), ("a",)]
    row.set_names(())
    assert not any(switch.isChecked() for switch in row.switches.values())

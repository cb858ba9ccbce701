"""Combo boxes that are made from a table of names with titles and help, and how a box is shown another number."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox

from lab.gui.widgets.fields.wheel_turn import take_turns
from lab.gui.widgets.fields.whole_box import WholeBox

ChoiceEntry = tuple[str, str, str]
"""Name, title and help of something that can be chosen."""


def choice_box(entries: Iterable[ChoiceEntry] = ()) -> QComboBox:
    """Return a combo box of (name, title, help): the title is shown, the name is the item's data."""
    box = QComboBox()
    take_turns(box)
    for index, (name, title, help_text) in enumerate(entries):
        box.addItem(title, name)
        box.setItemData(index, help_text, Qt.ItemDataRole.ToolTipRole)
    return box


def show_number(box: WholeBox | QDoubleSpinBox, value: float) -> None:
    """Show a number without a signal; a WholeBox takes whole ones."""
    box.blockSignals(True)
    box.setValue(value)  # type: ignore[arg-type]
    box.blockSignals(False)

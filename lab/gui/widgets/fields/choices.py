"""Makes the fields of forms: combo boxes of names with titles and help, and boxes for numbers."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QSpinBox

from lab.gui.widgets.fields.wheel_turn import take_turns

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


def whole_box(lowest: int, highest: int, lowest_text: str = "") -> QSpinBox:
    """Return a field for a whole number that tells of it when it is complete; `lowest_text` stands for the lowest."""
    box = QSpinBox()
    take_turns(box)
    box.setRange(lowest, highest)
    box.setSpecialValueText(lowest_text)
    box.setKeyboardTracking(False)
    box.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
    box.setAlignment(Qt.AlignmentFlag.AlignRight)
    return box


def decimal_box(lowest: float, highest: float, decimals: int, step: float) -> QDoubleSpinBox:
    """Return a field for a number with so many decimals that tells of it when it is complete."""
    box = QDoubleSpinBox()
    take_turns(box)
    box.setDecimals(decimals)
    box.setRange(lowest, highest)
    box.setSingleStep(step)
    box.setKeyboardTracking(False)
    box.setAlignment(Qt.AlignmentFlag.AlignRight)
    return box


def show_number(box: QSpinBox | QDoubleSpinBox, value: float) -> None:
    """Show a number without a signal; a QSpinBox takes whole ones."""
    box.blockSignals(True)
    box.setValue(value)  # type: ignore[arg-type]
    box.blockSignals(False)

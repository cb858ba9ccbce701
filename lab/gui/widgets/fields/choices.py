"""Fields that are made from a table: a combo box of names with titles and help, and a plain whole number."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QSpinBox

ChoiceEntry = tuple[str, str, str]
"""Name, title and help of something that can be chosen."""


def choice_box(entries: Iterable[ChoiceEntry]) -> QComboBox:
    """Return a combo box of (name, title, help): the title is shown, the name is the item's data."""
    box = QComboBox()
    for index, (name, title, help_text) in enumerate(entries):
        box.addItem(title, name)
        box.setItemData(index, help_text, Qt.ItemDataRole.ToolTipRole)
    return box


def whole_box(lowest: int, highest: int, lowest_text: str = "") -> QSpinBox:
    """Return a field for a whole number that speaks only when it is complete; `lowest_text` stands for the lowest."""
    box = QSpinBox()
    box.setRange(lowest, highest)
    box.setSpecialValueText(lowest_text)
    box.setKeyboardTracking(False)
    box.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
    box.setAlignment(Qt.AlignmentFlag.AlignRight)
    return box


def show_number(box: QSpinBox | QDoubleSpinBox, value: float) -> None:
    """Show a number without a signal; a QSpinBox takes whole ones."""
    box.blockSignals(True)
    box.setValue(value)  # type: ignore[arg-type]
    box.blockSignals(False)

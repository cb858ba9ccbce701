"""Fields that are made from a table: a combo box of names with titles and help, and a plain whole number."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QSpinBox


def choice_box(entries: Iterable[tuple[str, str, str]]) -> QComboBox:
    """Return a combo box of (name, title, help): the title is shown, the name is the item's data."""
    box = QComboBox()
    for place, (name, title, help_text) in enumerate(entries):
        box.addItem(title, name)
        box.setItemData(place, help_text, Qt.ItemDataRole.ToolTipRole)
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


def show_number(box: QSpinBox, value: int) -> None:
    """Show a value without telling anybody."""
    box.blockSignals(True)
    box.setValue(value)
    box.blockSignals(False)

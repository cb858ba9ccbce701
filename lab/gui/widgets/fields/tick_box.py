"""A tick for a yes or no that is a number, 1 or 0, as the options of a kind are."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QWidget


class TickBox(QCheckBox):
    """Shows 1 as a tick and 0 as none; says what a person has chosen, not what was set."""

    value_chosen = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.clicked.connect(self._on_clicked)

    def value(self) -> float:
        """Return 1 or 0."""
        return float(self.isChecked())

    def set_value(self, value: float) -> None:
        """Show a value without saying that it was chosen."""
        self.setChecked(bool(value))

    @Slot(bool)
    def _on_clicked(self, checked: bool) -> None:
        self.value_chosen.emit(float(checked))

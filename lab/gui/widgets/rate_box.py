"""A field for a positive number of any size: written as people write it, stepped by 1, 2, 5, 10."""

from math import floor, log10

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QWidget


class RateBox(QDoubleSpinBox):
    """Shows 0.05 as 0.05 and 0.00003 as 3e-05; the arrows go to the next of 1, 2, 5 times a power of ten."""

    value_chosen = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDecimals(323)
        self.setRange(1e-9, 1e6)
        self.setKeyboardTracking(False)
        self.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.valueChanged.connect(self._on_value_changed)

    def set_value(self, value: float) -> None:
        """Show a value without telling anybody."""
        self.blockSignals(True)
        self.setValue(value)
        self.blockSignals(False)

    @Slot(float)
    def _on_value_changed(self, value: float) -> None:
        self.value_chosen.emit(value)

    def textFromValue(self, value: float) -> str:
        return f"{value:g}"

    def valueFromText(self, text: str) -> float:
        return _number(text) or self.value()

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        number = _number(text)
        if number is not None and self.minimum() <= number <= self.maximum():
            return QValidator.State.Acceptable, text, position
        possible = all(letter in "0123456789.,eE+-" for letter in text.strip())
        return (QValidator.State.Intermediate if possible else QValidator.State.Invalid), text, position

    def stepBy(self, steps: int) -> None:
        value = self.value()
        for _ in range(abs(steps)):
            value = _neighbour(value, up=steps > 0)
        self.setValue(min(max(value, self.minimum()), self.maximum()))


def _number(text: str) -> float | None:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None


def _neighbour(value: float, up: bool) -> float:
    """Return the next of …, 0.1, 0.2, 0.5, 1, 2, 5, … above or below `value`."""
    power = floor(log10(value))
    steps = [float(f"{digit}e{power + shift}") for shift in (-1, 0, 1) for digit in (1, 2, 5)]
    if up:
        return min(step for step in steps if step > value * (1 + 1e-9))
    return max(step for step in steps if step < value * (1 - 1e-9))

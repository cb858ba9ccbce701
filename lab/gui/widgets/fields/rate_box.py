"""A field for a number of any size: written as people write it, stepped by 1, 2, 5, 10."""

from math import floor, log10

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QWidget

from lab.gui.widgets.fields.choices import show_number
from lab.gui.widgets.fields.wheel_turn import take_turns

_SMALLEST_STEP = 1e-4


class RateBox(QDoubleSpinBox):
    """Shows 0.05 as 0.05 and 0.00003 as 3e-05; the arrows go to the next of 1, 2, 5 times a power of ten.

    zero: what 0 is shown as; without it the number must be positive. signed: whether it may be below 0.
    """

    value_chosen = Signal(float)

    def __init__(self, zero: str = "", signed: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zero = zero
        take_turns(self)
        self.setDecimals(323)
        self.setRange(-1e6 if signed else 0.0 if zero else 1e-9, 1e6)
        self.setKeyboardTracking(False)
        self.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.valueChanged.connect(self._on_value_changed)

    def set_value(self, value: float) -> None:
        """Show a value without a signal."""
        show_number(self, value)

    @Slot(float)
    def _on_value_changed(self, value: float) -> None:
        self.value_chosen.emit(value)

    def textFromValue(self, value: float) -> str:
        return f"{value:g}" if value or not self._zero else self._zero

    def valueFromText(self, text: str) -> float:
        number = self._number(text)
        return self.value() if number is None else number

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        number = self._number(text)
        if number is not None and self.minimum() <= number <= self.maximum():
            return QValidator.State.Acceptable, text, position
        possible = all(letter in "0123456789.,eE+-" + self._zero for letter in text.strip())
        return (QValidator.State.Intermediate if possible else QValidator.State.Invalid), text, position

    def stepBy(self, steps: int) -> None:
        value = self.value()
        for _ in range(abs(steps)):
            value = _next(value, steps > 0)
        self.setValue(min(max(value, self.minimum()), self.maximum()))

    def _number(self, text: str) -> float | None:
        if self._zero and text.strip() in ("", self._zero):
            return 0.0
        try:
            return float(text.strip().replace(",", "."))
        except ValueError:
            return None


def _next(value: float, up: bool) -> float:
    """Return the neighbour of a number of either sign."""
    if value > 0 or (not value and up):
        return _neighbour(value, up)
    return -_neighbour(-value, not up)


def _neighbour(value: float, up: bool) -> float:
    """Return the next of 0, …, 0.1, 0.2, 0.5, 1, 2, 5, … above or below `value`."""
    if value < _SMALLEST_STEP * (1 + 1e-9) and not up:
        return 0.0 if value <= _SMALLEST_STEP * 1e-3 else value / 10
    if not value:
        return _SMALLEST_STEP
    power = floor(log10(value))
    steps = [float(f"{digit}e{power + shift}") for shift in (-1, 0, 1) for digit in (1, 2, 5)]
    if up:
        return min(step for step in steps if step > value * (1 + 1e-9))
    return max(step for step in steps if step < value * (1 - 1e-9))

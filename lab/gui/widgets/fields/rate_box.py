"""A field for a number of any size: written as people write it, stepped by 1, 2, 5, 10."""

from math import floor, log10
from sys import float_info

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QWidget

from lab.gui.widgets.fields.choices import show_number
from lab.gui.widgets.fields.number_room import room_for
from lab.gui.widgets.fields.wheel_turn import take_turns

_SMALLEST_STEP = 1e-4
_USUAL_TEXT = "1e-05"
"""A box has room for so much at least."""


class RateBox(QDoubleSpinBox):
    """Shows 0.05 as 0.05 and 0.00003 as 3e-05; the arrows go to the next of 1, 2, 5 times a power of ten.

    Any number can be typed, for whoever takes it can say what is wrong with it; the arrows stay between the limits.
    lowest, highest: None where there is no limit. zero: what 0 is shown as, which the arrows then reach in any case.
    step: what the arrows add and take instead.
    """

    value_chosen = Signal(float)

    def __init__(
        self,
        lowest: float | None = None,
        highest: float | None = None,
        zero: str = "",
        step: float | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._zero, self._step = zero, step
        self.set_limits(lowest, highest)
        take_turns(self)
        self.setDecimals(323)
        self.setRange(-float_info.max, float_info.max)  # which holds every number that a file may have
        self.setKeyboardTracking(False)
        self.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.valueChanged.connect(self._on_value_changed)

    def set_limits(self, lowest: float | None, highest: float | None) -> None:
        """Take other limits; None where there is none."""
        self._lowest = -float_info.max if lowest is None else lowest
        self._highest = float_info.max if highest is None else highest

    def limits(self) -> tuple[float, float]:
        """Return the lowest and the highest number that the arrows reach, but for a 0 that has a text."""
        return self._lowest, self._highest

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
        # What is shown has six digits: confirming it must not change a number that has more.
        unchanged = number is None or text.strip() == self.textFromValue(self.value())
        return self.value() if unchanged or number is None else number

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        number = self._number(text)
        if number is not None and abs(number) <= float_info.max:
            return QValidator.State.Acceptable, text, position
        possible = all(letter in "0123456789.,eE+-" + self._zero for letter in text.strip())
        return (QValidator.State.Intermediate if possible else QValidator.State.Invalid), text, position

    def stepBy(self, steps: int) -> None:
        value = self.value()
        for _ in range(abs(steps)):
            stepped = self._stepped(value, steps > 0)
            if not self._is_within(stepped):
                break
            value = stepped
        self.setValue(value)

    def _stepped(self, value: float, up: bool) -> float:
        if self._step is None:
            return _next(value, up)
        return round(value + (self._step if up else -self._step), 9)

    def _is_within(self, number: float) -> bool:
        return self._lowest <= number <= self._highest or bool(self._zero and not number)

    def sizeHint(self) -> QSize:
        return room_for(self, max(self.textFromValue(self.value()), _USUAL_TEXT, key=len))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

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

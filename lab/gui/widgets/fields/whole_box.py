"""A field for a whole number of any size: Qt's own box ends at 2,147,483,647, and a seed may have 19 digits."""

import re

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QAbstractSpinBox, QWidget

from lab.gui.widgets.fields.number_room import room_for
from lab.gui.widgets.fields.wheel_turn import take_turns

_MOST_DIGITS = 400
_LEAST_DIGITS = 3
_WHOLE = re.compile(r"-?[0-9]+")


class WholeBox(QAbstractSpinBox):
    """Tells of a number when it is complete: on Return, when the focus goes, and at each step of arrows and wheel.

    highest: None where there is no limit. lowest_text stands for the lowest number, as "off" for 0.
    """

    valueChanged = Signal(object)  # an int of Python's: Qt's has 32 bits

    def __init__(
        self, lowest: int, highest: int | None = None, lowest_text: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._lowest, self._highest, self._lowest_text = lowest, highest, lowest_text
        self._value = lowest
        take_turns(self)
        self.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.editingFinished.connect(self._on_editing_finished)
        self.setValue(lowest)

    def value(self) -> int:
        """Return the number on show, the last complete one while another is typed."""
        return self._value

    def set_limits(self, lowest: int, highest: int | None) -> None:
        """Take other limits for what is typed next."""
        self._lowest, self._highest = lowest, highest

    def limits(self) -> tuple[int, int | None]:
        """Return the lowest and the highest number that can be typed; None where there is no highest."""
        return self._lowest, self._highest

    def setValue(self, value: int) -> None:
        """Show a number, whatever the limits of typing are, and tell of it where it is another."""
        changed = value != self._value
        self._value = value
        text = self._text(value)
        if self.lineEdit().text() != text:
            self.lineEdit().setText(text)
            self.updateGeometry()
        if changed:
            self.valueChanged.emit(value)

    def _text(self, value: int) -> str:
        return self._lowest_text if self._lowest_text and value == self._lowest else str(value)

    def _number(self, text: str) -> int | None:
        """Return the number that a text stands for, or None where that is none within the limits."""
        text = text.strip()
        if self._lowest_text and text in ("", self._lowest_text):
            return self._lowest
        if len(text) > _MOST_DIGITS or not _WHOLE.fullmatch(text):
            return None
        number = int(text)
        return number if self._is_inside(number) else None

    def _is_inside(self, number: int) -> bool:
        return self._lowest <= number and (self._highest is None or number <= self._highest)

    @Slot()
    def _on_editing_finished(self) -> None:
        number = self._number(self.lineEdit().text())
        self.setValue(self._value if number is None else number)

    def stepBy(self, steps: int) -> None:
        number = self._number(self.lineEdit().text())
        stepped = max((self._value if number is None else number) + steps, self._lowest)
        self.setValue(stepped if self._highest is None else min(stepped, self._highest))
        self.selectAll()

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        flags = QAbstractSpinBox.StepEnabledFlag.StepNone
        if self._value > self._lowest:
            flags |= QAbstractSpinBox.StepEnabledFlag.StepDownEnabled
        if self._highest is None or self._value < self._highest:
            flags |= QAbstractSpinBox.StepEnabledFlag.StepUpEnabled
        return flags

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        if self._number(text) is not None:
            return QValidator.State.Acceptable, text, position
        letters = f"0123456789{self._lowest_text}{'-' if self._lowest < 0 else ''}"
        possible = len(text) <= _MOST_DIGITS and all(letter in letters for letter in text.strip())
        too_long = self._highest is not None and len(text.strip()) > len(str(self._highest)) + len(self._lowest_text)
        state = QValidator.State.Intermediate if possible and not too_long else QValidator.State.Invalid
        return state, text, position

    def sizeHint(self) -> QSize:
        """Return the room that the number takes."""
        return room_for(self, max(self._text(self._value), "0" * _LEAST_DIGITS, self._lowest_text, key=len))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

"""Fields for the inputs of one example: a slider with a typed number for each number, a combo box for each choice."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QSlider, QWidget

from lab.gui.theme import set_role
from lab.gui.widgets.fields.choices import choice_box
from lab.gui.widgets.fields.elided_label import ElidedLabel
from lab.gui.widgets.fields.wheel_turn import scroll_past

_NOTCHES: Final = 1000
_DIGITS: Final = 6


@dataclass(frozen=True)
class Field:
    """One input: a number from `low` to `high` as training has seen it, or a choice of `options`."""

    name: str
    low: float = 0.0
    high: float = 1.0
    options: tuple[str, ...] = ()


class FeatureFields(QWidget):
    """Shows values and tells which was changed; a number outside its range can be typed, and is told apart."""

    changed = Signal(int, float)  # number of the field, its value
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields: list[Field] = []
        self._editors: list[_Number | QComboBox] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 4, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)

    def set_fields(self, fields: Sequence[Field]) -> None:
        """Make the editors anew."""
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._fields, self._editors = list(fields), []
        for number, field in enumerate(fields):
            self._grid.setRowStretch(number, 0)
            label = ElidedLabel(60)
            label.setText(field.name)
            set_role(label, "dim")
            self._grid.addWidget(label, number, 0)
            self._editors.append(self._choice(number, field) if field.options else self._number(number, field))
        self._grid.setRowStretch(len(fields), 1)

    def set_values(self, values: Sequence[float]) -> None:
        """Show values, one for each field, without a signal."""
        for editor, value in zip(self._editors, values, strict=True):
            if isinstance(editor, QComboBox):
                editor.blockSignals(True)
                editor.setCurrentIndex(int(value) if math.isfinite(value) else -1)
                editor.blockSignals(False)
            else:
                editor.show_value(value)

    def _choice(self, number: int, field: Field) -> QComboBox:
        box = choice_box((option, option, "") for option in field.options)
        box.setAccessibleName(field.name)
        box.setToolTip(f"{field.name}: which of the categories that the training has seen")
        box.activated.connect(partial(self._tell, number))
        self._grid.addWidget(box, number, 1, 1, 2)
        return box

    def _tell(self, number: int, value: float) -> None:
        self.changed.emit(number, value)

    def _number(self, number: int, field: Field) -> "_Number":
        editor = _Number(field, partial(self._tell, number), self.refused.emit)
        self._grid.addWidget(editor.slider, number, 1)
        self._grid.addWidget(editor.edit, number, 2)
        return editor


class _Number:
    """A slider over the range of training, and beside it the number, which may lie outside."""

    def __init__(self, field: Field, tell: Callable[[float], None], refuse: Callable[[str], None]) -> None:
        self._field, self._tell, self._refuse = field, tell, refuse
        self._value = math.nan
        self.slider = QSlider(Qt.Orientation.Horizontal)
        scroll_past(self.slider)
        self.slider.setRange(0, _NOTCHES)
        self.slider.setPageStep(_NOTCHES // 10)
        self.slider.setMinimumWidth(60)
        self.slider.setEnabled(field.high > field.low)
        self.slider.setAccessibleName(field.name)
        self.edit = QLineEdit()
        self.edit.setFixedWidth(92)
        self.edit.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.edit.setAccessibleName(f"{field.name}, typed")
        help_text = f"{field.name}: training has seen {_text(field.low)} to {_text(field.high)}"
        self.slider.setToolTip(help_text)
        self.edit.setToolTip(f"{help_text}; type any number")
        self.slider.valueChanged.connect(self._on_slid)
        self.edit.editingFinished.connect(self._on_typed)

    def show_value(self, value: float) -> None:
        self._value = value
        low, high = self._field.low, self._field.high
        share = (value - low) / (high - low) if high > low and math.isfinite(value) else 0.0
        self.slider.blockSignals(True)
        self.slider.setValue(round(min(max(share, 0.0), 1.0) * _NOTCHES))
        self.slider.blockSignals(False)
        self._write()

    def _write(self) -> None:
        self.edit.setText(_text(self._value))
        is_outside = not self._field.low <= self._value <= self._field.high
        set_role(self.edit, "warn" if is_outside and math.isfinite(self._value) else "")

    def _on_slid(self, notch: int) -> None:
        low, high = self._field.low, self._field.high
        self._value = low + (high - low) * (notch / _NOTCHES)
        self._write()
        self._tell(self._value)

    def _on_typed(self) -> None:
        text = self.edit.text().strip()
        if text == _text(self._value):
            return
        try:
            value = float(text.replace(",", ".").replace("−", "-"))
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            self._refuse(f"{self._field.name}: {text!r} found, a number such as 0.25 expected.")
            self._write()
            return
        self.show_value(value)
        self._tell(value)


def _text(value: float) -> str:
    return f"{value:.{_DIGITS}g}" if math.isfinite(value) else ""

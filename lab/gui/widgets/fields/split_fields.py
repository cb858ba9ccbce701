"""Three fields for the shares of train, validation and test, which always sum to a hundred per cent."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QWidget

from lab.gui.theme import set_role
from lab.gui.widgets.fields.choices import show_number
from lab.gui.widgets.fields.wheel_turn import take_turns

Shares = tuple[float, float, float]

_PARTS = (
    ("Train", "The share of the rows that the weights learn from"),
    ("Validation", "The share that tells after each epoch how well it goes on rows not trained on; may be 0"),
    ("Test", "The share that is kept for the very end; may be 0"),
)
_LEAST_TRAIN = 1.0
"""What the other parts leave for training, in per cent."""
_DECIMALS = 4
_SMALLEST = 10.0**-_DECIMALS


class _ShareBox(QDoubleSpinBox):
    """A share in per cent, with the decimals that it has: a third is not 33.3."""

    def __init__(self) -> None:
        super().__init__()
        take_turns(self)
        self.setDecimals(_DECIMALS)
        self.setMaximum(100.0)
        self.setSuffix(" %")
        self.setKeyboardTracking(False)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def textFromValue(self, value: float) -> str:
        return self.locale().toString(value, "g", _DECIMALS + 3)


class SplitFields(QWidget):
    """Shows three shares in per cent; what one of them gains, the others give: train last of all."""

    shares_chosen = Signal(object)  # (train, validation, test), which sum to 1

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields: list[QDoubleSpinBox] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(5)
        for index, (name, hint) in enumerate(_PARTS):
            label = QLabel(name)
            set_role(label, "dim")
            field = _ShareBox()
            field.setMinimum(_SMALLEST if index == 0 else 0.0)
            field.setAccessibleName(f"{name} share")
            field.setFixedWidth(82)
            for part in (label, field):
                part.setToolTip(hint)
            label.setBuddy(field)
            field.valueChanged.connect(partial(self._on_changed, index))
            self.fields.append(field)
            row.addWidget(label)
            row.addWidget(field)
            if index < len(_PARTS) - 1:
                row.addSpacing(6)

    def set_shares(self, shares: Shares) -> None:
        """Show shares that sum to 1, without a signal."""
        for field, share in zip(self.fields, shares, strict=True):
            show_number(field, share * 100)

    def _on_changed(self, index: int, value: float) -> None:
        shares = _balanced([field.value() for field in self.fields], index, value)
        self.set_shares(shares)
        self.shares_chosen.emit(shares)


def _balanced(percent: list[float], index: int, value: float) -> Shares:
    """Return the shares after the one at `index` became `value`: the next ones give or take what is left."""
    percent[index] = min(value, 100.0 if index == 0 else 100.0 - _LEAST_TRAIN)
    left = 100.0 - percent[index]
    first, second = {0: (2, 1), 1: (0, 2), 2: (0, 1)}[index]
    least = _LEAST_TRAIN if first == 0 else 0.0
    percent[second] = min(percent[second], left - least)
    percent[first] = left - percent[second]
    train, validation, test = (round(each / 100, 6) for each in percent)
    return round(1 - validation - test, 6) or train, validation, test

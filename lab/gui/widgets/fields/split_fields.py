"""Three fields for the shares of train, validation and test, which always sum to a hundred per cent."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QWidget

from lab.gui.theme import set_role

Shares = tuple[float, float, float]

_PARTS = (
    ("Train", "The share of the rows that the weights learn from"),
    ("Validation", "The share that tells after each epoch how well it goes on rows not trained on; may be 0"),
    ("Test", "The share that is kept for the very end; may be 0"),
)
_LEAST_TRAIN = 1.0


class SplitFields(QWidget):
    """Shows three shares in per cent; what one of them gains, the others give: train last of all."""

    shares_chosen = Signal(object)  # (train, validation, test), which sum to 1

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields: list[QDoubleSpinBox] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(5)
        for place, (name, hint) in enumerate(_PARTS):
            label = QLabel(name)
            set_role(label, "dim")
            field = QDoubleSpinBox()
            field.setDecimals(1)
            field.setRange(_LEAST_TRAIN if place == 0 else 0.0, 100.0)
            field.setSuffix(" %")
            field.setKeyboardTracking(False)
            field.setAccessibleName(f"{name} share")
            field.setFixedWidth(82)
            for part in (label, field):
                part.setToolTip(hint)
            label.setBuddy(field)
            field.valueChanged.connect(partial(self._on_changed, place))
            self.fields.append(field)
            row.addWidget(label)
            row.addWidget(field)
            if place < len(_PARTS) - 1:
                row.addSpacing(6)

    def set_shares(self, shares: Shares) -> None:
        """Show shares that sum to 1 without telling anybody."""
        for field, share in zip(self.fields, shares, strict=True):
            field.blockSignals(True)
            field.setValue(share * 100)
            field.blockSignals(False)

    def _on_changed(self, place: int, value: float) -> None:
        shares = _balanced([field.value() for field in self.fields], place, value)
        self.set_shares(shares)
        self.shares_chosen.emit(shares)


def _balanced(percent: list[float], place: int, value: float) -> Shares:
    """Return the shares after the one at `place` became `value`: the next ones give or take what is left."""
    percent[place] = min(value, 100.0 if place == 0 else 100.0 - _LEAST_TRAIN)
    left = 100.0 - percent[place]
    first, second = {0: (2, 1), 1: (0, 2), 2: (0, 1)}[place]
    least = _LEAST_TRAIN if first == 0 else 0.0
    percent[second] = min(percent[second], left - least)
    percent[first] = left - percent[second]
    train, validation, test = (round(each / 100, 6) for each in percent)
    return round(1 - validation - test, 6) or train, validation, test

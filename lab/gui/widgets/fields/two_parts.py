"""A row in two parts: side by side where there is room for both, else one above the other."""

from collections.abc import Iterable

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget

_SPACING = 6


class TwoParts(QWidget):
    """Needs the width of its wider part only; `shares` say how the two take what is left, the first all of it."""

    def __init__(self, first: QWidget, second: QWidget, shares: tuple[int, int] = (1, 0)) -> None:
        super().__init__()
        self._parts = first, second
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(_SPACING)
        self._row.addWidget(first, shares[0])
        self._row.addWidget(second, shares[1])

    def minimumSizeHint(self) -> QSize:
        return QSize(max(self._widths()), super().minimumSizeHint().height())

    def _widths(self) -> list[int]:
        """Return the least width of each part."""
        return [max(part.minimumSizeHint().width(), part.minimumWidth()) for part in self._parts]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Turn the row where the parts have no room beside each other, or have it again."""
        super().resizeEvent(event)
        needed = sum(self._widths()) + _SPACING
        direction = QBoxLayout.Direction
        wanted = direction.LeftToRight if self.width() >= needed else direction.TopToBottom
        if wanted is not self._row.direction():
            self._row.setDirection(wanted)
            self.updateGeometry()


def part_of(widgets: Iterable[QWidget], spacing: int = _SPACING, filling: QWidget | None = None) -> QWidget:
    """Return these widgets in a row, as one part; filling: the one that takes the room that is left."""
    part = QWidget()
    row = QHBoxLayout(part)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(spacing)
    for widget in widgets:
        row.addWidget(widget, 1 if widget is filling else 0)
    if filling is None:
        row.addStretch(1)
    return part

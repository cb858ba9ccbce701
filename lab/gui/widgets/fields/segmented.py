"""A row of small buttons of which exactly one is down."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QWidget


class Segmented(QWidget):
    """Offers a few short texts side by side; arrow keys move between them, Tab enters and leaves the row as one."""

    current_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._group.idToggled.connect(self._on_id_toggled)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_items(self, items: list[str], tooltips: list[str] | None = None) -> None:
        """Replace the buttons; the first one is down, and no signal is sent.

        Raises ValueError where there are tooltips but not one for each item.
        """
        hints = tooltips or [""] * len(items)
        if len(hints) != len(items):
            raise ValueError(f"segments: {len(hints)} tooltips for {len(items)} items; there must be one for each.")
        self._group.blockSignals(True)
        for button in self._group.buttons():
            self._group.removeButton(button)
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        for place, (text, hint) in enumerate(zip(items, hints, strict=True)):
            ends = [name for name, end in (("first", 0), ("last", len(items) - 1)) if place == end]
            self._add(place, text, hint, " ".join(ends))
        self._group.blockSignals(False)

    def current(self) -> int:
        """Return which button is down, -1 where there are none."""
        return self._group.checkedId()

    def set_current(self, place: int) -> None:
        """Put a button down, with the signal if it was not; raises IndexError for a place that is not there."""
        button = self._group.button(place)
        if button is None:
            raise IndexError(f"segments: there is no item {place}; there are {len(self._group.buttons())}.")
        button.setChecked(True)

    def _add(self, place: int, text: str, hint: str, ends: str) -> None:
        button = QPushButton(text)
        button.setCheckable(True)
        button.setToolTip(hint)
        button.setAccessibleName(text)
        button.setProperty("place", ends)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        self._group.addButton(button, place)
        self._row.addWidget(button)
        button.show()  # now, or the next frame would be drawn without it
        button.setChecked(place == 0)

    @Slot(int, bool)
    def _on_id_toggled(self, place: int, down: bool) -> None:
        if down:
            self.current_changed.emit(place)

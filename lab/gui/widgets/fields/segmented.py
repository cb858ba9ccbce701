"""A row of small buttons with texts, joined like one field, of which exactly one is down."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from lab.gui.widgets.fields.button_row import ButtonRow


class Segmented(ButtonRow):
    """Offers a few short texts side by side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, parent)
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
            self._remove(button)
        for number, (text, hint) in enumerate(zip(items, hints, strict=True)):
            ends = [name for name, end in (("first", 0), ("last", len(items) - 1)) if number == end]
            self._add(number, _segment(text, hint, " ".join(ends)))
        if items:
            self.set_current(0)
        self._group.blockSignals(False)


def _segment(text: str, hint: str, ends: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(hint)
    button.setAccessibleName(text)
    button.setProperty("ends", ends)
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    return button

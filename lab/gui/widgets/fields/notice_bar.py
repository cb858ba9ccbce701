"""One sentence across the window that blocks nothing: it stays until it is closed or another takes its place."""

from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from lab.gui.theme import Theme, follow, icon, set_role
from lab.gui.widgets.drawing.keys_help import KeysHelp

KEYS_HELP: Final = KeysHelp("A message above the pages", (("Esc", "close it"),))
LEVELS = ("info", "warn", "error")

_MARKS = {"info": "i", "warn": "!", "error": "!"}
_ROLES = {"info": "strong", "warn": "strong warn", "error": "strong error"}


class NoticeBar(QFrame):
    """Shows a notice with a level and a close button; Esc closes it too. Hidden while there is none."""

    closed = Signal()
    accepted = Signal()  # the notice's button was pressed

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._mark = QLabel()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._offer = QPushButton()
        self._offer.clicked.connect(self._on_offer_clicked)
        self._close = QToolButton()
        self._close.setProperty("flat", True)
        self._close.setToolTip("Close this notice (Esc)")
        self._close.setAccessibleName("Close this notice")
        self._close.clicked.connect(self.close_notice)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 5, 6, 5)
        layout.setSpacing(9)
        layout.addWidget(self._mark)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._offer)
        layout.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()
        follow(self._on_theme_changed)

    def show_notice(self, text: str, level: str = "info", offer: str = "") -> None:
        """Show a sentence and tell screen readers of it; an empty one hides the bar.

        offer: what a button beside it says, which is there only with it.
        Raises ValueError for a level that is not one of LEVELS.
        """
        if level not in LEVELS:
            raise ValueError(f"notice: level {level!r} is not one of {', '.join(LEVELS)}.")
        self._text.setText(text)
        self._offer.setText(offer)
        self._offer.setVisible(bool(offer))
        self._mark.setText(_MARKS[level])
        set_role(self._mark, _ROLES[level])
        self.setProperty("level", level)
        self.style().unpolish(self)
        self.style().polish(self)
        self.setAccessibleName(f"{level}: {text}" if text else "")
        self.setVisible(bool(text))
        if text:
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def text(self) -> str:
        """Return the sentence shown."""
        return self._text.text()

    @Slot()
    def close_notice(self) -> None:
        """Hide the bar and say so through `closed`; nothing happens where there is no notice."""
        if self.text():
            self.show_notice("")
            self.closed.emit()

    @Slot()
    def _on_offer_clicked(self) -> None:
        self.show_notice("")
        self.accepted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_notice()
        else:
            super().keyPressEvent(event)

    @Slot(object)
    def _on_theme_changed(self, _theme: Theme) -> None:
        self._close.setIcon(icon("close"))

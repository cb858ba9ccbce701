"""The line of text that is the layer stack, with presets, and a note on what an edit keeps before it is done."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QMenu, QToolButton, QWidget

from lab.gui.theme import set_role
from lab.gui.widgets.drawing.keys_help import KeysHelp

KEYS_HELP: Final = KeysHelp(
    "The stack as text", (("Enter", "build what was typed"), ("Esc", "back to the stack as it is"))
)
_PATIENCE = 200
"""Milliseconds without a key until what was typed is looked at."""


class StackLine(QWidget):
    """Says what was typed and chosen, and leaves the reading of it to others.

    presets: title and help of each.
    """

    typed = Signal(str)
    entered = Signal(str)
    left = Signal()
    preset_chosen = Signal(str)

    def __init__(self, presets: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self.line = _Line()
        self.line.setAccessibleName("The stack as text")
        self.line.setPlaceholderText("64 relu, dropout 0.2, 32 tanh")
        self.line.setToolTip(
            "The whole stack as one line: edit it and press Enter, or copy it. What stands after → is the output;"
            " without it the output stays. Takes effect at the next step."
        )
        self.presets = QToolButton()
        self.presets.setText("Presets")
        self.presets.setToolTip("Stacks to begin with; the output stays")
        self.presets.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for title, help_text in presets:
            action = menu.addAction(title)
            action.setToolTip(help_text)
            action.triggered.connect(partial(self._choose, title))
        self.presets.setMenu(menu)
        self.note = QLabel()
        """What an edit keeps; its place is for others to choose: what appears must not move what is pressed."""
        self.note.setWordWrap(True)
        self.note.hide()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PATIENCE)
        self._pause.timeout.connect(self._on_pause)
        top = QHBoxLayout()
        top.addWidget(self.line, 1)
        top.addWidget(self.presets)
        self.note.setContentsMargins(10, 2, 10, 2)
        top.setContentsMargins(10, 2, 10, 2)
        self.setLayout(top)
        self.line.textEdited.connect(self._on_text_edited)
        self.line.returnPressed.connect(self._on_return_pressed)
        self.line.given_up.connect(self._give_up)

    def show_text(self, text: str) -> None:
        """Show the stack as it is, unless somebody is typing another."""
        is_typing = self.line.hasFocus() and self.line.text() != self._text
        self._text = text
        if not is_typing:
            self.line.setText(text)
            self.line.setCursorPosition(0)

    def tell(self, sentence: str, wrong: bool = False) -> None:
        """Write a sentence into the note: what an edit keeps, or what is wrong; an empty one takes it away."""
        self.note.setText(sentence)
        set_role(self.note, "error small" if wrong else "dim small")
        self.note.setVisible(bool(sentence))

    def _choose(self, title: str, _checked: bool = False) -> None:
        self.preset_chosen.emit(title)

    @Slot(str)
    def _on_text_edited(self, _text: str) -> None:
        self._pause.start()

    @Slot()
    def _on_pause(self) -> None:
        self.typed.emit(self.line.text())

    @Slot()
    def _on_return_pressed(self) -> None:
        self._pause.stop()
        self.entered.emit(self.line.text())

    @Slot()
    def _give_up(self) -> None:
        self._pause.stop()
        self.line.setText(self._text)
        self.tell("")
        self.left.emit()


class _Line(QLineEdit):
    """A line that Esc puts back to what it was."""

    given_up = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            super().keyPressEvent(event)

"""Says that edits wait for a fresh start, with a button for that and one that takes them back; or why there is none."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from lab.gui.theme import set_role
from lab.gui.widgets.fields.elided_label import ElidedLabel

_HEIGHT = 24


class DraftBar(QFrame):
    """One line of a fixed height that blocks nothing; a sentence without room is cut, its tooltip has all of it."""

    start_wanted = Signal()
    discard_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "draft")
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.text = ElidedLabel()
        self.start, self.discard = QPushButton("Start afresh"), QPushButton("Discard")
        self.start.setToolTip("Start a new run with these edits; undo brings the trained network back")
        self.discard.setToolTip("Go back to the stack and settings of the network on show; undo brings the edits back")
        line = QHBoxLayout(self)
        line.setContentsMargins(8, 1, 1, 1)
        line.setSpacing(4)
        line.addWidget(self.text, 1)
        for button in (self.start, self.discard):
            set_role(button, "slim")
            line.addWidget(button)
        self.start.clicked.connect(self.start_wanted)
        self.discard.clicked.connect(self.discard_wanted)
        self.hide()

    def show_draft(self, sentence: str, help_text: str, problem: bool, is_draft: bool) -> None:
        """Show a sentence, as a problem or not; without one the bar is hidden. Only a draft can be taken back."""
        self.text.setText(sentence)
        self.setToolTip(help_text)
        self.setAccessibleName(sentence)
        self.start.setVisible(is_draft and not problem)
        self.discard.setVisible(is_draft)
        if self.property("problem") != problem:
            self.setProperty("problem", problem)
            self.style().unpolish(self)
            self.style().polish(self)
        self.setVisible(bool(sentence))

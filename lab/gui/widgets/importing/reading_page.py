"""How far reading a file has come, with a way out; and why it failed, with a way to try again."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from lab.gui.theme import set_role


class ReadingPage(QWidget):
    """Shows either progress or a sentence about what went wrong."""

    cancel_wanted = Signal()
    retry_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("How much of the file has been read")
        self.again = QPushButton("Try again")
        self.again.setToolTip("Read the file once more, after it was mended or put back")
        self.out = QPushButton("Cancel")
        self.again.clicked.connect(self.retry_wanted)
        self.out.clicked.connect(self.cancel_wanted)
        buttons = QHBoxLayout()
        for part in (self.again, self.out):
            buttons.addWidget(part)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 4)
        layout.setSpacing(8)
        layout.addWidget(self.sentence)
        layout.addWidget(self.bar)
        layout.addLayout(buttons)

    def show_progress(self, words: str, share: float) -> None:
        """Show what is read and how much of it, 0 to 1."""
        set_role(self.sentence, "")
        self.sentence.setText(words)
        self.bar.setValue(round(share * 1000))
        self.bar.show()
        self.again.hide()
        self.out.setText("Cancel")
        self.out.setToolTip("Stop reading; the data in use stays as it is")

    def show_failure(self, words: str, way_out: str) -> None:
        """Show why it failed; `way_out` names the button that leads away."""
        set_role(self.sentence, "error")
        self.sentence.setText(words)
        self.bar.hide()
        self.again.show()
        self.out.setText(way_out)
        self.out.setToolTip("The data in use stays as it is")

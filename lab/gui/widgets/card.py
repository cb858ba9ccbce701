"""The titled frame that everything in a panel stands in, and the labelled row that forms are made of."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

_PADDING = 10


class Card(QFrame):
    """A rounded frame with a small title, room for a widget at the title's right, and a `body` layout beneath."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._title = QLabel()
        self._title.setProperty("role", "title")
        self._head = QHBoxLayout()
        self._head.setSpacing(6)
        self._head.addWidget(self._title)
        self._head.addStretch(1)
        self.body = QVBoxLayout()
        self.body.setSpacing(5)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_PADDING, _PADDING, _PADDING, _PADDING)
        layout.setSpacing(7)
        layout.addLayout(self._head)
        layout.addLayout(self.body, 1)
        self.set_title(title)

    def set_title(self, title: str) -> None:
        """Change the title, shown in capitals; without one the line is left out."""
        self._title.setText(title.upper())
        self._title.setVisible(bool(title))
        self.setAccessibleName(title)

    def add_to_title(self, widget: QWidget) -> None:
        """Put a widget at the right of the title."""
        self._head.addWidget(widget)


def labelled_row(label: str, field: QWidget, tooltip: str = "") -> QWidget:
    """Return a row with a dim label at the left and a field at the right; both have the tooltip and are buddies.

    An ampersand in the label makes an Alt key that leads to the field.
    """
    row = QWidget()
    text = QLabel(label)
    text.setProperty("role", "dim")
    text.setBuddy(field)
    for part in (text, field):
        part.setToolTip(tooltip)
    if not field.accessibleName():
        field.setAccessibleName(label.replace("&", ""))
    policy = field.sizePolicy().verticalPolicy()
    field.setSizePolicy(QSizePolicy.Policy.Maximum, policy)
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(6)
    layout.addWidget(text, 1)
    layout.addWidget(field, 0, Qt.AlignmentFlag.AlignRight)
    return row

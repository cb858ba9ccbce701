"""The row that forms are made of: a label at the left, a field at the right."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget


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


def live_row(label: str, field: QWidget, tooltip: str) -> QWidget:
    """Return a labelled row whose tooltip says that a change is in force from the next step on."""
    return labelled_row(label, field, f"{tooltip}\nTakes effect at the next step; undo takes it back.")

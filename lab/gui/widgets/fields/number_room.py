"""The room that a number takes in its box: part of a number would be another number."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QAbstractSpinBox, QStyle, QStyleOptionSpinBox

_AROUND = 8
"""Pixels beside the text: the cursor and the margins of the line edit."""


def room_for(box: QAbstractSpinBox, text: str) -> QSize:
    """Return the size of a box in which all of that text can be read."""
    box.ensurePolished()
    edit = box.lineEdit()
    content = QSize(edit.fontMetrics().horizontalAdvance(text) + _AROUND, edit.sizeHint().height())
    option = QStyleOptionSpinBox()
    box.initStyleOption(option)
    return box.style().sizeFromContents(QStyle.ContentsType.CT_SpinBox, option, content, box)

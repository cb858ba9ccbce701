"""The frame that all parts of the window have."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget


def framed(panel: QWidget) -> QWidget:
    """Return a frame with the panel in it."""
    frame = QWidget()
    frame.setObjectName("panel_frame")
    frame.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(1, 1, 1, 1)
    layout.addWidget(panel)
    return frame

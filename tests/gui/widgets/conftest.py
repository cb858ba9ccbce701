"""What the tests of the widgets share: a theme that is put back, and a pointer."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from lab.gui import theme


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[Callable[[str], None]]:
    """Apply a theme by name, and leave the shared application as it was."""
    style_sheet, palette = qapp.styleSheet(), qapp.palette()
    yield theme.apply
    theme.apply("system")
    qapp.setStyleSheet(style_sheet)
    qapp.setPalette(palette)


@pytest.fixture
def hover() -> Callable[[QWidget, QPoint], None]:
    """Move the pointer over a widget, which `qtbot.mouseMove` cannot do offscreen."""

    def move(widget: QWidget, point: QPoint) -> None:
        place, button = QPointF(point), Qt.MouseButton.NoButton
        event = QMouseEvent(QEvent.Type.MouseMove, place, place, button, button, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(widget, event)

    return move


@pytest.fixture
def picture() -> Callable[[QWidget], QImage]:
    """Return what a widget paints."""

    def grab(widget: QWidget) -> QImage:
        return widget.grab().toImage()

    return grab

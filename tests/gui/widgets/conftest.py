"""What the tests of the widgets share: a theme that is put back, and what is painted."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtGui import QImage
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
def picture() -> Callable[[QWidget], QImage]:
    """Return what a widget paints."""

    def grab(widget: QWidget) -> QImage:
        return widget.grab().toImage()

    return grab

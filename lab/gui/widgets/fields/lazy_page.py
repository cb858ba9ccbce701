"""A page whose content is made when it is first shown: a start does not pay for what nobody looks at yet."""

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from lab.gui.widgets.fields.scrolled import Scrolled

_SMALLEST = QSize(320, 150)


class LazyPage(QWidget):
    """Holds one widget, made by `make` at the first showing or when `content` is first asked for.

    A page smaller than its content scrolls: nothing is cut, and nothing pushes the panels beside it out of the window.
    """

    def __init__(self, make: Callable[[], QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make = make
        self._content: QWidget | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)

    @property
    def content(self) -> QWidget:
        """The widget of the page."""
        if self._content is None:
            self._content = self._make()
            area = Scrolled(self._content)
            area.scroll_sideways(_SMALLEST.width())
            self._layout.addWidget(area)
            area.show()  # now: it may be asked what it needs before the next event
        return self._content

    def minimumSizeHint(self) -> QSize:
        return _SMALLEST

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.content.show()

"""A scroll area that paints itself: it takes the keyboard, shows that it has it, and scrolls up and down only."""

from PySide6.QtCore import QRect, Qt, Slot
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from lab.gui.theme import Theme, follow


def paint_focus(painter: QPainter, rect: QRect, theme: Theme) -> None:
    """Paint the ring that says that the keyboard is here, just inside a rectangle."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.accent), 2))
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 3, 3)


class PaintedArea(QAbstractScrollArea):
    """Subclasses paint the viewport and say how high their content is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        follow(self._on_theme_changed)

    def content_height(self) -> int:
        """Return the pixels that all of the content needs."""
        raise NotImplementedError

    def step_height(self) -> int:
        """Return the pixels that one step of the scroll bar goes."""
        raise NotImplementedError

    def _fit(self) -> None:
        """Give the scroll bar the length of the content."""
        bar, page = self.verticalScrollBar(), self.viewport().height()
        bar.setRange(0, max(self.content_height() - page, 0))
        bar.setPageStep(page)
        bar.setSingleStep(self.step_height())
        self.viewport().update()

    def _paint_focus(self, painter: QPainter) -> None:
        if self.hasFocus():
            paint_focus(painter, self.viewport().rect(), self._theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    @Slot(object)
    def _on_theme_changed(self, theme: Theme) -> None:
        self._theme = theme
        self._dress(theme)
        self.viewport().update()

    def _dress(self, theme: Theme) -> None:
        """Take a theme's colours; subclasses fill this, for a slot that is overridden stays connected for ever."""

"""A plot of points under a tool: the ring that shows where it is and how far it reaches, and the cross of the keys."""

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from lab.gui.widgets.paint.paint_tools import LARGEST, SMALLEST, TOOLS
from lab.gui.widgets.paint.point_cloud import REACH
from lab.gui.widgets.paint.point_plot import Point, PointPlot


class RingPlot(PointPlot):
    """Knows the chosen tool, the radius of each tool, the class that is painted, and where the tool is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tool = "brush"
        self._class = 0
        self._radii = {tool.name: tool.radius for tool in TOOLS.values()}
        self._at: Point | None = None
        self._by_keys = False
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)

    @property
    def tool(self) -> str:
        """The name of the chosen tool."""
        return self._tool

    @property
    def radius(self) -> float:
        """The radius of the chosen tool; each tool keeps its own."""
        return self._radii[self._tool]

    @property
    def point(self) -> Point | None:
        """Where the tool is, None while the pointer is elsewhere."""
        return self._at

    def set_tool(self, name: str) -> None:
        """Choose a tool by its name in TOOLS; raises KeyError for another."""
        self._tool = TOOLS[name].name
        self.update()

    def set_class(self, label: int) -> None:
        """Show the ring in the colour of a class, from 0 on."""
        self._class = label
        self.update()

    def set_radius(self, radius: float) -> None:
        """Give the chosen tool another radius, kept within its limits."""
        self._radii[self._tool] = min(max(radius, SMALLEST), LARGEST)
        self.update()

    def _point_at(self, point: Point | None, by_keys: bool = False) -> None:
        """Move the tool; with the keys its cross is shown, and stays when the pointer leaves."""
        self._at, self._by_keys = point, by_keys
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        if not self._by_keys:
            self._point_at(None)
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _paint_over(self, painter: QPainter, plot: QRect) -> None:
        theme = self._theme
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.drawRect(plot)
        if self._at is None:
            return
        painter.setClipRect(plot)
        at = self.to_pixel(*self._at)
        if self._by_keys:
            painter.setPen(QColor(theme.dim))
            painter.drawLine(plot.left(), at.toPoint().y(), plot.right(), at.toPoint().y())
            painter.drawLine(at.toPoint().x(), plot.top(), at.toPoint().x(), plot.bottom())
        radius = self.radius * plot.width() / (2 * REACH)
        colour = theme.ink if self._tool == "eraser" else self._colours[self._class]
        for pen in (QPen(QColor(theme.field), 3.5), QPen(QColor(colour), 1.5)):
            painter.setPen(pen)
            painter.drawEllipse(at, radius, radius)

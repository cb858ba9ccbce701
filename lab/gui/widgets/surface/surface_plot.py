"""A number over a plane as a picture: colours, contour lines, the paths that lead over it, and the value at a point."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF

from lab.gui.theme import Theme, blend, class_colours, diverging_lut, mono, sans
from lab.gui.widgets.drawing.array_types import Floats
from lab.gui.widgets.drawing.axis_ticks import linear_ticks
from lab.gui.widgets.drawing.cell_widget import CellWidget
from lab.gui.widgets.drawing.number_text import number_text
from lab.gui.widgets.drawing.text_align import LEFT, RIGHT
from lab.gui.widgets.surface.contours import contour_lines, levels_of, shades

_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 14, 26, 58
_LEVELS = 11
_SCALE_WIDTH = 90
_TICK_ROOM = 80
_CONTOUR_SHARE = 0.5
_SHADES = 127


@dataclass(frozen=True, eq=False)
class PlaneHeights:
    """Heights, (points of y, points of x), over places `x` and `y`; what the axes and the height are called."""

    x: Floats
    y: Floats
    heights: Floats
    names: tuple[str, str]
    height_name: str = "loss"


@dataclass(frozen=True, eq=False)
class PlanePath:
    """A way over the plane, (k, 2), from its first point to its last; `colour` is a class colour, None for ink."""

    title: str
    places: Floats
    colour: int | None = None


class SurfacePlot(CellWidget):
    """Shows one plane; the arrow keys and a click choose a point of its grid, and the tooltip tells its height."""

    def __init__(self, parent: object = None) -> None:
        self._picture: QPixmap | None = None
        super().__init__()
        self._plane: PlaneHeights | None = None
        self._paths: Sequence[PlanePath] = ()
        self._now: tuple[float, float] | None = None
        self._empty = "nothing to show yet"
        self.setAccessibleName("Loss surface")

    def set_plane(self, plane: PlaneHeights | None, empty: str = "nothing to show yet") -> None:
        """Show a plane without paths; None: only a sentence that says why there is none."""
        self._plane, self._empty, self._paths, self._now = plane, empty, (), None
        self._set_shape((0, 0) if plane is None else (plane.heights.shape[0], plane.heights.shape[1]))
        self._draw_again()

    def set_paths(self, paths: Sequence[PlanePath]) -> None:
        """Draw these paths over the plane, the last one on top."""
        self._paths = tuple(paths)
        self._draw_again()

    def set_now(self, place: tuple[float, float] | None) -> None:
        """Mark where something is now, or nowhere; the rest of the picture stays."""
        if place != self._now:
            self._now = place
            self.update()

    def chosen_place(self) -> tuple[float, float] | None:
        """Return the place of the chosen point of the grid."""
        cell = self.cursor_cell()
        return None if cell is None or self._plane is None else self._place_of(*cell)

    def choose_place(self, x: float, y: float) -> None:
        """Choose the point of the grid that is nearest to a place."""
        if self._plane is not None:
            column, row = (int(np.abs(axis - at).argmin()) for axis, at in ((self._plane.x, x), (self._plane.y, y)))
            self.set_cursor(len(self._plane.y) - 1 - row, column)

    def plot_rect(self) -> QRect:
        """Return the rectangle of the plane."""
        return self.rect().adjusted(_LEFT, _TOP, -_RIGHT, -_BOTTOM)

    def cell_text(self, row: int, column: int) -> str:
        """Return a point's place and height."""
        if self._plane is None:
            return ""
        x, y = self._place_of(row, column)
        height = number_text(float(self._plane.heights[len(self._plane.y) - 1 - row, column]))
        (x_name, y_name), told = self._plane.names, self._plane.height_name
        return f"{x_name} = {number_text(x)}, {y_name} = {number_text(y)}: {told} {height}"

    def _place_of(self, row: int, column: int) -> tuple[float, float]:
        """Return the place of a cell; the first row is the highest y."""
        assert self._plane is not None
        return float(self._plane.x[column]), float(self._plane.y[len(self._plane.y) - 1 - row])

    def sizeHint(self) -> QSize:
        return QSize(480, 360)

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEFT + _RIGHT + 160, _TOP + _BOTTOM + 100)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._plane is None:
            painter.setPen(QColor(self._theme.dim))
            painter.setFont(sans(12))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(QRectF(self.rect().adjusted(20, 0, -20, 0)), flags, self._empty)
        else:
            ratio = self.devicePixelRatioF()
            if self._picture is None or self._picture.size() != self.size() * ratio:
                self._picture = self._drawn(self._plane, ratio)
            painter.drawPixmap(0, 0, self._picture)
            self._paint_now(painter)
        self._paint_cursor(painter)
        painter.end()

    def _paint_now(self, painter: QPainter) -> None:
        if self._now is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setClipRect(self.plot_rect())
            painter.setPen(QPen(QColor(self._theme.panel), 2))
            painter.setBrush(QColor(self._theme.accent))
            painter.drawEllipse(self._point(*self._now), 5.0, 5.0)
            painter.setClipping(False)

    def _draw_again(self) -> None:
        self._picture = None
        self.update()

    def _drawn(self, plane: PlaneHeights, ratio: float) -> QPixmap:
        """Return everything but the cursor and the place of now."""
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(QColor(self._theme.panel))
        painter = QPainter(picture)
        plot = self.plot_rect()
        levels, low, high = levels_of(plane.heights, _LEVELS)
        self._draw_colours(painter, plot, shades(plane.heights, low, high))
        painter.setClipRect(plot)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(blend(self._theme.panel, self._theme.ink, _CONTOUR_SHARE), 1))
        for level in levels.tolist():
            painter.drawLines(self._pieces(contour_lines(plane.heights, level), plane))
        for path in self._paths:
            self._draw_path(painter, path)
        painter.setClipping(False)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._draw_axes(painter, plot, plane)
        self._draw_scale(painter, plot, plane, low, high)
        self._draw_legend(painter, plot)
        painter.end()
        return picture

    def _draw_colours(self, painter: QPainter, plot: QRect, shade: Floats) -> None:
        rows = np.where(np.isnan(shade), 0, 1 + _SHADES + np.rint(np.nan_to_num(shade) * _SHADES)).astype(np.intp)
        pixels = np.ascontiguousarray(self._colours[rows[::-1]])
        height, width = pixels.shape
        image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not np.isnan(shade).any())
        painter.drawImage(plot, image)

    def _point(self, x: float, y: float) -> QPointF:
        """Return the pixel of a place: the outermost points of the grid are the middles of the outermost cells."""
        assert self._plane is not None
        plot, columns, rows = QRectF(self.plot_rect()), len(self._plane.x), len(self._plane.y)
        across = (x - self._plane.x[0]) / (self._plane.x[-1] - self._plane.x[0]) * (columns - 1)
        down = (1 - (y - self._plane.y[0]) / (self._plane.y[-1] - self._plane.y[0])) * (rows - 1)
        return self._pixel(plot, float(across), float(down))

    def _pixel(self, plot: QRectF, column: float, row: float) -> QPointF:
        assert self._plane is not None
        rows, columns = self._plane.heights.shape
        across, down = (column + 0.5) / columns * plot.width(), (row + 0.5) / rows * plot.height()
        return QPointF(plot.x() + across, plot.y() + down)

    def _pieces(self, pieces: Floats, plane: PlaneHeights) -> list[QLineF]:
        plot, last = QRectF(self.plot_rect()), len(plane.y) - 1
        return [
            QLineF(self._pixel(plot, column, last - row), self._pixel(plot, other_column, last - other_row))
            for column, row, other_column, other_row in pieces.tolist()
        ]

    def _colour_of(self, path: PlanePath) -> QColor:
        return QColor(self._theme.ink if path.colour is None else class_colours()[path.colour])

    def _draw_path(self, painter: QPainter, path: PlanePath) -> None:
        finite = path.places[np.isfinite(path.places).all(axis=1)]
        if not len(finite):
            return
        span = 50 * max(float(np.ptp(self._plane.x)), float(np.ptp(self._plane.y))) if self._plane is not None else 1.0
        points = [self._point(x, y) for x, y in np.clip(finite, -span, span).tolist()]
        line = QPolygonF(points)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((QColor(self._theme.panel), 4), (self._colour_of(path), 2)):
            pen = QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawPolyline(line)
        painter.drawEllipse(points[0], 4.0, 4.0)
        painter.setBrush(self._colour_of(path))
        painter.drawEllipse(points[-1], 3.5, 3.5)

    def _draw_axes(self, painter: QPainter, plot: QRect, plane: PlaneHeights) -> None:
        painter.setPen(QColor(self._theme.line))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(plot.adjusted(-1, -1, 0, 0))
        painter.setFont(mono(10))
        painter.setPen(QColor(self._theme.dim))
        metrics = QFontMetrics(mono(10))
        for place, text in linear_ticks(float(plane.x[0]), float(plane.x[-1]), max(plot.width() // _TICK_ROOM, 2)):
            x, half = round(self._point(place, plane.y[0]).x()), metrics.horizontalAdvance(text) // 2 + 1
            painter.drawText(QRect(x - half, plot.bottom() + 4, 2 * half, 14), Qt.AlignmentFlag.AlignCenter, text)
        for place, text in linear_ticks(float(plane.y[0]), float(plane.y[-1]), max(plot.height() // 40, 2)):
            y = round(self._point(plane.x[0], place).y())
            painter.drawText(QRect(18, y - 8, _LEFT - 24, 16), RIGHT, text)
        painter.setFont(sans(11))
        beneath = QRect(plot.x(), plot.bottom() + 19, plot.width(), 16)
        painter.drawText(beneath, Qt.AlignmentFlag.AlignCenter, plane.names[0])
        painter.save()
        painter.translate(13, plot.center().y())
        painter.rotate(-90)
        room = plot.height() + _BOTTOM
        painter.drawText(QRect(-room // 2, -9, room, 16), Qt.AlignmentFlag.AlignCenter, plane.names[1])
        painter.restore()

    def _draw_scale(self, painter: QPainter, plot: QRect, plane: PlaneHeights, low: float, high: float) -> None:
        """Draw what the colours mean, beneath everything: low, the scale, high, and the colour of what is no number."""
        line = QRect(plot.x(), self.height() - 20, plot.width(), 16)
        rows = np.linspace(1 + _SHADES, 1 + 2 * _SHADES, _SCALE_WIDTH).astype(np.intp)
        pixels = np.ascontiguousarray(self._colours[rows])
        image = QImage(pixels.data, _SCALE_WIDTH, 1, 4 * _SCALE_WIDTH, QImage.Format.Format_RGB32)
        painter.setFont(mono(10))
        painter.setPen(QColor(self._theme.dim))
        metrics = QFontMetrics(mono(10))
        left = f"{plane.height_name} {number_text(low)}"
        painter.drawText(line, LEFT, left)
        at = line.x() + metrics.horizontalAdvance(left) + 6
        painter.drawImage(QRect(at, line.y() + 5, _SCALE_WIDTH, 6), image)
        end = f"{number_text(high)} and above"
        painter.drawText(line.adjusted(at - line.x() + _SCALE_WIDTH + 6, 0, 0, 0), LEFT, end)
        if not np.isfinite(plane.heights).all():
            at += _SCALE_WIDTH + 6 + metrics.horizontalAdvance(end) + 14
            painter.fillRect(QRect(at, line.y() + 4, 8, 8), QColor(self._theme.invalid))
            painter.drawText(line.adjusted(at - line.x() + 13, 0, 0, 0), LEFT, "not finite")

    def _draw_legend(self, painter: QPainter, plot: QRect) -> None:
        painter.setFont(sans(11))
        metrics, x = QFontMetrics(sans(11)), plot.x()
        for path in self._paths:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._colour_of(path))
            painter.drawEllipse(QPointF(x + 4, 13), 4.0, 4.0)
            painter.setPen(QColor(self._theme.dim))
            painter.drawText(QRect(x + 13, 4, plot.right() - x, 18), LEFT, path.title)
            x += 13 + metrics.horizontalAdvance(path.title) + 14

    def _dress(self, theme: Theme) -> None:
        rgba = diverging_lut(theme).astype(np.uint32)
        packed = (rgba[:, 3] << 24) | (rgba[:, 0] << 16) | (rgba[:, 1] << 8) | rgba[:, 2]
        self._colours = packed.astype(np.uint32)
        self._colours[0] = QColor(theme.invalid).rgb()
        self._picture = None

"""A plot drawn as lines and texts, for a file that is sharp at any size (SVG); the window paints pixels instead."""

import numpy as np
from PySide6.QtCore import QBuffer, QIODevice, QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtSvg import QSvgGenerator

from lab.gui.theme import current, mono, sans
from lab.gui.widgets.curves.curve_plot import CurvePlot
from lab.gui.widgets.curves.series import Series
from lab.gui.widgets.curves.view import View
from lab.gui.widgets.drawing.array_types import Floats

_LEFT, _RIGHT, _TOP, _BOTTOM = 74.0, 12.0, 26.0, 40.0
_MOST_POINTS_PER_COLUMN = 2
_LINE = 16.0


def svg_of(plots: list[CurvePlot], title: str) -> bytes:
    """Return the bytes of an SVG file with the plots side by side, each as large as in the window or as its legend."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    widths = [max(plot.width(), round(_legend_width(plot) + _LEFT + _RIGHT)) for plot in plots]
    width, height = sum(widths), max(plot.height() for plot in plots)
    generator.setSize(QSize(width, height))
    generator.setViewBox(QRectF(0, 0, width, height))
    generator.setTitle(title)
    generator.setResolution(96)  # so that a pixel is a pixel
    painter = QPainter(generator)
    painter.fillRect(QRectF(0, 0, width, height), QColor(current().panel))
    left = 0.0
    for plot, own in zip(plots, widths, strict=True):
        _draw(painter, plot, QRectF(left, 0, own, height))
        left += own
    painter.end()
    return bytes(buffer.data().data())


def _draw(painter: QPainter, plot: CurvePlot, room: QRectF) -> None:
    inside = room.adjusted(_LEFT, _TOP, -_RIGHT, -_BOTTOM)
    view = plot.view_on(max(round(inside.width()), 2), max(round(inside.height()), 2))
    _draw_axes(painter, plot, view, inside)
    for series, colour in plot.curves():
        painter.setPen(QPen(colour, series.width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        for run in _runs(series, view):
            points = [QPointF(inside.x() + column, inside.y() + row) for column, row in run.tolist()]
            if len(points) == 1:
                painter.setBrush(colour)
                painter.drawEllipse(points[0], 2.0, 2.0)
            else:
                painter.drawPolyline(QPolygonF(points))
    _draw_legend(painter, plot, inside)


def _draw_axes(painter: QPainter, plot: CurvePlot, view: View, inside: QRectF) -> None:
    theme, (x_name, y_name) = current(), plot.axis_names()
    x_ticks, y_ticks = plot.ticks()
    painter.setFont(mono(10))
    metrics = QFontMetricsF(mono(10))
    for place, text in y_ticks:
        y = inside.y() + float(view.pixel_rows(np.array([place]))[0])
        painter.setPen(QColor(theme.grid))
        painter.drawLine(QLineF(inside.left(), y, inside.right(), y))
        painter.setPen(QColor(theme.dim))
        painter.drawText(QPointF(inside.left() - 5 - metrics.horizontalAdvance(text), y + metrics.ascent() / 2), text)
    for place, text in x_ticks:
        x = inside.x() + (place - view.left) / (view.right - view.left) * inside.width()
        painter.drawText(QPointF(x - metrics.horizontalAdvance(text) / 2, inside.bottom() + 14), text)
    painter.setPen(QColor(theme.line))
    painter.drawLine(inside.bottomLeft(), inside.bottomRight())
    painter.setFont(sans(11))
    painter.setPen(QColor(theme.dim))
    named = QFontMetricsF(sans(11))
    middle = inside.center()
    painter.drawText(QPointF(middle.x() - named.horizontalAdvance(x_name) / 2, inside.bottom() + 31), x_name)
    painter.save()
    painter.translate(inside.left() - 56, middle.y() + named.horizontalAdvance(y_name) / 2)
    painter.rotate(-90)
    painter.drawText(QPointF(0, 0), y_name)
    painter.restore()


def _legend_width(plot: CurvePlot) -> float:
    metrics = QFontMetricsF(sans(11))
    return sum(metrics.horizontalAdvance(entry.title) + _LINE + 10 for entry in plot.reading()[1])


def _draw_legend(painter: QPainter, plot: CurvePlot, inside: QRectF) -> None:
    right, metrics = inside.right(), QFontMetricsF(sans(11))
    painter.setFont(sans(11))
    for entry in reversed(plot.reading()[1]):
        right -= metrics.horizontalAdvance(entry.title)
        painter.setPen(QColor(current().dim))
        painter.drawText(QPointF(right, inside.top() - 10), entry.title)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(entry.colour)
        painter.drawEllipse(QPointF(right - 8, inside.top() - 14), 4.0, 4.0)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        right -= _LINE + 10


def _runs(series: Series, view: View) -> list[Floats]:
    """Return the curve in a view as runs of points, (k, 2) each: columns and rows; what is outside lies at the edge.

    Of a curve with many points to a column its lowest and highest are what is left there.
    """
    if not len(series):
        return []
    first, last = (int(n) for n in series.x.before(np.array([view.edges[0], np.nextafter(view.edges[-1], np.inf)])))
    first, last = max(first - 1, 0), min(last + 1, len(series))
    if last - first > _MOST_POINTS_PER_COLUMN * view.columns:
        bounds = series.x.before(view.edges)
        low, high = series.extremes_of(view.log).extremes(bounds)
        columns = np.repeat(np.arange(view.columns) + 0.5, 2)
        heights = np.column_stack([low, high]).reshape(-1)
        has_points = np.repeat(bounds[1:] > bounds[:-1], 2)
        columns, heights = columns[has_points], heights[has_points]
    else:
        columns = view.columns_of(series.x.at(np.arange(first, last)))
        heights = series.y[first:last]
    rows = view.pixel_rows(view.placed(heights))
    points = np.column_stack([np.clip(columns, 0, view.columns), np.clip(rows, 0, view.rows)])
    gaps = np.flatnonzero(np.isnan(points[:, 1]))
    return [run for part in np.split(points, gaps) if len(run := part[~np.isnan(part[:, 1])])]

"""The item of a plot that draws all its curves, the lines of its grid and the upright line of the read-out.

One item for everything has one paint a picture; pyqtgraph's curve items would be one each, and reckon their extremes
and make their paths from all points again.
"""

from collections.abc import Callable, Iterable

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QTransform
from PySide6.QtWidgets import QGraphicsObject, QStyleOptionGraphicsItem, QWidget

from lab.gui.widgets.curves.curve_layer import CurveLayer
from lab.gui.widgets.curves.series import Series
from lab.gui.widgets.curves.view import View
from lab.gui.widgets.drawing.array_types import Floats

_FLAG = 5
"""Pixels that the flag of a note is wide and high."""


class CurveItem(QGraphicsObject):
    """Draws in the pixels of the screen whatever the view box of pyqtgraph, its parent, has in view."""

    def __init__(self, box: pg.ViewBox, view_of: Callable[[int, int], View]) -> None:
        """`view_of` says what is in view for so many columns and rows of pixels."""
        super().__init__(box)
        self._box = box
        self._view_of = view_of
        self._mark: tuple[float | None, QColor] = (None, QColor())
        self._notes: tuple[Floats, QColor] = (np.empty(0), QColor())
        self.layer = CurveLayer()
        box.sigResized.connect(self._on_resized)

    def set_curves(self, curves: Iterable[tuple[Series, QColor]]) -> None:
        """Draw these curves in these colours, the first one beneath."""
        self.layer.set_curves(curves)
        self.update()

    def set_ground(self, back: QColor, lines: QColor, levels: Floats) -> None:
        """Draw level lines of one colour at these heights of the y axis, on a ground of another."""
        self.layer.set_ground(back, lines, levels)

    def set_mark(self, x: float | None, colour: QColor) -> None:
        """Draw an upright line at x, or none."""
        if (x, colour) != self._mark:
            self._mark = x, colour
            self.update()

    def set_notes(self, x: Floats, colour: QColor) -> None:
        """Draw a short upright line with a flag at each of these x."""
        self._notes = x, colour
        self.update()

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, self._box.width(), self._box.height())

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        self.paint_at(painter, painter.transform().map(QPointF(0, 0)))

    def paint_at(self, painter: QPainter, origin: QPointF) -> None:
        """Paint with the upper left corner at a point of the widget; whatever the painter's transformation is."""
        ratio = painter.device().devicePixelRatioF()
        columns, rows = round(self._box.width() * ratio), round(self._box.height() * ratio)
        if columns < 2 or rows < 2:
            return
        view = self._view_of(columns, rows)
        painter.save()
        left, top = (round(place * ratio) / ratio for place in (origin.x(), origin.y()))
        painter.setTransform(QTransform.fromTranslate(left, top).scale(1 / ratio, 1 / ratio))
        painter.drawPixmap(0, 0, self.layer.drawn(view, ratio))
        self._paint_notes(painter, view, ratio)
        x, colour = self._mark
        if x is not None and 0 <= (column := view.column_of(x)) <= columns:
            painter.fillRect(min(int(column), columns - 1), 0, max(round(ratio), 1), rows, colour)
        painter.restore()

    def _paint_notes(self, painter: QPainter, view: View, ratio: float) -> None:
        x, colour = self._notes
        if not len(x):
            return
        columns = view.columns_of(x)
        inside = columns[(columns >= 0) & (columns <= view.columns)]
        width, flag = max(round(ratio), 1), round(_FLAG * ratio)
        for column in np.unique(inside).astype(int).tolist():
            painter.fillRect(min(column, view.columns - width), 0, width, view.rows, colour)
            painter.fillRect(min(column, view.columns - flag), 0, flag, flag, colour)

    def _on_resized(self, _box: object) -> None:
        self.prepareGeometryChange()

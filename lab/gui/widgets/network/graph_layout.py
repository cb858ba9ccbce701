"""Where the neurons of a picture lie: columns from left to right, evenly spread, as large as there is room for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from lab.gui.widgets.drawing.array_types import Floats

TOP, BOTTOM, SIDE = 38, 8, 14
NARROWEST: Final = 64
"""Pixels from a column to the next at least: more columns than have room scroll sideways."""
NAMES: Final = 66
"""Pixels for the names beside the first and the last layer."""
_LARGEST, _SMALLEST = 15.0, 2.5
_LARGEST_MAP, _SMALLEST_MAP = 46.0, 10.0
_FILL: Final = 0.42
_MAP_FILL: Final = 0.88
_WIDEST_STEP: Final = 64.0


@dataclass(frozen=True)
class GraphColumn:
    """A layer in the picture: what is written above it, and the numbers of the units that are shown, of `width`.

    `names` stand beside the neurons where it is the first or the last layer; none: nothing does.
    """

    title: str
    width: int
    units: tuple[int, ...]
    names: tuple[str, ...] = ()


class GraphLayout:
    """The places of all neurons and edges in a rectangle of some pixels; `maps`: each neuron is a square picture."""

    def __init__(self, columns: Sequence[GraphColumn], width: int, height: int, maps: bool) -> None:
        room = max(height - TOP - BOTTOM, 1)
        self._room = room
        most = max((len(column.units) for column in columns), default=1)
        step = min(room / max(most, 1), _WIDEST_STEP)
        if maps:
            self.radius = min(max(step * _MAP_FILL, _SMALLEST_MAP), _LARGEST_MAP) / 2
        else:
            self.radius = min(max(step * _FILL, _SMALLEST), _LARGEST)
        room_left, room_right = (NAMES if columns and columns[end].names else 22 for end in (0, -1))
        left, right = SIDE + self.radius + room_left, width - SIDE - self.radius - room_right
        gap = (right - left) / max(len(columns) - 1, 1)
        self.x = [left + gap * place for place in range(len(columns))]
        self.gap = gap
        self.step = step
        self.y: list[Floats] = []
        for column in columns:
            units = len(column.units)
            first = TOP + room / 2 - step * (units - 1) / 2
            self.y.append(np.asarray(first + step * np.arange(units), np.float64))

        inset = self.radius + 1
        self.corners = [
            [QPointF(x - inset, y - inset) for y in heights.tolist()] for x, heights in zip(self.x, self.y, strict=True)
        ]
        """Where the picture of each neuron begins, which is a pixel wider on each side than the neuron."""

    def middle(self, column: int, place: int) -> QPointF:
        """Return the middle of a neuron."""
        return QPointF(self.x[column], float(self.y[column][place]))

    def box(self, column: int, place: int) -> QRectF:
        """Return the square around a neuron."""
        middle, radius = self.middle(column, place), self.radius
        return QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius)

    def gap_box(self, place: int) -> QRectF:
        """Return the rectangle of the edges between a column and the next."""
        left, right = self.x[place] + self.radius, self.x[place + 1] - self.radius
        return QRectF(left, TOP, max(right - left, 1.0), self._room)

    def neuron_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Return the column and place of the neuron at a pixel, None beside them."""
        near = max(self.radius, 5.0) + 2
        for column, at in enumerate(self.x):
            if abs(x - at) <= near and len(self.y[column]):
                away = np.abs(self.y[column] - y)
                place = int(away.argmin())
                return (column, place) if away[place] <= near else None
        return None

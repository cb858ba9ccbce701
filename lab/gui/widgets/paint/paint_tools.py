"""The tools of a painter, and how the way of a pointer becomes points: evenly along it, never too close together."""

from dataclasses import dataclass
from math import hypot
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lab.gui.widgets.paint.point_plot import Point

GAP: Final = 0.04
"""How far apart the points of one brush stroke are at least."""

SMALLEST: Final = 0.02
LARGEST: Final = 0.4
"""The radius of a tool; the plot is 2 wide."""

PUFF: Final = 3
"""Points of one puff of the spray."""


@dataclass(frozen=True)
class Tool:
    """One tool: its name, its title, the key that chooses it, what it does, and its radius at first."""

    name: str
    title: str
    key: str
    help: str
    radius: float


TOOLS: Final = {
    tool.name: tool
    for tool in (
        Tool("brush", "Brush", "B", "Drag to drop points evenly along the stroke; a wide brush fills a band.", 0.05),
        Tool("eraser", "Eraser", "E", "Drag to take away the points of all classes that the ring passes over.", 0.1),
        Tool("spray", "Spray", "S", "Hold to scatter points at random in the ring: noise that no net can learn.", 0.2),
    )
}


def next_radius(radius: float, larger: bool) -> float:
    """Return the radius that is a quarter larger or a fifth smaller, at least 0.01 away, of two decimals."""
    step = max(radius / 4 if larger else radius / 5, 0.01)
    return round(radius + step if larger else radius - step, 2)


class Stroke:
    """Follows the pointer of one stroke and says where its tool is used.

    A brush drops points GAP apart: one at each point that it passes and, where it is wide, others around it. The other
    tools are used every half radius.
    """

    def __init__(self, tool: str, radius: float, rng: np.random.Generator) -> None:
        self.tool, self.radius = tool, radius
        self._rng = rng
        self._step = GAP if tool == "brush" else radius / 2
        self._last: Point | None = None
        self._dropped: NDArray[np.float64] = np.zeros((0, 2))

    def to(self, point: Point) -> list[Point]:
        """Return where the tool is used on the straight way to `point`."""
        passed = self._pass(point)
        if self.tool != "brush":
            return passed
        before = len(self._dropped)
        for each in passed:
            self._drop(each)
        return [(x, y) for x, y in self._dropped[before:].tolist()]

    def _pass(self, point: Point) -> list[Point]:
        """Return the points on the way, one step apart from the last of them on."""
        if self._last is None:
            self._last = point
            return [point]
        (x, y), (goal_x, goal_y) = self._last, point
        way = hypot(goal_x - x, goal_y - y)
        count = int(way / self._step + 1e-9)
        shares = [number * self._step / way for number in range(1, count + 1)]
        passed = [(x + share * (goal_x - x), y + share * (goal_y - y)) for share in shares]
        self._last = passed[-1] if passed else self._last
        return passed

    def _drop(self, point: Point) -> None:
        """Drop a point here and some around it, wherever there is none of this stroke within GAP."""
        around = max(int((self.radius / GAP) ** 2 - 1), 0)
        distance = self.radius * np.sqrt(self._rng.random((around, 1)))
        angle = 2 * np.pi * self._rng.random((around, 1))
        candidates = np.concatenate([np.zeros((1, 2)), distance * np.hstack([np.cos(angle), np.sin(angle)])]) + point
        for candidate in candidates[self._is_free(candidates)]:
            if self._is_free(candidate[None])[0]:
                self._dropped = np.concatenate([self._dropped, candidate[None]])

    def _is_free(self, points: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Tell of each of the points (k, 2) whether no point of this stroke is within GAP."""
        apart = ((self._dropped[None] - points[:, None]) ** 2).sum(axis=2)
        free: NDArray[np.bool_] = (apart >= (0.999 * GAP) ** 2).all(axis=1)
        return free

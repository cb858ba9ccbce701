"""The 2-D data set that a person paints: its points, and the strokes that can be taken back."""

from dataclasses import dataclass, field
from typing import Final, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QObject, Signal

from lab.data.sets.painted import COLOURS, MOST_POINTS
from lab.gui.widgets.drawing.number_text import count_text
from lab.gui.workspace.undo_list import UndoList

FEWEST_CLASSES: Final = 2
MOST_CLASSES: Final = len(COLOURS)

_DECIMALS = 3
_UNDO_STEPS = 100

Place = tuple[float, float]
PointTuple = tuple[float, float, int]


def _nothing() -> NDArray[np.float64]:
    return np.zeros(0)


@dataclass(frozen=True, eq=False)
class Points:
    """Points of the square from -1 to 1: x and y (N,) float64 of three decimals, label (N,) int64 from 0 on."""

    x: NDArray[np.float64] = field(default_factory=_nothing)
    y: NDArray[np.float64] = field(default_factory=_nothing)
    label: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    classes: int = FEWEST_CLASSES

    def __len__(self) -> int:
        return len(self.x)

    def counts(self) -> list[int]:
        """Return how many points each class has, (classes,)."""
        counts: list[int] = np.bincount(self.label, minlength=self.classes).tolist()
        return counts

    def where(self, keep: NDArray[np.bool_]) -> "Points":
        """Return the points for which `keep` (N,) is true."""
        return Points(self.x[keep], self.y[keep], self.label[keep], self.classes)

    def with_more(self, more: NDArray[np.float64], label: int) -> "Points":
        """Return these points and those of `more` (k, 2) in one class."""
        x, y = np.concatenate([self.x, more[:, 0]]), np.concatenate([self.y, more[:, 1]])
        return Points(x, y, np.concatenate([self.label, np.full(len(more), label, np.int64)]), self.classes)

    def is_same(self, other: "Points") -> bool:
        """Tell whether the same points are there in the same order, and the same number of classes."""
        pairs = ((self.x, other.x), (self.y, other.y), (self.label, other.label))
        return self.classes == other.classes and all(np.array_equal(mine, theirs) for mine, theirs in pairs)

    @classmethod
    def of_tuples(cls, points: tuple[PointTuple, ...], classes: int) -> Self:
        """Return the points of an experiment file."""
        columns = np.array(points, np.float64).reshape(-1, 3)
        x, y = np.round(columns[:, :2].T, _DECIMALS)
        return cls(x, y, columns[:, 2].astype(np.int64), classes)


class Painting(QObject):
    """Holds the points and the strokes before and after them; a stroke is what happens from press to release.

    `changed` follows every change. `stroke_finished` follows what can be taken back in one piece: a stroke, clearing,
    another number of classes, and taking one of them back or doing it again. `full` has one sentence.
    """

    changed = Signal()
    stroke_finished = Signal()
    full = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.points = Points()
        self._strokes: UndoList[Points] = UndoList(_UNDO_STEPS)
        self._at_press: Points | None = None
        self._told_full = False

    # strokes

    def begin_stroke(self) -> None:
        """Let all changes until `end_stroke` be one; outside of a stroke each change is one of its own."""
        self._at_press = self.points

    def end_stroke(self) -> None:
        """End the stroke; one that has changed nothing leaves no trace."""
        old, self._at_press, self._told_full = self._at_press, None, False
        if old is not None and old is not self.points:
            self._keep(old)

    def add(self, points: ArrayLike, label: int) -> None:
        """Add points (k, 2) of one class; those outside the square are left out, and what is too much as well.

        Raises ValueError for a class that is not there.
        """
        if not 0 <= label < self.points.classes:
            raise ValueError(f"painting: there is no class {label}; there are {self.points.classes}, counted from 0.")
        more = np.asarray(points, np.float64).reshape(-1, 2)
        more = np.round(more[(np.abs(more) <= 1).all(axis=1)], _DECIMALS) + 0.0  # + 0.0 makes no -0.0
        room = MOST_POINTS - len(self.points)
        if len(more) > room and not self._told_full:
            self._told_full = self._at_press is not None
            self.full.emit(f"The painting has {count_text(MOST_POINTS)} points, its limit: erase some of them first.")
        if len(more) and room:
            self._change(self.points.with_more(more[:room], label))

    def spray(self, centre: Place, radius: float, count: int, label: int, rng: np.random.Generator) -> None:
        """Add `count` points of one class, spread evenly at random over a disc."""
        distance, angle = radius * np.sqrt(rng.random(count)), 2 * np.pi * rng.random(count)
        self.add(np.stack([centre[0] + distance * np.cos(angle), centre[1] + distance * np.sin(angle)], axis=1), label)

    def erase(self, centre: Place, radius: float) -> None:
        """Take away the points of all classes that lie in a disc."""
        now = self.points
        keep = (now.x - centre[0]) ** 2 + (now.y - centre[1]) ** 2 > radius**2
        if not keep.all():
            self._change(now.where(keep))

    def clear(self) -> None:
        """Take away all points."""
        if len(self.points):
            self._change(Points(classes=self.points.classes))

    def set_classes(self, classes: int) -> None:
        """Have another number of classes; the points of a class that goes are taken away.

        Raises ValueError for a number that is not from 2 to 6.
        """
        if not FEWEST_CLASSES <= classes <= MOST_CLASSES:
            raise ValueError(f"painting: {classes} classes found; {FEWEST_CLASSES} to {MOST_CLASSES} are possible.")
        if classes != self.points.classes:
            kept = self.points.where(self.points.label < classes)
            self._change(Points(kept.x, kept.y, kept.label, classes))

    def _change(self, points: Points) -> None:
        old, self.points = self.points, points
        self.changed.emit()
        if self._at_press is None:
            self._keep(old)

    def _keep(self, old: Points) -> None:
        self._strokes.keep(old)
        self.stroke_finished.emit()

    @property
    def in_stroke(self) -> bool:
        """Whether a stroke has begun and not ended."""
        return self._at_press is not None

    # back and forth

    @property
    def can_undo(self) -> bool:
        """Whether there is a stroke to take back."""
        return self._strokes.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether a stroke was taken back."""
        return self._strokes.can_redo

    def undo(self) -> None:
        """Take back the last stroke; in the middle of a stroke nothing happens."""
        if self.can_undo and not self.in_stroke:
            self._show(self._strokes.undo(self.points))

    def redo(self) -> None:
        """Do the stroke again that was taken back last; in the middle of a stroke nothing happens."""
        if self.can_redo and not self.in_stroke:
            self._show(self._strokes.redo(self.points))

    def _show(self, points: Points) -> None:
        self.points = points
        self.changed.emit()
        self.stroke_finished.emit()

    # files

    def as_points(self) -> tuple[PointTuple, ...]:
        """Return (x, y, class) of every point, rounded to three decimals."""
        x, y, label = (each.tolist() for each in (self.points.x, self.points.y, self.points.label))
        return tuple(zip(x, y, label, strict=True))

    def load(self, points: tuple[PointTuple, ...], classes: int) -> None:
        """Take the points of an experiment, without telling of a stroke.

        Where these were painted here before or after some strokes, as another undo list may bring them back, those
        strokes are taken back or done again; with any other points all strokes are forgotten.
        """
        loaded = Points.of_tuples(points, classes)
        if loaded.is_same(self.points):
            return
        self._at_press = None
        known = self._strokes.go_to(self.points, loaded.is_same)
        if known is None:
            self._strokes.clear()
        self.points = loaded if known is None else known
        self.changed.emit()

"""The reading of a boundary: what the network makes of a plane through its inputs, and of examples on it, at one step.

Two inputs move over a grid and the others stay where they are: at their mean over the training rows, or as the
pinned example has them. The examples come with it, so that the map and its errors are always of the same weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from lab.core import metrics
from lab.core.network import EVALUATION_ROWS
from lab.core.types import Array
from lab.data.dataset import Dataset
from lab.data.errors import DataError
from lab.data.recipe.gaps import fill
from lab.data.sets.features import PLANE, extended
from lab.data.subsets.split import SUBSETS
from lab.experiment.browse.browse import Numbers, Rows, sampled
from lab.experiment.browse.input_axes import InputAxis, Span
from lab.experiment.building import Prepared

if TYPE_CHECKING:
    from lab.experiment.session import Session

from lab.experiment.readings.reading import Reading, read_only

MOST_POINTS: Final = 1500
_MOST_NUMBERS: Final = 400_000
"""Rows times inputs of the examples: of wide data fewer are shown, for training waits while they are looked at."""
_FEWEST: Final = 200
_MEAN_ROWS: Final = 5000
_SEED: Final = 0
_FAR: Final = 1.0
"""A number to predict counts as wrong where it is off by more than this many of the targets' standard deviations."""


@dataclass(eq=False)
class _Placed:
    """What is known of an axis on one dataset: its ends, and the places of the rows that were last asked for."""

    dataset: Dataset
    span: Span
    rows: Rows
    places: Numbers


_PLACED: WeakKeyDictionary[InputAxis, _Placed] = WeakKeyDictionary()
_MEANS: WeakKeyDictionary[Prepared, Numbers] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class MapPoints:
    """Examples on the map: `rows` (k,) of the dataset, their places, part (a number in SUBSETS), target, prediction."""

    rows: Rows
    x: Numbers
    y: Numbers
    parts: NDArray[np.uint8]
    targets: NDArray[Any]
    predicted: NDArray[Any]
    wrong: NDArray[np.bool_]
    total: int
    """How many rows the parts have that were asked for."""


@dataclass(frozen=True, eq=False)
class Boundary:
    """The network's answers on a grid: `classes` with their `certainty`, or the `values` of a number to predict.

    All are (rows, columns), the first row at the bottom; with one input there is one row. certainty is 0 where all
    classes have the same output and 1 where the output of one is 1; NaN where the network has no finite answer.
    values are in the target's own unit.
    """

    step: int
    places: Numbers
    """Where the columns of the grid lie to the right, (columns,)."""
    across: Span
    up: Span
    classes: NDArray[np.int64] | None
    certainty: Numbers | None
    values: Numbers | None
    points: MapPoints
    rest: int | None
    """The row of the dataset that the other inputs are taken from; None for their mean."""


@dataclass(frozen=True)
class BoundaryMap(Reading[Boundary]):
    """The map over two axes, or over one where `up` is None, as fine as `side` cells a way.

    spans: the ends of both axes; None for those of the data. parts: whose examples are wanted. example: the place
    among the pinned rows of the one whose other inputs are kept; None for the mean. target: the number of the target.
    None where these axes are not those of the session's data. It evaluates the network side² times.
    """

    across: InputAxis
    up: InputAxis | None
    side: int
    parts: tuple[str, ...] = ()
    spans: tuple[Span, Span] | None = None
    example: int | None = None
    target: int = 0

    interval: ClassVar[float] = 0.1

    def read(self, session: Session) -> Boundary | None:
        """Return the map with the weights of this moment."""
        if any(axis is not None and axis.inputs != session.dataset.inputs for axis in (self.across, self.up)):
            return None
        try:
            with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                return self._map(session)
        except DataError:
            return None  # the file of the data is gone, or a number there is too large: the run says so itself

    def _map(self, session: Session) -> Boundary | None:
        dataset = session.dataset
        if dataset.watch is not None:
            dataset.watch.check()
        rows = self._chosen(session)
        x = fill(dataset.x[rows], session.prepared.fills) if dataset.gaps else dataset.x[rows]
        pinned = session.pinned
        kept = None if self.example is None or pinned is None else int(
            session.parts["train"].rows[pinned[min(self.example, len(pinned) - 1)]]
        )  # fmt: skip
        across, up = self.spans or self._spans(dataset)
        columns = self.across.grid(across, self.side)
        lines = np.zeros(1) if self.up is None else self.up.grid(up, self.side)
        places = np.tile(columns, len(lines)), np.repeat(lines, len(columns))
        outputs = self._outputs(session, _rest(session, kept), places)
        shape = len(lines), len(columns)
        classes, certainty, values = None, None, None
        if dataset.is_regression:
            values = read_only(self._numbers(session, outputs).reshape(shape))
        else:
            classes = read_only(metrics.predicted_classes(outputs).reshape(shape))
            certainty = read_only(certainty_of(outputs).reshape(shape))
        points = self._points(session, rows, x)
        return Boundary(session.steps, columns, across, up, classes, certainty, values, points, kept)

    def _spans(self, dataset: Dataset) -> tuple[Span, Span]:
        return _placed(self.across, dataset).span, (-0.5, 0.5) if self.up is None else _placed(self.up, dataset).span

    def _chosen(self, session: Session) -> Rows:
        found = [session.parts[part].rows for part in self.parts]
        most = min(MOST_POINTS, max(_MOST_NUMBERS // session.dataset.inputs, _FEWEST))
        return np.sort(sampled(np.concatenate(found), most, _SEED)) if found else np.empty(0, np.int64)

    def _outputs(self, session: Session, rest: Numbers, places: tuple[Numbers, Numbers]) -> Array:
        """Return a^L at the places, some at a time: a grid over a thousand inputs is large."""
        found = []
        for start in range(0, len(places[0]), EVALUATION_ROWS):
            right, high = (each[start : start + EVALUATION_ROWS] for each in places)
            x = np.tile(rest, (len(right), 1))
            self.across.move(x, right)
            if self.up is not None:
                self.up.move(x, high)
            features = session.experiment.data.features
            x = extended(x[:, : len(PLANE)], features) if features else x
            found.append(_predict(session, x))
        return np.concatenate(found)

    def _numbers(self, session: Session, outputs: Array) -> Numbers:
        scaling = session.prepared.target_scaling
        assert scaling is not None
        return scaling.undo(outputs)[:, min(self.target, outputs.shape[1] - 1)]

    def _points(self, session: Session, rows: Rows, x: NDArray[Any]) -> MapPoints:
        dataset = session.dataset
        right = _places(self.across, dataset, rows)
        high = _scattered(rows) if self.up is None else _places(self.up, dataset, rows)
        outputs = _predict(session, x)
        part_of = np.zeros(dataset.examples, np.uint8)
        for number, part in enumerate(SUBSETS):
            part_of[session.parts[part].rows] = number
        predicted: NDArray[Any]
        if dataset.is_regression:
            targets = dataset.y[:, min(self.target, dataset.classes - 1)]
            predicted = self._numbers(session, outputs)
            wrong = ~(np.abs(predicted - targets[rows]) <= _FAR * float(targets.std()))
            high = targets[rows] if self.up is None else high
        else:
            targets = dataset.y
            predicted = metrics.predicted_classes(outputs)
            wrong = predicted != targets[rows]
        there = np.isfinite(right) & np.isfinite(high)
        total = sum(session.parts[part].examples for part in self.parts)
        return MapPoints(
            read_only(rows[there]), read_only(right[there]), read_only(high[there]), read_only(part_of[rows][there]),
            read_only(targets[rows][there]), read_only(predicted[there]), read_only(wrong[there]), total,
        )  # fmt: skip


def _placed(axis: InputAxis, dataset: Dataset) -> _Placed:
    """Return what is known of an axis: it is found once, for it takes longer than the map where inputs are many."""
    known = _PLACED.get(axis)
    if known is None or known.dataset is not dataset:
        x = dataset.x
        span = axis.span(x if len(x) <= _MEAN_ROWS else x[:: -(-len(x) // _MEAN_ROWS)])
        known = _PLACED[axis] = _Placed(dataset, span, np.empty(0, np.int64), np.empty(0))
    return known


def _places(axis: InputAxis, dataset: Dataset, rows: Rows) -> Numbers:
    known = _placed(axis, dataset)
    if not np.array_equal(known.rows, rows):
        known.rows, known.places = rows, axis.places(dataset.x[rows])
    return known.places


def certainty_of(a: Array) -> Numbers:
    """Return how far the largest output of rows (m, c) is above 1/c, as a share of the way to 1, (m,)."""
    top = np.maximum(a[:, 0], 1 - a[:, 0]) if a.shape[1] == 1 else a.max(axis=1)
    least = 1 / max(a.shape[1], 2)
    return np.asarray(np.clip((top.astype(np.float64) - least) / (1 - least), 0.0, 1.0))


def _predict(session: Session, x: NDArray[Any]) -> Array:
    """Return a^L of rows before any scaling, (m, n), which may be none."""
    if not len(x):
        return np.empty((0, session.network.outputs), session.network.dtype)
    return session.network.predict(session.prepared.scaling.apply(x, session.network.dtype))


def _rest(session: Session, row: int | None) -> Numbers:
    """Return the inputs that a place on the map has where the axes say nothing, (n,), before any scaling."""
    if row is not None and session.typed is not None:
        return session.typed.x
    x, fills = session.dataset.x, session.prepared.fills
    if row is not None:
        return np.asarray(fill(np.asarray(x[row : row + 1], np.float64), fills)[0])
    prepared = session.prepared
    if prepared not in _MEANS:
        rows = sampled(session.parts["train"].rows, _MEAN_ROWS, _SEED)
        _MEANS[prepared] = np.asarray(fill(np.asarray(x[np.sort(rows)], np.float64), fills).mean(axis=0), np.float64)
    return _MEANS[prepared]


def _scattered(rows: Rows) -> Numbers:
    """Return heights between -0.4 and 0.4 that a row always has: with one input, points lie apart only so."""
    return np.asarray((rows * 0.6180339887498949 % 1.0 - 0.5) * 0.8, np.float64)

"""The readings of one example that a person tries: what the network says of it, and where it lies among the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from lab.core.network import EVALUATION_ROWS
from lab.data.errors import DataError
from lab.data.recipe.gaps import fill
from lab.experiment.readings.reading import Reading, read_only

if TYPE_CHECKING:
    from lab.experiment.session import Session

_MOST_ROWS = 20_000
"""Training rows that ranges are taken of: more are read in even steps."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What the network says: a share for each class (c,), or numbers (k,) in the target's own unit.

    problem: why there is none, a sentence; "" where there is one.
    """

    values: NDArray[np.float64]
    problem: str = ""


def _scaled(session: Session, x: bytes) -> NDArray[np.floating] | None:
    """Return the example as the network takes it, (1, n); None where it has another number of inputs.

    Raises DataError where a number does not fit.
    """
    row = np.frombuffer(x)[None, :]
    if row.shape[1] != session.dataset.inputs:
        return None
    prepared = session.prepared
    return prepared.scaling.apply(fill(row, prepared.fills) if session.dataset.gaps else row, session.network.dtype)


@dataclass(frozen=True)
class ExampleAnswer(Reading[Answer]):
    """The answer to one example, x: float64 of shape (n,) as bytes, as the data has its inputs, before any scaling."""

    x: bytes

    def read(self, session: Session) -> Answer | None:
        """Send the example through the present network, in buffers of its own."""
        try:
            scaled = _scaled(session, self.x)
        except DataError as error:
            return Answer(read_only(np.zeros(0)), str(error))
        if scaled is None:
            return None
        if not np.isfinite(scaled).all():
            return Answer(read_only(np.zeros(0)), "An input is not a finite number: type one, or take an example.")
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            a = session.network.predict(scaled).astype(np.float64)
        if not np.isfinite(a).all():
            return Answer(
                read_only(np.zeros(0)), "The network's output is not a finite number: the weights are too large."
            )
        targets = session.prepared.target_scaling
        values = np.hstack([1 - a, a]) if targets is None and a.shape[1] == 1 else a
        return Answer(read_only((values if targets is None else targets.undo(values))[0].copy()))


@dataclass(frozen=True, eq=False)
class Ranges:
    """The smallest and the largest value of every input in training, (n,) each; `rows` is how many were looked at."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    rows: int


@dataclass(frozen=True)
class InputRanges(Reading[Ranges]):
    """The range of every input over the training rows; None where their file can no longer be read."""

    interval: ClassVar[float] = 5.0

    def read(self, session: Session) -> Ranges | None:
        """Look at the training rows, in even steps where there are many."""
        dataset, rows = session.dataset, session.parts["train"].rows
        rows = rows[:: max(len(rows) // _MOST_ROWS, 1)]
        low, high = np.full(dataset.inputs, np.inf), np.full(dataset.inputs, -np.inf)
        try:
            for start in range(0, len(rows), EVALUATION_ROWS):
                if dataset.watch is not None:
                    dataset.watch.check()
                chunk = dataset.x[rows[start : start + EVALUATION_ROWS]]
                np.fmin(low, np.fmin.reduce(chunk, axis=0), out=low)
                np.fmax(high, np.fmax.reduce(chunk, axis=0), out=high)
        except DataError:
            return None
        return Ranges(read_only(low), read_only(high), len(rows))


@dataclass(frozen=True, eq=False)
class Nearest:
    """The training examples nearest to one, nearest first: their rows in the dataset (k,) and their distances (k,)."""

    rows: NDArray[np.int64]
    distances: NDArray[np.float64]


@dataclass(frozen=True)
class NearestExamples(Reading[Nearest]):
    """The k training rows nearest to an example, by the Euclidean distance of the inputs as the network has them."""

    x: bytes
    k: int = 5

    interval: ClassVar[float] = 2.0

    def read(self, session: Session) -> Nearest | None:
        """Compare the example with every training row."""
        part = session.parts["train"]
        try:
            scaled = _scaled(session, self.x)
            if scaled is None or not np.isfinite(scaled).all():
                return None
            squares = np.empty(part.examples)
            done = 0
            with np.errstate(over="ignore", invalid="ignore"):
                for chunk, _ in part.chunks(EVALUATION_ROWS):
                    apart = chunk - scaled
                    np.einsum("ij,ij->i", apart, apart, out=squares[done : done + len(chunk)], casting="unsafe")
                    done += len(chunk)
        except DataError:
            return None
        order = np.argsort(squares, kind="stable")[: self.k]
        return Nearest(read_only(part.rows[order]), read_only(np.sqrt(squares[order])))

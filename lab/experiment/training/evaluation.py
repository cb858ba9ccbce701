"""How a network does on one part of the data: as a whole, and row by row."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core import metrics
from lab.core.network import EVALUATION_ROWS, Network
from lab.core.types import Array
from lab.data.subsets.batch import Batches
from lab.data.subsets.scaling import Scaling


@dataclass(frozen=True, eq=False)
class Evaluation:
    """How the network does on one part of the data; the loss is per example, without any penalty.

    `score` is the accuracy; of target numbers R², and then `confusion` is None and rmse and mae are in the
    target's own unit; for classes these are None.
    """

    loss: float
    score: float
    confusion: NDArray[np.int64] | None
    rmse: float | None = None
    mae: float | None = None


@dataclass(frozen=True, eq=False)
class RowResults:
    """How the network does on each of k rows of a part.

    `rows` (k,) are row numbers of the dataset, `losses` (k,) without any penalty, `predicted` (k,) class numbers,
    or (k,) numbers in the target's own unit (of several target numbers the first).
    """

    part: str
    rows: NDArray[np.int64]
    losses: NDArray[np.float64]
    predicted: NDArray[Any]


def evaluate(network: Network, part: Batches, target_scaling: Scaling | None) -> Evaluation:
    """Return loss and score of a part; NaN where it has no examples."""
    classes = max(network.outputs, 2)
    total, confusion = 0.0, np.zeros((classes, classes), np.int64)
    outputs: list[Array] = []
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for x, y in part.chunks(EVALUATION_ROWS):
            loss, a = network.evaluate(x, y)
            total += loss
            if target_scaling is None:
                confusion += metrics.confusion_counts(y, metrics.predicted_classes(a), classes)
            else:
                outputs.append(a.astype(np.float64))
        mean = total / part.examples if part.examples else float("nan")
        if target_scaling is None:
            return Evaluation(mean, metrics.accuracy(confusion), confusion)
        if not outputs:
            return Evaluation(mean, float("nan"), None)
        true, found = (target_scaling.undo(numbers) for numbers in (part.y, np.concatenate(outputs)))
        score = metrics.r_squared(true, found)
        return Evaluation(mean, score, None, metrics.rmse(true, found), metrics.mae(true, found))


def row_results(network: Network, name: str, part: Batches, target_scaling: Scaling | None) -> RowResults:
    """Return the results of every row of the part called `name`, in the part's order."""
    losses = np.empty(part.examples)
    predicted = np.empty(part.examples, np.int64 if target_scaling is None else np.float64)
    start = 0
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for terms, a in _terms(network, part):
            here = slice(start, start + len(a))
            np.sum(terms, axis=1, dtype=np.float64, out=losses[here])
            predicted[here] = metrics.predicted_classes(a) if target_scaling is None else target_scaling.undo(a)[:, 0]
            start += len(a)
    return RowResults(name, part.rows, losses, predicted)


def _terms(network: Network, part: Batches) -> Iterator[tuple[Array, Array]]:
    for x, y in part.chunks(EVALUATION_ROWS):
        yield network.terms_of(x, y)

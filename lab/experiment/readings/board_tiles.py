"""The reading of a board: the matrices of one layer's equations, each reduced to blocks before it is copied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lab.array_blocks import reduce_by_magnitude
from lab.core.explain.tile import MatrixKey, Shown, View
from lab.core.metrics import predicted_classes
from lab.core.types import Array, Numbers

if TYPE_CHECKING:
    from lab.experiment.session import Session
from lab.experiment.readings.reading import Reading, read_only
from lab.experiment.step_arrays import gradient_shares, step_array


@dataclass(frozen=True, eq=False)
class Blocks:
    """A matrix as it lies in the core (a vector is one row), each block shown by its value of the largest magnitude.

    shape: of the matrix itself. row_step, column_step: how many of its rows and columns a block has, 1 where every
    cell is there.
    """

    values: Array
    shape: tuple[int, int]
    row_step: int
    column_step: int


@dataclass(frozen=True, eq=False)
class BoardStep:
    """The matrices asked for, all of one step, and the examples of its batch.

    rows: (m,), the rows of the dataset. targets: their classes, (m,), or their target numbers, (m, k). predicted: (m,),
    the classes by argmax of a^L; empty where the targets are numbers.
    """

    tiles: Mapping[Shown, Blocks]
    rows: NDArray[np.int64]
    targets: NDArray[Any]
    predicted: Numbers


@dataclass(frozen=True)
class BoardTiles(Reading[BoardStep]):
    """The matrices `asked` in at most `most` blocks each way; of those with a row an example perhaps only `example`.

    None before the first step; a matrix that is not there (yet) is left out of the answer.
    """

    asked: frozenset[Shown]
    most: int = 256
    example: int = 0

    def read(self, session: Session) -> BoardStep | None:
        """Return the matrices as the last step left them."""
        if session.lacks_array("a"):
            return None
        rows, network = session.used_rows, session.network
        last = len(rows) - 1
        tiles = dict(self._shares(session, last))
        for shown in self.asked:
            if shown.view is not View.SHARE:
                found = _rows(session, shown.key, shown.view, min(self.example, last))
                if found is not None:
                    tiles[shown] = _blocks(found, self.most)
        part = session.parts["train"]
        classes = not (session.dataset.is_regression or session.lacks_array("a", len(network.layers) - 1))
        predicted = predicted_classes(network.layers[-1].a) if classes else np.empty(0, np.int64)
        return BoardStep(tiles, read_only(part.rows[rows]), read_only(part.y[rows]), read_only(predicted))

    def _shares(self, session: Session, last: int) -> Iterator[tuple[Shown, Blocks]]:
        """Yield what examples add to gradients; the last example is `last`, and stands for those beyond it."""
        asked: dict[MatrixKey, list[Shown]] = {}
        for shown in self.asked:
            if shown.view is View.SHARE:
                asked.setdefault(shown.key, []).append(shown)
        for key, shares in asked.items():
            examples = [min(self.example if each.example is None else each.example, last) for each in shares]
            whole = step_array(session, key.layer, key.name)
            found = gradient_shares(session, key.layer, key.name, examples, self.most)
            for shown, (values, row_step, column_step) in zip(shares, found, strict=False):
                assert whole is not None
                shape = whole.shape if whole.ndim == 2 else (1, len(whole))
                yield shown, Blocks(read_only(values.copy()), (shape[0], shape[1]), row_step, column_step)


def _rows(session: Session, key: MatrixKey, view: View, example: int) -> Array | None:
    found = step_array(session, key.layer, key.name)
    return found[example : example + 1] if found is not None and view is View.EXAMPLE else found


def _blocks(array: Array, most: int) -> Blocks:
    matrix = np.atleast_2d(array)
    reduced, row_step, column_step = reduce_by_magnitude(matrix, most, most)
    values = reduced.copy() if reduced is matrix else reduced
    return Blocks(read_only(values), (matrix.shape[0], matrix.shape[1]), row_step, column_step)

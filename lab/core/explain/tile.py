"""A tile: one matrix where it stands in an equation, as a board draws it: which matrix, how turned, what before it."""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple


@dataclass(frozen=True)
class MatrixKey:
    """One matrix of a step: its layer, from 0, and its name in MATRICES. X is "x" of layer 0, y is "y" of the last."""

    layer: int
    name: str


class Part(Enum):
    """What of a tile goes into cell [i, j] of the result of its equation."""

    ROW = "row i"
    """The left factor of a product; a row that a softmax reads."""
    COLUMN = "column j"
    """The right factor of a product; what is summed over its rows."""
    CELL = "cell [i, j]"
    UNIT = "number j"
    """One number a unit, the same for every row: b."""
    EXAMPLE = "number i"
    """One number an example, the same for every unit: its weight."""
    RESULT = "the cell itself"
    ALL = "every cell"
    """All of what is summed into one number: the terms of the loss."""


class View(Enum):
    """Which part of the matrix is shown."""

    WHOLE = "whole"
    EXAMPLE = "one example's row"
    SHARE = "what one example adds to it"
    """Of a gradient: δ or a δᵀ of the example, never over m."""


class Shown(NamedTuple):
    """Which numbers a tile shows: of which matrix, which part, and of which example, None for the chosen one."""

    key: MatrixKey
    view: View = View.WHOLE
    example: int | None = None


@dataclass(frozen=True)
class Tile:
    """A matrix in an equation.

    shape: rows and columns as it is drawn. transposed: it is drawn with rows and columns exchanged, as a W in Wᵀ or
    an example in a column; a vector lies in the core as one row. operator: what stands before it, such as "·".
    """

    key: MatrixKey
    symbol: str
    shape: tuple[int, int]
    part: Part
    operator: str = ""
    transposed: bool = False
    view: View = View.WHOLE
    example: int | None = None
    """Whose share it is, by its place in the batch; None for the example that is chosen."""

    @property
    def shown(self) -> Shown:
        """Which numbers it shows."""
        return Shown(self.key, self.view, self.example)

    def cell_of_matrix(self, row: int, column: int, example: int) -> tuple[int, int]:
        """Return the row and column in the matrix itself of a cell as it is drawn; `example`: the one on show."""
        there = (column, row) if self.transposed else (row, column)
        return (example, there[1]) if self.view is View.EXAMPLE else there

    def cell_drawn(self, row: int, column: int, example: int) -> tuple[int, int] | None:
        """Return where a cell of the matrix is drawn, None where it is not on show."""
        if self.view is View.EXAMPLE:
            if row != example:
                return None
            row = 0
        return (column, row) if self.transposed else (row, column)

"""What a board shows: rows of tiles with texts, as plain frozen values that know neither Qt nor an experiment."""

from dataclasses import dataclass
from typing import NamedTuple


class Place(NamedTuple):
    """Which tile of which row of the board, both from 0."""

    row: int
    tile: int


@dataclass(frozen=True)
class BoardTile:
    """One matrix in a row.

    shape: rows and columns as it is drawn. operator: what stands before it. is_tied: its rows are the columns of the
    tile before it, the inner dimension of their product. names: of its rows and columns, empty where they have none.
    """

    name: str
    shape: tuple[int, int]
    operator: str = ""
    is_tied: bool = False
    row_names: tuple[str, ...] = ()
    column_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class BoardRow:
    """One equation: what it is called, its formula and shapes as texts, and its tiles from left to right.

    is_beside: it stands beside the row before it where there is room. repeats_last: its first tile is the last one of
    the row before it, and is not drawn twice where the two stand side by side.
    """

    name: str
    formula: str
    shapes: str
    tiles: tuple[BoardTile, ...]
    is_beside: bool = False
    repeats_last: bool = False


@dataclass(frozen=True)
class Light:
    """What is lit in a tile: a row, a column, or the cell where both are given."""

    place: Place
    row: int | None = None
    column: int | None = None

"""What a board shows: rows of tiles with texts, as plain frozen values that know neither Qt nor an experiment."""

from dataclasses import dataclass, replace
from functools import cached_property
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
    widest_name: the room that names of rows get which change with every batch, "" where they stay. row_hints: what a
    tooltip calls the rows, where that is longer than their names. hides_shape: question marks stand for its shape.
    """

    name: str
    shape: tuple[int, int]
    operator: str = ""
    is_tied: bool = False
    row_names: tuple[str, ...] = ()
    column_names: tuple[str, ...] = ()
    widest_name: str = ""
    row_hints: tuple[str, ...] = ()
    hides_shape: bool = False
    is_example: bool = False
    """Whether its name is that of an example, which changes with every batch."""

    @cached_property
    def frame(self) -> "BoardTile":
        """The tile without the names that change with every batch: equal frames lie in the same places."""
        if self.is_example:
            return replace(self, name="")
        if not self.widest_name:
            return self
        columns = self.column_names and ("",) * len(self.column_names)
        return replace(
            self, row_names=self.row_names and ("",) * len(self.row_names), column_names=columns, row_hints=()
        )


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

    @cached_property
    def frame(self) -> "BoardRow":
        """The row without the names that change with every batch."""
        return replace(self, tiles=tuple(tile.frame for tile in self.tiles))


@dataclass(frozen=True)
class Light:
    """What is lit in a tile: a row, a column, or the cell where both are given."""

    place: Place
    row: int | None = None
    column: int | None = None

"""What of a board can be copied: a matrix with its name, and the page of equations with its numbers."""

from collections.abc import Mapping, Sequence

from lab.core.explain.matrices import MATRICES
from lab.core.explain.tile import MatrixKey, Shown, Tile
from lab.core.types import Array
from lab.experiment.readings.board_tiles import Blocks
from lab.experiment.stack.equations import Equation
from lab.experiment.written.writing import NamedMatrix, Page, PageEquation


def named_matrix(key: MatrixKey, values: Array) -> NamedMatrix:
    """Return a matrix under its symbol, as δ², and a name for Python, as delta2."""
    return NamedMatrix(MATRICES[key.name].at(key.layer + 1), f"{key.name}{key.layer + 1}", values)


def page_of(title: str, equations: Sequence[Equation], tiles: Mapping[Shown, Blocks]) -> Page:
    """Return the equations with every matrix in them that is on show, cell by cell."""
    return Page(
        title,
        tuple(
            PageEquation(
                each.name, each.formula, each.shapes, tuple(_matrices(each.tiles, tiles))
            )
            for each in equations
        ),
    )  # fmt: skip


def _matrices(tiles: Sequence[Tile], values: Mapping[Shown, Blocks]) -> Sequence[NamedMatrix]:
    found = []
    for tile in tiles:
        blocks = values.get(tile.shown)
        if blocks is not None:
            turned = blocks.values.T if tile.transposed else blocks.values
            name = f"{tile.key.name}{tile.key.layer + 1}{'_T' if tile.transposed else ''}"
            name += "" if tile.example is None else f"_of_{tile.example}"
            found.append(
                NamedMatrix(tile.symbol, name, turned, blocks.shape[::-1] if tile.transposed else blocks.shape)
            )
    return found

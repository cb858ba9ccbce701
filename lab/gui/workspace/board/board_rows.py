"""From the equations of a layer to the rows of a board: tiles with names, and what goes into a cell of a result."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from lab.core.explain.explanation import Place as CellPlace
from lab.core.explain.matrices import MATRICES
from lab.core.explain.tile import MatrixKey, Part, Tile, View
from lab.experiment.stack.equations import Equation
from lab.gui.widgets.board.board_row import BoardRow, BoardTile, Light, Place

_MOST_NAMES = 40
"""Rows or columns whose names may find room beside them."""


@dataclass(frozen=True)
class AxisNames:
    """What the rows and columns of matrices are called; empty where they have no names.

    layers: how many the network has. example: the one that stands alone as a column, by its place in the batch.
    """

    layers: int
    features: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    """What a tooltip calls the examples: where they come from."""
    widest: str = ""
    """The room that a name of an example gets."""
    example: int = 0

    def of(self, tile: Tile) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the names of the rows and of the columns of a tile."""
        down, across = (self._axis(axis, tile) for axis in MATRICES[tile.key.name].axes)
        return (across, down) if tile.transposed else (down, across)

    def _axis(self, axis: str, tile: Tile) -> tuple[str, ...]:
        if axis == "examples":
            return self._examples(self.examples, tile)
        first, last = axis == "inputs" and tile.key.layer == 0, axis == "units" and tile.key.layer == self.layers - 1
        names = self.features if first else self.outputs if last else ()
        return names if len(names) <= _MOST_NAMES else ()

    def hints_of(self, tile: Tile) -> tuple[str, ...]:
        """Return what a tooltip calls the rows of a tile, where they are examples."""
        by_example = MATRICES[tile.key.name].axes[0] == "examples" and not tile.transposed
        return self._examples(self.hints, tile) if by_example else ()

    def _examples(self, names: tuple[str, ...], tile: Tile) -> tuple[str, ...]:
        if tile.view is View.EXAMPLE:
            return names[self.example : self.example + 1]
        return names if len(names) <= _MOST_NAMES else ()

    def tile(self, tile: Tile, is_tied: bool) -> BoardTile:
        """Return a tile with its names."""
        by_example = MATRICES[tile.key.name].axes[0] == "examples"
        down, across = self.of(tile)
        widest = self.widest if by_example else ""
        name = tile.symbol if tile.example is None else self._example(tile.example)
        hints, is_example = self.hints_of(tile), tile.example is not None
        return BoardTile(name, tile.shape, tile.operator, is_tied, down, across, widest, hints, is_example=is_example)

    def _example(self, number: int) -> str:
        return self.examples[number] if number < len(self.examples) else ""


_MOST_LIT = 64
"""Cells of a tile that are lit one by one."""


def board_rows(equations: Sequence[Equation], names: AxisNames) -> tuple[BoardRow, ...]:
    """Return the equations as rows of a board."""
    rows: list[BoardRow] = []
    before: Tile | None = None
    numbers: dict[str | None, int] = {}
    for equation in equations:
        number = numbers.setdefault(equation.matrix, len(numbers) + 1)  # the same matrix in other words has its number
        tiles, left = [], None
        for tile in equation.tiles:
            is_tied = left is not None and left.part is Part.ROW and tile.part is Part.COLUMN
            tiles.append(names.tile(tile, is_tied))
            left = tile
        first = equation.tiles[0]
        repeats = before is not None and (first.key, first.view, first.transposed) == (
            before.key, before.view, before.transposed
        )  # fmt: skip
        shapes = equation.shapes if any(tile.is_tied for tile in tiles) else ""
        title = f"{number}  {equation.name}"
        rows.append(BoardRow(title, equation.formula, shapes, tuple(tiles), equation.beside, repeats))
        before = equation.tiles[-1]
    return tuple(rows)


def without_shape(
    rows: Sequence[BoardRow], equations: Sequence[Equation], hidden: frozenset[MatrixKey]
) -> tuple[BoardRow, ...]:
    """Return the rows without the shapes of these matrices, which somebody is asked for."""
    return tuple(
        replace(
            row,
            shapes="",
            tiles=tuple(
                replace(drawn, hides_shape=tile.key in hidden)
                for drawn, tile in zip(row.tiles, equation.tiles, strict=True)
            ),
        )
        for row, equation in zip(rows, equations, strict=True)
    )


def places(equations: Sequence[Equation]) -> Iterator[tuple[Place, Tile]]:
    """Return every tile of the equations with its place on the board."""
    for row, equation in enumerate(equations):
        for number, tile in enumerate(equation.tiles):
            yield Place(row, number), tile


def lights_of(equation: Equation, row_number: int, row: int, column: int) -> list[Light]:
    """Return what goes into the result's cell [row, column] of an equation, in each of its other tiles."""
    lights = []
    for number, tile in enumerate(equation.tiles[:-1]):
        place = Place(row_number, number)
        lights.append(Light(place, *_lit(tile.part, row, column)))
    return lights


def lights_of_example(equations: Sequence[Equation], example: int) -> list[Light]:
    """Return a light for the row of an example wherever it has one, and for the tile of what it adds."""
    lights = []
    for place, tile in places(equations):
        if tile.example == example:
            lights.append(Light(place))
        elif MATRICES[tile.key.name].axes[0] == "examples" and tile.view is View.WHOLE:
            lights.append(Light(place, column=example) if tile.transposed else Light(place, row=example))
    return lights


def lights_of_places(equations: Sequence[Equation], cells: Iterable[CellPlace], example: int) -> list[Light]:
    """Return lights for cells of matrices wherever they are drawn: whole rows and columns as one, else cell by cell."""
    of_matrix: dict[tuple[int, str], list[tuple[int, int]]] = {}
    for layer, array, cell in cells:
        of_matrix.setdefault((layer, array), []).append((cell[0], cell[1]) if len(cell) == 2 else (0, cell[-1]))
    lines = {key: _line(found) for key, found in of_matrix.items()}
    lights: list[Light] = []
    for place, tile in places(equations):
        key = (tile.key.layer, tile.key.name)
        if key in of_matrix:
            lights += _lights_in(place, tile, of_matrix[key], lines[key], example)
    return lights


_Line = tuple[int | None, int | None]
"""The row, or the column, that many cells share."""


def _line(cells: Sequence[tuple[int, int]]) -> _Line:
    row, column = cells[0]
    if len(cells) > 1 and all(cell[0] == row for cell in cells):
        return row, None
    return (None, column) if len(cells) > 1 and all(cell[1] == column for cell in cells) else (None, None)


def _lights_in(
    place: Place, tile: Tile, cells: Sequence[tuple[int, int]], line: _Line, example: int
) -> Iterator[Light]:
    """Yield what is lit in one tile."""
    rows, columns = tile.shape[::-1] if tile.transposed else tile.shape
    row, column = line
    if tile.view is View.WHOLE and row is not None and len(cells) == columns:
        yield Light(place, column=row) if tile.transposed else Light(place, row=row)
    elif tile.view is View.WHOLE and column is not None and len(cells) == rows:
        yield Light(place, row=column) if tile.transposed else Light(place, column=column)
    elif tile.view is View.EXAMPLE and row == example and len(cells) == columns:
        yield Light(place, column=0) if tile.transposed else Light(place, row=0)
    else:
        for cell in sorted(cells)[:_MOST_LIT]:
            there = tile.cell_drawn(*cell, example)
            if there is not None:
                yield Light(place, *there)


def _lit(part: Part, row: int, column: int) -> tuple[int | None, int | None]:
    """Return the row and column of a tile that go into the result's cell, None for all of them."""
    return {
        Part.ROW: (row, None),
        Part.COLUMN: (None, column),
        Part.CELL: (row, column),
        Part.UNIT: (0, column),
        Part.EXAMPLE: (row, 0),
        Part.RESULT: (row, column),
        Part.ALL: (None, None),
    }[part]

"""The page of equations with its numbers as text, to be copied."""

from collections.abc import Mapping, Sequence

import numpy as np

from lab.experiment.equations import Equation
from lab.experiment.readings.board_tiles import Blocks, Shown

_MOST_CELLS = 400


def board_text(title: str, equations: Sequence[Equation], tiles: Mapping[Shown, Blocks]) -> str:
    """Return all equations with the matrices in them: rows as lines, numbers with all their digits.

    A matrix of more than 400 cells is named with its shape alone; each stands there once.
    """
    lines, written = [title, ""], set()
    for number, equation in enumerate(equations, start=1):
        lines.append(f"{number}. {equation.name}: {equation.formula}   {equation.shapes}")
        if equation.note:
            lines.append(f"   {equation.note}")
        for tile in equation.tiles:
            if tile.symbol in written or (tile.key, tile.view) not in tiles:
                continue
            written.add(tile.symbol)
            lines.append(f"   {tile.symbol} ({tile.shape[0]}×{tile.shape[1]})")
            lines += _matrix_lines(tiles[tile.key, tile.view], tile.transposed)
        lines.append("")
    return "\n".join(lines)


def _matrix_lines(blocks: Blocks, transposed: bool) -> list[str]:
    if blocks.values.shape != blocks.shape or blocks.values.size > _MOST_CELLS:
        return ["   …"]
    values = blocks.values.T if transposed else blocks.values
    return ["\t".join(["  ", *row]) for row in np.asarray(values).astype(str).tolist()]

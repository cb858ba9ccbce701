"""A weight gradient as the mean, or sum, of m outer products: a small tile for what each example adds to it."""

from dataclasses import replace

from lab.core.explain.equation import Equation
from lab.core.explain.matrices import MATRICES
from lab.core.explain.superscript import superscript
from lab.core.explain.tile import View

MOST_TILES = 8
"""Examples that have a tile; of a larger batch those around the one that is followed."""


def examples_shown(m: int, example: int) -> range:
    """Return which examples of a batch of m have a tile where `example` is followed."""
    first = min(max(example - MOST_TILES // 2, 0), max(m - MOST_TILES, 0))
    return range(first, min(first + MOST_TILES, m))


def as_outer_products(gradient: Equation, m: int, mean: bool, shown: range) -> Equation | None:
    """Return the equation of a weight gradient as the mean or sum over the m examples, of which some are shown.

    None where the gradient is no matrix with a row an input, or m is 1: then it is the only outer product.
    """
    result = gradient.tiles[-1]
    if m < 2 or MATRICES[result.key.name].axes != ("inputs", "units") or result.view is not View.WHOLE:
        return None
    tiles = [
        replace(result, view=View.SHARE, example=example, operator="" if number == 0 else "+")
        for number, example in enumerate(shown)
    ]
    first = "(" if mean else ""
    tiles[0] = replace(tiles[0], operator=f"{first}… +" if shown.start else first)
    last = f"{' + …' if shown.stop < m else ''}{f' ) / {m}' if mean else ''} ="
    number = result.key.layer + 1
    x = f"(a{superscript(number - 1)}ᵢ)ᵀ" if number > 1 else "xᵢᵀ"
    word, front = ("mean", f"(1/{m}) ") if mean else ("sum", "")
    note = (
        f"What example i adds is the outer product of its input and its δ; the batch has the {word} of its {m} "
        f"examples. A click on one follows that example."
    )
    name, formula = f"the {word} of {m} outer products", f"{result.symbol} = {front}Σᵢ {x} δ{superscript(number)}ᵢ"
    return Equation(name, formula, "", note, gradient.matrix, (*tiles, replace(result, operator=last.strip())))

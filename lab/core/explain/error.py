"""The error of a layer's output, ∂L/∂a: handed down by the layer above, or the loss's own at the output.

An activation makes delta of it, most from one cell, a softmax from the errors of all units of the example.
"""

from collections.abc import Callable
from dataclasses import dataclass

from lab.core.explain.cell import Cell
from lab.core.explain.explanation import Sum
from lab.core.types import Floats


@dataclass(frozen=True)
class OutputError:
    """Where the error of a layer's output comes from.

    cell: the sum that one cell of it is. row: all units of the example, (h,), and the sizes by which rounding in them
    is measured, (h,). numbers: how many numbers each of these was made from. note: what e means, for a formula that
    speaks of it.
    """

    cell: Callable[[Cell], Sum]
    row: Callable[[Cell], tuple[Floats, Floats]]
    numbers: Callable[[Cell], int]
    note: Callable[[Cell], str]


def _handed_down(at: Cell) -> Sum:
    return at.up.here.layer.explain_error(at.up)


def _row_handed_down(at: Cell) -> tuple[Floats, Floats]:
    return at.up.here.layer.error_row(at.up)


def _numbers_handed_down(at: Cell) -> int:
    return _handed_down(at).numbers


def _note(at: Cell) -> str:
    return f"e{at.number} = ∂L/∂a{at.number}, the error that layer {at.layer + 2} hands down"


FROM_ABOVE = OutputError(_handed_down, _row_handed_down, _numbers_handed_down, _note)
"""The error that the layer above hands down by its own rule."""

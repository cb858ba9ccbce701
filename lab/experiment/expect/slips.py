"""The slips of calculating a cell by hand: each says what it would give, so that a wrong answer can be traced to it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import fsum, prod

import numpy as np

from lab.core.explain.explain_cell import explain
from lab.core.explain.explanation import Explanation, Factor
from lab.core.explain.step_record import Step
from lab.core.types import Array


@dataclass(frozen=True, eq=False)
class Asked:
    """A cell that is asked for: the sum that it is, the step it is of, and the whole matrix, (rows, columns)."""

    step: Step
    found: Explanation
    matrix: Array
    row: int
    column: int


@dataclass(frozen=True)
class Slip:
    """A slip by its name, what was missed in words, and what it would give: perhaps several numbers, or none."""

    name: str
    missed: str
    gives: Callable[[Asked], Iterator[float]]


@dataclass(frozen=True)
class SlipNumbers:
    """What one slip would give for a cell."""

    name: str
    missed: str
    values: tuple[float, ...]


def _other_rows(asked: Asked) -> Iterator[float]:
    column = asked.matrix[:, asked.column]
    yield from (float(value) for row, value in enumerate(column) if row != asked.row)


def _other_columns(asked: Asked) -> Iterator[float]:
    line = asked.matrix[asked.row]
    yield from (float(value) for column, value in enumerate(line) if column != asked.column)


def _transposed(asked: Asked) -> Iterator[float]:
    """Yield the cell on the other side of the diagonal, and the sum with one matrix of its factors turned."""
    rows, columns = asked.matrix.shape
    if asked.row != asked.column and asked.column < rows and asked.row < columns:
        yield float(asked.matrix[asked.column, asked.row])
    turned = [_with_turned(asked, place) for place in range(max(len(term.factors) for term in asked.found.terms))]
    yield from (value for value in turned if value is not None)


def _with_turned(asked: Asked, place: int) -> float | None:
    """Return the sum with the factor at `place` of each term read from a transposed matrix; None where it cannot be."""
    total, has_turned = [], False
    for term in asked.found.terms:
        factors = list(term.factors)
        if place < len(factors):
            other = _turned(asked.step, factors[place])
            if other is None:
                return None
            has_turned = has_turned or other != factors[place].value
            factors[place] = Factor(factors[place].symbol, other)
        total.append(prod(factor.value for factor in factors))
    outer = prod(factor.value for factor in asked.found.outer)
    return fsum(total) * outer if has_turned else None


def _turned(step: Step, factor: Factor) -> float | None:
    """Return what stands on the other side of the diagonal from a factor; a vector has no other side."""
    if factor.place is None:
        return None
    array = step.layers[factor.place.layer].arrays[factor.place.array]
    if array.ndim != 2:
        return factor.value
    row, column = factor.place.cell
    inside = column < array.shape[0] and row < array.shape[1]
    sign = -1.0 if factor.symbol.startswith("−") else 1.0
    return sign * float(array[column, row]) if inside else None


def _without(asked: Asked, missed: Callable[[str], bool]) -> Iterator[float]:
    """Yield the sum without the factors outside of it that `missed` tells of."""
    left = [factor.value for factor in asked.found.outer if not missed(factor.symbol)]
    if len(left) < len(asked.found.outer):
        yield fsum(term.value for term in asked.found.terms) * prod(left)


def _one_over_m(asked: Asked) -> Iterator[float]:
    """Yield the sum without its 1/m; where the reduction is the sum, with one."""
    if any(factor.symbol == "1/m" for factor in asked.found.outer):
        yield from _without(asked, lambda symbol: symbol == "1/m")
    elif asked.found.formula.startswith("Σᵢ"):
        yield asked.found.cell / len(asked.step.layers[0].x)


def _slope(asked: Asked) -> Iterator[float]:
    yield from _without(asked, lambda symbol: symbol.startswith("σ′"))


def _sign(asked: Asked) -> Iterator[float]:
    yield -asked.found.cell


SLIPS: tuple[Slip, ...] = (
    Slip("row", "this is another row of the same column", _other_rows),
    Slip("column", "this is another column of the same row", _other_columns),
    Slip("transpose", "a transpose was missed, or one too many was taken", _transposed),
    Slip("1/m", "the 1/m of the mean was missed, or taken where the reduction is the sum", _one_over_m),
    Slip("sign", "the sign is the other one", _sign),
    Slip("σ′", "the slope σ′(z) was missed", _slope),
)
"""Every slip that a wrong answer is compared with."""


@dataclass(frozen=True)
class Expected:
    """A cell that is asked for: its name and formula, its number, and what each slip would give in its place."""

    symbol: str
    formula: str
    row: int
    column: int
    value: float
    slips: tuple[SlipNumbers, ...]


def expected(step: Step, layer: int, name: str, row: int, column: int, matrix: Array) -> Expected:
    """Return what a cell of a matrix is, and what each slip would give; matrix: the whole of it, of one or two axes."""
    whole = np.atleast_2d(matrix)
    cell = (row, column) if matrix.ndim == 2 else (column,)
    found = explain(step, layer, name, cell)
    asked = Asked(step, found, whole, row, column)
    slips = tuple(SlipNumbers(slip.name, slip.missed, tuple(slip.gives(asked))) for slip in SLIPS)
    return Expected(found.symbol, found.formula, row, column, found.cell, slips)

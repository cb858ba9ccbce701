"""Cells, matrices and pages as plain text."""

from lab.core.explain.explanation import Explanation, Factor
from lab.experiment.written.writing import NamedMatrix, Page, Writing, factor_number, in_product, joined, number


def numbers_of(sum_: Explanation) -> str:
    """Return all terms in numbers with what stands outside of them: 0.25 · (0.2·(−0.082) + …)."""
    text = joined(sum_.terms, [_product(term.factors, "·") for term in sum_.terms])
    before = [factor for factor in sum_.outer if sum_.formula.startswith(factor.symbol)]
    after = [factor for factor in sum_.outer if factor not in before]
    if sum_.outer and len(sum_.terms) > 1:
        text = f"({text})"
    return " · ".join([*map(factor_number, before), text, *(in_product(factor_number(factor)) for factor in after)])


def where_lines(sum_: Explanation) -> list[str]:
    """Return what the formula speaks of beside its terms, each as "z_max = 1.2"."""
    made = [factor for factor in sum_.factors() if factor.inside]
    spoken = [*(f"{factor_number(factor)} = {number(factor.value)}" for factor in made)]
    spoken += [f"{factor.symbol} = {number(factor.value)}" for factor in sum_.where if not factor.inside]
    return list(dict.fromkeys(spoken))


def write_sum(sum_: Explanation) -> str:
    """Return the cell, its formula, all its terms in numbers, what they come to, and the note."""
    lines = [f"{sum_.symbol} = {sum_.formula}", f"= {numbers_of(sum_)}", f"= {number(sum_.cell, signed=True)}"]
    if where := where_lines(sum_):
        lines.append(f"where {', '.join(where)}")
    return "\n".join([*lines, sum_.note] if sum_.note else lines)


def write_matrix(matrix: NamedMatrix) -> str:
    """Return the matrix with its columns below each other."""
    values = matrix.values.reshape(-1, matrix.values.shape[-1])
    cells = [[number(float(value)) for value in row] for row in values]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))] if cells else []
    rows = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in cells]
    return "\n".join([f"{matrix.symbol} ({matrix.shape_text})", *rows])


def write_page(page: Page) -> str:
    """Return every equation with the matrices in it."""
    parts = [page.title]
    for index, equation in enumerate(page.equations, start=1):
        parts.append(f"{index} {equation.name}: {equation.formula}    {equation.shapes}")
        parts += [_on_page(matrix) for matrix in equation.matrices]
    return "\n\n".join(parts)


def _on_page(matrix: NamedMatrix) -> str:
    is_small = matrix.is_for_a_page
    return write_matrix(matrix) if is_small else f"{matrix.symbol} ({matrix.shape_text}): too large for a page"


def _product(factors: tuple[Factor, ...], dot: str) -> str:
    first, *rest = [factor_number(factor) for factor in factors]
    return dot.join([first, *map(in_product, rest)])


PLAIN = Writing(
    "text", "Text", "Formula, all terms in numbers and the result, as plain text", write_sum, write_matrix, write_page
)

"""Cells, matrices and pages as Markdown with tables, as notebooks and wikis show them."""

from lab.core.explain.explanation import Explanation
from lab.experiment.written.plain import numbers_of, where_lines
from lab.experiment.written.writing import NamedMatrix, Page, Writing, factor_number, in_product, number


def write_sum(sum_: Explanation) -> str:
    """Return the cell with its formula, and a table of its terms."""
    head = [f"**{_plain(sum_.symbol)}** = {_plain(sum_.formula)} = **{number(sum_.cell)}**", ""]
    table = ["| term | in numbers | product |", "| --- | --- | ---: |"]
    for term in sum_.terms:
        names = " · ".join(factor.symbol for factor in term.factors)
        numbers = " · ".join(in_product(factor_number(factor)) for factor in term.factors)
        table.append(f"| {_plain(names)} | {_plain(numbers)} | {number(term.value)} |")
    end = ["", f"= {_plain(numbers_of(sum_))}"] if sum_.outer else []
    end += ["", f"where {_plain(', '.join(where))}"] if (where := where_lines(sum_)) else []
    return "\n".join([*head, *table, *end, *(["", sum_.note] if sum_.note else [])])


def write_matrix(matrix: NamedMatrix) -> str:
    """Return the matrix as a table whose head numbers the columns."""
    values = matrix.values.reshape(-1, matrix.values.shape[-1])
    head = f"| {_plain(matrix.symbol)} | {' | '.join(map(str, range(values.shape[1])))} |"
    line = f"| --- |{' ---: |' * values.shape[1]}"
    rows = [f"| {index} | {' | '.join(number(float(value)) for value in row)} |" for index, row in enumerate(values)]
    return "\n".join([head, line, *rows])


def write_page(page: Page) -> str:
    """Return a section for each equation."""
    parts = [f"## {page.title}"]
    for index, equation in enumerate(page.equations, start=1):
        parts.append(f"### {index} {equation.name}\n\n{_plain(equation.formula)}, {equation.shapes}")
        for matrix in equation.matrices:
            is_small = matrix.is_for_a_page
            parts.append(write_matrix(matrix) if is_small else f"{matrix.symbol}: {matrix.shape_text}, too large")
    return "\n\n".join(parts)


def _plain(text: str) -> str:
    """Return a text in which nothing means emphasis, a link or the end of a cell."""
    for sign in "\\*_[]|`":
        text = text.replace(sign, f"\\{sign}")
    return text


MARKDOWN = Writing("markdown", "Markdown", "With tables, for notebooks and wikis", write_sum, write_matrix, write_page)

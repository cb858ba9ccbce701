"""Cells, matrices and pages as Python with NumPy: running it gives the numbers again, to the last digit."""

import numpy as np

from lab.core.explain.explanation import Explanation
from lab.experiment.written.writing import NamedMatrix, Page, Writing


def write_sum(sum_: Explanation) -> str:
    """Return lines that list the terms and add them up; `cell` is the number that the step left."""
    terms = [" * ".join(repr(factor.value) for factor in term.factors) + "," for term in sum_.terms]
    names = [" · ".join(factor.symbol for factor in term.factors) for term in sum_.terms]
    listed = "\n".join(f"    {term}  # {name}" for term, name in zip(terms, names, strict=True))
    outer = "".join(f" * {factor.value!r}" for factor in sum_.outer)
    said = "".join(f"  # times {factor.symbol}" for factor in sum_.outer)
    lines = [f"# {sum_.symbol} = {sum_.formula}", f"terms = [\n{listed}\n]", f"value = sum(terms){outer}{said}"]
    return "\n".join([*lines, f"cell = {sum_.cell!r}  # as the step left it"])


def write_matrix(matrix: NamedMatrix) -> str:
    """Return `name = np.array(…)` with every digit that the dtype holds."""
    values = matrix.values
    rows = ",\n    ".join(_row(row) for row in values) if values.ndim == 2 else ", ".join(map(_digits, values))
    body = f"\n    {rows},\n" if values.ndim == 2 else rows
    return f"{matrix.name} = np.array([{body}], dtype=np.{values.dtype.name})  # {matrix.symbol}, {matrix.shape_text}"


def write_page(page: Page) -> str:
    """Return a script with every matrix of the page, and the equations as comments."""
    parts = [f"# {page.title}\nimport numpy as np"]
    for matrix in page.matrices():
        is_small = matrix.is_for_a_page
        parts.append(
            write_matrix(matrix) if is_small else f"# {matrix.name}: {matrix.shape_text}, too large for a page"
        )
    parts += [f"# {equation.name}: {equation.formula}   {equation.shapes}" for equation in page.equations]
    return "\n\n".join(parts) + "\n"


def _row(row: np.ndarray) -> str:
    return f"[{', '.join(map(_digits, row))}]"


def _digits(value: np.floating) -> str:
    text = str(value)
    return f"np.{text}" if text in ("nan", "inf") else text.replace("-inf", "-np.inf")


NUMPY = Writing("numpy", "NumPy", "Python that gives the numbers again", write_sum, write_matrix, write_page)

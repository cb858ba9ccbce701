r"""Cells, matrices and pages as LaTeX, for a document with amsmath: \[ … \] displays and bmatrix."""

import re

from lab.core.explain.explanation import Explanation
from lab.experiment.written.plain import numbers_of, where_lines
from lab.experiment.written.writing import NamedMatrix, Page, Writing, number

_SIGNS = {
    "∂": r"\partial ", "δ": r"\delta", "Δ": r"\Delta ", "σ′": r"\sigma'", "σ": r"\sigma", "γ": r"\gamma", "β": r"\beta",
    "α": r"\alpha", "η": r"\eta", "λ": r"\lambda", "μ": r"\mu", "ε": r"\varepsilon", "ℓ": r"\ell", "x̂": r"\hat{x}",
    "m̂": r"\hat{m}", "v̂": r"\hat{v}", "·": r"\cdot ", "⊙": r"\odot ", "−": "-", "√": r"\surd ",
    "Σ": r"\sum", "½": r"\tfrac12 ",
    "≤": r"\le ", "→": r"\to ", "←": r"\leftarrow ", "×": r"\times ", "ρ": r"\rho", "Π": r"\prod", "′": "'",
}  # fmt: skip
_UP = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹ᵀᴸᵗ⁺⁻", "0123456789TLt+-")
_DOWN = str.maketrans("₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₜ", "0123456789ijkt")
_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹ᵀᴸᵗ⁺⁻]+")
_LOWERED = re.compile("[₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₜ]+")
_INDEX = re.compile(r"\[([^\]]*)\]")
_WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2,}(?:[ ][A-Za-z]{2,})*")
_END = "\x00"
"""Where the name of a sign ends: a space is needed there before a letter."""
_FUNCTIONS = {"exp", "ln", "max", "min"}


def math(text: str) -> str:
    r"""Return a formula of the program as LaTeX's mathematics: δ²[3, 5] is \delta^{(2)}_{3, 5}."""
    text = _WORD.sub(_word, text)
    text = _RAISED.sub(lambda found: _raised(found.group()), text)
    text = _LOWERED.sub(lambda found: f"_{{{found.group().translate(_DOWN)}}}", text)
    text = _INDEX.sub(lambda found: f"_{{{found.group(1)}}}", text)
    for sign, name in _SIGNS.items():
        text = text.replace(sign, f"{name.rstrip()}{_END}")
    return re.sub(f"{_END}(?=[A-Za-z])", " ", text).replace(_END, "")


def _word(found: re.Match[str]) -> str:
    word = found.group()
    return f"\\{word} " if word in _FUNCTIONS else f"\\text{{{word}}}"


def _raised(marks: str) -> str:
    plain = marks.translate(_UP)
    return f"^{{({plain})}}" if plain.isdigit() else f"^{{{plain}}}"


def write_sum(sum_: Explanation) -> str:
    """Return the cell, its formula, its terms and what they come to, each on a line of an align* environment."""
    lines = [
        f"{math(sum_.symbol)} &= {math(sum_.formula)}",
        f"&= {math(numbers_of(sum_))}",
        f"&= {math(number(sum_.cell))}",
    ]
    lines += [f"&\\quad {math(line)}" for line in where_lines(sum_)]
    body = " \\\\\n  ".join(lines)
    return f"\\begin{{align*}}\n  {body}\n\\end{{align*}}"


def write_matrix(matrix: NamedMatrix) -> str:
    """Return the matrix as a bmatrix with its symbol."""
    values = matrix.values.reshape(-1, matrix.values.shape[-1])
    rows = " \\\\\n  ".join(" & ".join(math(number(float(value))) for value in row) for row in values)
    return f"\\[\n{math(matrix.symbol)} = \\begin{{bmatrix}}\n  {rows}\n\\end{{bmatrix}}\n\\]"


def write_page(page: Page) -> str:
    """Return a paragraph for each equation with the matrices in it; very wide ones need MaxMatrixCols raised."""
    parts = [f"\\paragraph{{{page.title}}}", "\\setcounter{MaxMatrixCols}{64}"]
    for equation in page.equations:
        parts.append(f"\\paragraph{{{equation.name}}} ${math(equation.formula)}$")
        for matrix in equation.matrices:
            is_small = matrix.is_for_a_page
            parts.append(write_matrix(matrix) if is_small else f"% {matrix.name}: {matrix.shape_text}, too large")
    return "\n\n".join(parts)


LATEX = Writing("latex", "LaTeX", "For a document with amsmath", write_sum, write_matrix, write_page)

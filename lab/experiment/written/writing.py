"""What a format of writing is, and what can be written: a cell as its sum, a matrix, a page of equations."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lab.core.explain.explanation import Explanation, Factor, Term
from lab.core.table import empty_texts
from lab.core.types import Array

MOST_ON_A_PAGE = 4096
"""Numbers of a matrix that a page of equations writes out; of a larger one it says the shape."""


@dataclass(frozen=True, eq=False)
class NamedMatrix:
    """A matrix with its symbol, as δ², and a name that Python takes, as delta2; values: (rows, columns) or a vector."""

    symbol: str
    name: str
    values: Array
    shape: tuple[int, ...] | None = None
    """Its own shape, where the values are only a picture of it in blocks."""

    @property
    def is_for_a_page(self) -> bool:
        """Whether every cell is there, and a page has room for them."""
        whole = self.shape in (None, self.values.shape)
        return whole and self.values.size <= MOST_ON_A_PAGE

    @property
    def shape_text(self) -> str:
        """Its shape as in 32×64."""
        return "×".join(map(str, self.shape or self.values.shape))


@dataclass(frozen=True, eq=False)
class PageEquation:
    """An equation of a page: its name, its formula with shapes, and the matrices in it; the last is what it yields."""

    name: str
    formula: str
    shapes: str
    matrices: tuple[NamedMatrix, ...]


@dataclass(frozen=True, eq=False)
class Page:
    """The equations of a layer with their numbers, all of one step."""

    title: str
    equations: tuple[PageEquation, ...]

    def matrices(self) -> Sequence[NamedMatrix]:
        """Return every matrix of the page once, in the order of the equations."""
        found = {matrix.name: matrix for equation in self.equations for matrix in equation.matrices}
        return list(found.values())


@dataclass(frozen=True)
class Writing:
    """A format that cells, matrices and pages are written in."""

    name: str
    title: str
    help: str
    write_sum: Callable[[Explanation], str]
    write_matrix: Callable[[NamedMatrix], str]
    write_page: Callable[[Page], str]

    def lacks(self) -> list[str]:
        """Return what is missing."""
        return empty_texts(self, "title", "help")


def number(value: float, signed: bool = False) -> str:
    """Return a number with four digits and a true minus, as in −0.0812."""
    if value == 0:
        return "0"  # whatever its sign: −0 is no other number
    text = f"{value:+.4g}" if signed else f"{value:.4g}"
    return text.replace("-", "−")


def factor_number(factor: Factor) -> str:
    """Return a factor with numbers in the place of the names in it: σ(1.318) for σ(z¹[0, 0]), else its number."""
    if not factor.inside:
        return number(factor.value)
    text = factor.symbol
    for each in sorted(factor.inside, key=lambda inner: -len(inner.symbol)):
        text = text.replace(each.symbol, number(each.value))
    return text


def joined(terms: Sequence[Term], texts: Sequence[str]) -> str:
    """Return terms that are written in numbers as a sum: 0.3·0.2 − 0.1·0.5, and − 0 where a zero is taken away."""
    first, *others = zip(terms, texts, strict=True)
    parts = [first[1]]
    for term, text in others:
        is_taken = text.startswith("−") or (term.value == 0 and term.factors[0].symbol.startswith("−"))
        parts.append(f" − {text.removeprefix('−')}" if is_taken else f" + {text}")
    return "".join(parts)


def in_product(text: str) -> str:
    """Return a number as it stands behind a dot: in brackets where it is below zero."""
    return f"({text})" if text.startswith("−") else text

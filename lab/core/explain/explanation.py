"""A cell written out: a sum of terms, every term a product of factors, every factor a name and a number."""

from dataclasses import dataclass, replace
from math import fsum, prod


@dataclass(frozen=True)
class Factor:
    """A number with the name under which a formula knows it, such as W³[5, 0]."""

    symbol: str
    value: float
    summed: float = 0.0
    """For a number that is itself a sum, such as a mean: its terms without their signs, added up."""

    @property
    def size(self) -> float:
        """What rounding in the value is measured by."""
        return max(abs(self.value), self.summed)


@dataclass(frozen=True)
class Term:
    """A product of factors."""

    factors: tuple[Factor, ...]

    @property
    def value(self) -> float:
        """The product."""
        return prod(factor.value for factor in self.factors)

    @property
    def size(self) -> float:
        """The product of the factors' sizes."""
        return prod(factor.size for factor in self.factors)


@dataclass(frozen=True)
class Sum:
    """Terms in their order, what their sum is multiplied by, and both as text."""

    formula: str
    terms: tuple[Term, ...]
    outer: tuple[Factor, ...] = ()
    where: tuple[Factor, ...] = ()
    """Further numbers that the formula speaks of, such as the ε inside a root."""
    note: str = ""
    """What a formula cannot say, in a sentence; may be empty."""

    @property
    def value(self) -> float:
        """The sum of the terms times all that stands outside."""
        return fsum(term.value for term in self.terms) * prod(factor.value for factor in self.outer)

    @property
    def size(self) -> float:
        """The terms without their signs added up, times all that stands outside: what rounding is measured by."""
        return fsum(term.size for term in self.terms) * prod(factor.size for factor in self.outer)

    def times(self, *factors: Factor, where: tuple[Factor, ...] = ()) -> "Sum":
        """Return the sum with these factors after it."""
        formula = " · ".join((self.bracketed(), *(factor.symbol for factor in factors)))
        return replace(self, formula=formula, outer=(*self.outer, *factors), where=(*self.where, *where))

    def led_by(self, factor: Factor) -> "Sum":
        """Return the sum with this factor before it."""
        return replace(self, formula=f"{factor.symbol} · {self.bracketed()}", outer=(factor, *self.outer))

    def noted(self, note: str) -> "Sum":
        """Return the sum with one more sentence to its note."""
        return replace(self, note=f"{self.note}; {note}" if self.note else note)

    def bracketed(self) -> str:
        """Return the formula as it stands beside a factor."""
        plain = self.outer or (len(self.terms) == 1 and not self.formula.startswith("Σ"))
        return self.formula if plain else f"({self.formula})"


@dataclass(frozen=True)
class Explanation(Sum):
    """A cell of a step and the sum that it is: `value` equals `cell` to rounding, which `size` is the measure of."""

    symbol: str = ""
    cell: float = 0.0
    """The number that the step left in this cell."""

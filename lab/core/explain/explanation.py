"""A cell written out: a sum of terms, every term a product of factors, every factor a name and a number."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import fsum, prod
from typing import NamedTuple


class Place(NamedTuple):
    """Where a number lies: the cell `cell` of an array of layer `layer` (from 0), whatever the form."""

    layer: int
    array: str
    cell: tuple[int, ...]


class Factor(NamedTuple):
    """A number with the name under which a formula knows it, such as W³[5, 0]; thousands of them make a sum."""

    symbol: str
    value: float
    summed: float = 0.0
    """For a number that is itself a sum, such as a mean: its terms without their signs, added up."""
    numbers: int = 1
    """How many numbers it was made from: more than one for a sum."""
    place: Place | None = None
    """The cell that it is, None for what is no cell of a matrix."""
    inside: tuple["Factor", ...] = ()
    """The numbers that its name speaks of, such as the z of σ(z)."""

    @property
    def size(self) -> float:
        """What rounding in the value is measured by."""
        return max(abs(self.value), self.summed)

    @property
    def roundings(self) -> int:
        """How many numbers stand behind it, each of which rounding may have touched."""
        return self.numbers + sum(factor.roundings for factor in self.inside)

    def places(self) -> Iterator[Place]:
        """Yield the cell that it is, and those of the numbers that its name speaks of."""
        if self.place is not None:
            yield self.place
        for factor in self.inside:
            yield from factor.places()


class Term(NamedTuple):
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

    @property
    def numbers(self) -> int:
        """How many numbers the explanation names: n in the bound n ε Σ|terms| of what rounding may amount to."""
        return sum(factor.roundings for factor in self.factors())

    def factors(self) -> Iterator[Factor]:
        """Yield every number of the explanation: those outside, those of the terms, and those it speaks of."""
        yield from self.outer
        for term in self.terms:
            yield from term.factors
        yield from self.where

    def places(self) -> frozenset[Place]:
        """Return the cells that the sum is made of: what lights up in the matrices beside it."""
        return frozenset(place for factor in self.factors() for place in factor.places())

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
    place: Place | None = None
    """Which cell it is."""

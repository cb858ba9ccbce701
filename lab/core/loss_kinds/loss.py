"""What a loss is: its terms and their derivative by a, its texts, and how it goes with the activations before it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from lab.core.activations import Activation
from lab.core.explain.cell import Cell
from lab.core.explain.error import OutputError
from lab.core.explain.explanation import Factor, Sum, Term
from lab.core.plain_code import PlainFunction
from lab.core.table import empty_texts
from lab.core.types import Array, Floats

Terms = Callable[[Array, Array, Array, Array], None]
"""(a, y, out, work): writes the (m, c) terms of the loss, or its derivative by a, into out; work is scratch."""

TermsFromForward = Callable[[Array, Array, Array, Array, Array], None]
"""(z, log_a, y, out, work): the terms of the loss from what forward left, exact where a underflows."""

DeltaFromForward = Callable[[Array, Array, Array, Array, float, Array, Array], None]
"""(z, log_a, a, y, temperature, out, work): writes delta^L from what forward left, 1/a cancelled by hand."""

TermWhere = Callable[[float], float]
"""(y): the term of the loss of one output, as the loss itself computes it, if its target were y."""


def plain_term(at: Cell, term_where: TermWhere) -> Sum:
    """Return the term of a cell as one number, made from a and y by the loss's formula."""
    a, y = at.factor("a"), at.target(at.unit)
    term = Factor(f"ℓ({a.symbol}, {y.symbol})", term_where(y.value), inside=(a, y))
    loss = at.step.rule.loss
    return Sum(term.symbol, (Term((term,)),), where=(a, y), note=loss.formula)


@dataclass(frozen=True)
class PairCode:
    """The terms and delta^L of a pair by z, a and y as plain NumPy; empty: the loss's own. It may call `functions`."""

    terms: str = ""
    delta: str = ""
    functions: tuple[PlainFunction, ...] = ()


@dataclass(frozen=True)
class Pair:
    """A loss on one output activation whose terms, or whose delta too, come exactly from what forward left.

    terms: as TermsFromForward; None: as on any other output. short: delta is (a - y) / T, for the derivatives cancel;
    why says how. needs_shares: that holds only where every row of y sums to 1. delta and explain: delta by a rule of
    the pair's own.
    """

    terms: TermsFromForward | None
    short: bool = False
    why: str = ""
    needs_shares: bool = False
    delta: DeltaFromForward | None = None
    explain: Callable[["Loss", Cell, Activation], Sum] | None = None
    plain: PairCode = PairCode()

    def lacks(self) -> list[str]:
        """Return what is missing in this pair."""
        lacks = ["why its short form holds"] if self.short and not self.why else []
        return lacks + (["how its delta is explained"] if self.delta is not None and self.explain is None else [])


@dataclass(frozen=True)
class Loss:
    """A loss L = sum of terms(a, y) with its derivative error = dL/da, and the outputs it is accepted with."""

    name: str
    title: str
    formula: str
    error_formula: str
    help: str
    terms: Terms
    error: Terms
    outputs: tuple[str, ...] | None = None
    """Names of the activations that may stand before it; None: any."""
    why_outputs: str = ""
    """Why not the others, as the end of a sentence."""
    takes_numbers: bool = False
    """Whether the target may be any number, not only a class."""
    takes_smoothing: bool = False
    """Whether label smoothing means something with it."""
    why_not_alone: str = ""
    """Why a single output makes no sense with it, as a sentence; empty where it does."""
    pairs: Mapping[str, Pair] = field(default_factory=dict)
    """Name of an activation to what is special about this loss on it."""
    kink: Callable[[Floats, Floats], Floats] | None = None
    """(a, y): what is 0 where the derivative by a jumps."""
    plain: tuple[str, str] = ("", "")
    """The terms and the derivative by a as plain NumPy, by a and y."""
    explain_error: Callable[[Cell], Sum] | None = None
    """The derivative by a of a cell written out; None: it is one number with its formula as a note."""
    explain_term: Callable[[Cell, TermWhere], Sum] = plain_term
    """What a cell adds to the loss, written out."""

    def lacks(self) -> list[str]:
        """Return what is missing or wrong in this entry."""
        lacks = empty_texts(self, "title", "formula", "error_formula", "help")
        lacks += [name for name in ("terms", "error") if not callable(getattr(self, name))]
        lacks += ["why it goes with these outputs only"] if self.outputs is not None and not self.why_outputs else []
        return lacks + [f"{fault} on {name}" for name, pair in self.pairs.items() for fault in pair.lacks()]

    @property
    def output_error(self) -> OutputError:
        """Where an explanation takes the error of the last layer's output from."""
        return OutputError(self._error_sum, self._error_row, lambda _at: 1, self._note)

    def _error_sum(self, at: Cell) -> Sum:
        if self.explain_error is not None:
            return self.explain_error(at)
        name = f"∂L/∂a{at.number}{at.brackets(at.unit)}"
        factor = Factor(name, float(self._error_of(at, slice(at.unit, at.unit + 1))[0]))
        return Sum(name, (Term((factor,)),), note=self.error_formula)

    def _error_row(self, at: Cell) -> tuple[Floats, Floats]:
        errors = self._error_of(at, slice(None))
        return errors, np.abs(errors)

    def _note(self, at: Cell) -> str:
        return f"e{at.number} = ∂L/∂a{at.number}: {self.error_formula}"

    def _error_of(self, at: Cell, units: slice) -> Floats:
        """Return ∂L/∂a of these units as the loss itself computes it."""
        a: Array = at.here.arrays["a"][at.row : at.row + 1, units]
        out, work = np.empty_like(a), np.empty_like(a)
        self.error(a, at.step.y[at.row : at.row + 1, units], out, work)
        error: Floats = out[0].astype(np.float64)
        return error

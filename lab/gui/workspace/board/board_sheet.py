"""What a board shows before any number has come: the equations of a layer, their tiles, the names, the chain."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from lab.core.explain.tile import Shown
from lab.experiment.datasets import DataFacts
from lab.experiment.example_names import output_names, widest_name
from lab.experiment.spec import Experiment
from lab.experiment.stack.equations import Equation, equations
from lab.experiment.stack.outer_products import as_outer_products
from lab.experiment.stack.stack import stack_rows
from lab.gui.widgets.board.chain_view import Chain
from lab.gui.workspace.board.board_chain import chain_of
from lab.gui.workspace.board.board_rows import AxisNames, places

_KEPT = 2
"""Sheets: that of whole batches and that of the last one of an epoch, which take turns."""


@dataclass(frozen=True, eq=False)
class SheetBasis:
    """What a sheet is made from.

    rate: the η of the step. has_frozen: whether cells of a parameter are frozen.
    """

    experiment: Experiment
    facts: DataFacts
    layer: int
    m: int
    one_example: bool
    rate: float
    has_frozen: bool
    shares: range | None
    """The examples of which each one's part of the weight gradient is shown."""

    def is_same(self, other: SheetBasis) -> bool:
        """Return whether the same sheet would come of it; an experiment that is another object is another one."""
        if self.experiment is not other.experiment or self.facts is not other.facts:
            return False
        plain = (self.layer, self.m, self.one_example, self.rate, self.has_frozen, self.shares)
        return plain == (other.layer, other.m, other.one_example, other.rate, other.has_frozen, other.shares)


@dataclass(frozen=True, eq=False)
class BoardSheet:
    """The equations of one layer with what they ask of the run and with the names of what they show."""

    basis: SheetBasis
    equations: list[Equation]
    asked: frozenset[Shown]
    names: AxisNames
    chain: Chain


class BoardSheets:
    """Makes sheets, and keeps the last ones."""

    def __init__(self) -> None:
        self._kept: deque[BoardSheet] = deque(maxlen=_KEPT)

    def sheet(self, basis: SheetBasis) -> BoardSheet:
        """Return the sheet of this basis, the same object as long as it is kept."""
        kept = next((each for each in self._kept if each.basis.is_same(basis)), None)
        if kept is None:
            kept = _made(basis)
            self._kept.append(kept)
        return kept


def _made(basis: SheetBasis) -> BoardSheet:
    experiment, dataset, m = basis.experiment, basis.facts.dataset, basis.m
    stack = stack_rows(experiment, dataset.inputs, dataset.classes)
    found = equations(experiment, stack, basis.layer, m, basis.one_example, basis.rate, basis.has_frozen)
    if basis.shares is not None:
        found += _outer_products(found, basis, basis.shares)
    asked = frozenset(tile.shown for _, tile in places(found))
    outputs = output_names(dataset, stack[-1].outputs)
    blanks = ("",) * m
    names = AxisNames(len(stack), dataset.feature_names, outputs, blanks, blanks, widest_name(dataset))
    return BoardSheet(basis, found, asked, names, chain_of(experiment, stack, m, basis.one_example))


def _outer_products(found: list[Equation], basis: SheetBasis, shares: range) -> list[Equation]:
    """Return the weight gradient once more, as what each example adds to it."""
    mean = basis.experiment.training.reduction == "mean"
    made = (as_outer_products(each, basis.m, mean, shares) for each in found if each.matrix == "dW")
    return [each for each in made if each is not None]

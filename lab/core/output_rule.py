"""The rule in force at the output: how the last delta comes from the loss, and whether it is a - y.

For three pairs of loss and activation the derivative of the loss and that of the activation cancel to
delta^L = (a^L - y) / T (Bishop, Pattern Recognition and Machine Learning, 2006, section 4.3.6: canonical link
functions). For every other accepted pair the general rule holds: first the error dL/da, then the activation's
own derivative. Which pairs cancel stands in the loss's entry.
"""

from dataclasses import dataclass, replace

import numpy as np

from lab.core.activations import ACTIVATIONS, Activation
from lab.core.explain.cell import Cell
from lab.core.explain.equation import EquationFrame
from lab.core.explain.explanation import Sum
from lab.core.explain.tile import Part, Tile
from lab.core.layer_kinds.output_layer import ActivatedPass
from lab.core.loss_kinds.distances import difference
from lab.core.loss_kinds.loss import Pair
from lab.core.losses import LOSSES, Loss
from lab.core.types import Array

_PLAIN = Pair(None)
"""A loss on an activation with which nothing cancels."""


@dataclass(frozen=True)
class OutputRule:
    """What a loss makes of the last layer's output, as data that a window can show."""

    loss: Loss
    activation: Activation
    pair: Pair
    formula: str
    """delta^L as text."""
    why: str
    """Why this formula and not the other, one sentence."""

    @property
    def short(self) -> bool:
        """Whether delta^L is (a - y) / T."""
        return self.pair.short

    def terms(self, now: ActivatedPass, y: Array, out: Array, work: Array) -> None:
        """Write the terms of the loss of the last layer's pass, (m, c), into `out`; `work` is scratch."""
        if self.pair.terms is None:
            self.loss.terms(now.a, y, out, work)
        else:
            self.pair.terms(now.z, now.slope, y, out, work)

    def delta(self, now: ActivatedPass, y: Array, error: Array) -> None:
        """Write delta^L into the last layer's pass; `error`, (m, c), receives dL/da where that is on the way."""
        if self.pair.short:
            np.subtract(now.a, y, out=now.delta)
            if self.activation.temperature != 1.0:
                np.multiply(now.delta, now.delta.dtype.type(1.0 / self.activation.temperature), out=now.delta)
        elif self.pair.delta is not None:
            self.pair.delta(now.z, now.slope, now.a, y, self.activation.temperature, now.delta, error)
        else:
            self.loss.error(now.a, y, error, now.delta)
            self.activation.backward(error, now.z, now.a, now.slope, now.delta, now.rows)

    def tiles(self, frame: EquationFrame, weighted: bool) -> tuple[Tile, ...]:
        """Return the matrices that make delta^L; weighted: every example counts by the weight of its class."""
        if self.pair.short:
            return self._short_tiles(frame, weighted)
        tiles = self.activation.delta_tiles(frame, (frame.tile("error", Part.CELL),))
        if not weighted:
            return tiles
        first, *others, delta = tiles
        return (replace(first, operator=f"({first.operator}"), *others, _weight(frame, ") ⊙"), delta)

    def _short_tiles(self, frame: EquationFrame, weighted: bool) -> tuple[Tile, ...]:
        T = self.activation.temperature
        divided, bracket = f" / {T:g}" if T != 1.0 else "", ")" if weighted or T != 1.0 else ""
        opened = "(" if bracket else ""
        pair = (frame.tile("a", Part.CELL, opened), frame.tile("y", Part.CELL, "−"))
        if weighted:
            return (*pair, _weight(frame, f"){divided} ⊙"), frame.tile("delta", Part.RESULT, "="))
        return (*pair, frame.tile("delta", Part.RESULT, f"{bracket}{divided} ="))

    def explain_error(self, at: Cell) -> Sum:
        """Return the derivative of the loss by a cell of a^L, as the loss itself computes it."""
        return self.loss.output_error.cell(at)

    def explain_term(self, at: Cell) -> Sum:
        """Return what an output of an example adds to the loss, before the weight of its example's class."""
        z = at.here.arrays["z"][at.row : at.row + 1]
        now = ActivatedPass(1, z.shape[1], z.shape[1], z.dtype, learns=False)
        np.copyto(now.z, z)
        y, out, work = at.step.y[at.row : at.row + 1].copy(), np.empty_like(z), np.empty_like(z)

        def term_where(target: float) -> float:
            y[0, at.unit] = target
            self.activation.forward(now.z, now.a, now.slope, now.rows)
            np.copyto(now.a, at.here.arrays["a"][at.row])  # sums of a row alone round otherwise
            self.terms(now, y, out, work)
            return float(out[0, at.unit])

        return self.loss.explain_term(at, term_where)

    def explain_delta(self, at: Cell) -> Sum:
        """Return the sum that a cell of delta^L is, before the weight of its example's class."""
        if self.pair.short:
            return self.activation.over_temperature(difference(at))
        if self.pair.explain is not None:
            return self.pair.explain(self.loss, at, self.activation)
        return self.activation.explain_delta(at, self.loss.output_error)


def _weight(frame: EquationFrame, operator: str) -> Tile:
    return frame.tile("weights", Part.CELL if frame.one else Part.EXAMPLE, operator)


def why_refused(loss: str, activation: str, outputs: int) -> str | None:
    """Return why this loss cannot stand on this output of that many units, or None where it can."""
    entry, alone = LOSSES[loss], ACTIVATIONS[activation].why_not_alone
    if entry.outputs is not None and activation not in entry.outputs:
        return f"{loss} goes with {' or '.join(entry.outputs)}, not with {activation}: {entry.why_outputs}"
    if outputs == 1 and alone:
        return f"{alone}: use sigmoid, or one unit a class"
    return (entry.why_not_alone or None) if outputs == 1 else None


def output_rule(loss: str, activation: Activation, outputs: int) -> OutputRule:
    """Return the rule for a loss on an output activation of `outputs` units.

    Raises ValueError, with the reason, for an unknown loss and for a pair that is not accepted.
    """
    if loss not in LOSSES:
        raise ValueError(f"loss: {loss!r} is not one of {', '.join(LOSSES)}")
    if reason := why_refused(loss, activation.name, outputs):
        raise ValueError(f"loss: {reason}")
    entry = LOSSES[loss]
    pair = entry.pairs.get(activation.name, _PLAIN)
    title = f"{activation.title.lower()} + {entry.title.lower()}"
    if pair.short:
        formula = "δᴸ = aᴸ − y" if activation.temperature == 1.0 else "δᴸ = (aᴸ − y) / T"
        return OutputRule(entry, activation, pair, formula, f"holds for {title}: {pair.why}")
    why = f"the short form aᴸ − y does not hold for {title}: their derivatives do not cancel"
    return OutputRule(entry, activation, pair, activation.general_formula, why)

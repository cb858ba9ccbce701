"""The sums of the last step: the update of a parameter by its optimizer's formula, and the penalty's gradient.

An optimizer's memories are known as the step left them, not as it found them. So where a formula needs an old one
(the velocity of momentum, the mean of Lion), the explanation begins from the new one and says so.
"""

from dataclasses import dataclass
from math import copysign, sqrt

import numpy as np

from lab.core.explain.cell import Cell
from lab.core.explain.explanation import Factor, Sum, Term
from lab.core.explain.step_record import ExplainedOptimizer, Step


@dataclass(frozen=True, eq=False)
class UpdateCell:
    """One number of the flat vectors in the step of its optimizer."""

    rule: ExplainedOptimizer
    rate: float
    gradient: Sum
    """g: the data's gradient, the penalty's, clipped."""
    parameter: Factor
    decay: float
    """The weight decay of this parameter, 0 where it has none."""
    update: float
    position: int

    def memory(self, name: str) -> float:
        """Return what the step left in a memory of the optimizer."""
        return float(self.rule.state[name][self.position])

    def setting(self, symbol: str, name: str) -> Factor:
        """Return one of the optimizer's settings under its symbol."""
        return Factor(symbol, self.rule.settings[name])

    def stepped(self, formula: str, terms: tuple[Term, ...], where: tuple[Factor, ...] = (), note: str = "") -> Sum:
        """Return -η times the terms and the weight decay's."""
        if self.decay:
            formula += f" + λ · {self.parameter.symbol}"
            terms += (Term((Factor("λ", self.decay), self.parameter)),)
        return Sum(formula, terms, where=where, note=note).led_by(Factor("−η", -self.rate))

    def moved(self, formula: str, terms: tuple[Term, ...], where: tuple[Factor, ...], note: str) -> Sum:
        """Return the terms, which have their η in them, and the weight decay's."""
        if self.decay:
            formula += f" − η · λ · {self.parameter.symbol}"
            terms += (Term((Factor("−η", -self.rate), Factor("λ", self.decay), self.parameter)),)
        return Sum(formula, terms, where=where, note=note)

    def gradient_times(self, *factors: Factor) -> tuple[Term, ...]:
        """Return the terms of g, each with all that stands outside of them and these factors."""
        return tuple(Term((*self.gradient.outer, *term.factors, *factors)) for term in self.gradient.terms)


def update_sum(at: Cell, name: str, index: tuple[int, ...]) -> Sum:
    """Return the update of parameter `name`, as "W", at `index` by the formula of the step's optimizer."""
    rule, here = at.step.optimizer, at.here
    assert rule is not None
    span, shape = here.slices[name], here.arrays[name].shape
    position = span.start + int(np.ravel_multi_index(index, shape))
    if at.step.frozen is not None and at.step.frozen[position]:
        why = "does not learn, by the settings of its layer" if name in here.layer.fixed else "is frozen"
        note = f"this cell {why}: whatever its gradient, it stays as it is"
        return Sum("0", (Term((Factor("0", 0.0),)),), note=note)
    gradient = _gradient(at, name, index, rule)
    cell = UpdateCell(
        rule=rule,
        rate=at.step.learning_rate,
        gradient=gradient,
        parameter=at.parameter(name, *index),
        decay=rule.weight_decay if name in here.penalised else 0.0,
        update=float(here.arrays[f"update_{name}"][index]),
        position=position,
    )
    total = rule.explain(cell)
    return total.noted(gradient.note) if gradient.note else total


def updated_sum(at: Cell, name: str, index: tuple[int, ...]) -> Sum:
    """Return parameter `name` at `index` after the update: what the step used, plus what the optimizer added."""
    used, change = at.parameter(name, *index), at.parameter(f"update_{name}", *index)
    return Sum(f"{used.symbol} + {change.symbol}", (Term((used,)), Term((change,))))


def penalty_sum(at: Cell, name: str, index: tuple[int, ...]) -> Sum:
    """Return the penalty's gradient by parameter `name` at `index`: λ₂ W + λ₁ sign(W)."""
    rule = at.step.optimizer
    assert rule is not None
    W = at.parameter(name, *index)
    terms, names = [], []
    if rule.penalty.l2:
        terms.append(Term((Factor("λ₂", rule.penalty.l2), W)))
        names.append(f"λ₂ · {W.symbol}")
    if rule.penalty.l1:
        sign = Factor(f"sign({W.symbol})", float(np.sign(W.value)))
        terms.append(Term((Factor("λ₁", rule.penalty.l1), sign)))
        names.append(f"λ₁ · {sign.symbol}")
    return Sum(" + ".join(names), tuple(terms))


def _gradient(at: Cell, name: str, index: tuple[int, ...], rule: ExplainedOptimizer) -> Sum:
    """Return g, the gradient that the optimizer followed."""
    data = at.parameter(f"d{name}", *index)
    g = Sum(data.symbol, (Term((data,)),))
    if rule.penalty and name in at.here.penalised:
        penalty = penalty_sum(at, name, index)
        g = Sum(f"{g.formula} + {penalty.formula}", (*g.terms, *penalty.terms))
    limit = rule.clipping.value
    if limit is not None and abs(g.value) > limit:
        clipped = Factor(f"clip({g.formula})", copysign(limit, g.value))
        g = Sum(clipped.symbol, (Term((clipped,)),), note=f"every number of g is held within ±{limit:g}")
    return _shortened(g, at.step, rule)


def _shortened(g: Sum, step: Step, rule: ExplainedOptimizer) -> Sum:
    """Return g times what clipping by norm leaves of it."""
    if rule.clipping.norm is None:
        return g
    vector = step.gradients + step.penalties if rule.penalty else step.gradients
    if step.frozen is not None:
        vector = np.where(step.frozen, 0.0, vector)
    if rule.clipping.value is not None:
        vector = vector.clip(-rule.clipping.value, rule.clipping.value)
    length = sqrt(float(vector.dot(vector)))
    if length <= rule.clipping.norm:
        return g
    share = Factor("c", rule.clipping.norm / length)
    note = f"c = {rule.clipping.norm:g} / |g| shortens the whole gradient, of length {length:g}, to the limit"
    return g.led_by(share).noted(note)

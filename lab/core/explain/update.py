"""The sums of the last step: the update of a parameter by each optimizer's formula, and the penalty's gradient.

An optimizer's memories are known as the step left them, not as it found them. So where a formula needs an old one
(the velocity of momentum, the mean of Lion), the explanation begins from the new one and says so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import copysign, sqrt

import numpy as np

from lab.core.explain.cell import Place
from lab.core.explain.explanation import Factor, Sum, Term
from lab.core.explain.step_record import Step
from lab.core.optimizer import Optimizer


@dataclass(frozen=True, eq=False)
class _Cell:
    """One number of the flat vectors in the step of its optimizer."""

    rule: Optimizer
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

    def option(self, symbol: str, name: str) -> Factor:
        return Factor(symbol, self.rule.set[name])

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


def update_sum(at: Place, name: str, index: tuple[int, ...]) -> Sum:
    """Return the update of parameter `name`, as "W", at `index` by the formula of the step's optimizer."""
    rule, here = at.step.optimizer, at.here
    assert rule is not None
    places, shape = here.places[name], here.arrays[name].shape
    position = places.start + int(np.ravel_multi_index(index, shape))
    if at.step.frozen is not None and at.step.frozen[position]:
        return Sum(
            "0", (Term((Factor("0", 0.0),)),), note="this cell is frozen: whatever its gradient, it stays as it is"
        )
    gradient = _gradient(at, name, index, rule)
    cell = _Cell(
        rule=rule,
        rate=at.step.learning_rate,
        gradient=gradient,
        parameter=at.parameter(name, *index),
        decay=rule.weight_decay if name in here.penalised else 0.0,
        update=float(here.arrays[f"update_{name}"][index]),
        position=position,
    )
    found = _FORMULAS[rule.kind](cell)
    return found.noted(gradient.note) if gradient.note else found


def penalty_sum(at: Place, name: str, index: tuple[int, ...]) -> Sum:
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


def _gradient(at: Place, name: str, index: tuple[int, ...], rule: Optimizer) -> Sum:
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


def _shortened(g: Sum, step: Step, rule: Optimizer) -> Sum:
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


def _sgd(cell: _Cell) -> Sum:
    return cell.stepped(cell.gradient.formula, cell.gradient_times())


def _momentum(cell: _Cell) -> Sum:
    where = (cell.option("μ", "momentum"), Factor("η", cell.rate), Factor("g", cell.gradient.value))
    note = f"v as the step left it: v ← μ v − η g with g = {cell.gradient.formula}; the v before it is not kept"
    return cell.moved("v", (Term((Factor("v", cell.memory("velocity")),)),), where, note)


def _nesterov(cell: _Cell) -> Sum:
    mu, velocity, rate = cell.option("μ", "momentum"), Factor("v", cell.memory("velocity")), Factor("−η", -cell.rate)
    terms = (Term((mu, velocity)), *(Term((rate, *term.factors)) for term in cell.gradient_times()))
    note = "v as the step left it: v ← μ v − η g; the v before it is not kept"
    return cell.moved(f"μ · v − η · {cell.gradient.bracketed()}", terms, (), note)


def _divided(cell: _Cell) -> Sum:
    squares, epsilon = Factor("s", cell.memory("squares")), cell.option("ε", "epsilon")
    by_root = Factor("1/(√s + ε)", 1.0 / (sqrt(squares.value) + epsilon.value))
    note = "s as the step left it: s ← s + g²"
    if cell.rule.kind == "rmsprop":
        note = f"s as the step left it: s ← ρ s + (1 − ρ) g² with ρ = {cell.rule.set['decay']:g}"
    terms = cell.gradient_times(by_root)
    return cell.stepped(f"{cell.gradient.bracketed()} / (√s + ε)", terms, (squares, epsilon), note)


def _adam(cell: _Cell) -> Sum:
    """Return -η m̂ / (√v̂ + ε); an ε that stands beside √v is one over √(1 - β₂^t) times as large beside √v̂."""
    beta1, beta2, t = cell.rule.set["beta1"], cell.rule.set["beta2"], cell.rule.steps
    m_hat = Factor("m̂", cell.memory("gradient_sum") * (1.0 - beta1) / (1.0 - beta1**t))
    v_hat = Factor("v̂", cell.memory("square_sum") * (1.0 - beta2) / (1.0 - beta2**t))
    epsilon, name = cell.option("ε", "epsilon"), "ε"
    beside = epsilon.value
    if cell.rule.set["uncorrected_epsilon"]:
        beside, name = beside / sqrt(1.0 - beta2**t), "ε / √(1 − β₂ᵗ)"
    by_root = Factor(f"1/(√v̂ + {name})", 1.0 / (sqrt(v_hat.value) + beside))
    where = (v_hat, epsilon, Factor("β₁", beta1), Factor("β₂", beta2), Factor("t", float(t)))
    note = (
        "m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ) with m ← β₁ m + (1 − β₁) g and v ← β₂ v + (1 − β₂) g², "
        f"g = {cell.gradient.formula}"
    )
    return cell.stepped(f"m̂ / (√v̂ + {name})", (Term((m_hat, by_root)),), where, note)


def _lion(cell: _Cell) -> Sum:
    """Return -η sign(β₁ m + (1 - β₁) g), with the sign read off the update: the m before the step is not kept."""
    sign = float(np.rint(-cell.update / cell.rate - cell.decay * cell.parameter.value))
    name = "sign(β₁ · m + (1 − β₁) · g)"
    where = (cell.option("β₁", "beta1"), Factor("g", cell.gradient.value))
    note = f"g = {cell.gradient.formula}; m is that before the step, which is not kept: the sign is read off the step"
    return cell.stepped(name, (Term((Factor(name, sign),)),), where, note)


_FORMULAS: dict[str, Callable[[_Cell], Sum]] = {
    "sgd": _sgd,
    "momentum": _momentum,
    "nesterov": _nesterov,
    "adagrad": _divided,
    "rmsprop": _divided,
    "adam": _adam,
    "adamw": _adam,
    "lion": _lion,
}
"""Kind of optimizer to its formula."""

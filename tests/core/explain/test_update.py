"""Explained updates: every optimizer's formula with its numbers, and the penalty, clipping and decay in it."""

from typing import Any

import numpy as np
import pytest

from lab.core.explain.explain_cell import explain, explainable
from lab.core.explain.explanation import Explanation
from lab.core.explain.step_record import Step
from lab.core.layers import BatchNorm, Dense
from lab.core.network import Network
from lab.core.optimizer_kinds.optimizer import Optimizer
from lab.core.optimizers import OPTIMIZERS, SGD, Adam, AdamW, Lion, Momentum
from lab.core.penalties import Clipping, Penalty
from lab.core.step_recording import step_of

RATE = 0.05
CELL = (2, 1)
ALL_OPTIONS: dict[str, Any] = {
    "penalty": Penalty(l1=0.001, l2=0.01), "clipping": Clipping(norm=0.05, value=0.02), "weight_decay": 0.1
}  # fmt: skip


class _Run:
    """A network and its optimizer, with what was there before the last step."""

    def __init__(self, rule: Optimizer, steps: int = 3, dtype: str = "float64") -> None:
        self.rule = rule
        self.net = Network(3, [Dense(4, "tanh"), BatchNorm(), Dense(3, "softmax")], seed=2, dtype=dtype)
        rng = np.random.default_rng(0)
        for _ in range(steps):
            self.net.forward(rng.normal(size=(5, 3)))
            self.net.backward(rng.integers(0, 3, 5))
            self.used = self.net.parameters.copy()
            self.memories = {name: vector.copy() for name, vector in rule.state.items()}
            rule.step(self.net)

    def step(self, **changes: Any) -> Step:
        return step_of(self.net, self.used, self.rule, **changes)

    def explained(self, name: str = "update_W", cell: tuple[int, ...] = CELL, layer: int = 0) -> Explanation:
        return explain(self.step(), layer, name, cell)


def _numbers(found: Explanation) -> dict[str, float]:
    factors = [*found.outer, *found.where, *(factor for term in found.terms for factor in term.factors)]
    return {factor.symbol: factor.value for factor in factors}


FORMULAS = {
    "sgd": "−η · ∂L/∂W¹[2, 1]",
    "momentum": "v",
    "nesterov": "μ · v − η · ∂L/∂W¹[2, 1]",
    "adagrad": "−η · ∂L/∂W¹[2, 1] / (√s + ε)",
    "rmsprop": "−η · ∂L/∂W¹[2, 1] / (√s + ε)",
    "adam": "−η · m̂ / (√v̂ + ε)",
    "adamw": "−η · (m̂ / (√v̂ + ε) + λ · W¹[2, 1])",
    "lion": "−η · sign(β₁ · m + (1 − β₁) · g)",
    "adadelta": "−η · ∂L/∂W¹[2, 1] · √(r + ε) / √(s + ε)",
    "nadam": "−η · ((β₁/(1 − β₁ᵗ⁺¹) · m + (1 − β₁)/(1 − β₁ᵗ) · ∂L/∂W¹[2, 1]) / (√v̂ + ε))",
    "radam": "−η · m̂",  # the first three steps count too few squares
}


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_every_update_is_explained_by_the_formula_of_its_optimizer(kind: str) -> None:
    found = _Run(OPTIMIZERS[kind].make(RATE)).explained()
    assert (found.symbol, found.formula) == ("ΔW¹[2, 1]", FORMULAS[kind])
    assert found.value == pytest.approx(found.cell, rel=1e-12)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_every_number_of_every_update_adds_up_with_all_options(kind: str, dtype: str) -> None:
    run = _Run(OPTIMIZERS[kind].make(RATE, **ALL_OPTIONS), dtype=dtype)
    step = run.step()
    for layer, names in enumerate(run.net.slices):
        for name in names:
            for cell in np.ndindex(getattr(run.net.layers[layer], name).shape):
                found = explain(step, layer, f"update_{name}", cell)
                assert abs(found.value - found.cell) <= (1e-6 if dtype == "float32" else 1e-14) * found.size
                assert found.cell != 0


@pytest.mark.parametrize(
    ("options", "formula"),
    [
        ({"penalty": Penalty(l2=0.01)}, "−η · (∂L/∂W¹[2, 1] + λ₂ · W¹[2, 1])"),
        ({"penalty": Penalty(l1=0.01)}, "−η · (∂L/∂W¹[2, 1] + λ₁ · sign(W¹[2, 1]))"),
        ({"weight_decay": 0.1}, "−η · (∂L/∂W¹[2, 1] + λ · W¹[2, 1])"),
        ({"clipping": Clipping(value=1e-6)}, "−η · clip(∂L/∂W¹[2, 1])"),
        ({"clipping": Clipping(value=1e6)}, "−η · ∂L/∂W¹[2, 1]"),
        ({"clipping": Clipping(norm=1e-6)}, "−η · c · ∂L/∂W¹[2, 1]"),
        ({"clipping": Clipping(norm=1e6)}, "−η · ∂L/∂W¹[2, 1]"),
        (
            {"penalty": Penalty(0.1, 0.1), "clipping": Clipping(norm=1e-6), "weight_decay": 0.1},
            "−η · (c · (∂L/∂W¹[2, 1] + λ₂ · W¹[2, 1] + λ₁ · sign(W¹[2, 1])) + λ · W¹[2, 1])",
        ),
    ],
)
def test_penalty_clipping_and_decay_are_terms_and_factors(options: dict[str, Any], formula: str) -> None:
    found = _Run(SGD(RATE, **options)).explained()
    assert found.formula == formula
    assert found.value == pytest.approx(found.cell, rel=1e-12)


@pytest.mark.parametrize(("layer", "name"), [(0, "b"), (1, "gamma"), (1, "beta")])
def test_nothing_pulls_on_biases_and_normalisations(layer: int, name: str) -> None:
    symbol = {"b": "∂L/∂b¹[1]", "gamma": "∂L/∂γ²[1]", "beta": "∂L/∂β²[1]"}[name]
    found = _Run(SGD(RATE, penalty=Penalty(0.1, 0.1), weight_decay=0.1)).explained(f"update_{name}", (1,), layer)
    assert found.formula == f"−η · {symbol}"


def test_the_penalty_is_explained_by_the_weights_as_they_were_used() -> None:
    run = _Run(SGD(RATE, penalty=Penalty(l1=0.001, l2=0.01)))
    found = run.explained("penalty_W")
    W = run.used[: run.net.layers[0].W.size].reshape(run.net.layers[0].W.shape)[CELL]
    assert (found.symbol, found.formula) == ("∂P/∂W¹[2, 1]", "λ₂ · W¹[2, 1] + λ₁ · sign(W¹[2, 1])")
    assert found.cell == pytest.approx(0.01 * W + 0.001 * np.sign(W), rel=1e-12)
    assert found.value == pytest.approx(found.cell, rel=1e-12)
    assert "penalty_W" not in explainable(_Run(SGD(RATE)).step(), 0)


@pytest.mark.parametrize("make", [Adam, AdamW])
@pytest.mark.parametrize("uncorrected", [0, 1])
def test_adams_numbers_are_those_of_the_paper(make: type[Adam], uncorrected: int) -> None:
    beta1, beta2, epsilon = 0.8, 0.95, 1e-3
    m = v = 0.0
    for t in range(1, 4):
        run = _Run(make(RATE, beta1=beta1, beta2=beta2, epsilon=epsilon, uncorrected_epsilon=uncorrected), t)
        g = run.net.layers[0].dW[CELL]
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    found = run.explained()
    numbers = _numbers(found)
    m_hat, v_hat = m / (1 - beta1**3), v / (1 - beta2**3)
    beside = epsilon / (np.sqrt(1 - beta2**3) if uncorrected else 1)
    expected = {"m̂": m_hat, "v̂": v_hat, "ε": epsilon, "β₁": beta1, "β₂": beta2, "t": 3, "−η": -RATE}
    assert {name: numbers[name] for name in expected} == pytest.approx(expected, rel=1e-12)
    assert found.terms[0].value == pytest.approx(m_hat / (np.sqrt(v_hat) + beside), rel=1e-12)
    assert found.value == pytest.approx(found.cell, rel=1e-12)


def test_the_sign_of_lion_is_that_of_its_formula() -> None:
    run = _Run(Lion(RATE, weight_decay=0.1))
    m, shape = run.memories["first_moment"], run.net.layers[0].W.shape
    c = 0.9 * m + 0.1 * run.net.gradients
    for number, cell in enumerate(np.ndindex(shape)):
        assert run.explained(cell=cell).terms[0].value == np.sign(c[number])


def test_momentum_says_that_its_velocity_is_the_new_one() -> None:
    run = _Run(Momentum(RATE))
    found = run.explained()
    number = CELL[0] * run.net.layers[0].W.shape[1] + CELL[1]
    assert found.terms[0].value == run.rule.state["velocity"][number] == found.cell
    assert _numbers(found) == {
        "v": found.cell, "μ": 0.9, "η": RATE, "g": pytest.approx(run.net.gradients[number])
    }  # fmt: skip
    assert "the v before it is not kept" in found.note


def test_the_rate_is_that_of_the_step_where_it_was_changed_since() -> None:
    run = _Run(SGD(RATE))
    run.rule.learning_rate = 7.0
    wrong, right = (explain(run.step(**by), 0, "update_W", CELL) for by in ({}, {"learning_rate": RATE}))
    assert right.value == pytest.approx(right.cell, rel=1e-12)
    assert wrong.value == pytest.approx(140 * wrong.cell)


def test_an_update_is_the_same_in_both_forms() -> None:
    step = _Run(SGD(RATE)).step()
    for name, cell in (("update_W", CELL), ("update_b", (1,))):
        assert explain(step, 0, name, cell, 3) == explain(step, 0, name, cell)
    assert explain(step, 0, "update_b", (1, 0), 3) == explain(step, 0, "update_b", (1,))


def test_there_is_no_update_before_the_first_step_or_after_forgetting() -> None:
    run = _Run(Adam(RATE))
    run.rule.forget()
    assert "update_W" not in explainable(run.step(), 0)
    with pytest.raises(ValueError, match=r"^name: 'update_W' found"):
        run.explained()


def test_radam_is_explained_as_rectified_once_it_counts_enough_squares() -> None:
    found = _Run(OPTIMIZERS["radam"].make(RATE), steps=8).explained()
    assert found.formula == "−η · r · m̂ / (√v̂ + ε)"
    assert 0 < _numbers(found)["r"] < 1
    assert found.value == pytest.approx(found.cell, rel=1e-12)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kind", ["radam", "nadam", "adadelta"])
def test_the_updates_of_a_later_step_add_up_too(kind: str, dtype: str) -> None:
    run = _Run(OPTIMIZERS[kind].make(RATE, **ALL_OPTIONS), steps=9, dtype=dtype)
    step = run.step()
    for cell in np.ndindex(3, 4):
        found = explain(step, 0, "update_W", cell)
        assert abs(found.value - found.cell) <= (1e-6 if dtype == "float32" else 1e-14) * found.size


def test_amsgrad_is_explained_by_the_largest_squares() -> None:
    found = _Run(OPTIMIZERS["adam"].make(RATE, amsgrad=1), steps=6).explained()
    assert found.formula == "−η · m̂ / (√v̂_max + ε)"
    assert found.value == pytest.approx(found.cell, rel=1e-12)

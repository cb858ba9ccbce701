"""Explained cells in words: the formulas of every layer in both forms, what belongs to a step, and what is refused."""

from typing import Any

import numpy as np
import pytest

from lab.core.explain.explain_cell import explain, explainable
from lab.core.explain.explanation import Factor
from lab.core.explain.matrices import MATRICES
from lab.core.explain.step_record import Before, Scaled, Step
from lab.core.explain.superscript import superscript
from lab.core.layers import Activation, BatchNorm, Dense, Dropout, LayerNorm
from lab.core.network import Network
from lab.core.optimizers import SGD, Momentum
from lab.core.penalties import Penalty
from lab.core.step_recording import step_of


def _step(net: Network, m: int = 5, optimizer: SGD | None = None) -> Step:
    """Train for a step, and return it as the network left it."""
    rule = optimizer or SGD(0.05)
    rng = np.random.default_rng(0)
    net.forward(rng.normal(size=(m, net.inputs)))
    net.backward(rng.integers(0, net.outputs, m))
    used = net.parameters.copy()
    rule.step(net)
    return step_of(net, used, rule)


def _two_dense(reduction: str = "mean") -> Network:
    return Network(3, [Dense(6, "tanh"), Dense(4, "softmax")], reduction=reduction, dtype="float64")


def _every_kind(loss: str = "cross_entropy", output: str = "softmax") -> Network:
    layers = [
        Dense(5, "tanh"), BatchNorm(), Activation("softmax", temperature=0.7), Dense(4), LayerNorm(),
        Activation("silu"), Dropout(0.3), Dense(4, output),
    ]  # fmt: skip
    return Network(3, layers, loss, dtype="float64")


def _formula(step: Step, layer: int, name: str, cell: tuple[int, ...], example: int | None = None) -> str:
    found = explain(step, layer, name, cell, example)
    return f"{found.symbol} = {found.formula}"


@pytest.mark.parametrize(
    ("layer", "name", "cell", "rows", "column"),
    [
        (0, "z", (3, 5), "z¹[3, 5] = Σₖ X[3, k] · W¹[k, 5] + b¹[5]", "z¹[5] = Σₖ W¹[k, 5] · x[k] + b¹[5]"),
        (1, "z", (3, 2), "z²[3, 2] = Σₖ a¹[3, k] · W²[k, 2] + b²[2]", "z²[2] = Σₖ W²[k, 2] · a¹[k] + b²[2]"),
        (0, "a", (3, 5), "a¹[3, 5] = σ(z¹[3, 5])", "a¹[5] = σ(z¹[5])"),
        (
            1, "a", (3, 2),
            "a²[3, 2] = exp(z²[3, 2] − z_max) / Σₖ exp(z²[3, k] − z_max)",
            "a²[2] = exp(z²[2] − z_max) / Σₖ exp(z²[k] − z_max)",
        ),
        (1, "delta", (3, 2), "δ²[3, 2] = a²[3, 2] − y[3, 2]", "δ²[2] = a²[2] − y[2]"),
        (
            0, "delta", (3, 5),
            "δ¹[3, 5] = (Σₖ δ²[3, k] · W²[5, k]) · σ′(z¹[3, 5])",
            "δ¹[5] = (Σₖ W²[5, k] · δ²[k]) · σ′(z¹[5])",
        ),
    ],
)  # fmt: skip
def test_the_formulas_are_those_of_the_design_in_both_forms(
    layer: int, name: str, cell: tuple[int, int], rows: str, column: str
) -> None:
    step = _step(_two_dense())
    assert _formula(step, layer, name, cell) == rows
    assert _formula(step, layer, name, cell[1:], cell[0]) == column
    assert _formula(step, layer, name, (cell[1], 0), cell[0]) == column


def test_the_gradients_are_means_sums_or_one_examples_share() -> None:
    mean, total = _step(_two_dense("mean")), _step(_two_dense("sum"))
    assert _formula(mean, 1, "dW", (4, 2)) == "∂L/∂W²[4, 2] = 1/m · (Σᵢ a¹[i, 4] · δ²[i, 2])"
    assert _formula(total, 1, "dW", (4, 2)) == "∂L/∂W²[4, 2] = Σᵢ a¹[i, 4] · δ²[i, 2]"
    assert _formula(mean, 0, "dW", (1, 2)) == "∂L/∂W¹[1, 2] = 1/m · (Σᵢ X[i, 1] · δ¹[i, 2])"
    assert _formula(mean, 1, "db", (2,)) == "∂L/∂b²[2] = 1/m · (Σᵢ δ²[i, 2])"
    for step in (mean, total):
        assert _formula(step, 1, "dW", (4, 2), 3) == "∂L/∂W²[4, 2] = a¹[4] · δ²[2]"
        assert _formula(step, 1, "db", (2,), 3) == _formula(step, 1, "db", (2, 0), 3) == "∂L/∂b²[2] = δ²[2]"
    assert explain(mean, 1, "db", (2,)).outer == (Factor("1/m", 0.2),)


def test_the_terms_come_in_the_order_of_their_index() -> None:
    step = _step(_two_dense())
    z, delta, dW = (explain(step, *of) for of in ((1, "z", (3, 2)), (0, "delta", (3, 5)), (1, "dW", (4, 2))))
    a, W, b = step.layers[0].arrays["a"], step.layers[1].arrays["W"], step.layers[1].arrays["b"]
    pairs = [tuple(factor.value for factor in term.factors) for term in z.terms]
    assert pairs == [*zip(a[3], W[:, 2], strict=True), (b[2],)]
    assert [term.factors[1].symbol for term in delta.terms] == ["W²[5, 0]", "W²[5, 1]", "W²[5, 2]", "W²[5, 3]"]
    assert [term.factors[0].symbol for term in dW.terms] == [f"a¹[{i}, 4]" for i in range(5)]
    assert [factor.symbol for factor in delta.outer] == ["σ′(z¹[3, 5])"]


def test_one_examples_gradient_is_that_of_a_batch_of_it_alone() -> None:
    net = Network(3, [Dense(6, "tanh"), LayerNorm(), Dense(4, "softmax")], dtype="float64")
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(5, 3)), rng.integers(0, 4, 5)
    net.forward(x)
    net.backward(y)
    step = step_of(net)
    found = {
        (layer, name, cell): [explain(step, layer, name, cell, i).cell for i in range(5)]
        for layer, names in enumerate(net.slices)
        for name in (f"d{each}" for each in names)
        for cell in np.ndindex(getattr(net.layers[layer], name).shape)
    }
    for i in range(5):
        net.forward(x[i : i + 1])
        net.backward(y[i : i + 1])
        for (layer, name, cell), each in found.items():
            assert each[i] == pytest.approx(getattr(net.layers[layer], name)[cell], rel=1e-12, abs=1e-15)


def test_in_a_batch_of_one_both_forms_explain_the_stored_gradient() -> None:
    net = _every_kind()
    step = _step(net, m=1)
    for layer, name, cell in ((7, "dW", (2, 1)), (7, "db", (1,)), (4, "dgamma", (2,))):
        both = explain(step, layer, name, cell), explain(step, layer, name, cell, 0)
        assert both[0].cell == both[1].cell == getattr(net.layers[layer], name)[cell]


def test_the_weights_are_those_that_the_forward_pass_used() -> None:
    net = _two_dense()
    before, after = _step(net), step_of(net)
    for layer, name, cell in ((0, "z", (3, 5)), (0, "delta", (3, 5))):
        right, wrong = explain(before, layer, name, cell), explain(after, layer, name, cell)
        assert right.value == pytest.approx(right.cell, rel=1e-12)
        assert abs(wrong.value - wrong.cell) > 1e-6
    net.forward(np.ones((2, 3)))
    net.backward([0, 1])
    fresh = explain(step_of(net), 0, "z", (1, 5))
    assert fresh.value == pytest.approx(fresh.cell, rel=1e-12)


def test_a_factor_that_is_a_sum_knows_the_size_of_its_terms() -> None:
    """Where e = 1 - 1 + … cancels, what rounding left of it is measured by the terms, not by what is left."""
    net = Network(3, [Dense(4, "softmax"), Dense(4, "softmax")], dtype="float64")
    step = _step(net)
    found = explain(step, 0, "delta", (3, 1))
    delta, W = net.layers[1].delta[3], step.layers[1].arrays["W"]
    (first,) = found.terms[0].factors
    assert first.value == pytest.approx(W[1] @ delta)
    assert first.size == pytest.approx(np.abs(W[1]) @ np.abs(delta))
    assert first.size > abs(first.value)
    others = [term.factors[0].size * net.layers[0].a[3, k] for k, term in enumerate(found.terms[1:])]
    assert found.size == pytest.approx((first.size + sum(others)) * net.layers[0].a[3, 1])


def test_the_hidden_layers_say_how_the_error_came_through_the_layer_above() -> None:
    step = _step(_every_kind())
    assert _formula(step, 0, "delta", (3, 1)) == (
        "δ¹[3, 1] = (δ²[3, 1] − mean(δ²[:, 1]) − x̂²[3, 1] · mean(δ²[:, 1] ⊙ x̂²[:, 1]))"
        " · γ²[1] · 1/√(v²[1] + ε) · σ′(z¹[3, 1])"
    )
    assert _formula(step, 1, "delta", (3, 1)) == "δ²[3, 1] = δ³[3, 1]"
    assert _formula(step, 2, "delta", (3, 1)) == ("δ³[3, 1] = a³[3, 1] · (e³[3, 1] − Σₖ e³[3, k] · a³[3, k]) · 1/T")
    assert _formula(step, 3, "delta", (3, 1)) == (
        "δ⁴[3, 1] = (δ⁵[3, 1] · γ⁵[1] − mean(δ⁵[3, :] ⊙ γ⁵) − x̂⁵[3, 1] · mean(δ⁵[3, :] ⊙ γ⁵ ⊙ x̂⁵[3, :]))"
        " · 1/√(v⁵[3] + ε) · σ′(z⁴[3, 1])"
    )
    assert _formula(step, 5, "delta", (3, 1)) == "δ⁶[3, 1] = δ⁷[3, 1] · mask⁷[3, 1] · σ′(z⁶[3, 1])"
    assert _formula(step, 6, "delta", (3, 1)) == "δ⁷[3, 1] = Σₖ δ⁸[3, k] · W⁸[1, k]"
    assert _formula(step, 6, "a", (3, 1)) == "a⁷[3, 1] = a⁶[3, 1] · mask⁷[3, 1]"
    assert _formula(step, 4, "a", (3, 1)) == "a⁵[3, 1] = γ⁵[1] · x̂⁵[3, 1] + β⁵[1]"
    assert _formula(step, 4, "x_hat", (3, 1)) == "x̂⁵[3, 1] = (a⁴[3, 1] − μ⁵[3]) · 1/√(v⁵[3] + ε)"
    assert _formula(step, 1, "x_hat", (3, 1)) == "x̂²[3, 1] = (a¹[3, 1] − μ²[1]) · 1/√(v²[1] + ε)"


@pytest.mark.parametrize(
    ("loss", "output", "formula"),
    [
        ("cross_entropy", "softmax", "a⁸[3, 1] − y[3, 1]"),
        ("binary_cross_entropy", "sigmoid", "a⁸[3, 1] − y[3, 1]"),
        ("half_squared_error", "sigmoid", "(a⁸[3, 1] − y[3, 1]) · σ′(z⁸[3, 1])"),
        ("huber", "tanh", "∂L/∂a⁸[3, 1] · σ′(z⁸[3, 1])"),
        ("half_squared_error", "softmax", "a⁸[3, 1] · (e⁸[3, 1] − Σₖ e⁸[3, k] · a⁸[3, k])"),
        (
            "binary_cross_entropy", "softmax",
            "a⁸[3, 1] − y[3, 1] − Σₖ (a⁸[3, k] − y[3, k]) · a⁸[3, 1] / (1 − a⁸[3, k])",
        ),
    ],
)  # fmt: skip
def test_the_output_error_is_that_of_the_rule_in_force(loss: str, output: str, formula: str) -> None:
    net = _every_kind(loss, output)
    found = explain(_step(net), 7, "delta", (3, 1))
    assert found.formula == formula
    assert net.rule.why in found.note


def test_temperature_weight_and_smoothing_are_in_the_output_error() -> None:
    net = Network(
        3, [Dense(2, "softmax", temperature=4.0)], dtype="float64", label_smoothing=0.2, class_weights=[1.0, 3.0]
    )
    net.forward(np.ones((2, 3)))
    net.backward([0, 1])
    found = explain(step_of(net), 0, "delta", (1, 0))
    assert found.formula == "(a¹[1, 0] − y[1, 0]) · 1/T · w[1]"
    assert [factor.value for factor in found.outer] == pytest.approx([0.25, 3.0])
    assert found.terms[1].value == pytest.approx(-0.1)
    assert "label smoothing by 0.2" in found.note
    column = explain(step_of(net), 0, "delta", (0,), 1)
    assert (column.symbol, column.formula) == ("δ¹[0]", "(a¹[0] − y[0]) · 1/T · w")


def test_every_array_of_every_kind_is_explained() -> None:
    net = _every_kind()
    step = _step(net, optimizer=SGD(0.05, penalty=Penalty(l2=0.1)))
    forward = {"dense": ("z", "a"), "activation": ("z", "a"), "dropout": ("mask", "a")}
    for number, layer in enumerate(net.layers):
        names = forward.get(layer.kind, ("x_hat", "a"))
        parameters = tuple(net.slices[number])
        first, last = number == 0, number == len(net.layers) - 1
        sloped = ["slope"] if "z" in names and layer.activation.elementwise else []
        given = [*(["x"] if first else []), *(["y"] if last else []), "error", *(["terms", "losses"] if last else [])]
        expected = [*names, "delta", *sloped, *given]
        expected += [*parameters, *layer.buffers, *(f"d{name}" for name in parameters), *(["loss"] if last else [])]
        expected += [f"penalty_{name}" for name in layer.penalised]
        expected += [prefix + name for prefix in ("update_", "new_") for name in parameters]
        assert list(explainable(step, number)) == expected
        assert set(expected) <= set(MATRICES)
    assert "update_W" not in explainable(step_of(net), 0)


class _Origin:
    """Data of which X[i, j] was 10 + j before an offset of 10 and a factor of 2."""

    def input(self, row: int, column: int) -> Scaled:
        return Scaled(10.0 + column, 10.0, 2.0, "column of a table")

    def target(self, row: int, column: int) -> Scaled | None:
        return None

    def class_name(self, row: int) -> str:
        return "horse"


def test_what_the_step_found_is_explained_by_where_it_came_from() -> None:
    net = Network(3, [Dense(4, "tanh"), BatchNorm(0.1), Dense(2, "softmax")], dtype="float64", label_smoothing=0.2)
    x, first = np.tile([0.0, 2.0, 4.0], (5, 1)), net.parameters.copy()
    x[:, 0] = 0.0
    net.forward(x)
    net.backward([0, 1, 1, 0, 1])
    SGD(0.5).step(net)
    before = Before(net.parameters.copy() - net.updates, net.buffers.copy())
    np.testing.assert_allclose(before.parameters, first)
    net.forward(x)
    net.backward([0, 1, 1, 0, 1])
    step = step_of(net, before=before, origin=_Origin())
    X, y, W = (explain(step, *of) for of in ((0, "x", (1, 2)), (2, "y", (1, 1)), (0, "W", (2, 3))))
    assert (X.symbol, X.formula, X.note) == ("X[1, 2]", "(raw[1, 2] − offset[2]) · factor[2]", "column of a table")
    assert [term.value for term in X.terms] == [12.0, -10.0]
    assert y.value == y.cell == pytest.approx(0.9)
    assert "horse" in y.note
    assert W.formula == "W¹[2, 3] before + ΔW¹[2, 3] before"
    assert [term.value for term in W.terms] == pytest.approx([first[2 * 4 + 3], W.cell - first[2 * 4 + 3]])
    mean = explain(step, 1, "running_mean", (2,))
    assert mean.formula == "(1 − momentum) · μ²[2] before + momentum · mean of a¹[:, 2]"
    assert mean.terms[1].value == pytest.approx(0.1 * net.layers[0].a[:, 2].mean())
    assert mean.value == pytest.approx(mean.cell, rel=1e-12)


def test_the_loss_is_the_mean_of_its_terms_and_each_of_these_by_its_formula() -> None:
    step = _step(_two_dense())
    loss, one = explain(step, 1, "loss", (0,)), explain(step, 1, "loss", (0,), 3)
    terms = step.layers[1].arrays["terms"]
    assert (loss.formula, one.formula) == ("1/m · (Σᵢⱼ ℓ[i, j])", "Σⱼ ℓ[j]")
    assert loss.value == pytest.approx(terms.sum() / 5)
    assert one.cell == pytest.approx(terms[3].sum())
    found = explain(step, 1, "terms", (3, 2))
    assert found.formula == "−y[3, 2] · ln a²[3, 2]"
    assert found.terms[0].factors[1].value == pytest.approx(np.log(step.layers[1].arrays["a"][3, 2]))


def test_a_sum_knows_the_cells_that_it_is_made_of() -> None:
    step = _step(_two_dense())
    W, row = {(1, "W", (k, 2)) for k in range(6)}, {(0, "a", (3, k)) for k in range(6)}
    z, first, dW = (explain(step, *of) for of in ((1, "z", (3, 2)), (0, "z", (3, 2)), (1, "dW", (4, 2))))
    assert (z.place, z.places()) == ((1, "z", (3, 2)), W | row | {(1, "b", (2,))})
    assert (0, "x", (3, 1)) in first.places()
    assert dW.places() == {(0, "a", (i, 4)) for i in range(5)} | {(1, "delta", (i, 2)) for i in range(5)}
    a, hidden = explain(step, 0, "a", (3, 2)), explain(step, 0, "delta", (3, 2))
    assert a.places() == {(0, "z", (3, 2))}
    assert {(1, "delta", (3, 1)), (1, "W", (2, 1)), (0, "z", (3, 2))} <= hidden.places()


def test_a_softmax_lists_its_exponentials() -> None:
    found = explain(_step(_two_dense()), 1, "a", (3, 2))
    listed = [factor for factor in found.where if factor.symbol.startswith("exp")]
    assert [factor.symbol for factor in listed] == [f"exp(z²[3, {k}] − z_max)" for k in range(4)]
    assert found.cell == pytest.approx(listed[2].value / sum(factor.value for factor in listed))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"layer": 2}, r"^layer: 2 found, 0 to 1 expected"),
        ({"layer": -1}, r"^layer: -1 "),
        (
            {"name": "y"},
            r"^name: 'y' found, but layer 0, dense, has z, a, delta, slope, x, error, W, b, dW",
        ),
        ({"name": "mask"}, r"^name: 'mask' found"),
        ({"cell": (5, 0)}, r"^cell: \(5, 0\) found, .* shape \(5, 6\)"),
        ({"cell": (0,)}, r"^cell: \(0,\) found"),
        ({"cell": (0, -1)}, r"^cell: \(0, -1\) found"),
        ({"cell": (3, 1), "example": 0}, r"^cell: \(3, 1\) found, .* shape \(6, 1\)"),
        ({"cell": (6,), "example": 0}, r"^cell: \(6,\) found, .* shape \(6,\)"),
        ({"name": "db", "cell": (0, 0)}, r"^cell: \(0, 0\) found, .* shape \(6,\)"),
        ({"example": 5}, r"^example: 5 found, 0 to 4 expected"),
        ({"example": -1}, r"^example: -1 is not a whole number from 0"),
    ],
)
def test_what_explain_refuses(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        explain(**{"step": _step(_two_dense()), "layer": 0, "name": "z", "cell": (0, 0)} | arguments)


def test_a_step_needs_a_batch_and_vectors_of_the_networks_length() -> None:
    net, other, rule = _two_dense(), _every_kind(), Momentum(0.1)
    with pytest.raises(AttributeError, match="no batch yet"):
        step_of(net)
    _step(net)
    _step(other, optimizer=rule)
    with pytest.raises(ValueError, match=r"^used_parameters: shape \(7,\) found, \(52,\) expected"):
        step_of(net, np.zeros(7))
    with pytest.raises(ValueError, match=r"^optimizer: \d+ numbers of velocity found, 52 expected"):
        step_of(net, optimizer=rule)


@pytest.mark.parametrize(("number", "text"), [(0, "⁰"), (7, "⁷"), (12, "¹²"), (340, "³⁴⁰")])
def test_layer_numbers_become_superscripts(number: int, text: str) -> None:
    assert superscript(number) == text

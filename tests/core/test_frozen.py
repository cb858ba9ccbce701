"""Frozen cells: no update by any optimizer, penalty or decay, memories that stand still, and no say in clipping."""

import numpy as np
import pytest

from lab.core.explain.explain_cell import explain
from lab.core.layers import Dense
from lab.core.network import Network
from lab.core.optimizers import OPTIMIZERS, SGD, Optimizer
from lab.core.penalties import Clipping, Penalty
from lab.core.step_recording import step_of


def _net() -> Network:
    return Network(4, [Dense(5, "tanh"), Dense(3, "softmax")], seed=3, dtype="float64")


def _train(net: Network, rule: Optimizer, first: int, last: int) -> None:
    for step in range(first, last):
        rng = np.random.default_rng(step)
        net.forward(rng.normal(size=(6, 4)))
        net.backward(rng.integers(0, 3, 6))
        rule.step(net)


def _layer_and_a_cell(net: Network) -> np.ndarray:
    frozen = np.zeros(net.parameters.size, bool)
    frozen[net.slices[0]["W"]] = True
    frozen[net.slices[1]["b"].start] = True
    return frozen


@pytest.mark.parametrize("decay", [0.0, 0.1])
@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_a_frozen_cell_has_no_update_and_its_memories_stand_still(kind: str, decay: float) -> None:
    net = _net()
    rule = OPTIMIZERS[kind].make(
        0.01, penalty=Penalty(l1=0.01, l2=0.1), clipping=Clipping(norm=0.5), weight_decay=decay
    )
    _train(net, rule, 0, 3)
    frozen = _layer_and_a_cell(net)
    net.freeze(frozen)
    before = net.parameters.copy()
    memories = {name: vector.copy() for name, vector in rule.state.items()}
    _train(net, rule, 3, 6)
    np.testing.assert_array_equal(net.parameters[frozen], before[frozen])
    assert not net.updates[frozen].any()
    assert (net.parameters[~frozen] != before[~frozen]).all()
    assert net.layers[0].dW.any()
    for name, vector in rule.state.items():
        np.testing.assert_array_equal(vector[frozen], memories[name][frozen])
        assert (vector[~frozen] != memories[name][~frozen]).all()


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_what_is_not_frozen_learns_as_though_nothing_was(kind: str) -> None:
    """One step on the same gradients: only the frozen cells differ."""
    one, other = _net(), _net()
    rules = [OPTIMIZERS[kind].make(0.01) for _ in (one, other)]
    frozen = _layer_and_a_cell(one)
    one.freeze(frozen)
    _train(one, rules[0], 0, 1)
    _train(other, rules[1], 0, 1)
    np.testing.assert_array_equal(one.parameters[~frozen], other.parameters[~frozen])


def test_after_unfreezing_all_cells_learn_again() -> None:
    net, rule = _net(), SGD(0.1)
    net.freeze(np.ones(net.parameters.size, bool))
    before = net.parameters.copy()
    _train(net, rule, 0, 2)
    np.testing.assert_array_equal(net.parameters, before)
    net.freeze(None)
    _train(net, rule, 2, 3)
    assert (net.parameters != before).all()


def test_clipping_by_norm_measures_only_what_learns() -> None:
    net, rule = _net(), SGD(1.0, clipping=Clipping(norm=1e-3))
    frozen = _layer_and_a_cell(net)
    net.freeze(frozen)
    _train(net, rule, 0, 1)
    assert np.linalg.norm(net.updates) == pytest.approx(1e-3)


def test_a_frozen_cell_is_explained_as_such() -> None:
    net, rule = _net(), SGD(1.0, clipping=Clipping(norm=1e-3))
    net.freeze(_layer_and_a_cell(net))
    used = net.parameters.copy()
    _train(net, rule, 0, 1)
    step = step_of(net, used, rule)
    held = explain(step, 0, "update_W", (1, 2))
    assert held.value == 0.0
    assert "frozen" in held.note
    free = explain(step, 1, "update_W", (1, 2))
    assert free.value == pytest.approx(net.layers[1].update_W[1, 2])


def test_a_mask_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^frozen: \(3,\) of bool found, \(43,\) of bool expected$"):
        _net().freeze(np.ones(3, bool))


def test_another_loss_leaves_the_weights_and_is_what_a_new_network_would_compute() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(6, 4)), rng.integers(0, 3, 6)
    net = _net()
    net.forward(x)
    net.backward(y)
    net.aim("half_squared_error", "sum", 0.0, [1.0, 2.0, 3.0])
    fresh = Network(
        4, [Dense(5, "tanh"), Dense(3, "softmax")], "half_squared_error", "sum", 3, "float64",
        class_weights=[1.0, 2.0, 3.0],
    )  # fmt: skip
    for each in (net, fresh):
        each.forward(x)
    assert net.backward(y) == fresh.backward(y)
    np.testing.assert_array_equal(net.gradients, fresh.gradients)


@pytest.mark.parametrize(("arguments", "what"), [
    (("half_squared_error", "median", 0.0, None), "reduction"),
    (("half_squared_error", "mean", 0.5, None), "label_smoothing"),
    (("nothing", "mean", 0.0, None), "loss"),
])  # fmt: skip
def test_a_loss_that_cannot_be_changes_nothing(arguments: tuple, what: str) -> None:
    net = _net()
    net.forward(np.ones((2, 4)))
    before = net.backward(np.array([0, 1]))
    with pytest.raises(ValueError, match=f"^{what}: "):
        net.aim(*arguments)
    assert (net.loss, net.reduction) == ("cross_entropy", "mean")
    net.forward(np.ones((2, 4)))
    assert net.backward(np.array([0, 1])) == before

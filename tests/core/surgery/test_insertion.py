"""Layers that come, go and change their activation: when the function stays, and what is made anew."""

from itertools import product
from typing import Any

import numpy as np
import pytest

from lab.core.activations import ACTIVATIONS
from lab.core.layers import Activation, BatchNorm, Dense, Dropout, Layer, LayerNorm
from lab.core.network import Network
from lab.core.optimizers import OPTIMIZERS, SGD, Adam
from lab.core.surgery.operations import SurgeryResult, change_activation, insert, remove
from tests.core.surgery.training import fresh_rng, inputs_of, trained

IDENTITY_FROM_ZERO = {"relu", "leaky_relu", "elu"}
NON_NEGATIVE = {"relu", "sigmoid", "hard_sigmoid", "softplus", "softmax"}


def _net(*layers: Layer[Any], dtype: str = "float64") -> Network:
    return Network(6, [*layers, Dense(3, "softmax")], seed=2, dtype=dtype)


def _apart(done: SurgeryResult, network: Network, training: bool = False) -> float:
    run = Network.forward if training else Network.predict
    return float(np.abs(run(done.network, inputs_of(9)) - run(network, inputs_of(9)).copy()).max())


# insert


@pytest.mark.parametrize("below", ACTIVATIONS)
def test_a_dense_comes_unnoticed_where_it_leaves_its_inputs_alone(below: str) -> None:
    network = trained(_net(Dense(5, below)), SGD(0.5))
    for new, units in product(ACTIVATIONS, (None, 9)):
        done = insert(network, SGD(0.1), 1, Dense(units or 5, new), fresh_rng())
        exact = new == "linear" or (new in IDENTITY_FROM_ZERO and below in NON_NEGATIVE)
        assert done.report.exact == done.report.exact_in_training == exact, new
        assert (new in done.report.why) != exact
        if exact:
            assert _apart(done, network) < 1e-12, new
            assert _apart(done, network, training=True) < 1e-12, new
        elif units is None:
            np.testing.assert_array_equal(done.network.layers[1].W, np.eye(5))
            assert _apart(done, network) > 1e-9, new


@pytest.mark.parametrize(
    ("between", "non_negative"),
    [
        ([Dropout(0.5)], True),
        ([Activation("tanh")], True),
        ([Activation("gelu"), Dropout(0.0)], True),
        ([BatchNorm()], False),
        ([LayerNorm()], False),
        ([BatchNorm(), Activation("sigmoid")], True),
    ],
)
def test_layers_between_keep_or_lose_that_nothing_is_negative(between: list[Layer[Any]], non_negative: bool) -> None:
    network = trained(_net(Dense(5, "relu"), *between), SGD(0.1))
    done = insert(network, SGD(0.1), len(between) + 1, Activation("relu"), fresh_rng())
    assert done.report.exact == non_negative
    assert (_apart(done, network) == 0) == non_negative


def test_nothing_is_known_of_the_sign_of_the_inputs() -> None:
    assert not insert(_net(), SGD(0.1), 0, Activation("relu"), fresh_rng()).report.exact


def test_a_wider_dense_brings_copies_and_a_narrower_one_the_most_influential() -> None:
    network = _net(Dense(5, "tanh"), Activation("relu"))
    network.forward(inputs_of())
    wide = insert(network, SGD(0.1), 2, Dense(8), fresh_rng())
    assert wide.report.exact
    assert wide.report.units[:5] == (0, 1, 2, 3, 4)
    np.testing.assert_array_equal(wide.network.layers[2].W, np.eye(5)[:, list(wide.report.units)])
    narrow = insert(network, SGD(0.1), 2, Dense(2), fresh_rng())
    size = np.sqrt(np.square(network.layers[1].a).mean(0)) * np.linalg.norm(network.layers[2].W, axis=1)
    assert narrow.report.units == tuple(sorted(np.argsort(size)[-2:].tolist()))
    assert not narrow.report.exact
    assert "3 of the units" in narrow.report.why


@pytest.mark.parametrize("position", [0, 1])
@pytest.mark.parametrize("seen", [True, False])
def test_a_batch_norm_comes_unnoticed_by_predictions(position: int, seen: bool) -> None:
    network = _net(Dense(5, "relu"))
    network.layers[0].b[2] = -100  # a silent unit has no variance
    if seen:
        network.forward(inputs_of())
    done = insert(network, SGD(0.1), position, BatchNorm(), fresh_rng())
    assert done.report.exact
    assert not done.report.exact_in_training
    assert "batch" in done.report.why
    assert _apart(done, network) < 1e-12
    assert (done.network.layers[position].gamma > 0.02).all(), "a gamma near 0 would silence a unit for good"
    if seen:
        # On the batch that it was made from it is the identity in training as well.
        np.testing.assert_allclose(done.network.forward(inputs_of()), network.forward(inputs_of()), rtol=1e-10)


def test_a_layer_norm_is_not_exact_but_brings_mean_and_size_back() -> None:
    network = trained(_net(Dense(40, "softplus")), SGD(0.1))
    old = network.forward(inputs_of()).copy()
    done = insert(network, SGD(0.1), 1, LayerNorm(), fresh_rng())
    assert not done.report.exact
    new = done.network.forward(inputs_of())
    before, after = network.layers[0].a, done.network.layers[1].a
    assert after.mean() == pytest.approx(before.mean(), rel=1e-9)
    assert after.std(1).mean() == pytest.approx(before.std(1).mean(), rel=0.1)
    assert np.abs(new - old).max() > 1e-6


def test_dropout_comes_unnoticed_by_predictions_and_with_rate_0_by_all() -> None:
    network = _net(Dense(5, "tanh"))
    active, idle = (insert(network, SGD(0.1), 1, Dropout(rate), fresh_rng()) for rate in (0.5, 0.0))
    assert (active.report.exact, active.report.exact_in_training) == (True, False)
    assert (idle.report.exact, idle.report.exact_in_training) == (True, True)
    assert _apart(active, network) == _apart(idle, network) == 0
    assert active.network.layers[1].rate == 0.5


def test_the_layer_that_was_passed_in_is_still_free() -> None:
    new = Dense(5, "linear", initializer="zeros", bias=0.5)
    done = insert(_net(Dense(5, "tanh")), SGD(0.1), 1, new, fresh_rng())
    assert new.inputs == 0
    assert done.network.layers[1] is not new
    assert (done.network.layers[1].initializer, done.network.layers[1].bias) == ("zeros", 0.5)


def test_a_layer_can_become_the_last() -> None:
    network = Network(6, [Dense(4, "tanh")], "half_squared_error", dtype="float64")
    done = insert(network, SGD(0.1), 1, Dense(4, "linear"), fresh_rng())
    assert done.report.exact
    assert done.network.rule.formula == "δᴸ = aᴸ − y"
    assert _apart(done, network) < 1e-15


# remove


@pytest.mark.parametrize("kind", OPTIMIZERS)
@pytest.mark.parametrize("new", [Dense(5, "relu"), Dropout(0.3), Dropout(0.0), Activation("relu"), BatchNorm()])
def test_what_came_unnoticed_goes_unnoticed(new: Layer[Any], kind: str) -> None:
    optimizer = OPTIMIZERS[kind].make(OPTIMIZERS[kind].usual_rate)
    network = trained(_net(Dense(5, "relu")), optimizer)
    there = insert(network, optimizer, 1, new, fresh_rng())
    back = remove(there.network, there.optimizer, 1, fresh_rng())
    assert back.report.exact
    assert back.report.exact_in_training == there.report.exact_in_training
    np.testing.assert_array_equal(back.network.parameters, network.parameters)
    assert back.optimizer.steps == optimizer.steps
    for name, memory in optimizer.state.items():
        np.testing.assert_array_equal(back.optimizer.state[name], memory)


@pytest.mark.parametrize("new", [Dense(5, "relu"), BatchNorm(), LayerNorm(), Activation("tanh")])
def test_what_has_learnt_does_not_go_unnoticed(new: Layer[Any]) -> None:
    optimizer = SGD(0.5)
    there = insert(trained(_net(Dense(5, "relu")), optimizer), optimizer, 1, new, fresh_rng())
    trained(there.network, there.optimizer)
    done = remove(there.network, there.optimizer, 1, fresh_rng())
    assert not done.report.exact
    assert done.report.why
    assert _apart(done, there.network) > 1e-6


def test_an_identity_with_a_bias_is_none() -> None:
    there = insert(_net(Dense(5, "tanh")), SGD(0.1), 1, Dense(5), fresh_rng()).network
    there.layers[1].b[3] = 0.5
    done = remove(there, SGD(0.1), 1, fresh_rng())
    assert not done.report.exact
    assert _apart(done, there) > 1e-6


def test_where_the_widths_differ_the_next_dense_draws_new_weights() -> None:
    optimizer = Adam(0.01)
    network = trained(_net(Dense(5, "tanh"), Dense(4, "relu"), BatchNorm(), Dropout(0.2), Dense(7, "relu")), optimizer)
    done = remove(network, optimizer, 1, fresh_rng())
    bottom, norm, _, reader, top = done.network.layers
    assert (norm.outputs, reader.inputs, reader.outputs) == (5, 5, 7)
    np.testing.assert_array_equal(bottom.W, network.layers[0].W)
    np.testing.assert_array_equal(top.W, network.layers[5].W)
    np.testing.assert_array_equal(reader.b, network.layers[4].b)
    np.testing.assert_array_equal(norm.running_variance, np.ones(5))
    expected = Dense(7, "relu").initial(5, fresh_rng())["W"]
    assert reader.W.std() == pytest.approx(expected.std(), rel=0.5)
    anew = {(each.layer, each.name): each.anew for each in done.report.arrays if each.anew}
    assert anew == {(1, name): 5 for name in ("gamma", "beta", "running_mean", "running_variance")} | {(3, "W"): 35}


def test_the_same_generator_draws_the_same_weights() -> None:
    network = _net(Dense(5, "tanh"), Dense(4, "relu"))
    one, same, other = (remove(network, SGD(0.1), 1, np.random.default_rng(seed)).network for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.parameters, same.parameters)
    assert (one.layers[1].W != other.layers[1].W).any()


# change the activation


@pytest.mark.parametrize("new", ACTIVATIONS)
def test_another_activation_keeps_every_number(new: str) -> None:
    optimizer = Adam(0.01)
    network = trained(_net(Dense(5, "tanh"), BatchNorm()), optimizer)
    done = change_activation(network, optimizer, 0, new)
    np.testing.assert_array_equal(done.network.parameters, network.parameters)
    np.testing.assert_array_equal(done.network.buffers, network.buffers)
    for name, memory in optimizer.state.items():
        np.testing.assert_array_equal(done.optimizer.state[name], memory)
    assert done.network.layers[0].activation is ACTIVATIONS[new] or new == "softmax"
    assert done.report.exact == (new == "tanh")
    assert (_apart(done, network) == 0) == (new == "tanh")
    assert done.network.layers[0].initializer == ACTIVATIONS[new].initializer


def test_a_chosen_initializer_stays() -> None:
    network = _net(Dense(5, "tanh", initializer="normal", scale=0.3))
    changed = change_activation(network, SGD(0.1), 0, "relu").network.layers[0]
    assert (changed.initializer, changed.scale) == ("normal", 0.3)


def test_another_output_brings_its_rule() -> None:
    network = _net(Dense(5, "tanh"))
    done = change_activation(network, SGD(0.1), 1, "sigmoid")
    assert network.rule.short
    assert not done.network.rule.short
    warm = change_activation(network, SGD(0.1), 1, "softmax", temperature=2.0)
    assert warm.network.rule.formula == "δᴸ = (aᴸ − y) / T"
    assert not warm.report.exact
    trained(done.network, done.optimizer)
    assert done.network.is_finite()


def test_an_activation_layer_changes_too() -> None:
    network = _net(Dense(5), Activation("tanh"))
    done = change_activation(network, SGD(0.1), 1, "relu")
    assert done.network.layers[1].activation.name == "relu"
    assert done.network.layers[0].activation.name == "linear"

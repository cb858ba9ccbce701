"""Wider and narrower layers: the copies and their shares, what they lose on the way, and which units stay."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.core.layers import Activation, BatchNorm, Dense, Dropout, Layer, LayerNorm
from lab.core.network import Network
from lab.core.optimizers import OPTIMIZERS, SGD, Adam
from lab.core.surgery.operations import narrow, widen
from tests.core.surgery.training import fresh_rng, inputs_of, trained

WIDTH = 5


def _net(*between: Layer[Any], activation: str = "tanh", seed: int = 2) -> Network:
    layers = [Dense(WIDTH, activation), *between, Dense(4, "softplus"), Dense(3, "softmax")]
    return Network(6, layers, seed=seed, dtype="float64")


# wider


@given(st.integers(WIDTH + 1, 4 * WIDTH), st.integers(0, 99))
def test_copies_have_unequal_shares_that_add_up_to_the_units_outgoing_weights(units: int, seed: int) -> None:
    network = _net()
    W = network.layers[1].W
    done = widen(network, SGD(0.1), 0, units, np.random.default_rng(seed))
    source, wide = np.array(done.report.units), done.network.layers[1].W
    np.testing.assert_array_equal(source[:WIDTH], np.arange(WIDTH))
    for unit in range(WIDTH):
        copies = np.flatnonzero(source == unit)
        assert units // WIDTH <= len(copies) <= -(-units // WIDTH)
        np.testing.assert_allclose(wide[copies].sum(0), W[unit], rtol=1e-12)
        shares = wide[copies, 0] / W[unit, 0]
        np.testing.assert_allclose(wide[copies], np.outer(shares, W[unit]), rtol=1e-12)
        assert (shares > 0.5 / len(copies)).all()
        assert len(np.unique(shares)) == len(copies)


def test_a_copy_has_the_incoming_weights_and_the_norm_of_its_unit() -> None:
    network = trained(_net(BatchNorm(), Activation("relu"), Dropout(0.0)), SGD(0.1))
    done = widen(network, SGD(0.1), 0, 8, fresh_rng())
    source = list(done.report.units)
    for place, names in ((0, ("W", "b")), (1, ("gamma", "beta", "running_mean", "running_variance"))):
        for name in names:
            old, new = (getattr(net.layers[place], name) for net in (network, done.network))
            np.testing.assert_array_equal(new, old[..., source])


@pytest.mark.parametrize("units", [WIDTH + 1, 2 * WIDTH, 3 * WIDTH, 3 * WIDTH + 2])
def test_through_a_layer_norm_only_whole_multiples_are_exact(units: int) -> None:
    network = trained(_net(LayerNorm()), SGD(0.1))
    done = widen(network, SGD(0.1), 0, units, fresh_rng())
    apart = np.abs(done.network.predict(inputs_of()) - network.predict(inputs_of())).max()
    assert done.report.exact == done.report.exact_in_training == (units % WIDTH == 0)
    assert (apart < 1e-12) if units % WIDTH == 0 else (apart > 1e-4)
    assert ("layer norm" in done.report.why) == (units % WIDTH != 0)


@pytest.mark.parametrize(("activation", "between"), [("softmax", []), ("tanh", [Activation("softmax")])])
def test_through_a_softmax_it_is_not_exact_and_says_so(activation: str, between: list[Layer[Any]]) -> None:
    network = _net(*between, activation=activation)
    done = widen(network, SGD(0.1), 0, 8, fresh_rng())
    assert not done.report.exact
    assert "softmax" in done.report.why
    assert np.abs(done.network.predict(inputs_of()) - network.predict(inputs_of())).max() > 1e-4


def test_through_active_dropout_only_predictions_are_exact() -> None:
    network = _net(Dropout(0.5))
    done = widen(network, SGD(0.1), 0, 8, fresh_rng())
    assert done.report.exact
    assert not done.report.exact_in_training
    assert "dropout" in done.report.why
    np.testing.assert_allclose(done.network.predict(inputs_of()), network.predict(inputs_of()), rtol=1e-12)
    assert np.abs(done.network.forward(inputs_of()) - network.forward(inputs_of())).max() > 1e-4


def test_dropout_elsewhere_draws_the_masks_that_it_would_have_drawn() -> None:
    layers = [Dropout(0.3), Dense(5, "tanh"), Dense(4, "relu"), Dropout(0.5), Dense(3, "softmax")]
    network = Network(6, layers, seed=2, dtype="float64")
    network.forward(inputs_of())
    done = widen(network, SGD(0.1), 1, 9, fresh_rng())
    assert done.report.exact_in_training
    for seed in range(3):
        np.testing.assert_allclose(done.network.forward(inputs_of(seed)), network.forward(inputs_of(seed)), rtol=1e-10)
        np.testing.assert_array_equal(done.network.layers[3].mask, network.layers[3].mask)


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_copies_part_in_training(kind: str) -> None:
    rate = {"lion": 0.01, "adadelta": 1.0}.get(kind, 0.05)  # Adadelta finds the size of its steps itself
    optimizer = OPTIMIZERS[kind].make(rate)
    network = trained(_net(BatchNorm()), optimizer)
    done = widen(network, optimizer, 0, 2 * WIDTH, fresh_rng())
    trained(done.network, done.optimizer, 60)
    W, source = done.network.layers[0].W, np.array(done.report.units)
    for copy in range(WIDTH, 2 * WIDTH):
        unit = W[:, source[copy]]
        assert np.linalg.norm(W[:, copy] - unit) > 1e-3 * np.linalg.norm(unit)


def test_units_that_could_not_part_are_copied_last() -> None:
    network = _net()
    network.layers[1].W[[0, 2, 3]] = 0
    for seed in range(20):
        done = widen(network, SGD(0.1), 0, WIDTH + 2, np.random.default_rng(seed))
        assert {*done.report.units[WIDTH:]} == {1, 4}


# narrower


@given(st.integers(1, WIDTH - 1), st.integers(0, 30))
def test_the_units_stay_whose_silence_would_change_the_next_z_the_most(units: int, seed: int) -> None:
    network = _net(BatchNorm(), seed=seed)
    rng = np.random.default_rng(seed)
    network.parameters[:] = rng.normal(size=network.parameters.shape)
    network.forward(inputs_of(seed))
    z, W = network.layers[2].z, network.layers[2].W
    a = network.layers[1].a
    change = []
    for unit in range(WIDTH):
        silent = a.copy()
        silent[:, unit] = 0
        change.append(np.square(silent @ W + network.layers[2].b - z).mean())
    done = narrow(network, SGD(0.1), 0, units)
    assert done.report.units == tuple(sorted(np.argsort(change)[-units:].tolist()))
    for name in ("W", "b"):
        kept = getattr(network.layers[0], name)[..., list(done.report.units)]
        np.testing.assert_array_equal(getattr(done.network.layers[0], name), kept)
    np.testing.assert_array_equal(done.network.layers[2].W, W[list(done.report.units)])
    assert not done.report.exact
    assert f"{WIDTH - units} of the units" in done.report.why


def test_before_the_first_batch_the_length_of_the_paths_counts() -> None:
    network = _net()
    W, b, out = network.layers[0].W, network.layers[0].b, network.layers[1].W
    b[:] = [0, 3, 0, 0, 1]
    paths = [sum((w * v) ** 2 for w in (*W[:, j], b[j]) for v in out[j]) for j in range(WIDTH)]
    done = narrow(network, SGD(0.1), 0, 2)
    assert done.report.units == tuple(sorted(np.argsort(paths)[-2:].tolist()))


def test_a_unit_masked_in_the_last_batch_is_not_taken_for_silent() -> None:
    network = _net(Dropout(0.9))
    network.layers[0].b[:] = [3, 0, 0, 0, 0]
    network.layers[2].W[0] *= 10
    for _ in range(30):
        network.forward(inputs_of()[:1])
        if not network.layers[1].mask[0, 0]:
            break
    assert network.layers[1].a[0, 0] == 0
    assert narrow(network, SGD(0.1), 0, 1).report.units == (0,)


@pytest.mark.parametrize("between", [[], [BatchNorm, lambda: Activation("gelu")], [lambda: Dropout(0.0)]])
@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_narrowing_what_was_just_widened_gives_the_network_and_its_optimizer_back(kind: str, between: Any) -> None:
    optimizer = OPTIMIZERS[kind].make(OPTIMIZERS[kind].usual_rate)
    network = trained(_net(*(make() for make in between)), optimizer)
    wide = widen(network, optimizer, 0, 3 * WIDTH - 1, fresh_rng())
    back = narrow(wide.network, wide.optimizer, 0, WIDTH)
    assert back.report.exact
    assert back.report.exact_in_training
    assert back.report.why == ""
    assert back.report.units == tuple(range(WIDTH))
    np.testing.assert_allclose(back.network.parameters, network.parameters, rtol=1e-12)
    np.testing.assert_array_equal(back.network.buffers, network.buffers)
    for name, memory in optimizer.state.items():
        np.testing.assert_allclose(back.optimizer.state[name], memory, rtol=1e-12, atol=1e-300)


def test_copies_that_have_parted_are_units_like_all_others() -> None:
    optimizer = Adam(0.01)
    wide = widen(trained(_net(), optimizer), optimizer, 0, WIDTH + 3, fresh_rng())
    trained(wide.network, wide.optimizer, 2)
    assert not narrow(wide.network, wide.optimizer, 0, WIDTH).report.exact


def test_part_of_the_way_back_is_exact_too() -> None:
    network = trained(_net(), SGD(0.1))
    wide = widen(network, SGD(0.1), 0, 3 * WIDTH, fresh_rng()).network
    for units in (12, 9, 6):
        done = narrow(wide, SGD(0.1), 0, units)
        assert done.report.exact
        np.testing.assert_allclose(done.network.predict(inputs_of()), network.predict(inputs_of()), rtol=1e-12)


def test_units_that_nobody_reads_go_first_and_are_not_missed() -> None:
    network = _net()
    network.forward(inputs_of())
    network.layers[1].W[[1, 3]] = 0
    done = narrow(network, SGD(0.1), 0, 3)
    assert done.report.units == (0, 2, 4)
    assert done.report.exact
    np.testing.assert_allclose(done.network.predict(inputs_of()), network.predict(inputs_of()), rtol=1e-12)


def test_a_unit_counts_with_all_that_its_merged_copies_added() -> None:
    """Three copies of unit 2 have little influence each, but more than unit 0 together."""
    network = _net()
    W, b, outgoing = network.layers[0].W, network.layers[0].b, network.layers[1].W
    W[:, 3], W[:, 4], b[:] = W[:, 2], W[:, 2], 0
    W /= np.linalg.norm(W, axis=0)
    outgoing[:] = np.array([[2.0], [4.0], [1.0], [1.0], [1.0]])
    done = narrow(network, SGD(0.1), 0, 2)
    assert done.report.units == (1, 2)
    np.testing.assert_array_equal(done.network.layers[1].W[:, 0], [4.0, 3.0])


def test_a_batch_that_is_not_finite_says_nothing_of_influence() -> None:
    network = _net(activation="relu")
    expected = narrow(network, SGD(0.1), 0, 1).report.units
    W = network.layers[0].W.copy()
    network.layers[0].W[:, [unit for unit in range(WIDTH) if unit not in expected]] = 1e300
    with np.errstate(over="ignore", invalid="ignore"):
        network.forward(np.abs(inputs_of()) * 1e10)
    assert not np.isfinite(network.layers[0].a).all()
    network.layers[0].W[:] = W
    assert narrow(network, SGD(0.1), 0, 1).report.units == expected

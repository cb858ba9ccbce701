"""The optimizer after an operation: its memories are those that it would have, and training goes on."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lab.core.layers import Activation, BatchNorm, Dense, Dropout
from lab.core.network import Network
from lab.core.optimizer_kinds.optimizer import Memory
from lab.core.optimizers import OPTIMIZERS, SGD, Adam, AdamW, Optimizer
from lab.core.penalties import Clipping, Penalty
from lab.core.surgery.operations import SurgeryResult, insert, narrow, remove, widen

M = 16
SEED = 7


def _net(seed: int = 2) -> Network:
    layers = [Dense(5, "tanh"), BatchNorm(), Activation("elu"), Dense(4, "softplus"), Dense(3, "softmax")]
    return Network(6, layers, seed=seed, dtype="float64")


def _backward(network: Network, seed: int) -> float:
    rng = np.random.default_rng(seed)
    network.forward(rng.normal(size=(M, 6)))
    return network.backward(rng.integers(0, 3, M))


def _train(network: Network, optimizer: Optimizer, steps: int = 6) -> Network:
    for seed in range(steps):
        _backward(network, seed)
        optimizer.step(network)
    return network


# An ε beside the squares does not shrink with a copy's gradient, and Adadelta's usual one is as large as they are.
SMALL_EPSILON: dict[str, dict[str, float]] = {"adadelta": {"epsilon": 1e-13}}


def _make(kind: str) -> Optimizer:
    return OPTIMIZERS[kind].make(OPTIMIZERS[kind].usual_rate, **SMALL_EPSILON.get(kind, {}))


def _wider(network: Network, optimizer: Optimizer) -> SurgeryResult:
    return widen(network, optimizer, 0, 12, np.random.default_rng(SEED))


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_memories_are_those_of_a_network_that_was_wide_all_along(kind: str) -> None:
    """Every past gradient is taken from the network widened at that very step, and fed to an optimizer anew."""
    network, optimizer = _net(), _make(kind)
    shadow, wide = _make(kind), _wider(network, SGD(1.0)).network
    for seed in range(6):
        past = _wider(network, SGD(1.0)).network
        _backward(past, seed)
        np.copyto(wide.gradients, past.gradients)
        shadow.step(wide)
        _backward(network, seed)
        optimizer.step(network)
    done = _wider(network, optimizer)
    assert {*done.optimizer.state} == {*shadow.state} == {*optimizer.memories}
    for name, memory in shadow.state.items():
        np.testing.assert_allclose(done.optimizer.state[name], memory, rtol=1e-6, atol=1e-13)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_the_next_step_of_the_wide_network_is_nearly_that_of_the_old(kind: str, seed: int) -> None:
    """Both go the same way and about as far; with its memories lost the wide network goes further off."""
    network, optimizer = (
        _net(seed),
        OPTIMIZERS[kind].make(0.002 if kind == "lion" else 0.01, **SMALL_EPSILON.get(kind, {})),
    )
    _train(network, optimizer, 40)
    done, forgetful = _wider(network, optimizer), _wider(network, optimizer)
    forgetful.optimizer.forget()
    x = np.random.default_rng(0).normal(size=(200, 6))
    before = network.predict(x)
    moves = []
    for net, rule in ((network, optimizer), *((each.network, each.optimizer) for each in (done, forgetful))):
        _backward(net, 40)
        rule.step(net)
        moves.append(net.predict(x) - before)
    old, wide, lost = moves
    assert (wide * old).sum() > 0.9 * np.linalg.norm(wide) * np.linalg.norm(old)
    assert 0.8 < np.linalg.norm(wide) / np.linalg.norm(old) < 2
    if optimizer.memories and kind != "adadelta":  # its steps are a ratio of two memories, which are lost together
        assert np.linalg.norm(lost - old) > np.linalg.norm(wide - old)


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_a_unit_that_stays_alone_keeps_its_memories_bit_for_bit(kind: str) -> None:
    network, optimizer = _net(), _make(kind)
    _train(network, optimizer)
    wide, slim = (
        widen(network, optimizer, 0, 7, np.random.default_rng(SEED)),
        narrow(network, optimizer, 0, 3),
    )
    for done in (wide, slim):
        source = np.array(done.report.units)
        alone = np.bincount(source)[source] == 1
        assert alone.any()
        for name, memory in optimizer.state.items():
            old = _views(network, memory)
            for key, array in _views(done.network, done.optimizer.state[name]).items():
                if key in ((0, "W"), (0, "b"), (1, "gamma"), (1, "beta")):
                    np.testing.assert_array_equal(array[..., alone], old[key][..., source[alone]])
                elif key == (3, "W"):
                    np.testing.assert_array_equal(array, old[key][source])
                else:
                    np.testing.assert_array_equal(array, old[key])


def _views(network: Network, vector: NDArray[Any]) -> dict[tuple[int, str], NDArray[Any]]:
    return {
        (number, name): vector[place].reshape(getattr(network.layers[number], name).shape)
        for number, places in enumerate(network.slices)
        for name, place in places.items()
    }


@pytest.mark.parametrize("kind", OPTIMIZERS)
@pytest.mark.parametrize("operate", [
    lambda net, rule, rng: insert(net, rule, 1, Dense(5, "tanh"), rng),
    lambda net, rule, rng: remove(net, rule, 0, rng),
])  # fmt: skip
def test_cells_made_anew_begin_with_no_gradient_and_the_mean_of_all_squares(
    kind: str, operate: Callable[..., SurgeryResult]
) -> None:
    network, optimizer = _net(), _make(kind)
    _train(network, optimizer)
    done = operate(network, optimizer, np.random.default_rng(0))
    anew = [(each.layer, each.name) for each in done.report.arrays if each.anew]
    assert anew
    for name, memory in done.optimizer.state.items():
        value = optimizer.state[name].mean() if optimizer.memories[name].is_of_squares else 0.0
        views = _views(done.network, memory)
        for key in anew:
            if key in views:  # running statistics have no gradient
                np.testing.assert_allclose(views[key], value, rtol=1e-12)


def test_new_cells_take_steps_like_those_of_all_others() -> None:
    """After 500 steps Adam no longer corrects its squares: cells that began with none would leap by 3 rates a step."""
    network, optimizer = _net(), Adam(0.001)
    _train(network, optimizer, 500)
    done = insert(network, optimizer, 4, Dense(4, "relu"), np.random.default_rng(0))
    _backward(done.network, 3)
    done.optimizer.step(done.network)
    assert 0 < np.abs(done.network.layers[4].update_W).max() < 0.5 * 0.001


def test_every_optimizer_says_what_its_memories_hold() -> None:
    held = [memory for kind in OPTIMIZERS.values() for memory in kind.make.memories.values()]
    assert held
    assert all(isinstance(memory, Memory) for memory in held)


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_settings_and_the_count_of_steps_are_kept(kind: str) -> None:
    make = OPTIMIZERS[kind].make
    options = {option.name: option.default / 2 for option in make.options if not option.whole}
    settings = {"penalty": Penalty(0.01, 0.02), "clipping": Clipping(norm=3.0), "weight_decay": 0.003}
    optimizer = make(0.0123, **settings, **options)
    network = _train(_net(), optimizer, 2)
    optimizer.learning_rate = 0.0456
    new = _wider(network, optimizer).optimizer
    assert type(new) is type(optimizer)
    assert (new.learning_rate, new.settings, new.steps) == (0.0456, optimizer.settings, 2)
    assert (new.penalty, new.clipping, new.weight_decay) == (*list(settings.values())[:2], 0.003)
    assert str(2) in _wider(network, optimizer).report.optimizer or not make.memories


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_before_the_first_step_there_is_nothing_to_follow(kind: str) -> None:
    network, optimizer = _net(), _make(kind)
    done, fresh = _wider(network, optimizer), _make(kind)
    assert done.optimizer.state == {}
    assert done.optimizer.steps == 0
    twin = _wider(network, optimizer).network
    _train(done.network, done.optimizer, 2)
    _train(twin, fresh, 2)
    np.testing.assert_array_equal(done.network.parameters, twin.parameters)


def test_decoupled_decay_stays_what_it_was() -> None:
    assert _wider(_net(), AdamW(0.01)).optimizer.weight_decay == 0.01
    assert _wider(_net(), AdamW(0.01, weight_decay=0.0)).optimizer.weight_decay == 0.0


def test_the_dropouts_to_come_are_those_that_would_have_come() -> None:
    network = Network(6, [Dense(5, "tanh"), Dropout(0.5), Dense(3, "softmax")], seed=1)
    _backward(network, 0)
    done = insert(network, SGD(0.1), 0, Dense(6, "linear"), np.random.default_rng(0))
    for seed in range(3):
        _backward(network, seed)
        _backward(done.network, seed)
        np.testing.assert_array_equal(done.network.layers[2].mask, network.layers[1].mask)


def test_class_weights_and_smoothing_are_kept() -> None:
    layers = [Dense(5, "tanh"), Dense(3, "softmax")]
    network = Network(6, layers, seed=1, label_smoothing=0.1, class_weights=[1, 2, 3], reduction="sum")
    done = _wider(network, SGD(0.1))
    assert done.network.reduction == "sum"
    assert _backward(done.network, 0) == pytest.approx(_backward(network, 0), rel=1e-6)

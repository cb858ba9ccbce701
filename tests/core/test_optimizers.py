"""Optimizers: the update they leave, the memories they keep, and the numbers they refuse."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lab.core.layers import Dense
from lab.core.network import Network
from lab.core.optimizer_kinds.optimizer import BLOCK
from lab.core.optimizers import OPTIMIZERS, SGD, Adam, Optimizer


def _net(inputs: int = 6, units: int = 3, dtype: str = "float64") -> Network:
    return Network(inputs, [Dense(units)], "half_squared_error", dtype=dtype, seed=1)


def _make(kind: str) -> Optimizer:
    return OPTIMIZERS[kind].make(OPTIMIZERS[kind].usual_rate)


def _with_gradient(net: Network, seed: int) -> Network:
    net.gradients[:] = np.random.default_rng(seed).normal(size=net.gradients.shape)
    return net


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_the_update_is_what_was_added_to_the_parameters(kind: str, dtype: str) -> None:
    net, rule = _net(dtype=dtype), _make(kind)
    for step in range(4):
        _with_gradient(net, step)
        parameters, gradients = net.parameters.copy(), net.gradients.copy()
        rule.step(net)
        assert rule.steps == step + 1
        assert net.updates.any()
        np.testing.assert_array_equal(net.parameters, parameters + net.updates)
        np.testing.assert_array_equal(net.gradients, gradients)


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_every_part_of_a_vector_longer_than_a_block_is_updated_alike(kind: str) -> None:
    """Every number is updated by its own gradients alone, so a cut-out of the vector goes the same way."""
    large, rule = _net(300, 300), _make(kind)
    weights = large.layers[0].W.size
    assert weights > 2 * BLOCK
    begins = (0, BLOCK - 5, 2 * BLOCK - 5, weights - 18)
    # 18 weights from anywhere and the last 3 biases are as many numbers as the small network has.
    cuts = [np.r_[begin : begin + 18, weights + 297 : weights + 300] for begin in begins]
    small = [(_net(), _make(kind)) for _ in cuts]
    for cut, (net, _) in zip(cuts, small, strict=True):
        net.parameters[:] = large.parameters[cut]
    for step in range(3):
        _with_gradient(large, step)
        for cut, (net, own) in zip(cuts, small, strict=True):
            net.gradients[:] = large.gradients[cut]
            own.step(net)
        rule.step(large)
    for cut, (net, _) in zip(cuts, small, strict=True):
        np.testing.assert_allclose(large.parameters[cut], net.parameters, rtol=1e-14, atol=1e-18)


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_every_optimizer_goes_downhill(kind: str) -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(40, 6)), rng.normal(size=(40, 3))
    net, rule = _net(), _make(kind)
    net.forward(x)
    first = net.backward(y)
    for _ in range(200):
        rule.step(net)
        net.forward(x)
        last = net.backward(y)
    # Lion's steps are of one size: 200 of them at its usual rate come to 0.02 for every weight.
    assert last < 0.99 * first


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_the_same_gradients_give_the_same_bits(kind: str) -> None:
    def run() -> bytes:
        net, rule = _net(), _make(kind)
        for step in range(5):
            rule.step(_with_gradient(net, step))
        return net.parameters.tobytes()

    assert run() == run()


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_the_learning_rate_may_change_between_steps(kind: str) -> None:
    """The direction of a first step does not depend on the rate, and its length is in proportion to it."""
    updates = []
    for rate in (0.001, 0.01):
        net, rule = _net(), OPTIMIZERS[kind].make(0.5)
        rule.learning_rate = rate
        rule.step(_with_gradient(net, 0))
        updates.append(net.updates.copy())
    np.testing.assert_allclose(updates[1], 10 * updates[0], rtol=1e-9)


Memory = dict[str, NDArray[np.float64]]
RATE = 0.03


def _sgd(p: Any, g: Any, t: int, kept: Memory) -> Any:
    return -RATE * g


def _momentum(p: Any, g: Any, t: int, kept: Memory) -> Any:
    kept["v"] = 0.9 * kept.get("v", 0) - RATE * g
    return kept["v"]


def _nesterov(p: Any, g: Any, t: int, kept: Memory) -> Any:
    kept["v"] = 0.9 * kept.get("v", 0) - RATE * g
    return 0.9 * kept["v"] - RATE * g


def _adagrad(p: Any, g: Any, t: int, kept: Memory) -> Any:
    kept["s"] = kept.get("s", 0) + g**2
    return -RATE * g / (np.sqrt(kept["s"]) + 1e-8)


def _rmsprop(p: Any, g: Any, t: int, kept: Memory) -> Any:
    kept["s"] = 0.9 * kept.get("s", 0) + 0.1 * g**2
    return -RATE * g / (np.sqrt(kept["s"]) + 1e-8)


def _adam(p: Any, g: Any, t: int, kept: Memory) -> Any:
    kept["m"] = 0.9 * kept.get("m", 0) + 0.1 * g
    kept["v"] = 0.999 * kept.get("v", 0) + 0.001 * g**2
    return -RATE * (kept["m"] / (1 - 0.9**t)) / (np.sqrt(kept["v"] / (1 - 0.999**t)) + 1e-8)


def _adamw(p: Any, g: Any, t: int, kept: Memory) -> Any:
    weights = np.arange(len(p)) < 18  # the last three are biases, which nothing pulls to zero
    return _adam(p, g, t, kept) - RATE * 0.01 * p * weights


def _lion(p: Any, g: Any, t: int, kept: Memory) -> Any:
    m = kept.get("m", 0)
    kept["m"] = 0.99 * m + 0.01 * g
    return -RATE * np.sign(0.9 * m + 0.1 * g)


def _adadelta(p: Any, g: Any, t: int, kept: Memory) -> Any:
    kept["s"] = 0.95 * kept.get("s", 0) + 0.05 * g**2
    change = np.sqrt(kept.get("r", 0) + 1e-6) / np.sqrt(kept["s"] + 1e-6) * g
    kept["r"] = 0.95 * kept.get("r", 0) + 0.05 * change**2
    return -RATE * change


def _nadam(p: Any, g: Any, t: int, kept: Memory) -> Any:
    kept["m"] = 0.9 * kept.get("m", 0) + 0.1 * g
    kept["v"] = 0.999 * kept.get("v", 0) + 0.001 * g**2
    ahead = 0.9 * kept["m"] / (1 - 0.9 ** (t + 1)) + 0.1 * g / (1 - 0.9**t)
    return -RATE * ahead / (np.sqrt(kept["v"] / (1 - 0.999**t)) + 1e-8)


def _radam(p: Any, g: Any, t: int, kept: Memory) -> Any:
    kept["m"] = 0.9 * kept.get("m", 0) + 0.1 * g
    kept["v"] = 0.999 * kept.get("v", 0) + 0.001 * g**2
    m_hat, rho = kept["m"] / (1 - 0.9**t), 2 / (1 - 0.999) - 1
    rho_t = rho - 2 * t * 0.999**t / (1 - 0.999**t)
    if rho_t <= 4:
        return -RATE * m_hat
    r = np.sqrt((rho_t - 4) * (rho_t - 2) * rho / ((rho - 4) * (rho - 2) * rho_t))
    return -RATE * r * m_hat / (np.sqrt(kept["v"] / (1 - 0.999**t)) + 1e-8)


def _amsgrad(p: Any, g: Any, t: int, kept: Memory) -> Any:
    kept["m"] = 0.9 * kept.get("m", 0) + 0.1 * g
    kept["v"] = 0.999 * kept.get("v", 0) + 0.001 * g**2
    kept["most"] = np.maximum(kept.get("most", 0), kept["v"])
    return -RATE * (kept["m"] / (1 - 0.9**t)) / (np.sqrt(kept["most"] / (1 - 0.999**t)) + 1e-8)


# Sutskever et al. 2013; Bengio et al. 2013; Duchi et al. 2011; Tieleman and Hinton 2012; Kingma and Ba 2015;
# Loshchilov and Hutter 2019; Chen et al. 2023; Zeiler 2012; Dozat 2016; Liu et al. 2020: the usual numbers of each.
PUBLISHED = {
    "sgd": _sgd,
    "momentum": _momentum,
    "nesterov": _nesterov,
    "adagrad": _adagrad,
    "rmsprop": _rmsprop,
    "adam": _adam,
    "adamw": _adamw,
    "lion": _lion,
    "adadelta": _adadelta,
    "nadam": _nadam,
    "radam": _radam,
}


@pytest.mark.parametrize("kind", [kind for kind in PUBLISHED if kind in OPTIMIZERS])
def test_every_update_is_that_of_the_published_formula(kind: str) -> None:
    net, rule = _net(), OPTIMIZERS[kind].make(RATE)
    kept: Memory = {}
    p = net.parameters.copy()
    for t in range(1, 21):
        _with_gradient(net, t)
        net.gradients[t] = 0
        update = PUBLISHED[kind](p, net.gradients.copy(), t, kept)
        rule.step(net)
        np.testing.assert_allclose(net.updates, update, rtol=1e-10, atol=1e-15)
        p = p + update


def test_sgd_goes_straight_down_the_gradient() -> None:
    net = _with_gradient(_net(), 0)
    SGD(0.25).step(net)
    np.testing.assert_array_equal(net.updates, -0.25 * net.gradients)


def test_the_first_step_of_adam_has_the_length_of_the_rate() -> None:
    """At t = 1 both corrections cancel the decays: the update is -eta g / (|g| + epsilon)."""
    net = _with_gradient(_net(), 0)
    net.gradients[0] = 0
    Adam(0.01, epsilon=1e-4).step(net)
    g = net.gradients
    np.testing.assert_allclose(net.updates, -0.01 * g / (np.abs(g) + 1e-4), rtol=1e-12)


def test_adam_with_a_constant_gradient_never_steps_further_than_the_rate() -> None:
    net, rule = _net(), Adam(0.01)
    for _ in range(50):
        rule.step(_with_gradient(net, 0))
        np.testing.assert_allclose(net.updates, -0.01 * np.sign(net.gradients), rtol=1e-6)


def test_adam_without_memory_follows_the_sign() -> None:
    net, rule = _net(), Adam(0.01, beta1=0, beta2=0)
    for step in range(3):
        rule.step(_with_gradient(net, step))
        np.testing.assert_allclose(net.updates, -0.01 * np.sign(net.gradients), rtol=1e-5)


@pytest.mark.parametrize("kind", [kind for kind, entry in OPTIMIZERS.items() if entry.make.memories])
def test_memories_belong_to_a_network_of_one_size(kind: str) -> None:
    rule = _make(kind)
    rule.step(_with_gradient(_net(), 0))
    assert {name: vector.shape for name, vector in rule.state.items()} == dict.fromkeys(rule.memories, (21,))
    other = _with_gradient(_net(units=4), 0)
    with pytest.raises(ValueError, match=r"^network: 28 parameters .* 21 "):
        rule.step(other)


@pytest.mark.parametrize("rate", [0.0, -0.1, np.nan, np.inf])
@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_a_learning_rate_that_is_not_positive_is_refused(kind: str, rate: float) -> None:
    with pytest.raises(ValueError, match=r"^learning_rate: .* is not a positive number"):
        OPTIMIZERS[kind].make(rate)
    rule = _make(kind)
    with pytest.raises(ValueError, match=r"^learning_rate: "):
        rule.learning_rate = rate
    assert rule.learning_rate == OPTIMIZERS[kind].usual_rate


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"beta1": 1.0}, "beta1"),
        ({"beta1": -0.1}, "beta1"),
        ({"beta2": 1.5}, "beta2"),
        ({"beta2": np.nan}, "beta2"),
        ({"epsilon": 0.0}, "epsilon"),
        ({"epsilon": np.inf}, "epsilon"),
    ],
)
def test_what_adam_refuses(options: dict[str, Any], name: str) -> None:
    with pytest.raises(ValueError, match=rf"^{name}: "):
        Adam(0.01, **options)


def test_the_table_says_of_every_entry_what_a_window_shows() -> None:
    for name, entry in OPTIMIZERS.items():
        assert entry.name == name == entry.make.kind
        assert all(text.strip() for text in (entry.title, entry.formula, entry.help))
        assert entry.usual_rate > 0


@pytest.mark.parametrize("kind", ["adam", "adamw"])
def test_amsgrad_divides_by_the_largest_mean_of_squares_so_far(kind: str) -> None:
    """With gradients that shrink the two part: Adam forgets the large ones."""
    net, plain = _net(), _net()
    rule = OPTIMIZERS[kind].make(RATE, amsgrad=True, weight_decay=0.0)
    other = OPTIMIZERS[kind].make(RATE, weight_decay=0.0)
    kept: Memory = {}
    for t in range(1, 40):
        for each in (net, plain):
            _with_gradient(each, t)
            each.gradients *= 0.8**t
        update = _amsgrad(None, net.gradients.copy(), t, kept)
        rule.step(net)
        other.step(plain)
        np.testing.assert_allclose(net.updates, update, rtol=1e-10, atol=1e-15)
    assert set(rule.memories) == {*other.memories, "largest_square_sum"}
    assert np.abs(net.updates).sum() < np.abs(plain.updates).sum()


def test_an_amsgrad_goes_on_from_its_state_bit_for_bit() -> None:
    net, rule = _net(), Adam(RATE, amsgrad=1)
    for step in range(3):
        rule.step(_with_gradient(net, step))
    twin, resumed = _net(), Adam(RATE, amsgrad=1)
    twin.parameters[:] = net.parameters
    resumed.load_state_dict(rule.state_dict())
    for each, own in ((net, rule), (twin, resumed)):
        own.step(_with_gradient(each, 9))
    np.testing.assert_array_equal(net.parameters, twin.parameters)
    with pytest.raises(ValueError, match="largest_square_sum"):
        Adam(RATE).load_state_dict(rule.state_dict())

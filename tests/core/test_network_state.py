"""A network's state: what another network of the same stack needs to go on from it to the bit."""

import numpy as np
import pytest

from lab.core.checks import check_arrays
from lab.core.layers import BatchNorm, Dense, Dropout
from lab.core.network import Network
from lab.core.optimizers import SGD

X = np.random.default_rng(1).normal(size=(20, 5))
Y = np.arange(20) % 3


def _network(seed: int = 1, units: int = 6, dtype: str = "float32") -> Network:
    layers = [Dense(units, "tanh"), Dropout(0.4), BatchNorm(), Dense(3, "softmax")]
    return Network(5, layers, seed=seed, dtype=dtype)


def _train(network: Network, steps: int) -> list[float]:
    losses = []
    for _ in range(steps):
        network.forward(X)
        losses.append(network.backward(Y))
        SGD(0.1).step(network)
    return losses


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_network_goes_on_from_the_state_of_another(dtype: str) -> None:
    one, other = _network(1, dtype=dtype), _network(2, dtype=dtype)
    _train(one, 7)
    other.load_state_dict(one.state_dict())
    assert other.seed == 1
    assert other.predict(X).tobytes() == one.predict(X).tobytes()
    assert _train(other, 7) == _train(one, 7)
    assert other.parameters.tobytes() == one.parameters.tobytes()
    assert other.buffers.tobytes() == one.buffers.tobytes()


def test_a_state_is_a_copy() -> None:
    network = _network()
    state = network.state_dict()
    before = (state["parameters"].tobytes(), state["buffers"].tobytes(), repr(state["dropout"]))
    _train(network, 3)
    assert before == (state["parameters"].tobytes(), state["buffers"].tobytes(), repr(state["dropout"]))
    network.load_state_dict(state)
    network.parameters.fill(0)
    assert state["parameters"].any()


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (_network(units=7), r"parameters: \(80,\) of float32 found, \(69,\) of float32 expected"),
        (_network(dtype="float64"), r"parameters: .* of float64 found, .* of float32 expected"),
    ],
)
def test_a_state_of_another_stack_is_refused_and_changes_nothing(other: Network, words: str) -> None:
    network = _network()
    before = network.parameters.tobytes()
    with pytest.raises(ValueError, match=words):
        network.load_state_dict(other.state_dict())
    assert network.parameters.tobytes() == before


def test_arrays_are_compared_by_name_shape_and_dtype() -> None:
    expected = {"W": ((2, 3), np.float32), "b": ((3,), np.float64)}
    good = {"W": np.zeros((2, 3), np.float32), "b": np.zeros(3)}
    check_arrays(good, expected)
    for wrong, words in (
        ({"W": good["W"]}, r"b: missing, \(3,\) of float64 expected"),
        (good | {"W": good["W"].T}, r"W: \(3, 2\) of float32 found, \(2, 3\) of float32 expected"),
        (good | {"b": np.zeros(3, np.float32)}, r"b: \(3,\) of float32 found, \(3,\) of float64 expected"),
        (good | {"c": np.zeros(1)}, "c: unknown"),
    ):
        with pytest.raises(ValueError, match=words):
            check_arrays(wrong, expected)

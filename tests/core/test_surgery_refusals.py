"""What surgery refuses: a ValueError that names the argument, and a network that is as it was."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lab.core.layers import Activation, BatchNorm, Dense, Dropout
from lab.core.network import Network
from lab.core.optimizers import SGD, Adam, Optimizer
from lab.core.surgery.operations import SurgeryResult, change_activation, insert, narrow, remove, widen

RNG = np.random.default_rng(0)


def _net(loss: str = "cross_entropy") -> Network:
    layers = [Dense(5, "tanh"), BatchNorm(), Dropout(0.1), Dense(4, "relu"), Dense(3, "softmax")]
    return Network(6, layers, loss)


def _refused(
    operation: Callable[[Network, Optimizer], SurgeryResult], match: str, network: Network | None = None
) -> None:
    network, optimizer = network or _net(), SGD(0.1)
    before = network.parameters.tobytes()
    with pytest.raises(ValueError, match=match):
        operation(network, optimizer)
    assert network.parameters.tobytes() == before
    assert network.predict(np.ones((2, 6))).shape == (2, network.outputs)


@pytest.mark.parametrize("layer", [-1, 5, 1.0, True, None, "0"])
@pytest.mark.parametrize("operation", ["widen", "narrow", "remove", "change_activation"])
def test_a_layer_that_is_not_there(operation: str, layer: Any) -> None:
    calls: dict[str, Callable[[Network, Optimizer], SurgeryResult]] = {
        "widen": lambda net, rule: widen(net, rule, layer, 9, RNG),
        "narrow": lambda net, rule: narrow(net, rule, layer, 2),
        "remove": lambda net, rule: remove(net, rule, layer, RNG),
        "change_activation": lambda net, rule: change_activation(net, rule, layer, "relu"),
    }
    _refused(calls[operation], rf"^layer: {layer!r} (found, 0 to 4|is not a whole number)")


@pytest.mark.parametrize("position", [-1, 6, 1.5, None])
def test_a_position_that_is_not_there(position: Any) -> None:
    _refused(lambda net, rule: insert(net, rule, position, Dense(4), RNG), rf"^position: {position!r} ")


@pytest.mark.parametrize("units", [5, 4, 0, -3, 6.0, True])
def test_no_more_units(units: Any) -> None:
    _refused(lambda net, rule: widen(net, rule, 0, units, RNG), rf"^units: {units!r} ")


@pytest.mark.parametrize("units", [5, 6, 0, -3, 2.0, True])
def test_no_fewer_units(units: Any) -> None:
    _refused(lambda net, rule: narrow(net, rule, 0, units), rf"^units: {units!r} ")


@pytest.mark.parametrize("layer", [1, 2])
def test_the_width_of_a_layer_that_has_none_of_its_own(layer: int) -> None:
    _refused(lambda net, rule: widen(net, rule, layer, 9, RNG), r"^layer: \d is a \w+ layer, whose width is that of")
    _refused(lambda net, rule: narrow(net, rule, layer, 2), r"^layer: \d is a \w+ layer, whose width is that of")


def _split_output() -> Network:
    """Return a network whose last Dense is not its last layer."""
    return Network(6, [Dense(5, "tanh"), Dense(3), BatchNorm(), Activation("softmax")])


@pytest.mark.parametrize(("make", "layer"), [(_net, 4), (_split_output, 1)])
def test_the_width_of_the_output(make: Callable[[], Network], layer: int) -> None:
    _refused(lambda net, rule: widen(net, rule, layer, 9, RNG), rf"^layer: {layer} makes the outputs", make())
    _refused(lambda net, rule: narrow(net, rule, layer, 2), rf"^layer: {layer} makes the outputs", make())


@pytest.mark.parametrize(("make", "layer"), [(_net, 4), (_split_output, 1), (_split_output, 3)])
def test_the_removal_of_the_output(make: Callable[[], Network], layer: int) -> None:
    _refused(lambda net, rule: remove(net, rule, layer, RNG), rf"^layer: {layer} makes the outputs", make())


def test_what_stands_between_the_last_dense_and_the_output_may_go() -> None:
    assert len(remove(_split_output(), SGD(0.1), 2, RNG).network.layers) == 3


@pytest.mark.parametrize("new", [Dropout(0.5), BatchNorm()])
def test_a_last_layer_without_an_activation(new: Any) -> None:
    _refused(lambda net, rule: insert(net, rule, 5, new, RNG), r"^position: the last layer must be Dense or Activation")


def test_a_last_layer_that_does_not_go_with_the_loss() -> None:
    _refused(lambda net, rule: insert(net, rule, 5, Dense(3, "tanh"), RNG), r"^layer: cross_entropy goes with softmax")


@pytest.mark.parametrize(("make", "position"), [(_net, 5), (_split_output, 2), (_split_output, 4)])
def test_a_dense_that_would_change_the_number_of_outputs(make: Callable[[], Network], position: int) -> None:
    new = Dense(7, "softmax")
    _refused(lambda net, rule: insert(net, rule, position, new, RNG), r"^layer: 7 units found, 3 expected", make())


@pytest.mark.parametrize("new", [None, "dense", Dense])
def test_what_is_no_layer(new: Any) -> None:
    _refused(lambda net, rule: insert(net, rule, 1, new, RNG), r"^layer: .* is not a layer")


@pytest.mark.parametrize("layer", [1, 2])
def test_a_layer_without_an_activation(layer: int) -> None:
    _refused(lambda net, rule: change_activation(net, rule, layer, "relu"), rf"^layer: {layer} is a .* no activation")


def test_an_activation_that_is_none() -> None:
    _refused(lambda net, rule: change_activation(net, rule, 0, "rellu"), r"^activation: 'rellu' is not one of")
    _refused(lambda net, rule: change_activation(net, rule, 0, "relu", 2.0), r"^temperature: only softmax")
    _refused(lambda net, rule: change_activation(net, rule, 0, "softmax", -1.0), r"^temperature: -1.0 is not")


def test_an_output_activation_that_does_not_go_with_the_loss() -> None:
    _refused(lambda net, rule: change_activation(net, rule, 4, "tanh"), r"^activation: cross_entropy goes with softmax")
    single = Network(6, [Dense(4, "tanh"), Dense(1, "sigmoid")], "binary_cross_entropy")
    _refused(lambda net, rule: change_activation(net, rule, 1, "softmax"), r"^activation: a softmax over", single)


def test_an_optimizer_of_another_network() -> None:
    other, optimizer = Network(6, [Dense(3, "softmax")]), Adam()
    other.forward(np.ones((1, 6)))
    other.backward(np.array([0]))
    optimizer.step(other)
    with pytest.raises(ValueError, match=r"^optimizer: 21 numbers of gradient_sum found, \d+ expected"):
        widen(_net(), optimizer, 0, 9, RNG)


def test_an_optimizer_with_a_memory_of_another_kind() -> None:
    optimizer = SGD(0.1)
    network = _net()
    optimizer.state["dreams"] = np.zeros_like(network.parameters)
    with pytest.raises(ValueError, match=r"^optimizer: its memory 'dreams' is not one of those of sgd: none"):
        widen(network, optimizer, 0, 9, RNG)

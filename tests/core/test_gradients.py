"""Analytic gradients against central differences in float64: every loss on every output it is accepted with."""

from collections.abc import Callable
from itertools import count

import numpy as np
import pytest
from numpy.typing import NDArray

from lab.core.activations import ACTIVATIONS
from lab.core.layers import Dense
from lab.core.losses import LOSSES, REDUCTIONS
from lab.core.network import Network
from tests.core.loss_definitions import BY_HAND

Floats = NDArray[np.float64]
Loss = Callable[[Floats, Floats], Floats]

M, INPUTS, OUTPUTS = 5, 4, 3
STEP = 1e-5
CLEAR_OF_KINKS = 1e-2

# How far an output is from where the derivative of its loss jumps.
FROM_LOSS_KINK: dict[str, Loss] = {
    "mean_absolute_error": lambda a, y: np.abs(a - y),
    "hinge": lambda a, y: np.abs(1 - (2 * y - 1) * a),
}


def _accepted_pairs(outputs: int) -> list[tuple[str, str]]:
    def accepted(loss: str, activation: str) -> bool:
        try:
            Network(1, [Dense(outputs, activation)], loss=loss)
        except ValueError:
            return False
        return True

    return [(loss, activation) for loss in LOSSES for activation in ACTIVATIONS if accepted(loss, activation)]


def _outputs_of(loss: str, outputs: int) -> list[str]:
    return [output for each, output in _accepted_pairs(outputs) if each == loss]


def _targets(loss: str, a: Floats, rng: np.random.Generator) -> Floats:
    """Draw targets that the loss makes sense of: shares, any numbers near and far from a, or yes and no."""
    outputs = LOSSES[loss].outputs
    if outputs is None:
        distance = rng.uniform(0.2, 0.8, a.shape) + rng.integers(0, 2, a.shape)
        return a + distance * rng.choice([-1.0, 1.0], a.shape)
    if "softmax" not in outputs:
        return rng.integers(0, 2, a.shape).astype(np.float64)
    return rng.dirichlet(np.ones(a.shape[1]), len(a)) if a.shape[1] > 1 else rng.uniform(0, 1, a.shape)


def _distance_from_kinks(net: Network, y: Floats) -> float:
    distances = [np.inf]
    for layer in net.layers:
        distances += [float(np.abs(layer.z - kink).min()) for kink in layer.activation.kinks]
    if net.loss in FROM_LOSS_KINK:
        distances.append(float(FROM_LOSS_KINK[net.loss](net.layers[-1].a, y).min()))
    return min(distances)


def _case(make: Callable[[int], Network]) -> tuple[Network, Floats, Floats]:
    """Return the first network, inputs and targets of `make`'s seeds that lie clear of every kink."""
    for seed in count():
        net = make(seed)
        rng = np.random.default_rng(seed)
        net.parameters[:] = rng.normal(0, 0.7, net.parameters.shape)
        x = rng.normal(0, 1, (M, INPUTS))
        y = _targets(net.loss, net.forward(x), rng)
        if _distance_from_kinks(net, y) > CLEAR_OF_KINKS:
            return net, x, y
    raise AssertionError


def _central_differences(array: Floats, function: Callable[[], float]) -> Floats:
    """Return the derivative of `function` by every cell of `array`."""
    slopes = np.empty_like(array)
    for cell in np.ndindex(array.shape):
        value = array[cell]
        array[cell] = value + STEP
        above = function()
        array[cell] = value - STEP
        below = function()
        array[cell] = value
        slopes[cell] = (above - below) / (2 * STEP)
    return slopes


def _loss(net: Network, x: Floats, y: Floats) -> float:
    """Return the loss summed over the examples: by hand where it is known, else as the network says."""
    a = net.forward(x)
    if net.loss in BY_HAND:
        return float(BY_HAND[net.loss](a, y).sum())
    loss = net.backward(y)
    return loss * len(x) if net.reduction == "mean" else loss


def _assert_close(analytic: Floats, numeric: Floats, what: str) -> None:
    largest = np.abs(numeric).max()
    assert np.abs(analytic - numeric).max() <= max(1e-6 * largest, 1e-9), what


def _check_gradients(net: Network, x: Floats, y: Floats) -> None:
    assert _distance_from_kinks(net, y) > CLEAR_OF_KINKS
    net.forward(x)
    net.backward(y)
    gradients = net.gradients.copy()
    assert np.abs(gradients).max() > 1e-3, "nothing to compare"
    scale = 1 / len(x) if net.reduction == "mean" else 1.0
    for number, layer in enumerate(net.layers, start=1):
        for name in ("W", "b"):
            analytic = getattr(layer, f"d{name}").copy()
            numeric = scale * _central_differences(getattr(layer, name), lambda: _loss(net, x, y))
            net.gradients[:] = gradients
            _assert_close(analytic, numeric, f"d{name} of layer {number}")


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize(("loss", "output"), _accepted_pairs(OUTPUTS))
def test_gradients_are_the_central_differences_of_the_loss(loss: str, output: str, reduction: str) -> None:
    """Every hidden activation meets every loss and every reduction, with a third of the outputs each."""
    first = list(ACTIVATIONS).index(output) % 3
    for hidden in list(ACTIVATIONS)[first::3]:

        def make(seed: int, hidden: str = hidden) -> Network:
            layers = [Dense(4, hidden), Dense(3, hidden), Dense(OUTPUTS, output)]
            return Network(INPUTS, layers, loss, reduction, seed, "float64")

        _check_gradients(*_case(make))


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("loss", sorted({loss for loss, _ in _accepted_pairs(1)}))
def test_gradients_with_one_output_unit(loss: str, reduction: str) -> None:
    for output in _outputs_of(loss, 1):

        def make(seed: int, output: str = output) -> Network:
            return Network(INPUTS, [Dense(4, "tanh"), Dense(1, output)], loss, reduction, seed, "float64")

        _check_gradients(*_case(make))


@pytest.mark.parametrize("temperature", [0.5, 3.0])
@pytest.mark.parametrize("loss", [loss for loss, output in _accepted_pairs(OUTPUTS) if output == "softmax"])
def test_gradients_of_a_softmax_with_a_temperature(loss: str, temperature: float) -> None:
    def make(seed: int) -> Network:
        layers = [
            Dense(4, "softmax", temperature=temperature),
            Dense(OUTPUTS, "softmax", temperature=temperature),
        ]
        return Network(INPUTS, layers, loss, "mean", seed, "float64")

    _check_gradients(*_case(make))


@pytest.mark.parametrize("loss", LOSSES)
def test_gradients_of_a_single_layer(loss: str) -> None:
    for output in _outputs_of(loss, OUTPUTS):

        def make(seed: int, output: str = output) -> Network:
            return Network(INPUTS, [Dense(OUTPUTS, output)], loss, "mean", seed, "float64")

        _check_gradients(*_case(make))


@pytest.mark.parametrize("hidden", ACTIVATIONS)
@pytest.mark.parametrize("loss", LOSSES)
def test_delta_is_the_derivative_of_the_examples_own_loss_by_its_z(loss: str, hidden: str) -> None:
    """A step of b is a step of z, so the derivative of one example's loss by b is that example's delta."""
    output = next(output for each, output in _accepted_pairs(OUTPUTS) if each == loss)
    for reduction in REDUCTIONS:

        def make(seed: int, reduction: str = reduction) -> Network:
            layers = [Dense(4, hidden), Dense(OUTPUTS, output)]
            return Network(INPUTS, layers, loss, reduction, seed, "float64")

        net, x, y = _case(make)
        net.forward(x)
        net.backward(y)
        deltas = [layer.delta.copy() for layer in net.layers]
        for layer, delta in zip(net.layers, deltas, strict=True):
            for i in range(M):
                one = slice(i, i + 1)
                numeric = _central_differences(layer.b, lambda net=net, x=x[one], y=y[one]: _loss(net, x, y))
                _assert_close(delta[i], numeric, f"delta of example {i}")

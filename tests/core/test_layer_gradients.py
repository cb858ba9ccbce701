"""Every kind of layer, loss, reduction and dtype against central differences of a network written down again here.

The differences are those of a second network, of plain formulas in float64 that share nothing with the program but
the numbers: parameters, dropout masks and running statistics. It takes all small changes at once, one a row.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lab.core.activations import ACTIVATIONS
from lab.core.layers import LAYERS, Activation, BatchNorm, Dense, Dropout, Layer, LayerNorm, PReLU
from lab.core.losses import LOSSES, REDUCTIONS
from lab.core.network import Network
from lab.core.output_rule import why_refused
from tests.core.loss_definitions import BY_HAND

Floats = NDArray[np.float64]

M, INPUTS, OUTPUTS = 5, 4, 3
STEP = 1e-5
CLEAR_OF_KINKS = 3e-3
# float64: the truncation and the rounding of a central difference with this step are each about 1e-10.
# float32: every number of the pass is rounded to 6e-8 of itself, and a division by a small spread or a small 1 - a
# multiplies that some hundred times; a wrong factor or term would be 1e-1 or more.
TOLERANCE = {"float64": (1e-6, 1e-9), "float32": (2e-4, 1e-6)}

ACTIVATE: dict[str, Callable[[Floats], Floats]] = {
    "linear": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": lambda z: np.sinh(z) / np.cosh(z),
    "relu": lambda z: np.where(z > 0, z, 0),
    "leaky_relu": lambda z: np.where(z > 0, z, 0.01 * z),
    "elu": lambda z: np.where(z > 0, z, np.exp(z) - 1),
    "gelu": lambda z: z * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))) / 2,
    "silu": lambda z: z / (1 + np.exp(-z)),
    "softplus": lambda z: np.log(1 + np.exp(z)),
    "softsign": lambda z: z / (1 + np.abs(z)),
    "selu": lambda z: 1.0507009873554805 * np.where(z > 0, z, 1.6732632423543772 * (np.exp(z) - 1)),
    "mish": lambda z: z * np.tanh(np.log(1 + np.exp(z))),
    "hard_sigmoid": lambda z: np.maximum(0, np.minimum(6, z + 3)) / 6,
    "hard_swish": lambda z: z * np.maximum(0, np.minimum(6, z + 3)) / 6,
}
# What changes its sign where the derivative of the loss jumps.
LOSS_KINK: dict[str, Callable[[Floats, Floats], Floats]] = {
    "mean_absolute_error": lambda a, y: a - y,
    "hinge": lambda a, y: 1 - (2 * y - 1) * a,
}

Stack = Callable[[str, int], list[Layer[Any]]]


def _then_output(*kinds: Callable[[], Layer[Any]]) -> Stack:
    """Return what makes a Dense, these layers and the output: the Dense's gradients tell what they hand down."""
    return lambda output, c: [Dense(4, "tanh"), *(make() for make in kinds), Dense(c, output)]


STACKS: dict[str, Stack] = {
    "dense": _then_output(partial(Dense, 5, "relu")),
    "activation": _then_output(partial(Activation, "leaky_relu")),
    "activation last": lambda output, c: [Dense(4, "tanh"), Dense(c), Activation(output)],
    "dropout": _then_output(partial(Dropout, 0.4)),
    "batch_norm": _then_output(BatchNorm),
    "layer_norm": _then_output(LayerNorm),
    "prelu": _then_output(PReLU),
    "softmax": _then_output(partial(Activation, "softmax")),
    "softmax, T = 0.5": _then_output(partial(Dense, 5, "softmax", temperature=0.5)),
    "softmax, T = 3": _then_output(partial(Activation, "softmax", temperature=3.0)),
    "normalised output": lambda output, c: [Dense(c), BatchNorm(), Activation(output)],
    "kinds without weights first": lambda output, c: [Dropout(0.2), LayerNorm(), BatchNorm(), Dense(c, output)],
    "all": _then_output(
        BatchNorm, partial(Activation, "gelu"), Dropout, LayerNorm, partial(Activation, "softmax"), partial(Dense, 5)
    ),
}


# the second network


def _second_layer(
    layer: Layer[Any], own: dict[str, Floats], x: Floats, nudge: Floats, training: bool
) -> tuple[Floats, list[Floats]]:
    """Return the layer's a for every row of parameters, and what changes its sign at a kink."""
    if layer.kind == "dropout":
        return x * np.asarray(layer.mask, np.float64) + nudge, []
    if layer.kind in ("batch_norm", "layer_norm"):
        axis = -1 if layer.kind == "layer_norm" else -2
        mean = x.mean(axis, keepdims=True)
        variance = ((x - mean) ** 2).mean(axis, keepdims=True)
        if layer.kind == "batch_norm" and not training:
            mean, variance = (np.asarray(getattr(layer, f"running_{name}"), float) for name in ("mean", "variance"))
        return own["gamma"] * (x - mean) / np.sqrt(variance + 1e-5) + own["beta"] + nudge, []
    if layer.kind == "prelu":
        return np.where(x > 0, x, own["alpha"] * x) + nudge, [x]
    z = (x @ own["W"] + own["b"] if layer.kind == "dense" else x) + nudge
    if layer.activation.name == "softmax":
        powers = np.exp(z / layer.activation.temperature)
        return powers / powers.sum(-1, keepdims=True), []
    sides = [z - kink for kink in layer.activation.kinks]
    return ACTIVATE[layer.activation.name](z), sides


class _Second:
    """The summed loss of a network's batch as a function of its parameters, and of a nudge to one layer's z or a."""

    def __init__(self, net: Network, y: Floats, weights: Floats | None = None, training: bool = True) -> None:
        self.net, self.y, self.training = net, y, training
        self.weights = np.ones(len(y)) if weights is None else weights
        self.parameters = net.parameters.astype(np.float64)
        self.x = np.asarray(net.x, np.float64)

    def run(self, parameters: Floats, number: int = -1, nudge: Floats | float = 0.0) -> tuple[Floats, list[Floats]]:
        a, sides = self.x, []
        for index, (layer, places) in enumerate(zip(self.net.layers, self.net.slices, strict=True)):
            own = {
                name: parameters[:, place].reshape(-1, *np.atleast_2d(getattr(layer, name)).shape)
                for name, place in places.items()
            }
            here = np.asarray(nudge if index == number else 0.0)
            a, more = _second_layer(layer, own, a, here, self.training)
            sides += more
        if self.net.loss in LOSS_KINK:
            sides.append(LOSS_KINK[self.net.loss](a, self.y))
        terms = BY_HAND[self.net.loss](a, self.y) * self.weights[:, None]
        return np.broadcast_to(terms, (*terms.shape[:-2], M, self.net.outputs)).sum((-2, -1)), sides

    def clear_of_kinks(self) -> bool:
        _, sides = self.run(self.parameters[None])
        return all(np.abs(side).min() > CLEAR_OF_KINKS for side in sides)

    def slopes(self, shape: tuple[int, ...], number: int | None = None) -> Floats:
        """Return the central differences by the parameters, or by z (by a where there is none) of a layer."""
        size = int(np.prod(shape))
        nudges = STEP * np.concatenate([np.eye(size), -np.eye(size)])
        if number is None:
            losses, sides = self.run(self.parameters + nudges)
        else:
            losses, sides = self.run(self.parameters[None], number, nudges.reshape(-1, *shape))
        for side in sides:
            assert side.all(), "a difference touches a kink"
            assert (np.sign(side) == np.sign(side.reshape(-1, *side.shape[-2:])[0])).all(), "it crosses a kink"
        return ((losses[:size] - losses[size:]) / (2 * STEP)).reshape(shape)


# what is compared


def _targets(loss: str, a: Floats, rng: np.random.Generator) -> Floats:
    """Draw targets that float32 holds exactly: shares that sum to 1, numbers near and far from a, or yes and no."""
    outputs = LOSSES[loss].outputs
    if outputs is None:
        distance = rng.uniform(0.2, 0.8, a.shape) + rng.integers(0, 2, a.shape)
        return (a + distance * rng.choice([-1.0, 1.0], a.shape)).astype(np.float32).astype(np.float64)
    if "softmax" not in outputs:
        return rng.integers(0, 2, a.shape).astype(np.float64)
    c = a.shape[1]
    shares = rng.multinomial(64, rng.dirichlet(np.ones(c)), len(a)) if c > 1 else rng.integers(0, 65, a.shape)
    return shares / 64


def _filled(make: Callable[[], Network], seed: int) -> tuple[Network, Floats]:
    """Return the network with numbers that float32 holds exactly in all its vectors, and a batch of such."""
    net, rng = make(), np.random.default_rng(seed)
    net.parameters[:] = rng.normal(0, 0.8, net.parameters.shape).astype(np.float32)
    net.buffers[:] = rng.uniform(0.3, 1.5, net.buffers.shape).astype(np.float32)
    return net, rng.normal(0, 1, (M, INPUTS)).astype(np.float32).astype(np.float64)


def _check(
    make: Callable[..., Network],
    dtype: str,
    training: bool = True,
    targets: Callable[[Floats, np.random.Generator], Any] | None = None,
    as_seen: Callable[[Any], tuple[Floats, Floats | None]] = lambda y: (y, None),
) -> None:
    """Compare gradients and deltas, in both reductions, from the first seed that is clear of every kink."""
    for seed in range(100):
        net, x = _filled(partial(make, dtype=dtype), seed)
        a, rng = net.forward(x, training).astype(np.float64), np.random.default_rng(seed)
        y = targets(a, rng) if targets else _targets(net.loss, a, rng)
        second = _Second(net, *as_seen(y), training)
        if second.clear_of_kinks():
            break
    assert second.clear_of_kinks()
    loss = second.run(second.parameters[None])[0]
    gradients = second.slopes(net.gradients.shape)
    deltas = [second.slopes(layer.delta.shape, number) for number, layer in enumerate(net.layers)]
    for reduction in REDUCTIONS:
        net, _ = _filled(partial(make, dtype=dtype, reduction=reduction), seed)
        net.forward(x, training)
        scale = 1 / M if reduction == "mean" else 1.0
        where = f"{net.rule.activation.name} output, {reduction}"
        _assert_close(np.array(net.backward(y)), loss * scale, dtype, f"{where}: loss")
        _assert_close(net.gradients, gradients * scale, dtype, f"{where}: gradients")
        for number, (layer, delta) in enumerate(zip(net.layers, deltas, strict=True), start=1):
            _assert_close(layer.delta, delta, dtype, f"{where}: delta of layer {number}")


def _assert_close(found: NDArray[Any], expected: Floats, dtype: str, what: str) -> None:
    share, floor = TOLERANCE[dtype]
    assert np.abs(found - expected).max() <= max(share * np.abs(expected).max(), floor), what


def _stacked(stack: str, output: str, c: int, loss: str, **set_to: Any) -> Network:
    return Network(INPUTS, STACKS[stack](output, c), loss, **set_to)


def _outputs_of(loss: str, c: int) -> list[str]:
    return [output for output in ACTIVATIONS if why_refused(loss, output, c) is None]


def _outputs_on(stack: str, loss: str, c: int, dtype: str) -> list[str]:
    """Return the outputs that a loss is accepted with: all, or every third, where every stack has others.

    The slope of an output has nothing to do with what lies below it, so two stacks with all of them are enough.
    """
    accepted = _outputs_of(loss, c)
    if len(accepted) < 3 or (dtype == "float64" and stack in ("dense", "activation last")):
        return accepted
    return accepted[list(STACKS).index(stack) % 3 :: 3]


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("stack", STACKS)
def test_gradients_and_deltas_of_every_kind_are_central_differences(stack: str, loss: str, dtype: str) -> None:
    for output in _outputs_on(stack, loss, OUTPUTS, dtype):
        _check(partial(_stacked, stack, output, OUTPUTS, loss), dtype)


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("loss", [loss for loss in LOSSES if _outputs_of(loss, 1)])
@pytest.mark.parametrize("stack", [stack for stack in STACKS if stack != "normalised output"])
def test_gradients_with_one_output_unit(stack: str, loss: str, dtype: str) -> None:
    for output in _outputs_on(stack, loss, 1, dtype):
        _check(partial(_stacked, stack, output, 1, loss), dtype)


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("stack", ["batch_norm", "normalised output", "kinds without weights first", "all"])
def test_gradients_of_a_forward_pass_with_running_statistics(stack: str, loss: str, dtype: str) -> None:
    for output in _outputs_on(stack, loss, OUTPUTS, dtype):
        _check(partial(_stacked, stack, output, OUTPUTS, loss), dtype, training=False)


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_gradients_through_every_activation_on_its_own(hidden: str, dtype: str) -> None:
    def make(**set_to: Any) -> Network:
        layers = [Dense(4), LayerNorm(), Activation(hidden), Dropout(0.3), Dense(5), Activation(hidden), Dense(3)]
        return Network(INPUTS, [*layers, Activation("softmax")], **set_to)

    _check(make, dtype)


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("temperature", [0.5, 4.0])
@pytest.mark.parametrize("last", ["dense", "activation"])
@pytest.mark.parametrize("loss", [loss for loss in LOSSES if "softmax" in _outputs_of(loss, OUTPUTS)])
def test_gradients_of_a_softmax_output_with_a_temperature(loss: str, last: str, temperature: float, dtype: str) -> None:
    def make(**set_to: Any) -> Network:
        output = [Dense(3, "softmax", temperature=temperature)]
        if last == "activation":
            output = [Dense(3), Activation("softmax", temperature=temperature)]
        return Network(INPUTS, [Dense(4, "tanh"), BatchNorm(), *output], loss, **set_to)

    _check(make, dtype)


# targets that are softened, examples that weigh more than others


def _classes(a: Floats, rng: np.random.Generator) -> NDArray[np.int64]:
    return rng.permutation(np.arange(len(a)) % max(a.shape[1], 2))


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("temperature", [1.0, 2.0])
@pytest.mark.parametrize("output", _outputs_of("cross_entropy", OUTPUTS))
def test_gradients_with_label_smoothing(output: str, temperature: float, dtype: str) -> None:
    """The targets are (1 - e) y + e/c."""

    def make(**set_to: Any) -> Network:
        own = {"temperature": temperature} if output == "softmax" else {}
        return Network(INPUTS, [Dense(4, "tanh"), Dense(3, output, **own)], label_smoothing=0.25, **set_to)

    _check(make, dtype, targets=_classes, as_seen=lambda y: (0.75 * np.eye(3)[y] + 0.25 / 3, None))


WEIGHTS = np.array([0.25, 2.0, 0.75])


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("smoothing", [0.0, 0.25])
@pytest.mark.parametrize("loss", LOSSES)
def test_gradients_with_class_weights(loss: str, smoothing: float, dtype: str) -> None:
    """The weight is that of the example's class, whatever the smoothing makes of its target."""
    share = smoothing if loss == "cross_entropy" else 0.0

    def make(output: str, **set_to: Any) -> Network:
        layers = [Dense(4, "tanh"), BatchNorm(), Dense(3, output)]
        return Network(INPUTS, layers, loss, class_weights=WEIGHTS, label_smoothing=share, **set_to)

    for output in _outputs_of(loss, OUTPUTS):
        _check(
            partial(make, output), dtype,
            targets=_classes, as_seen=lambda y: ((1 - share) * np.eye(3)[y] + share / 3, WEIGHTS[y]),
        )  # fmt: skip


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("loss", [loss for loss in LOSSES if _outputs_of(loss, 1)])
def test_gradients_with_class_weights_and_one_output_unit(loss: str, dtype: str) -> None:
    def make(output: str, **set_to: Any) -> Network:
        layers = [Dense(4, "tanh"), Dense(1, output)]
        return Network(INPUTS, layers, loss, class_weights=WEIGHTS[:2], **set_to)

    for output in _outputs_of(loss, 1):
        _check(
            partial(make, output), dtype,
            targets=_classes, as_seen=lambda y: (y[:, None].astype(float), WEIGHTS[:2][y]),
        )  # fmt: skip


def test_every_kind_of_layer_is_among_the_stacks() -> None:
    kinds = {layer.kind for make in STACKS.values() for layer in make("sigmoid", OUTPUTS)}
    assert kinds == set(LAYERS)
    assert set(ACTIVATE) | {"softmax"} == set(ACTIVATIONS)
    assert set(BY_HAND) == set(LOSSES)

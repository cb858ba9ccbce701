"""Training against a network of twenty plain lines: no buffers, no flat vectors, none of the program's code."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from lab.core.layers import Dense
from lab.core.losses import REDUCTIONS
from lab.core.network import Network
from lab.core.optimizers import SGD, Adam, Optimizer

Floats = NDArray[np.float64]
Sigma = Callable[[Floats], Floats]

STEPS = 200
RATE = 0.01
X = np.random.default_rng(1).normal(size=(50, 6))
CLASSES = np.random.default_rng(2).integers(0, 3, 50)
Y = np.eye(3)[CLASSES]
# 16, 16, 16 and a short last batch of 2.
BATCHES = [np.arange(begin, min(begin + 16, 50)) for begin in range(0, 50, 16)]

HIDDEN: dict[str, tuple[Sigma, Sigma]] = {
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(float)),
    "tanh": (np.tanh, lambda z: 1 / np.cosh(z) ** 2),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
}
OUTPUT: dict[str, tuple[Sigma, Callable[[Floats, Floats], Floats]]] = {
    "softmax": (lambda z: np.exp(z) / np.exp(z).sum(axis=1, keepdims=True), lambda a, y: -y * np.log(a)),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda a, y: -y * np.log(a) - (1 - y) * np.log(1 - a)),
    "linear": (lambda z: z, lambda a, y: (a - y) ** 2 / 2),
}
LOSS = {"softmax": "cross_entropy", "sigmoid": "binary_cross_entropy", "linear": "half_squared_error"}


class _PlainSGD:
    def __call__(self, g: Floats) -> Floats:
        return -RATE * g


class _PlainAdam:
    """Kingma and Ba 2015, algorithm 1, as it is printed."""

    def __init__(self) -> None:
        self.m: Floats | float = 0.0
        self.v: Floats | float = 0.0
        self.t = 0

    def __call__(self, g: Floats) -> Floats:
        self.t += 1
        self.m = 0.9 * self.m + (1 - 0.9) * g
        self.v = 0.999 * self.v + (1 - 0.999) * g**2
        m_hat, v_hat = self.m / (1 - 0.9**self.t), self.v / (1 - 0.999**self.t)
        return -RATE * m_hat / (np.sqrt(v_hat) + 1e-8)


OPTIMIZERS: dict[str, tuple[Callable[[], Optimizer], type[_PlainSGD | _PlainAdam]]] = {
    "sgd": (lambda: SGD(RATE), _PlainSGD),
    "adam": (lambda: Adam(RATE), _PlainAdam),
}


def _train_plainly(
    p: list[Floats], hidden: str, output: str, reduction: str, kind: type[_PlainSGD | _PlainAdam]
) -> tuple[list[Floats], list[float]]:
    """Train W1, b1, W2, b2, W3, b3 and return them with the loss of every step."""
    (sigma, slope), (last, loss) = HIDDEN[hidden], OUTPUT[output]
    rules, losses = [kind() for _ in p], []
    for step in range(STEPS):
        rows = BATCHES[step % len(BATCHES)]
        x, y = X[rows], Y[rows]
        z1 = x @ p[0] + p[1]
        z2 = sigma(z1) @ p[2] + p[3]
        a3 = last(sigma(z2) @ p[4] + p[5])
        m = len(rows) if reduction == "mean" else 1
        losses.append(float(loss(a3, y).sum()) / m)
        d3 = (a3 - y) / m
        d2 = d3 @ p[4].T * slope(z2)
        d1 = d2 @ p[2].T * slope(z1)
        gradients = [x.T @ d1, d1.sum(0), sigma(z1).T @ d2, d2.sum(0), sigma(z2).T @ d3, d3.sum(0)]
        p = [each + rule(gradient) for each, rule, gradient in zip(p, rules, gradients, strict=True)]
    return p, losses


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("output", OUTPUT)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_losses_and_weights_are_those_of_a_plain_network(
    optimizer: str, output: str, hidden: str, reduction: str
) -> None:
    layers = [Dense(5, hidden), Dense(4, hidden), Dense(3, output)]
    net = Network(6, layers, LOSS[output], reduction, seed=3, dtype="float64")
    ours, plain = OPTIMIZERS[optimizer]
    start = [getattr(layer, name).copy() for layer in net.layers for name in ("W", "b")]
    expected, expected_losses = _train_plainly(start, hidden, output, reduction, plain)

    rule, losses = ours(), []
    for step in range(STEPS):
        rows = BATCHES[step % len(BATCHES)]
        net.forward(X[rows])
        # Class numbers and one-hot rows are two ways of saying the same.
        losses.append(net.backward(CLASSES[rows] if step % 2 else Y[rows]))
        rule.step(net)

    np.testing.assert_allclose(losses, expected_losses, rtol=0, atol=1e-10)
    found = [getattr(layer, name) for layer in net.layers for name in ("W", "b")]
    for ours_now, plain_now in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours_now, plain_now, rtol=0, atol=1e-10)
    assert losses[-1] < losses[3]  # batch 3 is the short one; step 200 ends on it too

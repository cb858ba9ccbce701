"""The same net from the same weights on the same batches as scikit-learn's MLPClassifier, step by step."""

from typing import Any

import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer

from lab.core.layers import Dense
from lab.core.network import Network
from lab.core.optimizers import SGD, Adam, Momentum, Nesterov, Optimizer

STEPS, M, INPUTS, CLASSES = 200, 20, 6, 4
HIDDEN = (9, 7)


def _batches() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    x = rng.normal(size=(STEPS, M, INPUTS))
    y = (x[:, :, :CLASSES] + 0.3 * rng.normal(size=(STEPS, M, CLASSES))).argmax(axis=2)
    return x, y


def _our_losses(activation: str, optimizer: Optimizer) -> tuple[np.ndarray, Network, list[Any]]:
    layers = [Dense(units, activation) for units in HIDDEN] + [Dense(CLASSES, "softmax")]
    network = Network(INPUTS, layers, seed=3, dtype="float64")
    first = [array.copy() for layer in layers for array in (layer.W, layer.b)]
    losses = np.empty(STEPS)
    for step, (x, y) in enumerate(zip(*_batches(), strict=True)):
        network.forward(x)
        losses[step] = network.backward(y)
        optimizer.step(network)
    return losses, network, first


def _their_losses(activation: str, solver: str, rate: float, momentum: float, nesterov: bool, first: list[Any]) -> Any:
    model = MLPClassifier(
        HIDDEN, activation="logistic" if activation == "sigmoid" else activation, solver=solver, alpha=0.0,
        batch_size=M, learning_rate_init=rate, momentum=momentum, nesterovs_momentum=nesterov, shuffle=False,
    )  # fmt: skip
    xs, ys = _batches()
    model.partial_fit(xs[0], ys[0], classes=np.arange(CLASSES))
    # partial_fit has taken a step from weights of its own: put ours in their place, and a fresh optimizer.
    model.coefs_ = [W.copy() for W in first[::2]]
    model.intercepts_ = [b.copy() for b in first[1::2]]
    parameters = model.coefs_ + model.intercepts_
    if solver == "adam":
        model._optimizer = AdamOptimizer(parameters, rate, model.beta_1, model.beta_2, model.epsilon)
    else:
        model._optimizer = SGDOptimizer(parameters, rate, "constant", momentum, nesterov, 0.5)
    losses = np.empty(STEPS)
    for step, (x, y) in enumerate(zip(xs, ys, strict=True)):
        model.partial_fit(x, y)
        losses[step] = model.loss_
    return losses, model


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
@pytest.mark.parametrize(
    ("optimizer", "solver", "rate", "momentum", "nesterov"),
    [
        (lambda: SGD(0.1), "sgd", 0.1, 0.0, False),
        (lambda: Momentum(0.05), "sgd", 0.05, 0.9, False),
        (lambda: Nesterov(0.05), "sgd", 0.05, 0.9, True),
        (lambda: Adam(0.01, uncorrected_epsilon=1), "adam", 0.01, 0.0, False),
    ],
    ids=["sgd", "momentum", "nesterov", "adam"],
)
def test_200_steps_have_the_losses_and_end_in_the_weights_of_scikit_learn(
    activation: str, optimizer: Any, solver: str, rate: float, momentum: float, nesterov: bool
) -> None:
    ours, network, first = _our_losses(activation, optimizer())
    theirs, model = _their_losses(activation, solver, rate, momentum, nesterov, first)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-5)
    assert ours[-20:].mean() < ours[:20].mean()
    for layer, W, b in zip(network.layers, model.coefs_, model.intercepts_, strict=True):
        np.testing.assert_allclose(layer.W, W, rtol=0, atol=1e-6)
        np.testing.assert_allclose(layer.b, b, rtol=0, atol=1e-6)

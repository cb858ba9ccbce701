"""A step allocates nothing that grows with the batch, the inputs or the width: every kind of layer and optimizer."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lab.core.activations import ACTIVATIONS
from lab.core.layers import LAYERS, Activation, BatchNorm, Dense, Dropout, Layer, LayerNorm, PReLU
from lab.core.losses import LOSSES
from lab.core.network import Network
from lab.core.optimizers import OPTIMIZERS, SGD, Optimizer
from lab.core.output_rule import why_refused
from lab.core.penalties import Clipping, Penalty
from tests.core.step_memory import peak_of_a_step

USUAL = {"m": 32, "n": 32, "h": 32}
TIMES = 24
# The shortest vector there is grows by 23 * 32 float32: 2,944 bytes.
NOISE = 1_000
FEW = 8_000

KINDS: dict[str, Callable[[], Layer[Any]]] = {
    "activation": lambda: Activation("gelu"),
    "dropout": Dropout,
    "batch_norm": BatchNorm,
    "layer_norm": LayerNorm,
    "prelu": PReLU,
}
HELD_BACK: dict[str, Callable[[], Optimizer]] = {
    "l1": lambda: SGD(0.01, penalty=Penalty(l1=0.01)),
    "l1 and l2": lambda: OPTIMIZERS["adam"].make(0.01, penalty=Penalty(l1=0.01, l2=0.01)),
    "weight decay": lambda: SGD(0.01, weight_decay=0.1),
    "clipped by norm": lambda: SGD(0.01, clipping=Clipping(norm=0.001)),
    "clipped by value": lambda: SGD(0.01, clipping=Clipping(value=0.0001), penalty=Penalty(l2=0.01)),
}


def _check(
    stack: Callable[[int], list[Layer[Any]]], make: Callable[[], Optimizer], output: str = "softmax", **options: Any
) -> None:
    def peak(m: int, n: int, h: int) -> int:
        return peak_of_a_step(Network(n, [*stack(h), Dense(8, output)], **options), make(), m)

    usual = peak(**USUAL)
    assert usual < FEW
    for size, value in USUAL.items():
        assert peak(**USUAL | {size: TIMES * value}) - usual < NOISE, f"grows with {size}, {output} output"


@pytest.mark.parametrize("kind", KINDS)
def test_a_step_through_every_kind_of_layer(kind: str) -> None:
    make = KINDS[kind]
    _check(lambda h: [make(), Dense(h, "tanh"), make()], lambda: SGD(0.01))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_step_through_every_activation(activation: str) -> None:
    _check(lambda h: [Dense(h, activation)], lambda: SGD(0.01))


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_a_step_of_every_optimizer(kind: str) -> None:
    _check(lambda h: [Dense(h, "relu")], lambda: OPTIMIZERS[kind].make(0.001))


@pytest.mark.parametrize("name", HELD_BACK)
def test_a_step_with_penalties_and_clipping(name: str) -> None:
    _check(lambda h: [Dense(h, "relu")], HELD_BACK[name])


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_a_step_with_class_weights_and_label_smoothing(reduction: str) -> None:
    options = {"reduction": reduction, "label_smoothing": 0.1, "class_weights": np.arange(1, 9)}
    _check(lambda h: [Dense(h, "relu")], lambda: SGD(0.01), **options)


@pytest.mark.parametrize("loss", LOSSES)
def test_a_step_with_every_loss_and_output(loss: str) -> None:
    """But binary cross-entropy on a softmax, which says of itself that it allocates."""
    for output in ACTIVATIONS:
        if why_refused(loss, output, 8) is None and (loss, output) != ("binary_cross_entropy", "softmax"):
            _check(lambda h: [Dense(h, "tanh")], lambda: SGD(0.01), output, loss=loss)


def test_every_kind_of_layer_is_looked_at() -> None:
    assert {*KINDS, "dense"} == set(LAYERS)

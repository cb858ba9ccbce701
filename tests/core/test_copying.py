"""Copies of networks: the same settings and numbers, nothing shared, and the same dropouts to come."""

from typing import Any

import numpy as np
import pytest

from lab.core.copying import copy_network, network_like
from lab.core.initializers import INITIALIZERS
from lab.core.layers import LAYERS, Activation, BatchNorm, Dense, Dropout, Layer, LayerNorm, PReLU
from lab.core.network import Network

UNUSUAL: list[Layer[Any]] = [
    Dense(3, "softmax", initializer="normal", scale=0.3, bias=0.2, temperature=2.0),
    Dense(4, "relu", initializer="orthogonal"),
    Activation("softmax", temperature=0.5),
    Activation("elu"),
    Dropout(0.25),
    BatchNorm(momentum=0.3, epsilon=1e-3),
    LayerNorm(epsilon=1e-2),
    PReLU(0.5),
]


def _net(dtype: str = "float64") -> Network:
    layers = [
        Dense(5, "tanh"), BatchNorm(0.4), Activation("silu"), Dropout(0.4), LayerNorm(), Dense(3, "softmax")
    ]  # fmt: skip
    net = Network(4, layers, "cross_entropy", "sum", 6, dtype, label_smoothing=0.1, class_weights=[1, 2, 3])
    net.forward(np.random.default_rng(0).normal(size=(6, 4)))
    return net


@pytest.mark.parametrize("layer", UNUSUAL, ids=lambda layer: layer.kind)
def test_a_copied_layer_has_every_setting_of_its_model(layer: Layer[Any]) -> None:
    copy = layer.copy()
    assert copy is not layer
    assert type(copy) is type(layer)
    assert vars(copy) == vars(layer)


def test_every_kind_is_among_the_layers_tried() -> None:
    assert {layer.kind for layer in UNUSUAL} == set(LAYERS)


@pytest.mark.parametrize("initializer", INITIALIZERS)
def test_every_initializer_is_copied_with_its_number(initializer: str) -> None:
    layer = Dense(2, initializer=initializer)
    assert vars(layer.copy()) == vars(layer)


def test_a_copied_layer_may_differ_in_what_is_asked_for() -> None:
    layer = Dense(3, "softmax", bias=0.2, temperature=2.0)
    wider = layer.copy(units=7)
    assert wider.settings() == layer.settings() | {"units": 7}


def test_a_copy_computes_the_same_and_shares_nothing() -> None:
    net = _net()
    copy = copy_network(net)
    x, y = np.random.default_rng(1).normal(size=(6, 4)), np.array([0, 1, 2, 2, 1, 0])
    for vector in ("parameters", "gradients", "updates", "penalties", "buffers"):
        assert not np.shares_memory(getattr(copy, vector), getattr(net, vector))
    np.testing.assert_array_equal(copy.predict(x), net.predict(x))
    for _ in range(3):  # the dropouts of the first step differ from those of the next
        np.testing.assert_array_equal(copy.forward(x), net.forward(x))
        assert copy.backward(y) == net.backward(y)
        np.testing.assert_array_equal(copy.gradients, net.gradients)
    np.testing.assert_array_equal(copy.buffers, net.buffers)


def test_a_copy_leaves_its_model_alone() -> None:
    net = _net()
    before = net.parameters.copy(), net.buffers.copy(), net.layers[-1].a.copy()
    state = net.dropout_stream.bit_generator.state
    copy = copy_network(net)
    copy.forward(np.ones((3, 4)))
    copy.backward(np.array([0, 1, 2]))
    copy.parameters.fill(0)
    for array, kept in zip((net.parameters, net.buffers, net.layers[-1].a), before, strict=True):
        np.testing.assert_array_equal(array, kept)
    assert net.dropout_stream.bit_generator.state == state


def test_a_copy_in_double_precision_has_the_very_same_numbers() -> None:
    net = _net("float32")
    copy = copy_network(net, "float64")
    assert copy.dtype == np.float64
    np.testing.assert_array_equal(copy.parameters, net.parameters.astype(np.float64))
    np.testing.assert_array_equal(copy.buffers, net.buffers.astype(np.float64))
    with pytest.raises(ValueError, match=r"^dtype: "):
        copy_network(net, "float16")


def test_a_network_of_other_layers_keeps_loss_targets_and_seed() -> None:
    net = _net()
    other = network_like(net, [Dense(3, "softmax")])
    assert (other.inputs, other.loss, other.reduction, other.seed) == (4, "cross_entropy", "sum", 6)
    assert other.targets.label_smoothing == 0.1
    np.testing.assert_array_equal(other.targets.class_weights, [1, 2, 3])
    assert other.dtype == net.dtype

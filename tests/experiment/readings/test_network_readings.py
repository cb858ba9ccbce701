"""Readings of the network page: which neurons, their numbers, one neuron, and what each neuron answers to."""

from collections.abc import Callable

import numpy as np
import pytest

from lab.experiment.readings.network_graph import GraphNumbers
from lab.experiment.readings.network_units import INPUTS, Column, NetworkUnits
from lab.experiment.readings.neuron import NeuronNumbers
from lab.experiment.readings.neuron_maps import NeuronMaps
from lab.experiment.session import Session
from lab.experiment.spec import Experiment, changed

Stepped = Callable[..., Session]


def pairs(columns: tuple[Column, ...]) -> tuple[tuple[int, tuple[int, ...]], ...]:
    return tuple((column.layer, column.units) for column in columns)


def test_a_narrow_layer_is_shown_whole_and_of_a_wide_one_the_strongest(stepped: Stepped) -> None:
    session = stepped(3)
    whole = NetworkUnits(16).read(session)
    assert [(column.layer, column.width) for column in whole] == [(INPUTS, 4), (0, 7), (1, 5), (2, 3)]
    assert all(column.units == tuple(range(column.width)) for column in whole)
    few = NetworkUnits(3).read(session)
    W = [session.used_parameters[session.network.slices[k]["W"]].reshape(shape) for k, shape in
         enumerate([(4, 7), (7, 5), (5, 3)])]  # fmt: skip
    for column, leaving in zip(few, W, strict=False):
        strength = np.abs(leaving).sum(axis=1)
        assert set(column.units) == set(np.argsort(strength)[-3:].tolist())
        assert list(column.units) == sorted(column.units)
    assert few[-1].units == (0, 1, 2)
    arriving = np.abs(W[-1]).sum(axis=0)
    assert NetworkUnits(1).read(session)[-1].units == (int(arriving.argmax()),)


def test_layers_without_weights_have_no_neurons_of_their_own() -> None:
    layers = [
        {"kind": "dense", "units": 6, "activation": "linear"}, {"kind": "batch_norm"},
        {"kind": "activation", "activation": "relu"}, {"kind": "dropout", "rate": 0.5},
        {"kind": "dense", "units": 3, "activation": "softmax"},
    ]  # fmt: skip
    session = Session(Experiment.model_validate({"data": {"source": "iris"}, "layers": layers}))
    session.step()
    columns = NetworkUnits(16).read(session)
    assert [column.layer for column in columns] == [INPUTS, 0, 4]
    assert GraphNumbers(pairs(columns), backward=True).read(session).edges[1].shape == (6, 3)


@pytest.mark.parametrize("backward", [False, True])
def test_the_numbers_are_those_of_the_step(stepped: Stepped, backward: bool) -> None:
    session = stepped(3)
    columns = pairs(NetworkUnits(3).read(session))
    found = GraphNumbers(columns, backward).read(session)
    layers = session.network.layers
    for place, (layer, units) in enumerate(columns[1:]):
        W = layers[layer].dW if backward else session.used_parameters[session.network.slices[layer]["W"]]
        W = W.reshape(layers[layer].W.shape)
        np.testing.assert_array_equal(found.edges[place], W[list(columns[place][1])][:, list(units)])
        node = layers[layer].delta if backward else layers[layer].a
        np.testing.assert_allclose(found.nodes[place + 1], node.mean(axis=0)[list(units)], rtol=1e-5)
        one = GraphNumbers(columns, backward, example=2).read(session)
        np.testing.assert_array_equal(one.nodes[place + 1], node[2, list(units)])
    assert (found.nodes[0] is None) == backward
    assert found.step == 3
    with pytest.raises(ValueError, match="read-only"):
        found.nodes[1][0] = 1


def test_before_the_first_step_there_are_weights_and_nothing_else(stepped: Stepped) -> None:
    session = stepped(0)
    columns = pairs(NetworkUnits(16).read(session))
    found = GraphNumbers(columns, backward=False).read(session)
    assert all(node is None for node in found.nodes)
    np.testing.assert_array_equal(found.edges[0], session.network.layers[0].W)
    assert GraphNumbers(columns, backward=True).read(session).edges == (None, None, None)


def test_one_neuron_is_its_columns(stepped: Stepped) -> None:
    session = stepped(3)
    first = session.network.layers[0]
    found = NeuronNumbers(0, 4, 1).read(session)
    np.testing.assert_array_equal(found.z, first.z[:, 4])
    np.testing.assert_array_equal(found.a, np.tanh(first.z[:, 4]))
    np.testing.assert_array_equal(found.delta, first.delta[:, 4])
    x = session.network.x
    np.testing.assert_allclose(x @ found.weights + found.bias, found.z, rtol=1e-4, atol=1e-6)
    assert found.leaving.shape == (5,)
    given = NeuronNumbers(INPUTS, 1, 0).read(session)
    np.testing.assert_array_equal(given.a, x[:, 1])
    assert given.weights is None
    assert NeuronNumbers(0, 99, 1).read(session) is None
    assert NeuronNumbers(9, 0, None).read(session) is None


def test_each_neuron_has_the_map_of_what_it_answers_to(stepped: Stepped) -> None:
    data = {"source": "moons", "features": ["x1*x2"]}
    fields = {"data": data, "layers": [*[{"kind": "dense", "units": 4, "activation": "tanh"}] * 2,
              {"kind": "dense", "units": 2, "activation": "softmax"}]}  # fmt: skip
    session = Session(Experiment.model_validate(fields))
    session.step()
    z = session.network.layers[0].z.copy()
    columns = pairs(NetworkUnits(16).read(session))
    maps = NeuronMaps(columns, 5).read(session)
    np.testing.assert_array_equal(session.network.layers[0].z, z)
    low, high = session.dataset.x.min(axis=0), session.dataset.x.max(axis=0)
    pad = 0.04 * (high - low)
    cell = (high - low + 2 * pad) / 5
    for row, column in ((0, 0), (4, 1), (2, 3)):
        x1, x2 = (low - pad + (np.array([column, row, 0])[:2] + 0.5) * cell[:2].repeat(1)[:2]) if len(low) == 2 else (
            low[0] - pad[0] + (column + 0.5) * cell[0], low[1] - pad[1] + (row + 0.5) * cell[1])  # fmt: skip
        x = session.prepared.scaling.apply(np.array([[x1, x2, x1 * x2]]), session.network.dtype)
        for layer, network_layer in enumerate(session.network.layers[:2]):
            x = np.tanh(x @ network_layer.W + network_layer.b)
            np.testing.assert_allclose(maps[layer + 1][:, row, column], x[0], atol=1e-5)
    assert NeuronMaps(columns, 5).read(stepped(1)) is None


def test_a_stack_that_has_changed_has_no_numbers_for_the_old_one(stepped: Stepped) -> None:
    session = stepped(2)
    columns = pairs(NetworkUnits(16).read(session))
    layers = [{"kind": "dense", "units": 3, "activation": "softmax"}]
    other = Session(changed(session.experiment, {"layers": layers}))
    other.step()
    found = GraphNumbers(columns, backward=False).read(other)
    assert found is None or found.nodes[1] is None

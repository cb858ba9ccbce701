"""Layers in another order, drawn anew or with other settings: what fits is kept to the bit, what does not is told."""

import numpy as np
import pytest

from lab.core.layers import Activation, BatchNorm, Dense, Dropout
from lab.core.network import Network
from lab.core.optimizers import Adam
from lab.core.surgery.operations import widen
from lab.core.surgery.restack import move, redraw


def _trained(*layers: object) -> tuple[Network, Adam]:
    net, rule = Network(4, list(layers), seed=2), Adam(0.01)  # type: ignore[arg-type]
    for step in range(3):
        rng = np.random.default_rng(step)
        net.forward(rng.normal(size=(6, 4)))
        net.backward(rng.integers(0, 3, 6))
        rule.step(net)
    return net, rule


def _rng() -> np.random.Generator:
    return np.random.default_rng(5)


def test_a_moved_layer_keeps_its_weights_where_the_widths_allow() -> None:
    net, rule = _trained(Dense(5, "tanh"), Dense(5, "relu"), BatchNorm(), Dense(3, "softmax"))
    done = move(net, rule, 2, 1, _rng())
    assert [layer.kind for layer in done.network.layers] == ["dense", "batch_norm", "dense", "dense"]
    np.testing.assert_array_equal(done.network.layers[1].gamma, net.layers[2].gamma)
    np.testing.assert_array_equal(done.network.layers[1].running_mean, net.layers[2].running_mean)
    np.testing.assert_array_equal(done.network.layers[2].W, net.layers[1].W)
    assert np.sort(done.optimizer.state["square_sum"]).tolist() == np.sort(rule.state["square_sum"]).tolist()
    assert sum(report.anew for report in done.report.arrays) == 0


def test_a_moved_layer_of_another_width_draws_what_does_not_fit() -> None:
    net, rule = _trained(Dense(5, "tanh"), Dense(7, "relu"), Dense(3, "softmax"))
    done = move(net, rule, 0, 1, _rng())
    assert [layer.outputs for layer in done.network.layers] == [7, 5, 3]
    anew = {(report.layer, report.name) for report in done.report.arrays if report.anew}
    assert anew == {(0, "W"), (1, "W"), (2, "W")}
    np.testing.assert_array_equal(done.network.layers[0].b, net.layers[1].b)
    assert not done.report.exact


def test_drawn_anew_is_only_what_was_asked_for() -> None:
    net, rule = _trained(Dense(5, "tanh"), Dropout(0.2), Dense(3, "softmax"))
    done = redraw(net, rule, [0], _rng())
    assert not np.array_equal(done.network.layers[0].W, net.layers[0].W)
    np.testing.assert_array_equal(done.network.layers[2].W, net.layers[2].W)
    assert redraw(net, rule, [1], _rng()).report.exact


@pytest.mark.parametrize(("layer", "to", "what"), [(0, 0, "to"), (0, 2, "layer"), (2, 0, "layer"), (0, 3, "to")])
def test_moves_that_cannot_be_are_refused(layer: int, to: int, what: str) -> None:
    net, rule = _trained(Dense(5, "tanh"), Activation("relu"), Dense(3, "softmax"))
    with pytest.raises(ValueError, match=f"^{what}: "):
        move(net, rule, layer, to, _rng())


def test_frozen_cells_stay_frozen_through_surgery_and_so_do_their_copies() -> None:
    net, rule = _trained(Dense(2, "tanh"), Dense(3, "softmax"))
    frozen = np.zeros(net.parameters.size, bool)
    frozen[net.slices[0]["W"]] = True
    net.freeze(frozen)
    done = widen(net, rule, 0, 4, _rng())
    held = done.network.frozen
    assert held is not None
    assert held[done.network.slices[0]["W"]].all()
    assert held.sum() == 4 * 4
    assert redraw(net, rule, [0], _rng()).network.frozen is None

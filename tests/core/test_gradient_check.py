"""Gradient check: right gradients pass, a wrong one is found, kinks are known, and the network stays as it was."""

from functools import partial
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lab.core.activations import ACTIVATIONS
from lab.core.copying import copy_network
from lab.core.gradient_check import USUAL_EPSILON, GradientCheck, check_gradient
from lab.core.layers import Activation, BatchNorm, Dense, Dropout, LayerNorm
from lab.core.losses import LOSSES, REDUCTIONS
from lab.core.network import Network
from lab.core.output_rule import why_refused
from lab.core.types import Array

M, INPUTS = 5, 3
PAIRS = [
    (loss, output, units)
    for loss in LOSSES
    for output in ACTIVATIONS
    for units in (1, 3)
    if why_refused(loss, output, units) is None
]


def _net(loss: str, output: str, units: int = 3, reduction: str = "mean", dtype: str = "float64") -> Network:
    """Make a network that has a layer of every kind."""
    layers = [
        Dense(4, "tanh"), BatchNorm(), Activation("silu"), Dropout(0.3), LayerNorm(), Dense(units, output)
    ]  # fmt: skip
    net = Network(INPUTS, layers, loss, reduction, 3, dtype)
    net.parameters[:] = np.random.default_rng(4).normal(0, 0.7, net.parameters.shape)
    return net


def _batch(net: Network) -> tuple[NDArray[np.float64], NDArray[Any]]:
    rng = np.random.default_rng(5)
    x = rng.normal(size=(M, net.inputs))
    if LOSSES[net.loss].outputs is None:
        return x, rng.uniform(-1, 1, (M, net.outputs))
    return x, rng.integers(0, max(net.outputs, 2), M)


def _all_checks(net: Network, x: Array, y: Array) -> list[GradientCheck]:
    return [check_gradient(net, x, y, layer, name) for layer, names in enumerate(net.slices) for name in names]


@pytest.mark.parametrize(("loss", "output", "units"), PAIRS)
def test_right_gradients_agree_to_a_millionth_in_every_layer(loss: str, output: str, units: int) -> None:
    net = _net(loss, output, units, list(REDUCTIONS)[PAIRS.index((loss, output, units)) % len(REDUCTIONS)])
    checks = _all_checks(net, *_batch(net))
    assert {check.name for check in checks} == {"W", "b", "gamma", "beta"}
    for check in checks:
        assert not check.kink.any()
        assert check.largest_error <= 1e-6
    assert max(np.abs(check.numeric).max() for check in checks) > 1e-2, "nothing to compare"


def test_label_smoothing_class_weights_and_temperature_are_part_of_the_loss() -> None:
    layers = [Dense(4, "softmax", temperature=0.5), Dense(3, "softmax", temperature=2.0)]
    net = Network(INPUTS, layers, dtype="float64", label_smoothing=0.2, class_weights=[0.5, 1, 3])
    for check in _all_checks(net, *_batch(net)):
        assert check.largest_error <= 1e-6


def test_the_analytic_side_is_the_gradient_of_the_network_itself() -> None:
    net = Network(INPUTS, [Dense(4, "tanh"), BatchNorm(), Dense(3, "softmax")], dtype="float64")
    x, y = _batch(net)
    check = check_gradient(net, x, y, 0, "W")
    net.forward(x)
    net.backward(y)
    np.testing.assert_array_equal(check.analytic, net.layers[0].dW.ravel())
    np.testing.assert_array_equal(check.cells, list(np.ndindex(net.layers[0].W.shape)))


def test_single_cells_are_those_of_the_whole_matrix_in_the_order_asked_for() -> None:
    net = _net("cross_entropy", "softmax")
    x, y = _batch(net)
    whole, some = check_gradient(net, x, y, 5, "W"), check_gradient(net, x, y, 5, "W", [(3, 0), (0, 2), (3, 0)])
    np.testing.assert_array_equal(some.cells, [(3, 0), (0, 2), (3, 0)])
    for field in ("analytic", "numeric", "relative_error", "kink"):
        np.testing.assert_array_equal(getattr(some, field), getattr(whole, field)[[9, 2, 9]])
    assert check_gradient(net, x, y, 5, "b", [(2,)]).cells.shape == (1, 1)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dropout_masks_stay_the_same_from_pass_to_pass(dtype: str) -> None:
    layers = [Dense(8, "tanh"), Dropout(0.5), Dense(3, "softmax")]
    net = Network(INPUTS, layers, seed=2, dtype=dtype)
    x, y = _batch(net)
    check = check_gradient(net, x, y, 0, "W")
    assert np.abs(check.numeric).max() > 1e-2
    assert check.largest_error <= (1e-6 if dtype == "float64" else 1e-3)


def test_a_single_precision_network_is_measured_by_differences_in_double_precision() -> None:
    net = _net("cross_entropy", "softmax", dtype="float32")
    x, y = _batch(net)
    for own, double in zip(
        _all_checks(net, x, y), _all_checks(copy_network(net, "float64"), x.astype(np.float32), y), strict=True
    ):
        assert own.numeric.dtype == own.analytic.dtype == np.float64
        assert 1e-9 < own.largest_error < 1e-3
        assert double.largest_error <= 1e-6


def test_both_sides_see_the_inputs_and_targets_as_single_precision_rounds_them() -> None:
    """float32 has 1/16 between neighbours at a million, so a - y = 0.7 becomes 0.6875, and the x of 0.7 likewise."""
    net = Network(1, [Dense(1)], "half_squared_error", dtype="float32")
    net.layers[0].W[...], net.layers[0].b[...] = 1.0, 1.0
    check = check_gradient(net, [[1e6]], [[1e6 + 0.3]], 0, "b", epsilon=1e-2)
    assert check.analytic == 0.6875
    assert check.numeric == pytest.approx(0.6875, rel=1e-9)
    check = check_gradient(net, [[1e6 + 0.7]], [[1e6]], 0, "b", epsilon=1e-2)
    assert check.numeric == pytest.approx(check.analytic[0], rel=1e-9)


class _WrongInOneCell(Dense):
    """A Dense whose gradient is a thousandth off in one cell."""

    def backward_from_delta(self, reduction: Array, wants_error: bool) -> Array | None:
        error = super().backward_from_delta(reduction, wants_error)
        self.dW[2, 1] *= 1.001
        return error


class _WrongSlope(Dense):
    """A Dense that forgets the slope of its activation on the way back."""

    def backward(self, error: Array, reduction: Array, wants_error: bool) -> Array | None:
        np.copyto(self.training_pass.delta, error)
        return self.backward_from_delta(reduction, wants_error)


def test_a_wrong_cell_is_found_and_only_that_one() -> None:
    net = Network(INPUTS, [_WrongInOneCell(4, "tanh"), Dense(3, "softmax")], dtype="float64")
    check = check_gradient(net, *_batch(net), 0, "W")
    wrong = (check.cells == (2, 1)).all(axis=1)
    assert check.relative_error[wrong] == pytest.approx(1e-3, rel=1e-2)
    assert check.relative_error[~wrong].max() < 1e-6
    assert check.largest_error == check.relative_error[wrong]


def test_a_wrong_rule_is_found_in_its_own_layer_and_below_but_not_above() -> None:
    net = Network(INPUTS, [Dense(4, "tanh"), _WrongSlope(4, "tanh"), Dense(3, "softmax")], dtype="float64")
    below, own, above = (check_gradient(net, *_batch(net), layer, "W").largest_error for layer in range(3))
    assert min(below, own) > 1e-2
    assert above < 1e-6


def _one_layer(activation: str, loss: str = "half_squared_error") -> Network:
    net = Network(2, [Dense(2, activation)], loss, dtype="float64")
    net.layers[0].W[...] = [[1.0, 1.0], [2.0, -0.5]]
    return net


def _flagged(check: GradientCheck) -> list[tuple[int, ...]]:
    return [tuple(cell) for cell in check.cells[check.kink].tolist()]


@pytest.mark.parametrize(
    ("activation", "kinked"), [(name, name in ("relu", "leaky_relu", "selu")) for name in ACTIVATIONS]
)
def test_only_what_moves_a_z_over_a_kink_is_flagged(activation: str, kinked: bool) -> None:
    """Unit 1 has z = 1·1 - 0.5·2 = 0 in the first example: the kink of ReLU, and nothing special for the others."""
    net = _one_layer(activation)
    x, y = np.array([[1.0, 2.0], [0.5, 3.0]]), np.array([[0.3, 0.4], [-0.2, 0.6]])
    assert _flagged(check_gradient(net, x, y, 0, "W")) == ([(0, 1), (1, 1)] if kinked else [])
    assert _flagged(check_gradient(net, x, y, 0, "b")) == ([(1,)] if kinked else [])


def test_a_kink_that_a_weight_does_not_reach_is_none_of_its_own() -> None:
    """Input 1 is 0 where z is 0, so the weight that it goes through leaves that z where it is."""
    net = _one_layer("relu")
    net.layers[0].W[0, 1] = 0.0
    check = check_gradient(net, [[1.0, 0.0], [1.0, 3.0]], np.zeros((2, 2)), 0, "W")
    assert _flagged(check) == [(0, 1)]


@pytest.mark.parametrize(("distance", "kinked"), [(0.5, True), (-0.5, True), (10.0, False), (-10.0, False)])
def test_a_kink_within_a_step_counts_and_one_farther_away_does_not(distance: float, kinked: bool) -> None:
    net = _one_layer("relu")
    net.layers[0].b[1] = distance * USUAL_EPSILON
    check = check_gradient(net, [[1.0, 2.0]], [[0.0, 1.0]], 0, "b")
    assert _flagged(check) == ([(1,)] if kinked else [])
    assert check.largest_error < 1e-6
    if kinked:
        assert check.relative_error[1] > 0.1


def test_a_kink_higher_up_counts_for_every_weight_that_leads_to_it() -> None:
    net = Network(2, [Dense(2), Dense(1, "relu"), Dense(1)], "half_squared_error", dtype="float64")
    first, second, third = net.layers
    first.W[...], second.W[...], third.W[...] = [[1.0, 1.0], [1.0, 1.0]], [[0.0], [1.0]], [[2.0]]
    second.b[...] = -3.0  # z of layer 2 is 0·3 + 1·3 - 3
    x, y = [[1.0, 2.0]], [[1.0]]
    assert _flagged(check_gradient(net, x, y, 0, "W")) == [(0, 1), (1, 1)]
    assert _flagged(check_gradient(net, x, y, 1, "W")) == [(0, 0), (1, 0)]
    assert _flagged(check_gradient(net, x, y, 2, "W")) == []


@pytest.mark.parametrize(
    ("loss", "target"), [("mean_absolute_error", [0.0, 5.0]), ("hinge", [0.0, 1.0]), ("huber", [0.0, 5.0])]
)
def test_the_kinks_of_a_loss_are_flagged(loss: str, target: list[float]) -> None:
    """a is (5, 0) and (1, -1): |a - y| has its kink at unit 1's y = 0, the hinge where a is 1 for yes, -1 for no."""
    net = _one_layer("linear", loss)
    x, y = np.array([[1.0, 2.0]]), np.array([target])
    if loss == "hinge":
        net.layers[0].b[...] = [-6.0, 0.5]
    else:
        net.layers[0].b[...] = [0.5, 5.0]
    check = check_gradient(net, x, y, 0, "b")
    expected = {"mean_absolute_error": [(1,)], "hinge": [(0,)], "huber": []}
    assert _flagged(check) == expected[loss]


def test_at_a_kink_the_verdict_is_that_of_the_other_cells() -> None:
    net = _one_layer("relu")
    check = check_gradient(net, [[1.0, 2.0]], [[1.0, 1.0]], 0, "b")
    assert _flagged(check) == [(1,)]
    assert check.relative_error[1] == pytest.approx(1.0), "a slope of 0 against a difference of one half"
    assert check.largest_error == check.relative_error[0] < 1e-6
    assert np.isnan(check_gradient(net, [[1.0, 2.0]], [[1.0, 1.0]], 0, "b", [(1,)]).largest_error)


def test_a_z_that_single_precision_puts_on_the_other_side_of_a_kink_counts_as_reached() -> None:
    """1000 + 2.5e-5 - 1000 is 0 in float32: no slope there, one of 1 in float64, and the step does not reach 0."""
    net = Network(2, [Dense(1, "relu")], "half_squared_error", dtype="float32")
    net.layers[0].W[...], net.layers[0].b[...] = [[1000.0], [2.5e-5]], -1000.0
    x, y = [[1.0, 1.0]], [[1.0]]
    assert _flagged(check_gradient(net, x, y, 0, "W", [(1, 0)])) == [(1, 0)]
    assert _flagged(check_gradient(copy_network(net, "float64"), x, y, 0, "W", [(1, 0)])) == []


def test_a_gradient_that_is_zero_passes() -> None:
    """The shift of a Dense under a BatchNorm goes out with the mean: both sides are 0 up to rounding."""
    net = Network(INPUTS, [Dense(4), BatchNorm(), Dense(3, "softmax")], dtype="float64")
    check = check_gradient(net, *_batch(net), 0, "b")
    assert np.abs(check.analytic).max() < 1e-12
    assert check.largest_error < 1e-6


def test_the_step_grows_with_the_parameter() -> None:
    net = Network(1, [Dense(1)], "half_squared_error", dtype="float64")
    net.layers[0].W[...] = 1e8
    check = check_gradient(net, [[1.0]], [[0.0]], 0, "W")
    assert check.epsilon == USUAL_EPSILON == pytest.approx(6.06e-6, rel=1e-2)
    assert check.numeric == pytest.approx(1e8, rel=1e-9)


def test_a_step_of_ones_own_is_used_and_reported() -> None:
    """The central difference of exp-like curves is off by h² / 6 times the third derivative."""
    net = Network(1, [Dense(1, "tanh")], "half_squared_error", dtype="float64")
    net.layers[0].W[...] = 0.8
    errors = []
    for epsilon in (1e-2, 2e-2):
        check = check_gradient(net, [[1.0]], [[0.3]], 0, "W", epsilon=epsilon)
        assert check.epsilon == epsilon
        errors.append(abs(check.numeric[0] - check.analytic[0]))
    assert errors[1] / errors[0] == pytest.approx(4, rel=1e-2)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_network_stays_as_it_is(dtype: str) -> None:
    net = _net("cross_entropy", "softmax", dtype=dtype)
    rng = np.random.default_rng(7)
    net.forward(rng.normal(size=(4, INPUTS)))
    net.backward([0, 1, 2, 0])
    net.updates[:] = 1.0

    def everything() -> list[bytes]:
        vectors = [net.parameters, net.gradients, net.updates, net.penalties, net.buffers, net.x, net.y, net.terms]
        arrays = [getattr(layer, name) for layer in net.layers for name in layer.arrays if name != "slope"]
        return [array.tobytes() for array in vectors + arrays]

    before, state = everything(), net.dropout_stream.bit_generator.state
    for check in (partial(check_gradient, layer=0, name="W"), partial(check_gradient, layer=1, name="gamma")):
        check(net, *_batch(net))
        assert everything() == before
        assert net.dropout_stream.bit_generator.state == state


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"layer": 6}, r"^layer: 6 found, 0 to 5 expected"),
        ({"layer": -1}, r"^layer: -1 is not a whole number from 0"),
        ({"layer": True}, r"^layer: "),
        ({"name": "gamma"}, r"^name: 'gamma' found, but layer 0, dense, has W, b"),
        ({"layer": 3}, r"^name: 'W' found, but layer 3, dropout, has no parameters"),
        ({"cells": [(0, 4)]}, r"^cells: \(0, 4\) found, .* shape \(3, 4\)"),
        ({"cells": [(-1, 0)]}, r"^cells: \(-1, 0\) found"),
        ({"cells": [(0,)]}, r"^cells: \(0,\) found"),
        ({"cells": [(0.5, 1)]}, r"^cells: \(0.5, 1\) found"),
        ({"cells": []}, r"^cells: none found"),
        ({"epsilon": 0.0}, r"^epsilon: 0.0 is not a positive number"),
        ({"epsilon": float("nan")}, r"^epsilon: nan"),
        ({"x": np.zeros((5, 9))}, r"^x: shape \(5, 9\) found"),
        ({"y": np.full(5, 3)}, r"^y: class 3 at \[0\] found"),
    ],
)
def test_what_a_check_refuses(arguments: dict[str, Any], message: str) -> None:
    net = _net("cross_entropy", "softmax")
    x, y = _batch(net)
    with pytest.raises(ValueError, match=message):
        check_gradient(net, **{"x": x, "y": y, "layer": 0, "name": "W"} | arguments)

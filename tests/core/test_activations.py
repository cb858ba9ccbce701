"""Every activation against its formula in plain NumPy, its slope against differences, and both far out."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from lab.core.activations import ACTIVATIONS, activation
from lab.core.layers import Dense
from lab.core.network import Network

Floats = NDArray[np.float64]

# Written down from the definitions; where the program has more, the tests of slopes and limits still hold for it.
FORMULAS: dict[str, Callable[[Floats], Floats]] = {
    "linear": lambda z: z,
    "sigmoid": lambda z: np.exp(z) / (np.exp(z) + 1),
    "tanh": lambda z: (np.exp(2 * z) - 1) / (np.exp(2 * z) + 1),
    "relu": lambda z: np.where(z > 0, z, 0),
    "leaky_relu": lambda z: np.where(z > 0, z, 0.01 * z),
    "elu": lambda z: np.where(z > 0, z, np.exp(z) - 1),
    "gelu": lambda z: z / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))),
    "silu": lambda z: z / (1 + np.exp(-z)),
    "softplus": lambda z: np.logaddexp(0, z),
    "softsign": lambda z: z / (1 + np.abs(z)),
    "selu": lambda z: 1.0507009873554805 * np.where(z > 0, z, 1.6732632423543772 * np.expm1(np.minimum(z, 0))),
    "mish": lambda z: z * np.tanh(np.logaddexp(0, z)),
    "hard_sigmoid": lambda z: np.maximum(0, np.minimum(1, z / 6 + 0.5)),
    "hard_swish": lambda z: z * np.maximum(0, np.minimum(1, z / 6 + 0.5)),
    "softmax": lambda z: np.exp(z) / np.exp(z).sum(axis=1, keepdims=True),
}
ELEMENTWISE = [name for name, entry in ACTIVATIONS.items() if entry.elementwise]
FAR = [-1e4, -200.0, -89.0, -30.0, 30.0, 89.0, 200.0, 1e4]


def _through(name: str, z: NDArray[np.floating], temperature: float = 1.0) -> Network:
    """Return a network of one layer with W = 1 and b = 0, through which z, (m, h), has gone forward."""
    layer = Dense(z.shape[1], name, temperature=temperature)
    net = Network(z.shape[1], [layer], "half_squared_error", dtype=z.dtype)
    layer.W[...] = np.eye(z.shape[1])
    layer.b[...] = 0
    net.forward(z)
    return net


def _values(name: str, z: NDArray[np.floating]) -> NDArray[np.floating]:
    return _through(name, z).layers[0].a


def _slopes(name: str, z: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return sigma'(z): the delta of a half squared error whose output is 1 from its target."""
    net = _through(name, z)
    net.backward(net.layers[0].a - 1)
    return net.layers[0].delta


@pytest.mark.parametrize("name", [name for name in FORMULAS if name in ACTIVATIONS])
@given(st.lists(st.lists(st.floats(-20, 20), min_size=3, max_size=3), min_size=1, max_size=5))
def test_values_are_those_of_the_formula(name: str, rows: list[list[float]]) -> None:
    z = np.array(rows)
    np.testing.assert_allclose(_values(name, z), FORMULAS[name](z), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_slopes_are_the_central_differences_of_the_values(name: str) -> None:
    z = np.random.default_rng(0).uniform(-6, 6, (40, 3))
    h = 1e-5
    numeric = (_values(name, z + h) - _values(name, z - h)) / (2 * h)
    clear = np.ones(z.shape, bool)
    for kink in ACTIVATIONS[name].kinks:
        clear &= np.abs(z - kink) > 1e-2
    assert clear.mean() > 0.9
    np.testing.assert_allclose(_slopes(name, z)[clear], numeric[clear], rtol=0, atol=1e-9)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_the_slope_jumps_at_the_kinks_and_nowhere_else(name: str) -> None:
    kinks = np.array(ACTIVATIONS[name].kinks)
    h = 1e-6
    for kink in kinks:
        below, above = _slopes(name, np.array([[kink - h]])), _slopes(name, np.array([[kink + h]]))
        assert abs(above - below) > 1e-3
    grid = np.linspace(-5, 5, 2001)[:, np.newaxis]
    jumps = np.abs(np.diff(_slopes(name, grid), axis=0))
    clear = [np.abs(kinks - middle).min(initial=np.inf) > 0.006 for middle in (grid[:-1] + grid[1:])[:, 0] / 2]
    assert jumps[clear].max(initial=0) < 0.02


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_far_out_there_is_no_overflow_and_the_value_is_right(name: str, dtype: str) -> None:
    """Warnings are errors here, so an overflow on the way would fail too."""
    z = np.array([FAR], dtype)
    a = _values(name, z)
    slopes = _slopes(name, z)
    assert np.isfinite(a).all()
    assert np.isfinite(slopes).all()
    if name in FORMULAS and name != "softmax":
        with np.errstate(all="ignore"):
            exact = FORMULAS[name](np.array([FAR]))
        known = np.isfinite(exact)
        np.testing.assert_allclose(a[known], exact[known], rtol=1e-6, atol=1e-30)


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("sigmoid", 0, 1), ("tanh", -1, 1), ("relu", 0, 1e4), ("linear", -1e4, 1e4)],
)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_limits_far_out(name: str, low: float, high: float, dtype: str) -> None:
    a = _values(name, np.array([[-1e4, 1e4]], dtype))
    np.testing.assert_allclose(a, [[low, high]], atol=1e-37)


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_a_and_its_slope_keep_to_their_asymptote_for_every_finite_z(name: str, dtype: str, side: float) -> None:
    """Beyond |z| = 1e4 every sigma of the table is a straight line, up to what one more power of 1/z is."""
    largest = float(np.finfo(dtype).max) / 1.1  # selu's 1.05 z is no number beyond
    far = np.array([[1.25e13, 2e19, 1e25, 3e37, largest]]) * side
    entry, z = ACTIVATIONS[name], np.concatenate([[[1e4 * side]], far], axis=1).astype(dtype)
    a, slope, work = np.empty_like(z), np.empty_like(z), np.empty_like(z)
    entry.function(z, a, work)
    entry.slope(z, a, slope, work)
    straight = float(slope[0, 0]) if abs(float(slope[0, 0])) > 1e-6 else 0.0
    end = float(a[0, 0]) - straight * 1e4 * side
    with np.errstate(over="ignore"):
        np.testing.assert_allclose(slope[0, 1:], straight, atol=1e-6)
        away = np.abs(a[0, 1:].astype(np.float64) - straight * far[0] - end)
        assert (away <= 1e-3 + 8 * np.finfo(dtype).eps * np.abs(a[0, 1:])).all()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("temperature", [0.1, 1.0, 7.0])
def test_softmax_rows_are_shares(dtype: str, temperature: float) -> None:
    z = np.concatenate([np.random.default_rng(0).normal(0, 5, (20, 8)), [FAR]]).astype(dtype)
    a = _through("softmax", z, temperature).layers[0].a
    assert (a >= 0).all()
    np.testing.assert_allclose(a.sum(axis=1), 1, rtol=1e-6)


@given(st.lists(st.floats(-50, 50), min_size=2, max_size=6), st.floats(-1e3, 1e3))
def test_softmax_does_not_feel_a_shift_of_its_row(row: list[float], shift: float) -> None:
    z = np.array([row])
    np.testing.assert_allclose(_values("softmax", z + shift), _values("softmax", z), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("temperature", [0.25, 3.0])
def test_a_temperature_divides_z(temperature: float) -> None:
    z = np.random.default_rng(0).normal(0, 2, (5, 4))
    found = _through("softmax", z, temperature).layers[0].a
    np.testing.assert_allclose(found, FORMULAS["softmax"](z / temperature), rtol=1e-12)


def test_softmax_has_the_full_jacobian() -> None:
    """da_j / dz_k = a_j (1_jk - a_k), so an error e gives delta = (diag(a) - a a.T) e."""
    z = np.random.default_rng(0).normal(0, 2, (5, 4))
    error = np.random.default_rng(1).normal(size=(5, 4))
    net = _through("softmax", z)
    a = net.layers[0].a.copy()
    net.backward(a - error)
    expected = [(np.diag(row) - np.outer(row, row)) @ e for row, e in zip(a, error, strict=True)]
    np.testing.assert_allclose(net.layers[0].delta, expected, rtol=1e-11, atol=1e-15)


def test_the_table_says_of_every_entry_what_a_window_shows() -> None:
    for name, entry in ACTIVATIONS.items():
        assert entry.name == name
        assert activation(name) == entry
        assert all(text.strip() for text in (entry.title, entry.formula, entry.derivative_formula, entry.help))
    assert len({entry.title for entry in ACTIVATIONS.values()}) == len(ACTIVATIONS)


@pytest.mark.parametrize("temperature", [0.0, -1.0, np.nan, np.inf])
def test_a_temperature_that_is_not_positive_is_refused(temperature: float) -> None:
    with pytest.raises(ValueError, match=r"^temperature: .* is not a positive number"):
        activation("softmax", temperature)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_a_temperature_belongs_to_the_softmax_alone(name: str) -> None:
    with pytest.raises(ValueError, match=rf"^temperature: .*softmax.*{name}"):
        activation(name, 2.0)


def test_an_unknown_activation_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^activation: 'swoosh' is not one of linear, sigmoid"):
        activation("swoosh")

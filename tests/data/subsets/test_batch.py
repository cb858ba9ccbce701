"""Batches are the scaled rows asked for, in buffers that are made once."""

import re
import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from lab.data.errors import DataError
from lab.data.subsets import batch
from lab.data.subsets.batch import Batches
from lab.data.subsets.scaling import SCALINGS, Scaling, fit_scaling

_RNG = np.random.default_rng(0)
_BYTES = _RNG.integers(0, 256, (60, 7), dtype=np.uint8)
_FLOATS = _RNG.normal(3, 10, (60, 7))
_CLASSES = _RNG.integers(0, 3, 60)
_PART = np.array([3, 50, 7, 8, 21, 59, 0, 33, 34, 12, 40])


def _batches(x: NDArray[Any] = _BYTES, kind: str = "standard", dtype: str = "float32") -> Batches:
    return Batches(x, _CLASSES, _PART, fit_scaling(kind, x[_PART], 255), dtype)


def _assert_rows(x: NDArray[Any], expected: NDArray[Any], dtype: str) -> None:
    assert x.dtype == dtype
    assert x.flags.c_contiguous
    # Bytes are scaled in `dtype` itself, so that rounding grows with the offset taken away.
    digits = 1e-5 if dtype == "float32" else 1e-13
    np.testing.assert_allclose(x, expected, rtol=digits, atol=digits * 100)


@pytest.mark.parametrize("source", [_BYTES, _FLOATS], ids=["bytes", "floats"])
@pytest.mark.parametrize("kind", SCALINGS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@given(order=st.lists(st.integers(0, len(_PART) - 1), max_size=30))
def test_gather_is_the_scaled_rows_in_the_order_asked_for(
    source: NDArray[Any], kind: str, dtype: str, order: list[int]
) -> None:
    x, y = _batches(source, kind, dtype).gather(np.array(order, np.int64))
    rows = _PART[np.array(order, np.int64)]
    _assert_rows(x, fit_scaling(kind, source[_PART], 255).apply(source[rows], "float64"), dtype)
    assert y.dtype == np.int64
    np.testing.assert_array_equal(y, _CLASSES[rows])


@pytest.mark.parametrize("source", [_BYTES, _FLOATS], ids=["bytes", "floats"])
@pytest.mark.parametrize("kind", SCALINGS)
@given(size=st.integers(1, 20))
def test_chunks_are_all_rows_in_order_and_the_rest_last(source: NDArray[Any], kind: str, size: int) -> None:
    batches = _batches(source, kind)
    pairs = [(x.copy(), y.copy()) for x, y in batches.chunks(size)]
    assert [len(y) for _, y in pairs] == [min(size, 11 - start) for start in range(0, 11, size)]
    expected = fit_scaling(kind, source[_PART], 255).apply(source[_PART], "float64")
    _assert_rows(np.concatenate([x for x, _ in pairs]), expected, "float32")
    np.testing.assert_array_equal(np.concatenate([y for _, y in pairs]), _CLASSES[_PART])


def test_the_pixel_range_is_met_exactly() -> None:
    x = np.array([[0, 255], [255, 0]], np.uint8)
    batches = Batches(x, np.array([0, 1]), np.array([0, 1]), fit_scaling("pixel", x, 255), "float32")
    assert batches.gather(np.array([1, 0]))[0].tolist() == [[1, 0], [0, 1]]


@pytest.mark.parametrize("source", [_BYTES, _FLOATS], ids=["bytes", "floats"])
def test_batches_of_any_size_share_the_buffers_of_the_largest(source: NDArray[Any]) -> None:
    batches = _batches(source)
    large = batches.gather(np.arange(10))
    for size in (10, 4, 1):
        again = batches.gather(np.arange(size))
        assert all(np.shares_memory(new, old) for new, old in zip(again, large, strict=True))


@pytest.mark.parametrize("dtype", [np.uint8, np.float64])
@pytest.mark.parametrize("kind", SCALINGS)
def test_nothing_that_grows_with_the_batch_is_allocated_after_the_first_call(dtype: type, kind: str) -> None:
    x: NDArray[Any] = _RNG.integers(0, 256, (600, 784)).astype(dtype)
    batches = Batches(x, np.zeros(600, np.int64), np.arange(600), fit_scaling(kind, x, 255), "float32")
    order = _RNG.permutation(600)[:256]
    batches.gather(order)
    tracemalloc.start()
    try:
        batches.gather(order)
        batches.gather(order[:100])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # A batch is 800,000 bytes; NumPy's ufuncs take a buffer of 8,192 numbers whatever the size.
    assert peak < 50_000


@pytest.mark.parametrize("source", [_BYTES, _FLOATS], ids=["bytes", "floats"])
def test_evaluating_does_not_touch_the_gathered_batch(source: NDArray[Any]) -> None:
    batches = _batches(source)
    x, y = batches.gather(np.array([5, 2, 9]))
    before = x.copy(), y.copy()
    chunks = list(batches.chunks(4))
    np.testing.assert_array_equal(x, before[0])
    np.testing.assert_array_equal(y, before[1])
    assert not any(np.shares_memory(x, chunk) for chunk, _ in chunks)


def test_two_evaluations_at_once_do_not_disturb_each_other() -> None:
    batches = _batches()
    one, other = batches.chunks(4), batches.chunks(4)
    x, _ = next(one)
    before = x.copy()
    next(other)
    next(other)
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize("source", [_BYTES, _FLOATS], ids=["bytes", "floats"])
def test_writing_into_a_batch_does_not_reach_the_data(source: NDArray[Any]) -> None:
    batches = _batches(source)
    order = np.arange(11)
    before = batches.gather(order)[0].copy()
    batches.gather(order)[0][:] = 99
    np.testing.assert_array_equal(batches.gather(order)[0], before)


@pytest.mark.parametrize("number", [-1, 11, 2**62])
def test_a_row_number_outside_the_part_is_an_error(number: int) -> None:
    with pytest.raises(IndexError, match=r"outside 0\.\.10"):
        _batches().gather(np.array([0, number]))


def test_an_empty_part_has_no_chunks() -> None:
    nothing = np.empty(0, np.int64)
    batches = Batches(_BYTES, _CLASSES, nothing, fit_scaling("pixel", _BYTES, 255), "float32")
    assert batches.examples == 0
    assert list(batches.chunks(8)) == []
    assert batches.gather(nothing)[0].shape == (0, 7)


def test_the_part_knows_its_size() -> None:
    assert _batches().examples == len(_PART)


def test_a_number_that_does_not_fit_the_precision_is_refused_at_once() -> None:
    x = np.array([[1e39], [2.0]])
    with pytest.raises(DataError, match="Input column 1 has a number too large for float32"):
        Batches(x, np.array([0, 1]), np.array([0]), Scaling("none", np.zeros(1), np.ones(1)), "float32")
    assert (
        Batches(x, np.array([0, 1]), np.array([1]), Scaling("none", np.zeros(1), np.ones(1)), "float32").examples == 1
    )


@pytest.mark.parametrize("odd", [np.nan, np.inf, 1e300])
def test_what_is_no_number_in_an_array_that_stays_as_it_is_has_its_row_named(
    odd: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "_KEPT_BYTES", 0)
    x = np.arange(20.0).reshape(10, 2)
    x[7, 1] = odd
    scaling = Scaling("none", np.zeros(2), np.ones(2))
    batches = Batches(x, np.zeros(10, np.int64), np.array([2, 7, 9]), scaling, "float32")
    batches.gather(np.array([0, 2]))
    for read in (lambda: batches.gather(np.array([0, 1])), lambda: list(batches.chunks(3))):
        with pytest.raises(DataError, match=rf"^Row 8, input column 2: found {re.escape(f'{odd:g}')}, which is not"):
            read()

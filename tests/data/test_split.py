"""A split covers every row once, keeps copies together and meets the shares within each class."""

import math
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from lab.data.errors import DataError
from lab.data.sources import load_source
from lab.data.split import Split, split_rows

Shares = tuple[float, float, float]


@st.composite
def _shares(draw: st.DrawFn) -> Shares:
    parts = [draw(st.integers(1, 9)), draw(st.integers(0, 9)), draw(st.integers(0, 9))]
    return parts[0] / sum(parts), parts[1] / sum(parts), parts[2] / sum(parts)


@st.composite
def _tables(draw: st.DrawFn) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Tables of small whole numbers, so that copies and copies with another class are common."""
    pair = st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 2))
    rows = np.array(draw(st.lists(pair, min_size=6, max_size=80)))
    return rows[:, :2].astype(np.float64), rows[:, 2]


def _parts(split: Split) -> tuple[NDArray[np.int64], ...]:
    return split.train, split.validation, split.test


def _split(x: NDArray[Any], y: NDArray[np.int64], shares: Shares, seed: int = 0) -> Split:
    return split_rows(x, y, shares, np.random.default_rng(seed), ("cat", "dog", "horse"))


def _different_rows(x: NDArray[Any], y: NDArray[np.int64]) -> Counter[int]:
    """Count each class's different rows, a row with two classes under the one it has first."""
    first: dict[tuple[float, ...], int] = {}
    for row, label in zip(x.tolist(), y.tolist(), strict=True):
        first.setdefault(tuple(row), label)
    return Counter(first.values())


def _splits_or_is_refused(x: NDArray[Any], y: NDArray[np.int64], shares: Shares) -> Split:
    """Split, after checking that it is refused exactly where a class has fewer different rows than parts."""
    different = _different_rows(x, y)
    parts = sum(share > 0 for share in shares)
    if min(different[label] for label in range(3)) < parts:
        with pytest.raises(DataError):
            _split(x, y, shares)
        assume(False)
    return _split(x, y, shares)


@given(table=_tables(), shares=_shares())
def test_every_row_is_in_exactly_one_part(table: tuple[NDArray[np.float64], NDArray[np.int64]], shares: Shares) -> None:
    split = _splits_or_is_refused(*table, shares)
    assert sorted(np.concatenate(_parts(split)).tolist()) == list(range(len(table[0])))
    for rows, share in zip(_parts(split), shares, strict=True):
        assert rows.dtype == np.int64
        assert np.all(np.diff(rows) > 0)
        assert (len(rows) > 0) == (share > 0)


@given(table=_tables(), shares=_shares())
def test_copies_of_a_row_never_lie_in_two_parts(
    table: tuple[NDArray[np.float64], NDArray[np.int64]], shares: Shares
) -> None:
    x, y = table
    split = _splits_or_is_refused(x, y, shares)
    seen: list[set[tuple[float, ...]]] = [{tuple(row) for row in x[rows].tolist()} for rows in _parts(split)]
    assert sum(map(len, seen)) == len(set.union(*seen))


@given(table=_tables(), shares=_shares())
def test_with_copies_a_class_misses_its_share_by_no_more_than_two_of_its_largest_groups(
    table: tuple[NDArray[np.float64], NDArray[np.int64]], shares: Shares
) -> None:
    x, y = table
    split = _splits_or_is_refused(x, y, shares)
    # A row with two classes counts under the first of them.
    first: dict[tuple[float, ...], int] = {}
    label = np.array([first.setdefault(tuple(row), int(c)) for row, c in zip(x.tolist(), y, strict=True)])
    for number in range(3):
        mine = np.flatnonzero(label == number)
        largest = max(Counter(map(tuple, x[mine].tolist())).values())
        for rows, share in zip(_parts(split), shares, strict=True):
            assert abs(np.isin(mine, rows).sum() - share * len(mine)) <= 2 * largest + 1


@given(counts=st.lists(st.integers(30, 60), min_size=2, max_size=8), shares=_shares(), seed=st.integers(0, 2**32))
def test_without_copies_a_class_meets_its_share_up_to_rounding(counts: list[int], shares: Shares, seed: int) -> None:
    y = np.repeat(np.arange(len(counts)), counts)
    x, names = np.arange(len(y), dtype=np.float64)[:, None], "abcdefgh"[: len(counts)]
    split = split_rows(x, y, shares, np.random.default_rng(seed), names)
    for rows, share in zip(_parts(split), shares, strict=True):
        for label, total in enumerate(counts):
            # A share that is a whole number of rows, but for its last bits, is met exactly.
            ideal = round(share * total, 6)
            assert np.count_nonzero(y[rows] == label) in (math.floor(ideal), math.ceil(ideal))


def test_a_share_that_is_a_whole_number_of_rows_is_met_exactly_although_its_last_bits_are_below() -> None:
    assert 31 / 58 * 58 < 31
    y = np.array([0] * 42 + [1] * 58)
    shares = (31 / 58, 0.1, 0.9 - 31 / 58)
    split = split_rows(np.arange(100.0)[:, None], y, shares, np.random.default_rng(0), ("cat", "dog"))
    assert np.count_nonzero(y[split.train] == 1) == 31


@pytest.mark.parametrize(
    ("shares", "sizes"),
    [((0.7, 0.15, 0.15), [280, 60, 60]), ((0.75, 0.15, 0.1), [300, 60, 40]), ((0.5, 0.25, 0.25), [200, 100, 100])],
)
def test_the_parts_as_a_whole_keep_to_the_shares_although_each_class_is_rounded(
    shares: Shares, sizes: list[int]
) -> None:
    # 40 classes of 10 rows, in the first case ideally 7, 1.5 and 1.5: each rounded alone would make 280, 80, 40.
    y = np.repeat(np.arange(40), 10)
    names = [str(number) for number in range(40)]
    split = split_rows(np.arange(400.0)[:, None], y, shares, np.random.default_rng(0), names)
    assert [len(rows) for rows in _parts(split)] == sizes


def test_a_small_class_is_in_every_part_although_its_share_is_below_one_row() -> None:
    y = np.array([0] * 100 + [1] * 3)
    split = split_rows(np.arange(103.0)[:, None], y, (0.9, 0.05, 0.05), np.random.default_rng(0), ("a", "b"))
    assert [int(np.count_nonzero(y[rows])) for rows in _parts(split)] == [1, 1, 1]


@given(seed=st.integers(0, 2**32))
def test_the_same_seed_makes_the_same_split_and_another_seed_another(seed: int) -> None:
    x, y = np.arange(90.0)[:, None], np.arange(90) % 3
    shares = (0.6, 0.2, 0.2)
    one, again, other = _split(x, y, shares, seed), _split(x, y, shares, seed), _split(x, y, shares, seed + 1)
    for first, second in zip(_parts(one), _parts(again), strict=True):
        np.testing.assert_array_equal(first, second)
    assert one.test.tolist() != other.test.tolist()


def test_no_copy_of_a_test_image_is_among_the_training_images() -> None:
    data = load_source("animals")
    split = split_rows(data.x, data.y, (0.7, 0.15, 0.15), np.random.default_rng(3), data.class_names)
    images = [{row.tobytes() for row in data.x[rows]} for rows in _parts(split)]
    assert sum(map(len, images)) == len(set.union(*images)) == 10_000 - 284
    for rows, each in zip(_parts(split), (700, 150, 150), strict=True):
        assert np.bincount(data.y[rows]).tolist() == [each] * 10


def test_copies_with_different_classes_stay_together() -> None:
    x = np.array([[value] for value in range(20)] * 2, np.uint8)
    y = np.array([0] * 10 + [1] * 10 + [1] * 10 + [0] * 10)
    split = split_rows(x, y, (0.5, 0.25, 0.25), np.random.default_rng(0), ("cat", "dog"))
    for rows in _parts(split):
        assert set(rows) == {(row + 20) % 40 for row in rows}


def test_minus_zero_and_zero_are_copies() -> None:
    x = np.array([[0.0], [-0.0], [1.0], [2.0], [3.0]])
    for seed in range(20):
        split = split_rows(x, np.array([0, 0, 0, 1, 1]), (0.5, 0.5, 0), np.random.default_rng(seed), "ab")
        assert {0, 1} <= set(split.train) or {0, 1} <= set(split.validation)


def test_rows_that_are_not_contiguous_split_as_their_copy_does() -> None:
    x, y = np.arange(180.0).reshape(90, 2)[:, ::-1], np.arange(90) % 3
    here, there = (_split(each, y, (0.5, 0.3, 0.2)) for each in (x, x.copy()))
    np.testing.assert_array_equal(here.test, there.test)


@pytest.mark.parametrize(
    "shares",
    [
        (0.0, 0.5, 0.5),
        (1.2, -0.1, -0.1),
        (0.7, 0.2, 0.2),
        (0.5, 0.2, 0.2),
        (math.nan, 0.5, 0.5),
        (0.5, math.nan, 0.5),
    ],
)
def test_shares_that_are_no_shares_are_refused(shares: Shares) -> None:
    with pytest.raises(DataError) as caught:
        _split(np.arange(9.0)[:, None], np.arange(9) % 3, shares)
    found = ", ".join(f"{share:g}" for share in shares)
    assert str(caught.value).startswith(f"The split is [{found}]; the shares of train, validation and test must sum")


def test_shares_may_miss_a_sum_of_one_by_a_millionth() -> None:
    split = _split(np.arange(9.0)[:, None], np.arange(9) % 3, (0.3333333, 0.3333333, 0.3333333))
    assert [len(rows) for rows in _parts(split)] == [3, 3, 3]


def test_a_single_class_is_refused_by_name() -> None:
    with pytest.raises(DataError, match="has 9 examples, all of the class 'dog'; a network needs at least two"):
        _split(np.arange(9.0)[:, None], np.ones(9, np.int64), (0.7, 0.15, 0.15))


def test_no_examples_at_all_are_refused() -> None:
    with pytest.raises(DataError, match="has 0 examples, so there is no class"):
        _split(np.empty((0, 2)), np.empty(0, np.int64), (0.7, 0.15, 0.15))


def test_a_class_with_too_few_different_rows_is_refused_with_its_count_and_the_remedy() -> None:
    x = np.array([[0], [1], [2], [3], [3], [3], [4], [5], [6], [7]], np.uint8)
    y = np.array([0, 0, 0, 1, 1, 1, 1, 2, 2, 2])
    with pytest.raises(DataError) as caught:
        _split(x, y, (0.6, 0.2, 0.2))
    assert str(caught.value) == (
        "The class 'dog' has 2 different examples (of 4, copies left out), too few for one in each of train, "
        "validation, test; add examples of it, leave the class out, or set a share to 0."
    )
    assert len(_split(x, y, (0.5, 0.5, 0.0)).test) == 0


def test_a_table_with_few_different_rows_is_refused_rather_than_split_into_empty_parts() -> None:
    x = np.tile(np.array([[0.0], [1.0], [2.0]]), (50, 1))
    with pytest.raises(DataError, match=r"'cat' has 1 different examples \(of 50, copies left out\)"):
        _split(x, np.tile(np.arange(3), 50), (0.7, 0.15, 0.15))

"""A split covers every row once, keeps copies together and meets the shares within each class."""

import math
import tracemalloc
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from lab.data.errors import DataError
from lab.data.sets.sources import SOURCES, load_source
from lab.data.subsets.split import Split, split_rows

Shares = tuple[float, float, float]


@st.composite
def _shares(draw: st.DrawFn) -> Shares:
    parts = [draw(st.integers(1, 9)), draw(st.integers(0, 9)), draw(st.integers(0, 9))]
    return parts[0] / sum(parts), parts[1] / sum(parts), parts[2] / sum(parts)


@st.composite
def _tables(draw: st.DrawFn) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Tables of small whole numbers, so that copies and copies with another class are common."""
    pair = st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 2))
    # Mostly each class has rows of its own for every part.
    own = [(number, 9 + label, label) for number in range(3) for label in range(3)]
    rows = np.array(draw(st.lists(pair, min_size=6, max_size=80)) + draw(st.sampled_from([own, own, own, []])))
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


def _row_by_row(x: NDArray[Any], y: NDArray[np.int64], shares: Shares, seed: int) -> list[int]:
    """Return the part of every row as the rules say, one group after the other, in exact fractions."""
    groups: dict[bytes, list[int]] = {}
    for row, values in enumerate(x + np.zeros((), x.dtype)):
        groups.setdefault(values.tobytes(), []).append(row)
    rows = list(groups.values())
    order = np.random.default_rng(seed).permutation(len(rows))
    exact = [Fraction(share).limit_denominator(1000) for share in shares]
    assert sum(exact) == 1
    part, owed = [0] * len(x), [Fraction(0)] * 3
    for label in range(int(y.max()) + 1):
        mine = sorted((rows[group] for group in order if y[rows[group][0]] == label), key=len, reverse=True)
        ideal = [share * sum(map(len, mine)) for share in exact]
        lacking = [math.floor(count) for count in ideal]
        rest = [count - whole + late if count > whole else -math.inf
                for count, whole, late in zip(ideal, lacking, owed, strict=True)]  # fmt: skip
        for number in sorted(range(3), key=rest.__getitem__, reverse=True)[: int(sum(ideal)) - sum(lacking)]:
            lacking[number] += 1
        empty = {number for number in range(3) if shares[number] > 0}
        owed = [late + count for late, count in zip(owed, ideal, strict=True)]
        for left, group in zip(range(len(mine), 0, -1), mine, strict=True):
            chosen = max(sorted(empty) if left <= len(empty) else range(3), key=lacking.__getitem__)
            empty.discard(chosen)
            lacking[chosen] -= len(group)
            owed[chosen] -= len(group)
            for row in group:
                part[row] = chosen
    return part


def _part_of_rows(split: Split) -> list[int]:
    part = np.empty(sum(map(len, _parts(split))), np.int64)
    for number, rows in enumerate(_parts(split)):
        part[rows] = number
    return part.tolist()


@pytest.mark.parametrize("name", [name for name in SOURCES if not load_source(name).is_regression])
def test_the_bundled_sets_are_shared_out_group_by_group(name: str) -> None:
    data = load_source(name)
    for seed, shares in enumerate([(0.7, 0.15, 0.15), (0.8, 0.1, 0.1), (0.5, 0.5, 0.0)]):
        split = split_rows(data.x, data.y, shares, np.random.default_rng(seed), data.class_names)
        assert _part_of_rows(split) == _row_by_row(data.x, data.y, shares, seed)


def _groups_of_classes(*sizes: tuple[int, ...]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return for each class groups of so many copies of a row; no two groups have the same row."""
    groups = [(size, label) for label, its in enumerate(sizes) for size in its]
    x = np.repeat(np.arange(len(groups), dtype=np.float64), [size for size, _ in groups])
    return x[:, None], np.repeat([label for _, label in groups], [size for size, _ in groups])


@given(table=_tables(), shares=_shares(), seed=st.integers(0, 99))
# In both, two parts are owed the same but for the last bits of 3/7; 15 rows, and 21 with copies.
@example(table=_groups_of_classes((1,) * 6, (1,) * 4, (1,) * 5), shares=(1 / 7, 3 / 7, 3 / 7), seed=0)
@example(table=_groups_of_classes((4, 4, 1, 1, 1), (1, 3, 1), (1, 1, 3)), shares=(1 / 7, 3 / 7, 3 / 7), seed=0)
def test_any_table_is_shared_out_group_by_group(
    table: tuple[NDArray[np.float64], NDArray[np.int64]], shares: Shares, seed: int
) -> None:
    x, y = table
    _splits_or_is_refused(x, y, shares)
    assert _part_of_rows(_split(x, y, shares, seed)) == _row_by_row(x, y, shares, seed)


@pytest.mark.parametrize("dtype", ["u1", "i8", "f2", "f4", "f8", ">f8", "?"])
@pytest.mark.parametrize("width", [1, 3, 8, 11])
def test_copies_are_found_in_rows_of_any_type_and_width(dtype: str, width: int) -> None:
    x = (np.arange(40)[:, None] >> np.arange(width) & 1).astype(dtype)
    different = {row.tobytes() for row in x}
    split = split_rows(x, np.empty((40, 1)), (0.5, 0.5, 0.0), np.random.default_rng(0), ())
    seen = [{row.tobytes() for row in x[rows]} for rows in _parts(split)]
    assert sum(map(len, seen)) == len(different) == 2 ** min(width, 6) - (24 if width >= 6 else 0)


def test_rows_that_differ_in_one_bit_anywhere_are_no_copies() -> None:
    x = np.zeros((784 * 8 + 1, 784), np.uint8)
    x[np.arange(784 * 8), np.arange(784 * 8) // 8] = 1 << np.arange(784 * 8) % 8
    shares = (0.5, 0.5, 0.0)
    split = split_rows(x, np.arange(len(x)) % 2, shares, np.random.default_rng(0), "ab")
    assert _part_of_rows(split) == _row_by_row(x, np.arange(len(x)) % 2, shares, 0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_small_whole_numbers_as_floats_are_told_apart(dtype: type) -> None:
    # Nearly all bits of such floats are 0.
    x = np.stack(np.meshgrid(*[np.arange(12)] * 4), axis=-1).reshape(-1, 4).astype(dtype)
    split = split_rows(x, np.empty((len(x), 1)), (0.5, 0.5, 0.0), np.random.default_rng(0), ())
    assert [len(rows) for rows in _parts(split)] == [len(x) // 2, len(x) // 2, 0]


def test_gaps_are_copies_of_one_another_whatever_their_bits() -> None:
    x = np.array([[1, np.nan], [1, -np.nan], [2, np.nan], [1, 2], [3, 3]])
    assert x[0].tobytes() != x[1].tobytes()
    for seed in range(20):
        split = split_rows(x, np.array([0, 0, 0, 1, 1]), (0.5, 0.5, 0), np.random.default_rng(seed), "ab")
        assert {0, 1} <= set(split.train) or {0, 1} <= set(split.validation)
        assert np.isnan(x[1, 1])


def test_rows_in_a_file_are_shared_out_as_those_in_memory(tmp_path: Path) -> None:
    x, y = np.random.default_rng(0).integers(0, 2, (600, 9), np.uint8), np.arange(600) % 3
    np.save(tmp_path / "x.npy", x)
    stored = np.load(tmp_path / "x.npy", mmap_mode="r")
    shares = (0.5, 0.3, 0.2)
    assert _part_of_rows(_split(stored, y, shares)) == _part_of_rows(_split(x, y, shares))


def test_sharing_out_takes_little_memory_beside_the_rows() -> None:
    x = np.random.default_rng(0).integers(0, 256, (60_000, 784), np.uint8)
    tracemalloc.start()
    _split(x, np.arange(60_000) % 3, (0.7, 0.15, 0.15))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < x.nbytes / 2


@given(table=_tables(), shares=_shares(), seed=st.integers(0, 99))
def test_not_stratified_only_the_parts_as_a_whole_meet_their_shares(
    table: tuple[NDArray[np.float64], NDArray[np.int64]], shares: Shares, seed: int
) -> None:
    x, y = table
    parts = sum(share > 0 for share in shares)
    expected = _row_by_row(x, np.zeros(len(x), np.int64), shares, seed)
    taught = y[np.array(expected) == 0]
    if len(set(map(tuple, x.tolist()))) < parts or len(set(taught.tolist())) < 2:
        with pytest.raises(DataError, match=r"different examples|all of the class"):
            split_rows(x, y, shares, np.random.default_rng(seed), ("a", "b", "c"), stratified=False)
        return
    split = split_rows(x, y, shares, np.random.default_rng(seed), ("a", "b", "c"), stratified=False)
    # To leave the classes out of it is to share out one class.
    assert _part_of_rows(split) == expected
    largest = max(Counter(map(tuple, x.tolist())).values())
    for rows, share in zip(_parts(split), shares, strict=True):
        assert (len(rows) > 0) == (share > 0)
        assert abs(len(rows) - share * len(x)) <= 2 * largest + 1


def test_target_numbers_are_shared_out_without_classes_and_copies_stay_together() -> None:
    x = np.repeat(np.arange(50.0), 2)[:, None]
    split = split_rows(x, np.arange(200.0).reshape(100, 2), (0.6, 0.2, 0.2), np.random.default_rng(0), ())
    assert [len(rows) for rows in _parts(split)] == [60, 20, 20]
    for rows in _parts(split):
        assert {row ^ 1 for row in rows.tolist()} == set(rows.tolist())


def test_too_few_different_rows_for_the_parts_are_refused() -> None:
    x = np.tile(np.array([[1.0], [2.0]]), (700, 1))
    complaint = (
        "The data has 2 different examples (of 1,400, copies left out), too few for one in each of train, "
        "validation, test; add examples, or set a share to 0."
    )
    for y, names in ((np.arange(1400.0)[:, None], ()), (np.arange(1400) % 2, ("cat", "dog"))):
        with pytest.raises(DataError) as caught:
            split_rows(x, y, (0.6, 0.2, 0.2), np.random.default_rng(0), names, stratified=False)
        assert str(caught.value) == complaint
    with pytest.raises(DataError, match="The data has 0 different examples, too few"):
        split_rows(x[:0], np.empty((0, 1)), (0.6, 0.2, 0.2), np.random.default_rng(0), ())


def test_training_rows_of_a_single_class_are_refused_although_the_data_has_two() -> None:
    y = np.array([0] * 99 + [1])
    found: set[object] = set()
    for seed in range(20):
        try:
            split = split_rows(
                np.arange(100.0)[:, None], y, (0.5, 0.25, 0.25), np.random.default_rng(seed), ("cat", "dog"), False
            )
            found.add(99 in split.train)
        except DataError as error:
            found.add(str(error))
    assert found == {
        True,
        "The 50 training rows are all of the class 'cat'; choose a stratified split, another seed or a larger share "
        "of train.",
    }


def test_a_single_class_is_refused_too_when_not_stratified() -> None:
    x, y, rng = np.arange(9.0)[:, None], np.ones(9, np.int64), np.random.default_rng(0)
    with pytest.raises(DataError, match="has 9 examples, all of the class 'dog'; a network needs at least two"):
        split_rows(x, y, (1, 0, 0), rng, ["cat", "dog"], stratified=False)

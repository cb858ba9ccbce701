"""The split into train, validation and test: stratified or not, and no copy of a row in two parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.data.errors import DataError, quoted
from lab.data.file_watch import FileWatch

SUBSETS = ("train", "validation", "test")

_CHUNK_BYTES = 1 << 22
# Any numbers would do that have nothing to do with the data; a fixed seed makes them the same for ever.
_HASH_SEED = 20_250_704


@dataclass(frozen=True, eq=False)
class Split:
    """Row numbers of each part, ascending; together they are every row once."""

    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    test: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Groups:
    """Rows with the same x: `of_row` (N,) numbers their groups; first and size are (groups,)."""

    of_row: NDArray[np.int64]
    first: NDArray[np.int64]
    size: NDArray[np.int64]


def split_rows(
    x: NDArray[Any],
    y: NDArray[Any],
    shares: tuple[float, float, float],
    rng: np.random.Generator,
    class_names: Sequence[str],
    stratified: bool = True,
    watch: FileWatch | None = None,
) -> Split:
    """Deal the rows of `x` (N, n) to three parts that meet the shares as nearly as they can.

    Rows with the same x stay together. Stratified, each class of y (N,) meets the shares by itself and comes at
    least once in every part whose share is above 0; a group counts under the class of its first row. Not
    stratified, and for the target numbers y (N, k) of a regression, only the parts as a whole do. `watch` is asked
    before anything is read from an x that lies in a file.
    Raises DataError for shares that are not valid, a single class, too few different rows (of a class), or
    training rows of a single class, and where the file of x is no longer what it was.
    """
    _check_shares(shares)
    by_class = stratified and y.ndim == 1
    groups = _group(x, watch)
    label = y[groups.first] if by_class else np.zeros(len(groups.first), np.int64)
    if y.ndim == 1:
        _check_two_classes(y, class_names)
    if by_class:
        _check_each_class(y, label, shares, class_names)
    else:
        _check_enough(len(y), len(label), shares)
    part = _deal(label, groups.size, np.array(shares) / sum(shares), rng)[groups.of_row]
    train, validation, test = (np.flatnonzero(part == number) for number in range(len(SUBSETS)))
    if y.ndim == 1:
        _check_train(y[train], class_names)
    return Split(train, validation, test)


def _check_shares(shares: tuple[float, float, float]) -> None:
    # Written so that NaN fails: a comparison with it is false.
    signs_fit = shares[0] > 0 and shares[1] >= 0 and shares[2] >= 0
    if not (signs_fit and abs(sum(shares) - 1) <= 1e-6):
        found = ", ".join(f"{share:g}" for share in shares)
        raise DataError(
            f"The split is [{found}]; the shares of train, validation and test must sum to 1, "
            "train above 0 and the others 0 or more."
        )


def _check_two_classes(y: NDArray[np.int64], class_names: Sequence[str]) -> None:
    if len(y) == 0 or (y == y[0]).all():
        only = f"all of the class {quoted(class_names[int(y[0])])}" if len(y) else "so there is no class"
        raise DataError(f"The data has {len(y):,} examples, {only}; a network needs at least two classes.")


def _check_each_class(
    y: NDArray[np.int64], label: NDArray[np.int64], shares: tuple[float, float, float], class_names: Sequence[str]
) -> None:
    examples = np.bincount(y, minlength=len(class_names))
    different = np.bincount(label, minlength=len(class_names))
    wanted = _wanted(shares)
    for name, total, count in zip(class_names, examples, different, strict=True):
        if count < len(wanted):
            raise DataError(
                f"The class {quoted(name)} has {_counted(count, total)}, too few for one in each "
                f"of {', '.join(wanted)}; add examples of it, leave the class out, or set a share to 0."
            )


def _check_enough(examples: int, different: int, shares: tuple[float, float, float]) -> None:
    wanted = _wanted(shares)
    if different < len(wanted):
        raise DataError(
            f"The data has {_counted(different, examples)}, too few for one in each "
            f"of {', '.join(wanted)}; add examples, or set a share to 0."
        )


def _check_train(y: NDArray[np.int64], class_names: Sequence[str]) -> None:
    """Only a split that is not stratified can fail here."""
    if (y == y[0]).all():
        raise DataError(
            f"The {len(y):,} training rows are all of the class {quoted(class_names[int(y[0])])}; "
            "choose a stratified split, another seed or a larger share of train."
        )


def _wanted(shares: tuple[float, float, float]) -> list[str]:
    return [name for name, share in zip(SUBSETS, shares, strict=True) if share > 0]


def _counted(different: int, examples: int) -> str:
    copies = f" (of {examples:,}, copies left out)" if examples > different else ""
    return f"{different} different examples{copies}"


def _group(x: NDArray[Any], watch: FileWatch | None) -> _Groups:
    """Find the rows that are copies of one another, and number their groups in the order of their first rows."""
    one, other = _hashes(x, watch).T
    order = np.lexsort((other, one))
    begins = np.ones(len(order), np.bool_)
    begins[1:] = (np.diff(one[order]) != 0) | (np.diff(other[order]) != 0)
    # The sort is stable: where a group begins stands the first of its rows.
    starts = order[begins]
    number = np.empty(len(starts), np.int64)
    number[np.argsort(starts)] = np.arange(len(starts))
    of_row = np.empty(len(order), np.int64)
    of_row[order] = number[np.cumsum(begins) - 1]
    return _Groups(of_row, np.sort(starts), np.bincount(of_row, minlength=len(starts)))


def _hashes(x: NDArray[Any], watch: FileWatch | None) -> NDArray[np.uint64]:
    """Return two multilinear hashes of every row, (N, 2), reading a few megabytes at a time.

    D. Lemire and O. Kaser, Strongly universal string hashing is fast, 2014. Two rows that differ have the same
    pair about once in 2**64 at worst; that would keep them in one part, and do no other harm.
    """
    words = -(-x.shape[1] * x.itemsize // 8)
    factors = np.random.default_rng(_HASH_SEED).integers(0, 2**64, (words, 2), np.uint64, endpoint=False) | 1
    hashes = np.empty((len(x), 2), np.uint64)
    rows = max(1, _CHUNK_BYTES // max(8, 8 * words))
    for start in range(0, len(x), rows):
        if watch is not None:
            watch.check()
        chunk = _words(x[start : start + rows], words)
        # A float's last bits are mostly 0, and a product keeps them so: they take what the first bits know.
        chunk ^= chunk >> np.uint64(32)
        for number in range(2):
            hashes[start : start + len(chunk), number] = chunk @ factors[:, number]
    return hashes


def _words(x: NDArray[Any], words: int) -> NDArray[np.uint64]:
    """Return rows as their bytes in a new (rows, words) array, such that equal rows have equal bytes."""
    if x.dtype.kind == "f":
        x = x + 0.0  # -0.0 equals 0.0 and becomes it here
        x[np.isnan(x)] = np.nan  # a gap is a gap, whatever its bits
    width = x.shape[1] * x.itemsize
    padded = np.zeros((len(x), 8 * words), np.uint8)
    padded[:, :width] = np.ascontiguousarray(x).view(np.uint8).reshape(len(x), width)
    return padded.view(np.uint64)


def _deal(
    label: NDArray[np.int64], size: NDArray[np.int64], shares: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return the part of every group, (groups,), each label by itself."""
    part = np.empty(len(label), np.int64)
    order = rng.permutation(len(part))
    order = order[np.argsort(label[order], kind="stable")]
    owed = np.zeros(len(shares))
    for its in np.split(order, np.cumsum(np.bincount(label))[:-1]):
        # Large groups first: what they leave uneven, single rows can still even out.
        mine = its[np.argsort(-size[its], kind="stable")]
        sizes = size[mine]
        ideal = shares * sizes.sum()
        part[mine] = _fill(sizes, _whole_quotas(ideal, owed), shares > 0)
        owed += ideal - np.bincount(part[mine], weights=sizes, minlength=len(shares))
    return part


def _whole_quotas(ideal: NDArray[np.float64], owed: NDArray[np.float64]) -> NDArray[np.int64]:
    """Round one class's ideal counts to whole ones of the same sum, each up or down by less than 1.

    Those that the classes before left furthest below their share are rounded up, so that the
    parts as a whole keep to the shares too; of two that are equally far below, the first.
    """
    quotas = np.floor(ideal + 1e-9).astype(np.int64)
    missing = round(float(ideal.sum())) - int(quotas.sum())
    # A quota that is whole already stays so, else a share of 0 could get a row.
    rest = np.where(ideal - quotas > 1e-9, ideal - quotas + owed, -np.inf)
    # Rounded, because the last bits of shares such as 3/7 must not decide between two parts that are owed the same.
    quotas[np.argsort(-np.round(rest, 9), kind="stable")[:missing]] += 1
    return quotas


def _fill(sizes: NDArray[np.int64], quotas: NDArray[np.int64], wanted: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Put each group, the largest first, into the part that lacks most, and leave no wanted part without one."""
    lacking = quotas.copy()
    empty = {int(number) for number in np.flatnonzero(wanted)}
    parts = np.empty(len(sizes), np.int64)
    large = int(np.count_nonzero(sizes > 1))
    # With more groups left than parts there is no need yet to look after the empty ones.
    last = max(large, len(sizes) - len(SUBSETS))
    _fill_singly(sizes, range(large), lacking, empty, parts)
    parts[large:last] = _most_lacking(lacking, last - large)
    empty -= set(parts[large:last].tolist())
    _fill_singly(sizes, range(last, len(sizes)), lacking, empty, parts)
    return parts


def _fill_singly(
    sizes: NDArray[np.int64], groups: range, lacking: NDArray[np.int64], empty: set[int], parts: NDArray[np.int64]
) -> None:
    """Fill `parts` for some groups, one after the other, and keep `lacking` and `empty` up to date."""
    still = lacking.tolist()
    for group, size in zip(groups, sizes[groups.start : groups.stop].tolist(), strict=True):
        candidates = empty if len(sizes) - group <= len(empty) else range(len(still))
        chosen = max(candidates, key=still.__getitem__)
        still[chosen] -= size
        empty.discard(chosen)
        parts[group] = chosen
    lacking[:] = still


def _most_lacking(lacking: NDArray[np.int64], singles: int) -> NDArray[np.int64]:
    """Return the parts that so many single rows go to, each to the part that lacks most, and take them off `lacking`.

    A part that lacks L is chosen at the levels L, L-1, …: the choices of all parts are merged by level, and of
    parts at one level the first comes first.
    """
    sums = np.cumsum(-np.sort(-lacking)) - singles
    # Down to this level the parts take as many rows as there are, or a few more.
    level = int((sums // np.arange(1, len(sums) + 1)).max())
    levels = [np.arange(most, level, -1) for most in lacking.tolist()]
    parts = np.repeat(np.arange(len(levels)), [len(each) for each in levels])
    parts = parts[np.argsort(-np.concatenate(levels), kind="stable")][:singles]
    lacking -= np.bincount(parts, minlength=len(lacking))
    return parts

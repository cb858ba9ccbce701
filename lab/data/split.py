"""The split into train, validation and test: stratified, and no copy of a row in two parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.data.errors import DataError, quoted

PARTS = ("train", "validation", "test")


@dataclass(frozen=True, eq=False)
class Split:
    """Row numbers of each part, ascending; together they are every row once."""

    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    test: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Groups:
    """Rows with the same x: `of_row` (N,) numbers their groups; label and size are (groups,)."""

    of_row: NDArray[np.int64]
    label: NDArray[np.int64]
    size: NDArray[np.int64]


def split_rows(
    x: NDArray[Any],
    y: NDArray[np.int64],
    shares: tuple[float, float, float],
    rng: np.random.Generator,
    class_names: Sequence[str],
) -> Split:
    """Deal the rows of `x` (N, n) to three parts so that each class meets the shares as nearly as it can.

    Rows with the same x stay together, counted under the class of the first of them. Every class
    comes at least once in every part whose share is above 0.
    Raises DataError for shares that are not valid, a single class, or a class with too few different rows.
    """
    _check_shares(shares)
    groups = _group(x, y)
    _check_classes(y, groups, shares, class_names)
    part = _deal(groups, np.array(shares) / sum(shares), rng)[groups.of_row]
    train, validation, test = (np.flatnonzero(part == number) for number in range(len(PARTS)))
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


def _check_classes(
    y: NDArray[np.int64], groups: _Groups, shares: tuple[float, float, float], class_names: Sequence[str]
) -> None:
    examples = np.bincount(y, minlength=len(class_names))
    different = np.bincount(groups.label, minlength=len(class_names))
    if np.count_nonzero(examples) < 2:
        only = f"all of the class {quoted(class_names[int(y[0])])}" if len(y) else "so there is no class"
        raise DataError(f"The data has {len(y):,} examples, {only}; a network needs at least two classes.")
    wanted = [name for name, share in zip(PARTS, shares, strict=True) if share > 0]
    for name, total, count in zip(class_names, examples, different, strict=True):
        if count < len(wanted):
            copies = f" (of {total:,}, copies left out)" if total > count else ""
            raise DataError(
                f"The class {quoted(name)} has {count} different examples{copies}, too few for one in each "
                f"of {', '.join(wanted)}; add examples of it, leave the class out, or set a share to 0."
            )


def _group(x: NDArray[Any], y: NDArray[np.int64]) -> _Groups:
    """Find the rows that are copies of one another by hashing their bytes."""
    if x.dtype.kind == "f":
        x = x + 0.0  # -0.0 equals 0.0 and becomes it here, so that equal rows have equal bytes
    data = np.ascontiguousarray(x).reshape(-1).view(np.uint8).data
    width = x.shape[1] * x.itemsize
    numbers: dict[bytes, int] = {}
    of_row = np.empty(len(x), np.int64)
    first: list[int] = []
    for row in range(len(x)):
        number = numbers.setdefault(data[row * width : (row + 1) * width].tobytes(), len(first))
        if number == len(first):
            first.append(row)
        of_row[row] = number
    return _Groups(of_row, y[np.array(first, np.int64)], np.bincount(of_row, minlength=len(first)))


def _deal(groups: _Groups, shares: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Return the part of every group, (groups,)."""
    part = np.empty(len(groups.label), np.int64)
    order = rng.permutation(len(part))
    owed = np.zeros(len(shares))
    for label in range(int(groups.label.max()) + 1):
        mine = order[groups.label[order] == label]
        # Large groups first: what they leave uneven, single rows can still even out.
        mine = mine[np.argsort(-groups.size[mine], kind="stable")]
        ideal = shares * groups.size[mine].sum()
        part[mine] = _fill(groups.size[mine].tolist(), _whole_quotas(ideal, owed), shares > 0)
        owed += ideal - np.bincount(part[mine], weights=groups.size[mine], minlength=len(shares))
    return part


def _whole_quotas(ideal: NDArray[np.float64], owed: NDArray[np.float64]) -> NDArray[np.int64]:
    """Round one class's ideal counts to whole ones of the same sum, each up or down by less than 1.

    Those that the classes before left furthest below their share are rounded up, so that the
    parts as a whole keep to the shares too.
    """
    quotas = np.floor(ideal + 1e-9).astype(np.int64)
    missing = round(float(ideal.sum())) - int(quotas.sum())
    # A quota that is whole already stays so, else a share of 0 could get a row.
    rest = np.where(ideal - quotas > 1e-9, ideal - quotas + owed, -np.inf)
    quotas[np.argsort(-rest, kind="stable")[:missing]] += 1
    return quotas


def _fill(sizes: list[int], quotas: NDArray[np.int64], wanted: NDArray[np.bool_]) -> list[int]:
    """Put each group into the part that lacks most, and leave no wanted part without one."""
    lacking: list[int] = quotas.tolist()
    empty = {int(number) for number in np.flatnonzero(wanted)}
    parts = []
    for left, size in zip(range(len(sizes), 0, -1), sizes, strict=True):
        candidates = empty if left <= len(empty) else range(len(lacking))
        chosen = max(candidates, key=lacking.__getitem__)
        lacking[chosen] -= size
        empty.discard(chosen)
        parts.append(chosen)
    return parts

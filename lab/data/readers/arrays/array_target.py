"""An array of labels: class numbers and the names of the classes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.data.errors import DataError, quoted

MOST_CLASSES = 1000
_LAST_CHARACTER = 0x10FFFF
_SURROGATES = (0xD800, 0xDFFF)


def classes_of(labels: NDArray[Any], where: str) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Return the class number of every row, (N,), and the sorted names of the classes that occur.

    `labels` are (N,) or (N, 1) whole numbers, truth values or texts, or (N, c) one-hot rows, whose classes are
    the numbers of their columns from 0. `where` names them in sentences.
    Raises DataError where they name no classes or more than 1,000.
    """
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim == 2 and labels.dtype.kind in "biuf":
        labels = _of_one_hot(labels, where)
    if labels.ndim != 1:
        raise DataError(
            f"{where} has the shape {labels.shape}; labels are (N,), one for each row, or one-hot rows (N, c)."
        )
    if labels.dtype.kind == "f":
        labels = _whole(labels, where)
    elif labels.dtype.kind in "US":
        labels = _texts(labels, where)
    elif labels.dtype.kind not in "biu":
        raise DataError(
            f"{where} holds {quoted(str(labels.dtype))} values; labels are whole numbers, truth values or texts."
        )
    found, y = np.unique(labels, return_inverse=True)
    if len(found) > MOST_CLASSES:
        raise DataError(
            f"{where} has {len(found):,} different labels in {len(labels):,} rows, and a set has at most "
            f"{MOST_CLASSES:,} classes; put a number to be predicted into the table as one more column."
        )
    return y.astype(np.int64, copy=False), tuple(str(label) for label in found.tolist())


def are_fractions(labels: NDArray[Any]) -> bool:
    """Whether labels are numbers to predict: finite, one for each row, and some of them no whole numbers."""
    if labels.dtype.kind != "f" or labels.ndim not in (1, 2) or labels.shape[1:] not in ((), (1,)):
        return False
    return bool(np.isfinite(labels).all()) and bool((labels != np.rint(labels)).any())


def _of_one_hot(labels: NDArray[Any], where: str) -> NDArray[np.int64]:
    """Return the number of the column that is 1, (N,)."""
    wrong = ((labels != 0) & (labels != 1)).any(axis=1) | (np.count_nonzero(labels, axis=1) != 1)
    if wrong.any():
        raise DataError(
            f"{where}, row {int(wrong.argmax()) + 1:,}: labels of the shape {labels.shape} are one-hot, so a row "
            "has a single 1 among zeros; correct the row, or put numbers to be predicted into the table as columns."
        )
    return np.asarray(labels.argmax(axis=1), np.int64)


def _whole(labels: NDArray[Any], where: str) -> NDArray[np.int64]:
    with np.errstate(over="ignore", invalid="ignore"):
        labels = labels.astype(np.float64)
        # Written so that NaN fails: a comparison with it is false.
        fits = (np.abs(labels) < 2**53) & (labels == np.rint(labels))
    if not fits.all():
        row = int(np.argmin(fits))
        raise DataError(
            f"{where}, row {row + 1:,}: the label {labels[row]:g} is no whole number that could name a class; put "
            "a target of numbers into the table as one more column, and choose that column."
        )
    return labels.astype(np.int64)


def _texts(labels: NDArray[Any], where: str) -> NDArray[np.str_]:
    """Return the labels as texts that can be shown and written, or refuse them."""
    if labels.dtype.kind == "S":
        try:
            labels = np.char.decode(labels, "utf-8")
        except UnicodeDecodeError as error:
            raise DataError(
                f"{where} holds bytes that are no UTF-8 text; save the labels as texts or as whole numbers."
            ) from error
    # Code points as numbers: a file can hold some that no text may have.
    points = np.ascontiguousarray(labels).view(np.uint32).reshape(len(labels), -1)
    valid = (points <= _LAST_CHARACTER) & ((points < _SURROGATES[0]) | (points > _SURROGATES[1]))
    fits = valid.all(axis=1) & points.any(axis=1)
    if not fits.all():
        row = int(np.argmin(fits))
        found = "is empty" if valid[row].all() else "holds what is no character"
        raise DataError(f"{where}, row {row + 1:,}: the label {found}; give every row the name of its class.")
    return labels

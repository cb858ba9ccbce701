"""NumPy's files: a set as .npy files, which stay on disk, or as one .npz archive; never pickles."""

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.data.arrays import Arrays
from lab.data.errors import DataError, quoted, suggestion
from lab.data.readers.arrays.array_rows import LARGE, Named, assemble
from lab.data.readers.arrays.npy_header import read_npy_header
from lab.data.readers.arrays.npz_archive import NpzArchive, opened_npz
from lab.data.readers.bounded_read import map_bounded
from lab.data.readers.open_file import opened
from lab.data.readers.paired_files import pair_names
from lab.data.readers.zip_members import zip_members

# Parts of a set in one archive, by the words of their names; they are joined in this order.
_PARTS = {"train": 0, "val": 1, "valid": 1, "validation": 1, "test": 2}
_UNNAMED = ("arr_0", "arr_1")


def is_npy(path: Path, head: bytes) -> bool:
    """Tell one NumPy array."""
    return head.startswith(b"\x93NUMPY")


def is_npz(path: Path, head: bytes) -> bool:
    """Tell a zip archive with an array among its first members."""
    return any(name.endswith(b".npy") for name in zip_members(head))


def read_npy(path: Path) -> Arrays:
    """Map the inputs of a set, and read the labels from the file that is paired with it, where there is one.

    Either of the two may be named: X.npy and y.npy, NAME-images.npy and NAME-labels.npy, train_x.npy and
    train_y.npy, … Without a second file y is None, and any of the columns "column 1", … may be the target.
    Raises DataError where a file cannot be read or the two are no set.
    """
    path = Path(path)
    inputs, targets = _npy_pair(path)
    values = _map_npy(inputs)
    labels = None if targets is None else Named(_labels(targets), targets.name)
    return assemble(path, Named(values, inputs.name), labels, (inputs,))


def read_npz(path: Path) -> Arrays:
    """Read a set from an archive: x and y (or images and labels, …), or the parts x_train, y_train, x_test, y_test.

    An archive with a single array has no labels: y is None. A part for training and another are kept as the split.
    Raises DataError where the archive is damaged, could fill the memory, or holds no set.
    """
    path = Path(path)
    with opened_npz(path) as archive:
        pairs = _npz_pairs(path, archive.names)
        inputs, sizes = _joined(archive, [inputs for inputs, _ in pairs])
        targets = [targets for _, targets in pairs if targets is not None]
        labels = _joined(archive, targets)[0] if targets else None
    found = assemble(path, inputs, labels)
    parts = [_part(inputs) for inputs, _ in pairs]
    if 0 not in parts or len(set(parts)) < 2 or None in parts:
        return found
    counts = ", ".join(f"{size:,} in {quoted(pair[0])}" for size, pair in zip(sizes, pairs, strict=True))
    dealt = np.repeat(np.array(parts, np.int8), sizes)
    return replace(found, parts=dealt, notes=(*found.notes, f"Its arrays are kept as the split: {counts}."))


def _part(name: str) -> int | None:
    """Return which part of a set the name of an array tells; None where it tells none."""
    return next((_PARTS[word] for word in _words(name) if word in _PARTS), None)


def _npy_pair(path: Path) -> tuple[Path, Path | None]:
    """Return the file of the inputs and that of the labels."""
    for names in pair_names(path.name):
        inputs, targets = (path.with_name(name) for name in names)
        if os.path.isfile(targets if inputs == path else inputs):
            return inputs, targets
    return path, None


def _map_npy(path: Path) -> NDArray[Any]:
    with opened(path) as stream:
        header = read_npy_header(stream, os.fstat(stream.fileno()).st_size, path.name)
        return map_bounded(path, stream, header.dtype, header.shape, header.order)


def _labels(path: Path) -> NDArray[Any]:
    """Return the labels in memory, so that only the inputs stay on disk."""
    mapped = _map_npy(path)
    if mapped.nbytes > LARGE:
        raise DataError(f"{path.name} has {mapped.nbytes:,} bytes; labels are (N,) whole numbers or short texts.")
    return mapped.astype(mapped.dtype.newbyteorder("="))


def _npz_pairs(path: Path, names: tuple[str, ...]) -> list[tuple[str, str | None]]:
    """Return the names (inputs, targets) of the set, or of its parts in the order in which they are joined."""
    if len(names) == 1:
        return [(names[0], None)]
    if set(names) == set(_UNNAMED):
        return [_UNNAMED]
    found = [pair for name in names for pair in pair_names(name) if pair[0] in names and pair[1] in names]
    if not found:
        raise DataError(
            f"{path.name} has no arrays named as inputs and labels (x and y, images and labels, x_train and "
            f"y_train); its arrays are {suggestion('x', names) if names else 'none.'}"
        )
    # Parts come after a whole set, and the training part before the others.
    first = min(found, key=lambda pair: _part_rank(pair[0]))
    parts = [pair for pair in dict.fromkeys(found) if _pattern(pair) == _pattern(first)]
    return sorted(parts, key=lambda pair: _part_rank(pair[0]))


def _part_rank(name: str) -> int:
    part = _part(name)
    return 0 if part is None else part + 1


def _pattern(pair: tuple[str, str]) -> list[list[str]]:
    """Return what the names of one array have in common in all parts of a set."""
    return [["" if word in _PARTS else word for word in _words(name)] for name in pair]


def _words(name: str) -> list[str]:
    return re.split(r"[-_. ]", name)


def _joined(archive: NpzArchive, names: list[str]) -> tuple[Named, list[int]]:
    """Read arrays of one kind and shape, and put them one after the other; return how many rows each has, too."""
    arrays = [archive.read(name) for name in names]
    for name, array in zip(names, arrays, strict=True):
        if array.dtype.kind != arrays[0].dtype.kind or array.shape[1:] != arrays[0].shape[1:] or not array.ndim:
            raise DataError(
                f"{archive.where(name)} holds {array.dtype} of the shape {array.shape}, and {names[0]} "
                f"{arrays[0].dtype} of {arrays[0].shape}; parts of one set differ in their rows only."
            )
    whole = arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
    return Named(whole, archive.where(names[0])), [len(array) if array.ndim else 0 for array in arrays]

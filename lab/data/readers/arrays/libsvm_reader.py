"""libsvm's text format: a label and the numbers that are not zero, one example a line."""

import os
import re
from array import array
from collections.abc import Callable
from operator import lt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lab.data.arrays import Arrays
from lab.data.errors import DataError, location, quoted
from lab.data.readers.arrays.array_rows import MOST_INPUTS
from lab.data.readers.arrays.array_target import MOST_CLASSES, classes_of
from lab.data.readers.open_file import opened

_MOST_BYTES = 1 << 30
# Collected for every row: its label, its line and where its values begin, eight bytes each.
_ROW_BYTES = 24
_LONGEST_LINE = 4 << 20
_REPORT = 1 << 20
_BOM = b"\xef\xbb\xbf"
_LARGEST_NUMBER = float(np.finfo(np.float32).max)
_NUMBER = rb"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
_SNIFFED = re.compile(
    rb"%b(?:,%b)*(?:[ \t]+qid:\d+)?(?P<pairs>(?:[ \t]+\d+:%b)*)[ \t]*(?:#.*)?" % (_NUMBER, _NUMBER, _NUMBER)
)
_SNIFFED_LINES = 20
_LINE = "a line is a label and pairs index:value in ascending order, as '1 3:0.5 7:-2'"


def is_libsvm(path: Path, head: bytes) -> bool:
    """Tell lines of a target and index:value pairs, of which the first lines have at least one."""
    lines = head.splitlines()
    # The bytes may end within a line, and then within a pair.
    lines[-1:] = [line if _SNIFFED.fullmatch(line) else line.rpartition(b" ")[0] for line in lines[-1:]]
    told = [line.strip() for line in lines if line.strip() and not line.startswith(b"#")][:_SNIFFED_LINES]
    matches = [_SNIFFED.fullmatch(line) for line in told]
    return all(matches) and any(match["pairs"] for match in matches if match)


def read_libsvm(path: Path, on_progress: Callable[[float], None] = lambda fraction: None) -> Arrays:
    """Read lines "label index:value index:value # comment" as float32 x (N, n), zero where no value is given.

    Indices ascend; they count from 1, or from 0 where the file has an index 0. Whole labels of at most 1,000
    different values are classes, named '-1', '1', …; other labels are numbers: y is None and they are the last
    column, "target". `on_progress` is told the share of the file that was read.
    Raises DataError, naming the line, where it is not valid, and where x would take more than 1 GB.
    """
    path = Path(path)
    examples = _Examples(path)
    with opened(path) as stream:
        length, seen, told = max(1, os.fstat(stream.fileno()).st_size), 0, 0
        number = 0
        while line := stream.readline(_LONGEST_LINE + 1):
            number += 1
            seen += len(line)
            examples.add(number, line.removeprefix(_BOM) if number == 1 else line)
            if seen >= told + _REPORT:
                told = seen
                on_progress(min(1.0, seen / length))
    return examples.arrays()


class _Examples:
    """The examples of a file as they are collected: all values in one array, and where each row begins."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._labels, self._lines, self._starts = array("d"), array("q"), array("q")
        self._indices, self._values = array("i"), array("f")
        self._first, self._largest = 1, 0

    def add(self, number: int, line: bytes) -> None:
        """Take the line `number`; raises DataError where it is no example, or one too many."""
        if len(line) > _LONGEST_LINE:
            raise DataError(f"{location(self._path, number)} is longer than {_LONGEST_LINE:,} bytes; {_LINE}.")
        text = line.partition(b"#")[0]
        tokens = text.split()
        if not tokens:
            return
        try:
            label = float(tokens[0])
            found, values = list(zip(*[token.split(b":") for token in tokens[1:]], strict=True)) or ((), ())
            indices = list(map(int, found))
            # Python's numbers may have underscores, those of this format may not.
            fits = abs(label) <= _LARGEST_NUMBER and b"_" not in text and all(map(lt, indices, indices[1:]))
            if not fits or (indices and not 0 <= indices[0] <= indices[-1] <= MOST_INPUTS):
                raise ValueError
            self._starts.append(len(self._values))
            self._values.extend(map(float, values))
        except ValueError:
            raise DataError(f"{location(self._path, number)}: {_fault(tokens)}") from None
        self._indices.extend(indices)
        self._labels.append(label)
        self._lines.append(number)
        if indices:
            self._first, self._largest = min(self._first, indices[0]), max(self._largest, indices[-1])
        if len(self._labels) * (4 * (self._largest + 1) + _ROW_BYTES) > _MOST_BYTES:
            raise DataError(
                f"{location(self._path, number)}: {len(self._labels):,} rows of {self._largest:,} inputs would take "
                "more than 1 GB of memory; leave rows or columns out."
            )

    def arrays(self) -> Arrays:
        """Return what was collected; raises DataError where that is nothing, or a number is not finite."""
        if not self._values:
            raise DataError(f"{self._path.name} has no values; {_LINE}.")
        self._check_values()
        labels = np.frombuffer(self._labels)
        whole = bool(((labels == np.rint(labels)) & (np.abs(labels) < 2**53)).all())
        classes = whole and len(np.unique(labels)) <= MOST_CLASSES
        names = tuple(f"feature {index}" for index in range(self._first, self._largest + 1))
        x = self._dense(len(names) + (not classes))
        if classes:
            y, class_names = classes_of(labels, self._path.name)
            return Arrays(self._path, x, y, class_names, names)
        x[:, -1] = labels
        return Arrays(self._path, x, None, (), (*names, "target"))

    def _check_values(self) -> None:
        finite = np.isfinite(np.frombuffer(self._values, np.float32))
        if not finite.all():
            where = int(np.argmin(finite))
            row = int(np.searchsorted(np.frombuffer(self._starts, np.int64), where, side="right")) - 1
            raise DataError(
                f"{location(self._path, self._lines[row])}: the value of the index {self._indices[where]} is not "
                "finite or too large for a float32; correct it or leave it out."
            )

    def _dense(self, columns: int) -> NDArray[np.float32]:
        """Return the values as (N, columns), the first index in the column 0."""
        x = np.zeros((len(self._labels), columns), np.float32)
        ends = np.append(np.frombuffer(self._starts, np.int64), len(self._values))
        indices, values = np.frombuffer(self._indices, np.int32), np.frombuffer(self._values, np.float32)
        step = max(1, _REPORT // columns)
        for start in range(0, len(x), step):
            rows = ends[start : start + step + 1]
            span = slice(rows[0], rows[-1])
            x[np.repeat(np.arange(start, start + len(rows) - 1), np.diff(rows)), indices[span] - self._first] = values[
                span
            ]
        return x


def _fault(tokens: list[bytes]) -> str:
    """Say what is wrong with a line that was refused."""
    last = -1
    if not re.fullmatch(_NUMBER, tokens[0]):
        return f"found the label {_shown(tokens[0])}; a label is one number, as in '1 3:0.5 7:-2'."
    for token in tokens[1:]:
        if not re.fullmatch(rb"\+?\d+:" + _NUMBER, token):
            return f"found {_shown(token)}; {_LINE}."
        index = token.partition(b":")[0]
        if len(index) > 18 or int(index) > MOST_INPUTS:
            return f"found {_shown(token)}; the largest index possible is {MOST_INPUTS:,}, so leave columns out."
        if int(index) <= last:
            return f"found {_shown(token)} after the index {last:,}; {_LINE}."
        last = int(index)
    return f"found the label {_shown(tokens[0])}, which is too large for a float32; a label is a smaller number."


def _shown(token: bytes) -> str:
    return quoted(token.decode("utf-8", "replace"))

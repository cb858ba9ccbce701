"""One part's rows, gathered into batches without allocating anything after the first."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from lab.data.errors import DataError
from lab.data.file_watch import FileWatch
from lab.data.subsets.scaling import Scaling

_KEPT_BYTES = 256 << 20
"""Numbers up to this size are scaled once and kept; larger ones, and bytes, stay as they are until a batch is made."""

Rows = NDArray[np.int64]


class Batches:
    """The rows of one part, scaled as they are gathered.

    x (N, n) and y (N,) or (N, k) are the whole dataset's, `rows` the part's row numbers; `watch` is asked before
    anything is read from x where x lies in a file. Targets that are numbers are to be scaled already.
    Raises DataError where a number does not fit into `dtype`, or the file that x lies in is no longer what it was.
    """

    def __init__(
        self,
        x: NDArray[Any],
        y: NDArray[Any],
        rows: Rows,
        scaling: Scaling,
        dtype: DTypeLike,
        watch: FileWatch | None = None,
    ) -> None:
        self._dtype = np.dtype(dtype)
        self._source: _Stored | _Scaled
        if x.dtype == np.uint8 or x.nbytes > _KEPT_BYTES:
            self._source = _Stored(x, rows, scaling, self._dtype, watch)
        else:
            if watch is not None:
                watch.check()
            self._source = _Scaled(scaling.apply(x[rows], dtype))
        self._y = y[rows] if y.ndim == 1 else y[rows].astype(self._dtype)
        self._y.flags.writeable = False
        self.rows = rows
        """The part's row numbers in the whole dataset, (examples,)."""
        self.examples = len(rows)
        self._inputs = x.shape[1]
        self._reserve(0)

    @property
    def y(self) -> NDArray[Any]:
        """The class number, (examples,), or the target numbers, (examples, k), of every row of the part; read-only."""
        return self._y

    @property
    def held_bytes(self) -> int:
        """Bytes that the part holds beside the whole dataset's x."""
        return self._source.held_bytes + self._y.nbytes + self.rows.nbytes

    def gather(self, order: Rows) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return the rows `order` (m,), numbered 0..examples-1 within the part: x (m, n) scaled, y (m,) or (m, k).

        Both lie in buffers that the next call overwrites. Raises IndexError where a number lies outside, DataError
        where a number is not finite or the file that x lies in is no longer what it was.
        """
        m = len(order)
        # As unsigned numbers the negative ones are the largest: one comparison finds both ends.
        if m and order.view(np.uint64).max() >= self.examples:
            raise IndexError(f"a row number lies outside 0..{self.examples - 1}")
        if m > len(self._batch_y):
            self._reserve(m)
        x, y = self._batch_x[:m], self._batch_y[:m]
        # Checked above; without mode="clip" take() makes a copy first and does not write in place.
        self._y.take(order, axis=0, out=y, mode="clip")
        self._source.take(order, x)
        return x, y

    def chunks(self, size: int) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
        """Yield all rows in order, `size` at a time and the rest last, as x (m, n) scaled and y (m,) or (m, k).

        Each x is valid until the next one is asked for; gather's buffers are not touched.
        """
        buffer = np.empty((min(size, self.examples), self._inputs), self._dtype)
        for start in range(0, self.examples, size):
            y = self._y[start : start + size]
            yield self._source.between(start, buffer[: len(y)]), y

    def _reserve(self, m: int) -> None:
        """Make buffers for batches of up to m rows; smaller ones use their beginning."""
        self._batch_x = np.empty((m, self._inputs), self._dtype)
        self._batch_y = np.empty((m, *self._y.shape[1:]), self._y.dtype)


class _Scaled:
    """Rows that were scaled once and are only copied from then on."""

    def __init__(self, x: NDArray[Any]) -> None:
        self._x = x
        self._x.flags.writeable = False
        self.held_bytes = x.nbytes

    def take(self, order: Rows, out: NDArray[Any]) -> None:
        self._x.take(order, axis=0, out=out, mode="clip")

    def between(self, start: int, room: NDArray[Any]) -> NDArray[Any]:
        return self._x[start : start + len(room)]


class _Stored:
    """Rows that stay as they are stored, in memory or in a file, and are scaled each time they are wanted."""

    def __init__(
        self, x: NDArray[Any], rows: Rows, scaling: Scaling, dtype: np.dtype[Any], watch: FileWatch | None
    ) -> None:
        self._x, self._rows, self._watch = x, rows, watch
        self.held_bytes = 0
        self._bytes = x.dtype == np.uint8
        # Bytes are exact in any dtype; other numbers are scaled in float64 and rounded at the end.
        inner = dtype if self._bytes else np.dtype(np.float64)
        self._offset = scaling.offset.astype(inner) if scaling.offset.any() else None
        self._factor = _one_or_all(scaling.factor.astype(inner))
        self._inner = inner
        self._taken = np.empty((0, x.shape[1]), x.dtype)
        self._wide = np.empty((0, x.shape[1]), inner)

    def take(self, order: Rows, out: NDArray[Any]) -> None:
        self._read(self._rows.take(order), out)

    def between(self, start: int, room: NDArray[Any]) -> NDArray[Any]:
        self._read(self._rows[start : start + len(room)], room)
        return room

    def _read(self, rows: Rows, out: NDArray[Any]) -> None:
        if self._watch is not None:
            self._watch.check()
        if len(rows) > len(self._taken):
            self._taken = np.empty((len(rows), self._x.shape[1]), self._x.dtype)
        taken = self._taken[: len(rows)]
        if self._x.flags.c_contiguous:
            self._x.take(rows, axis=0, out=taken, mode="clip")
        else:
            np.copyto(taken, self._x[rows])  # take() would copy the whole of it first
        self._scale(taken, out)
        if not self._bytes and not (finite := np.isfinite(out)).all():
            row, column = (int(place) for place in np.argwhere(~finite)[0])
            raise DataError(
                f"Row {rows[row] + 1:,}, input column {column + 1:,}: found {taken[row, column]:g}, which is not a "
                f"number that {out.dtype} holds after the scaling; correct it or leave the row out."
            )

    def _scale(self, taken: NDArray[Any], out: NDArray[Any]) -> None:
        """Scale into `out`; copying first is faster than a ufunc that converts as it goes."""
        work = out
        if out.dtype != self._inner:
            if len(taken) > len(self._wide):
                self._wide = np.empty(taken.shape, self._inner)
            work = self._wide[: len(taken)]
        np.copyto(work, taken, casting="unsafe")
        if self._offset is not None:
            np.subtract(work, self._offset, out=work)
        np.multiply(work, self._factor, out=work)
        if work is not out:
            with np.errstate(over="ignore"):  # what is too large is refused afterwards, with its place
                np.copyto(out, work, casting="unsafe")


def _one_or_all(factor: NDArray[Any]) -> NDArray[Any]:
    """Return the single factor as (1,) where all columns share it, which multiplies faster."""
    return factor[:1] if len(factor) and np.all(factor == factor[0]) else factor

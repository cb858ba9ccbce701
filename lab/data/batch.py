"""One part's rows, gathered into batches without allocating anything after the first."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from lab.data.scaling import Scaling


class Batches:
    """The rows of one part, scaled as they are gathered.

    x (N, n) and y (N,) are the whole dataset's, `rows` the part's row numbers. Bytes stay bytes
    until they are gathered; other numbers are scaled once, here.
    Raises DataError where a number does not fit into `dtype`.
    """

    def __init__(
        self,
        x: NDArray[Any],
        y: NDArray[np.int64],
        rows: NDArray[np.int64],
        scaling: Scaling,
        dtype: DTypeLike,
    ) -> None:
        self._dtype = np.dtype(dtype)
        self._bytes = x.dtype == np.uint8
        self._x = x[rows] if self._bytes else scaling.apply(x[rows], dtype)
        self._y = y[rows]
        for kept in (self._x, self._y):
            kept.flags.writeable = False
        self.examples = len(rows)
        self._offset = scaling.offset.astype(self._dtype) if scaling.offset.any() else None
        self._factor = _one_or_all(scaling.factor.astype(self._dtype))
        self._reserve(0)

    @property
    def y(self) -> NDArray[np.int64]:
        """The class number of every row of the part, (examples,), read-only."""
        return self._y

    def gather(self, order: NDArray[np.int64]) -> tuple[NDArray[Any], NDArray[np.int64]]:
        """Return the rows `order` (m,), numbered 0..examples-1 within the part: x (m, n) scaled, y (m,).

        Both lie in buffers that the next call overwrites.
        Raises IndexError where a number lies outside.
        """
        m = len(order)
        # As unsigned numbers the negative ones are the largest: one comparison finds both ends.
        if m and order.view(np.uint64).max() >= self.examples:
            raise IndexError(f"a row number lies outside 0..{self.examples - 1}")
        if m > len(self._batch_y):
            self._reserve(m)
        x, y = self._batch_x[:m], self._batch_y[:m]
        # Checked above; without mode="clip" take() makes a copy first and does not write in place.
        self._y.take(order, out=y, mode="clip")
        if self._bytes:
            taken = self._batch_bytes[:m]
            self._x.take(order, axis=0, out=taken, mode="clip")
            self._scale(taken, x)
        else:
            self._x.take(order, axis=0, out=x, mode="clip")
        return x, y

    def chunks(self, size: int) -> Iterator[tuple[NDArray[Any], NDArray[np.int64]]]:
        """Yield all rows in order, `size` at a time and the rest last, as x (m, n) scaled and y (m,).

        Each x is valid until the next one is asked for; gather's buffers are not touched.
        """
        buffer = np.empty((min(size, self.examples) if self._bytes else 0, self._x.shape[1]), self._dtype)
        for start in range(0, self.examples, size):
            x, y = self._x[start : start + size], self._y[start : start + size]
            if self._bytes:
                scaled = buffer[: len(x)]
                self._scale(x, scaled)
                yield scaled, y
            else:
                yield x, y

    def _reserve(self, m: int) -> None:
        """Make buffers for batches of up to m rows; smaller ones use their beginning."""
        inputs = self._x.shape[1]
        self._batch_x = np.empty((m, inputs), self._dtype)
        self._batch_y = np.empty(m, np.int64)
        self._batch_bytes = np.empty((m if self._bytes else 0, inputs), np.uint8)

    def _scale(self, x: NDArray[Any], out: NDArray[Any]) -> None:
        """Scale bytes into `out`; copying first is faster than a ufunc that converts as it goes."""
        np.copyto(out, x)
        if self._offset is not None:
            np.subtract(out, self._offset, out=out)
        np.multiply(out, self._factor, out=out)


def _one_or_all(factor: NDArray[Any]) -> NDArray[Any]:
    """Return the single factor as (1,) where all columns share it, which multiplies faster."""
    return factor[:1] if len(factor) and np.all(factor == factor[0]) else factor

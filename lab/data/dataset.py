"""A dataset: rows of numbers, a class for each row, and the names of both."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Dataset:
    """Examples with their classes; `x` and `y` are read-only.

    x is (N, n), uint8 for images and float64 for tables; y is (N,) with values 0..c-1.
    `pixel_max` is the largest value that a pixel of an image set may have, None for a table.
    Raises ValueError where the parts do not fit together.
    """

    name: str
    title: str
    x: NDArray[Any]
    y: NDArray[np.int64]
    class_names: tuple[str, ...]
    feature_names: tuple[str, ...]
    image_shape: tuple[int, int] | None
    pixel_max: int | None = None

    def __post_init__(self) -> None:
        if self.x.ndim != 2 or self.y.shape != (self.x.shape[0],):
            raise ValueError(f"x {self.x.shape} and y {self.y.shape} must be (N, n) and (N,)")
        if len(self.feature_names) != self.x.shape[1]:
            raise ValueError(f"{len(self.feature_names)} feature names for {self.x.shape[1]} columns")
        if self.y.size and not 0 <= self.y.min() <= self.y.max() < len(self.class_names):
            raise ValueError(f"a class number lies outside 0..{len(self.class_names) - 1}")
        for field in ("x", "y"):
            # A view, so that the caller's own array stays as writable as it was.
            shared = np.ascontiguousarray(getattr(self, field)).view()
            shared.flags.writeable = False
            object.__setattr__(self, field, shared)

    @property
    def examples(self) -> int:
        """N, the number of rows."""
        return int(self.x.shape[0])

    @property
    def inputs(self) -> int:
        """n, the number of columns of x."""
        return int(self.x.shape[1])

    @property
    def classes(self) -> int:
        """c, the number of classes."""
        return len(self.class_names)


def pixel_names(image_shape: tuple[int, int]) -> tuple[str, ...]:
    """Name every pixel of an image by its row and column, counted from 0: "pixel 3,5"."""
    height, width = image_shape
    return tuple(f"pixel {row},{column}" for row in range(height) for column in range(width))

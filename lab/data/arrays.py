"""Rows of numbers that need no recipe: images, arrays on disk, sparse rows; perhaps with their targets."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.data.file_watch import FileWatch


@dataclass(frozen=True, eq=False)
class Arrays:
    """x (N, n), any dtype of real numbers, perhaps memory-mapped; y (N,) class numbers 0..c-1, or None.

    With y come the `class_names`. Without y one column of x is the target: `feature_names` tells which there are.
    `image_shape` is (height, width) or (height, width, 3), `pixel_max` the largest value a pixel may have.
    `row_files` (N) names the file that each row is, as "cat/tom.png", where it is one. `files` are those that x goes
    on reading from while it is used, and `watch` tells when one is no longer what it was when this was made.
    `parts` (N,) is the split that the files come with: 0 train, 1 validation, 2 test. `notes` are sentences on what
    was decided and passed over. Raises ValueError where it does not fit.
    """

    path: Path
    x: NDArray[Any]
    y: NDArray[np.int64] | None
    class_names: tuple[str, ...]
    feature_names: tuple[str, ...]
    image_shape: tuple[int, ...] | None = None
    pixel_max: int | None = None
    files: tuple[Path, ...] = ()
    row_files: tuple[str, ...] = ()
    parts: NDArray[np.int8] | None = None
    notes: tuple[str, ...] = ()
    watch: FileWatch | None = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "watch", FileWatch(self.files) if self.files else None)
        if self.x.ndim != 2 or (self.y is not None and self.y.shape != self.x.shape[:1]):
            raise ValueError(f"x {self.x.shape} must be (N, n), and y (N,) where there is one")
        if self.row_files and len(self.row_files) != len(self.x):
            raise ValueError(f"{len(self.row_files)} files for {len(self.x)} rows")
        if len(self.feature_names) != self.x.shape[1]:
            raise ValueError(f"{len(self.feature_names)} feature names for {self.x.shape[1]} columns")


def pixel_names(image_shape: tuple[int, ...]) -> tuple[str, ...]:
    """Name every pixel of an image by its row and column, counted from 0: "pixel 3,5", in colour "pixel 3,5 red"."""
    height, width, *colours = image_shape
    grey = tuple(f"pixel {row},{column}" for row in range(height) for column in range(width))
    return tuple(f"{name} {colour}" for name in grey for colour in ("red", "green", "blue")) if colours else grey

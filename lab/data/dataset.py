"""A dataset: rows of numbers, a class or target numbers for each row, and the names of all of them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lab.data.file_watch import FileWatch

if TYPE_CHECKING:
    from lab.data.recipe.encoding import Encoding
    from lab.data.recipe.gaps import Gap
    from lab.data.row_origins import Origins


@dataclass(frozen=True, eq=False)
class Dataset:
    """Examples with their targets; `x` and `y` are read-only.

    x is (N, n), uint8 for images and floats for tables; where `gaps` names columns, NaN there is a gap to be
    filled from the training rows. y is (N,) int64 with values 0..c-1 for classes, or (N, k) float64 for
    regression: then `class_names` is empty and `target_names` has the k names.
    `pixel_max` is the largest value that a pixel of an image set may have, None for a table. `watch` is of the
    files that x is still read from while it is used: whoever reads x asks it first, for reading behind the end of a
    mapped file ends the program. `dropped` counts rows that were left out on the way here, `notes` are sentences on
    what was decided on the way and may be decided otherwise. `parts` (N,) is the split that the files
    come with: 0 train, 1 validation, 2 test. `origins` tells where each row stands in its file, None
    where it is the row of that number in the set.
    Raises ValueError where the parts do not fit together.
    """

    name: str
    title: str
    x: NDArray[Any]
    y: NDArray[Any]
    class_names: tuple[str, ...]
    feature_names: tuple[str, ...]
    image_shape: tuple[int, ...] | None
    pixel_max: int | None = None
    target_names: tuple[str, ...] = ("class",)
    gaps: tuple["Gap", ...] = ()
    encoding: "Encoding | None" = None
    watch: FileWatch | None = None
    dropped: int = 0
    notes: tuple[str, ...] = ()
    parts: NDArray[np.int8] | None = None
    origins: "Origins | None" = None

    def __post_init__(self) -> None:
        if self.x.ndim != 2 or self.y.shape[:1] != self.x.shape[:1]:
            raise ValueError(f"x {self.x.shape} and y {self.y.shape} must be (N, n) and (N,) or (N, k)")
        if len(self.feature_names) != self.x.shape[1]:
            raise ValueError(f"{len(self.feature_names)} feature names for {self.x.shape[1]} columns")
        if self.is_regression:
            if self.y.dtype != np.float64 or self.y.shape[1] != len(self.target_names) or self.class_names:
                raise ValueError(f"y {self.y.shape} of {self.y.dtype} must be (N, {len(self.target_names)}) of float64")
        elif self.y.size and not 0 <= self.y.min() <= self.y.max() < len(self.class_names):
            raise ValueError(f"a class number lies outside 0..{len(self.class_names) - 1}")
        for field in ("x", "y"):
            # A view, so that the caller's own array stays as writable as it was.
            own = getattr(self, field)
            shared = (own if self.watch else np.ascontiguousarray(own)).view()
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
    def is_regression(self) -> bool:
        """Whether the targets are numbers, not classes."""
        return self.y.ndim == 2

    @property
    def classes(self) -> int:
        """c, the number of classes; of a regression the number k of target numbers."""
        return len(self.target_names) if self.is_regression else len(self.class_names)

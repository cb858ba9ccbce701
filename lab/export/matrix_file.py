"""One matrix to a file: .npy, or .csv with all digits."""

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lab.paths import write_atomically


def write_matrix(path: Path, matrix: NDArray[np.floating]) -> None:
    """Write a matrix or a vector, whole or not at all, in the format of the name's ending.

    A .csv has a row of the matrix a line, and a vector in one. Raises OSError where the place is not writable.
    """
    if path.suffix.lower() == ".csv":
        lines = [",".join(row) for row in np.atleast_2d(matrix).astype(str).tolist()]
        write_atomically(path, "".join(f"{line}\n" for line in lines).encode("ascii"))
        return
    stream = io.BytesIO()
    np.save(stream, matrix, allow_pickle=False)
    write_atomically(path, stream.getvalue())

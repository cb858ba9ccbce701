"""What a row or column of a matrix is called: an example by its row of the file, a feature, a class, or a number."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lab.core.explain.matrices import MATRICES
from lab.core.explain.tile import MatrixKey
from lab.data.dataset import Dataset
from lab.experiment.example_names import example_name, output_names


@dataclass(frozen=True, eq=False)
class CellNames:
    """The names in one matrix; `rows` are the dataset's rows of the batch, `layers` how many the network has."""

    key: MatrixKey
    dataset: Dataset
    layers: int
    outputs: int
    rows: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))

    def row(self, number: int) -> str:
        """Return the name of a row, its number where it has none."""
        return self._name(MATRICES[self.key.name].axes[0], number)

    def column(self, number: int) -> str:
        """Return the name of a column, its number where it has none."""
        return self._name(MATRICES[self.key.name].axes[1], number)

    def _name(self, axis: str, number: int) -> str:
        if axis == "examples":
            return example_name(self.dataset, int(self.rows[number])) if number < len(self.rows) else str(number)
        names: tuple[str, ...] = ()
        if axis == "inputs" and self.key.layer == 0:
            names = self.dataset.feature_names
        elif axis == "units" and self.key.layer == self.layers - 1:
            names = output_names(self.dataset, self.outputs)
        return names[number] if number < len(names) else str(number)

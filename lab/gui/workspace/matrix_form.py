"""How the inspector shows a matrix: whole for m examples, or as one example has it; and which cell is which."""

from dataclasses import dataclass

from lab.core.explain.matrices import MATRICES
from lab.core.types import Array
from lab.experiment.readings.example_matrix import ExampleMatrix
from lab.experiment.readings.layer_matrix import LayerMatrix
from lab.experiment.readings.reading import Reading

Cell = tuple[int, int]


@dataclass(frozen=True)
class MatrixForm:
    """A matrix of a layer; example: the one of the batch whose column or share it is, None for the whole of it."""

    layer: int
    name: str
    example: int | None

    @property
    def is_share(self) -> bool:
        """Whether it is a gradient, to which an example adds a share."""
        return self.name.startswith("d") and f"update_{self.name.removeprefix('d')}" in MATRICES

    @property
    def is_column(self) -> bool:
        """Whether it is drawn as a column: one example of z, a, δ, or its share of a vector's gradient."""
        axes = MATRICES[self.name].axes
        return self.example is not None and (axes[0] == "examples" or (self.is_share and not axes[0]))

    @property
    def reading(self) -> Reading[Array]:
        """What to ask the run for."""
        if self.example is None or not (self.is_column or self.is_share):
            return LayerMatrix(self.layer, self.name)
        return ExampleMatrix(self.layer, self.name, self.example)

    def cell_of_matrix(self, row: int, column: int) -> Cell:
        """Return which cell of the whole matrix is drawn there; a vector is one row."""
        if not self.is_column:
            return row, column
        of_example = MATRICES[self.name].axes[0] == "examples"
        return (self.example or 0) if of_example else 0, row

    def cell_drawn(self, cell: Cell | None) -> Cell | None:
        """Return where a cell of the whole matrix is drawn, None where it is not."""
        if cell is None or not self.is_column:
            return cell
        of_example = MATRICES[self.name].axes[0] == "examples"
        return (cell[1], 0) if not of_example or cell[0] == self.example else None

    def axes(self) -> tuple[str, str]:
        """Return what the rows and columns are."""
        down, across = MATRICES[self.name].axes
        return (across, "1 example") if self.is_column else (down, across)

    def shape(self, whole: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape as it is drawn."""
        return (whole[-1], 1) if self.is_column else whole

"""The picture of some rows and columns of a matrix, whose cells are told by their places in the whole of it."""

from math import isnan

from PySide6.QtWidgets import QWidget

from lab.gui.widgets.drawing.array_types import Integers, Values
from lab.gui.widgets.drawing.number_text import number_text
from lab.gui.widgets.matrix.heatmap import Heatmap


class SampledHeatmap(Heatmap):
    """A heatmap of the crossings of some rows and columns; a cell without a number says what that means."""

    def __init__(self, without_number: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._without_number = without_number
        self._rows: Integers | None = None
        self._columns: Integers | None = None

    def set_sample(self, values: Values | None, rows: Integers | None = None, columns: Integers | None = None) -> None:
        """Show values, (k, n), of the rows `rows` (k,) and the columns `columns` (n,) of a matrix; None: nothing."""
        self._rows, self._columns = rows, columns
        self.set_matrix(values)

    def cell_text(self, row: int, column: int) -> str:
        """Return a cell's place in the whole matrix and its value."""
        if self._matrix is None or self._rows is None or self._columns is None:
            return ""
        value = float(self._matrix[row, column])
        told = self._without_number if isnan(value) else number_text(value)
        return f"[{self._rows[row]}, {self._columns[column]}]  {told}"

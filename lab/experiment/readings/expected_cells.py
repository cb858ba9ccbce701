"""The reading of what is asked for: some cells of a matrix, each with what the usual slips would give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lab.experiment.expect.slips import Expected
    from lab.experiment.session import Session
from lab.experiment.readings.reading import Reading


@dataclass(frozen=True)
class ExpectedCells(Reading["tuple[Expected, ...]"]):
    """Cells of a matrix, (row, column) each; a vector is one row. What is not there is left out."""

    layer: int
    matrix: str
    cells: tuple[tuple[int, int], ...]

    def read(self, session: Session) -> tuple[Expected, ...] | None:
        """Return the cells with their slips; None where the matrix is not on show."""
        from lab.core.explain.explain_cell import explainable
        from lab.experiment.expect.slips import expected
        from lab.experiment.last_step import last_step
        from lab.experiment.step_arrays import step_array

        matrix = step_array(session, self.layer, self.matrix)
        if matrix is None or session.lacks_array(self.matrix, self.layer):
            return None
        step = last_step(session)
        if self.matrix not in explainable(step, self.layer):
            return None
        rows, columns = matrix.shape if matrix.ndim == 2 else (1, len(matrix))
        return tuple(
            expected(step, self.layer, self.matrix, row, column, matrix)
            for row, column in self.cells
            if row < rows and column < columns
        )

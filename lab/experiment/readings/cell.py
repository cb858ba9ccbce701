"""The reading of one cell, explained: any number of the last step written out as the sum that it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lab.core.explain.explanation import Explanation

if TYPE_CHECKING:
    from lab.experiment.session import Session
from lab.experiment.readings.reading import Reading


@dataclass(frozen=True)
class ExplainedCell(Reading[Explanation]):
    """A cell of a matrix, in the form of m examples or of one; `layer` counts from 0.

    None where that matrix is no sum, where it is not on show (`Session.lacks_array`), and where the cell is not there:
    the last batch of an epoch has fewer rows.
    """

    layer: int
    matrix: str
    row: int
    column: int
    one_example: bool = False

    def read(self, session: Session) -> Explanation | None:
        """Return the cell with its terms."""
        if self.layer >= len(session.network.layers) or session.lacks_array(self.matrix):
            return None
        from lab.core.explain.explain_cell import explain, explainable  # a dozen files that only this reading needs
        from lab.core.step_recording import step_of

        optimizer = session.used_optimizer or session.optimizer
        step = step_of(session.network, session.used_parameters, optimizer, session.used_rate)
        if self.matrix not in explainable(step, self.layer):
            return None
        shape = step.layers[self.layer].arrays[self.matrix].shape
        cell = (self.row, self.column) if len(shape) == 2 else (self.column,)
        if any(index >= size for index, size in zip(cell, shape, strict=True)):
            return None
        if self.one_example and self.matrix in step.layers[self.layer].layer.explained:
            return explain(step, self.layer, self.matrix, cell[1:], example=self.row)
        return explain(step, self.layer, self.matrix, cell)

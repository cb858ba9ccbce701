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

    In the form of one example the row of z, a, delta is the example, and a gradient is what `example` adds to it.
    None where that matrix is not on show (`Session.lacks_array`), and where the cell is not there: the last batch of
    an epoch has fewer rows.
    """

    layer: int
    matrix: str
    row: int
    column: int
    one_example: bool = False
    example: int = 0

    def read(self, session: Session) -> Explanation | None:
        """Return the cell with its terms."""
        if self.layer >= len(session.network.layers) or session.lacks_array(self.matrix, self.layer):
            return None
        from lab.core.explain.explain_cell import explain, explainable, is_of_examples, shape_in
        from lab.experiment.last_step import last_step  # with the above two dozen files that only this reading needs

        step = last_step(session)
        if self.matrix not in explainable(step, self.layer):
            return None
        shape = shape_in(step, self.layer, self.matrix)
        cell = (self.row, self.column) if len(shape) == 2 else (self.column,)
        if any(index >= size for index, size in zip(cell, shape, strict=True)):
            return None
        if not self.one_example:
            return explain(step, self.layer, self.matrix, cell)
        if is_of_examples(step, self.layer, self.matrix):
            return explain(step, self.layer, self.matrix, cell[1:], example=self.row)
        return explain(step, self.layer, self.matrix, cell, example=min(self.example, len(session.used_rows) - 1))

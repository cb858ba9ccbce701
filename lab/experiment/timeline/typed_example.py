"""The edit that pins one example whose numbers were typed, in the place of a training row."""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field, Strict, StrictInt

from lab.data.errors import DataError
from lab.experiment.forms.problems import SpecError
from lab.experiment.session import Session
from lab.experiment.timeline.edit import Edit, Outcome
from lab.experiment.timeline.run_edits import Row
from lab.experiment.typed_row import TypedRow

Values = Annotated[tuple[float, ...], Strict(False), Field(min_length=1, max_length=10_000)]


class TypeExample(Edit):
    """Every step goes on with one example that was typed; it stands where training row `row` stands.

    x: its inputs as the data has them, before the scaling. y: the number of its class, or its target numbers.
    """

    kind: Literal["type_example"] = "type_example"
    row: Row
    x: Values
    y: Annotated[StrictInt, Field(ge=0)] | Values

    @property
    def name(self) -> str:
        return "Pin a typed example"

    def continues(self, before: Edit) -> bool:
        return isinstance(before, TypeExample)

    def apply(self, session: Session) -> Outcome:
        dataset, examples = session.dataset, session.parts["train"].examples
        if self.row >= examples:
            raise SpecError([f"row: {self.row} found, but the training rows are numbered 0 to {examples - 1}"])
        if len(self.x) != dataset.inputs or not np.isfinite(self.x).all():
            raise SpecError([f"x: {len(self.x)} numbers found, {dataset.inputs} finite ones expected"])
        session.pinned = np.array([self.row], np.int64)
        session.typed = TypedRow(np.array(self.x, np.float64), self._targets(session))
        session.used_rows = session.pinned
        try:
            session.show_last_batch()
        except DataError as error:
            raise SpecError([f"x: {error}"]) from error
        return Outcome("Every weight stays; each step trains on the typed example until it is let go.", True)

    def _targets(self, session: Session) -> np.ndarray:
        dataset = session.dataset
        if dataset.is_regression:
            values = np.array([self.y] if isinstance(self.y, int) else self.y, np.float64)
            if len(values) != len(dataset.target_names) or not np.isfinite(values).all():
                raise SpecError([f"y: {self.y} found, {len(dataset.target_names)} finite target numbers expected"])
            return values
        if not isinstance(self.y, int) or self.y >= dataset.classes:
            raise SpecError([f"y: {self.y} found, a class number from 0 to {dataset.classes - 1} expected"])
        return np.array([float(self.y)])

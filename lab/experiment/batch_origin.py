"""Where the numbers of the last batch come from: the cell of the dataset behind X and y, and what scaled it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lab.core.explain.step_record import Scaled
from lab.data.errors import DataError
from lab.data.subsets.scaling import SCALINGS, Scaling

if TYPE_CHECKING:
    from lab.experiment.session import Session


class BatchOrigin:
    """The data behind the last batch of a session, cell by cell."""

    def __init__(self, session: Session) -> None:
        self._dataset, self._prepared = session.dataset, session.prepared
        self._rows = session.parts["train"].rows[session.used_rows]
        is_typed = session.pinned is not None and np.array_equal(session.used_rows, session.pinned)
        self._typed = session.typed if is_typed else None

    def input(self, row: int, column: int) -> Scaled | None:
        """Return the number of the data behind a cell of X, a gap as it was filled; None where the file is another."""
        dataset = self._dataset
        if self._typed is not None:
            note = f"the column {dataset.feature_names[column]}, as it was typed"
            return _scaled(float(self._typed.x[column]), column, self._prepared.scaling, note)
        try:
            if dataset.watch is not None:
                dataset.watch.check()
        except DataError:
            return None
        raw, note = float(dataset.x[self._rows[row], column]), f"the column {dataset.feature_names[column]}"
        if np.isnan(raw):
            raw, note = float(self._prepared.fills[column]), f"{note}, a gap that was filled from the training rows"
        return _scaled(raw, column, self._prepared.scaling, note)

    def target(self, row: int, column: int) -> Scaled | None:
        """Return the number of the data behind a cell of y, None for classes."""
        scaling = self._prepared.target_scaling
        if scaling is None:
            return None
        targets = self._dataset.y[self._rows[row]] if self._typed is None else self._typed.y
        raw = float(targets[column])
        return _scaled(raw, column, scaling, f"the target {self._dataset.target_names[column]}")

    def class_name(self, row: int) -> str:
        """Return the class of an example of the batch, "" where targets are numbers."""
        dataset = self._dataset
        if dataset.is_regression:
            return ""
        return dataset.class_names[int(dataset.y[self._rows[row]] if self._typed is None else self._typed.y[0])]


def _scaled(raw: float, column: int, scaling: Scaling, note: str) -> Scaled:
    kind = SCALINGS[scaling.kind]
    scaled_by = f"{note}; scaling {kind.title}: {kind.formula}"
    return Scaled(raw, float(scaling.offset[column]), float(scaling.factor[column]), scaled_by)

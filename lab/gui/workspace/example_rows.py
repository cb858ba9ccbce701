"""Some examples of a dataset: their pictures, or their rows as a table with further columns before them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from lab.experiment.example_names import example_place
from lab.gui.theme import set_role
from lab.gui.widgets.fields.elided_label import ElidedLabel
from lab.gui.widgets.rows.image_grid import ImageGrid
from lab.gui.widgets.rows.row_model import LeadColumn, RowLabels
from lab.gui.widgets.rows.row_table import RowTable

if TYPE_CHECKING:
    from lab.data.dataset import Dataset

CLASS_ROLES = tuple(f"class_{number}" for number in range(10))
_ROOM = 150


class ExampleRows(QWidget):
    """Shows rows of a dataset under a caption that says which they are."""

    def __init__(self, about: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dataset: Dataset | None = None
        self.caption, self.images, self.rows = ElidedLabel(), ImageGrid(), RowTable()
        self.pages = QStackedWidget()
        set_role(self.caption, "dim small")
        self.images.setAccessibleName(f"{about} as images")
        self.rows.setAccessibleName(f"{about} as rows")
        self.pages.addWidget(self.images)
        self.pages.addWidget(self.rows)
        self.pages.setMinimumHeight(_ROOM)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.caption)
        layout.addWidget(self.pages, 1)

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def set_data(self, dataset: Dataset) -> None:
        """Show nothing yet of another dataset."""
        self._dataset = dataset
        self.pages.setCurrentWidget(self.rows if dataset.image_shape is None else self.images)
        if dataset.image_shape is not None:
            self.images.set_format(dataset.image_shape, float(dataset.pixel_max or 255), dataset.class_names)
        self.rows.set_rows(np.zeros((0, 0)), np.zeros(0, np.int64), ())

    def show_rows(
        self,
        caption: str,
        rows: NDArray[np.int64],
        lead: Sequence[LeadColumn],
        told: Sequence[str],
        predicted: NDArray[np.int64] | None = None,
    ) -> None:
        """Show rows (k,) of the dataset: `lead` are columns before them, `told` (k,) what is said of each besides.

        predicted: (k,), the classes that images were taken for, where that is to stand beneath them.
        """
        data = self._dataset
        assert data is not None
        self.caption.setText(caption)
        targets: NDArray[Any] = data.y[rows, 0] if data.is_regression else data.y[rows]
        place = partial(self._place, rows, told)
        if data.image_shape is not None:
            self.images.set_rows(data.x, rows, targets, predicted, place=place)
            return
        names = data.class_names
        target = LeadColumn(data.target_names[0], "What it is", targets, names, CLASS_ROLES if names else ())
        numbers = 1 + (rows if data.origins is None else data.origins.rows_of(rows))
        self.rows.set_rows(data.x, rows, data.feature_names, (*lead, target), RowLabels(numbers, place))

    def _place(self, rows: NDArray[np.int64], told: Sequence[str], index: int) -> str:
        assert self._dataset is not None
        return f"{example_place(self._dataset, int(rows[index]))}, {told[index]}"

"""The training examples nearest to one: their pictures, or their rows as a table, each with its class and distance."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLabel, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from lab.experiment.example_names import example_place
from lab.gui.theme import set_role
from lab.gui.widgets.drawing.number_text import number_text
from lab.gui.widgets.rows.image_grid import ImageGrid
from lab.gui.widgets.rows.row_model import LeadColumn, RowLabels
from lab.gui.widgets.rows.row_table import RowTable

if TYPE_CHECKING:
    from lab.data.dataset import Dataset

_CLASS_ROLES = tuple(f"class_{number}" for number in range(10))
_FOUND = "Nearest in training, by the distance of the scaled inputs; looked up once for each example"
_ROOM = 150


class NearestView(QWidget):
    """Shows a few rows of a dataset, the nearest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dataset: Dataset | None = None
        self.caption, self.images, self.rows = QLabel(), ImageGrid(), RowTable()
        self.pages = QStackedWidget()
        set_role(self.caption, "dim small")
        self.images.setAccessibleName("Nearest training images")
        self.rows.setAccessibleName("Nearest training rows")
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
        self.wait()

    def wait(self) -> None:
        """Say that the rows on show are those of an example before."""
        self.caption.setText("Nearest in training: being looked up…")

    def show_nearest(self, rows: NDArray[np.int64], distances: NDArray[np.float64]) -> None:
        """Show rows of the dataset, (k,), with their distances, (k,)."""
        data = self._dataset
        assert data is not None
        self.caption.setText(_FOUND)
        targets: NDArray[Any] = data.y[rows, 0] if data.is_regression else data.y[rows]
        if data.image_shape is not None:
            self.images.set_rows(data.x, rows, targets, place=partial(self._place, rows, distances))
            return
        names = data.class_names
        lead = [LeadColumn("distance", _FOUND, distances)]
        lead.append(LeadColumn(data.target_names[0], "What it is", targets, names, _CLASS_ROLES if names else ()))
        numbers = rows + 1 if data.origins is None else data.origins.rows_of(rows)
        labels = RowLabels(numbers, partial(self._place, rows, distances))
        self.rows.set_rows(data.x, rows, data.feature_names, tuple(lead), labels)

    def _place(self, rows: NDArray[np.int64], distances: NDArray[np.float64], index: int) -> str:
        assert self._dataset is not None
        return f"{example_place(self._dataset, int(rows[index]))}, distance {number_text(float(distances[index]))}"

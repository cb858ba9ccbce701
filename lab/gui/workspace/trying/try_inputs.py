"""Where the numbers of one example are made: a canvas for images, else a slider or a choice for each input."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from lab.data.errors import DataError
from lab.data.sets.drawing import FITTINGS, background_of, ink_of_row, row_of_drawing, usual_fitting
from lab.experiment.example_fields import ExampleField, completed, example_fields
from lab.gui.theme import set_role
from lab.gui.widgets.fields.choices import choice_box
from lab.gui.widgets.fields.feature_fields import FeatureFields, Field
from lab.gui.widgets.fields.scrolled import Scrolled
from lab.gui.widgets.fields.segmented import Segmented
from lab.gui.widgets.paint.ink_canvas import InkCanvas
from lab.gui.widgets.rows.image_grid import pictures_of
from lab.gui.widgets.rows.pixel_view import PixelView

if TYPE_CHECKING:
    from lab.data.dataset import Dataset

Row = NDArray[np.float64]

_MOST_FIELDS: Final = 60
_SEEN: Final = 84
_ROOM: Final = QSize(360, 300)


class TryInputs(QWidget):
    """Tells the numbers, (n,) as the data has its inputs, whenever they are drawn or set otherwise."""

    changed = Signal(object)  # x (n,)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dataset: Dataset | None = None
        self._features: Collection[str] = ()
        self._fields: list[ExampleField] = []
        self._x: Row = np.zeros(0)
        self._background = 0.0
        self.canvas, self.seen, self.fields = InkCanvas(), PixelView(_SEEN), FeatureFields()
        self.tool, self.clear = Segmented(), QPushButton("Clear")
        self.fitting = choice_box((each.name, each.title, each.help) for each in FITTINGS.values())
        self.caption = QLabel("The network sees")
        self.pages = QStackedWidget()
        self._lay_out()
        self.tool.current_changed.connect(self._on_tool_chosen)
        self.canvas.tool_chosen.connect(self._on_tool_taken)
        self.clear.clicked.connect(self.canvas.clear)
        self.canvas.drawn.connect(self._on_drawn)
        self.canvas.cleared.connect(self._on_drawn)
        self.fitting.activated.connect(self._on_drawn)
        self.fields.changed.connect(self._on_field_changed)
        self.fields.refused.connect(self.refused)

    def _lay_out(self) -> None:
        self.tool.set_items(["Pen", "Eraser"], ["Draw (P on the canvas)", "Rub out (E on the canvas)"])
        self.tool.setAccessibleName("Tool")
        self.clear.setToolTip("Empty the canvas, to draw an example of your own (Delete on the canvas)")
        self.fitting.setAccessibleName("How a drawing becomes an image")
        self.fitting.setToolTip(
            "How what you draw is cut out, scaled and centred; the set's own way is chosen at first"
        )
        set_role(self.caption, "dim small")
        self.seen.setAccessibleName("The image as the network gets it")
        tools = QHBoxLayout()
        tools.addWidget(self.tool)
        tools.addWidget(self.clear)
        tools.addWidget(self.fitting)
        tools.addStretch(1)
        beside = QVBoxLayout()
        beside.addWidget(self.caption)
        beside.addWidget(self.seen)
        beside.addStretch(1)
        drawing = QHBoxLayout()
        drawing.addWidget(self.canvas, 1)
        drawing.addLayout(beside)
        image = QWidget()
        column = QVBoxLayout(image)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(tools)
        column.addLayout(drawing, 1)
        self.pages.addWidget(image)
        self.pages.addWidget(Scrolled(self.fields))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.pages)

    def sizeHint(self) -> QSize:
        return _ROOM  # however many inputs there are: they scroll

    def set_data(self, dataset: Dataset, features: Collection[str]) -> None:
        """Make the fields, or the canvas, of another dataset; features: the inputs that are computed from two."""
        self._dataset, self._features = dataset, features
        if dataset.image_shape is not None:
            self._background = background_of(dataset)
            is_dark = self._background > (dataset.pixel_max or 255) / 2
            height, width = dataset.image_shape[:2]
            self.canvas.set_shape(height, width, is_dark)
            self.fitting.setCurrentIndex(self.fitting.findData(usual_fitting(dataset)))
            self.pages.setCurrentIndex(0)
            return
        self._fields = example_fields(dataset, features)[:_MOST_FIELDS]
        self.set_ranges(np.zeros(dataset.inputs), np.zeros(dataset.inputs))
        self.pages.setCurrentIndex(1)

    def set_ranges(self, low: Row, high: Row) -> None:
        """Let the sliders of numbers reach from the smallest to the largest value of training, (n,) each."""
        if self._dataset is None or self._dataset.image_shape is not None:
            return
        fields = (
            Field(field.name, float(low[field.start]), float(high[field.start]), field.options)
            for field in self._fields
        )
        self.fields.set_fields(list(fields))

    def hint(self) -> str:
        """Say what can be done with this data."""
        data = self._dataset
        if data is None:
            return ""
        if data.image_shape is not None:
            return "Draw over it, or clear it and draw your own."
        left_out = len(example_fields(data, self._features)) - len(self._fields)
        more = f" The first {len(self._fields)} inputs have fields; the other {left_out} stay." if left_out else ""
        return f"Move the sliders, or type numbers.{more}"

    def show_example(self, x: Row) -> None:
        """Show the numbers of an example, without a signal."""
        data = self._dataset
        assert data is not None
        self._x = x
        if data.image_shape is not None:
            self.canvas.set_ink(ink_of_row(x, data, self._background))
            self._show_seen()
        else:
            self.fields.set_values([field.value(x) for field in self._fields])

    def _show_seen(self) -> None:
        data = self._dataset
        assert data is not None
        assert data.image_shape is not None
        self.seen.set_image(pictures_of(self._x[None, :], data.image_shape, float(data.pixel_max or 255))[0])

    @Slot()
    def _on_drawn(self, _index: int = 0) -> None:
        if self._dataset is None or self._dataset.image_shape is None:
            return
        self._x = row_of_drawing(self.canvas.ink(), self.fitting.currentData(), self._dataset, self._background)
        self._show_seen()
        self.changed.emit(self._x)

    @Slot(int)
    def _on_tool_chosen(self, number: int) -> None:
        self.canvas.choose(erases=bool(number))

    @Slot(bool)
    def _on_tool_taken(self, erases: bool) -> None:
        self.tool.set_current(int(erases))

    @Slot(int, float)
    def _on_field_changed(self, number: int, value: float) -> None:
        x = self._x.copy()
        self._fields[number].write(x, value)
        try:
            self._x = completed(x, self._features)
        except DataError as error:
            self.refused.emit(str(error))
            return
        self.changed.emit(self._x)

"""One neuron in numbers: its weights as a picture or a strip, and how two of its quantities spread over the batch."""

from typing import Final

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from lab.gui.theme import set_role
from lab.gui.widgets.drawing.array_types import Matrix, Values
from lab.gui.widgets.drawing.number_text import number_text
from lab.gui.widgets.matrix.heatmap import Heatmap
from lab.gui.widgets.matrix.histogram import Histogram

_PICTURE: Final = 116
_NARROWEST: Final = 130


class SpreadView(QWidget):
    """A quantity over the batch: mean, smallest and largest, and a histogram."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.histogram = QLabel(), Histogram()
        self.histogram.setMinimumWidth(_NARROWEST)
        set_role(self.title, "mono small")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.title)
        layout.addWidget(self.histogram, 1)

    def set_values(self, name: str, values: Values | None) -> None:
        """Show m values (m,) of that name; None: there are none."""
        if values is None or not len(values):
            self.title.setText(f"{name}  –")
            self.histogram.set_values(None)
            self.histogram.setAccessibleName(f"Histogram of {name}")
            self.histogram.setAccessibleDescription("nothing to show yet")
            return
        with np.errstate(invalid="ignore", over="ignore"):
            mean, low, high = (number_text(float(x), signed=True) for x in (values.mean(), values.min(), values.max()))
        self.title.setText(f"{name}  mean {mean}\n{low} … {high}")
        self.histogram.set_values(values)
        self.histogram.setAccessibleName(f"Histogram of {name}")
        self.histogram.setAccessibleDescription(f"mean {mean}, from {low} to {high}")


class NeuronView(QWidget):
    """Shows the numbers of one neuron, or asks to point at one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.weights = QLabel(), Heatmap()
        self.spreads = SpreadView(), SpreadView()
        self.weights.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.weights.setFixedWidth(_PICTURE)
        self.weights.setAccessibleName("Weights of the neuron")
        self.weights.setToolTip("The weights that arrive at this neuron, blue below zero and orange above")
        self.title.setWordWrap(True)
        self.title.setAccessibleName("The neuron")
        set_role(self.title, "small")
        self._row = QWidget()
        row = QHBoxLayout(self._row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.weights)
        for spread in self.spreads:
            row.addWidget(spread, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self.title)
        layout.addWidget(self._row, 1)
        self.setFixedHeight(156)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_neuron(self, title: str, weights: Matrix | None, spreads: tuple[tuple[str, Values | None], ...]) -> None:
        """Show a neuron: its title, its weights (rows, columns), and the values of two quantities, each (m,)."""
        self.title.setText(title)
        self.weights.set_matrix(weights)
        self.weights.setVisible(weights is not None)
        for view, (name, values) in zip(self.spreads, spreads, strict=False):
            view.set_values(name, values)
        for place, view in enumerate(self.spreads):
            view.setVisible(place < len(spreads))
        self._row.show()

    def set_nothing(self, hint: str) -> None:
        """Show a hint in place of a neuron."""
        self.title.setText(hint)
        self.weights.set_matrix(None)
        self._row.hide()

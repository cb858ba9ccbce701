"""A scatter plot with the choice of what its two axes are, and a line that says what is drawn."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from lab.gui.theme import set_role
from lab.gui.widgets.fields.choices import choice_box
from lab.gui.widgets.rows.scatter_plot import ScatterPlot
from lab.gui.widgets.rows.scatter_points import ScatterPoints

_SHORTEST = 14

_LEAST_BOX = 96
"""Pixels of a choice of columns where there is little room: names may be long."""


class ScatterView(QWidget):
    """Offers axes by name for x, y and, where there is a choice, the colour; `choice_changed` follows a choice."""

    choice_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.across, self.up, self.colour = _box("Axis to the right"), _box("Axis upwards"), _box("Colour by")
        self.across.setToolTip(
            "What lies to the right. A principal component is the mix of all columns along which the rows differ most."
        )
        self.up.setToolTip(
            "What lies upwards. The second principal component is the widest direction at right angles to the first."
        )
        self.colour.setToolTip("The target number that gives the points their colour")
        self.boundary = QCheckBox("Boundary")
        self.boundary.setAccessibleName("Boundary behind the points")
        self.boundary.setToolTip(
            "Show behind the points what the network makes of every place, while it trains; all that is on no axis "
            "stays at its mean. It needs a run on this data, and axes that are inputs."
        )
        self.plot = ScatterPlot()
        self.plot.setToolTip("Point at a mark to read it, or go from mark to mark with the Left and Right keys.")
        self.caption = QLabel()
        self.caption.setWordWrap(True)
        set_role(self.caption, "dim small")
        self._colour_label = QLabel("Colour")
        self._lay_out()
        for box in (self.across, self.up, self.colour):
            box.activated.connect(self._on_activated)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(6)
        for label, box in ((QLabel("Right"), self.across), (QLabel("Up"), self.up), (self._colour_label, self.colour)):
            set_role(label, "dim")
            label.setBuddy(box)
            label.setToolTip(box.toolTip())
            box.setMinimumWidth(_LEAST_BOX)
            row.addWidget(label)
            row.addWidget(box)
        row.addStretch(1)
        row.addWidget(self.boundary)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self.plot, 1)
        layout.addWidget(self.caption)

    def set_axes(self, names: list[str], x: int, y: int, colours: list[str]) -> None:
        """Offer other axes, with those at x and y chosen, and other colours, with the first chosen."""
        for box, items, chosen in ((self.across, names, x), (self.up, names, y), (self.colour, colours, 0)):
            box.clear()
            box.addItems(items)
            box.setCurrentIndex(chosen)
        for widget in (self._colour_label, self.colour):
            widget.setVisible(len(colours) > 1)

    def set_points(self, points: ScatterPoints, caption: str) -> None:
        """Show points, and say beneath what they are."""
        self.plot.set_points(points)
        self.caption.setText(caption)

    @Slot(int)
    def _on_activated(self, _index: int) -> None:
        self.choice_changed.emit()


def _box(name: str) -> QComboBox:
    box = choice_box()
    box.setAccessibleName(name)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(_SHORTEST)
    box.setMaxVisibleItems(16)
    box.view().setTextElideMode(Qt.TextElideMode.ElideMiddle)
    return box

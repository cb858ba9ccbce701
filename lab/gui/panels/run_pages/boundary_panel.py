"""The page that shows what the network makes of every place between the examples: regions of classes, or a surface."""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from lab.data.dataset import Dataset
from lab.data.subsets.split import SUBSETS
from lab.experiment.browse.browse import Directions
from lab.experiment.browse.input_axes import InputAxis, direction_axes, input_axes
from lab.experiment.example_names import example_place
from lab.experiment.readings.boundary import Boundary, BoundaryMap
from lab.experiment.readings.data_directions import DataDirections
from lab.experiment.readings.reading import AnyReading
from lab.experiment.snapshot import Snapshot
from lab.gui.panels.viewer_panel import ViewerPanel
from lab.gui.theme import Theme, follow, set_role
from lab.gui.widgets.drawing.number_text import count_text
from lab.gui.widgets.drawing.region_image import map_image
from lab.gui.widgets.fields.choices import choice_box
from lab.gui.widgets.fields.segmented import Segmented
from lab.gui.widgets.fields.switch_row import SwitchRow
from lab.gui.widgets.rows.scatter_plot import ScatterPlot
from lab.gui.widgets.rows.scatter_points import ScatterPoints, scale_of
from lab.gui.workspace.workspace import Workspace

_CELLS: Final = ((50, 80), (300, 40), (10**9, 32))
"""The cells of the map a way, for data of up to so many inputs: training waits while it is computed."""
_PARTS: Final = (
    ("train", "Train", "Show the examples that the weights learn from"),
    ("validation", "Validation", "Show the examples that are tested after each epoch; their marks have a rim"),
    ("test", "Test", "Show the examples that are kept for the end; their marks have a rim"),
)
_NOTHING: Final = "Nothing runs yet: press Run or Step batch, and the map of what the network has learnt appears here."
_NO_MAP: Final = "This data cannot be asked about: its file is gone, or a number there is too large."
_MEAN, _EXAMPLE = "mean", "example"
_REST: Final = (
    (_MEAN, "Mean", "All other inputs stay at their mean over the training rows"),
    (_EXAMPLE, "Pinned example", "All other inputs stay as they are in the example that the run is pinned to"),
)


class BoundaryPanel(ViewerPanel):
    """Shows a map of the network over two of its inputs, with the examples; it follows the run while it trains."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self._dataset: Dataset | None = None
        self._axes: dict[str, InputAxis] = {}
        self._directions: Directions | None = None
        self._is_chosen = False
        """Whether a person has chosen the axes."""
        self._shown: Boundary | None = None
        self._points_of: tuple[object, ...] = ()
        """What the points on show were made of."""
        self.across, self.up, self.target, self.rest = (choice_box() for _ in range(4))
        self.shading, self.parts = Segmented(), SwitchRow(_PARTS)
        self.plot, self.note = ScatterPlot(), QLabel(_NOTHING)
        self._dress()
        self._lay_out()
        for box in (self.across, self.up, self.target, self.rest):
            box.activated.connect(self._on_chosen)
        self.across.activated.connect(self._on_axes_chosen)
        self.up.activated.connect(self._on_axes_chosen)
        self.shading.current_changed.connect(self._show_map)
        self.parts.names_chosen.connect(self._on_chosen)
        self._run.edited.connect(self._on_edited)
        follow(self._on_theme_changed)

    def _dress(self) -> None:
        for box, name in ((self.across, "Axis to the right"), (self.up, "Axis upwards"), (self.target, "Target")):
            box.setAccessibleName(name)
            box.setMinimumContentsLength(11)
            box.setSizeAdjustPolicy(box.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for place, (name, title, hint) in enumerate(_REST):
            self.rest.addItem(title, name)
            self.rest.setItemData(place, hint, Qt.ItemDataRole.ToolTipRole)
        self.rest.setAccessibleName("Where the other inputs are")
        self.shading.set_items(
            ["Regions", "Shades"],
            [
                "One colour for all of a region: which class each place is taken for, or steps of equal height",
                "Paler where the network is less sure, and a number without steps",
            ],
        )
        self.shading.setAccessibleName("Shading of the map")
        self.parts.set_names([SUBSETS[0]])
        self.parts.setAccessibleName("Examples on the map")
        self.plot.setAccessibleName("Map of the network")
        self.plot.setToolTip("Point at a mark to read it, or go from mark to mark with the Left and Right keys.")
        self.note.setWordWrap(True)
        self.note.setAccessibleName("What the map shows")
        set_role(self.note, "dim small")

    def _lay_out(self) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
        hint = "A principal component is the mix of all inputs along which the examples differ most."
        self._labels: dict[QWidget, QLabel] = {}
        for row, title, box, help_text in (
            (first, "Right", self.across, f"The input that grows to the right. {hint}"),
            (first, "Up", self.up, f"The input that grows upwards. {hint}"),
            (first, "Target", self.target, "The number to predict whose surface is shown"),
        ):
            self._add(row, title, box, help_text)
        second.addWidget(self.shading)
        second.addSpacing(8)
        second.addWidget(self.parts)
        second.addStretch(1)
        self._add(second, "Others", self.rest, "Where the inputs are that are on no axis")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(6)
        layout.addLayout(first)
        layout.addLayout(second)
        layout.addWidget(self.plot, 1)
        layout.addWidget(self.note)

    def _add(self, row: QHBoxLayout, title: str, box: QWidget, help_text: str) -> None:
        label = self._labels[box] = QLabel(title)
        set_role(label, "dim")
        label.setBuddy(box)
        for part in (label, box):
            part.setToolTip(help_text)
        row.addWidget(label)
        row.addWidget(box, 1 if box is not self.rest else 0)

    def _offer(self, box: QWidget, is_offered: bool) -> None:
        for part in (self._labels[box], box):
            part.setVisible(is_offered)

    # what is asked

    def readings(self) -> Iterable[AnyReading]:
        """Return the map that is wanted now, and the principal components while they are not known."""
        self._take_data()
        if self._dataset is None:
            return ()
        wants_directions = self._dataset.inputs > 2 and self._directions is None
        return (self._map(), DataDirections()) if wants_directions else (self._map(),)

    def _map(self) -> BoundaryMap:
        assert self._dataset is not None
        chosen = self.parts.switches
        parts = tuple(name for name in SUBSETS if chosen[name].isChecked())
        up = self._axes[self.up.currentText()] if self._dataset.inputs > 1 else None
        side = next(cells for most, cells in _CELLS if self._dataset.inputs <= most)
        keeps = self._workspace.selection.example if self.rest.currentData() == _EXAMPLE else None
        target = max(self.target.currentIndex(), 0)
        return BoundaryMap(self._axes[self.across.currentText()], up, side, parts, None, keeps, target)

    def _take_data(self) -> None:
        """Offer the axes of the data that runs, where it is other data than before."""
        dataset = self._run.facts.dataset if self._run.facts is not None else None
        if dataset is self._dataset:
            return
        names = () if self._dataset is None else self._dataset.feature_names
        self._dataset = dataset
        if dataset is None:
            return
        if names != dataset.feature_names:
            self._is_chosen = False
        self._directions = None
        self._offer_axes()
        self.target.clear()
        self.target.addItems(list(dataset.target_names) if dataset.is_regression else [])
        self._offer(self.target, self.target.count() > 1)
        self._offer(self.up, dataset.inputs > 1)
        self._offer(self.rest, dataset.inputs > 2 and not self._extended())

    def _extended(self) -> bool:
        return self._run.experiment is not None and bool(self._run.experiment.data.features)

    def _offer_axes(self) -> None:
        """Offer the axes by name; what was chosen stays where there is one of that name."""
        assert self._dataset is not None
        features = self._run.experiment.data.features if self._run.experiment is not None else ()
        axes = [] if self._directions is None or features else list(direction_axes(self._directions))
        axes += input_axes(self._dataset, features)
        self._axes = {axis.name: axis for axis in axes}
        before = self.across.currentText(), self.up.currentText()
        for place, (box, name) in enumerate(zip((self.across, self.up), before, strict=True)):
            box.clear()
            box.addItems(list(self._axes))
            keeps = self._is_chosen and name in self._axes
            box.setCurrentIndex(box.findText(name) if keeps else min(place, len(axes) - 1))

    # what is shown

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the map that came; while there is none for the present choices the last one of them stays."""
        if self._dataset is None:
            return
        directions = snapshot.get(DataDirections())
        if directions is not None and self._directions is None:
            self._directions = directions
            self._offer_axes()
            self._run.refresh()
            return
        found = snapshot.get(self._map())
        if found is not None and found is not self._shown:
            self._shown = found
            self._show_points()
            self._show_map()
        elif self._shown is None:
            self.note.setText("Asking the network…" if self._map() in snapshot.postponed else _NO_MAP)

    def _show_points(self) -> None:
        shown, dataset = self._shown, self._dataset
        assert shown is not None and dataset is not None
        made_of = (self._map(), dataset, shown.points.rows.tobytes(), shown.points.parts.tobytes())
        if made_of != self._points_of:
            self._points_of = made_of
            self.plot.set_points(self._points(shown, dataset))
        self.plot.set_predictions(shown.points.predicted, shown.points.wrong)

    def _points(self, shown: Boundary, dataset: Dataset) -> ScatterPoints:
        points, wanted = shown.points, self._map()
        parts = [SUBSETS[number] for number in points.parts.tolist()]
        target = dataset.target_names[wanted.target] if dataset.is_regression else ""
        view = shown.across, shown.up
        up = "" if dataset.is_regression or wanted.up is not None else "(apart, so that they are seen)"
        scale = None
        if dataset.is_regression:
            scale = scale_of(dataset.y[:, wanted.target])
            up = f"{target} (target)"
            if wanted.up is None:
                middle, reach = scale
                view = shown.across, (middle - 1.15 * reach, middle + 1.15 * reach)
        return ScatterPoints(
            points.x, points.y, points.rows, points.targets, dataset.class_names, target,
            wanted.across.name, wanted.up.name if wanted.up is not None else up,
            lambda place: f"{example_place(dataset, int(points.rows[place]))} ({parts[place]})",
            wanted.across.names, wanted.up.names if wanted.up is not None else (), view, scale, points.parts > 0,
        )  # fmt: skip

    @Slot()
    def _show_map(self, _place: int = 0) -> None:
        shown, dataset = self._shown, self._dataset
        if shown is None or dataset is None:
            return
        smooth = self.shading.current() == 1
        if shown.values is not None and len(shown.values) == 1 and dataset.inputs == 1:
            self.plot.set_curve(shown.places, shown.values[0])
        else:
            scale = scale_of(dataset.y[:, self._map().target]) if dataset.is_regression else (0.0, 1.0)
            image = map_image(shown.classes, shown.certainty, shown.values, scale, self._theme, smooth)
            map_ = self._map()
            has_categories = bool(map_.across.names) or (map_.up is not None and bool(map_.up.names))
            self.plot.set_backdrop(image, smooth and not has_categories)  # between two categories there is nothing

    def show_figures(self, snapshot: Snapshot) -> None:
        """Say in words what the map shows."""
        if self._shown is not None and self._dataset is not None:
            self.note.setText(self._words(self._shown, self._dataset))

    def _words(self, shown: Boundary, dataset: Dataset) -> str:
        """Say what the map shows, of which step, and where the other inputs are."""
        points, map_ = shown.points, self._map()
        words = [f"Step {count_text(shown.step)}."]
        if len(points.rows):
            shares = f"{count_text(len(points.rows))} examples"
            if len(points.rows) < points.total:
                shares = f"{count_text(len(points.rows))} of {count_text(points.total)} examples"
            wrong = "far off (by more than the targets' standard deviation)" if dataset.is_regression else "wrong"
            words.append(f"{shares}; ringed: the {count_text(int(points.wrong.sum()))} it gets {wrong}.")
        on_axes = sum(1 for axis in (map_.across, map_.up) if axis is not None)
        if dataset.inputs > on_axes and not self._extended():
            where = "at their mean" if shown.rest is None else f"as in {example_place(dataset, shown.rest)}"
            pins = " (nothing is pinned)" if self.rest.currentData() == _EXAMPLE and shown.rest is None else ""
            what = "Beyond the two axes all inputs are" if self._directions_shown() else "The other inputs are"
            words.append(f"{what} {where}{pins}.")
        words.append("While it trains the map is made anew up to ten times a second.")
        return " ".join(words)

    def _directions_shown(self) -> bool:
        """Return whether an axis is a mix of all inputs."""
        mixed = () if self._directions is None else [axis.name for axis in direction_axes(self._directions)]
        return self.across.currentText() in mixed or self.up.currentText() in mixed

    def clear(self) -> None:
        """Show no map of another run."""
        self._shown, self._points_of = None, ()
        self.plot.set_points(ScatterPoints())
        self.plot.set_backdrop(QImage())
        self.note.setText(_NOTHING)

    @Slot(int)
    def _on_axes_chosen(self, _place: int) -> None:
        self._is_chosen = True

    @Slot()
    def _on_chosen(self, _what: object = None) -> None:
        self._run.refresh()

    @Slot(str)
    def _on_edited(self, _sentence: str) -> None:
        if self._run.facts is None or self._run.facts.dataset is not self._dataset:
            self.clear()

    @Slot(object)
    def _on_theme_changed(self, theme: Theme) -> None:
        self._theme = theme
        self._show_map()

"""The page on which a person paints a 2-D data set; the network learns it as it is painted."""

from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from lab.data.sets.painted import COLOURS
from lab.experiment.browse.input_axes import InputAxis, input_axes
from lab.experiment.forms.data_specs import PAINTED, DataSpec
from lab.experiment.readings.boundary import BoundaryMap
from lab.experiment.readings.reading import AnyReading
from lab.experiment.snapshot import Snapshot
from lab.gui import theme
from lab.gui.panels.viewer_panel import ViewerPanel
from lab.gui.theme import set_role
from lab.gui.widgets.drawing.number_text import count_text
from lab.gui.widgets.drawing.region_image import map_image
from lab.gui.widgets.fields.choices import show_number
from lab.gui.widgets.fields.labelled_row import labelled_row
from lab.gui.widgets.fields.segmented import Segmented
from lab.gui.widgets.fields.wheel_turn import scroll_past
from lab.gui.widgets.fields.whole_box import WholeBox
from lab.gui.widgets.paint.paint_canvas import PaintCanvas
from lab.gui.widgets.paint.paint_tools import LARGEST, SMALLEST, TOOLS
from lab.gui.widgets.paint.point_cloud import REACH
from lab.gui.widgets.paint.swatches import Swatches
from lab.gui.workers.commands import State
from lab.gui.workspace.painting import FEWEST_CLASSES, MOST_CLASSES, Painting, PointTuple
from lab.gui.workspace.workspace import Workspace

_TELL_MILLISECONDS = 250
_SLIDER_STEPS = 100
_CELLS = 64
_HINT = (
    "Drag here to paint points of one class,\nthen choose another colour for the next.\n"
    "The network learns which colour is where."
)


class PaintPanel(ViewerPanel):
    """A canvas with its tools; what is painted becomes the draft's data, and the data of a run of painted points.

    Behind the points lies what the network that runs makes of every place.
    """

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self._rng = np.random.default_rng()
        self._told: tuple[tuple[PointTuple, ...], int] = ((), 0)
        """The points and classes that the draft has from here or that were loaded from it."""
        self._axes: tuple[tuple[object, ...], tuple[InputAxis, ...]] | None = None
        """The two inputs as axes, beside what they were made for."""
        self.painting = Painting(self)
        self.canvas = PaintCanvas()
        self.canvas.set_hint(_HINT)
        self._make_tools()
        self._lay_out()
        self._due = QTimer(self)
        self._due.setSingleShot(True)
        self._due.setInterval(_TELL_MILLISECONDS)
        self._due.timeout.connect(self._tell)
        self._connect_canvas()
        self._connect_tools()
        self.painting.changed.connect(self._on_painting_changed)
        self.painting.stroke_finished.connect(self._tell)
        self.painting.full.connect(lambda sentence: self._write("warn", sentence))
        workspace.draft.changed.connect(self._on_draft_changed)
        workspace.run.state_changed.connect(self._say)
        theme.follow(self._retint)
        self.boundary.clicked.connect(self._on_boundary_clicked)
        self._on_painting_changed()
        self._on_draft_changed()

    def _make_tools(self) -> None:
        self.tools = Segmented()
        helps = [f"{tool.help} (key {tool.key})" for tool in TOOLS.values()]
        self.tools.set_items([tool.title for tool in TOOLS.values()], helps)
        self.radius = QSlider(Qt.Orientation.Horizontal)
        scroll_past(self.radius)
        self.radius.setRange(round(SMALLEST * _SLIDER_STEPS), round(LARGEST * _SLIDER_STEPS))
        self.radius.setValue(round(self.canvas.radius * _SLIDER_STEPS))
        self.radius.setMinimumWidth(60)
        self.radius.setMaximumWidth(140)
        self.undo = _button("undo", "Undo", "Take back the last stroke (Ctrl+Z on the canvas)")
        self.redo = _button("redo", "Redo", "Paint again what was taken back (Ctrl+Y on the canvas)")
        self.clear_all = _button("remove", "Clear", "Take away all points; undo brings them back")
        self.swatches = Swatches()
        self.classes = WholeBox(FEWEST_CLASSES, MOST_CLASSES)
        self.classes.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.UpDownArrows)
        self.classes.setFixedWidth(58)
        self.boundary = QCheckBox("Boundary")
        self.boundary.setChecked(True)
        self.boundary.setAccessibleName("Boundary behind the points")
        self.boundary.setToolTip("Show behind the points which class the network takes each place for, while it trains")
        self.says = QLabel()
        self.says.setWordWrap(True)
        self.says.setAccessibleName("State of the painting")

    def _lay_out(self) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
        first.addWidget(self.tools)
        first.addSpacing(4)
        size_help = "The radius of the tool, which the ring shows; each tool keeps its own (keys [ and ])"
        first.addWidget(labelled_row("Size", self.radius, size_help))
        first.addStretch(1)
        for button in (self.undo, self.redo, self.clear_all):
            first.addWidget(button)
        second.addWidget(self.swatches)
        second.addStretch(1)
        second.addWidget(self.boundary)
        second.addSpacing(8)
        classes_help = "How many classes there are; with a class its points go too (undo brings them back)"
        second.addWidget(labelled_row("Classes", self.classes, classes_help))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.setSpacing(6)
        layout.addLayout(first)
        layout.addLayout(second)
        layout.addWidget(self.canvas, 1)
        layout.addWidget(self.says)

    def _connect_canvas(self) -> None:
        canvas, painting = self.canvas, self.painting
        canvas.stroke_begun.connect(painting.begin_stroke)
        canvas.stroke_finished.connect(painting.end_stroke)
        canvas.painted.connect(lambda points: painting.add(points, self.swatches.current()))
        canvas.erased.connect(lambda x, y, radius: painting.erase((x, y), radius))
        canvas.sprayed.connect(
            lambda x, y, radius, count: painting.spray((x, y), radius, count, self.swatches.current(), self._rng)
        )
        canvas.undo_wanted.connect(painting.undo)
        canvas.redo_wanted.connect(painting.redo)
        canvas.tool_chosen.connect(lambda name: self.tools.set_current(list(TOOLS).index(name)))
        canvas.class_chosen.connect(self._on_class_chosen)
        canvas.radius_chosen.connect(self._show_size)

    def _connect_tools(self) -> None:
        self.tools.current_changed.connect(self._on_tool_changed)
        self.radius.valueChanged.connect(lambda value: self.canvas.set_radius(value / _SLIDER_STEPS))
        self.swatches.current_changed.connect(self.canvas.set_class)
        self.classes.valueChanged.connect(self.painting.set_classes)
        self.undo.clicked.connect(self.painting.undo)
        self.redo.clicked.connect(self.painting.redo)
        self.clear_all.clicked.connect(self.painting.clear)

    # what the network makes of it

    def readings(self) -> Iterable[AnyReading]:
        """Return the map behind the points, where the run takes what is painted."""
        return () if (wanted := self._map()) is None else (wanted,)

    def _map(self) -> BoundaryMap | None:
        running, facts = self._run.experiment, self._run.facts
        if running is None or facts is None or not self.boundary.isChecked() or not self._is_live():
            return None
        made_for = (facts.dataset.inputs, running.data.features)
        if self._axes is None or self._axes[0] != made_for:
            self._axes = made_for, input_axes(facts.dataset, running.data.features)
        across, up = self._axes[1]
        return BoundaryMap(across, up, side=_CELLS, spans=((-REACH, REACH), (-REACH, REACH)))

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the map that came behind the points."""
        wanted = self._map()
        if wanted is None:
            self.canvas.set_backdrop(QImage())
        elif (found := snapshot.get(wanted)) is not None:
            dressed = theme.current()
            image = map_image(found.classes, found.certainty, found.values, (0.0, 1.0), dressed, is_smooth=True)
            self.canvas.set_backdrop(image)

    def clear(self) -> None:
        """Show no map of another run."""
        self.canvas.set_backdrop(QImage())

    @Slot()
    def _on_boundary_clicked(self) -> None:
        self.clear()
        self._run.refresh()

    # what the tools say

    @Slot(int)
    def _on_tool_changed(self, place: int) -> None:
        self.canvas.set_tool(list(TOOLS)[place])
        self._show_size()

    @Slot()
    def _show_size(self) -> None:
        self.radius.blockSignals(True)
        self.radius.setValue(round(self.canvas.radius * _SLIDER_STEPS))
        self.radius.blockSignals(False)

    @Slot(int)
    def _on_class_chosen(self, number: int) -> None:
        if number < self.painting.points.classes:
            self.swatches.set_current(number)

    @Slot(object)
    def _retint(self, _theme: object = None) -> None:
        for segment, name in zip(self.tools.findChildren(QPushButton), TOOLS, strict=True):
            segment.setIcon(theme.icon(name))
        for button in (self.undo, self.redo, self.clear_all):
            button.setIcon(theme.icon(str(button.property("icon_name"))))

    # from the painting to the draft

    @Slot()
    def _on_painting_changed(self) -> None:
        painting, points = self.painting, self.painting.points
        self.canvas.set_points(points.x, points.y, points.label)
        self.swatches.set_names(COLOURS[: points.classes])
        self.swatches.set_counts(points.counts())
        show_number(self.classes, points.classes)
        self.undo.setEnabled(painting.can_undo)
        self.redo.setEnabled(painting.can_redo)
        self.clear_all.setEnabled(len(points) > 0)
        self._say()
        if painting.in_stroke and self._is_live() and not self._due.isActive():
            self._due.start()

    @Slot()
    def _tell(self) -> None:
        """Make the draft's data of what is painted now."""
        self._due.stop()
        self._told = points, classes = self.painting.as_points(), self.painting.points.classes
        data = painted_data(self._workspace.draft.experiment.data, points, classes)
        self._workspace.repaint(data)

    # from the draft to the painting

    @Slot()
    def _on_draft_changed(self) -> None:
        data = self._workspace.draft.experiment.data
        if data.source == PAINTED:
            found = (data.points, int(data.options.get("classes", FEWEST_CLASSES)))
            if found != self._told:
                self._told = found
                self.painting.load(*found)
        self._say()

    def _is_live(self) -> bool:
        """Tell whether the run takes what is painted: it is the draft, but for the points."""
        running, draft = self._workspace.run.experiment, self._workspace.draft.experiment
        if running is None or not running.data.source == draft.data.source == PAINTED:
            return False
        return (running.data.options, running.layers) == (draft.data.options, draft.layers)

    def _lacking(self) -> str:
        """Ask for points where a class has too few for one in each part of the data, else return nothing."""
        data, counts = self._workspace.draft.experiment.data, self.painting.points.counts()
        fewest = sum(share > 0 for share in data.split) if data.stratified else 0
        names = [COLOURS[label] for label, count in enumerate(counts) if count < fewest]
        listed = " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
        return f"to train, paint {fewest} points or more of {listed}" if names else ""

    @Slot(object)
    def _say(self, _state: object = None) -> None:
        points, draft = self.painting.points, self._workspace.draft
        counted = f"{count_text(len(points))} points, {points.classes} classes"
        if draft.experiment.data.source != PAINTED:
            unused = "these points are not the data in use, the next stroke makes them so"
            text = unused if len(points) else "the first stroke makes the painting the data in use"
            self._write("dim", f"{counted}; {text}")
        elif lacking := self._lacking():
            self._write("warn", f"{counted}; {lacking}")
        elif draft.data_problem is not None:
            self._write("warn", f"{counted}. {draft.data_problem}")
        elif not self._is_live():
            self._write("dim", f"{counted}; press Run, then it trains as you paint")
        elif self._workspace.run.state in (State.RUNNING, State.FINISHED):
            self._write("ok", f"{counted}; trains as you paint")
        else:
            self._write("dim", f"{counted}; the run stands still, it trains as you paint when it runs")

    def _write(self, role: str, text: str) -> None:
        self.says.setText(text)
        set_role(self.says, f"{role} small")


def painted_data(old: DataSpec, points: tuple[PointTuple, ...], classes: int) -> DataSpec:
    """Return the data of a painting: that of `old` with other points, or, where that is no painting, a new one."""
    fields = {"points": points, "options": {"classes": float(classes)}}
    if old.source == PAINTED:
        return old.model_copy(update=fields)
    # the points were made here, so nothing is left to check of twenty thousand of them
    return DataSpec(source=PAINTED, scaling="none", split=old.split_of_others).model_copy(update=fields)


def _button(icon: str, name: str, help_text: str) -> QToolButton:
    button = QToolButton()
    button.setProperty("icon_name", icon)
    button.setAccessibleName(name)
    button.setToolTip(help_text)
    return button

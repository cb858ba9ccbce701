"""The loss surface: over two weights or two directions, with the path of the run, and optimizers raced over it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from lab.core.optimizers import OPTIMIZERS
from lab.experiment.readings.plane_place import PlanePlace
from lab.experiment.readings.reading import AnyReading
from lab.experiment.snapshot import Snapshot
from lab.gui.panels.viewer_panel import ViewerPanel
from lab.gui.theme import set_role
from lab.gui.widgets.drawing.number_text import count_text, number_text
from lab.gui.widgets.fields.choices import choice_box
from lab.gui.widgets.surface.surface_plot import PlaneHeights, PlanePath, SurfacePlot
from lab.gui.workspace.kept_choices import KeptChoices
from lab.gui.workspace.saving import Saving
from lab.gui.workspace.workspace import Workspace

if TYPE_CHECKING:
    from lab.experiment.surface.loss_surface import Surface, SurfaceChoice
    from lab.experiment.surface.race import RacePath

_DIRECTIONS: Final = (
    ("random", "Random directions", "Two random directions, each column of W as long as in the network"),
    ("principal", "Directions of the path", "The two directions in which the weights have moved most so far"),
    ("cells", "Two weights", "The two weights that you name; all others stay as they are"),
)
_POINTS: Final = (("21", "21 × 21", "A quick look"), ("31", "31 × 31", "Usual"), ("61", "61 × 61", "Fine"))
_ZOOMS: Final = (
    ("0.1", "range ÷ 10", "A tenth of the usual range: close around the weights of now"),
    ("0.3", "range ÷ 3", "A third of the usual range"),
    ("1", "usual range", "As far as the weights are large, or as far as the path went"),
    ("3", "range × 3", "Three times the usual range"),
    ("10", "range × 10", "Ten times the usual range"),
)
_START: Final = (0.2, 0.8)
"""Where a race begins unless a point is chosen: that far from the left and from the bottom."""
_NOTHING = (
    "Choose directions and press Compute: the loss is measured at every point of a plane through the weights, "
    "on a copy of the network, while training goes on."
)


class SurfacePanel(ViewerPanel):
    """Begins and cancels the job, and shows the last surface with where the run is on it now."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self._computing = workspace.surface
        self._kept = KeptChoices("surface", self)
        self._saving = Saving(workspace, self)
        self._shown: Surface | None = None
        self._drawn: tuple[Surface | None, list[RacePath]] = None, []
        """What is drawn: a surface and the races on it."""
        self._seed = 1
        self.directions, self.points, self.zoom = choice_box(_DIRECTIONS), choice_box(_POINTS), choice_box(_ZOOMS)
        self.cells = QLineEdit("W1[0, 0]"), QLineEdit("W1[0, 1]")
        self.from_inspector = QToolButton(), QToolButton()
        self.compute, self.race = QPushButton("Compute"), QPushButton("Race optimizers")
        self.others, self.cancel, self.save = QPushButton("Others"), QPushButton("Cancel"), QToolButton()
        self.progress = QProgressBar()
        self.facts = QLabel()
        self.plot = SurfacePlot()
        self._lay_out()
        self._connect()
        self._show_state()

    def _lay_out(self) -> None:
        self.directions.setAccessibleName("Directions")
        self.points.setAccessibleName("Points of the grid")
        self.zoom.setAccessibleName("Range")
        for box, what, offered, usual in (
            (self.directions, "directions", _DIRECTIONS, "random"),
            (self.points, "points", _POINTS, "31"),
            (self.zoom, "zoom", _ZOOMS, "1"),
        ):
            box.setCurrentIndex(box.findData(self._kept.one(what, [name for name, _, _ in offered], usual)))
        for line, axis, button in zip(self.cells, ("first", "second"), self.from_inspector, strict=True):
            line.setAccessibleName(f"The {axis} weight")
            line.setToolTip("A weight by its name, counted from 0: W1[0, 2] or b2[3]")
            line.setFixedWidth(92)
            button.setText("←")
            button.setToolTip(f"Take the cell chosen in the inspector as the {axis} weight")
            button.setAccessibleName(f"Take the {axis} weight from the inspector")
        self.others.setToolTip("Draws two other random directions")
        self.compute.setToolTip("Measures the loss at every point of the grid, on a copy of the network of now")
        self.race.setToolTip(
            "SGD, momentum, RMSProp and Adam run 200 steps from the chosen point, each with a copy of the network and "
            "its usual learning rate, which the legend tells; click the picture to choose where they start"
        )
        self.cancel.setToolTip("Lets go of what is under way; the last surface stays")
        self.save.setToolTip("Save the picture as PNG")
        self.save.setAccessibleName("Save the picture")
        self.save.setText("Save")
        self.progress.setAccessibleName("Progress")
        self.progress.setMaximumHeight(14)
        policy = self.progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(policy)
        set_role(self.compute, "primary")
        set_role(self.facts, "dim small")
        self.facts.setWordWrap(True)
        self.facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        first, second = QHBoxLayout(), QHBoxLayout()
        first.addWidget(self.directions)
        for line, button in zip(self.cells, self.from_inspector, strict=True):
            first.addWidget(line)
            first.addWidget(button)
        first.addWidget(self.others)
        first.addStretch(1)
        first.addWidget(self.points)
        first.addWidget(self.zoom)
        second.addWidget(self.compute)
        second.addWidget(self.race)
        second.addWidget(self.progress, 1)
        second.addWidget(self.cancel)
        second.addWidget(self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.setSpacing(6)
        layout.addLayout(first)
        layout.addLayout(second)
        layout.addWidget(self.facts)
        layout.addWidget(self.plot, 1)

    def _connect(self) -> None:
        for box in (self.directions, self.points, self.zoom):
            box.activated.connect(self._on_choice)
        for line in self.cells:
            line.returnPressed.connect(self._on_compute)
        one, other = self.from_inspector
        one.clicked.connect(self._on_take_first)
        other.clicked.connect(self._on_take_second)
        self.others.clicked.connect(self._on_others)
        self.compute.clicked.connect(self._on_compute)
        self.race.clicked.connect(self._on_race)
        self.cancel.clicked.connect(self._computing.cancel)
        self.save.clicked.connect(self._on_save)
        self._computing.changed.connect(self._show_state)

    # what the user does

    @property
    def choice(self) -> SurfaceChoice:
        """Which surface is chosen."""
        from lab.experiment.surface.loss_surface import SurfaceChoice

        one, other = (line.text() for line in self.cells)
        return SurfaceChoice(
            self.directions.currentData(), (one, other), self._seed, int(self.points.currentData()),
            float(self.zoom.currentData()),
        )  # fmt: skip

    @Slot()
    def _on_choice(self) -> None:
        for box, what in ((self.directions, "directions"), (self.points, "points"), (self.zoom, "zoom")):
            self._kept.keep(what, box.currentData())
        self._show_state()

    @Slot()
    def _on_take_first(self) -> None:
        self._take_cell(self.cells[0])

    @Slot()
    def _on_take_second(self) -> None:
        self._take_cell(self.cells[1])

    def _take_cell(self, line: QLineEdit) -> None:
        """Write the cell that is chosen in the inspector into a field."""
        parameter, cell = self._workspace.shown_parameter, self._workspace.selection.cell
        if parameter is None or cell is None:
            self._workspace.problem_found.emit("Choose a cell of W or b in the inspector first: click it there.")
            return
        layer, name = parameter
        line.setText(f"{name}{layer + 1}[{cell[0]}, {cell[1]}]")

    @Slot()
    def _on_others(self) -> None:
        self._seed += 1
        self._on_compute()

    @Slot()
    def _on_compute(self) -> None:
        self._workspace.compute_surface(self.choice)

    @Slot()
    def _on_race(self) -> None:
        surface, place = self._shown, self.plot.chosen_place()
        if surface is None:
            return
        origin = surface.plane.origin
        if place is None:
            x, y = self._axes(surface)
            place = x[0] + _START[0] * (x[-1] - x[0]), y[0] + _START[1] * (y[-1] - y[0])
            self.plot.choose_place(*place)
        self._computing.race((place[0] - origin[0], place[1] - origin[1]))

    @Slot()
    def _on_save(self) -> None:
        name = f"{self._workspace.shown.name} loss surface"
        self._saving.save_png(self.plot.grab(), "Save the loss surface", name)

    # what is shown

    @staticmethod
    def _axes(surface: Surface) -> tuple[np.ndarray, np.ndarray]:
        origin = surface.plane.origin
        return surface.alphas + origin[0], surface.betas + origin[1]

    @Slot()
    def _show_state(self) -> None:
        computing = self._computing
        by_cells, is_random = self.directions.currentData() == "cells", self.directions.currentData() == "random"
        for widget in (*self.cells, *self.from_inspector):
            widget.setVisible(by_cells)
        self.others.setVisible(is_random)
        done, total = computing.progress
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self.progress.setVisible(computing.is_under_way)
        self.cancel.setVisible(computing.is_under_way)
        self.race.setEnabled(computing.surface is not None and not computing.is_under_way)
        self.save.setEnabled(computing.surface is not None)
        if computing.surface is not self._shown or computing.surface is None:
            self._show_surface(computing.surface)
        self._show_paths()

    def _show_surface(self, surface: Surface | None) -> None:
        self._shown = surface
        if surface is None:
            self.plot.set_plane(None, _NOTHING)
            self.facts.setText("")
            return
        x, y = self._axes(surface)
        self.plot.set_plane(PlaneHeights(x, y, surface.losses, surface.plane.names))
        self.facts.setText(_told(surface))
        self._run.refresh()

    def _show_paths(self) -> None:
        surface, races = self._shown, self._computing.races
        if surface is None or self._drawn == (surface, races):
            return  # what is under way tells how far it is ten times a second
        self._drawn = surface, races
        paths = []
        if len(surface.path):
            last = count_text(int(surface.path_steps[-1]))
            paths.append(PlanePath(f"Run to step {last}", surface.path + surface.plane.origin))
        for colour, path in enumerate(races):
            ended = "" if np.isfinite(path.losses[-1]) else " → not finite"
            title = f"{OPTIMIZERS[path.kind].title} {path.rate:g}{ended}"
            paths.append(PlanePath(title, path.places + surface.plane.origin, colour))
        self.plot.set_paths(paths)

    def readings(self) -> Iterable[AnyReading]:
        """Return where the weights are on the plane on show."""
        return () if self._shown is None else (self._place(self._shown),)

    def _place(self, surface: Surface) -> PlanePlace:
        return PlanePlace(surface.plane, surface.plane.centre.size)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Mark where the run is now."""
        if self._shown is not None:
            place, origin = snapshot.get(self._place(self._shown)), self._shown.plane.origin
            self.plot.set_now(None if place is None else (place[0] + origin[0], place[1] + origin[1]))


def _told(surface: Surface) -> str:
    """Return what there is to know of a surface, in sentences."""
    rows = f"all {count_text(surface.rows)}" if surface.rows == surface.examples else count_text(surface.rows)
    told = [
        f"Around the weights of step {count_text(surface.step)}, loss {number_text(surface.loss_here)}, on {rows} "
        f"training examples without penalty; {surface.plane.told}."
    ]
    if surface.settles:
        told.append("Running statistics of normalisations are taken anew at each point.")
    if len(surface.path):
        size = surface.path_bytes
        taken = f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.1f} kB"
        kept = f"{len(surface.path)} states of it are kept, {taken}"
        told.append(f"The path is seen from above: the nearest points of the plane; {kept}.")
    else:
        told.append("No path: the network has too many weights to keep it.")
    return " ".join(told)

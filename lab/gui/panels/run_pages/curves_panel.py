"""The curves of a run: losses by step or epoch, the score, the learning rate; smoothed, zoomed, copied and saved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QGuiApplication, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from lab.experiment.readings.losses import LossesAfter, RatesAfter
from lab.experiment.readings.part_figures import Measured, PartFigures
from lab.experiment.readings.reading import AnyReading
from lab.experiment.snapshot import Snapshot
from lab.experiment.training.epoch_records import EpochRecord
from lab.experiment.training.faults import Finding
from lab.export.exports import EXPORTS
from lab.gui.panels.viewer_panel import ViewerPanel
from lab.gui.widgets.curves.curve_bar import LINES, PLACES, SCALES, CurveBar, CurveChoices
from lab.gui.widgets.curves.plot_row import PlotRow
from lab.gui.widgets.curves.smoothed_curve import SmoothedCurve
from lab.gui.widgets.curves.smoothings import SMOOTHINGS
from lab.gui.workspace.kept_choices import KeptChoices
from lab.gui.workspace.saving import Saving
from lab.gui.workspace.workspace import Workspace

if TYPE_CHECKING:
    from lab.gui.widgets.curves.curve_plot import CurvePlot

_MEASURED: Final = {"test": PartFigures("test"), "training_score": PartFigures("train")}
"""The lines that are measured on demand: each is asked for while its switch is on."""
_KEPT: Final = {
    "smoothing": SMOOTHINGS,
    "place": [name for name, _, _ in PLACES],
    "lines": [name for name, _, _ in LINES],
    "scales": [name for name, _, _ in SCALES],
}


@dataclass(frozen=True)
class _Plots:
    """The plots of the page; `rate` shows only where the learning rate is asked for."""

    loss: CurvePlot
    score: CurvePlot
    rate: CurvePlot
    training: SmoothedCurve

    @property
    def all(self) -> tuple[CurvePlot, CurvePlot, CurvePlot]:
        """From left to right."""
        return self.loss, self.score, self.rate


class CurvesPanel(ViewerPanel):
    """Draws what a run has shown so far; asks only for the steps and epochs that it has not seen yet.

    The plots are made just after the panel was first painted: the library below them takes long to load, and the
    window is there sooner without it.
    """

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self._plots: _Plots | None = None
        self._kept = KeptChoices("curves", self)
        self.bar = CurveBar(_choices_kept(self._kept))
        self._saving = Saving(workspace, self)
        self._measured: dict[str, list[Measured]] = {name: [] for name in _MEASURED}
        self._forget()
        workspace.run.edited.connect(self._on_edits_changed)
        workspace.seeds.changed.connect(self._on_seeds_changed)
        self.bar.chosen.connect(self._on_chosen)
        self.bar.copy_wanted.connect(self._on_copy_wanted)
        self._pictures = PlotRow()
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 6)
        column.setSpacing(2)
        column.addWidget(self.bar)
        column.addWidget(self._pictures, 1)

    def _forget(self) -> None:
        self._steps = self._epochs = 0
        """How much of the run has come."""
        self._records: tuple[EpochRecord, ...] = ()
        """Epochs that are not drawn yet."""
        self._ends: list[int] = []
        """The last steps of the epochs."""
        self._findings: tuple[Finding, ...] = ()
        """The faults that are marked."""

    @property
    def choices(self) -> CurveChoices:
        """What is drawn and how."""
        return self.bar.choices

    @property
    def loss(self) -> CurvePlot:
        """The losses by step, or by epoch."""
        return self._made().loss

    @property
    def accuracy(self) -> CurvePlot:
        """The scores by epoch."""
        return self._made().score

    @property
    def rate(self) -> CurvePlot:
        """The learning rate by step, or by epoch."""
        return self._made().rate

    def _made(self) -> _Plots:
        if self._plots is None:
            from lab.gui.widgets.curves.curve_plot import CurvePlot

            loss, score, rate = CurvePlot(), CurvePlot(), CurvePlot()
            self._plots = _Plots(loss, score, rate, SmoothedCurve(loss, "train"))
            loss.setAccessibleName("Loss curves")
            rate.setAccessibleName("Learning rate curve")
            for plot, stretch in zip(self._plots.all, (3, 2, 2), strict=True):
                self._pictures.add_plot(plot, stretch)
            self._name_all(self._plots)
            self._on_edits_changed()
            self._on_seeds_changed()
        return self._plots

    def _name_all(self, plots: _Plots) -> None:
        """Give every plot the lines and axes that are chosen, without points."""
        chosen, word = self.choices, "Step" if self.choices.place == "step" else "Epoch"
        log_x, log_y = ("log_x" in chosen.scales), ("log_y" in chosen.scales)
        plots.loss.set_axis_names(word, "Loss per example")
        plots.loss.set_log(log_y, log_x)
        plots.score.set_log(False, log_x)
        plots.rate.set_axis_names(word, "Learning rate η")
        plots.rate.set_log(log_y, log_x)
        raw = "Batch loss" if word == "Step" else "Training loss"
        plots.training.begin(raw, "Training (smoothed)", chosen.smoothing)
        if "training" not in chosen.lines:
            plots.training.remove()
        score = "R²" if self._workspace.shown.data.is_regression else "Accuracy"
        plots.score.set_axis_names("Epoch", score)
        plots.score.setAccessibleName(f"{score} curve")
        told = score if score == "R²" else score.lower()
        for plot, line, title, role in (
            (plots.loss, "validation", "Validation loss", "validation"),
            (plots.loss, "test", "Test loss (on demand)", "test"),
            (plots.score, "validation", f"Validation {told}", "validation"),
            (plots.score, "training_score", "Training", "train"),
            (plots.score, "test", "Test (on demand)", "test"),
            (plots.rate, "rate", "Learning rate η", "accent"),
        ):
            plot.remove_series(line)
            if line in chosen.lines:
                plot.set_series(line, title, role, width=2)
        for plot, line in ((plots.loss, "taken"), (plots.loss, "seeds"), (plots.score, "seeds")):
            plot.remove_series(line)  # they come after the others when they come again
        plots.rate.setVisible("rate" in chosen.lines)
        self._pictures.turn()
        for plot in plots.all:
            plot.clear()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._plots is None:
            QTimer.singleShot(0, self, self._on_painted)

    @Slot()
    def _on_painted(self) -> None:
        self._made()
        self._run.refresh()

    # what is chosen

    @Slot(object)
    def _on_chosen(self, choices: CurveChoices) -> None:
        """Draw everything again as it is chosen now, and remember that."""
        for what in _KEPT:
            self._kept.keep(what, getattr(choices, what))
        for name in _MEASURED:
            if name not in choices.lines:
                self._measured[name] = []
        self._draw_again()

    def _draw_again(self) -> None:
        self._forget()
        if self._plots is None:
            return
        self._name_all(self._plots)
        for name, points in self._measured.items():
            for found in points:
                self._draw_measured(self._plots, name, found)
        self._on_edits_changed()
        self._on_seeds_changed()
        self._run.refresh()

    @Slot(str)
    def _on_copy_wanted(self, how: str) -> None:
        name = f"{self._workspace.shown.name} curves"
        if how == "copy":
            QGuiApplication.clipboard().setPixmap(self._pictures.grab())
            self._workspace.noted.emit("The curves are on the clipboard as a picture")
        elif how == "png":
            self._saving.save_png(self._pictures.grab(), "Save the curves as a picture", name)
        elif how == "svg":
            self._save_svg(name)
        else:
            self._save_numbers(name)

    def _save_svg(self, name: str) -> None:
        from lab.gui.widgets.curves.plot_drawing import svg_of

        path = self._saving.ask("Save the curves as lines and texts", name, ".svg", "SVG")
        if path is not None:
            self._saving.write(path, svg_of([plot for plot in self._made().all if not plot.isHidden()], name))

    def _save_numbers(self, name: str) -> None:
        if self._run.snapshot is None:
            self._workspace.problem_found.emit("There is no run to save yet: train a step first.")
            return
        path = self._saving.ask("Save every step and epoch", name, ".csv", "Table")
        if path is not None:
            self._workspace.exporting.export(EXPORTS["curves"], path)

    # what is shown

    def readings(self) -> Iterable[AnyReading]:
        """Return the losses that are not drawn yet, and what is measured or drawn on demand."""
        if self._plots is None:
            return ()
        on_demand: list[AnyReading] = [asked for name, asked in _MEASURED.items() if name in self.choices.lines]
        rates: list[AnyReading] = [self._unseen_rates()] if "rate" in self.choices.lines else []
        return (self._unseen(), *rates, *on_demand)

    def _unseen(self) -> LossesAfter:
        return LossesAfter(self._steps, self._epochs)

    def _unseen_rates(self) -> RatesAfter:
        return RatesAfter(self._steps)

    @Slot()
    def _on_edits_changed(self) -> None:
        """Mark the edits, and show what the last undo or reset took away as a pale line."""
        overview = self._workspace.run.overview
        if self._plots is None or overview is None:
            return
        self._mark(self._plots)
        loss = self._plots.loss
        taken = overview.taken[-1] if overview.taken else None
        if taken is None or self.choices.place != "step" or "training" not in self.choices.lines:
            loss.remove_series("taken")
            return
        loss.set_series("taken", "Taken away", "dim", dim=True)
        first = taken.step + 1
        loss.set_points("taken", np.arange(first, first + len(taken.losses), dtype=np.float64), taken.losses)

    @Slot()
    def _on_seeds_changed(self) -> None:
        """Lay the spread of several seeds beneath the validation curves, where they are of the shown experiment."""
        sweep, plots = self._workspace.seeds, self._plots
        if plots is None:
            return
        wanted = "validation" in self.choices.lines and sweep.is_of(self._workspace.shown)
        for plot, figure in ((plots.loss, "validation_loss"), (plots.score, "validation_score")):
            band = sweep.band(figure) if wanted else None
            if band is None or not len(band.epoch):
                plot.remove_series("seeds")
                plot.remove_band("seeds")
                continue
            places = band.step if plot is plots.loss and self.choices.place == "step" else band.epoch
            plot.set_series("seeds", f"{int(band.seeds.max())} seeds, mean ± sd", "validation", dim=True)
            plot.set_points("seeds", places, band.mean)
            plot.set_band("seeds", places, band.mean - band.spread, band.mean + band.spread, "validation")

    def _mark(self, plots: _Plots) -> None:
        """Mark the edits, and the steps at which a fault of the gradients began to show."""
        overview, shown = self._workspace.run.overview, self._workspace.run.snapshot
        marks = () if overview is None else overview.marks
        self._findings = () if shown is None else shown.progress.findings
        marks = (*marks, *((finding.step, finding.sentence) for finding in self._findings))
        places = self._places([float(step) for step, _ in marks])
        notes = tuple(zip(places, [text for _, text in marks], strict=True))
        for plot in (plots.loss, plots.rate):
            plot.set_notes(notes)

    def _places(self, steps: list[float]) -> list[float]:
        """Return where steps lie on the x axis of the losses."""
        if self.choices.place == "step":
            return steps
        places: list[float] = np.interp(steps, [0, *self._ends], np.arange(len(self._ends) + 1)).tolist()
        return places

    def clear(self) -> None:
        """Empty the curves, and name the score that the new run has."""
        for points in self._measured.values():
            points.clear()
        self._forget()
        if self._plots is not None:
            self._name_all(self._plots)
            self._on_edits_changed()
            self._on_seeds_changed()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Lengthen the curves of steps by what has come since the last snapshot."""
        if self._plots is None:
            return
        for name, asked in _MEASURED.items():
            self._take_measured(self._plots, name, snapshot.get(asked))
        new, rates = snapshot.get(self._unseen()), snapshot.get(self._unseen_rates())
        if new is None or not len(new.losses):
            return
        if self.choices.place == "step":
            places = np.arange(self._steps + 1, self._steps + len(new.losses) + 1, dtype=np.float64)
            if "training" in self.choices.lines:
                self._plots.training.append(new.losses)
            if rates is not None:
                self._plots.rate.append_points("rate", places, rates)
        elif rates is not None:
            ends = [record.step - self._steps - 1 for record in new.epochs]
            self._plots.rate.append_points("rate", [record.epoch for record in new.epochs], rates[ends])
        self._steps += len(new.losses)
        self._epochs += len(new.epochs)
        self._records += new.epochs

    def show_figures(self, snapshot: Snapshot) -> None:
        """Lengthen the curves of epochs, of which a small set has dozens a second, and mark new faults."""
        if self._plots is not None and snapshot.progress.findings != self._findings:
            self._mark(self._plots)
        if self._plots is None or not self._records:
            return
        records, self._records = self._records, ()
        self._ends += [record.step for record in records]
        by_epoch, lines = self.choices.place == "epoch", self.choices.lines
        if by_epoch and "training" in lines:
            self._plots.training.append(np.array([record.train_loss for record in records]))
        epochs = [record.epoch for record in records]
        if "validation" in lines:
            places = epochs if by_epoch else [record.step for record in records]
            self._plots.loss.append_points("validation", places, [record.validation_loss for record in records])
            self._plots.score.append_points("validation", epochs, [record.validation_score for record in records])

    def _take_measured(self, plots: _Plots, name: str, found: Measured | None) -> None:
        """Draw what was measured on demand, once for each step."""
        points = self._measured[name]
        if found is not None and (not points or found.step > points[-1].step):
            points.append(found)
            self._draw_measured(plots, name, found)

    def _draw_measured(self, plots: _Plots, name: str, found: Measured) -> None:
        plots.score.append_points(name, [found.epoch], [found.score])
        if name == "test":
            place = found.step if self.choices.place == "step" else found.epoch
            plots.loss.append_points(name, [place], [found.loss])


def _choices_kept(kept: KeptChoices) -> CurveChoices:
    usual = CurveChoices()
    return CurveChoices(
        kept.one("smoothing", _KEPT["smoothing"], usual.smoothing),
        kept.one("place", _KEPT["place"], usual.place),
        kept.some("lines", _KEPT["lines"], usual.lines),
        kept.some("scales", _KEPT["scales"], usual.scales),
    )

"""The curves: every step's loss once, validation by epoch, and nothing asked for while nobody looks."""

import csv
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from lab.experiment.session import Session
from lab.experiment.spec import Experiment
from lab.experiment.training.epoch_records import EpochRecord
from lab.gui.panels.run_pages.curves_panel import CurvesPanel
from lab.gui.widgets.curves.curve_plot import CurvePlot
from lab.gui.widgets.drawing.number_text import number_text
from lab.gui.workers.commands import State
from lab.gui.workspace.run import Run
from lab.gui.workspace.workspace import Workspace
from lab.sweep.seed_runs import SeedRun

Make = Callable[..., Experiment]
Reach = Callable[[Run, State], None]
Show = Callable[..., CurvesPanel]
Train = Callable[[Workspace, int], None]


@pytest.fixture
def trained(open_workspace: Callable[..., Workspace], experiment: Make, reach: Reach) -> Callable[[], Workspace]:
    """Train the small experiment to its end in a workspace."""
    workspace = open_workspace(experiment(epochs=4))

    def finish() -> Workspace:
        workspace.run_or_pause()
        reach(workspace.run, State.FINISHED)
        return workspace

    finish.workspace = workspace
    return finish


def at_the_end(plot: CurvePlot, qtbot: QtBot) -> tuple[str, dict[str, str]]:
    """Return the read-out that the End key leads to: the place, and each curve's number by its title."""
    qtbot.keyClick(plot, Qt.Key.Key_End)
    place, entries = plot.reading()
    return place, {entry.title: entry.number for entry in entries}


def test_the_last_step_and_epoch_can_be_read(trained: Callable[[], Workspace], show: Show, qtbot: QtBot) -> None:
    panel = show(CurvesPanel(trained.workspace))
    workspace = trained()
    alone = Session(workspace.run.experiment)
    for _ in range(4):
        alone.run_epoch()
    place, numbers = at_the_end(panel.loss, qtbot)
    assert place == "Step 44"
    assert numbers["Batch loss"] == number_text(alone.history.losses()[-1])
    assert numbers["Validation loss"] == number_text(alone.history.epochs[-1].validation_loss)
    place, numbers = at_the_end(panel.accuracy, qtbot)
    assert place == "Epoch 4"
    assert numbers["Validation accuracy"] == number_text(alone.history.epochs[-1].validation_score)


def test_curves_that_are_opened_later_have_every_step(
    trained: Callable[[], Workspace], show: Show, qtbot: QtBot, reach: Reach
) -> None:
    panel = CurvesPanel(trained.workspace)
    workspace = trained()  # nobody looked while it trained
    show(panel)
    reach(workspace.run, State.FINISHED)
    qtbot.waitUntil(lambda: at_the_end(panel.loss, qtbot)[0] == "Step 44")
    qtbot.keyClick(panel.loss, Qt.Key.Key_Home)
    assert panel.loss.reading()[0] == "Step 1"


def test_plots_stand_one_above_the_other_where_they_do_not_fit_side_by_side(
    trained: Callable[[], Workspace], show: Show, qtbot: QtBot
) -> None:
    panel = show(CurvesPanel(trained.workspace))
    loss, accuracy = panel.loss, panel.accuracy
    for width, tops in ((900, 1), (330, 2), (900, 1)):
        panel.resize(width, 400)
        qtbot.waitUntil(lambda tops=tops: len({loss.y(), accuracy.y()}) == tops and accuracy.height() > 30)
        assert max(each.geometry().right() for each in (loss, accuracy)) < width
    assert panel.minimumSizeHint().width() <= 330


def test_hidden_curves_ask_for_nothing(trained: Callable[[], Workspace], show: Show) -> None:
    show(CurvesPanel(trained.workspace)).hide()
    assert trained().run.snapshot.answers == {}


def test_a_fresh_run_begins_with_empty_curves(trained: Callable[[], Workspace], show: Show, reach: Reach) -> None:
    panel = show(CurvesPanel(trained.workspace))
    workspace = trained()
    workspace.reset()
    reach(workspace.run, State.READY)
    qt_places = [plot.reading()[0] for plot in (panel.loss, panel.accuracy)]
    assert qt_places == ["", ""]
    assert all(not entry.number for plot in (panel.loss, panel.accuracy) for entry in plot.reading()[1])


def test_only_new_losses_are_asked_for(
    open_workspace: Callable[..., Workspace], endless: Make, show: Show, qtbot: QtBot
) -> None:
    workspace = open_workspace(endless())
    show(CurvesPanel(workspace))
    seen: list[tuple[int, int]] = []
    workspace.run.snapshot_ready.connect(
        lambda snapshot: seen.extend(
            (asked.step, asked.step + len(new.losses)) for asked, new in snapshot.answers.items()
        )
    )
    workspace.run_or_pause()
    qtbot.waitUntil(lambda: len(seen) >= 4)
    assert [begin for begin, _ in seen[1:]] == [end for _, end in seen[:-1]]


def test_a_single_step_draws_a_point(
    open_workspace: Callable[..., Workspace], experiment: Make, show: Show, train: Train
) -> None:
    workspace = open_workspace(experiment())
    panel = show(CurvesPanel(workspace))
    empty = panel.loss.grab().toImage()
    train(workspace, 1)
    (left, right), _ = panel.loss.view_range()
    assert left <= 1 < right < 3
    assert panel.loss.grab().toImage() != empty


def choose(panel: CurvesPanel, menu: str, text: str) -> None:
    """Choose an entry of a menu of the bar."""
    panel.bar.actions_of(menu)[text].trigger()


def points(plot: CurvePlot, name: str) -> tuple[list[float], list[float]]:
    series = plot._canvas.series[name]
    return series.x.at(np.arange(len(series))).tolist(), series.y.tolist()


def test_by_epoch_there_is_a_point_for_every_epoch(
    trained: Callable[[], Workspace], show: Show, qtbot: QtBot, reach: Reach
) -> None:
    panel = show(CurvesPanel(trained.workspace))
    assert panel.loss.reading()[0] == ""
    workspace = trained()
    choose(panel, "Axes", "By epoch")
    reach(workspace.run, State.FINISHED)
    qtbot.waitUntil(lambda: len(points(panel.loss, "validation")[0]) == 4)
    alone = Session(workspace.run.experiment)
    records = [alone.run_epoch() for _ in range(4)]
    assert points(panel.loss, "raw") == ([1, 2, 3, 4], [record.train_loss for record in records])
    assert points(panel.loss, "validation") == ([1, 2, 3, 4], [record.validation_loss for record in records])
    choose(panel, "Axes", "By step")
    qtbot.waitUntil(lambda: len(points(panel.loss, "raw")[0]) == 44)
    assert points(panel.loss, "validation")[0] == [11, 22, 33, 44]


def test_smoothing_leaves_the_raw_curve_visible(
    trained: Callable[[], Workspace], show: Show, qtbot: QtBot, reach: Reach
) -> None:
    panel = show(CurvesPanel(trained.workspace))
    panel._made()
    workspace = trained()
    choose(panel, "Smoothing", "Medium")
    reach(workspace.run, State.FINISHED)
    qtbot.waitUntil(lambda: len(points(panel.loss, "smoothed")[0]) == 44)
    raw, smoothed = (np.array(points(panel.loss, name)[1]) for name in ("raw", "smoothed"))
    assert smoothed[0] == pytest.approx(raw[0])
    assert np.abs(np.diff(smoothed)).sum() < np.abs(np.diff(raw)).sum() / 3
    choose(panel, "Smoothing", "Off")
    qtbot.waitUntil(lambda: len(points(panel.loss, "raw")[0]) == 44)
    assert [entry.title for entry in panel.loss.reading()[1]] == ["Batch loss", "Validation loss"]


def test_the_test_part_is_measured_on_demand_alone_and_marked(
    trained: Callable[[], Workspace], show: Show, qtbot: QtBot
) -> None:
    panel = show(CurvesPanel(trained.workspace))
    panel._made()
    workspace = trained()
    assert not any("test" in entry.title.lower() for entry in panel.loss.reading()[1])
    choose(panel, "Lines", "Test, from now on")
    choose(panel, "Lines", "Training score, from now on")
    assert {"Training", "Test (on demand)"} < {entry.title for entry in panel.accuracy.reading()[1]}
    qtbot.waitUntil(lambda: bool(points(panel.accuracy, "training_score")[0]) and bool(points(panel.loss, "test")[0]))
    alone = Session(workspace.run.experiment)
    for _ in range(4):
        alone.run_epoch()
    assert points(panel.loss, "test") == ([44], [alone.evaluate("test").loss])
    assert points(panel.accuracy, "test") == ([4], [alone.evaluate("test").score])
    assert points(panel.accuracy, "training_score") == ([4], [alone.evaluate("train").score])
    assert "Test loss (on demand)" in [entry.title for entry in panel.loss.reading()[1]]
    choose(panel, "Lines", "Test, from now on")
    assert not any("test" in entry.title.lower() for entry in panel.loss.reading()[1])


def test_the_learning_rate_of_every_step_can_be_seen(
    open_workspace: Callable[..., Workspace], experiment: Make, show: Show, train: Train, qtbot: QtBot
) -> None:
    workspace = open_workspace(experiment(schedule={"kind": "cosine"}))
    panel = show(CurvesPanel(workspace))
    assert not panel.rate.isVisible()
    train(workspace, 3)
    choose(panel, "Lines", "Learning rate η")
    qtbot.waitUntil(lambda: panel.rate.isVisible() and len(points(panel.rate, "rate")[0]) == 3)
    alone, rates = Session(workspace.run.experiment), []
    for _ in range(3):
        alone.step()
        rates.append(alone.used_rate)
    assert points(panel.rate, "rate") == ([1, 2, 3], rates)
    assert rates[0] > rates[2]


def test_choices_are_remembered_by_name(open_workspace: Callable[..., Workspace], experiment: Make, show: Show) -> None:
    workspace = open_workspace(experiment())
    panel = show(CurvesPanel(workspace))
    choose(panel, "Smoothing", "Strong")
    choose(panel, "Axes", "Logarithmic steps or epochs")
    choose(panel, "Lines", "Validation")
    again = show(CurvesPanel(workspace))
    assert again.choices == panel.choices
    assert (again.choices.smoothing, again.choices.scales) == ("strong", ("log_y", "log_x"))
    assert again.choices.lines == ("training",)


def test_curves_leave_as_pictures_and_as_numbers(
    trained: Callable[[], Workspace], show: Show, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = show(CurvesPanel(trained.workspace))
    panel._made()
    workspace = trained()
    where: list[Path] = []

    def reply(_parent: object, _title: str, _where: str, kinds: str) -> tuple[str, str]:
        where.append(tmp_path / f"curves.{kinds.rpartition('.')[2].rstrip(')')}")
        return str(where[-1]), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(reply))
    choose(panel, "Save", "Copy picture")
    assert QGuiApplication.clipboard().pixmap().size() == panel.loss.parentWidget().size()
    choose(panel, "Save", "Save as PNG…")
    assert where[-1].read_bytes().startswith(b"\x89PNG")
    choose(panel, "Save", "Save as SVG…")
    drawn = ElementTree.parse(where[-1]).getroot()
    names = [element.tag.rpartition("}")[2] for element in drawn.iter()]
    assert names.count("polyline") >= 4
    assert "image" not in names
    assert "Loss per example" in "".join(drawn.itertext())
    with qtbot.waitSignal(workspace.exporting.exported):
        choose(panel, "Save", "Save numbers as CSV…")
    rows = list(csv.DictReader(where[-1].read_text().splitlines()))
    history = Session(workspace.run.experiment)
    for _ in range(4):
        history.run_epoch()
    assert [float(row["batch_loss"]) for row in rows] == history.history.losses().tolist()
    assert {row["learning_rate"] for row in rows} == {"0.1"}
    assert [row["epoch"] for row in rows if row["validation_loss"]] == ["1", "2", "3", "4"]
    assert float(rows[-1]["validation_accuracy"]) == history.history.epochs[-1].validation_score


def test_the_spread_of_several_seeds_lies_beneath_the_curves_of_their_experiment_alone(
    trained: Callable[[], Workspace], show: Show, qtbot: QtBot, experiment: Make
) -> None:
    panel, workspace = show(CurvesPanel(trained.workspace)), trained()
    records = [[EpochRecord(n, 11 * n, 1.0, loss, 0.5) for n, loss in enumerate(each, 1)] for each in ((4, 3), (2, 1))]
    sweep = workspace.seeds
    sweep.runs = tuple(SeedRun(seed, None, tuple(epochs)) for seed, epochs in enumerate(records))
    sweep._experiment = workspace.run.experiment
    sweep.changed.emit()
    qtbot.keyClick(panel.loss, Qt.Key.Key_Home)
    entries = {entry.title for entry in panel.loss.reading()[1]}
    assert "2 seeds, mean ± sd" in entries
    assert "2 seeds, mean ± sd" in {entry.title for entry in panel.accuracy.reading()[1]}
    sweep._experiment = experiment(rate=0.2)
    sweep.changed.emit()
    assert "2 seeds, mean ± sd" not in {entry.title for entry in panel.loss.reading()[1]}

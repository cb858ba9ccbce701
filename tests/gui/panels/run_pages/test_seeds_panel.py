"""Several seeds on screen: begun by a button, one row for each, median and range in words, each run to be opened."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lab.experiment.spec import Experiment
from lab.gui.panels.run_pages.seeds_panel import SeedsPanel

Make = Callable[..., Experiment]


@pytest.fixture
def panel(open_panel: Callable[..., Any], experiment: Make) -> SeedsPanel:
    """The page beside a small experiment of three epochs with the seed 3."""
    made: SeedsPanel = open_panel(SeedsPanel, experiment())
    made.count.setValue(2)
    return made


def test_each_seed_has_a_row_and_its_run_opens(qtbot: QtBot, panel: SeedsPanel) -> None:
    sweep, workspace = panel.workspace.seeds, panel.workspace
    noted: list[str] = []
    workspace.noted.connect(noted.append)
    assert panel.run.text() == "Run 2 seeds"
    assert "One seed says little" in panel.verdict.text()
    qtbot.mouseClick(panel.run, Qt.MouseButton.LeftButton)
    assert sweep.is_under_way
    assert panel.cancel.isVisible()
    assert not panel.run.isEnabled()
    qtbot.waitUntil(lambda: not sweep.is_under_way)
    assert [run.seed for run in sweep.runs] == [3, 4]
    losses = [run.report.val_loss for run in sweep.runs if run.report is not None]
    rows = panel.table.rows
    np.testing.assert_array_equal(rows.x[:, 0], losses)
    assert f"val loss {np.median(losses):.4f} ({min(losses):.4f}–{max(losses):.4f})" in panel.verdict.text()
    assert "2 of 2 seeds of Small are trained" in noted
    panel.table.setCurrentIndex(rows.index(1, 0))
    qtbot.mouseClick(panel.open, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: workspace.run.snapshot is not None and workspace.run.snapshot.progress.epoch == 3)
    assert workspace.shown.seed == 4


def test_a_cancelled_sweep_keeps_what_is_done_and_another_can_begin(
    qtbot: QtBot, open_panel: Callable[..., Any], endless: Make
) -> None:
    panel: SeedsPanel = open_panel(SeedsPanel, endless())
    qtbot.mouseClick(panel.run, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(panel.cancel, Qt.MouseButton.LeftButton)
    assert not panel.workspace.seeds.is_under_way
    assert panel.run.isEnabled()
    assert "0 of 10 done" in panel.facts.text()
    assert panel.verdict.text() == "No seed has come to its end yet."


def test_seeds_of_an_experiment_that_cannot_be_started_are_refused(
    open_panel: Callable[..., Any], experiment: Make
) -> None:
    panel: SeedsPanel = open_panel(SeedsPanel, experiment(output=2))
    told: list[str] = []
    panel.workspace.problem_found.connect(told.append)
    panel.workspace.seeds.begin(2)
    assert not panel.run.isEnabled()
    assert len(told) == 1
    assert told[0].startswith("The seeds cannot be started: ")


def test_the_band_belongs_to_the_experiment_that_was_swept(panel: SeedsPanel, experiment: Make, qtbot: QtBot) -> None:
    sweep = panel.workspace.seeds
    assert not sweep.is_of(experiment())
    sweep.begin(2)
    assert sweep.is_of(experiment())
    assert sweep.is_of(experiment().model_copy(update={"seed": 99}))
    assert not sweep.is_of(experiment(rate=0.2))

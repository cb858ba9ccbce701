"""Runs that are kept beside training: killed at any moment, the next start goes on with what was there."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from lab import paths
from lab.app import keep_runs
from lab.experiment.session import Session
from lab.experiment.session_state import take_state
from lab.experiment.spec import Experiment, save_experiment
from lab.experiment.timeline.timeline import replay
from lab.gui.main_window import MainWindow
from lab.gui.workers import run_keeper
from lab.gui.workers.commands import State
from lab.storage.kept_run import KeptRun, forget_run, runs_left
from lab.storage.run_file import load_run
from tests.effort import count

Make = Callable[..., Experiment]

_WINDOW = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from lab.app import keep_runs, make_application, open_window
from lab.experiment.spec import load_experiment
from lab.gui.workers import run_keeper
run_keeper.INTERVAL = 0.05
application = make_application("dark")
window = open_window(load_experiment(Path(sys.argv[1])))
keep_runs(window)
workspace = window.workspace
def edit():
    if workspace.run.overview is None:
        return workspace.run_or_pause() if workspace.draft.problem() is None else None
    units = workspace.draft.experiment.layers[0].units
    workspace.draft.edit_layer(0, units=units % 9 + 3)
    print(workspace.run.snapshot.progress.step if workspace.run.snapshot else 0, flush=True)
timer = QTimer()
timer.timeout.connect(edit)
timer.start(30)
application.exec()
"""


@pytest.mark.fuzz
def test_a_run_that_was_killed_is_there_whole_and_goes_on_bit_for_bit(endless: Make, tmp_path: Path) -> None:
    rng = random.Random(3)
    for _ in range(count(5)):
        _kill_and_go_on(rng.randint(1, 25), endless, tmp_path)


def _kill_and_go_on(wanted: int, endless: Make, tmp_path: Path) -> None:
    save_experiment(endless(dtype="float32"), tmp_path / "experiment.toml")
    command = [sys.executable, "-c", _WINDOW, str(tmp_path / "experiment.toml")]
    folder = paths.user_state() / "runs"
    window = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ))
    assert window.stdout is not None
    for told, _ in enumerate(window.stdout, start=1):
        if told >= wanted and list(folder.glob("*.safetensors")):
            break
    window.send_signal(signal.SIGKILL)
    window.communicate()
    (left,) = runs_left(folder)
    one, other = load_run(left), Session(endless(dtype="float32"))
    assert one.steps > 0
    replay(other, one.edits, one.steps)  # the run as it would have come this far without being killed
    for session in (one, other):
        for _ in range(3):
            session.step()
    first, second = take_state(one), take_state(other)
    forget_run(left)
    assert first.numbers == second.numbers
    assert {k: v.tobytes() for k, v in first.arrays.items()} == {k: v.tobytes() for k, v in second.arrays.items()}


def test_the_next_start_offers_the_run_and_goes_on_at_its_step(
    open_window: Callable[[Experiment], MainWindow],
    experiment: Make,
    qtbot: QtBot,
    click: Callable[..., None],
) -> None:
    first = open_window(experiment())
    place = KeptRun(first.workspace.kept_runs)
    session = _trained(experiment(hidden=(6,)), 5)
    place.write(place.contents(session))
    place.close()
    keep_runs(first)
    assert "Small at step 5" in first.notice.text()
    click(first.notice._offer)
    workspace = first.workspace
    qtbot.waitUntil(lambda: workspace.run.snapshot is not None and workspace.run.snapshot.progress.step == 5)
    assert (workspace.run.state, workspace.draft.experiment.layers[0].units) == (State.PAUSED, 6)
    workspace.step_batch()
    qtbot.waitUntil(lambda: workspace.run.snapshot is not None and workspace.run.snapshot.progress.step == 6)


def _trained(experiment: Experiment, steps: int) -> Session:
    session = Session(experiment)
    for _ in range(steps):
        session.step()
    return session


def test_two_windows_keep_two_runs_and_neither_is_offered_while_both_live(experiment: Make, tmp_path: Path) -> None:
    one, other = KeptRun(tmp_path), KeptRun(tmp_path)
    session = _trained(experiment(), 2)
    one.write(one.contents(session))
    session.step()
    other.write(other.contents(session))
    assert one.path != other.path
    assert list(runs_left(tmp_path)) == []
    assert [load_run(place.path).steps for place in (one, other) if place.path] == [2, 3]
    one.close()
    assert list(runs_left(tmp_path)) == [one.path]
    other.close()


def test_a_folder_that_cannot_be_written_is_one_sentence_and_training_goes_on(experiment: Make, tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file, not a folder", encoding="utf-8")
    told: list[str] = []
    keeper = run_keeper.RunKeeper(tmp_path / "runs", told.append)
    session = _trained(experiment(), 1)
    keeper.keep(session)
    session.step()
    keeper.end(session)
    assert len(told) == 1
    assert "cannot be kept" in told[0]
    session.step()

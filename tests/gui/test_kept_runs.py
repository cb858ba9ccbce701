"""Runs that are kept beside training: killed at any moment, the next start goes on with what was there."""

import errno
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
from tests.waiting import LIMIT

Make = Callable[..., Experiment]

_WINDOW = """
import sys
import time
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
    step = workspace.run.snapshot.progress.step if workspace.run.snapshot else 0
    print(step, time.process_time(), flush=True)  # of its own time: the machine may be busy with others
timer = QTimer()
timer.timeout.connect(edit)
timer.start(30)
application.exec()
"""


@pytest.mark.fuzz
def test_a_run_that_was_killed_is_there_whole_and_goes_on_bit_for_bit(endless: Make, tmp_path: Path) -> None:
    rng = random.Random(3)
    for _ in range(count(5)):
        window = _open(endless, tmp_path)
        told = _wait_for_runs(window, rng.randint(1, 25), 1)
        told += _kill(window).splitlines()
        (left,) = runs_left(paths.user_state() / "runs")
        assert _lost_seconds(told, load_run(left).steps) <= 2
        _check_goes_on(left, endless)


def test_two_windows_at_once_keep_two_runs_and_each_is_offered_when_its_window_has_gone(
    endless: Make, tmp_path: Path
) -> None:
    folder = paths.user_state() / "runs"
    one, other = _open(endless, tmp_path), _open(endless, tmp_path)
    for window in (one, other):
        _wait_for_runs(window, 1, 2)
    assert list(runs_left(folder)) == []
    for window in (one, other):
        _kill(window)
        (left,) = runs_left(folder)
        assert f"window-{window.pid}-" in left.name
        assert load_run(left).steps > 0
        forget_run(left)


def _open(endless: Make, folder: Path) -> "subprocess.Popen[str]":
    """Open a window of its own process that trains and edits."""
    save_experiment(endless(dtype="float32"), folder / "experiment.toml")
    command = [sys.executable, "-c", _WINDOW, str(folder / "experiment.toml")]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ))


def _wait_for_runs(window: "subprocess.Popen[str]", edits: int, runs: int) -> list[str]:
    """Wait until the window has made so many edits and so many runs are kept, and return what it said meanwhile."""
    folder = paths.user_state() / "runs"
    assert window.stdout is not None
    told: list[str] = []
    for line in window.stdout:
        told.append(line)
        if len(told) >= edits and len(list(folder.glob("*.safetensors"))) >= runs:
            break
    return told


def _kill(window: "subprocess.Popen[str]") -> str:
    """Kill a window and return the last that it said."""
    window.send_signal(signal.SIGKILL)
    return window.communicate()[0]


def _lost_seconds(told: list[str], kept: int) -> float:
    """Return how long a window had worked on after it had come to the step at which its run is kept."""
    times = [(int(step), float(seconds)) for step, seconds in map(str.split, told)]
    return times[-1][1] - min((seconds for step, seconds in times if step >= kept), default=times[-1][1])


def _check_goes_on(left: Path, endless: Make) -> None:
    """Check that a run goes on as it would have without being killed, and forget it."""
    one, other = load_run(left), Session(endless(dtype="float32"))
    assert one.steps > 0
    replay(other, one.edits, one.steps)
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


_FULL = """
import resource, sys
from pathlib import Path
from lab.experiment.session import Session
from lab.experiment.spec import load_experiment
from lab.gui.workers.run_keeper import RunKeeper
session, told = Session(load_experiment(Path(sys.argv[1]))), []
keeper = RunKeeper(Path(sys.argv[2]), told.append)
_, most = resource.getrlimit(resource.RLIMIT_FSIZE)
def keep(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
    session.step()
    keeper.keep(session)
    keeper._idle.wait()
for size in (1000, 1000, most):
    keep(size)
keeper.end(session)
print(session.steps, *told, sep="\\n")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the size of files cannot be limited there")
def test_a_disk_without_room_is_one_sentence_and_the_run_is_kept_as_soon_as_there_is_some(
    experiment: Make, tmp_path: Path
) -> None:
    """The writes fail for real: the process may not make a file of more than 1,000 bytes."""
    save_experiment(experiment(), tmp_path / "experiment.toml")
    command = [sys.executable, "-c", _FULL, str(tmp_path / "experiment.toml"), str(tmp_path / "runs")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=LIMIT)
    steps, *told = done.stdout.splitlines()
    assert steps == "3"
    assert len(told) == 1
    assert "cannot be kept in" in told[0]
    assert "training goes on" in told[0]
    (kept,) = (tmp_path / "runs").glob("*.safetensors")
    assert load_run(kept).steps == 3


def test_a_full_disk_is_told_in_the_status_line_and_training_goes_on(
    open_window: Callable[[Experiment], MainWindow], endless: Make, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(run_keeper, "INTERVAL", 0.05)
    window = open_window(endless())
    keep_runs(window)
    monkeypatch.setattr(os, "fsync", full)
    workspace = window.workspace
    workspace.run_or_pause()
    qtbot.waitUntil(lambda: "No space left on device" in window.statusBar().note.toolTip())
    step = workspace.run.snapshot.progress.step if workspace.run.snapshot else 0
    qtbot.waitUntil(lambda: workspace.run.snapshot is not None and workspace.run.snapshot.progress.step > step)
    assert workspace.run.state is State.RUNNING


def test_how_often_a_large_run_is_kept_is_told_once(experiment: Make, tmp_path: Path) -> None:
    told: list[str] = []
    keeper = run_keeper.RunKeeper(tmp_path, told.append)
    for seconds in (2.0, 30.0, 40.0, 50.0, 100.0, 3.0, 2.0):
        keeper._tell_interval(seconds)
    keeper.end(None)
    assert told == [
        "This run is large: it is kept about every 30 s, which takes 2 % of the time",
        "This run is large: it is kept about every 100 s, which takes 2 % of the time",
        "The run is kept every few seconds again",
    ]


def test_a_name_that_an_earlier_window_had_is_not_taken_again(experiment: Make, tmp_path: Path) -> None:
    """Numbers of processes come again after a start of the machine."""
    first, second = KeptRun(tmp_path), KeptRun(tmp_path)
    session = _trained(experiment(), 2)
    first.write(first.contents(session))
    first.close()
    session.step()
    second.write(second.contents(session))
    second.close()
    assert [load_run(place.path).steps for place in (first, second) if place.path] == [2, 3]


def test_what_a_writing_costs_decides_when_the_next_one_begins(
    experiment: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = iter([10.0, 10.5])  # half a second of the writer's processor time
    monkeypatch.setattr(run_keeper, "thread_time", lambda: next(times))
    keeper = run_keeper.RunKeeper(tmp_path, lambda _sentence: None)
    session = _trained(experiment(), 1)
    keeper.keep(session)
    keeper._idle.wait()
    assert keeper._due - keeper._begun >= 0.5 / run_keeper.SHARE
    keeper.end(session)

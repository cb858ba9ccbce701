"""Edits that nobody saved are there for the next window, as long as nobody saves them, and not longer."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from lab.experiment.session import Session
from lab.experiment.spec import Experiment, load_experiment, save_experiment
from lab.gui.workspace.left_edits import are_edits_left
from lab.gui.workspace.workspace import Workspace
from lab.storage.run_file import save_run

Make = Callable[..., Experiment]
Open = Callable[..., Workspace]


def _written(file: Path, seconds: int) -> Path:
    """Say that a file was written so many seconds after the others."""
    os.utime(file, (seconds, seconds))
    return file


def test_there_are_none_without_a_file_or_in_one_that_is_damaged(tmp_path: Path, experiment: Make) -> None:
    assert not are_edits_left(tmp_path / "edits.toml", None)
    (tmp_path / "edits.toml").write_bytes(b"\x00 = no TOML")
    assert not are_edits_left(tmp_path / "edits.toml", None)
    save_experiment(experiment(), tmp_path / "edits.toml")
    assert are_edits_left(tmp_path / "edits.toml", None)


@pytest.mark.parametrize(("name", "age", "left"), [("Other", 2, True), ("Other", 0, False), ("Small", 2, False)])
def test_beside_a_run_they_are_newer_and_others(
    tmp_path: Path, experiment: Make, name: str, age: int, left: bool
) -> None:
    """A run has the edits that reached it, and its weights too, so it comes first."""
    run, edits = tmp_path / "run.safetensors", tmp_path / "edits.toml"
    save_run(run, Session(experiment()))
    save_experiment(experiment().model_copy(update={"name": name}), edits)
    assert are_edits_left(_written(edits, 1000 + age), _written(run, 1001)) == left


def test_beside_a_run_that_is_damaged_they_count(tmp_path: Path, experiment: Make) -> None:
    run, edits = tmp_path / "run.safetensors", tmp_path / "edits.toml"
    run.write_bytes(b"cut short")
    save_experiment(experiment(), edits)
    assert are_edits_left(_written(edits, 1002), _written(run, 1001))


def test_edits_that_are_reopened_are_still_not_saved(open_workspace: Open, experiment: Make) -> None:
    first = open_workspace(experiment())
    first.draft.edit_layer(0, units=9)
    first.end()
    second = open_workspace(experiment())
    second.reopen_edits()
    assert second.draft.experiment.layers[0].units == 9
    assert second.is_edited
    assert second.file is None
    second.end()
    assert load_experiment(second.last_work).layers[0].units == 9


def test_edits_that_were_kept_and_then_saved_are_let_go(open_workspace: Open, experiment: Make, tmp_path: Path) -> None:
    workspace = open_workspace(experiment())
    workspace.draft.edit(seed=9)
    workspace.keep_edits()
    assert workspace.last_work.exists()
    workspace.save(tmp_path / "mine.toml")
    workspace.end()
    assert not workspace.last_work.exists()


def test_edits_that_were_taken_back_are_let_go(open_workspace: Open, experiment: Make) -> None:
    workspace = open_workspace(experiment())
    workspace.draft.edit(seed=9)
    workspace.keep_edits()
    workspace.draft.undo()
    workspace.end()
    assert not workspace.last_work.exists()


def test_edits_of_an_earlier_window_are_not_thrown_away_by_saving_something_else(
    open_workspace: Open, experiment: Make, tmp_path: Path
) -> None:
    first = open_workspace(experiment())
    first.draft.edit(seed=9)
    first.end()
    second = open_workspace(experiment())
    second.save(tmp_path / "other.toml")
    second.end()
    assert load_experiment(second.last_work).seed == 9

"""The rules between draft, run and file: what waits for the next start, what acts at once, and what is kept."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from pytestqt.qtbot import QtBot

from lab import paths
from lab.experiment.forms.data_specs import DataSpec
from lab.experiment.inspection import inspect, starting_experiment
from lab.experiment.readings.layer_matrix import LayerMatrix
from lab.experiment.session import Session
from lab.experiment.spec import Experiment, load_experiment, save_experiment
from lab.gui.workers.commands import State
from lab.gui.workspace.run import Run
from lab.gui.workspace.workspace import Workspace

Make = Callable[..., Experiment]
Open = Callable[..., Workspace]
Reach = Callable[[Run, State], None]
Train = Callable[[Workspace, int], None]


@pytest.fixture
def sentences(open_workspace: Open, experiment: Make) -> tuple[Workspace, list[str]]:
    """A workspace, and what it says of problems."""
    workspace, told = open_workspace(experiment()), []
    workspace.problem_found.connect(told.append)
    return workspace, told


# run, pause, step, reset


def test_run_pauses_and_goes_on(open_workspace: Open, endless: Make, reach: Reach) -> None:
    workspace = open_workspace(endless())
    workspace.run_or_pause()
    reach(workspace.run, State.RUNNING)
    workspace.run_or_pause()
    reach(workspace.run, State.PAUSED)
    stood = workspace.run.snapshot.progress.step
    workspace.run_or_pause()
    reach(workspace.run, State.RUNNING)
    workspace.run_or_pause()
    reach(workspace.run, State.PAUSED)
    assert workspace.run.snapshot.progress.step > stood
    assert workspace.run.number == 1


def test_every_step_of_a_batch_is_shown(open_workspace: Open, experiment: Make, train: Train) -> None:
    workspace = open_workspace(experiment())
    for step in (1, 2, 3):
        train(workspace, 1)
        assert (workspace.run.snapshot.progress.step, workspace.run.snapshot.progress.batch) == (step, step)


def test_a_step_of_an_epoch_ends_with_it(
    qtbot: QtBot, open_workspace: Open, experiment: Make, train: Train, reach: Reach
) -> None:
    workspace = open_workspace(experiment(epochs=9))
    train(workspace, 3)
    for epoch in (1, 2):
        with qtbot.waitSignal(workspace.run.state_changed):  # it trains
            workspace.step_epoch()
        reach(workspace.run, State.PAUSED)
        at = workspace.run.snapshot.progress
        assert (at.epoch, at.step) == (epoch, 11 * epoch)


def test_reset_goes_back_to_the_first_weights(
    open_workspace: Open, experiment: Make, train: Train, reach: Reach
) -> None:
    workspace = open_workspace(experiment())
    train(workspace, 2)
    workspace.reset()
    reach(workspace.run, State.READY)
    assert workspace.run.snapshot.progress.step == 0


def test_run_after_the_last_epoch_trains_on(open_workspace: Open, experiment: Make, reach: Reach, qtbot: QtBot) -> None:
    workspace = open_workspace(experiment(epochs=2))
    for epochs in (2, 4, 6):
        workspace.run_or_pause()
        qtbot.waitUntil(lambda: _at(workspace) == (State.FINISHED, epochs))  # noqa: B023
        assert workspace.draft.experiment.training.epochs == epochs
    assert workspace.run.number == 1


def _at(workspace: Workspace) -> tuple[State, int]:
    """Return the run's state and the epochs that its snapshot has."""
    snapshot = workspace.run.snapshot
    return workspace.run.state, -1 if snapshot is None else snapshot.progress.epoch


def test_a_run_that_could_not_begin_is_begun_again(
    open_workspace: Open, experiment: Make, reach: Reach, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = open_workspace(experiment())

    def too_large(*_arguments: object) -> Session:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr("lab.experiment.session.Session", too_large)
        workspace.run_or_pause()
        reach(workspace.run, State.FAILED)
    workspace.run_or_pause()
    reach(workspace.run, State.FINISHED)


def test_a_failed_run_has_its_last_finite_weights(open_workspace: Open, diverging: Experiment, reach: Reach) -> None:
    workspace = open_workspace(diverging)
    workspace.run.add_viewer(lambda: [LayerMatrix(layer, name) for layer in (0, 1) for name in ("W", "b")])
    workspace.run_or_pause()
    reach(workspace.run, State.FAILED)
    assert len(workspace.run.snapshot.answers) == 4
    assert all(np.isfinite(matrix).all() for matrix in workspace.run.snapshot.answers.values())


def test_a_failed_run_goes_on_at_a_lower_rate(
    qtbot: QtBot, open_workspace: Open, experiment: Make, reach: Reach, train: Train
) -> None:
    workspace = open_workspace(experiment(activation="relu", rate=1e3, dtype="float32", epochs=300))
    workspace.run_or_pause()
    reach(workspace.run, State.FAILED)
    stood = workspace.run.snapshot.progress.step
    workspace.edit_optimizer(learning_rate=1e-9)
    train(workspace, 1)
    assert workspace.run.snapshot.progress.step == stood + 1
    assert workspace.run.number == 1


# what cannot be started


def test_an_impossible_stack_is_not_started(sentences: tuple[Workspace, list[str]]) -> None:
    workspace, told = sentences
    workspace.draft.edit_layer(1, units=7)
    for start in (workspace.run_or_pause, workspace.step_batch, workspace.step_epoch, workspace.reset):
        start()
    assert set(told) == {"This cannot be started: layer 2: the data has 3 classes, the output 7: set 3 units"}
    assert workspace.run.state is State.EMPTY


def test_data_that_cannot_be_read_are_one_sentence(
    sentences: tuple[Workspace, list[str]], qtbot: QtBot, tmp_path: Path
) -> None:
    workspace, told = sentences
    ragged = tmp_path / "pets.csv"
    ragged.write_text("age,kind\n1,cat\n2\n", encoding="utf-8")
    workspace.draft.edit_data(DataSpec(path=str(ragged)))
    qtbot.waitUntil(lambda: not workspace.draft.reading)
    assert told == ["pets.csv, line 3: 1 fields found, but the header has 2 columns; give every line 2 fields."]
    workspace.draft.undo()
    qtbot.waitUntil(lambda: not workspace.draft.reading)
    assert workspace.draft.problem() is None


# draft and run


def test_collected_edits_wait_for_the_next_start(
    open_workspace: Open, experiment: Make, train: Train, qtbot: QtBot
) -> None:
    workspace = open_workspace(experiment())
    workspace.edits.set_at_once(False)
    assert not workspace.is_draft  # nothing runs that it could differ from
    train(workspace, 2)
    workspace.draft.edit_layer(0, units=9)
    assert workspace.is_draft
    assert workspace.shown.layers[0].units == 5
    workspace.step_batch()
    qtbot.waitUntil(lambda: not workspace.is_draft and _shown(workspace) == (9, 1))
    workspace.edits.undo()
    qtbot.waitUntil(lambda: _shown(workspace) == (5, 2))
    assert workspace.draft.experiment.layers[0].units == 5


def _shown(workspace: Workspace) -> tuple[int, int]:
    """Return the units of the first layer on show and the step of the snapshot."""
    snapshot = workspace.run.snapshot
    return workspace.shown.layers[0].units, -1 if snapshot is None else snapshot.progress.step


def test_an_edit_of_the_stack_acts_at_once_and_is_taken_back(
    open_workspace: Open, experiment: Make, train: Train, qtbot: QtBot
) -> None:
    workspace = open_workspace(experiment())
    train(workspace, 2)
    workspace.draft.edit_layer(0, units=9)
    assert not workspace.is_draft
    qtbot.waitUntil(lambda: _shown(workspace) == (9, 2))
    assert workspace.edits.undo_name == "Layer 1 with 9 units"
    workspace.edits.undo()
    qtbot.waitUntil(lambda: _shown(workspace) == (5, 2))
    assert workspace.draft.experiment.layers[0].units == 5
    workspace.edits.redo()
    qtbot.waitUntil(lambda: workspace.draft.experiment.layers[0].units == 9)


def test_a_reset_is_taken_back(open_workspace: Open, experiment: Make, train: Train, qtbot: QtBot) -> None:
    workspace = open_workspace(experiment())
    train(workspace, 3)
    workspace.reset()
    qtbot.waitUntil(lambda: _shown(workspace) == (5, 0))
    workspace.edits.undo()
    qtbot.waitUntil(lambda: _shown(workspace) == (5, 3))


def test_a_stack_that_cannot_be_waits_and_undo_takes_it_back(
    open_workspace: Open, experiment: Make, train: Train
) -> None:
    workspace = open_workspace(experiment())
    train(workspace, 1)
    workspace.draft.edit_layer(1, units=7)  # of an output for three classes
    assert workspace.is_draft
    workspace.edits.undo()
    assert not workspace.is_draft
    assert workspace.edits.undo_name is None


def test_another_experiment_begins_and_undo_goes_on_with_the_old_one(
    open_workspace: Open, experiment: Make, train: Train, qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "other.toml"
    save_experiment(experiment(hidden=(7,)), file)
    workspace = open_workspace(experiment())
    train(workspace, 2)
    workspace.open(file)
    qtbot.waitUntil(lambda: _shown(workspace) == (7, 0))
    workspace.edits.undo()
    qtbot.waitUntil(lambda: _shown(workspace) == (5, 2))


def test_rate_and_epochs_act_at_once(open_workspace: Open, endless: Make, reach: Reach, qtbot: QtBot) -> None:
    workspace = open_workspace(endless())
    workspace.run_or_pause()
    reach(workspace.run, State.RUNNING)
    workspace.edit_optimizer(learning_rate=0.02)
    workspace.edit_training(epochs=2_000_000)
    assert not workspace.is_draft
    assert workspace.run.number == 1

    def holds(rate: float, epochs: int) -> bool:
        assert workspace.run.experiment is not None
        training = workspace.run.experiment.training
        return (training.optimizer.learning_rate, training.epochs) == (rate, epochs)

    qtbot.waitUntil(lambda: holds(0.02, 2_000_000))
    workspace.edits.undo()
    workspace.edits.undo()
    qtbot.waitUntil(lambda: holds(0.1, 1_000_000))


def test_discard_brings_back_what_runs_and_undo_the_draft(open_workspace: Open, experiment: Make, train: Train) -> None:
    workspace = open_workspace(experiment())
    workspace.edits.set_at_once(False)
    workspace.discard_draft()  # nothing runs: nothing to go back to
    train(workspace, 1)
    workspace.draft.edit_layer(0, units=9)
    workspace.discard_draft()
    assert (workspace.is_draft, workspace.draft.experiment.layers[0].units) == (False, 5)
    workspace.draft.undo()
    assert (workspace.is_draft, workspace.draft.experiment.layers[0].units) == (True, 9)


def test_a_value_that_is_not_valid_is_told_and_not_taken(sentences: tuple[Workspace, list[str]]) -> None:
    workspace, told = sentences
    before = workspace.draft.experiment
    workspace.edit_training(label_smoothing=1.5)
    assert workspace.draft.experiment is before
    assert len(told) == 1
    assert "training.label_smoothing" in told[0]


# files


def test_what_is_saved_is_what_is_opened(open_workspace: Open, experiment: Make, tmp_path: Path) -> None:
    workspace, file = open_workspace(experiment()), tmp_path / "mine.toml"
    workspace.draft.edit_layer(0, units=9)
    assert workspace.is_edited
    assert workspace.save(file)
    assert (workspace.is_edited, workspace.file) == (False, file)
    again = open_workspace(load_experiment(file), file)
    assert again.draft.experiment == workspace.draft.experiment


def test_opening_leaves_what_runs_alone(
    open_workspace: Open, endless: Make, experiment: Make, reach: Reach, tmp_path: Path
) -> None:
    save_experiment(experiment(hidden=(8,), rate=0.7, epochs=2), tmp_path / "other.toml")
    workspace = open_workspace(endless())
    workspace.run_or_pause()
    reach(workspace.run, State.RUNNING)
    running = workspace.run.experiment
    workspace.open(tmp_path / "other.toml")
    assert workspace.draft.experiment.layers[0].units == 8
    assert workspace.run.state is State.RUNNING
    assert workspace.run.experiment == running


def test_opening_can_be_taken_back(open_workspace: Open, experiment: Make, tmp_path: Path) -> None:
    save_experiment(experiment(hidden=(8,)), tmp_path / "other.toml")
    workspace = open_workspace(experiment())
    workspace.draft.edit_layer(0, units=6)
    workspace.open(tmp_path / "other.toml")
    workspace.draft.undo()
    assert workspace.draft.experiment.layers[0].units == 6


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "data: missing; it must be given"),
        ("format = 1\n[[", "not a TOML file"),
        (None, "does not exist"),
    ],
)
def test_a_file_that_is_no_experiment_changes_nothing(
    sentences: tuple[Workspace, list[str]], tmp_path: Path, text: str | None, sentence: str
) -> None:
    workspace, told = sentences
    before, file = workspace.draft.experiment, tmp_path / "broken.toml"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    workspace.open(file)
    assert len(told) == 1
    assert "broken.toml" in told[0]
    assert sentence in told[0]
    assert (workspace.draft.experiment, workspace.file) == (before, None)


def test_what_cannot_be_written_is_told_and_stays_edited(
    sentences: tuple[Workspace, list[str]], tmp_path: Path
) -> None:
    workspace, told = sentences
    workspace.draft.edit(seed=9)
    assert not workspace.save(tmp_path / "no" / "such" / "folder.toml")
    assert len(told) == 1
    assert "folder.toml cannot be written" in told[0]
    assert (workspace.is_edited, workspace.file) == (True, None)


def test_unsaved_work_is_kept_when_the_window_closes(open_workspace: Open, experiment: Make) -> None:
    workspace = open_workspace(experiment())
    workspace.draft.edit_layer(0, units=9)
    workspace.end()
    assert workspace.last_work.is_relative_to(paths.user_state())
    other = open_workspace(experiment())
    other.open_copy(other.last_work)
    assert other.draft.experiment.layers[0].units == 9
    assert other.file is None  # saving asks for a name


def test_unsaved_work_is_kept_a_while_after_the_edit(qtbot: QtBot, open_workspace: Open, experiment: Make) -> None:
    workspace = open_workspace(experiment())
    for timer in workspace.findChildren(QTimer, options=Qt.FindChildOption.FindDirectChildrenOnly):
        timer.setInterval(1)
    with qtbot.waitSignal(workspace.noted):
        workspace.draft.edit(seed=9)
    assert load_experiment(workspace.last_work).seed == 9


def test_unsaved_work_is_kept_when_another_file_is_opened(
    open_workspace: Open, experiment: Make, tmp_path: Path
) -> None:
    save_experiment(experiment(hidden=(8,)), tmp_path / "other.toml")
    workspace = open_workspace(experiment())
    workspace.draft.edit_layer(0, units=9)
    workspace.open(tmp_path / "other.toml")
    workspace.end()
    assert load_experiment(workspace.last_work).layers[0].units == 9


def test_what_is_saved_is_not_kept_again(open_workspace: Open, experiment: Make, tmp_path: Path) -> None:
    workspace = open_workspace(experiment())
    workspace.draft.edit(seed=9)
    workspace.save(tmp_path / "mine.toml")
    workspace.end()
    assert not workspace.last_work.exists()


def test_a_workspace_that_nobody_edited_keeps_nothing(open_workspace: Open, experiment: Make, train: Train) -> None:
    workspace = open_workspace(experiment())
    train(workspace, 1)
    workspace.end()
    assert not workspace.last_work.exists()


def test_a_run_takes_what_is_painted_and_is_no_draft_then(
    open_workspace: Callable[..., Workspace], experiment: Make, train: Callable[[Workspace, int], None], qtbot: QtBot
) -> None:
    def painted(count: int) -> DataSpec:
        points = [((-1) ** n * (0.2 + 0.005 * n), 0.01 * n - 0.3, n % 2) for n in range(count)]
        return DataSpec(source="painted", points=tuple(points), scaling="none")

    workspace = open_workspace(experiment())
    workspace.repaint(painted(40))
    qtbot.waitUntil(lambda: not workspace.draft.reading)
    assert workspace.draft.problem() is None
    train(workspace, 2)
    step = workspace.run.snapshot.progress.step
    drafts: list[bool] = []
    workspace.draft.changed.connect(lambda: drafts.append(workspace.is_draft))
    workspace.repaint(painted(60))
    qtbot.waitUntil(lambda: not workspace.draft.reading)
    assert drafts[-1] is False
    qtbot.waitUntil(lambda: workspace.run.facts.dataset.examples == 60)
    train(workspace, 1)
    assert workspace.run.number == 1
    assert workspace.run.snapshot.progress.step > step


def test_a_file_imported_once_more_is_read_again_and_the_run_goes_on_with_it(
    open_workspace: Open, experiment: Make, reach: Reach, qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "pets.csv"
    file.write_text("age,kind\n" + "".join(f"{row},{'cat' if row % 2 else 'dog'}\n" for row in range(40)), "utf-8")
    data = DataSpec(path=str(file))
    workspace = open_workspace(experiment(output=2).model_copy(update={"data": data}))
    workspace.step_batch()
    reach(workspace.run, State.PAUSED)
    with file.open("a", encoding="utf-8") as stream:
        stream.write("50,cat\n51,dog\n")
    workspace.import_file(file, data)
    qtbot.waitUntil(lambda: workspace.importing.obstacle() is None)
    workspace.importing.use()
    qtbot.waitUntil(lambda: not workspace.draft.reading)
    assert workspace.draft.facts.dataset.examples == 42
    qtbot.waitUntil(lambda: workspace.run.facts.dataset.examples == 42)
    assert workspace.run.number == 1
    assert not workspace.is_draft
    assert not workspace.draft.can_undo


@pytest.mark.parametrize("is_saved", [False, True])
def test_an_imported_set_names_the_experiment_of_who_has_no_file_of_their_own(
    is_saved: bool, open_workspace: Open, experiment: Make, reach: Reach, qtbot: QtBot, tmp_path: Path
) -> None:
    rows = "age,kind\n" + "".join(f"{row},{'cat' if row % 2 else 'dog'}\n" for row in range(40))
    for name in ("pets", "friends"):
        (tmp_path / f"{name}.csv").write_text(rows, "utf-8")
    data = DataSpec(path=str(tmp_path / "pets.csv"))
    workspace = open_workspace(experiment(output=2).model_copy(update={"data": data, "name": "Mine"}))
    if is_saved:
        assert workspace.save(tmp_path / "mine.toml")
    workspace.step_batch()
    reach(workspace.run, State.PAUSED)
    workspace.import_file(tmp_path / "friends.csv")
    qtbot.waitUntil(lambda: workspace.importing.obstacle() is None)
    workspace.importing.set_begins_anew(False)
    workspace.importing.use()
    qtbot.waitUntil(lambda: workspace.run.experiment.data.path == str(tmp_path / "friends.csv"))
    qtbot.waitUntil(lambda: not workspace.is_draft)
    name = "Mine" if is_saved else "friends"
    assert (workspace.draft.experiment.name, workspace.run.experiment.name) == (name, name)


@pytest.mark.parametrize("built", [False, True])
def test_a_new_set_begins_with_the_usual_layers_and_training_where_nobody_has_built_others(
    built: bool, open_workspace: Open, experiment: Make, qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "pets.csv"
    file.write_text("age,kind\n" + "".join(f"{row},{'cat' if row % 2 else 'dog'}\n" for row in range(40)), "utf-8")
    workspace = open_workspace(experiment())
    if built:
        workspace.draft.edit_layer(0, units=9)
    before = workspace.draft.experiment
    workspace.import_file(file)
    qtbot.waitUntil(lambda: workspace.importing.obstacle() is None)
    assert workspace.importing.begins_anew is not built
    workspace.importing.use()
    now = workspace.draft.experiment
    if built:
        assert (now.training, now.layers[0].units) == (before.training, 9)
        return
    proposed = starting_experiment(*inspect(file))
    assert (now.layers, now.training, now.name) == (proposed.layers, proposed.training, proposed.name)
    workspace.draft.undo()
    assert workspace.draft.experiment == before


def test_a_run_goes_on_where_a_file_that_was_imported_once_more_is_discarded(
    open_workspace: Open, experiment: Make, reach: Reach, qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "pets.csv"
    file.write_text("age,kind\n" + "".join(f"{row},{'cat' if row % 2 else 'dog'}\n" for row in range(40)), "utf-8")
    data = DataSpec(path=str(file))
    workspace = open_workspace(experiment(output=2).model_copy(update={"data": data}))
    workspace.step_batch()
    reach(workspace.run, State.PAUSED)
    workspace.import_file(file, data)
    qtbot.waitUntil(lambda: workspace.importing.obstacle() is None)
    workspace.importing.use()
    qtbot.waitUntil(lambda: not workspace.draft.reading)
    workspace.discard_draft()
    assert not workspace.is_draft
    workspace.step_batch()
    qtbot.waitUntil(lambda: workspace.run.snapshot is not None and workspace.run.snapshot.progress.step == 2)
    assert workspace.run.number == 1

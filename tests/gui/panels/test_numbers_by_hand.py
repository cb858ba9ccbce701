"""Numbers by hand: typed, zeroed, frozen, loaded and saved in the inspector, each an edit of the run with its undo."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from lab import paths
from lab.experiment.spec import Experiment, load_experiment
from lab.gui.panels.inspector_panel import InspectorPanel
from lab.gui.workers.commands import Pause, Resume, State
from lab.gui.workspace.workspace import Workspace


@pytest.fixture
def panel(qtbot: QtBot, open_panel: Callable[..., InspectorPanel]) -> InspectorPanel:
    """The inspector of the example with m = 4, one step done, with W¹ on show."""
    made = open_panel(InspectorPanel, load_experiment(paths.first_example()))
    made.workspace.step_batch()
    _look_at(qtbot, made, 0, "W")
    return made


def _shown(panel: InspectorPanel) -> np.ndarray:
    return np.array(panel.table.model().matrix())


def _look_at(qtbot: QtBot, panel: InspectorPanel, layer: int, name: str) -> None:
    run = panel.workspace.run
    qtbot.waitUntil(lambda: run.state is State.PAUSED)
    panel.workspace.selection.choose(layer, name)
    qtbot.waitUntil(lambda: _shown(panel).size > 0)


def _edits(panel: InspectorPanel) -> list[str]:
    return [line.name for line in panel.workspace.run.overview.lines if not line.undone]


def _after(qtbot: QtBot, panel: InspectorPanel, name: str) -> None:
    """Wait until the edit of that name is done and what it led to is on show."""
    qtbot.waitUntil(lambda: bool(_edits(panel)) and _edits(panel)[-1] == name)
    panel.workspace.run.refresh()


def test_a_typed_cell_is_an_edit_and_undo_takes_it_back(qtbot: QtBot, panel: InspectorPanel) -> None:
    before = _shown(panel)
    panel.table.number_typed.emit(1, 0, " −0.5 ")
    _after(qtbot, panel, "W¹[1, 0] = -0.5")
    qtbot.waitUntil(lambda: _shown(panel)[1, 0] == -0.5)
    panel.workspace.edits.undo()
    qtbot.waitUntil(lambda: np.array_equal(_shown(panel), before))


@pytest.mark.parametrize("text", ["", "half", "nan", "inf", "1e999", "1_0"])
def test_what_is_no_number_is_refused_in_one_sentence(qtbot: QtBot, panel: InspectorPanel, text: str) -> None:
    with qtbot.waitSignal(panel.workspace.problem_found) as found:
        panel.table.number_typed.emit(2, 1, text)
    assert found.args == [f"W¹[2, 1]: '{text}' found, a finite number expected; the cell stays as it is."]
    assert _edits(panel) == []


def test_selected_cells_become_0_as_one_edit(qtbot: QtBot, panel: InspectorPanel) -> None:
    panel.table.zero_wanted.emit([(0, 0), (0, 1)])
    _after(qtbot, panel, "2 cells of W¹ = 0")
    qtbot.waitUntil(lambda: not _shown(panel)[0].any())


def test_a_cell_of_b_is_typed_in_its_row(qtbot: QtBot, panel: InspectorPanel) -> None:
    _look_at(qtbot, panel, 0, "b")
    panel.table.number_typed.emit(0, 1, "2")
    _after(qtbot, panel, "b¹[1] = 2")
    qtbot.waitUntil(lambda: _shown(panel)[0, 1] == 2)


def test_frozen_cells_are_marked_and_have_no_update(qtbot: QtBot, panel: InspectorPanel) -> None:
    panel.table.freeze_wanted.emit([(1, 0), (2, 1)], True)
    _after(qtbot, panel, "Freeze 2 cells of W¹")
    qtbot.waitUntil(lambda: panel.table.is_frozen(1, 0) and panel.table.is_frozen(2, 1))
    assert not panel.table.is_frozen(0, 0)
    panel.workspace.step_batch()
    panel.workspace.selection.choose(0, "update_W")
    qtbot.waitUntil(lambda: _shown(panel).size > 0)
    np.testing.assert_array_equal(np.argwhere(_shown(panel) == 0), [[1, 0], [2, 1]])


def test_x_and_y_of_typed_examples_are_typed_too(qtbot: QtBot, panel: InspectorPanel) -> None:
    workspace: Workspace = panel.workspace
    _look_at(qtbot, panel, 0, "x")
    panel.table.number_typed.emit(3, 1, "0.5")
    _after(qtbot, panel, "X[3, 1] = 0.5")
    qtbot.waitUntil(lambda: workspace.draft.experiment.data.x[3] == (0.6, 0.5, 0.4))
    assert workspace.is_edited  # the file can be saved with it
    _look_at(qtbot, panel, 1, "y")
    panel.table.number_typed.emit(3, 0, "1")
    qtbot.waitUntil(lambda: workspace.draft.experiment.data.y[3] == "cat")
    workspace.edits.undo()
    qtbot.waitUntil(lambda: workspace.draft.experiment.data.y[3] == "horse")


def test_what_is_computed_says_where_to_type(qtbot: QtBot, panel: InspectorPanel) -> None:
    for name, sentence in (
        ("delta", "δ¹ is computed: type into W, b, or X and y of typed examples."),
        ("dW", "∂L/∂W¹ is computed: type into W, b, or X and y of typed examples."),
    ):
        _look_at(qtbot, panel, 0, name)
        assert panel.workspace.numbers.why_not_typed == sentence
        assert not panel.table.type.isEnabled()
        assert not panel.table.load.isEnabled()
        assert panel.table.save.isEnabled()


def test_a_data_set_is_not_typed_and_a_run_that_trains_is_paused_first(
    qtbot: QtBot, open_panel: Callable[..., InspectorPanel], endless: Callable[..., Experiment]
) -> None:
    panel = open_panel(InspectorPanel, endless())
    workspace: Workspace = panel.workspace
    assert workspace.numbers.why_not_typed == "Nothing runs yet: take a step or press Run, then pause."
    workspace.go(Resume())
    qtbot.waitUntil(lambda: workspace.run.state is State.RUNNING)
    workspace.selection.choose(0, "W")
    assert workspace.numbers.why_not_typed == "Pause the run to type into its numbers."
    workspace.go(Pause())
    qtbot.waitUntil(lambda: workspace.run.state is State.PAUSED)
    assert workspace.numbers.why_not_typed is None
    workspace.selection.choose(0, "x")
    assert workspace.numbers.why_not_typed == "X comes from a data set: only examples that were typed can be changed."


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Answer every file dialog with this path."""

    def prepare(path: Path) -> None:
        for dialog in ("getOpenFileName", "getSaveFileName"):
            monkeypatch.setattr(QFileDialog, dialog, staticmethod(lambda *_given: (str(path), "")))

    return prepare


@pytest.mark.parametrize("ending", ["npy", "csv"])
def test_a_matrix_is_saved_and_loaded(
    qtbot: QtBot, panel: InspectorPanel, answer: Callable[[Path], None], tmp_path: Path, ending: str
) -> None:
    before, file = _shown(panel), tmp_path / f"w.{ending}"
    answer(file)
    with qtbot.waitSignal(panel.workspace.noted) as noted:
        panel.table.save.trigger()
    assert noted.args == [f"Saved W¹ in w.{ending}"]
    panel.table.zero_wanted.emit([(row, column) for row in range(3) for column in range(2)])
    qtbot.waitUntil(lambda: not _shown(panel).any())
    panel.table.load.trigger()
    _after(qtbot, panel, f"Load W¹ from w.{ending}")
    qtbot.waitUntil(lambda: np.array_equal(_shown(panel), before))


def test_a_name_without_an_ending_is_saved_as_npy(
    qtbot: QtBot, panel: InspectorPanel, answer: Callable[[Path], None], tmp_path: Path
) -> None:
    answer(tmp_path / "weights")
    panel.table.save.trigger()
    np.testing.assert_array_equal(np.load(tmp_path / "weights.npy"), _shown(panel))


def test_a_file_that_does_not_fit_is_one_sentence_and_changes_nothing(
    qtbot: QtBot, panel: InspectorPanel, answer: Callable[[Path], None], tmp_path: Path
) -> None:
    before = _shown(panel)
    np.save(tmp_path / "t.npy", before.T)
    np.save(tmp_path / "c.npy", before.astype(complex))
    (tmp_path / "n.csv").write_text("1,2\n3,x\n5,6\n", encoding="utf-8")
    for name, sentence in (
        ("t.npy", "W¹: t.npy holds an array of shape (2, 3); (3, 2) is expected here."),
        ("c.npy", "W¹: c.npy holds values of complex128; integers or floats are expected."),
        ("n.csv", "W¹: n.csv, line 2, column 2: 'x' found, a number expected."),
    ):
        answer(tmp_path / name)
        with qtbot.waitSignal(panel.workspace.problem_found) as found:
            panel.table.load.trigger()
        assert found.args == [sentence]
    assert _edits(panel) == []
    np.testing.assert_array_equal(_shown(panel), before)


def test_a_place_that_cannot_be_written_is_one_sentence(
    qtbot: QtBot, panel: InspectorPanel, answer: Callable[[Path], None], tmp_path: Path
) -> None:
    answer(tmp_path / "none" / "w.npy")
    with qtbot.waitSignal(panel.workspace.problem_found) as found:
        panel.table.save.trigger()
    assert "cannot be written" in found.args[0]


def test_the_button_has_the_same_menu(panel: InspectorPanel) -> None:
    menu = panel.hands.button.menu()
    menu.aboutToShow.emit()
    assert panel.table.freeze in menu.actions()
    assert panel.table.check.isEnabled()


def test_x_and_y_of_typed_examples_are_taken_from_a_file(
    qtbot: QtBot, panel: InspectorPanel, answer: Callable[[Path], None], tmp_path: Path
) -> None:
    for name, symbol, cell, value in (("x", "X", (2, 1), 0.75), ("y", "y", (0, 2), 1.0)):
        _look_at(qtbot, panel, 0 if name == "x" else 1, name)
        wanted = _shown(panel)
        wanted[cell[0]] = 0.0
        wanted[cell] = value
        np.save(tmp_path / "new.npy", wanted)
        answer(tmp_path / "new.npy")
        panel.table.load.trigger()
        _after(qtbot, panel, f"{symbol} from new.npy")
        qtbot.waitUntil(lambda shown=wanted: np.array_equal(_shown(panel), shown))


def test_a_row_of_y_that_names_no_class_is_refused(
    qtbot: QtBot, panel: InspectorPanel, answer: Callable[[Path], None], tmp_path: Path
) -> None:
    _look_at(qtbot, panel, 1, "y")
    np.save(tmp_path / "y.npy", np.full((4, 3), 0.5))
    answer(tmp_path / "y.npy")
    with qtbot.waitSignal(panel.workspace.problem_found) as found:
        panel.table.load.trigger()
    assert found.args == ["y.npy, row 1: one 1 and else 0 expected, the class of the example."]
    assert _edits(panel) == []

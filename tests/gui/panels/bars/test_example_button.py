"""Picking one example: from the batch, pinned by its number, typed in, followed on the board, and let go."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from lab.experiment.example_names import example_name
from lab.experiment.spec import Experiment
from lab.gui.panels.bars.example_button import ExampleButton
from lab.gui.panels.board_panel import BoardPanel
from lab.gui.widgets.board.board_row import Light
from lab.gui.workspace.board.board_rows import places
from lab.gui.workspace.workspace import Workspace

Make = Callable[..., Experiment]
Train = Callable[[Workspace, int], None]


@pytest.fixture
def picker(open_panel: Callable[..., ExampleButton], experiment: Make, train: Train, qtbot: QtBot) -> ExampleButton:
    """Show the button after a step."""
    panel = open_panel(ExampleButton, experiment())
    train(panel._workspace, 1)
    qtbot.waitUntil(lambda: panel._batch is not None)
    return panel


def _choose(picker: ExampleButton, beginning: str) -> None:
    picker.menu.aboutToShow.emit()
    texts = [action.text().replace("&", "") for action in picker.menu.actions()]
    number = next(number for number, text in enumerate(texts) if text.startswith(beginning))
    picker.menu.actions()[number].trigger()


def _choose_of_batch(picker: ExampleButton, number: int) -> None:
    picker.menu.aboutToShow.emit()
    picker.menu.actions()[number].trigger()


def _name(picker: ExampleButton, number: int) -> str:
    batch, facts = picker._batch, picker._run.facts
    assert batch is not None
    assert facts is not None
    return example_name(facts.dataset, int(facts.split.train[batch.rows[number]]))


def _pinned(picker: ExampleButton, qtbot: QtBot, wanted: int) -> None:
    overview = picker._run
    qtbot.waitUntil(lambda: overview.overview is not None and overview.overview.pinned == wanted)


def test_an_example_of_the_batch_is_chosen_by_its_name(picker: ExampleButton) -> None:
    assert picker.button.text() == "Example"
    _choose_of_batch(picker, 2)
    selection = picker._workspace.selection
    assert (selection.example, selection.follows) == (2, True)
    assert picker.button.text() == f"Example {_name(picker, 2)}"
    _choose(picker, "Follow none")
    assert picker.button.text() == "Example"


def test_it_is_pinned_and_let_go_as_edits(picker: ExampleButton, qtbot: QtBot) -> None:
    _choose_of_batch(picker, 2)
    name = _name(picker, 2)
    _choose(picker, "Pin this example")
    _pinned(picker, qtbot, 1)
    qtbot.waitUntil(lambda: picker.button.text() == f"Pinned {name}")
    assert picker._workspace.edits.undo_name is not None
    _choose(picker, "Let the batch go")
    _pinned(picker, qtbot, 0)


def test_any_training_example_is_pinned_by_its_number(picker: ExampleButton, qtbot: QtBot) -> None:
    _choose(picker, "Pin another")
    dialog = picker.dialog
    assert dialog is not None
    dialog.row.setValue(7)
    qtbot.mouseClick(dialog.pin, Qt.MouseButton.LeftButton)
    _pinned(picker, qtbot, 1)
    qtbot.waitUntil(lambda: picker._batch is not None and picker._batch.rows.tolist() == [6])
    dialog.close()


def test_a_typed_example_is_pinned_and_what_is_no_number_is_refused(picker: ExampleButton, qtbot: QtBot) -> None:
    _choose(picker, "Pin another")
    dialog = picker.dialog
    assert dialog is not None
    cell = dialog.inputs.item(1, 0)
    assert cell is not None
    cell.setText("many")
    qtbot.mouseClick(dialog.pin, Qt.MouseButton.LeftButton)
    assert "'many' found, a number such as 0.25 expected" in dialog.problem.text()
    cell.setText("2,5")
    dialog.classes.setCurrentIndex(2)
    qtbot.mouseClick(dialog.pin, Qt.MouseButton.LeftButton)
    assert dialog.problem.text() == ""
    qtbot.waitUntil(lambda: picker._batch is not None and picker._batch.is_typed)
    qtbot.waitUntil(lambda: picker.button.text().startswith("Typed"))
    dialog.close()


def test_the_followed_example_is_a_lit_row_among_m(
    open_panel: Callable[..., BoardPanel], experiment: Make, train: Train
) -> None:
    board = open_panel(BoardPanel, experiment())
    train(board._workspace, 1)
    board._workspace.selection.follow_example(4)
    lit = set(board.view.lights())
    drawn = {tile.key.name: place for place, tile in places(board.equations_shown())}
    assert Light(drawn["z"], row=4) in lit
    assert all(light.place != drawn["W"] for light in lit)
    board._workspace.selection.follow_example(None)
    assert not board.view.lights()


def test_the_inputs_of_a_typed_example_come_from_a_file(
    picker: ExampleButton, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _choose(picker, "Pin another")
    dialog = picker.dialog
    assert dialog is not None
    qtbot.addWidget(dialog)
    before = dialog._numbers(dialog.inputs, "input")
    for name, values in (("long.csv", "1,2,3,4,5\n"), ("right.csv", "1,2,3,4.5\n")):
        (tmp_path / name).write_text(values, encoding="utf-8")
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, file=str(tmp_path / name): (file, ""))
        qtbot.mouseClick(dialog.load, Qt.MouseButton.LeftButton)
        if name == "long.csv":
            assert "(4,) is expected here" in dialog.problem.text()
            assert dialog._numbers(dialog.inputs, "input") == before
    assert dialog._numbers(dialog.inputs, "input") == (1.0, 2.0, 3.0, 4.5)
    assert dialog.problem.text() == ""


def test_a_menu_that_was_opened_before_the_batch_came_lists_it_then(
    open_panel: Callable[..., ExampleButton], experiment: Make, train: Train, qtbot: QtBot
) -> None:
    panel = open_panel(ExampleButton, experiment())
    panel.menu.popup(panel.mapToGlobal(panel.rect().bottomLeft()))
    assert "Take a step first" in panel.menu.actions()[0].text()
    train(panel._workspace, 1)
    qtbot.waitUntil(lambda: panel.menu.actions()[0].text() == _name(panel, 0))
    panel.menu.close()

"""Open, save, take back: the actions of the menus, with the file dialogs answered in advance."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMainWindow, QMenu, QMessageBox, QWidget
from pytestqt.qtbot import QtBot
from safetensors.numpy import load_file

from lab import paths
from lab.experiment.spec import Experiment, load_experiment, save_experiment
from lab.export.capture import Capture
from lab.export.export import Export
from lab.export.export import Files as ExportedFiles
from lab.export.exports import EXPORTS
from lab.gui.panels.menus.file_actions import FileActions
from lab.gui.widgets.fields.text_window import TextWindow
from lab.gui.workspace.workspace import Workspace
from lab.storage.errors import StorageError

Make = Callable[..., Experiment]
Files = Callable[..., FileActions]


@pytest.fixture
def files(open_workspace: Callable[..., Workspace], show: Callable[..., QWidget]) -> Files:
    """Make the actions of an experiment in an empty window; `workspace` and `window` are theirs."""

    def make(experiment: Experiment, file: Path | None = None) -> FileActions:
        workspace, window = open_workspace(experiment, file), show(QMainWindow())
        actions = FileActions(workspace, window)
        actions.fill(window.menuBar().addMenu("File"), window.menuBar().addMenu("Edit"))
        actions.fill_help(window.menuBar().addMenu("Help"))
        actions.workspace, actions.window = workspace, window
        return actions

    return make


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[str]]:
    """Answer every file dialog with this name; the list that comes back tells what was asked for."""

    def prepare(name: str) -> list[str]:
        asked: list[str] = []

        def reply(_parent: QWidget, title: str, *_more: object) -> tuple[str, str]:
            asked.append(title)
            return name, ""

        for dialog in ("getOpenFileName", "getSaveFileName"):
            monkeypatch.setattr(QFileDialog, dialog, staticmethod(reply))
        return asked

    return prepare


def test_open(files: Files, experiment: Make, answer: Callable[[str], list[str]], tmp_path: Path) -> None:
    file = tmp_path / "other.toml"
    save_experiment(experiment(hidden=(8,)), file)
    actions = files(experiment())
    assert not answer(str(file))
    actions.open.trigger()
    assert actions.workspace.draft.experiment == experiment(hidden=(8,))
    assert actions.workspace.file == file


def test_a_dialog_that_is_cancelled_changes_nothing(
    files: Files, experiment: Make, answer: Callable[[str], list[str]]
) -> None:
    actions = files(experiment())
    asked = answer("")
    for action in (actions.open, actions.save, actions.save_as):
        action.trigger()
    assert len(asked) == 3
    assert (actions.workspace.draft.experiment, actions.workspace.file) == (experiment(), None)
    assert actions.ask_for_data() is None


def test_a_file_that_is_no_experiment_is_one_sentence(
    files: Files, experiment: Make, answer: Callable[[str], list[str]], tmp_path: Path, qtbot: QtBot
) -> None:
    file = tmp_path / "broken.toml"
    file.write_text('[data]\nsource = "iris"\n[[layers]]\nkind = "dense"\nunits = 0\n', encoding="utf-8")
    actions = files(experiment())
    answer(str(file))
    with qtbot.waitSignal(actions.workspace.problem_found) as told:
        actions.open.trigger()
    assert "broken.toml" in told.args[0]
    assert "layers[0]" in told.args[0]
    assert "units: 0 is not at least 1" in told.args[0]
    assert actions.workspace.draft.experiment == experiment()


def test_the_first_save_asks_for_a_name_and_the_next_does_not(
    files: Files, experiment: Make, answer: Callable[[str], list[str]], tmp_path: Path
) -> None:
    actions = files(experiment())
    asked = answer(str(tmp_path / "mine.toml"))
    actions.save.trigger()
    assert len(asked) == 1
    assert load_experiment(tmp_path / "mine.toml") == experiment()
    actions.workspace.draft.edit_layer(0, units=9)
    actions.save.trigger()
    assert len(asked) == 1
    assert load_experiment(tmp_path / "mine.toml").layers[0].units == 9


def test_save_as_goes_to_another_file(
    files: Files, experiment: Make, answer: Callable[[str], list[str]], tmp_path: Path
) -> None:
    first = tmp_path / "first.toml"
    save_experiment(experiment(), first)
    actions = files(experiment(), first)
    actions.workspace.draft.edit_layer(0, units=9)
    answer(str(tmp_path / "second.toml"))
    actions.save_as.trigger()
    assert load_experiment(first).layers[0].units == 5
    assert load_experiment(tmp_path / "second.toml").layers[0].units == 9
    assert actions.workspace.file == tmp_path / "second.toml"


def export_menu(actions: FileActions) -> QMenu:
    """Return the menu File ▸ Export."""
    return next(menu for menu in actions.window.menuBar().findChildren(QMenu) if menu.title() == "E&xport")


def test_a_model_can_be_exported_once_there_is_one(
    files: Files,
    experiment: Make,
    answer: Callable[[str], list[str]],
    tmp_path: Path,
    train: Callable[[Workspace, int], None],
    qtbot: QtBot,
) -> None:
    actions = files(experiment())
    menu = actions.window.menuBar().actions()[0].menu()
    menu.aboutToShow.emit()
    assert not export_menu(actions).isEnabled()
    train(actions.workspace, 1)
    menu.aboutToShow.emit()
    assert export_menu(actions).isEnabled()
    answer(str(tmp_path / "net"))
    with qtbot.waitSignal(actions.workspace.noted) as noted:
        actions.exports["model"].trigger()
    assert noted.args == ["Exported net.safetensors"]
    kept = load_file(tmp_path / "net.safetensors")
    assert sum(array.size for array in kept.values()) >= 4 * 5 + 5 + 5 * 3 + 3


def test_a_model_that_cannot_be_written_is_one_sentence(
    files: Files,
    experiment: Make,
    answer: Callable[[str], list[str]],
    tmp_path: Path,
    train: Callable[[Workspace, int], None],
    qtbot: QtBot,
) -> None:
    actions = files(experiment())
    train(actions.workspace, 1)
    answer(str(tmp_path / "no" / "folder.safetensors"))
    with qtbot.waitSignal(actions.workspace.problem_found) as told:
        actions.exports["model"].trigger()
    assert "folder.safetensors cannot be written" in told.args[0]
    train(actions.workspace, 1)  # the run is unharmed


def test_a_new_export_is_an_entry_of_the_menu(
    files: Files,
    experiment: Make,
    answer: Callable[[str], list[str]],
    tmp_path: Path,
    train: Callable[[Workspace, int], None],
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def width_files(capture: Capture, path: Path) -> ExportedFiles:
        layers = capture.model.network.layers
        if len(layers) > 2:
            raise StorageError(f"{path.name} was not written: it holds two layers, this network has more.")
        widths = " ".join(str(layer.units) for layer in layers)
        return {path: widths.encode(), path.with_suffix(".log"): f"Delta Lab, step {capture.session().steps}".encode()}

    widths = Export("widths", "Widths", ".txt", "The widths of all layers", width_files, needs_run=True)
    monkeypatch.setitem(EXPORTS, widths.name, widths)
    actions = files(experiment(hidden=(5,)))
    train(actions.workspace, 1)
    entry = export_menu(actions).actions()[-1]
    assert (entry.text(), entry.toolTip()) == ("Widths…", "The widths of all layers")
    asked = answer(str(tmp_path / "w"))
    with qtbot.waitSignal(actions.workspace.noted) as noted:
        entry.trigger()
    assert asked == ["Export: Widths"]
    assert noted.args == ["Exported w.txt, with w.log"]
    assert (tmp_path / "w.txt").read_text(encoding="utf-8") == "5 3"
    assert (tmp_path / "w.log").read_text(encoding="utf-8") == "Delta Lab, step 1"
    actions.workspace.draft.add_layer(0)
    train(actions.workspace, 1)
    answer(str(tmp_path / "more"))
    with qtbot.waitSignal(actions.workspace.problem_found) as told:
        entry.trigger()
    assert told.args == ["more.txt was not written: it holds two layers, this network has more."]


@pytest.mark.parametrize(("typed", "written"), [("mine", "mine.toml"), ("v1.2", "v1.2.toml"), ("a.toml", "a.toml")])
def test_a_name_gets_its_ending(
    files: Files, experiment: Make, answer: Callable[[str], list[str]], tmp_path: Path, typed: str, written: str
) -> None:
    actions = files(experiment())
    answer(str(tmp_path / typed))
    actions.save_as.trigger()
    assert [file.name for file in tmp_path.iterdir()] == [written]


def test_a_name_that_gets_an_ending_replaces_no_file(
    files: Files, experiment: Make, answer: Callable[[str], list[str]], tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "mine.toml").write_text("precious", encoding="utf-8")
    actions = files(experiment())
    answer(str(tmp_path / "mine"))  # the dialog found no such file, so it did not ask
    with qtbot.waitSignal(actions.workspace.problem_found) as told:
        actions.save_as.trigger()
    assert "mine.toml" in told.args[0]
    assert (tmp_path / "mine.toml").read_text(encoding="utf-8") == "precious"


def _examples(actions: FileActions) -> list[QAction]:
    """Return the entries of the menu of examples, as it opens, without its submenu."""
    actions.examples.aboutToShow.emit()
    return [each for each in actions.examples.actions() if not each.isSeparator() and each.menu() is None]


def test_an_example_is_opened_as_a_copy(files: Files, experiment: Make) -> None:
    actions = files(experiment())
    (entry,) = [each for each in _examples(actions) if each.text() == "Cat, dog, horse"]
    entry.trigger()
    assert actions.workspace.draft.experiment.data.source == "cat-dog-horse"
    assert actions.workspace.file is None  # saving cannot overwrite what came with the program


def test_the_menu_of_examples_is_the_folder(
    files: Files, experiment: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "default_experiment", lambda: tmp_path / "first.toml")
    actions = files(experiment())
    assert _examples(actions) == []
    save_experiment(experiment(hidden=(8,)).model_copy(update={"name": "Cats & dogs"}), tmp_path / "second.toml")
    (entry,) = _examples(actions)
    assert entry.text() == "Cats && dogs"
    entry.trigger()
    assert actions.workspace.draft.experiment.layers[0].units == 8


def test_every_example_says_what_to_look_at(files: Files, experiment: Make) -> None:
    entries = _examples(files(experiment()))
    assert len(entries) >= 9
    assert all("Look at: " in entry.toolTip() for entry in entries)


def test_the_examples_worked_by_hand_have_a_menu_of_their_own(files: Files, experiment: Make) -> None:
    actions = files(experiment())
    for _ in range(2):  # the menu is filled each time it opens
        _examples(actions)
        submenus = [each.menu() for each in actions.examples.actions() if each.menu() is not None]
        assert submenus == [actions.worked]
        assert len(actions.worked.actions()) == len(list(paths.worked_examples().glob("*.toml")))
    (entry,) = [each for each in actions.worked.actions() if each.text() == "By hand: 3-2-1, sigmoid"]
    assert "Look at: " in entry.toolTip()
    entry.trigger()
    assert actions.workspace.draft.experiment.data.x == ((0.5, 0.1, -0.2),)
    assert actions.workspace.file is None


def test_the_first_example_opens_from_the_help(files: Files, experiment: Make) -> None:
    actions = files(experiment())
    opened = []
    actions.first_example_opened.connect(lambda: opened.append(True))
    actions.first_example.trigger()
    assert opened == [True]
    assert actions.workspace.draft.experiment == load_experiment(paths.first_example())


def test_the_page_on_lecture_notes_is_a_window_to_read(files: Files, experiment: Make, qtbot: QtBot) -> None:
    actions = files(experiment())
    assert actions.from_notes.shortcut().toString() == "Shift+F1"
    actions.from_notes.trigger()
    (shown,) = actions.window.findChildren(TextWindow)
    assert shown.isVisible()
    assert "without the transpose" in shown.text.toPlainText()
    qtbot.keyClick(shown, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not actions.window.findChildren(TextWindow))


def test_what_is_new_is_read_from_the_changelog(files: Files, experiment: Make) -> None:
    actions = files(experiment())
    actions.news.trigger()
    (shown,) = actions.window.findChildren(TextWindow)
    assert shown.isVisible()
    assert "The first version:" in shown.text.toPlainText()
    assert "## " not in shown.text.toPlainText()
    shown.close()


def test_unsaved_work_can_be_opened_again(files: Files, experiment: Make) -> None:
    first = files(experiment())
    menu = first.window.menuBar().actions()[0].menu()
    menu.aboutToShow.emit()
    assert not first.open_last.isEnabled()
    first.workspace.draft.edit_layer(0, units=9)
    first.workspace.end()
    second = files(experiment())
    second.window.menuBar().actions()[0].menu().aboutToShow.emit()
    assert second.open_last.isEnabled()
    second.open_last.trigger()
    assert second.workspace.draft.experiment.layers[0].units == 9


def test_undo_and_redo(files: Files, experiment: Make) -> None:
    actions = files(experiment())
    assert not actions.undo.isEnabled()
    assert not actions.redo.isEnabled()
    actions.workspace.draft.edit_layer(0, units=9)
    actions.undo.trigger()
    assert actions.workspace.draft.experiment.layers[0].units == 5
    assert not actions.undo.isEnabled()
    actions.redo.trigger()
    assert actions.workspace.draft.experiment.layers[0].units == 9
    assert not actions.redo.isEnabled()


def test_discard(files: Files, experiment: Make, train: Callable[[Workspace, int], None]) -> None:
    actions = files(experiment())
    actions.workspace.edits.set_at_once(False)
    assert not actions.discard.isEnabled()
    train(actions.workspace, 1)
    actions.workspace.draft.edit_layer(0, units=9)
    assert actions.discard.isEnabled()
    actions.discard.trigger()
    assert actions.workspace.draft.experiment == experiment()
    assert not actions.discard.isEnabled()


def test_about_does_not_stand_in_the_way(files: Files, experiment: Make, qtbot: QtBot) -> None:
    actions = files(experiment())
    actions.about.trigger()
    boxes = actions.window.findChildren(QMessageBox)
    assert len(boxes) == 1
    assert boxes[0].isVisible()
    assert not boxes[0].isModal()
    boxes[0].close()


def test_a_closed_about_is_gone(files: Files, experiment: Make, qtbot: QtBot) -> None:
    actions = files(experiment())
    actions.about.trigger()
    actions.window.findChild(QMessageBox).close()
    qtbot.waitUntil(lambda: actions.window.findChild(QMessageBox) is None)


def test_only_one_local_file_can_be_dropped(files: Files, experiment: Make, tmp_path: Path) -> None:
    actions = files(experiment())

    def dropped(*urls: QUrl) -> Path | None:
        data = QMimeData()
        data.setUrls(list(urls))
        return actions.dropped_file(data)

    local = QUrl.fromLocalFile(str(tmp_path / "a.csv"))
    assert dropped(local) == tmp_path / "a.csv"
    assert dropped() is None
    assert dropped(local, local) is None
    assert dropped(QUrl("https://example.org/a.csv")) is None


def test_every_action_can_be_found_in_a_menu(files: Files, experiment: Make) -> None:
    actions = files(experiment())
    listed = [each for menu in actions.window.menuBar().actions() for each in menu.menu().actions()]
    own = [value for value in vars(actions).values() if isinstance(value, QAction)]
    assert own
    assert all(action in listed for action in own)

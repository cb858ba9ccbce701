"""Files and edits as menu actions: open, save, take back, and what was kept of the last work."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox, QWidget

from lab import paths
from lab.data.readers.formats import FORMATS
from lab.experiment.examples import examples
from lab.export.export import Export
from lab.export.exports import EXPORTS
from lab.gui.widgets.fields.text_window import TextWindow
from lab.gui.workspace.dialog_folders import DialogFolders
from lab.gui.workspace.workspace import Workspace
from lab.version import program_version

_WIDE_PAGE = (840, 640)
_EXPERIMENTS = "Experiments (*.toml)"


def data_filter() -> str:
    """Return the file dialog's filter for every format of data that can be read."""
    patterns = [f"*{suffix}" for format in FORMATS.values() for suffix in format.suffixes]
    return f"Data ({' '.join(patterns)});;All files (*)"


class FileActions(QObject):
    """Fills the File, Edit and Help menus; asks for file names and leaves the rest to the workspace."""

    first_example_opened = Signal()

    def __init__(self, workspace: Workspace, window: QWidget) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._window = window
        self._folders = DialogFolders(self)
        self.open = self._action("&Open experiment…", QKeySequence.StandardKey.Open, self._on_open)
        self.open_last = self._action("Reopen &unsaved work", None, workspace.reopen_edits)
        self.open_run = self._action("Open a &run or model…", None, self._on_open_run)
        self.open_run.setToolTip("Go on with a saved run at its step, or with the weights of a model")
        self.import_data = self._action("&Import data…", None, self._on_import_data)
        self.predict = self._action("&Predict a file…", None, self._on_predict)
        self.predict.setToolTip("What the network of this run says of the rows or pictures of a file")
        self.save = self._action("&Save", QKeySequence.StandardKey.Save, self._on_save)
        self.save_as = self._action("Save &as…", QKeySequence.StandardKey.SaveAs, self._on_save_as)
        self.exports = {name: self._export_action(export) for name, export in EXPORTS.items()}
        self.quit = self._action("&Quit", QKeySequence.StandardKey.Quit, window.close)
        self.undo = self._action("&Undo", QKeySequence.StandardKey.Undo, workspace.edits.undo)
        self.redo = self._action("&Redo", QKeySequence.StandardKey.Redo, workspace.edits.redo)
        self.discard = self._action("&Discard draft", None, workspace.discard_draft)
        self.collect = self._action("&Collect edits, then start afresh", None, None)
        self.collect.setCheckable(True)
        self.collect.setToolTip("Edits wait in a draft with its own Apply and Discard; the next start is a fresh one")
        self.collect.toggled.connect(self._on_collect_toggled)
        self.first_example = self._action("&Begin here: a net to check by hand", None, self._on_first_example)
        self.first_example.setToolTip("Opens four animals with three numbers each: every matrix shows its numbers")
        self.from_notes = self._action("From the &notes to the program", None, self._on_from_notes)
        self.from_notes.setShortcut(QKeySequence("Shift+F1"))
        self.from_notes.setToolTip("The shorthands of lecture notes beside their exact forms, with shapes")
        self.news = self._action("&What is new", None, self._on_news)
        self.about = self._action("&About Delta Lab", None, self._on_about)
        workspace.edits.changed.connect(self._on_draft_changed)
        workspace.run.started.connect(self._on_draft_changed)
        self._on_draft_changed()

    def _action(self, text: str, keys: QKeySequence.StandardKey | None, slot: object) -> QAction:
        action = QAction(text, self._window)
        if keys is not None:
            action.setShortcuts(keys)
        if slot is not None:
            action.triggered.connect(slot)
        return action

    def _export_action(self, export: Export) -> QAction:
        action = self._action(f"{export.title}…", None, partial(self._on_export, export))
        action.setToolTip(export.help)
        return action

    def fill(self, file_menu: QMenu, edit_menu: QMenu) -> None:
        """Put the actions into the two menus."""
        file_menu.addAction(self.open)
        self.examples = file_menu.addMenu("Open e&xample")
        self.examples.setToolTipsVisible(True)
        self.worked = QMenu("&Worked by hand", self.examples)
        self.worked.setToolTipsVisible(True)
        self.examples.aboutToShow.connect(self._on_examples_about_to_show)
        file_menu.addActions([self.open_run, self.open_last])
        file_menu.addSeparator()
        file_menu.addAction(self.import_data)
        file_menu.addAction(self.predict)
        self._recent = file_menu.addMenu("Recent &data")
        self._recent.aboutToShow.connect(self._on_recent_about_to_show)
        file_menu.addSeparator()
        file_menu.addActions([self.save, self.save_as])
        self._export_menu = file_menu.addMenu("E&xport")
        self._export_menu.setToolTipsVisible(True)
        self._export_menu.addActions(list(self.exports.values()))
        file_menu.addSeparator()
        file_menu.addAction(self.quit)
        edit_menu.addActions([self.undo, self.redo])
        edit_menu.addSeparator()
        edit_menu.addActions([self.collect, self.discard])
        edit_menu.setToolTipsVisible(True)
        file_menu.aboutToShow.connect(self._on_about_to_show)

    def fill_help(self, menu: QMenu) -> None:
        """Put the help actions into a menu: the first example above what is there, the rest below it."""
        there = menu.actions()
        menu.addActions([self.first_example, *there])  # one that is there already moves to the end
        menu.addActions([self.from_notes, self.news, self.about])

    def ask_for_data(self) -> Path | None:
        """Ask for a file of data; None where the user changes his mind."""
        name, _ = QFileDialog.getOpenFileName(self._window, "Open data", str(self._folders.of("data")), data_filter())
        return self._chosen("data", name)

    def ask_for_folder(self) -> Path | None:
        """Ask for a folder of image folders; None where the user changes his mind."""
        where = str(self._folders.of("images"))
        return self._chosen("images", QFileDialog.getExistingDirectory(self._window, "Open a folder of images", where))

    def _chosen(self, purpose: str, name: str) -> Path | None:
        """Return the path that was chosen in a dialog, and remember its folder; None where none was."""
        if not name:
            return None
        self._folders.remember(purpose, Path(name).parent)
        return Path(name)

    @Slot()
    def _on_predict(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self._window, "Predict a file", str(self._folders.of("predict")))
        path = self._chosen("predict", name)
        if path is not None:
            self._workspace.predicting.predict(path)

    def dropped_file(self, data: QMimeData) -> Path | None:
        """Return the one local file that is dragged over the window, or None."""
        urls = data.urls()
        return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None

    @Slot()
    def _on_draft_changed(self) -> None:
        edits = self._workspace.edits
        for action, verb, name in ((self.undo, "&Undo", edits.undo_name), (self.redo, "&Redo", edits.redo_name)):
            action.setEnabled(name is not None)
            action.setText(verb if name is None else f"{verb} {name}")
        self.discard.setEnabled(self._workspace.is_draft)

    @Slot()
    def _on_about_to_show(self) -> None:
        self.open_last.setEnabled(self._workspace.last_work.exists())
        self._export_menu.setEnabled(self._workspace.run.experiment is not None)

    @Slot()
    def _on_open(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self._window, "Open an experiment", self._folder(), _EXPERIMENTS)
        if (path := self._chosen("experiments", name)) is not None:
            self._workspace.open(path)

    @Slot()
    def _on_open_run(self) -> None:
        kinds = "Runs and models (*.safetensors)"
        name, _ = QFileDialog.getOpenFileName(
            self._window, "Open a run or a model", str(self._folders.of("runs")), kinds
        )
        if (path := self._chosen("runs", name)) is not None:
            self._workspace.open_run(path)

    @Slot(bool)
    def _on_collect_toggled(self, collects: bool) -> None:
        self._workspace.edits.set_at_once(not collects)

    @Slot()
    def _on_examples_about_to_show(self) -> None:
        self.examples.clear()
        self._add_examples(self.examples, paths.default_experiment().parent)
        self.examples.addSeparator()
        self.examples.addMenu(self.worked)
        self.worked.clear()
        self._add_examples(self.worked, paths.worked_examples())

    def _add_examples(self, menu: QMenu, folder: Path) -> None:
        for example in examples(folder):
            action = menu.addAction(example.name.replace("&", "&&"))
            action.setToolTip(example.about)
            action.triggered.connect(partial(self._workspace.open_copy, example.file))

    @Slot()
    def _on_import_data(self) -> None:
        path = self.ask_for_data()
        if path is not None:
            self._workspace.import_file(path)

    @Slot()
    def _on_recent_about_to_show(self) -> None:
        self._recent.clear()
        for file in self._workspace.recent.files():
            action = self._recent.addAction(file.name)
            action.setToolTip(str(file))
            action.triggered.connect(partial(self._workspace.import_file, file))
        self._recent.setEnabled(True)
        if self._recent.isEmpty():
            self._recent.addAction("None yet").setEnabled(False)

    @Slot()
    def _on_save(self) -> None:
        if self._workspace.file is None:
            self._on_save_as()
        else:
            self._workspace.save(self._workspace.file)

    @Slot()
    def _on_save_as(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self._window, "Save the experiment", self._folder(), _EXPERIMENTS)
        if self._chosen("experiments", name) and (path := self._completed(Path(name), ".toml")) is not None:
            self._workspace.save(path)

    def _on_export(self, export: Export, _checked: bool = False) -> None:
        kind = f"{export.title} (*{export.ending})"
        name, _ = QFileDialog.getSaveFileName(
            self._window, f"Export: {export.title}", str(self._folders.of("export")), kind
        )
        if self._chosen("export", name) and (path := self._completed(Path(name), export.ending)) is not None:
            self._workspace.exporting.export(export, path)

    def _completed(self, path: Path, ending: str) -> Path | None:
        """Return the path with its ending; None, with a sentence, where a file would go that nobody was asked about."""
        if path.suffix.lower() == ending:
            return path
        path = path.with_name(f"{path.name}{ending}")
        if path.exists():  # the dialog has asked about the name as it was typed
            self._workspace.problem_found.emit(f"{path.name} exists already: type its whole name to replace it.")
            return None
        return path

    def _folder(self) -> str:
        file = self._workspace.file
        return str(file if file is not None else self._folders.of("experiments"))

    @Slot()
    def _on_first_example(self) -> None:
        self._workspace.open_copy(paths.first_example())
        self.first_example_opened.emit()

    @Slot()
    def _on_from_notes(self) -> None:
        page = TextWindow(
            "From the notes to the program",
            paths.help_page("from-the-notes").read_text(encoding="utf-8"),
            self._window,
        )
        page.resize(*_WIDE_PAGE)
        page.show()

    @Slot()
    def _on_news(self) -> None:
        TextWindow.bring("What is new", paths.changelog().read_text(encoding="utf-8"), self._window)

    @Slot()
    def _on_about(self) -> None:
        open_now = self._window.findChild(QMessageBox)
        if isinstance(open_now, QMessageBox):
            open_now.raise_()
            return
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle("About Delta Lab")
        box.setText(f"Delta Lab {program_version()}")
        box.setInformativeText("It trains a small network and shows every matrix of backpropagation as it runs.")
        box.setModal(False)
        box.show()

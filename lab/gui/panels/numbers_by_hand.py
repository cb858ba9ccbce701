"""What a hand does in the inspector: its table may be typed into, zeroed, frozen, loaded, saved; a button lists it."""

from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog, QMenu, QToolButton, QWidget

from lab.core.types import Array, Mask
from lab.experiment.stack.matrices import MATRICES
from lab.gui.widgets.matrix.editable_table import EditableTable
from lab.gui.workers.commands import State
from lab.gui.workspace.dialog_folders import MATRIX_FILES, DialogFolders
from lab.gui.workspace.workspace import Workspace

_ENDINGS = (".npy", ".csv")


class NumbersByHand(QObject):
    """Ties a table of numbers to the workspace; `button` opens a menu with all that can be done with the matrix."""

    def __init__(self, workspace: Workspace, table: EditableTable, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace, self._table, self._parent = workspace, table, parent
        self._folders = DialogFolders(self)
        self._matrix: Array | None = None
        self.button = QToolButton()
        self._dress()
        numbers = workspace.numbers
        table.number_typed.connect(numbers.type_number)
        table.zero_wanted.connect(numbers.zero)
        table.freeze_wanted.connect(numbers.freeze)
        table.typing_refused.connect(numbers.refused)
        table.check_wanted.connect(self._on_check_wanted)
        table.load_wanted.connect(self._on_load_wanted)
        table.save_wanted.connect(self._on_save_wanted)
        workspace.run.state_changed.connect(self._on_state_changed)
        workspace.selection.matrix_changed.connect(self._on_matrix_changed)
        self._allow()

    def _dress(self) -> None:
        self.button.setText("Edit")
        self.button.setProperty("flat", True)
        self.button.setToolTip("Type, zero, freeze, load, save or check the matrix on show")
        self.button.setAccessibleName("What can be done with the matrix")
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.button)
        self._table.fill_menu(menu)
        menu.aboutToShow.connect(self._table.name_freezing)
        self.button.setMenu(menu)

    def show_matrix(self, matrix: Array | None, frozen: Mask | None) -> None:
        """Take the matrix on show, for saving, and mark its frozen cells."""
        self._matrix = matrix
        self._table.set_frozen(frozen)
        self._allow()

    def _allow(self) -> None:
        """Let the table know what can be done with the matrix on show."""
        numbers = self._workspace.numbers
        self._table.allow(numbers.why_not_typed, numbers.is_parameter, numbers.is_loadable)
        self._table.check.setEnabled(self._workspace.shown_parameter is not None)
        self._table.save.setEnabled(self._matrix is not None)

    @Slot(object)
    def _on_state_changed(self, _state: State) -> None:
        self._allow()

    @Slot(int, str)
    def _on_matrix_changed(self, _layer: int, _matrix: str) -> None:
        self.show_matrix(None, None)

    @Slot()
    def _on_check_wanted(self) -> None:
        self._workspace.check_gradient(shown_only=True)

    @Slot()
    def _on_load_wanted(self) -> None:
        where = str(self._folders.of("matrices"))
        name, _ = QFileDialog.getOpenFileName(self._parent, f"Load {self._symbol}", where, MATRIX_FILES)
        if name and self._matrix is not None:
            self._folders.remember("matrices", Path(name).parent)
            self._workspace.numbers.load(Path(name), self._matrix)

    @Slot()
    def _on_save_wanted(self) -> None:
        if self._matrix is None:
            return
        numbers = self._workspace.numbers
        proposed = f"{self._workspace.selection.matrix}{numbers.layer + 1}{_ENDINGS[0]}"
        where = str(self._folders.of("matrices") / proposed)
        matrix = self._matrix
        name, _ = QFileDialog.getSaveFileName(self._parent, f"Save {self._symbol}", where, MATRIX_FILES)
        if name:
            file = Path(name) if Path(name).suffix.lower() in _ENDINGS else Path(f"{name}{_ENDINGS[0]}")
            self._folders.remember("matrices", file.parent)
            numbers.save(file, matrix)

    @property
    def _symbol(self) -> str:
        return MATRICES[self._workspace.selection.matrix].at(self._workspace.numbers.layer + 1)

"""The Tools menu: what looks at a run from beside it."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from lab.gui.workspace.workspace import Workspace


class ToolActions(QObject):
    """Fills the Tools menu."""

    def __init__(self, workspace: Workspace, window: QWidget) -> None:
        super().__init__(window)
        self._workspace = workspace
        self.check_all = QAction("&Check all gradients", window)
        self.check_all.setShortcut(QKeySequence("Ctrl+G"))
        self.check_all.setToolTip("Compares backprop's gradients of all parameters with differences of the loss")
        self.check_all.triggered.connect(self._on_check_all)
        self.check_shown = QAction("Check the &shown gradient", window)
        self.check_shown.setShortcut(QKeySequence("Ctrl+Shift+G"))
        self.check_shown.setToolTip("Compares the gradient of the parameter that the inspector shows")
        self.check_shown.triggered.connect(self._on_check_shown)
        self.seeds = QAction("Run several s&eeds…", window)
        self.seeds.setToolTip("Trains the experiment with several seeds side by side: how far do they lie apart?")
        self.seeds.triggered.connect(workspace.seeds.show)
        workspace.selection.matrix_changed.connect(self._on_matrix_changed)
        self._on_matrix_changed()

    def fill(self, menu: QMenu) -> None:
        """Put the actions into the menu."""
        menu.addActions([self.check_all, self.check_shown, self.seeds])
        menu.setToolTipsVisible(True)

    @Slot()
    def _on_check_all(self) -> None:
        self._workspace.check_gradient()

    @Slot()
    def _on_check_shown(self) -> None:
        self._workspace.check_gradient(shown_only=True)

    @Slot()
    @Slot(int, str)
    def _on_matrix_changed(self, _layer: int = 0, _matrix: str = "") -> None:
        self.check_shown.setEnabled(self._workspace.shown_parameter is not None)

"""Saving a picture or a table from a page: asks where, writes whole or not at all, and says what came of it."""

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QObject
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFileDialog, QWidget

from lab.gui.workspace.dialog_folders import DialogFolders
from lab.gui.workspace.workspace import Workspace
from lab.paths import write_atomically

_NOT_IN_NAMES = '/\\:*?"<>|'


class Saving(QObject):
    """Asks over a widget; what goes wrong is a sentence of the workspace."""

    def __init__(self, workspace: Workspace, widget: QWidget) -> None:
        super().__init__(widget)
        self._workspace, self._widget = workspace, widget
        self._folders = DialogFolders(self)

    def ask(self, title: str, proposed: str, ending: str, kind: str) -> Path | None:
        """Return where to write a file with that ending; None where nothing is to be written."""
        name = "".join("-" if letter in _NOT_IN_NAMES else letter for letter in proposed)
        where = str(self._folders.of("pages") / f"{name}{ending}")
        chosen, _ = QFileDialog.getSaveFileName(self._widget, title, where, f"{kind} (*{ending})")
        if not chosen:
            return None
        path = Path(chosen)
        self._folders.remember("pages", path.parent)
        if path.suffix.lower() == ending:
            return path
        path = path.with_name(f"{path.name}{ending}")
        if path.exists():  # the dialog has asked about the name as it was typed
            self._workspace.problem_found.emit(f"{path.name} exists already: type its whole name to replace it.")
            return None
        return path

    def write(self, path: Path, data: bytes) -> None:
        """Write a file, and say so."""
        try:
            write_atomically(path, data)
        except OSError as error:
            self._workspace.problem_found.emit(f"{path} cannot be written ({error.strerror}): choose another folder.")
        else:
            self._workspace.noted.emit(f"Saved {path.name}")

    def save_png(self, picture: QPixmap, title: str, proposed: str) -> None:
        """Ask for a file and write a picture into it."""
        path = self.ask(title, proposed, ".png", "Picture")
        if path is not None:
            self.write(path, png_bytes(picture))


def png_bytes(picture: QPixmap) -> bytes:
    """Return a picture as the bytes of a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    return bytes(buffer.data().data())

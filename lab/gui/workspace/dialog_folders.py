"""The folder that a file dialog opens in: the one that was used last for the same purpose, kept between two starts."""

from pathlib import Path

from PySide6.QtCore import QObject, QSettings

from lab import paths

_KEY = "folder_of_"
MATRIX_FILES = "NumPy array (*.npy);;Numbers as text (*.csv)"
"""What a dialog for a matrix offers."""


class DialogFolders(QObject):
    """Knows a folder for each purpose, such as "data" or "export"."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = QSettings(str(paths.user_state() / "window.ini"), QSettings.Format.IniFormat, self)

    def of(self, purpose: str) -> Path:
        """Return the folder used last, or the user's own where there is none any more."""
        kept = self._settings.value(_KEY + purpose, "", type=str)
        folder = Path(str(kept)) if kept else Path.home()
        return folder if folder.is_dir() else Path.home()

    def remember(self, purpose: str, folder: Path) -> None:
        """Let the next dialog of this purpose open in a folder."""
        self._settings.setValue(_KEY + purpose, str(folder))

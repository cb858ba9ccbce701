"""The data files that were used last, kept between two starts."""

import os
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Signal

from lab import paths

MOST = 8
_KEY = "recent_data"


class RecentFiles(QObject):
    """Up to eight files or folders, the newest first, each once; `changed` follows every change of the list."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = QSettings(str(paths.user_state() / "window.ini"), QSettings.Format.IniFormat, self)

    def files(self) -> list[Path]:
        """Return the files, whether they are still there or not."""
        kept = self._settings.value(_KEY, [], type=list)
        names = [name for name in kept if isinstance(name, str) and name] if isinstance(kept, list) else []
        return [Path(name) for name in names[:MOST]]

    def add(self, file: Path) -> None:
        """Put a file at the head of the list; the oldest leaves it where there is no room."""
        absolute = Path(os.path.abspath(file))
        self._keep([absolute, *(other for other in self.files() if other != absolute)])

    def remove(self, file: Path) -> None:
        """Take a file off the list, as one that has gone."""
        self._keep([other for other in self.files() if other != file])

    def clear(self) -> None:
        """Forget all files."""
        self._keep([])

    def _keep(self, files: list[Path]) -> None:
        if files[:MOST] != self.files():
            self._settings.setValue(_KEY, [str(file) for file in files[:MOST]])
            self.changed.emit()

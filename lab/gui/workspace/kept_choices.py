"""What a person has chosen on a page, kept by name between two starts; what is not offered any more is passed over."""

from collections.abc import Collection

from PySide6.QtCore import QObject, QSettings

from lab import paths


class KeptChoices(QObject):
    """The choices of one page, whose name they are kept under."""

    def __init__(self, page: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._page = page
        self._settings = QSettings(str(paths.user_state() / "window.ini"), QSettings.Format.IniFormat, self)

    def one(self, what: str, offered: Collection[str], usual: str) -> str:
        """Return which of the names was chosen last, the usual one where none of them was."""
        kept = str(self._settings.value(self._key(what), usual, type=str))
        return kept if kept in offered else usual

    def some(self, what: str, offered: Collection[str], usual: Collection[str]) -> tuple[str, ...]:
        """Return which of the names were chosen last, in the order in which they are offered."""
        found = self._settings.value(self._key(what))
        names = usual if found is None else str(found).split()
        return tuple(name for name in offered if name in names)

    def keep(self, what: str, names: str | Collection[str]) -> None:
        """Remember one name, or several; names have no blanks."""
        self._settings.setValue(self._key(what), names if isinstance(names, str) else " ".join(names))

    def _key(self, what: str) -> str:
        return f"{self._page}_{what}"

"""A table of kinds by their names, which refuses an entry that lacks something.

Every family of kinds (activations, losses, optimizers, schedules, layers, matrices) has one such table. What a kind
can do stands in its entry, and nobody else asks which kind it is: an entry that is not complete would be a wrong
number somewhere, so it is refused when it is registered.
"""

from collections.abc import Iterable
from typing import Protocol, TypeVar


class Entry(Protocol):
    """What a table holds: something with a name, as in a file, that knows what it still lacks."""

    @property
    def name(self) -> str: ...

    def lacks(self) -> list[str]:
        """Return what is missing or wrong, each as the end of "it lacks …"; empty where the entry is complete."""
        ...


E = TypeVar("E", bound=Entry)


class Table(dict[str, E]):
    """Name to entry, in the order in which combo boxes show them. Raises ValueError for an entry that is incomplete."""

    def __init__(self, entries: Iterable[E]) -> None:
        super().__init__()
        for entry in entries:
            self.register(entry)

    def register(self, entry: E) -> None:
        """Take an entry under its name; ValueError where it lacks something or the name is taken."""
        if entry.name in self:
            raise ValueError(f"{entry.name}: this name is taken; choose another or remove the old entry first")
        self[entry.name] = entry

    def __setitem__(self, name: str, entry: E) -> None:
        if not name.isidentifier() or name != entry.name:
            raise ValueError(f"{name!r}: a name of letters, digits and _ that is the entry's own is expected")
        if lacks := entry.lacks():
            raise ValueError(f"{name}: it lacks {', '.join(lacks)}")
        super().__setitem__(name, entry)


def empty_texts(entry: object, *names: str) -> list[str]:
    """Return which of the texts with these names are missing or empty in an entry."""
    texts = {name: getattr(entry, name, "") for name in names}
    return [name for name, text in texts.items() if not (isinstance(text, str) and text.strip())]

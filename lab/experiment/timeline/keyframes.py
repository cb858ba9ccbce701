"""Where keyframes are kept: in memory up to a number of bytes, the oldest going first."""

from collections.abc import Iterator
from typing import Any, Protocol

from numpy.typing import NDArray

from lab.experiment.timeline.keyframe import Keyframe

USUAL_BYTES = 200_000_000


class Keyframes(Protocol):
    """A store of keyframes; each has a number, and those that are kept no longer are None."""

    def keep(self, keyframe: Keyframe) -> int:
        """Keep a keyframe and return its number; older ones may have to go for it."""

    def get(self, number: int) -> Keyframe | None:
        """Return the keyframe of that number, or None where it has gone."""

    def forget(self, number: int) -> None:
        """Let go of a keyframe that nothing will ask for again."""

    def limit(self, most: int) -> None:
        """Keep up to so many bytes from now on."""

    @property
    def bytes(self) -> int:
        """Bytes of all that is kept."""


class KeyframesInMemory:
    """Keeps keyframes up to `most` bytes together; arrays that several share count once. The newest always stays."""

    def __init__(self, most: int = USUAL_BYTES) -> None:
        self.most = most
        self._kept: dict[int, Keyframe] = {}
        self._next = 0

    @property
    def bytes(self) -> int:
        """Bytes of all arrays that are kept."""
        arrays = {id(array): array.nbytes for keyframe in self._kept.values() for array in _arrays(keyframe)}
        return sum(arrays.values())

    def keep(self, keyframe: Keyframe) -> int:
        number, self._next = self._next, self._next + 1
        self._kept[number] = keyframe
        self._make_room()
        return number

    def limit(self, most: int) -> None:
        self.most = most
        self._make_room()

    def _make_room(self) -> None:
        while len(self._kept) > 1 and self.bytes > self.most:
            del self._kept[next(iter(self._kept))]

    def get(self, number: int) -> Keyframe | None:
        return self._kept.get(number)

    def forget(self, number: int) -> None:
        self._kept.pop(number, None)


def _arrays(keyframe: Keyframe) -> Iterator[NDArray[Any]]:
    yield from keyframe.state.arrays.values()
    yield from keyframe.history.arrays

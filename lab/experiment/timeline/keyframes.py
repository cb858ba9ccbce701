"""Where keyframes are kept: in memory up to a number of bytes, the oldest going first."""

from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lab.data.dataset import Dataset
from lab.experiment.building import Prepared
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

    def leave_out(self, dataset: Dataset, prepared: Prepared) -> None:
        """Do not count the data that the run itself works on: it is there whether states are kept or not."""

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
        self._in_use: tuple[object, object] = (None, None)

    @property
    def bytes(self) -> int:
        """Bytes of all arrays that are kept, with the data that only a state before other data came still holds."""
        sizes = {id(array): array.nbytes for keyframe in self._kept.values() for array in _arrays(keyframe)}
        for keyframe in self._kept.values():
            if keyframe.dataset is not self._in_use[0]:
                sizes[id(keyframe.dataset)] = _bytes_of(keyframe.dataset)
            if keyframe.prepared is not self._in_use[1]:
                parts = keyframe.prepared.parts.values()
                sizes[id(keyframe.prepared)] = sum(part.held_bytes for part in parts)
        return sum(sizes.values())

    def leave_out(self, dataset: Dataset, prepared: Prepared) -> None:
        self._in_use = dataset, prepared
        self._make_room()

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


def _bytes_of(dataset: Dataset) -> int:
    """Return the bytes of a dataset in memory; what lies in a file takes none."""
    arrays = (dataset.x, dataset.y, *(() if dataset.parts is None else (dataset.parts,)))
    return sum(array.nbytes for array in arrays if not _is_in_file(array))


def _is_in_file(array: NDArray[Any]) -> bool:
    base: object = array
    while base is not None:
        if isinstance(base, np.memmap):
            return True
        base = getattr(base, "base", None)
    return False


def _arrays(keyframe: Keyframe) -> Iterator[NDArray[Any]]:
    yield from keyframe.state.arrays.values()
    yield from keyframe.history.arrays

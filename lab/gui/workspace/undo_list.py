"""An undo list: the states before the present one that can be brought back, and those that were taken back."""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class UndoList(Generic[T]):
    """Keeps up to `most` earlier states; the present one belongs to whoever asks, and is handed in with each walk."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._before: list[T] = []
        self._after: list[T] = []

    def keep(self, old: T) -> None:
        """Note the state before an edit; what was taken back cannot be done again any more."""
        self._before = [*self._before[1 - self._most :], old]
        self._after = []

    def forget_redo(self) -> None:
        """Forget what was taken back, as after an edit that is a part of the last one."""
        self._after = []

    def clear(self) -> None:
        """Forget all states."""
        self._before, self._after = [], []

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return bool(self._before)

    @property
    def can_redo(self) -> bool:
        """Whether an edit was taken back."""
        return bool(self._after)

    def undo(self, now: T) -> T:
        """Return the state before `now`; raises IndexError where there is none."""
        return self._walk(self._before, self._after, now)

    def redo(self, now: T) -> T:
        """Return the state that was taken back last; raises IndexError where there is none."""
        return self._walk(self._after, self._before, now)

    def go_to(self, now: T, is_wanted: Callable[[T], bool]) -> T | None:
        """Walk from `now` to the nearest state that is wanted, first back and then forth; None where none is."""
        for source, target in ((self._before, self._after), (self._after, self._before)):
            if any(map(is_wanted, source)):
                while True:
                    now = self._walk(source, target, now)
                    if is_wanted(now):
                        return now
        return None

    def _walk(self, source: list[T], target: list[T], now: T) -> T:
        state = source.pop()
        target.append(now)
        return state

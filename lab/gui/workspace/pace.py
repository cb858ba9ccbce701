"""How fast a run goes: examples a second over the last few seconds, from what the snapshots say."""

from collections import deque

_SECONDS = 3.0


class Pace:
    """Takes counts of examples with their times; a stretch in which nothing moved (a pause) is forgotten."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque()

    def add(self, examples: int, now: float) -> None:
        """Note that `examples` were done in all at the time `now`, in seconds."""
        if self._marks and self._marks[-1][1] >= examples:
            self._marks.clear()
        self._marks.append((now, examples))
        while len(self._marks) > 2 and now - self._marks[0][0] > _SECONDS:
            self._marks.popleft()

    @property
    def examples_per_second(self) -> float | None:
        """The pace, or None before there are two counts."""
        if len(self._marks) < 2:
            return None
        (then, before), (now, after) = self._marks[0], self._marks[-1]
        return (after - before) / (now - then) if now > then else None

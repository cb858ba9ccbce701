"""The diagnostics of a run, sampled so seldom that they can stay on: every k-th step, and k is told."""

from time import perf_counter

from lab.core.diagnostics import LayerDiagnostics, diagnose
from lab.core.network import Network

_SHARE = 0.02
"""The share of a run's time that samples may take."""
_LONGEST = 1000


class Health:
    """Samples the diagnostics; `every` is the present k, from the time that a sample and a step take."""

    def __init__(self, on: bool) -> None:
        self.on = on
        self.every = 16
        self.samples: list[tuple[int, list[LayerDiagnostics]]] = []
        """(step, diagnostics of every layer), oldest first."""
        self._next = 1
        self._last: tuple[int, float] | None = None

    def after_step(self, network: Network, step: int) -> None:
        """Take a sample where it is due; to be called after every step."""
        if not self.on or step < self._next:
            return
        begin = perf_counter()
        self.samples.append((step, diagnose(network)))
        end = perf_counter()
        if self._last is not None:
            steps, since = step - self._last[0], begin - self._last[1]
            wanted = (end - begin) / (_SHARE * since / steps)
            self.every = round(min(max(wanted, 1), _LONGEST))
        self._last = (step, end)
        self._next = step + self.every

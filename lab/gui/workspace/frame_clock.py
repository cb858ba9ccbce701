"""When the window takes its next picture of the run: three choices of a rate, each within a share of one core.

Training and painting share Python's lock, so a picture costs training about the time that it takes to paint. The
clock measures that time and lets the rate fall where a picture costs more than its share, as on a slow machine, on
one core or in a very large window.
"""

from dataclasses import dataclass
from time import monotonic, thread_time
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

_SLOWEST = 2.0
"""Pictures a second below which the window would seem to hang."""

_IDLE = 2.0
"""Pictures a second while no panel has anything to show: the toolbar and the status line go on."""

_LIVELY_STEPS = 5000.0
"""Steps a second from which a run is that of a small net, which has more of them to give than anybody can follow."""

_MEMORY = 0.8
"""How much of the time to the next picture comes from the last ones, which differ in what they paint."""


@dataclass(frozen=True)
class PictureRate:
    """One choice of the View menu."""

    name: str
    title: str
    help: str
    most: float
    """Pictures a second at most."""
    share: float
    """Of one core, for the window's thread while a run goes on."""
    wanted: float
    """Pictures a second for which it may take more than that share: fewer no longer look like movement."""
    most_share: float
    """What it may take then."""
    lively_share: float
    """The same beside a run that is very fast anyway."""
    figures_every: int
    """Numbers, tables and histograms are painted with every picture that this divides: nobody reads them sooner."""


PICTURE_RATES: Final = {
    rate.name: rate
    for rate in (
        PictureRate(
            "smooth", "&Smooth", "24 to 50 pictures a second, for about a fifth of a core", 50, 0.2, 24, 0.28, 0.45, 3
        ),
        PictureRate(
            "balanced",
            "&Balanced",
            "12 to 14 pictures a second, for about a tenth of a core",
            14,
            0.11,
            12,
            0.16,
            0.2,
            2,
        ),
        PictureRate(
            "fast", "&Fast", "4 to 5 pictures a second, for about a twentieth of a core", 5, 0.05, 4, 0.065, 0.1, 2
        ),
    )
}
DEFAULT_RATE: Final = "smooth"


class FrameClock(QObject):
    """Says when the next picture is due; its rate follows what pictures cost."""

    due = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rate = PICTURE_RATES[DEFAULT_RATE]
        self._milliseconds = 1000.0 / self.rate.most
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_timeout)
        self._measured = (0.0, 0.0, 0)

    @property
    def pictures_per_second(self) -> float:
        """How often pictures are due now."""
        return 1000.0 / self._milliseconds

    @property
    def is_ticking(self) -> bool:
        """Whether pictures are due again and again."""
        return self._timer.isActive()

    def set_rate(self, rate: PictureRate) -> None:
        """Follow another choice from the next picture on."""
        self.rate = rate
        self.rest()

    def rest(self) -> None:
        """Take the highest rate: nothing trains that could be slowed down."""
        self._milliseconds = 1000.0 / self.rate.most

    def start(self) -> None:
        """Begin to tick, if it does not yet."""
        if not self.is_ticking:
            self._timer.start(round(self._milliseconds))

    def stop(self) -> None:
        """Tick no more."""
        self._timer.stop()

    def adapt(self, steps: int, is_idle: bool) -> None:
        """Choose the time to the next picture; `steps`: how far the run has come, `is_idle`: no panel shows it."""
        then, used, before = self._measured
        now, use = monotonic(), thread_time()
        self._measured = now, use, steps
        if is_idle:
            self._milliseconds = 1000.0 / _IDLE
            return
        least = 1000.0 / self.rate.most
        if not 0 < now - then < 1.0 or steps < before:
            self._milliseconds = min(max(self._milliseconds, least), 1000.0 / _SLOWEST)
            return  # measured last before a pause, or in another run
        lively = (steps - before) / (now - then) > _LIVELY_STEPS
        ideal = self._ideal(use - used, lively)
        wanted = _MEMORY * self._milliseconds + (1 - _MEMORY) * ideal
        self._milliseconds = min(max(wanted, least), 1000.0 / _SLOWEST)

    def _ideal(self, cost: float, lively: bool) -> float:
        """Return the milliseconds from picture to picture for pictures that cost so many seconds."""
        rate = self.rate
        if lively:
            return 1000.0 * cost / rate.lively_share
        within_share, for_movement = 1000.0 * cost / rate.share, 1000.0 * max(1 / rate.wanted, cost / rate.most_share)
        return min(within_share, for_movement)

    @Slot()
    def _on_timeout(self) -> None:
        begin = monotonic()
        self._timer.start(round(self._milliseconds))
        self.due.emit()
        if self.is_ticking:  # nobody has stopped it: what this picture took counts as part of the time to the next
            left = self._milliseconds - 1000.0 * (monotonic() - begin)
            self._timer.start(round(max(left, 1.0)))

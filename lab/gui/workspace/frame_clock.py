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

_LIVELY_STEPS = 6000.0
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
    lively_share: float
    """The same beside a run that is very fast anyway."""
    figures_every: int
    """Numbers, tables and histograms are painted with every picture that this divides: nobody reads them sooner."""


PICTURE_RATES: Final = {
    rate.name: rate
    for rate in (
        PictureRate("smooth", "&Smooth", "Up to 50 pictures a second, for about a fifth of a core", 50, 0.2, 0.3, 3),
        PictureRate(
            "balanced", "&Balanced", "Up to 14 pictures a second, for about a tenth of a core", 14, 0.11, 0.2, 2
        ),
        PictureRate("fast", "&Fast", "Up to 5 pictures a second, for about a twentieth of a core", 5, 0.05, 0.1, 1),
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
        ideal = 1000.0 * (use - used) / (self.rate.lively_share if lively else self.rate.share)
        wanted = _MEMORY * self._milliseconds + (1 - _MEMORY) * ideal
        self._milliseconds = min(max(wanted, least), 1000.0 / _SLOWEST)

    @Slot()
    def _on_timeout(self) -> None:
        begin = monotonic()
        self._timer.start(round(self._milliseconds))
        self.due.emit()
        if self.is_ticking:  # nobody has stopped it: what this picture took counts as part of the time to the next
            left = self._milliseconds - 1000.0 * (monotonic() - begin)
            self._timer.start(round(max(left, 1.0)))

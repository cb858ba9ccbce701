"""A run without a window: trained to its end or until a signal stops it, with a progress bar on the terminal."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from time import monotonic, perf_counter

from lab.experiment.running.report import Report, make_report
from lab.experiment.running.run_until import Reached, Until
from lab.experiment.running.stop_signals import StopSignals
from lab.experiment.session import Session
from lab.experiment.training.history import EpochRecord

KEEP_EVERY = 60.0
"""Seconds after which a run is kept for the case that its process is killed."""
_KEEPING_SHARE = 0.02
"""The share of the time that this may take."""


def train_headless(
    session: Session, signals: StopSignals, keep: Callable[[], None] | None = None, until: Sequence[Until] = ()
) -> Report:
    """Train to the end and return the figures; `keep` is called between two steps, about once a minute.

    until: places to stop at before that, the first that is reached.
    Raises SpecError where one of them never could be, TrainingFailed where the loss is lost, and Stopped, between
    two steps, where a signal comes.
    """
    examples, begin = session.examples, perf_counter()
    _train(session, signals, keep, [each.watch(session) for each in until])
    seconds = perf_counter() - begin
    with signals.stop_at_once():
        return make_report(session, seconds, session.examples - examples)


def _train(session: Session, signals: StopSignals, keep: Callable[[], None] | None, reached: Sequence[Reached]) -> None:
    due = monotonic() + KEEP_EVERY
    with _progress_bar(session) as show:
        while not session.finished and not any(each() for each in reached):
            epoch = session.epoch
            session.step()
            signals.check()
            if session.epoch > epoch:
                show(session.history.epochs[-1])
            if keep is not None and (begin := monotonic()) >= due:
                keep()
                due = monotonic() + max(KEEP_EVERY, (monotonic() - begin) / _KEEPING_SHARE)


@contextmanager
def _progress_bar(session: Session) -> Iterator[Callable[[EpochRecord], None]]:
    """Show a bar on standard error where that is a terminal; one that hangs up does not end the run."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda _record: None
        return
    from tqdm import tqdm

    tqdm.monitor_interval = 0  # no thread beside the training one
    bar = tqdm(total=session.epochs, initial=session.epoch, unit="epoch", file=sys.stderr)

    def show(record: EpochRecord) -> None:
        with suppress(OSError):
            bar.set_postfix(loss=f"{record.train_loss:.4f}", val=f"{record.validation_loss:.4f}", refresh=False)
            bar.update()

    try:
        yield show
    finally:
        with suppress(OSError):
            bar.close()

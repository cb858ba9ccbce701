"""A run without a window: trained to its end or until a signal stops it, with a progress bar on the terminal."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from time import monotonic, perf_counter

from lab.experiment.running.report import Report, make_report
from lab.experiment.running.run_until import Until
from lab.experiment.running.stop_signals import StopSignals
from lab.experiment.session import Session
from lab.experiment.training.epoch_records import EpochRecord

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
    _train_kept(session, signals, keep, until)
    seconds = perf_counter() - begin
    with signals.stop_at_once():
        return make_report(session, seconds, session.examples - examples)


def train(session: Session, until: Sequence[Until] = (), after_step: Callable[[], None] = lambda: None) -> None:
    """Train to the end of the run, or to the first of the places to stop at; `after_step` is called between two steps.

    Raises as `train_headless`, and what `after_step` raises.
    """
    reached = [each.watch(session) for each in until]
    while not session.finished and not any(each() for each in reached):
        session.step()
        after_step()


def _train_kept(
    session: Session, signals: StopSignals, keep: Callable[[], None] | None, until: Sequence[Until]
) -> None:
    due, shown = monotonic() + KEEP_EVERY, session.epoch
    with _progress_bar(session) as show:

        def after_step() -> None:
            nonlocal due, shown
            signals.check()
            if session.epoch > shown:
                shown = session.epoch
                show(session.history.epochs[-1])
            if keep is not None and (begin := monotonic()) >= due:
                keep()
                due = monotonic() + max(KEEP_EVERY, (monotonic() - begin) / _KEEPING_SHARE)

        train(session, until, after_step)


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

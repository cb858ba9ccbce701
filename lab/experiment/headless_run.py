"""A run without a window: trained to its end in one sitting, with a bar on the terminal, or until Ctrl-C."""

import signal
import sys
from time import perf_counter
from types import FrameType
from typing import Self

from lab.experiment.report import Report, make_report
from lab.experiment.session import Session


class Stopped(Exception):
    """Ctrl-C was pressed, and the step that was under way is complete: the session can be kept."""


def train_in_sitting(session: Session) -> Report:
    """Train to the end and return the figures; the bar goes to standard error, and only to a terminal.

    Raises TrainingFailed where the loss is lost, Stopped between two steps where Ctrl-C is pressed.
    """
    examples, begin = session.examples, perf_counter()
    _train(session)
    return make_report(session, perf_counter() - begin, session.examples - examples)


def _train(session: Session) -> None:
    from tqdm import tqdm

    tqdm.monitor_interval = 0  # no thread beside the training one
    progress = tqdm(total=session.epochs, initial=session.epoch, unit="epoch", disable=None, file=sys.stderr)
    with _StopSign() as sign, progress as bar:
        while not session.finished:
            epoch = session.epoch
            session.step()
            if sign.seen:
                raise Stopped
            if session.epoch > epoch:
                record = session.history.epochs[-1]
                bar.set_postfix(loss=f"{record.train_loss:.4f}", val=f"{record.validation_loss:.4f}", refresh=False)
                bar.update()


class _StopSign:
    """Notes the first Ctrl-C, so that a run can end between two steps; the second one interrupts at once."""

    def __init__(self) -> None:
        self.seen = False

    def __enter__(self) -> Self:
        self._before = signal.signal(signal.SIGINT, self._note)
        return self

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self.seen = True
        signal.signal(signal.SIGINT, self._before)

    def __exit__(self, *_error: object) -> None:
        signal.signal(signal.SIGINT, self._before)

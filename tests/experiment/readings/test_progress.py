"""Where a run stands, before the first step and after any other."""

from collections.abc import Callable
from math import isnan

from lab.experiment.readings.progress import progress_of
from lab.experiment.session import Session

Stepped = Callable[..., Session]


def test_before_the_first_step(stepped: Stepped) -> None:
    at = progress_of(stepped(0))
    assert (at.step, at.epoch, at.batch, at.m, at.examples) == (0, 0, 0, 0, 0)
    assert isnan(at.loss)
    assert at.last_epoch is None


def test_after_each_step(stepped: Stepped) -> None:
    session = stepped(0)
    n = session.parts["train"].examples
    for step in range(1, 2 * session.batches + 2):
        session.step()
        at = progress_of(session)
        assert at.step == step
        assert at.batch == (step - 1) % session.batches + 1
        assert at.batches == session.batches
        assert at.epoch == step // session.batches
        assert at.examples_per_epoch == n
        assert at.examples == session.examples
        assert at.m == len(session.network.x)
        assert at.loss == session.history.last_loss
        assert (at.last_epoch is None) == (step < session.batches)
    assert at.last_epoch == session.history.epochs[-1]

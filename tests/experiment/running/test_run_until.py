"""Places to stop at: an epoch, a time, and validation that no longer improves, whatever is taken back meanwhile."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.experiment.forms.problems import SpecError
from lab.experiment.running import run_until
from lab.experiment.running.run_until import ForSeconds, ToEpoch, UntilNoBetter
from lab.experiment.session import Session
from lab.experiment.spec import Experiment
from lab.experiment.training.epoch_records import EpochRecord
from lab.experiment.training.history import History


def _session(**data: object) -> Session:
    fields = {
        "data": {"source": "iris", **data},
        "layers": [{"kind": "dense", "units": 3, "activation": "softmax"}],
        "training": {"batch_size": 60, "epochs": 5},
    }
    return Session(Experiment.model_validate(fields))


def _has(session: Session, losses: list[float]) -> None:
    """Let the session be at the end of as many epochs, with these validation losses."""
    session.epoch = len(losses)
    session.history = History([0.0] * len(losses), [EpochRecord(n, n, 0.0, x, 0.0) for n, x in enumerate(losses, 1)])


def test_it_stops_when_that_epoch_is_done() -> None:
    session = _session()
    reached = ToEpoch(2).watch(session)
    while not reached():
        session.step()
    assert (session.epoch, session.done) == (2, 0)
    assert ToEpoch(2).told(session) == "Epoch 2 is done"


def test_it_stops_after_that_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(run_until, "monotonic", lambda: now[0])
    session = _session()
    reached = ForSeconds(60).watch(session)
    now[0] = 159.0
    assert not reached()
    now[0] = 160.0
    assert reached()
    assert ForSeconds(60).told(session) == "1 minute of training are over, at step 0"


@given(losses=st.lists(st.floats(0, 9), min_size=1, max_size=30), patience=st.integers(1, 5), before=st.integers(0, 5))
def test_it_stops_at_the_first_epoch_after_so_many_without_a_lower_loss(
    losses: list[float], patience: int, before: int
) -> None:
    session = _session()
    before = min(before, len(losses))
    _has(session, losses[:before])
    reached, found = UntilNoBetter(patience).watch(session), None
    for epoch in range(before + 1, len(losses) + 1):
        _has(session, losses[:epoch])
        if reached():
            found = epoch
            break
    assert found == next(
        (epoch for epoch in range(1, len(losses) + 1) if _is_over(losses[before:epoch], patience)), None
    )


def _is_over(losses: list[float], patience: int) -> bool:
    """Tell whether the first of the lowest losses is so many places before the last one."""
    return bool(losses) and len(losses) - 1 - losses.index(min(losses)) >= patience


def test_what_was_taken_back_is_no_best_epoch() -> None:
    session = _session()
    _has(session, [3.0, 1.0])
    reached = UntilNoBetter(2).watch(session)
    assert not reached()
    _has(session, [3.0])
    assert not reached()
    for losses, expected in (([3.0, 2.0], False), ([3.0, 2.0, 2.5], False), ([3.0, 2.0, 2.5, 2.5], True)):
        _has(session, losses)
        assert reached() is expected
    assert "the lowest was 2 after epoch 2" in UntilNoBetter(2).told(session)


def test_without_validation_rows_there_is_nothing_to_watch() -> None:
    with pytest.raises(SpecError, match="no validation rows"):
        UntilNoBetter(3).watch(_session(split=[0.8, 0.0, 0.2]))


@pytest.mark.parametrize(("make", "beyond"), [(ToEpoch, 0), (ForSeconds, 0), (UntilNoBetter, 7)])
def test_only_what_watches_validation_goes_beyond_the_end(make: Callable[[int], run_until.Until], beyond: int) -> None:
    assert make(7).beyond_its_end == beyond

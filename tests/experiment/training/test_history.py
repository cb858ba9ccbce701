"""History: every step's loss, every epoch's figures, equal to the bit or not at all."""

from math import isnan, nan

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lab.experiment.training.history import EpochRecord, History


def _history(losses: list[float], epochs: int = 0) -> History:
    history = History()
    for loss in losses:
        history.add_step(loss)
    for number in range(epochs):
        history.epochs.append(EpochRecord(number + 1, 10 * number, 0.5, nan, nan))
    return history


def test_an_empty_history() -> None:
    history = History()
    assert history.steps == 0
    assert isnan(history.last_loss)
    assert history.losses().shape == (0,)
    assert len(history.epochs) == 0
    assert history.epochs[:] == []


@given(st.integers(0, 5000), st.integers(0, 6000))
def test_losses_come_back_in_their_order_however_many(steps: int, since: int) -> None:
    history = _history([0.1 * number for number in range(steps)])
    assert history.steps == steps
    expected = [0.1 * number for number in range(since, steps)]
    assert history.losses(since).tolist() == expected
    assert history.losses(since).dtype == np.float64
    if steps:
        assert history.last_loss == 0.1 * (steps - 1)


def test_what_is_handed_out_is_a_copy() -> None:
    history = _history([1.0, 2.0])
    history.losses()[:] = 9
    assert history.losses().tolist() == [1.0, 2.0]
    kept = history.losses()
    history.add_step(3.0)
    assert kept.tolist() == [1.0, 2.0]


def test_histories_are_equal_to_the_bit_or_not_at_all() -> None:
    assert _history([0.1, nan], 2) == _history([0.1, nan], 2)
    assert _history([0.1]) != _history([np.nextafter(0.1, 1)])
    assert _history([0.1]) != _history([0.1, 0.2])
    assert _history([0.1], 1) != _history([0.1], 2)
    assert _history([0.0]) != _history([-0.0])
    assert _history([0.1]) != [0.1]


def test_the_rate_of_every_step_stays_with_its_loss() -> None:
    history = History()
    for number in range(3000):
        history.add_step(1.0, 1 / (number + 1))
    assert history.rates(2990).tolist() == [1 / (number + 1) for number in range(2990, 3000)]
    mark = history.mark()
    history.add_step(1.0, 9.0)
    assert History.at(mark).rates().tolist() == history.rates()[:-1].tolist()
    assert np.isnan(History([1.0, 2.0]).rates()).all()  # of a run that nobody kept them of

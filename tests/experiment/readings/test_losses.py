"""Losses and epochs come from where a viewer left off."""

from collections.abc import Callable

import numpy as np
import pytest

from lab.experiment.readings.losses import LossesAfter
from lab.experiment.session import Session

Stepped = Callable[..., Session]


def test_losses_come_from_where_one_left_off(stepped: Stepped) -> None:
    session = stepped(20)
    assert len(session.history.epochs) == 2
    new = LossesAfter(12, 1).read(session)
    np.testing.assert_array_equal(new.losses, session.history.losses()[12:])
    assert new.epochs == tuple(session.history.epochs[1:])
    nothing = LossesAfter(20, 2).read(session)
    assert (nothing.losses.shape, nothing.epochs) == ((0,), ())


def test_later_steps_leave_an_answer_alone(stepped: Stepped) -> None:
    session = stepped(3)
    new = LossesAfter().read(session)
    kept = new.losses.copy()
    session.run_epoch()
    np.testing.assert_array_equal(new.losses, kept)
    assert new.epochs == ()
    with pytest.raises(ValueError, match="read-only"):
        new.losses[0] = 0

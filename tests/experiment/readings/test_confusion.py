"""The confusion matrix is that of the last epoch's end."""

from collections.abc import Callable

import numpy as np
import pytest

from lab.experiment.readings.confusion import ConfusionCounts
from lab.experiment.session import Session
from lab.experiment.spec import changed

Stepped = Callable[..., Session]


def test_it_is_that_of_the_last_validation(stepped: Stepped) -> None:
    session = stepped(0)
    assert ConfusionCounts().read(session) is None
    session.run_epoch()
    counts = ConfusionCounts().read(session)
    assert counts is not None
    assert counts.sum() == session.parts["validation"].examples
    np.testing.assert_array_equal(counts, session.evaluate("validation").confusion)
    kept = counts.copy()
    for _ in range(5):
        session.run_epoch()
    np.testing.assert_array_equal(counts, kept)
    with pytest.raises(ValueError, match="read-only"):
        counts[0, 0] = 0


def test_target_numbers_have_none(stepped: Stepped) -> None:
    fields = {
        "data": {"source": "diabetes"},
        "layers": [{"kind": "dense", "units": 1, "activation": "linear"}],
        "training": {"loss": "half_squared_error"},
    }
    session = Session(changed(stepped(0).experiment, fields))
    session.run_epoch()
    assert ConfusionCounts().read(session) is None

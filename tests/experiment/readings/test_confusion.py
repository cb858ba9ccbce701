"""The confusion matrix is that of the last epoch's end, or of the weights that early stopping put back there."""

from collections.abc import Callable

import numpy as np
import pytest

from lab.experiment.readings.confusion import ConfusionCounts
from lab.experiment.session import Session
from lab.experiment.session_state import restore_state, take_state
from lab.experiment.spec import changed
from lab.experiment.timeline.run_edits import ReplaceData
from lab.experiment.timeline.timeline import apply_edit

Stepped = Callable[..., Session]


def test_it_is_that_of_the_last_validation(stepped: Stepped) -> None:
    session = stepped(0)
    assert ConfusionCounts().read(session) is None
    session.run_epoch()
    found = ConfusionCounts().read(session)
    assert found is not None
    counts = found.counts
    assert (found.part, found.epoch, found.is_put_back) == ("validation", 1, False)
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


@pytest.mark.parametrize("seed", range(8))
def test_it_is_of_the_weights_that_early_stopping_puts_back(stepped: Stepped, seed: int) -> None:
    stopping = {"early_stopping": {"patience": 2, "restore_best": True}, "epochs": 30}
    session = Session(changed(stepped(0).experiment, {"seed": seed, "training": stopping}))
    while not session.finished:
        session.run_epoch()
    found = ConfusionCounts().read(session)
    assert found is not None
    np.testing.assert_array_equal(found.counts, session.evaluate("validation").confusion)
    losses = [record.validation_loss for record in session.history.epochs]
    assert found.epoch == 1 + losses.index(min(losses))
    assert found.is_put_back == (found.epoch < session.epoch)
    state = take_state(session)
    again = Session(session.experiment)
    restore_state(again, state)
    kept = ConfusionCounts().read(again)
    assert kept is not None
    assert (kept.epoch, kept.counts.tolist()) == (found.epoch, found.counts.tolist())


def test_other_data_have_none_until_an_epoch_of_theirs_has_ended(stepped: Stepped) -> None:
    session = stepped(0)
    session.run_epoch()
    data = session.experiment.data.model_copy(update={"split": (0.5, 0.3, 0.2)})
    apply_edit(session, ReplaceData(data=data))
    assert ConfusionCounts().read(session) is None
    session.run_epoch()
    assert ConfusionCounts().read(session) is not None

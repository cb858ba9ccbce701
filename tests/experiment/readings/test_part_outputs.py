"""A part's outputs: those that an evaluation counts, of the weights that are in use, in the target's own unit."""

from collections.abc import Callable

import numpy as np
import pytest

from lab.experiment.class_errors import ClassErrors
from lab.experiment.readings.part_outputs import PartOutputs
from lab.experiment.session import Session
from lab.experiment.spec import changed

Stepped = Callable[..., Session]
NUMBERS = {
    "data": {"source": "diabetes"},
    "layers": [{"kind": "dense", "units": 1, "activation": "linear"}],
    "training": {"loss": "half_squared_error"},
}


@pytest.mark.parametrize("part", ["train", "validation", "test"])
def test_they_are_what_an_evaluation_counts(stepped: Stepped, part: str) -> None:
    session = stepped(0)
    assert PartOutputs(part).read(session) is None
    session.run_epoch()
    found = PartOutputs(part).read(session)
    assert found is not None
    assert isinstance(found.errors, ClassErrors)
    assert np.array_equal(found.errors.counts, session.evaluate(part).confusion)
    assert np.array_equal(found.rows, session.parts[part].rows)
    assert np.array_equal(found.true, session.dataset.y[found.rows])
    assert (found.part, found.step, found.back_to) == (part, session.steps, None)
    with pytest.raises(ValueError, match="read-only"):
        found.values[0, 0] = 0


def test_numbers_come_in_their_own_unit(stepped: Stepped) -> None:
    session = Session(changed(stepped(0).experiment, NUMBERS))
    session.run_epoch()
    found = PartOutputs("validation").read(session)
    assert found is not None
    assert isinstance(found.errors, tuple)
    whole = session.evaluate("validation")
    assert found.errors[0].rmse == pytest.approx(whole.rmse)
    assert found.errors[0].mae == pytest.approx(whole.mae)
    assert found.errors[0].r_squared == pytest.approx(whole.score)
    assert found.true[:, 0] == pytest.approx(session.dataset.y[found.rows, 0], rel=1e-5)


@pytest.mark.parametrize("seed", range(4))
def test_they_are_of_the_weights_that_early_stopping_puts_back(stepped: Stepped, seed: int) -> None:
    stopping = {"early_stopping": {"patience": 2, "restore_best": True}, "epochs": 30}
    session = Session(changed(stepped(0).experiment, {"seed": seed, "training": stopping}))
    while not session.finished:
        session.run_epoch()
    found = PartOutputs("validation").read(session)
    assert found is not None
    assert isinstance(found.errors, ClassErrors)
    assert np.array_equal(found.errors.counts, session.evaluate("validation").confusion)
    losses = [record.validation_loss for record in session.history.epochs]
    best = 1 + losses.index(min(losses))
    assert found.back_to == (best if session.early_stopping.has_put_back else None)


def test_a_part_without_examples_has_none(stepped: Stepped) -> None:
    session = Session(changed(stepped(0).experiment, {"data": {"split": (0.8, 0.2, 0.0)}}))
    session.step()
    found = PartOutputs("test").read(session)
    assert found is not None
    assert found.values.shape == (0, 3)

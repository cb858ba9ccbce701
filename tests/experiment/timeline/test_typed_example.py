"""A typed example: what it trains on, that it is kept with the run and let go of, and what is refused."""

from typing import Any

import numpy as np
import pytest

from lab.core.explain.explain_cell import explain
from lab.experiment.forms.problems import SpecError
from lab.experiment.last_step import last_step
from lab.experiment.session import Session
from lab.experiment.session_state import restore_state, take_state
from lab.experiment.spec import Experiment
from lab.experiment.timeline.edits import fields_of, read_edit
from lab.experiment.timeline.run_edits import LetGo
from lab.experiment.timeline.timeline import Timeline
from lab.experiment.timeline.typed_example import TypeExample

TYPED = TypeExample(row=3, x=(5.0, 3.0, 1.5, 0.25), y=2)


def _session() -> Session:
    layers = [{"kind": "dense", "units": 3, "activation": "softmax"}]
    training = {"dtype": "float64", "optimizer": {"kind": "sgd", "learning_rate": 0.5}}
    fields = {"data": {"source": "iris", "scaling": "standard"}, "layers": layers, "training": training}
    return Session(Experiment.model_validate(fields))


def test_each_step_trains_on_what_was_typed() -> None:
    session = _session()
    Timeline(session).apply(TYPED)
    scaling = session.prepared.scaling
    np.testing.assert_allclose(session.network.x, [(np.array(TYPED.x) - scaling.offset) * scaling.factor])
    np.testing.assert_array_equal(session.network.y, [[0, 0, 1]])
    losses = [session.step() for _ in range(20)]
    assert losses == sorted(losses, reverse=True)
    assert session.epoch == session.done == 0
    found = explain(last_step(session), 0, "x", (0, 1))
    assert found.terms[0].value == 3.0
    assert "typed" in found.note
    assert session.dataset.class_names[2] in explain(last_step(session), 0, "y", (0, 1)).note


def test_it_is_kept_with_the_run_and_its_edit_in_a_file() -> None:
    session, other = _session(), _session()
    Timeline(session).apply(TYPED)
    session.step()
    restore_state(other, take_state(session))
    assert other.step() == session.step()
    assert other.typed is not None
    assert read_edit(fields_of(TYPED)) == TYPED


def test_let_go_or_taken_back_the_row_has_its_own_numbers_again() -> None:
    session = _session()
    session.step()
    shown, timeline = session.network.x.copy(), Timeline(session)
    timeline.apply(TYPED)
    timeline.undo()
    np.testing.assert_array_equal(session.network.x, shown)
    timeline.apply(TYPED)
    timeline.apply(LetGo())
    assert session.typed is None
    x, _ = session.parts["train"].gather(np.array([3]))
    np.testing.assert_array_equal(session.network.x, x)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"row": 9999}, r"^row: 9999 found"),
        ({"x": (1.0, 2.0)}, r"^x: 2 numbers found, 4 finite ones expected"),
        ({"y": 3}, r"^y: 3 found, a class number from 0 to 2 expected"),
        ({"y": (1.0,)}, r"^y: "),
    ],
)
def test_what_is_refused_changes_nothing(fields: dict[str, Any], message: str) -> None:
    session = _session()
    session.step()
    before = take_state(session)
    with pytest.raises(SpecError, match=message):
        Timeline(session).apply(TypeExample(**{"row": 3, "x": TYPED.x, "y": 2} | fields))
    after = take_state(session)
    assert {n: a.tobytes() for n, a in after.arrays.items()} == {n: a.tobytes() for n, a in before.arrays.items()}


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("typed.y", np.array([7.0]), "typed.y: 7 is not the number of a class"),
        ("typed.x", np.array([1.0, np.inf, 0.0, 0.0]), "not finite"),
        ("pinned", np.array([1, 2]), "not exactly one row is pinned"),
    ],
)
def test_a_state_with_an_impossible_typed_example_is_refused(name: str, value: np.ndarray, message: str) -> None:
    session = _session()
    Timeline(session).apply(TYPED)
    state = take_state(session)
    with pytest.raises(ValueError, match=message):
        restore_state(_session(), type(state)(state.numbers, {**state.arrays, name: value}))

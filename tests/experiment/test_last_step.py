"""The last step as explanations see it: where X and y come from, and what W was before."""

import numpy as np
import pytest

from lab.core.explain.explain_cell import explain
from lab.experiment.last_step import last_step
from lab.experiment.session import Session
from lab.experiment.spec import Experiment
from lab.experiment.timeline.cell_edits import TypeCell
from lab.experiment.timeline.keyframe import restore_keyframe, take_keyframe

FIELDS = {
    "data": {"source": "iris", "scaling": "standard"},
    "layers": [
        {"kind": "dense", "units": 3},
        {"kind": "batch_norm"},
        {"kind": "dense", "units": 3, "activation": "softmax"},
    ],
    "training": {"batch_size": 8, "optimizer": {"kind": "adam", "learning_rate": 0.01}},
}


@pytest.fixture
def session() -> Session:
    return Session(Experiment.model_validate(FIELDS))


def test_a_cell_of_x_is_the_number_of_the_data_scaled(session: Session) -> None:
    session.step()
    found = explain(last_step(session), 0, "x", (2, 1))
    row = session.parts["train"].rows[session.used_rows[2]]
    raw, offset = (term.value for term in found.terms)
    assert raw == session.dataset.x[row, 1]
    assert offset == -session.prepared.scaling.offset[1]
    assert found.value == pytest.approx(float(session.network.x[2, 1]), rel=1e-6)
    assert session.dataset.feature_names[1] in found.note
    name = session.dataset.class_names[session.dataset.y[row]]
    assert name in explain(last_step(session), 2, "y", (2, 0)).note


def test_w_is_what_the_step_before_used_and_what_that_added(session: Session) -> None:
    session.step()
    assert explain(last_step(session), 0, "W", (1, 2)).formula == "W¹[1, 2]"
    used, update = float(session.network.layers[0].W[1, 2]), float(session.network.layers[0].update_W[1, 2])
    before = used - update
    session.step()
    found = explain(last_step(session), 0, "W", (1, 2))
    assert found.cell == used
    assert [term.value for term in found.terms] == pytest.approx([before, update], rel=1e-4)


def test_running_statistics_are_what_they_were_and_a_share_of_the_batch(session: Session) -> None:
    session.step()
    old = session.network.layers[1].running_mean.copy()
    session.step()
    found = explain(last_step(session), 1, "running_mean", (1,))
    assert found.terms[0].factors[1].value == old[1]
    assert found.value == pytest.approx(found.cell, rel=1e-5, abs=1e-8)


def test_what_was_before_comes_back_with_a_keyframe(session: Session) -> None:
    session.step()
    session.step()
    cells = [(0, "W", (1, 2)), (1, "running_mean", (1,))]
    before = [explain(last_step(session), *cell) for cell in cells]
    there = take_keyframe(session)
    session.step()
    restore_keyframe(session, there)
    assert [explain(last_step(session), *cell) for cell in cells] == before
    session.step()
    assert explain(last_step(session), 0, "W", (1, 2)).terms[0].value == before[0].cell


def test_what_was_before_is_not_told_where_nothing_was(session: Session) -> None:
    session.step()
    found = explain(last_step(session), 0, "W", (1, 2))
    assert (found.formula, found.value) == ("W¹[1, 2]", found.cell)


def test_an_edit_previewed_leaves_what_was_before(session: Session) -> None:
    session.step()
    session.step()
    before = explain(last_step(session), 0, "W", (1, 2))
    TypeCell(layer=0, array="W", cell=(1, 2), value=5.0).preview(session)
    assert explain(last_step(session), 0, "W", (1, 2)) == before
    assert np.isfinite(before.value)

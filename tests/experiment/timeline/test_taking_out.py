"""An edit taken out of the middle of a history: the run is then bit for bit the one in which it was never made."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.experiment.forms.problems import SpecError, TrainingFailed
from lab.experiment.session import Session
from lab.experiment.timeline.edit import Edit
from lab.experiment.timeline.keyframe import take_keyframe
from lab.experiment.timeline.keyframes import KeyframesInMemory
from lab.experiment.timeline.timeline import Timeline, apply_edit, replay
from tests.effort import examples
from tests.experiment.timeline.test_timeline import EXAMPLES, _bits, _edit, _session, _train

SAFE = [edit for edit in EXAMPLES if edit.model_dump()["kind"] not in ("let_go", "pin", "put_back", "train_on")]
"""Edits that can be done to any run, whatever came before, unless the stack is another one."""


def _go_on(timeline: Timeline) -> None:
    """Train as the window's thread does, until the run is where it was before an edit was taken out."""
    while timeline.replays:
        timeline.session.step()
        timeline.do_due()


def _edited(edits: list[tuple[Edit, int]]) -> Timeline:
    timeline = Timeline(_session(2, epochs=60))
    for edit, steps in edits:
        timeline.apply(edit)
        _train(timeline.session, steps)
    return timeline


def _names(timeline: Timeline) -> list[str]:
    return [line.name for line in timeline.lines]


EDITS = [
    (_edit("units", layer=0, units=9), 3),
    (_edit("training", title="Batch size 7", fields={"batch_size": 7}), 2),
    (_edit("freeze", layer=0), 4),
]


@pytest.mark.parametrize("place", [0, 1])
def test_without_an_edit_the_run_is_bit_for_bit_the_one_that_never_had_it(place: int) -> None:
    timeline = _edited(EDITS)
    before = _bits(timeline.session)
    timeline.take_out(place)
    _go_on(timeline)
    never = _session(2, epochs=60)
    steps = 2
    for number, (edit, more) in enumerate(EDITS):
        if number != place:
            apply_edit(never, edit)
        _train(never, more)
        steps += more
    assert _bits(timeline.session) == _bits(never)
    assert timeline.session.steps == steps
    assert timeline.undo_name == timeline.lines[-1].name
    assert timeline.lines[-1].name.startswith("Without ")
    timeline.undo()
    assert _bits(timeline.session) == before
    assert _names(timeline)[:3] == [edit.name for edit, _ in EDITS]
    timeline.redo()
    assert _bits(timeline.session) == _bits(never)


def test_what_waits_is_listed_and_undo_stops_it_on_its_way() -> None:
    timeline = _edited(EDITS)
    before = _bits(timeline.session)
    timeline.take_out(0)
    assert [line.waits for line in timeline.lines] == [True, True, False]
    timeline.session.step()
    timeline.do_due()
    with pytest.raises(LookupError, match="trained again to step 11"):
        timeline.apply(EDITS[0][0])
    with pytest.raises(LookupError, match="trained again"):
        timeline.take_out(0)
    assert timeline.redo_name is None
    timeline.undo()
    assert not timeline.replays
    assert _bits(timeline.session) == before
    timeline.redo()  # which begins it again
    assert timeline.replays
    _go_on(timeline)
    assert [line.waits for line in timeline.lines] == [False] * 3


def test_the_last_edit_is_just_taken_back() -> None:
    timeline = _edited(EDITS)
    assert timeline.take_out(2).name == "Freeze layer 1"
    assert not timeline.replays
    assert timeline.redo_name == "Freeze layer 1"


def test_what_cannot_be_done_without_it_leaves_the_edit_in() -> None:
    timeline = Timeline(_session(2, epochs=60))
    timeline.apply(_edit("insert", position=4, new={"kind": "dense", "units": 6, "activation": "relu"}))
    _train(timeline.session, 2)
    timeline.apply(_edit("units", layer=4, units=3))
    _train(timeline.session, 1)
    before, names = _bits(timeline.session), _names(timeline)
    timeline.take_out(0)
    with pytest.raises(SpecError, match=r"Without insert .* is not possible: Layer 5 with 3 units: "):
        _go_on(timeline)
    assert _bits(timeline.session) == before
    assert _names(timeline) == names
    assert not timeline.replays


def test_before_an_opened_run_nothing_is_taken_out() -> None:
    timeline = _edited(EDITS[:1])
    timeline.go_to("Open other", take_keyframe(_session(5)))
    timeline.apply(EDITS[2][0])
    before = _bits(timeline.session)
    with pytest.raises(LookupError, match="another run was opened since"):
        timeline.take_out(0)
    assert _bits(timeline.session) == before


def test_without_its_state_an_edit_stays_in() -> None:
    timeline = Timeline(_session(2), KeyframesInMemory(most=0))
    for edit, _ in EDITS:
        timeline.apply(edit)
    with pytest.raises(LookupError, match="kept no longer"):
        timeline.take_out(0)


def test_any_line_of_the_history_can_be_gone_to_after_one_was_taken_out() -> None:
    timeline = _edited(EDITS)
    timeline.take_out(1)
    _go_on(timeline)
    _train(timeline.session, 2)
    end, names = _bits(timeline.session), _names(timeline)
    timeline.go_to_edit(0)
    assert [line.undone for line in timeline.lines] == [False, True, True]
    assert timeline.session.experiment.layers[0].model_dump()["units"] == 9
    timeline.go_to_edit(2)
    assert _names(timeline) == names
    assert _bits(timeline.session) == end
    timeline.go_to_edit(-1)
    assert timeline.session.steps == 2


@examples(12)
@given(
    edits=st.lists(st.tuples(st.sampled_from(SAFE), st.integers(0, 2)), min_size=2, max_size=4), place=st.integers(0, 2)
)
def test_any_edit_can_be_taken_out_or_leaves_all_as_it_was(edits: list[tuple[Edit, int]], place: int) -> None:
    timeline = Timeline(_session(2, epochs=60))
    for edit, steps in edits:
        try:
            timeline.apply(edit)
        except SpecError:
            continue
        _train(timeline.session, steps)
    done = len(timeline.lines)
    before = _bits(timeline.session)
    if place >= done - 1:
        return
    try:
        timeline.take_out(place)
        _go_on(timeline)
    except SpecError:
        assert _bits(timeline.session) == before
        return
    other = _session(2, epochs=60)
    replay(other, timeline.session.edits, timeline.session.steps)
    assert _bits(other) == _bits(timeline.session)
    timeline.undo()
    assert _bits(timeline.session) == before


@pytest.mark.parametrize("hidden", ["first step", "later"])
def test_a_run_goes_on_after_a_step_that_failed_as_its_edits_say(hidden: str) -> None:
    """What a failing step leaves is an edit: replayed from the start, the run is the same to the last bit."""
    sessions = [_session(0 if hidden == "first step" else 5, epochs=60) for _ in range(2)]
    timeline = Timeline(sessions[0])
    huge = {"kind": "sgd", "learning_rate": 1e30}
    timeline.apply(_edit("training", title="Huge", fields={"optimizer": huge, "loss": "half_squared_error"}))
    with pytest.raises(TrainingFailed):
        _train(timeline.session, 50)
    with pytest.raises(TrainingFailed):
        _train(timeline.session, 50)
    timeline.apply(_edit("training", title="Small", fields={"optimizer": {"kind": "adam", "learning_rate": 0.01}}))
    _train(timeline.session, 9)
    assert "put_back" in [record.fields["kind"] for record in timeline.session.edits]
    replay(sessions[1], timeline.session.edits, timeline.session.steps)
    assert _bits(sessions[1]) == _bits(timeline.session)


def test_the_first_step_of_an_epoch_that_fails_leaves_order_and_streams_as_they_were() -> None:
    session = _session(1, epochs=60)
    while session.done:
        session.step()
    order, streams = session.order.copy(), _streams(session)
    session.network.parameters.fill(np.inf)
    with pytest.raises(TrainingFailed):
        session.step()
    assert _streams(session) == streams
    assert (session.order == order).all()
    assert np.isfinite(session.network.parameters).all()


def _streams(session: Session) -> list[object]:
    return [each.bit_generator.state["state"] for each in (session.shuffling, session.network.dropout_stream)]

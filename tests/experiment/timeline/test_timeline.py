"""The timeline: any edits, undos, redos and steps keep a run whole, and what is taken back is back bit for bit."""

import contextlib
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.experiment.forms.problems import SpecError, TrainingFailed
from lab.experiment.session import Session
from lab.experiment.session_state import SessionState, restore_state, take_state
from lab.experiment.spec import Experiment
from lab.experiment.timeline.edit import Edit
from lab.experiment.timeline.edits import EDITS, fields_of, read_edit
from lab.experiment.timeline.keyframes import KeyframesInMemory
from lab.experiment.timeline.timeline import Timeline, apply_edit, replay

HIDDEN: list[dict[str, Any]] = [
    {"kind": "dense", "units": 5, "activation": "tanh"},
    {"kind": "dropout", "rate": 0.3},
    {"kind": "dense", "units": 4, "activation": "relu"},
    {"kind": "batch_norm"},
]
OUTPUT = {"kind": "dense", "units": 3, "activation": "softmax"}


def _experiment(**training: Any) -> Experiment:
    fields = {
        "seed": 4,
        "data": {"source": "iris"},
        "layers": [*HIDDEN, OUTPUT],
        "training": {"batch_size": 40, "epochs": 3, "optimizer": {"kind": "adam"}, **training},
    }
    return Experiment.model_validate(fields)


def _session(steps: int = 0, **training: Any) -> Session:
    session = Session(_experiment(**training))
    _train(session, steps)
    return session


def _train(session: Session, steps: int) -> None:
    for _ in range(steps):
        session.step()


def _bits(session: Session) -> tuple[str, dict[str, bytes], str]:
    state = take_state(session)
    arrays = {name: array.tobytes() for name, array in state.arrays.items()}
    return state.numbers.model_dump_json(), arrays, repr(session.experiment)


def _edit(kind: str, **fields: Any) -> Edit:
    return read_edit({"kind": kind, **fields})


EXAMPLES: list[Edit] = [
    _edit("training", title="Learning rate 0.01", fields={"optimizer": {"kind": "adam", "learning_rate": 0.01}}),
    _edit("training", title="Optimizer momentum", fields={"optimizer": {"kind": "momentum", "l2": 0.1}}),
    _edit("training", title="Batch size 7", fields={"batch_size": 7}),
    _edit("training", title="Loss", fields={"loss": "half_squared_error", "reduction": "sum"}),
    _edit("training", title="Class weights", fields={"class_weights": "balanced", "label_smoothing": 0.1}),
    _edit("training", title="Schedule", fields={"schedule": {"kind": "cosine"}}),
    _edit("training", title="Early stopping", fields={"early_stopping": {"patience": 1}}),
    _edit("training", title="Epochs 5", fields={"epochs": 5}),
    _edit("training", title="BLAS threads 2", fields={"blas_threads": 2}),
    _edit("units", layer=0, units=9),
    _edit("units", layer=0, units=2),
    _edit("units", layer=0, units=7, fresh=True),
    _edit("activation", layer=0, activation="sigmoid"),
    _edit("insert", position=0, new={"kind": "dense", "units": 6, "activation": "linear"}),
    _edit("insert", position=1, new={"kind": "layer_norm"}),
    _edit("insert", position=1, new={"kind": "dense", "units": 5, "activation": "relu"}, fresh=True),
    _edit("remove", layer=0),
    _edit("remove", layer=1, fresh=True),
    _edit("move", layer=0, to=1),
    _edit("layer", layer=1, fields={"rate": 0.5}),
    _edit("freeze", layer=0),
    _edit("freeze", layer=0, frozen=False),
    _edit("freeze_cells", layer=0, array="W", cells=[[0, 0], [1, 1]]),
    _edit("type_cell", layer=0, array="W", cell=[1, 0], value=0.25),
    _edit("fill_cells", layer=0, array="W", cells=[[0, 1], [2, 0]], value=0.0),
    _edit("load_matrix", layer=0, array="b", values=[[0.5, -0.5, 0.25, 1.0, 0.0]], source="b.npy"),
    _edit("pin"),
    _edit("pin", rows=[3]),
    _edit("type_example", row=3, x=[5.0, 3.0, 1.5, 0.25], y=2),
    _edit("let_go"),
    _edit("reset"),
    _edit("reset", next_seed=True),
    _edit("train_on", epochs=2),
    _edit("put_back"),
    _edit("data", data={"source": "iris", "split": [0.5, 0.25, 0.25], "scaling": "minmax"}),
    _edit("data", data={"source": "wine"}),
    _edit("begin", experiment=json.loads(_experiment(batch_size=30).model_dump_json())),
    _edit("changes", title="Two", edits=[{"kind": "remove", "layer": 1}, {"kind": "units", "layer": 0, "units": 8}]),
]


def test_every_kind_of_edit_is_among_the_examples() -> None:
    """But for the one that only a set typed in the experiment takes; see test_number_edits."""
    assert {edit.model_dump()["kind"] for edit in EXAMPLES} == set(EDITS) - {"change_example"}


def test_every_edit_can_be_written_and_read() -> None:
    for edit in EXAMPLES:
        assert read_edit(json.loads(json.dumps(fields_of(edit)))) == edit
        assert edit.name


def _do(timeline: Timeline, what: Edit | str | int) -> None:
    if isinstance(what, int):
        with contextlib.suppress(TrainingFailed):
            _train(timeline.session, what)
    elif what == "undo":
        if timeline.undo_name is not None:
            timeline.undo()
    elif what == "redo":
        if timeline.redo_name is not None:
            timeline.redo()
    else:
        assert isinstance(what, Edit)
        before = _bits(timeline.session)
        try:
            timeline.apply(what)
        except SpecError:
            assert _bits(timeline.session) == before


def _check_whole(session: Session) -> None:
    network, experiment = session.network, session.experiment
    assert [layer.kind for layer in network.layers] == [spec.kind for spec in experiment.layers]
    sizes = {vector.size for vector in (network.gradients, network.updates, session.used_parameters)}
    assert sizes == {network.parameters.size}
    assert all(vector.shape == network.parameters.shape for vector in session.optimizer.state.values())
    assert network.frozen is None or network.frozen.shape == network.parameters.shape
    fresh = Session(experiment, session.dataset)
    restore_state(fresh, take_state(session))
    assert _bits(fresh) == _bits(session)


ACTIONS = st.lists(st.one_of(st.sampled_from(EXAMPLES), st.sampled_from(["undo", "redo"]), st.integers(1, 3)))


@settings(max_examples=25)
@given(actions=ACTIONS)
def test_any_edits_undos_redos_and_steps_keep_the_run_whole_and_undoing_all_is_the_start(
    actions: list[Edit | str | int],
) -> None:
    session = _session(2)
    start = _bits(session)
    timeline = Timeline(session)
    for action in actions:
        _do(timeline, action)
        _check_whole(session)
    while timeline.undo_name is not None:
        timeline.undo()
    if not any(isinstance(action, int) for action in actions):
        assert _bits(session) == start


@settings(max_examples=25)
@given(edits=st.lists(st.tuples(st.sampled_from(EXAMPLES), st.integers(0, 2)), min_size=1, max_size=5))
def test_undoing_every_edit_is_bit_for_bit_the_start_and_redoing_all_the_end(edits: list[tuple[Edit, int]]) -> None:
    session = _session(2)
    start, timeline = _bits(session), Timeline(session)
    for edit, steps in edits:
        _do(timeline, edit)
        if timeline.undo_name is not None:
            _do(timeline, steps)
    end = _bits(session)
    undone = 0
    while timeline.undo_name is not None:
        timeline.undo()
        undone += 1
    assert _bits(session) == start
    for _ in range(undone):
        timeline.redo()
    assert _bits(session) == end


@settings(max_examples=25)
@given(edits=st.lists(st.tuples(st.sampled_from(EXAMPLES), st.integers(0, 2)), min_size=1, max_size=4))
def test_an_edited_run_is_replayed_bit_for_bit_from_its_start(edits: list[tuple[Edit, int]]) -> None:
    session = _session(2)
    timeline = Timeline(session)
    for edit, steps in edits:
        _do(timeline, edit)
        _train(session, steps)
    other = _session(2)
    replay(other, session.edits, session.steps)
    assert _bits(other) == _bits(session)


@pytest.mark.parametrize("edit", EXAMPLES, ids=lambda edit: edit.name)
def test_a_preview_says_what_the_edit_then_does_and_changes_nothing(edit: Edit) -> None:
    session = _session(5)
    if edit == _edit("let_go"):
        apply_edit(session, _edit("pin"))
    before = _bits(session)
    said = edit.preview(session)
    assert _bits(session) == before
    rows = session.parts["validation"].gather(np.arange(10))[0].copy()
    predicted = session.network.predict(rows)
    outcome = apply_edit(session, edit)
    assert outcome == said
    assert outcome.sentence.endswith(".")
    if outcome.exact and session.network.inputs == rows.shape[1]:
        np.testing.assert_allclose(session.network.predict(rows), predicted, rtol=0, atol=1e-6)


@pytest.mark.parametrize("edit", EXAMPLES, ids=lambda edit: edit.name)
def test_an_edited_run_goes_on_from_its_state(edit: Edit) -> None:
    session = _session(4)
    if edit == _edit("let_go"):
        apply_edit(session, _edit("pin"))
    apply_edit(session, edit)
    _train(session, 1)
    fresh = Session(session.experiment, session.dataset)
    state = take_state(session)
    numbers = type(state.numbers).model_validate_json(state.numbers.model_dump_json())
    restore_state(fresh, SessionState(numbers, state.arrays))
    _train(session, 3)
    _train(fresh, 3)
    assert _bits(fresh) == _bits(session)


def test_a_run_without_edits_is_the_run_that_no_timeline_watches() -> None:
    watched, alone = _session(), _session()
    Timeline(watched)
    _train(watched, 7)
    _train(alone, 7)
    assert _bits(watched) == _bits(alone)


def test_what_was_trained_since_is_taken_away_by_undo_and_brought_again_by_redo() -> None:
    session = _session(4)
    timeline = Timeline(session)
    timeline.apply(_edit("units", layer=0, units=9))
    _train(session, 5)
    losses = session.history.losses(4)
    assert timeline.undo().name == "Layer 1 with 9 units"
    assert session.steps == 4
    (taken,) = timeline.taken
    assert (taken.name, taken.step) == ("Layer 1 with 9 units", 4)
    assert taken.losses.tolist() == losses.tolist()
    assert [line.undone for line in timeline.lines] == [True]
    timeline.redo()
    assert session.steps == 9
    assert timeline.taken == ()


def test_a_reset_keeps_its_run_one_undo_away() -> None:
    session = _session(6)
    before, timeline = _bits(session), Timeline(session)
    timeline.apply(_edit("reset"))
    fresh = _session()
    assert session.network.parameters.tobytes() == fresh.network.parameters.tobytes()
    assert (session.steps, len(timeline.taken[0].losses)) == (0, 6)
    _train(session, 2)
    timeline.undo()
    assert _bits(session) == before
    assert timeline.taken == ()  # what was taken away is back, and begins with the two steps after the reset


def test_after_other_steps_redo_does_the_edit_to_the_run_as_it_is_then() -> None:
    session = _session(3)
    timeline = Timeline(session)
    timeline.apply(_edit("units", layer=0, units=9))
    timeline.undo()
    _train(session, 2)
    timeline.redo()
    assert (session.steps, session.network.layers[0].outputs) == (5, 9)
    timeline.undo()
    assert (session.steps, session.network.layers[0].outputs) == (5, 5)


def test_kept_states_stay_below_their_bytes_and_the_oldest_go_first() -> None:
    session = _session(2)
    keyframes = KeyframesInMemory(30_000)
    timeline = Timeline(session, keyframes)
    for units in range(6, 16):
        timeline.apply(_edit("units", layer=0, units=units))
        _train(session, 1)
    assert keyframes.bytes <= 30_000
    kept = [line.kept for line in timeline.lines]
    assert not kept[0]
    assert kept[-1]
    assert kept == sorted(kept)
    while timeline.undo_name is not None:
        timeline.undo()
    with pytest.raises(LookupError, match="kept no longer"):
        timeline.undo()


def test_a_pinned_batch_does_not_move_the_epoch_on() -> None:
    session, alone = _session(1), _session(1)
    apply_edit(session, _edit("pin", rows=[5, 6]))
    before = (session.epoch, session.batch, session.done)
    _train(session, 4)
    assert (session.epoch, session.batch, session.done) == before
    assert session.used_rows.tolist() == [5, 6]
    assert session.steps == 5
    apply_edit(session, _edit("let_go"))
    _train(session, 1)
    _train(alone, 1)
    assert session.used_rows.tolist() == alone.used_rows.tolist()


def test_batches_of_another_size_go_on_in_the_same_epoch() -> None:
    session = _session(1)
    apply_edit(session, _edit("training", title="Batch size 50", fields={"batch_size": 50}))
    seen = session.order[:40].tolist()
    while not session.epoch:
        session.step()
        seen += session.used_rows.tolist()
    assert sorted(seen) == list(range(105))
    assert session.examples == 105


def test_a_frozen_layer_is_not_updated_and_that_is_shown() -> None:
    session = _session(2)
    W = session.network.layers[0].W.copy()
    apply_edit(session, _edit("freeze", layer=0))
    _train(session, 3)
    np.testing.assert_array_equal(session.network.layers[0].W, W)
    assert not session.network.layers[0].update_W.any()
    assert session.network.layers[0].dW.any()


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (_edit("units", layer=4, units=5), "classes"),
        (_edit("units", layer=1, units=5), "units"),
        (_edit("units", layer=9, units=5), "layer: 9 found"),
        (_edit("remove", layer=4), "last layer must be"),
        (_edit("activation", layer=4, activation="tanh"), "cross_entropy"),
        (_edit("move", layer=0, to=4), "set 3 units"),
        (_edit("type_cell", layer=0, array="V", cell=[0, 0], value=1.0), "'V' is not one of W, b"),
        (_edit("type_cell", layer=0, array="W", cell=[4, 0], value=1.0), "shape (4, 5)"),
        (_edit("freeze", layer=1), "nothing to freeze"),
        (_edit("pin", rows=[1000]), "0 to 104"),
        (_edit("let_go"), "no batch is pinned"),
        (_edit("training", title="x", fields={"dtype": "float64"}), "dtype"),
        (_edit("training", title="x", fields={"loss": "binary"}), "training.loss"),
    ],
)
def test_an_edit_that_cannot_be_is_refused_in_a_sentence_and_changes_nothing(edit: Edit, words: str) -> None:
    session = _session(3)
    before, timeline = _bits(session), Timeline(session)
    with pytest.raises(SpecError) as refusal:
        timeline.apply(edit)
    assert words in str(refusal.value)
    assert _bits(session) == before
    assert timeline.lines == ()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "unit"}, "did you mean units?"),
        ({"kind": "units", "layer": 0, "units": 0}, "units: 0 is not at least 1"),
        ({"kind": "units", "layer": 0}, "units: missing"),
        ({"kind": "freeze", "layer": "1"}, "layer: '1' is not a whole number"),
    ],
)
def test_fields_that_are_no_edit_are_named(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(SpecError) as refusal:
        read_edit(fields)
    assert words in str(refusal.value)


def test_data_that_only_a_kept_state_holds_is_counted_and_what_the_run_works_on_is_not() -> None:
    session = _session(1)
    timeline = Timeline(session, KeyframesInMemory())
    timeline.apply(_edit("units", layer=0, units=6))
    before, prepared, dataset = timeline.kept_bytes, session.prepared, session.dataset
    timeline.apply(_edit("data", data={"source": "wine"}))
    assert session.dataset is not dataset
    held = sum(part.held_bytes for part in prepared.parts.values()) + dataset.x.nbytes + dataset.y.nbytes
    assert timeline.kept_bytes >= before + held
    timeline.undo()  # wine is now what only the state to redo holds, and iris is in use again
    wine = timeline.kept_bytes
    timeline.redo()
    assert timeline.kept_bytes >= before + held
    assert wine != timeline.kept_bytes

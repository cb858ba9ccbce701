"""A walk through steps, equation by equation: what is blank, when parameters change, that the run is not touched."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lab.experiment.readings.layer_matrix import LayerMatrix
from lab.experiment.session import Session
from lab.experiment.session_state import take_state
from lab.experiment.spec import Experiment
from lab.experiment.timeline.run_edits import Pin
from lab.experiment.timeline.timeline import Timeline
from lab.experiment.walk import Walk
from tests.effort import examples

LAYERS: list[dict[str, Any]] = [
    {"kind": "dense", "units": 4, "activation": "tanh"},
    {"kind": "batch_norm"},
    {"kind": "dropout", "rate": 0.3},
    {"kind": "prelu"},
    {"kind": "dense", "units": 3, "activation": "softmax"},
]


def _session(layers: list[dict[str, Any]] | None = None, **training: Any) -> Session:
    usual = {"batch_size": 40, "epochs": 3, "optimizer": {"kind": "adam", "learning_rate": 0.01, "l2": 0.01}}
    fields = {"data": {"source": "iris"}, "layers": layers or LAYERS, "training": usual | training}
    return Session(Experiment.model_validate(fields))


def _same(one: Session, other: Session) -> None:
    first, second = take_state(one), take_state(other)
    assert first.numbers == second.numbers
    assert first.arrays.keys() == second.arrays.keys()
    for name, array in first.arrays.items():
        assert array.tobytes() == second.arrays[name].tobytes(), name


def test_the_order_is_that_of_the_step() -> None:
    session = _session([LAYERS[0], LAYERS[-1]])
    Walk(session).forward()
    assert session.walking is not None
    assert [equation.name for equation in session.walking.equations] == [
        "z¹ weighted input", "a¹ activation", "z² weighted input", "a² activation", "L loss", "δ² error", "δ¹ error",
        "∂L/∂W¹ weight gradient", "∂L/∂b¹ bias gradient", "∂L/∂W² weight gradient", "∂L/∂b² bias gradient",
        "update of every parameter",
    ]  # fmt: skip


def test_what_is_not_yet_computed_is_blank_and_the_rest_is_what_the_step_will_leave() -> None:
    session, stepped = _session(), _session()
    session.step()
    stepped.step()
    stepped.step()
    walk = Walk(session)
    walk.forward()
    place = session.walking
    assert place is not None
    for done in range(1, len(place.equations) + 1):
        for number, equation in enumerate(place.equations):
            for layer, name in equation.computes:
                shown = LayerMatrix(layer, name).read(session)
                expected = LayerMatrix(layer, name).read(stepped)
                if number < done and expected is not None:
                    assert shown is not None
                    assert shown.tobytes() == expected.tobytes(), (layer, name)
                else:
                    assert shown is None
        if done < len(place.equations):
            walk.forward()
    _same(session, stepped)


def test_parameters_change_at_the_update_and_not_before() -> None:
    session = _session()
    before, walk = session.network.parameters.copy(), Walk(session)
    walk.forward()
    assert session.walking is not None
    for _ in range(len(session.walking.equations) - 2):
        walk.forward()
        assert session.steps == 0
        assert np.array_equal(session.network.parameters, before)
    walk.forward()
    assert session.steps == 1
    assert not np.array_equal(session.network.parameters, before)
    walk.back()
    assert session.steps == 0
    assert np.array_equal(session.network.parameters, before)


def test_after_the_update_comes_the_next_batch_and_back_again() -> None:
    session = _session([LAYERS[0], LAYERS[-1]])
    walk = Walk(session)
    rows = []
    for _ in range(2):
        for _ in range(12):
            walk.forward()
        rows.append(session.used_rows.tolist())
    assert session.steps == 2
    assert rows[0] != rows[1]
    for _ in range(13):
        walk.back()
    assert session.walking is not None
    assert session.walking.is_complete
    assert (session.steps, session.used_rows.tolist()) == (1, rows[0])
    for _ in range(13):
        walk.back()
    assert session.walking is None
    assert session.steps == 0
    walk.back()
    assert session.steps == 0


def test_a_pinned_batch_is_walked_again_and_again() -> None:
    session = _session([LAYERS[0], LAYERS[-1]])
    session.step()
    Timeline(session).apply(Pin(rows=(3,)))
    walk = Walk(session)
    for step in (2, 3):
        for _ in range(12):
            walk.forward()
        assert (session.steps, session.used_rows.tolist()) == (step, [3])


_MOVES = st.lists(st.sampled_from(["forward", "forward", "forward", "back", "leave", "update"]), max_size=30)


@examples(12)
@given(
    layers=st.lists(st.sampled_from(LAYERS[:-1]), max_size=3).map(lambda hidden: [*hidden, LAYERS[-1]]),
    kind=st.sampled_from(["sgd", "momentum", "adam"]),
    reduction=st.sampled_from(["mean", "sum"]),
    begun=st.integers(0, 5),
    moves=_MOVES,
)
def test_walking_going_back_and_then_running_is_the_run_that_was_never_walked(
    layers: list[dict[str, Any]], kind: str, reduction: str, begun: int, moves: list[str]
) -> None:
    training = {"reduction": reduction, "optimizer": {"kind": kind, "learning_rate": 0.01}}
    session, never = _session(layers, **training), _session(layers, **training)
    for _ in range(begun):
        session.step()
    walk = Walk(session)
    for move in moves:
        if move == "update":
            while session.walking is not None and not session.walking.is_complete:
                walk.forward()
        else:
            getattr(walk, move)()
    walk.leave()
    session.step()
    session.step()
    while never.steps < session.steps:
        never.step()
    _same(session, never)


def test_leaving_puts_back_what_was_on_show() -> None:
    session = _session()
    session.step()
    state, walk = take_state(session), Walk(session)
    for _ in range(4):
        walk.forward()
    walk.leave()
    again = take_state(session)
    assert {name: array.tobytes() for name, array in again.arrays.items()} == {
        name: array.tobytes() for name, array in state.arrays.items()
    }
    assert session.walking is None

"""The edit that leads from one experiment to another: applied to a run of the one it makes it a run of the other."""

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lab.experiment.forms.problems import SpecError
from lab.experiment.session import Session
from lab.experiment.spec import Experiment, changed
from lab.experiment.stack.stack import stack_problems
from lab.experiment.stack.stack_text import PRESETS, parse_stack, stack_text
from lab.experiment.timeline.differences import edits_between
from lab.experiment.timeline.run_edits import Begin, ReplaceData
from lab.experiment.timeline.timeline import apply_edit

ITEMS = ["5 tanh", "4 relu", "4 relu", "6 sigmoid", "dropout 0.3", "dropout 0.1", "batch norm", "layer norm", "relu"]


def _experiment(line: str = "5 tanh, dropout 0.3, 4 relu", **training: Any) -> Experiment:
    fields: dict[str, Any] = {"seed": 4, "data": {"source": "iris"}, "training": {"batch_size": 40, **training}}
    output = {"kind": "dense", "units": 3, "activation": "softmax"}
    whole = Experiment.model_validate({**fields, "layers": [output]})
    return whole.model_copy(update={"layers": parse_stack(line, whole.layers[-1])})


def _edited(old: Experiment, new: Experiment) -> Session:
    session = Session(old)
    session.step()
    edit = edits_between(old, new)
    assert edit is not None
    apply_edit(session, edit)
    return session


LINES = st.lists(st.sampled_from(ITEMS), max_size=6).map(", ".join)


@settings(max_examples=60)
@given(old=LINES, new=LINES)
def test_any_stack_can_become_any_other(old: str, new: str) -> None:
    assume(old != new)
    session = _edited(_experiment(old), _experiment(new))
    assert stack_text(session.experiment.layers) == stack_text(_experiment(new).layers)
    assert [layer.kind for layer in session.network.layers] == [spec.kind for spec in session.experiment.layers]
    session.step()


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("5 leaky-relu, dropout 0.3, 4 relu", "Layer 1 with Leaky ReLU"),
        ("5 tanh bias=0.1, dropout 0.3, 4 relu", "Layer 1: first biases 0.1"),
        ("5 tanh initializer=he-normal, dropout 0.3, 4 relu", "Layer 1: first weights He normal"),
        ("9 tanh, dropout 0.3, 4 relu", "Layer 1 with 9 units"),
        ("5 sigmoid, dropout 0.3, 4 relu", "Layer 1 with Sigmoid"),
        ("5 tanh, dropout 0.5, 4 relu", "Layer 2: dropout rate 0.5"),
        ("5 tanh, 4 relu", "Remove layer 2"),
        ("5 tanh, dropout 0.3, 8 relu, 4 relu", "Insert dense as layer 3"),
        ("dropout 0.3, 5 tanh, 4 relu", "Move layer 1 to 2"),
        ("32 tanh, 16 tanh", "Stack 32 tanh, 16 tanh → 3 softmax"),
    ],
)
def test_the_edit_has_the_name_of_what_changed(line: str, name: str) -> None:
    edit = edits_between(_experiment(), _experiment(line))
    assert edit is not None
    assert edit.name == name


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"optimizer": {"learning_rate": 0.01}}, "Learning rate 0.01"),
        ({"optimizer": {"kind": "adam"}}, "Optimizer Adam"),
        ({"optimizer": {"l2": 0.01}}, "L2 0.01"),
        ({"loss": "half_squared_error"}, "Loss Half squared error"),
        ({"optimizer": {"clip_norm": 1.0}}, "Clip norm 1"),
        ({"batch_size": 7}, "Batch size 7"),
        ({"schedule": {"kind": "cosine"}}, "Schedule cosine"),
        ({"early_stopping": {"patience": 3}}, "Early stopping after 3 epochs"),
        ({"blas_threads": 2}, "BLAS threads 2"),
        ({"label_smoothing": 0.1, "class_weights": "balanced"}, "Label smoothing 0.1, class weights"),
    ],
)
def test_a_setting_has_its_name_and_takes_effect(fields: dict[str, Any], name: str) -> None:
    old = _experiment()
    new = changed(old, {"training": fields})
    edit = edits_between(old, new)
    assert edit is not None
    assert edit.name == name
    session = _edited(old, new)
    assert session.experiment == new
    session.step()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (("softmax", "cross_entropy"), ("linear", "half_squared_error")),
        (("linear", "half_squared_error"), ("softmax", "cross_entropy")),
        (("softmax", "cross_entropy"), ("sigmoid", "binary_cross_entropy")),
    ],
)
def test_loss_and_output_that_need_each_other_change_together(old: tuple[str, str], new: tuple[str, str]) -> None:
    one, other = (_experiment(f"5 tanh → 3 {out}", loss=loss) for out, loss in (old, new))
    session = _edited(one, other)
    assert (session.network.loss, session.experiment) == (new[1], other)
    session.step()


def test_only_what_decides_a_run_is_an_edit() -> None:
    old = _experiment()
    assert edits_between(old, old.model_copy(update={"name": "Another"})) is None


def test_other_data_and_what_is_fixed() -> None:
    old = _experiment()
    split = old.data.changed(split=(0.5, 0.25, 0.25))
    assert isinstance(edits_between(old, old.model_copy(update={"data": split})), ReplaceData)
    assert isinstance(edits_between(old, changed(old, {"training": {"dtype": "float64"}})), Begin)


@pytest.mark.parametrize("title", PRESETS)
def test_a_preset_can_be_taken_while_training(title: str) -> None:
    old = _experiment()
    new = old.model_copy(update={"layers": (*PRESETS[title][1], old.layers[-1])})
    assert not stack_problems(new, 4, 3)
    _edited(old, new).step()


def test_a_stack_that_cannot_be_is_refused_when_it_is_applied() -> None:
    with pytest.raises(SpecError, match="the data has 3 classes"):
        _edited(_experiment(), _experiment("5 tanh → 4 softmax"))

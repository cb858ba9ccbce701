"""The line of text that is the stack: written and read back, and what is wrong in it is told with its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.core.activations import ACTIVATIONS
from lab.experiment.forms.layer_specs import (
    ActivationSpec,
    BatchNormSpec,
    DenseSpec,
    DropoutSpec,
    LayerNormSpec,
    LayerSpec,
)
from lab.experiment.forms.problems import SpecError
from lab.experiment.stack.stack_text import PRESETS, parse_stack, stack_text

OUTPUT = DenseSpec(units=3, activation="softmax")
NAMES = st.sampled_from(sorted(ACTIVATIONS))
NUMBERS = st.floats(0.001, 0.999)
LAYERS = st.one_of(
    st.builds(
        DenseSpec,
        units=st.integers(1, 500),
        activation=NAMES,
        bias=st.floats(-2, 2),
        initializer=st.sampled_from([None, "he_normal"]),
    ),
    st.builds(ActivationSpec, activation=NAMES),
    st.builds(DropoutSpec, rate=NUMBERS),
    st.builds(BatchNormSpec, momentum=NUMBERS, epsilon=NUMBERS),
    st.builds(LayerNormSpec, epsilon=NUMBERS),
)


@given(layers=st.lists(LAYERS, max_size=6), output=LAYERS)
def test_what_is_written_is_read_back(layers: list[LayerSpec], output: LayerSpec) -> None:
    stack = (*layers, output)
    assert parse_stack(stack_text(stack), OUTPUT) == stack


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("", ()),
        ("  ", ()),
        ("32 tanh, 16 tanh", (DenseSpec(units=32, activation="tanh"), DenseSpec(units=16, activation="tanh"))),
        ("64, Dropout 0.2", (DenseSpec(units=64), DropoutSpec(rate=0.2))),
        ("8 linear, batch norm, relu", (DenseSpec(units=8, activation="linear"), BatchNormSpec(), ActivationSpec())),
        ("batchnorm, layer_norm", (BatchNormSpec(), LayerNormSpec())),
    ],
)
def test_a_line_without_an_arrow_leaves_the_output(text: str, hidden: tuple[LayerSpec, ...]) -> None:
    assert parse_stack(text, OUTPUT) == (*hidden, OUTPUT)


def test_an_arrow_names_the_output() -> None:
    assert parse_stack("4 relu -> 1 sigmoid", OUTPUT)[-1] == DenseSpec(units=1, activation="sigmoid")
    assert stack_text((DenseSpec(units=4), OUTPUT)) == "4 relu → 3 softmax"
    assert stack_text((OUTPUT,)) == "→ 3 softmax"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("64 relu, 32 tanhh", ["layer 2", "'tanhh'", "did you mean tanh?"]),
        ("64 relu,, 32 tanh", ["layer 2", "nothing found"]),
        ("0 relu", ["layer 1", "0", "at least 1"]),
        ("2.5 relu", ["layer 1", "2.5"]),
        ("64 relu tanh", ["layer 1", "'tanh'", "too many"]),
        ("droput 0.2", ["layer 1", "did you mean dropout?"]),
        ("dropout 2", ["layer 1", "below 1"]),
        ("dropout a", ["layer 1", "'a'"]),
        ("64 relu bais=2", ["layer 1", "'bais'", "did you mean bias?"]),
        ("64 relu →", ["after the →", "3 softmax"]),
        ("64 relu → 3 softmax, 4", ["after the →"]),
        ("64 relu → 3 sofmax", ["the output", "did you mean softmax?"]),
        ("64 softmax temperature=-1", ["layer 1", "temperature"]),
    ],
)
def test_a_mistake_is_told_with_its_place_and_a_suggestion(text: str, words: list[str]) -> None:
    with pytest.raises(SpecError) as refusal:
        parse_stack(text, OUTPUT)
    assert all(word in str(refusal.value) for word in words), str(refusal.value)


@pytest.mark.parametrize("title", PRESETS)
def test_a_preset_can_be_written_as_a_line(title: str) -> None:
    _, hidden = PRESETS[title]
    assert parse_stack(stack_text((*hidden, OUTPUT)), OUTPUT) == (*hidden, OUTPUT)

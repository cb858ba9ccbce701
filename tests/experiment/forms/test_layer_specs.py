"""The layers of a file: every kind and every number of it can be written, and what is wrong is told with its place."""

from inspect import signature
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from lab.core.activations import ACTIVATIONS
from lab.core.initializers import INITIALIZERS
from lab.core.layers import LAYERS
from lab.experiment.forms.layer_specs import LAYER_FORMS
from lab.experiment.forms.problems import SpecError
from lab.experiment.spec import Experiment, format_experiment, parse_experiment

FOLDER = Path("/data")
OUTPUT = {"kind": "dense", "units": 3, "activation": "softmax"}

# One valid field set of every kind, none of it at its usual value.
FULL: dict[str, dict[str, Any]] = {
    "dense": {
        "units": 7, "activation": "softmax", "initializer": "normal", "scale": 0.25, "bias": -0.5, "temperature": 2.5,
        "trainable_bias": False,
    },
    "activation": {"activation": "softmax", "temperature": 0.5},
    "dropout": {"rate": 0.125},
    "batch_norm": {"momentum": 0.75, "epsilon": 0.001},
    "layer_norm": {"epsilon": 0.25},
    "prelu": {"first": -0.5},
}  # fmt: skip


def _parse(layer: dict[str, Any]) -> Experiment:
    return parse_experiment(tomli_w.dumps({"data": {"source": "iris"}, "layers": [layer, OUTPUT]}), FOLDER)


def _problem(layer: dict[str, Any]) -> str:
    with pytest.raises(SpecError) as caught:
        _parse(layer)
    (problem,) = caught.value.problems
    assert len(problem.splitlines()) == 1
    return problem


def test_every_kind_has_its_checked_form() -> None:
    assert list(LAYER_FORMS) == list(LAYERS)
    assert set(FULL) == set(LAYERS)


@pytest.mark.parametrize("kind", LAYERS)
def test_every_argument_of_a_layer_can_be_written(kind: str) -> None:
    """The names in a file are those of the code."""
    arguments = set(signature(LAYERS[kind].make).parameters)
    form = LAYER_FORMS[kind].form
    assert arguments == set(form.model_fields) - {"kind", *form.starting} == set(FULL[kind])
    assert set(form.starting) <= set(LAYERS[kind].make.parameters)


@pytest.mark.parametrize("kind", LAYERS)
def test_what_is_written_is_what_is_made(kind: str) -> None:
    spec = _parse({"kind": kind, **FULL[kind]}).layers[0]
    assert spec.make().settings() == FULL[kind]


@pytest.mark.parametrize("kind", LAYERS)
def test_what_is_written_is_written_again(kind: str) -> None:
    experiment = _parse({"kind": kind, **FULL[kind]})
    text = format_experiment(experiment, FOLDER)
    assert parse_experiment(text, FOLDER) == experiment
    for name in FULL[kind]:
        assert f"{name} = " in text


@pytest.mark.parametrize("kind", [kind for kind in LAYERS if kind != "dense"])
def test_left_out_numbers_have_the_usual_values_of_the_layer(kind: str) -> None:
    usual = {
        name: parameter.default
        for name, parameter in signature(LAYERS[kind].make).parameters.items()
        if parameter.default is not parameter.empty
    }
    made = _parse({"kind": kind}).layers[0].make().settings()
    assert {name: made[name] for name in usual} == usual


@pytest.mark.parametrize("name", INITIALIZERS)
def test_every_initializer_can_be_asked_for(name: str) -> None:
    layer = _parse({"kind": "dense", "units": 4, "initializer": name}).layers[0].make()
    assert layer.initializer == name
    if INITIALIZERS[name].scale is None:
        problem = _problem({"kind": "dense", "units": 4, "initializer": name, "scale": 0.5})
        assert problem == f"layers[0].scale: {name} takes no number of its own"
    else:
        with_scale = _parse({"kind": "dense", "units": 4, "initializer": name, "scale": 0.5}).layers[0].make()
        assert (layer.scale, with_scale.scale) == (INITIALIZERS[name].scale, 0.5)


@pytest.mark.parametrize(
    ("kind", "fields", "sentence"),
    [
        ("dropout", {"rate": 1.0}, "layers[0].rate: 1.0 is not below 1"),
        ("dropout", {"rate": -0.5}, "layers[0].rate: -0.5 is not at least 0"),
        ("dropout", {"rate": "half"}, "layers[0].rate: 'half' is not a finite number"),
        ("dropout", {"rate": float("nan")}, "layers[0].rate: nan is not a finite number"),
        ("batch_norm", {"momentum": 0.0}, "layers[0].momentum: 0.0 is not above 0"),
        ("batch_norm", {"momentum": 1.5}, "layers[0].momentum: 1.5 is not at most 1"),
        ("batch_norm", {"epsilon": 0}, "layers[0].epsilon: 0 is not above 0"),
        ("layer_norm", {"epsilon": -1.0}, "layers[0].epsilon: -1.0 is not above 0"),
        ("activation", {"activation": "softmax", "temperature": 0.0}, "layers[0].temperature: 0.0 is not above 0"),
        (
            "activation", {"activation": "relu", "temperature": 2.0},
            "layers[0].temperature: 2.0 found, but only softmax has one, relu does not",
        ),
        (
            "dense", {"units": 4, "temperature": 2.0},
            "layers[0].temperature: 2.0 found, but only softmax has one, relu does not",
        ),
        ("dense", {"units": 4, "bias": float("inf")}, "layers[0].bias: inf is not a finite number"),
        (
            "dense", {"units": 4, "initializer": "normal", "scale": -1.0},
            "layers[0].scale: -1.0 is not a finite number from 0",
        ),
    ],
)  # fmt: skip
def test_a_wrong_number_is_refused_with_its_place(kind: str, fields: dict[str, Any], sentence: str) -> None:
    assert _problem({"kind": kind, **fields}).startswith(sentence)


@pytest.mark.parametrize(
    ("kind", "wrong", "meant"),
    [
        ("dropout", "rat", "rate"),
        ("batch_norm", "momemtum", "momentum"),
        ("layer_norm", "epsilom", "epsilon"),
        ("activation", "activatoin", "activation"),
        ("dense", "initialiser", "initializer"),
    ],
)
def test_an_unknown_field_is_refused_with_those_of_its_kind(kind: str, wrong: str, meant: str) -> None:
    needed = {"units": 4} if kind == "dense" else {}
    problem = _problem({"kind": kind, **needed, wrong: 1})
    assert problem.startswith(f"layers[0].{wrong}: unknown field; valid are kind, ")
    assert all(name in problem for name in FULL[kind])
    assert problem.endswith(f"did you mean {meant}?")
    others = {name for fields in FULL.values() for name in fields} - set(FULL[kind])
    assert not any(f" {name}," in problem for name in others)


@pytest.mark.parametrize(("kind", "meant"), [("dence", "dense"), ("batchnorm", "batch_norm"), ("drop_out", "dropout")])
def test_an_unknown_kind_is_refused_with_the_one_that_was_meant(kind: str, meant: str) -> None:
    problem = _problem({"kind": kind})
    assert problem.startswith(f"layers[0].kind: {kind!r} is not one of {', '.join(LAYERS)}")
    assert problem.endswith(f"did you mean {meant}?")


def test_a_layer_without_a_kind_is_told_so() -> None:
    assert _problem({"units": 3}).startswith("layers[0].kind: missing")


def test_activations_that_are_none_are_refused_in_both_kinds_that_have_one() -> None:
    for layer in ({"kind": "activation", "activation": "tanhh"}, {"kind": "dense", "units": 2, "activation": "tanhh"}):
        problem = _problem(layer)
        assert problem.startswith("layers[0].activation: 'tanhh' is not one of ")
        assert all(name in problem for name in ACTIVATIONS)
        assert problem.endswith("did you mean tanh?")

"""Numbers that the dtype cannot hold are refused with their path, before they can end a run with NaN."""

from pathlib import Path
from typing import Any

import pytest

from lab.experiment.forms.problems import SpecError
from lab.experiment.spec import changed, load_experiment
from lab.paths import resources

IRIS = load_experiment(Path(resources()) / "experiments" / "cat-dog-horse.toml")


def _layer(**fields: Any) -> dict[str, Any]:
    hidden, output = (dict(spec) for spec in IRIS.model_dump()["layers"])
    return {"layers": (hidden | fields, output)}


def _optimizer(**fields: Any) -> dict[str, Any]:
    return {"training": {"optimizer": fields}}


TOO_FAR = {
    "layers[0].scale: 1e+308 is too large for float32": _layer(initializer="normal", scale=1e308),
    "layers[0].bias: -1e+39 is too large for float32": _layer(bias=-1e39),
    "training.optimizer.learning_rate: 1e-300 is too small for float32": _optimizer(learning_rate=1e-300),
    "training.optimizer.epsilon: 1e-50 is too small for float32": _optimizer(kind="adam", epsilon=1e-50),
    "training.optimizer.l2: 1e+40 is too large for float32": _optimizer(l2=1e40),
}


@pytest.mark.parametrize(("sentence", "fields"), TOO_FAR.items(), ids=str)
def test_what_float32_cannot_hold_is_refused_with_its_path(sentence: str, fields: dict[str, Any]) -> None:
    with pytest.raises(SpecError) as caught:
        changed(IRIS, fields)
    (problem,) = caught.value.problems
    assert problem.startswith(sentence)
    assert "float64" in problem


@pytest.mark.parametrize("fields", TOO_FAR.values(), ids=str)
def test_float64_holds_them(fields: dict[str, Any]) -> None:
    training = fields.get("training", {}) | {"dtype": "float64"}
    assert changed(IRIS, fields | {"training": training}).training.dtype == "float64"


def test_the_temperature_of_a_softmax_is_among_them() -> None:
    hidden, output = (dict(spec) for spec in IRIS.model_dump()["layers"])
    with pytest.raises(SpecError, match=r"layers\[1\]\.temperature: 1e-40 is too small for float32"):
        changed(IRIS, {"layers": (hidden, output | {"temperature": 1e-40})})


def test_zero_is_held_by_every_dtype() -> None:
    assert changed(IRIS, _optimizer(l1=0.0, l2=0.0)).training.optimizer.l2 == 0.0

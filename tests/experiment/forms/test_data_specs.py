"""The data of an experiment file: each wrong field is named with what would be valid, and what is right comes back."""

from pathlib import Path
from typing import Any

import pytest

from lab.experiment.forms.problems import SpecError
from lab.experiment.spec import Experiment, load_experiment, parse_experiment, save_experiment

LAYERS = [{"kind": "dense", "units": 2, "activation": "softmax"}]


def _written(data: str) -> str:
    return f'format = 1\n[data]\n{data}\n[[layers]]\nkind = "dense"\nunits = 2\nactivation = "softmax"\n'


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ('path = "a.csv"\ntask = "numers"', "data.task: 'numers' is not one of classes, numbers; did you mean"),
        ('source = "iris"\ntask = "numbers"', "data.task: 'numbers' found, but only a path has one"),
        ('source = "iris"\nsheet = "one"', "data.sheet: 'one' found, but only a path has one"),
        ('source = "iris"\n[data.options]\nnoise = 0.1', "data.options: .* only a generated or painted set has"),
        ('source = "spiral"\n[data.options]\nnoisy = 0.1', r"data\.options\.noisy: unknown; spiral has "),
        ('source = "spiral"\n[data.options]\nnoise = -1', r"data\.options\.noise: found '-1.*', which is not a number"),
        ('source = "painted"\n[data.options]\nclasses = 7', "data.options: .* painted has classes, 2 to 6"),
        ('source = "painted"\npoints = [[0.5, 2, 0]]', r"data\.points\[0\]\[1\]: 2.* is not at most 1"),
        ('source = "iris"\npoints = [[0.5, 0, 0]]', "data.points: 1 found, but only the source 'painted' has points"),
        ('source = "iris"\nfeatures = ["x3"]', r"data\.features\[0\]: 'x3' is not one of"),
        ('path = "a.csv"\n[data.columns.age]\nuse = "onehot"', r"data\.columns\.age\.use: 'onehot' is not one of"),
        ('path = "a.csv"\n[data.columns.age]\nmissing = "mode"', r"data\.columns\.age\.missing: 'mode' is not one of"),
        ('path = "a.csv"\ntarget_scaling = "pixel"', "data.target_scaling: 'pixel' is not one of none, standard"),
        ('path = "a"\nimage_size = [0, 4]', r"data\.image_size\[0\]: 0 is not at least 1"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_with_what_would_be_valid(data: str, sentence: str) -> None:
    with pytest.raises(SpecError, match=sentence):
        parse_experiment(_written(data), Path("/"))


@pytest.mark.parametrize(
    "data",
    [
        {"source": "spiral", "options": {"noise": 0.2, "arms": 3}, "features": ["x1^2", "sin(x2)"]},
        {"source": "painted", "options": {"classes": 3}, "points": [[0.5, -0.25, 2], [0.0, 1.0, 0]]},
        {
            "path": "pets.csv", "target": "kind", "task": "classes", "stratified": False,
            "columns": {
                "age in years": {"use": "number", "missing": "median"},
                "born": {"use": "date", "parts": ["year", "month"]},
                "size": {"use": "ordinal", "order": ["small", "large"]},
            },
        },
        {"path": "photos", "image_size": [16, 24], "colour": True, "scaling": "pixel"},
        {"path": "book.xlsx", "sheet": "Data 1", "task": "numbers", "target_scaling": "none"},
    ],
)  # fmt: skip
def test_what_is_written_is_read_again(tmp_path: Path, data: dict[str, Any]) -> None:
    if "path" in data:
        data = {**data, "path": str(tmp_path / data["path"])}
    experiment = Experiment.model_validate({"data": data, "layers": LAYERS})
    save_experiment(experiment, tmp_path / "e.toml")
    assert load_experiment(tmp_path / "e.toml") == experiment


@pytest.mark.parametrize(
    ("source", "numbers"), [("iris", False), ("diabetes", True), ("plane", True), ("painted", False)]
)
def test_a_set_knows_whether_its_targets_are_numbers(source: str, numbers: bool) -> None:
    experiment = Experiment.model_validate({"data": {"source": source}, "layers": LAYERS})
    assert experiment.data.is_regression == numbers

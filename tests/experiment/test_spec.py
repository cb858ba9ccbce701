"""Experiment files: what is read, what is written, and a sentence for everything that is wrong in one."""

import errno
import os
import tomllib
from copy import deepcopy
from math import inf, nan
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from lab.core.activations import ACTIVATIONS
from lab.core.initializers import INITIALIZERS
from lab.core.layers import LAYERS
from lab.core.losses import LOSSES, REDUCTIONS
from lab.core.optimizers import OPTIMIZERS
from lab.data.sets.sources import SOURCES
from lab.data.subsets.scaling import SCALINGS
from lab.experiment.forms.problems import SpecError
from lab.experiment.spec import (
    Experiment,
    format_experiment,
    load_experiment,
    parse_experiment,
    save_experiment,
)
from lab.paths import default_experiment

FOLDER = Path("/data/lab")

# The example of the design, section 6.
DIGITS = """
format = 1
name = "Digits, 32-16"
seed = 7
[data]
source = "digits"
split = [0.7, 0.15, 0.15]
scaling = "standard"
[[layers]]
kind = "dense"
units = 32
activation = "relu"
[[layers]]
kind = "dense"
units = 10
activation = "softmax"
[training]
loss = "cross_entropy"
batch_size = 28
epochs = 50
[training.optimizer]
kind = "sgd"
learning_rate = 0.05
"""


def _changed(changes: dict[str, Any]) -> str:
    """Return the example with some fields set, each given by its path; None takes a field out."""
    fields = tomllib.loads(DIGITS)
    for path, value in changes.items():
        *parents, last = path.split(".")
        at: Any = fields
        for parent in parents:
            at = at[int(parent)] if isinstance(at, list) else at.setdefault(parent, {})
        if value is None:
            del at[last]
        else:
            at[last] = deepcopy(value)
    return tomli_w.dumps(fields)


def _problems(changes: dict[str, Any]) -> tuple[str, ...]:
    with pytest.raises(SpecError) as caught:
        parse_experiment(_changed(changes), FOLDER)
    assert str(caught.value) == "; ".join(caught.value.problems)
    return caught.value.problems


def _problem(changes: dict[str, Any]) -> str:
    """Return the only sentence about the only fault, which is one line."""
    (problem,) = _problems(changes)
    assert len(problem.splitlines()) == 1
    return problem


# what is read


def test_the_example_of_the_design_says_what_it_says() -> None:
    experiment = parse_experiment(DIGITS, FOLDER)
    assert (experiment.format, experiment.name, experiment.seed) == (1, "Digits, 32-16", 7)
    assert experiment.data.source == "digits"
    assert experiment.data.split == (0.7, 0.15, 0.15)
    assert [(layer.kind, layer.units, layer.activation) for layer in experiment.layers] == [
        ("dense", 32, "relu"),
        ("dense", 10, "softmax"),
    ]
    training = experiment.training
    assert (training.loss, training.reduction, training.dtype) == ("cross_entropy", "mean", "float32")
    assert (training.batch_size, training.epochs) == (28, 50)
    assert (training.optimizer.kind, training.optimizer.learning_rate) == ("sgd", 0.05)


def test_the_experiment_that_comes_with_the_program_is_valid() -> None:
    assert load_experiment(default_experiment()).data.source == "cat-dog-horse"


def test_whole_numbers_may_stand_for_numbers() -> None:
    experiment = parse_experiment(_changed({"training.optimizer.learning_rate": 1, "data.split": [1, 0, 0]}), FOLDER)
    assert experiment.training.optimizer.learning_rate == 1.0
    assert experiment.data.split == (1.0, 0.0, 0.0)


# what is wrong

TABLES: dict[str, Any] = {
    "data.source": SOURCES,
    "data.scaling": SCALINGS,
    "layers.1.kind": LAYERS,
    "layers.1.activation": ACTIVATIONS,
    "layers.1.initializer": INITIALIZERS,
    "training.loss": LOSSES,
    "training.reduction": REDUCTIONS,
    "training.optimizer.kind": OPTIMIZERS,
}


def _shown(path: str) -> str:
    return path.replace(".1.", "[1].").replace(".0.", "[0].")


@pytest.mark.parametrize("path", TABLES)
def test_a_misspelt_name_is_refused_with_all_valid_ones_and_the_one_that_was_meant(path: str) -> None:
    meant = max(TABLES[path], key=len)
    wrong = meant[:-1] + "_"
    problem = _problem({path: wrong})
    assert problem.startswith(f"{_shown(path)}: {wrong!r} is not one of ")
    assert all(name in problem for name in TABLES[path])
    assert problem.endswith(f"; did you mean {meant}?")


def test_the_sentence_of_the_design() -> None:
    problem = _problem({"layers.1.activation": "rellu"})
    assert problem.startswith("layers[1].activation: 'rellu' is not one of ")
    assert problem.endswith("; did you mean relu?")


def test_where_no_name_is_close_none_is_suggested() -> None:
    problem = _problem({"training.loss": "xyz"})
    assert "did you mean" not in problem
    assert "cross_entropy" in problem


@pytest.mark.parametrize("path", TABLES)
@pytest.mark.parametrize("value", [3, True, ["relu"]])
def test_a_name_that_is_no_text_is_refused(path: str, value: Any) -> None:
    problem = _problem({path: value})
    assert problem.startswith(f"{_shown(path)}: ")
    assert repr(value) in problem


@pytest.mark.parametrize(
    ("path", "known", "meant"),
    [
        ("sede", ["format", "name", "seed", "data", "layers", "training"], "seed"),
        ("data.sorce", ["source", "path", "target", "split", "scaling"], "source"),
        ("layers.0.unit", ["kind", "units", "activation", "initializer"], "units"),
        ("training.epoch", ["loss", "batch_size", "epochs", "optimizer"], "epochs"),
        ("training.optimizer.learningrate", ["kind", "learning_rate"], "learning_rate"),
    ],
)
def test_an_unknown_field_is_refused_with_those_there_are(path: str, known: list[str], meant: str) -> None:
    problem = _problem({path: 1})
    assert problem.startswith(f"{_shown(path)}: unknown field; ")
    assert all(name in problem for name in known)
    assert problem.endswith(f"did you mean {meant}?")


@pytest.mark.parametrize("path", ["data", "layers", "layers.0.units"])
def test_a_missing_field_is_named(path: str) -> None:
    shown = path.replace("layers.0.", "layers[0].")
    assert _problem({path: None}).startswith(f"{shown}: missing")


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("layers.0.units", 0, "is not at least 1"),
        ("layers.0.units", -5, "is not at least 1"),
        ("layers.0.units", 100_001, "is not at most 100000"),
        ("layers.0.units", 2.5, "is not a whole number"),
        ("layers.0.units", True, "is not a whole number"),
        ("layers.0.units", "8", "is not a whole number"),
        ("seed", -1, "is not at least 0"),
        ("seed", 2**63, "is not at most"),
        ("seed", 1.5, "is not a whole number"),
        ("seed", "x", "is not a whole number"),
        ("training.batch_size", 0, "is not at least 1"),
        ("training.epochs", 0, "is not at least 1"),
        ("training.epochs", nan, "is not a whole number"),
        ("training.optimizer.learning_rate", 0, "is not above 0"),
        ("training.optimizer.learning_rate", -0.1, "is not above 0"),
        ("training.optimizer.learning_rate", nan, "is not a finite number"),
        ("training.optimizer.learning_rate", inf, "is not a finite number"),
        ("training.optimizer.learning_rate", "fast", "is not a finite number"),
        ("training.optimizer.learning_rate", "0.1", "is not a finite number"),
        ("training.optimizer.learning_rate", True, "is not a finite number"),
        ("name", 3, "is not a text"),
        ("data", 3, "is not a table of fields"),
        ("training", "fast", "is not a table of fields"),
        ("training.optimizer", "sgd", "is not a table of fields"),
        ("layers", 3, "is not a list"),
        ("data.split", "thirds", "is not a list"),
    ],
)
def test_a_wrong_value_is_refused_with_the_value_and_what_is_valid(path: str, value: Any, words: str) -> None:
    assert _problem({path: value}).startswith(f"{_shown(path)}: {value!r} {words}")


@pytest.mark.parametrize("split", [[0.5, 0.2, 0.2], [0.0, 0.5, 0.5], [1.2, -0.2, 0.0], [0.7, 0.3, 0.3]])
def test_a_split_that_is_none_is_refused(split: list[float]) -> None:
    problem = _problem({"data.split": split})
    assert problem.startswith(f"data.split: {split} is not three shares")
    assert "sum to 1" in problem


@pytest.mark.parametrize(
    "split", [[0.5, 0.5], [0.4, 0.3, 0.2, 0.1], [], [nan, 0.5, 0.5], [True, False, False], ["1", 0, 0]]
)
def test_a_split_that_is_not_three_numbers_is_refused(split: list[Any]) -> None:
    assert all(problem.startswith("data.split") for problem in _problems({"data.split": split}))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"data.path": "a.csv"}, ["source", "path", "not both"]),
        ({"data.source": None}, ["source", "path"]),
        ({"data.target": "kind"}, ["target", "path"]),
    ],
)
def test_a_source_and_a_path_exclude_each_other(changes: dict[str, Any], words: list[str]) -> None:
    problem = _problem(changes)
    assert problem.startswith("data")
    assert all(word in problem for word in words)


@pytest.mark.parametrize("layers", [[], [3]])
def test_layers_that_are_no_stack_are_refused(layers: list[Any]) -> None:
    assert _problem({"layers": layers}).startswith("layers")


def test_a_dtype_that_is_none_is_refused_with_both() -> None:
    problem = _problem({"training.dtype": "float16"})
    assert problem.startswith("training.dtype: 'float16'")
    assert "float32" in problem
    assert "float64" in problem


@pytest.mark.parametrize("value", [2, 0, "1", 1.5])
def test_another_format_is_refused_and_nothing_else_is_said(value: Any) -> None:
    problem = _problem({"format": value, "layers": 3})
    assert problem.startswith(f"format: {value!r} ")
    assert "format 1" in problem


def test_every_fault_gets_a_sentence_of_its_own() -> None:
    problems = _problems(
        {
            "layers.0.units": 0,
            "layers.1.activation": "sofmax",
            "training.optimizer.learning_rate": nan,
            "training.lose": "x",
        }
    )
    assert sorted(problem.split(":")[0] for problem in problems) == [
        "layers[0].units",
        "layers[1].activation",
        "training.lose",
        "training.optimizer.learning_rate",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "= 3",
        "a = 1\na = 2",
        '[data]\nsource = "iris',
        pytest.param("x = " + "[" * 5000 + "]" * 5000, id="5,000 lists in each other"),
    ],
)
def test_what_is_no_toml_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(SpecError, match=r"^not a TOML file: ") as caught:
        parse_experiment(text, FOLDER)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("name", ["two\nlines", "tab\t", "", "a.b"])
def test_a_field_with_a_strange_name_is_refused_in_one_line(name: str) -> None:
    with pytest.raises(SpecError, match="unknown field") as caught:
        parse_experiment(tomli_w.dumps({name: 1}) + DIGITS, FOLDER)
    assert len(str(caught.value).splitlines()) == 1


# files


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"missing\.toml does not exist"):
        load_experiment(tmp_path / "missing.toml")
    with pytest.raises(SpecError, match=r"is a folder"):
        load_experiment(tmp_path)


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    file = tmp_path / "latin.toml"
    file.write_bytes('name = "Gänse"\n'.encode("latin-1"))
    with pytest.raises(SpecError, match=r"latin\.toml: byte 9 is not UTF-8"):
        load_experiment(file)


def test_every_sentence_begins_with_the_files_name(tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(_changed({"seed": -1, "training.epochs": 0}), encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        load_experiment(file)
    assert [problem.split(": ")[:2] for problem in caught.value.problems] == [
        ["wrong.toml", "seed"],
        ["wrong.toml", "training.epochs"],
    ]


def test_a_data_path_counts_from_the_files_folder_and_not_from_where_we_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    file = tmp_path / "here" / "a.toml"
    changes = {"data.source": None, "data.path": "../sets/animals.csv", "data.target": "kind"}
    file.write_text(_changed(changes), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name in (file, "here/a.toml"):
        assert load_experiment(name).data.path == str(tmp_path / "sets" / "animals.csv")


def _of_a_file(path: Path) -> Experiment:
    changes = {"data.source": None, "data.path": str(path), "data.target": "kind"}
    return parse_experiment(_changed(changes), path.parent)


def test_a_data_path_below_the_file_is_written_relative_to_it(tmp_path: Path) -> None:
    for place, written in {
        tmp_path / "animals.csv": "animals.csv",
        tmp_path / "sets" / "animals.csv": "sets/animals.csv",
        tmp_path.parent / "animals.csv": str(tmp_path.parent / "animals.csv"),
    }.items():
        experiment = _of_a_file(place)
        save_experiment(experiment, tmp_path / "a.toml")
        assert tomllib.loads((tmp_path / "a.toml").read_text("utf-8"))["data"]["path"] == written
        assert load_experiment(tmp_path / "a.toml") == experiment


def test_a_folder_with_experiment_and_data_can_be_moved(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    save_experiment(_of_a_file(old / "animals.csv"), old / "a.toml")
    old.rename(new)
    assert load_experiment(new / "a.toml").data.path == str(new / "animals.csv")


def test_a_save_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.toml"
    old = parse_experiment(DIGITS, tmp_path)
    save_experiment(old, file)

    def no_space(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(OSError, match="No space"):
        save_experiment(old.model_copy(update={"name": "New"}), file)
    assert load_experiment(file) == old
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.toml"]


@pytest.mark.parametrize("place", ["missing/a.toml", "file.txt/a.toml", "folder"])
def test_a_place_that_cannot_be_written_is_an_error_and_gets_no_file(tmp_path: Path, place: str) -> None:
    (tmp_path / "file.txt").write_text("mine")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match=r"\w"):
        save_experiment(parse_experiment(DIGITS, tmp_path), tmp_path / place)
    assert sorted(entry.name for entry in tmp_path.rglob("*")) == ["file.txt", "folder"]
    assert (tmp_path / "file.txt").read_text() == "mine"


# round trip

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
RATES = st.floats(min_value=1.2e-38, max_value=3.4e38)  # what float32 holds
SHARES = st.integers(0, 99).flatmap(lambda v: st.integers(0, 99 - v).map(lambda t: (100 - v - t, v, t)))


@st.composite
def _files(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the fields of a valid experiment."""

    def name_of(table: Any) -> str:
        return str(draw(st.sampled_from(sorted(table))))

    data: dict[str, Any] = {"source": name_of(SOURCES)}
    if draw(st.booleans()):
        data = {"path": "/" + draw(st.sampled_from(["a b.csv", "data/lab/é'\".csv", "data/lab/x/y.csv"]))}
        data |= draw(st.sampled_from([{}, {"target": "kind"}, {"target": "\t"}]))
    data |= {"split": [share / 100 for share in draw(SHARES)], "scaling": name_of(SCALINGS)}
    layers = [
        {"kind": "dense", "units": units, "activation": name_of(ACTIVATIONS)}
        | draw(st.sampled_from([{}, {"initializer": name_of(INITIALIZERS)}]))
        for units in draw(st.lists(st.integers(1, 100_000), min_size=1, max_size=4))
    ]
    training = {
        "loss": name_of(LOSSES),
        "reduction": name_of(REDUCTIONS),
        "batch_size": draw(st.integers(1, 10**9)),
        "epochs": draw(st.integers(1, 10**9)),
        "dtype": draw(st.sampled_from(["float32", "float64"])),
        "optimizer": {"kind": name_of(OPTIMIZERS), "learning_rate": draw(RATES)},
    }
    seed = draw(st.integers(0, 2**63 - 1))
    return {"format": 1, "name": draw(NAMES), "seed": seed, "data": data, "layers": layers, "training": training}


@given(_files())
def test_what_is_written_is_read_back_as_it_was(fields: dict[str, Any]) -> None:
    experiment = parse_experiment(tomli_w.dumps(fields), FOLDER)
    text = format_experiment(experiment, FOLDER)
    assert parse_experiment(text, FOLDER) == experiment
    assert tomllib.loads(text)["format"] == 1
    # What was said in the file is still said, under the same names.
    assert experiment.training.optimizer.learning_rate == fields["training"]["optimizer"]["learning_rate"]
    assert [layer.units for layer in experiment.layers] == [layer["units"] for layer in fields["layers"]]
    assert experiment.name == fields["name"]

"""Starting values: from the file or a file beside it into the network, and gone where a layer has other shapes."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tomli_w

from lab.experiment.forms.problems import SpecError
from lab.experiment.session import Session
from lab.experiment.spec import Experiment, changed, load_experiment, save_experiment
from lab.experiment.stack.stack_text import parse_stack
from lab.experiment.stack.starting_values import with_starts_of, without_unfitting_starts
from lab.experiment.timeline.differences import edits_between
from lab.experiment.timeline.run_edits import Reset
from lab.experiment.timeline.timeline import Timeline

W1, W2 = [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]], [[0.5, -0.5], [0.25, 0.0], [1.0, 2.0]]


def _written(folder: Path, **first: Any) -> Path:
    layers = [
        {"kind": "dense", "units": 3, "activation": "tanh", **({"W": W1, "b": [1.0, 2.0, 3.0]} | first)},
        {"kind": "dense", "units": 2, "activation": "softmax", "W": W2},
    ]
    data = {"x": [[1.0, 2.0], [3.0, -4.0]], "y": ["a", "b"]}
    path = folder / "net.toml"
    path.write_text(tomli_w.dumps({"data": data, "layers": layers, "training": {"dtype": "float64"}}), encoding="utf-8")
    return path


def _problem(path: Path) -> str:
    with pytest.raises(SpecError) as caught:
        Session(load_experiment(path))
    return str(caught.value)


def test_a_file_beside_the_experiment_gives_the_same_as_numbers_in_it(tmp_path: Path) -> None:
    np.save(tmp_path / "w.npy", np.array(W1))
    (tmp_path / "b.csv").write_text("1; 2; 3\n", encoding="utf-8")
    inline = Session(load_experiment(_written(tmp_path)))
    named = Session(load_experiment(_written(tmp_path, W="w.npy", b="b.csv")))
    np.testing.assert_array_equal(inline.network.layers[0].W, W1)
    np.testing.assert_array_equal(named.network.parameters, inline.network.parameters)


def test_the_place_of_a_file_of_numbers_is_kept_when_the_experiment_is_saved(tmp_path: Path) -> None:
    np.save(tmp_path / "w.npy", np.array(W1))
    experiment = load_experiment(_written(tmp_path, W="w.npy"))
    (tmp_path / "other").mkdir()
    for place in (tmp_path / "copy.toml", tmp_path / "other" / "copy.toml"):
        save_experiment(experiment, place)
        assert load_experiment(place) == experiment
    assert 'W = "w.npy"' in (tmp_path / "copy.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"W": [[0.1, 0.2]]}, "layers[0]: W: an array of shape (1, 2) found, (2, 3) expected"),
        ({"b": [0.1]}, "layers[0]: b: an array of shape (1,) found, (3,) expected"),
    ],
)
def test_values_of_another_shape_are_refused(tmp_path: Path, fields: dict[str, Any], sentence: str) -> None:
    assert _problem(_written(tmp_path, **fields)) == sentence


@pytest.mark.parametrize(
    ("array", "sentence"),
    [
        (np.zeros((3, 2)), "layers[0].W: w.npy holds an array of shape (3, 2); (2, 3) is expected here"),
        (np.zeros((2, 3), bool), "layers[0].W: w.npy holds values of bool; integers or floats are expected"),
        (
            np.array([[1.0, 2.0, 3.0], [4.0, np.inf, 6.0]]),
            "layers[0].W: w.npy, row 2, column 2: inf found, a finite number expected",
        ),
    ],
)
def test_a_file_that_does_not_fit_is_refused(tmp_path: Path, array: np.ndarray, sentence: str) -> None:
    np.save(tmp_path / "w.npy", array)
    assert _problem(_written(tmp_path, W="w.npy")) == sentence


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    assert "layers[0].W: " in (problem := _problem(_written(tmp_path, W="none.npy")))
    assert "none.npy does not exist" in problem


def test_a_number_that_the_dtype_does_not_hold_is_refused(tmp_path: Path) -> None:
    path = _written(tmp_path, b=[1.0, 1e60, 2.0])
    path.write_text(path.read_text(encoding="utf-8").replace("float64", "float32"), encoding="utf-8")
    assert _problem(path) == "layers[0].b: 1e+60 found at [1]; float32 holds numbers up to 3.4e+38"


def test_reset_begins_with_the_given_values_again(tmp_path: Path) -> None:
    session = Session(load_experiment(_written(tmp_path)))
    session.step()
    assert (session.network.layers[0].W != W1).any()
    Reset().apply(session)
    np.testing.assert_array_equal(session.network.layers[0].W, W1)


def _with_line(experiment: Experiment, line: str) -> Experiment:
    layers = with_starts_of(experiment.layers, parse_stack(line, experiment.layers[-1]))
    return without_unfitting_starts(experiment.model_copy(update={"layers": layers}), 2)


@pytest.mark.parametrize("line", ["5 tanh → 2 softmax", "4 relu, 3 tanh → 2 softmax", "2 softmax", "3 relu"])
def test_an_edit_of_the_stack_takes_away_what_no_longer_fits(tmp_path: Path, line: str) -> None:
    session = Session(load_experiment(_written(tmp_path)))
    session.step()
    wanted = _with_line(session.experiment, line)
    edit = edits_between(session.experiment, wanted)
    assert edit is not None
    Timeline(session).apply(edit)
    assert session.experiment == wanted
    Session(session.experiment)  # which fits itself


def test_a_line_of_text_keeps_the_values_of_the_layers_it_keeps(tmp_path: Path) -> None:
    experiment = load_experiment(_written(tmp_path))
    assert _with_line(experiment, "3 tanh → 2 softmax") == experiment
    inserted = _with_line(experiment, "3 tanh, dropout 0.5 → 2 softmax")
    assert [sorted(spec.given()) for spec in inserted.layers] == [["W", "b"], [], ["W"]]


def test_values_that_are_taken_away_alone_are_an_edit_too(tmp_path: Path) -> None:
    experiment = load_experiment(_written(tmp_path))
    layers = [spec.model_dump() | {"W": None} for spec in experiment.layers]
    without = changed(experiment, {"layers": layers})
    session = Session(experiment)
    edit = edits_between(experiment, without)
    assert edit is not None
    edit.apply(session)
    assert session.experiment == without
    np.testing.assert_array_equal(session.network.layers[0].W, W1)  # they count from the next reset on


def test_a_bias_that_learns_again_is_not_left_frozen(tmp_path: Path) -> None:
    session = Session(load_experiment(_written(tmp_path, trainable_bias=False)))
    timeline = Timeline(session)
    session.step()
    assert not session.network.layers[0].update_b.any()
    layers = [session.experiment.layers[0].model_dump() | {"trainable_bias": True}, *session.experiment.layers[1:]]
    edit = edits_between(session.experiment, changed(session.experiment, {"layers": layers}))
    assert edit is not None
    timeline.apply(edit)
    assert session.network.frozen is None
    session.step()
    assert session.network.layers[0].update_b.all()
    timeline.undo()
    session.step()
    assert not session.network.layers[0].update_b.any()

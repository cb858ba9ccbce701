"""Numbers by hand as edits: many cells, whole matrices, cells of X and y; each undone bit for bit, or refused."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab import paths
from lab.data.errors import DataError
from lab.experiment.forms.problems import SpecError
from lab.experiment.gradient_report import take_material
from lab.experiment.readings.frozen_cells import FrozenCells
from lab.experiment.session import Session
from lab.experiment.session_state import restore_state, take_state
from lab.experiment.spec import Experiment, load_experiment
from lab.experiment.timeline.cell_edits import FreezeCells
from lab.experiment.timeline.edit import Edit
from lab.experiment.timeline.edits import fields_of, read_edit
from lab.experiment.timeline.number_edits import ChangeExample, FillCells, LoadMatrix
from lab.experiment.timeline.timeline import Timeline, replay
from lab.experiment.timeline.typed_example import TypeExample
from lab.export.matrix_file import write_matrix


def _timeline(name: str = "cat-dog-horse-m4", **data: Any) -> Timeline:
    experiment = load_experiment(paths.worked_examples() / f"{name}.toml")
    session = Session(experiment.model_copy(update={"data": experiment.data.changed(**data)}))
    session.step()
    return Timeline(session)


def _refusal(timeline: Timeline, edit: Edit) -> str:
    before = timeline.session.network.parameters.copy()
    with pytest.raises((SpecError, DataError)) as caught:
        timeline.apply(edit)
    np.testing.assert_array_equal(timeline.session.network.parameters, before)
    return str(caught.value)


def test_cells_are_filled_and_what_is_on_show_belongs_to_them() -> None:
    timeline = _timeline()
    session = timeline.session
    timeline.apply(FillCells(layer=0, array="W", cells=((0, 0), (2, 1))))
    layer = session.network.layers[0]
    assert layer.W[0, 0] == layer.W[2, 1] == 0
    np.testing.assert_allclose(layer.z, session.network.x @ layer.W + layer.b, rtol=1e-14)


def test_a_matrix_comes_from_a_file_or_from_numbers(tmp_path: Path) -> None:
    timeline = _timeline()
    layer = timeline.session.network.layers[0]
    wanted = np.arange(6.0).reshape(3, 2) / 8
    write_matrix(tmp_path / "w.npy", wanted)
    edit = LoadMatrix(layer=0, array="W", values=str(tmp_path / "w.npy"))
    assert edit.name == "Load W¹ from w.npy"
    timeline.apply(edit)
    np.testing.assert_array_equal(layer.W, wanted)
    timeline.apply(LoadMatrix(layer=0, array="b", values=[[0.5, -0.5]], source="b.csv"))
    np.testing.assert_array_equal(layer.b, [0.5, -0.5])


@pytest.mark.parametrize("ending", ["npy", "csv"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(3, 2), (1, 2), (2, 1), (4,)])
def test_what_is_written_is_read_again(tmp_path: Path, ending: str, dtype: type, shape: tuple[int, ...]) -> None:
    from lab.data.readers.arrays.matrix_file import read_matrix

    matrix = np.random.default_rng(3).standard_normal(shape).astype(dtype)
    write_matrix(tmp_path / f"m.{ending}", matrix)
    np.testing.assert_array_equal(read_matrix(tmp_path / f"m.{ending}", shape).astype(dtype), matrix)


def test_a_cell_of_x_is_typed_and_the_step_follows() -> None:
    timeline = _timeline()
    session = timeline.session
    weights, rows, epoch = session.network.parameters.copy(), session.used_rows.copy(), session.epoch
    timeline.apply(ChangeExample(matrix="x", row=1, column=2, value=0.75))
    assert session.experiment.data.x[1] == (0.3, 1.0, 0.75)
    np.testing.assert_array_equal(session.network.x[1], [0.3, 1.0, 0.75])
    np.testing.assert_array_equal(session.network.parameters, weights)
    np.testing.assert_array_equal(session.used_rows, rows)
    assert session.epoch == epoch
    session.step()


def test_a_1_in_y_makes_its_column_the_class() -> None:
    timeline = _timeline()
    session = timeline.session
    timeline.apply(ChangeExample(matrix="y", row=0, column=2, value=1))
    assert session.experiment.data.y == ("horse", "dog", "horse", "horse")
    np.testing.assert_array_equal(session.network.y[0], [0, 0, 1])
    assert (
        _refusal(timeline, ChangeExample(matrix="y", row=0, column=1, value=0.5))
        == "value: 0.5 found, 1 expected: it makes its column the class"
    )


def test_a_target_number_is_typed() -> None:
    timeline = _timeline("udacity-3-2-1")
    timeline.apply(ChangeExample(matrix="y", row=0, column=0, value=0.25))
    assert timeline.session.experiment.data.y == (0.25,)
    np.testing.assert_array_equal(timeline.session.network.y, [[0.25]])
    several = _timeline("saito-2-3-2-2")
    several.apply(ChangeExample(matrix="y", row=0, column=1, value=0.5))
    assert several.session.experiment.data.y == ((0.0, 0.5),)


EDITS: dict[str, Callable[[], Edit]] = {
    "fill": lambda: FillCells(layer=1, array="W", cells=((0, 0), (1, 2)), value=0.5),
    "load": lambda: LoadMatrix(layer=0, array="b", values=[[1.0, 2.0]], source="b.npy"),
    "x": lambda: ChangeExample(matrix="x", row=3, column=0, value=-1.0),
    "y": lambda: ChangeExample(matrix="y", row=3, column=0, value=1.0),
}


@pytest.mark.parametrize("name", EDITS)
def test_undo_is_bit_for_bit_and_redo_again(name: str) -> None:
    untouched, timeline = _timeline().session, _timeline()
    session, edit = timeline.session, EDITS[name]()
    timeline.apply(edit)
    after = session.network.parameters.copy(), session.experiment
    timeline.undo()
    assert session.experiment == untouched.experiment
    timeline.redo()
    np.testing.assert_array_equal(session.network.parameters, after[0])
    assert session.experiment == after[1]
    timeline.undo()
    for _ in range(3):
        session.step()
        untouched.step()
    np.testing.assert_array_equal(session.network.parameters, untouched.network.parameters)


@pytest.mark.parametrize("name", EDITS)
def test_a_run_with_such_an_edit_goes_on_from_its_state_and_is_replayed(name: str) -> None:
    timeline = _timeline()
    session = timeline.session
    timeline.apply(EDITS[name]())
    fresh = Session(session.experiment)
    restore_state(fresh, take_state(session))
    replayed = _timeline().session
    replay(replayed, session.edits, 1)
    for run in (session, fresh, replayed):
        run.step()
        np.testing.assert_array_equal(run.network.parameters, session.network.parameters)
        np.testing.assert_array_equal(run.network.x, session.network.x)


@pytest.mark.parametrize("name", EDITS)
def test_a_preview_changes_nothing(name: str) -> None:
    session = _timeline().session
    before, shown = session.network.parameters.copy(), session.network.x.copy()
    EDITS[name]().preview(session)
    np.testing.assert_array_equal(session.network.parameters, before)
    np.testing.assert_array_equal(session.network.x, shown)


@pytest.mark.parametrize("name", EDITS)
def test_a_file_holds_them(name: str) -> None:
    edit = EDITS[name]()
    assert read_edit(fields_of(edit)) == edit


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (FillCells(layer=0, array="W", cells=((3, 0),)), "cell: [3, 0] found, but W has the shape (3, 2)"),
        (
            LoadMatrix(layer=0, array="W", values=[[1.0, 2.0]]),
            "an array of shape (1, 2) found, (3, 2) expected",
        ),
        (LoadMatrix(layer=0, array="gamma", values=[[1.0]]), "array: layer 1 has no parameter 'gamma'"),
        (LoadMatrix(layer=7, array="W", values=[[1.0]]), "array: layer 8 has no parameter 'W'"),
        (
            ChangeExample(matrix="x", row=4, column=0, value=1.0),
            "row: 4 found, but the batch on show has 4 rows",
        ),
        (
            ChangeExample(matrix="x", row=0, column=3, value=1.0),
            "column: 3 found, but the examples have 3 numbers of their own",
        ),
        (ChangeExample(matrix="y", row=0, column=3, value=1.0), "column: 3 found, but y has 3 columns"),
    ],
)
def test_what_does_not_fit_is_refused_with_place_found_and_expected(edit: Edit, sentence: str) -> None:
    assert _refusal(_timeline(), edit) == sentence


def test_a_scaled_x_is_not_typed() -> None:
    refusal = _refusal(_timeline(scaling="minmax"), ChangeExample(matrix="x", row=0, column=0, value=1.0))
    assert refusal == "X is shown scaled (minmax): set the scaling to none to type its cells"


def test_examples_of_another_set_are_not_typed() -> None:
    fields = {"data": {"source": "iris"}, "layers": [{"kind": "dense", "units": 3, "activation": "softmax"}]}
    session = Session(Experiment.model_validate(fields))
    session.step()
    refusal = _refusal(Timeline(session), ChangeExample(matrix="x", row=0, column=0, value=1.0))
    assert "only examples that were typed can be changed here" in refusal


def test_a_typed_example_that_is_pinned_is_changed_where_it_is_shown() -> None:
    fields = {
        "data": {"source": "iris", "scaling": "standard"},
        "layers": [{"kind": "dense", "units": 3, "activation": "softmax"}],
        "training": {"dtype": "float64"},
    }
    session = Session(Experiment.model_validate(fields))
    timeline = Timeline(session)
    timeline.apply(TypeExample(row=3, x=(5.0, 3.0, 1.5, 0.25), y=2))
    before = session.network.x.copy()
    timeline.apply(ChangeExample(matrix="x", row=0, column=2, value=0.5))
    np.testing.assert_allclose(session.network.x[0], [*before[0, :2], 0.5, before[0, 3]], rtol=1e-14)
    assert session.typed is not None
    assert session.typed.x[0] == 5.0
    timeline.apply(ChangeExample(matrix="y", row=0, column=1, value=1.0))
    np.testing.assert_array_equal(session.network.y, [[0, 1, 0]])
    material = take_material(session)
    np.testing.assert_array_equal(material.x, session.network.x)
    refusal = _refusal(timeline, ChangeExample(matrix="x", row=1, column=0, value=0.0))
    assert refusal == "cell: [1, 0] found, but x has the shape (1, 4)"
    timeline.undo()
    timeline.undo()
    np.testing.assert_array_equal(session.network.x, before)


def test_frozen_cells_are_told_in_the_shape_of_their_matrix() -> None:
    timeline = _timeline()
    assert FrozenCells(0, "W").read(timeline.session) is None
    timeline.apply(FreezeCells(layer=0, array="W", cells=((1, 0), (2, 1))))
    mask = FrozenCells(0, "W").read(timeline.session)
    assert mask is not None
    assert np.argwhere(mask).tolist() == [[1, 0], [2, 1]]
    assert FrozenCells(0, "b").read(timeline.session) is None
    assert FrozenCells(9, "W").read(timeline.session) is None


def test_a_bias_that_does_not_learn_is_shown_as_frozen_and_stays_so() -> None:
    timeline = _timeline("udacity-3-2-1")
    mask = FrozenCells(0, "b").read(timeline.session)
    assert mask is not None
    assert mask.all()
    refusal = _refusal(timeline, FreezeCells(layer=0, array="b", cells=((0,),), frozen=False))
    assert refusal == "array: b of layer 1 does not learn, by the layer's settings"

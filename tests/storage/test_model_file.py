"""A model in a file: it predicts to the bit what the session did, and what is no such file is refused in a sentence."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from lab.data.errors import DataError
from lab.data.subsets.scaling import SCALINGS
from lab.experiment.datasets import share_out
from lab.experiment.session import Session
from lab.experiment.spec import Experiment
from lab.storage.errors import StorageError
from lab.storage.model_file import Model, load_model, save_model
from lab.storage.run_file import save_run
from tests.storage.damage import damaged_copies

Change = Callable[[dict[str, Any], dict[str, str]], None]
MakeSession = Callable[..., Session]
Tamper = Callable[[Path, Change], None]

PETS = "".join(f"{number},{number % 7},{'cat' if number % 3 else 'dog'}\n" for number in range(40))


def _saved(session: Session, folder: Path) -> Model:
    save_model(folder / "model", session)
    return load_model(folder / "model")


def _test_rows(session: Session) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the test part as the data has it and as the session's network gets it."""
    scaled = np.concatenate([x.copy() for x, _ in session.parts["test"].chunks(10_000)])
    experiment = session.experiment
    rows = share_out(session.dataset, experiment.data, experiment.seed).test
    return session.dataset.x[rows], scaled


# to the bit


TABLE = [("iris", scaling) for scaling in SCALINGS if scaling != "pixel"]
IMAGES = [(source, scaling) for source in ("digits", "cat-dog-horse") for scaling in SCALINGS]


@pytest.mark.parametrize(("source", "scaling"), TABLE + IMAGES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_model_predicts_to_the_bit_what_the_session_did(
    source: str, dtype: str, scaling: str, make_session: MakeSession, tmp_path: Path
) -> None:
    layers = [
        {"kind": "dense", "units": 9, "activation": "gelu"},
        {"kind": "batch_norm"},
        {"kind": "dropout"},
        {"kind": "layer_norm"},
        {"kind": "dense", "units": 10 if source == "digits" else 3, "activation": "softmax", "temperature": 1.5},
    ]
    session = make_session(6, layers, source, scaling, dtype=dtype, class_weights="balanced", label_smoothing=0.1)
    model = _saved(session, tmp_path)
    raw, scaled = _test_rows(session)
    expected = session.network.predict(scaled)
    assert model.network.predict(scaled).tobytes() == expected.tobytes()
    for rows in (raw, raw.astype(np.float64), raw.tolist()):
        found = model.predict(rows)
        assert (found.dtype, found.tobytes()) == (np.dtype(dtype), expected.tobytes())
    assert model.experiment == session.experiment
    assert model.class_names == session.dataset.class_names
    assert model.feature_names == session.dataset.feature_names
    assert (model.image_shape, model.pixel_max) == (session.dataset.image_shape, session.dataset.pixel_max)
    assert model.scaling.offset.tobytes() == session.prepared.scaling.offset.tobytes()
    assert model.scaling.factor.tobytes() == session.prepared.scaling.factor.tobytes()


def _pets(folder: Path) -> Session:
    (folder / "pets.csv").write_text("weight,age,kind\n" + PETS, encoding="utf-8")
    fields = {
        "data": {"path": str(folder / "pets.csv")},
        "layers": [{"kind": "dense", "units": 1, "activation": "sigmoid"}],
        "training": {"loss": "binary_cross_entropy", "batch_size": 5},
    }
    session = Session(Experiment.model_validate(fields))
    session.run_epoch()
    return session


def test_a_single_sigmoid_tells_of_both_classes(tmp_path: Path) -> None:
    session = _pets(tmp_path)
    raw, scaled = _test_rows(session)
    found = _saved(session, tmp_path).predict(raw)
    expected = session.network.predict(scaled)
    assert found.shape == (len(raw), 2)
    assert found[:, 1:].tobytes() == expected.tobytes()
    np.testing.assert_array_equal(found[:, 0], 1 - expected[:, 0])


def test_the_early_stoppers_best_weights_are_what_is_saved(make_session: MakeSession, tmp_path: Path) -> None:
    session = make_session(0, optimizer={"kind": "adam", "learning_rate": 0.3}, epochs=300)
    while not session.finished:
        session.step()
    assert session.early_stopping.best is not None
    assert _saved(session, tmp_path).network.parameters.tobytes() == session.early_stopping.best[0].tobytes()


def test_no_rows_have_no_predictions(make_session: MakeSession, tmp_path: Path) -> None:
    assert _saved(make_session(), tmp_path).predict(np.empty((0, 4))).shape == (0, 3)


# the file


def test_other_programs_can_read_the_file(make_session: MakeSession, tmp_path: Path) -> None:
    """With NumPy alone, from names and shapes, the same class comes out."""
    session = make_session(20, [{"kind": "dense", "units": 6}, {"kind": "dense", "units": 3, "activation": "softmax"}])
    model = _saved(session, tmp_path)
    arrays = load_file(tmp_path / "model")
    assert {name: array.shape for name, array in arrays.items()} == {
        "layers.0.W": (4, 6),
        "layers.0.b": (6,),
        "layers.1.W": (6, 3),
        "layers.1.b": (3,),
        "scaling.offset": (4,),
        "scaling.factor": (4,),
        "fills": (4,),
    }
    assert arrays["scaling.factor"].dtype == arrays["scaling.offset"].dtype == np.float64
    x = session.dataset.x
    scaled = (x - arrays["scaling.offset"]) * arrays["scaling.factor"]
    a = np.maximum(scaled @ arrays["layers.0.W"] + arrays["layers.0.b"], 0)
    z = a @ arrays["layers.1.W"] + arrays["layers.1.b"]
    np.testing.assert_array_equal(z.argmax(axis=1), model.predict(x).argmax(axis=1))
    with safe_open(tmp_path / "model", "numpy") as file:
        texts = file.metadata()
    assert (texts["program"], texts["kind"], texts["format"]) == ("delta-lab", "model", "1")
    assert json.loads(texts["class_names"]) == ["setosa", "versicolor", "virginica"]
    assert json.loads(texts["feature_names"])[3] == "petal width (cm)"
    assert (json.loads(texts["image_shape"]), json.loads(texts["pixel_max"])) == (None, None)


def test_buffers_are_named_like_parameters(make_session: MakeSession, tmp_path: Path) -> None:
    save_model(tmp_path / "model", make_session())
    names = {name for name in load_file(tmp_path / "model") if name.startswith("layers.2.")}
    assert names == {f"layers.2.{name}" for name in ("gamma", "beta", "running_mean", "running_variance")}


def test_a_model_needs_no_data(tmp_path: Path) -> None:
    model = _saved(_pets(tmp_path), tmp_path)
    (tmp_path / "pets.csv").unlink()
    again = load_model(tmp_path / "model")
    assert again.predict([[3, 4]]).tobytes() == model.predict([[3, 4]]).tobytes()
    assert again.feature_names == ("weight", "age")


def test_names_of_any_script_survive(tmp_path: Path) -> None:
    (tmp_path / "pets.csv").write_text('"größe, in ""cm""",年,kind\n' + PETS.replace("cat", "кот"), encoding="utf-8")
    session = Session(
        Experiment.model_validate(
            {
                "name": 'a "quoted"\nname \\ of \u0001 two lines',
                "data": {"path": str(tmp_path / "pets.csv")},
                "layers": [{"kind": "dense", "units": 2, "activation": "softmax"}],
            }
        )
    )
    model = _saved(session, tmp_path)
    assert model.feature_names == ('größe, in "cm"', "年")
    assert model.class_names == ("dog", "кот")
    assert model.experiment == session.experiment


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_that_are_no_numbers_are_not_saved(value: float, make_session: MakeSession, tmp_path: Path) -> None:
    session = make_session()
    save_model(tmp_path / "model", session)
    before = (tmp_path / "model").read_bytes()
    session.network.layers[0].W[2, 1] = value  # type: ignore[attr-defined]
    with pytest.raises(StorageError, match=rf"model was not saved: layers\.0\.W is {value} at \[2, 1\]"):
        save_model(tmp_path / "model", session)
    assert (tmp_path / "model").read_bytes() == before


def test_a_place_that_is_not_there_is_an_os_error(make_session: MakeSession, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        save_model(tmp_path / "none" / "model", make_session())


# rows that are refused


@pytest.mark.parametrize("rows", [[1.0, 2.0, 3.0, 4.0], [[1.0, 2.0]], [["a", "b", "c", "d"]], np.zeros((2, 5))])
def test_rows_of_another_shape_are_refused(rows: Any, make_session: MakeSession, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"rows: shape .* found, \(m, 4\) numbers expected"):
        _saved(make_session(), tmp_path).predict(rows)


@pytest.mark.parametrize("value", [np.nan, -np.inf, 1e300])
def test_a_number_that_is_none_is_named(value: float, make_session: MakeSession, tmp_path: Path) -> None:
    rows = np.ones((3, 4))
    rows[1, 2] = value
    with pytest.raises(DataError, match=r"Row 2, column 'petal length \(cm\)': "):
        _saved(make_session(), tmp_path).predict(rows)


def test_an_output_that_is_no_number_is_no_prediction(make_session: MakeSession, tmp_path: Path) -> None:
    session = make_session()
    session.network.parameters[:] = 3e38
    with pytest.raises(DataError, match="Row 1: the network's output is nan"):
        _saved(session, tmp_path).predict([[9, 9, 9, 9]])


# files that are refused


@pytest.fixture
def saved(make_session: MakeSession, tmp_path: Path) -> Path:
    file = tmp_path / "iris.safetensors"
    save_model(file, make_session())
    return file


def _refusal(file: Path) -> str:
    with pytest.raises(StorageError) as refusal:
        load_model(file)
    (line,) = str(refusal.value).splitlines()
    assert file.name in line
    return line


def test_a_run_is_no_model(make_session: MakeSession, tmp_path: Path) -> None:
    save_run(tmp_path / "run", make_session())
    assert "is a saved run" in _refusal(tmp_path / "run")


def _texts(**changes: str) -> Change:
    def change(_header: dict[str, Any], texts: dict[str, str]) -> None:
        texts.update(changes)

    return change


def _units(units: int) -> Change:
    def change(_header: dict[str, Any], texts: dict[str, str]) -> None:
        texts["experiment"] = texts["experiment"].replace("units = 6", f"units = {units}")

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_texts(format="1.0"), ["format '1.0' found", "reads format 1"]),
        (_texts(class_names='["a", "b"]'), ["2 classes", "layers[3]"]),
        (_texts(class_names='["a"]'), ["class_names"]),
        (_texts(class_names='["a", "b", 3]'), ["class_names[2]", "not a text"]),
        (_texts(class_names='["a", "b", "\\ud800"]'), ["class_names", "surrogates"]),
        (_texts(class_names="{}"), ["class_names", "list"]),
        (_texts(class_names="["), ["class_names", "not JSON"]),
        (_texts(feature_names='["a", "b", "c"]'), ["layers.0.W", "(4, 6)", "(3, 6)"]),
        (_texts(feature_names="[]"), ["feature_names"]),
        (_texts(image_shape="[2, 3]"), ["image_shape", "(2, 3)", "4 inputs"]),
        (_texts(image_shape="[4]"), ["image_shape"]),
        (_texts(image_shape="[0, 4]"), ["image_shape[0]", "at least 1"]),
        (_texts(pixel_max="256"), ["pixel_max", "256", "at most 255"]),
        (_texts(pixel_max="NaN"), ["pixel_max", "whole number"]),
        (_units(7), ["layers.0.W", "(4, 6)", "(4, 7)"]),
        (_units(99_999), ["layers.0.W", "(4, 99999)"]),
        (_units(0), ["experiment", "layers[0].units", "at least 1"]),
    ],
)
def test_a_header_that_is_wrong_is_refused_by_name(
    saved: Path, tamper: Tamper, change: Change, words: list[str]
) -> None:
    tamper(saved, change)
    refusal = _refusal(saved)
    assert all(word in refusal for word in words), refusal


def test_an_array_that_does_not_fit_is_named(saved: Path, tmp_path: Path) -> None:
    with safe_open(saved, "numpy") as file:
        texts = file.metadata()
    arrays = load_file(saved)
    for name, array in arrays.items():
        rest = {other: array for other, array in arrays.items() if other != name}
        save_file(rest, tmp_path / "less", texts)
        assert f"{name}: missing" in _refusal(tmp_path / "less")
        half = np.float32 if array.dtype == np.float64 else np.float64
        save_file({**arrays, name: array.astype(half)}, tmp_path / "type", texts)
        assert f"{name}: " in _refusal(tmp_path / "type")
        lost = array.copy()
        lost.flat[-1] = np.nan
        save_file({**arrays, name: lost}, tmp_path / "nan", texts)
        assert f"{name} is nan at [" in _refusal(tmp_path / "nan")
    save_file({**arrays, "layers.9.W": np.zeros(2)}, tmp_path / "more", texts)
    assert "layers.9.W: unknown" in _refusal(tmp_path / "more")


def _loaded_or_refused(file: Path) -> str:
    """Return the sentence for a file, "" where it loads; what loads may at the worst say that a row has no output."""
    try:
        model = load_model(file)
    except StorageError as error:
        (line,) = str(error).splitlines()
        return line
    try:
        probabilities = model.predict(np.ones((3, len(model.feature_names))))
    except DataError as error:
        (line,) = str(error).splitlines()
        return line
    assert np.isfinite(probabilities).all()
    return ""


def test_a_file_that_was_cut_short_is_refused(saved: Path) -> None:
    data = saved.read_bytes()
    for length in range(0, len(data), 7):
        saved.write_bytes(data[:length])
        assert saved.name in _loaded_or_refused(saved)


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(2))
def test_a_damaged_file_gives_a_sentence_or_a_model(saved: Path, seed: int) -> None:
    told = []
    for damaged in damaged_copies(saved.read_bytes(), seed):
        saved.write_bytes(damaged)
        told.append(bool(_loaded_or_refused(saved)))
    assert sum(told) > len(told) / 6


def test_an_encoding_that_makes_other_inputs_is_refused(tmp_path: Path, tamper: Tamper) -> None:
    """Else the model would be given rows of another width, or columns in places of others."""
    save_model(tmp_path / "model", _pets(tmp_path))
    whole = (tmp_path / "model").read_bytes()

    def rename(_header: dict[str, Any], texts: dict[str, str]) -> None:
        texts["encoding"] = texts["encoding"].replace('"name": "age"', '"name": "years"')

    def forget(_header: dict[str, Any], texts: dict[str, str]) -> None:
        fields = json.loads(texts["encoding"])
        texts["encoding"] = json.dumps({**fields, "columns": fields["columns"][:1]})

    for change in (rename, forget):
        (tmp_path / "model").write_bytes(whole)
        tamper(tmp_path / "model", change)
        assert (tmp_path / "model").read_bytes() != whole
        assert "feature_names: 2 found, and its encoding makes others" in _refusal(tmp_path / "model")

"""New rows come in any format that can be read, and are matched with what the model learnt from."""

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab.data.errors import DataError
from lab.experiment.session import Session
from lab.experiment.spec import Experiment
from lab.storage.model_file import Model, load_model, save_model
from lab.storage.predictions import predict_file

FILES = Path(__file__).parents[1] / "data" / "files"
_X = np.random.default_rng(4).normal(size=(40, 3))
_KINDS = (_X[:, 1] > 0).astype(np.float64)


def _model(folder: Path, classes: int = 2, **data: Any) -> Model:
    layers = [{"kind": "dense", "units": classes, "activation": "softmax"}]
    experiment = {"data": data, "layers": layers, "training": {"epochs": 1}}
    session = Session(Experiment.model_validate(experiment))
    session.run_epoch()
    save_model(folder / "model.safetensors", session)
    return load_model(folder / "model.safetensors")


def _numbers(model: Model, path: Path) -> list[list[str]]:
    return [row[1:] for row in csv.reader(io.StringIO(predict_file(model, path).as_csv()))][1:]


def _expected(model: Model, rows: Any) -> list[list[str]]:
    return [[str(number) for number in row] for row in model.predict(rows)]


@pytest.mark.parametrize("column", [0, 1, 3])
def test_an_array_may_have_the_target_among_its_columns_or_not(tmp_path: Path, column: int) -> None:
    np.save(tmp_path / "table.npy", np.insert(_X, column, _KINDS, axis=1))
    np.save(tmp_path / "new.npy", _X)
    model = _model(tmp_path, path=str(tmp_path / "table.npy"), target=f"column {column + 1}")
    assert _numbers(model, tmp_path / "table.npy") == _expected(model, _X)
    assert _numbers(model, tmp_path / "new.npy") == _expected(model, _X)
    np.save(tmp_path / "wide.npy", np.hstack([_X, _X]))
    with pytest.raises(DataError, match=r"^wide\.npy has 6 columns; the model was trained on 3\.$"):
        predict_file(model, tmp_path / "wide.npy").as_csv()


def test_sparse_rows_are_matched_by_their_indices(tmp_path: Path) -> None:
    lines = [f"{number % 2} 1:{number} 2:{number % 5} 3:1" for number in range(1, 40)]
    (tmp_path / "old.svm").write_text("\n".join(lines), encoding="ascii")
    model = _model(tmp_path, path=str(tmp_path / "old.svm"))
    (tmp_path / "new.svm").write_text("0 2:4 7:5\n1 2:3 3:2\n", encoding="ascii")
    assert _numbers(model, tmp_path / "new.svm") == _expected(model, [[0, 4, 0], [0, 3, 2]])


def test_computed_inputs_are_computed_again(tmp_path: Path) -> None:
    model = _model(tmp_path, source="xor", features=["x1*x2", "x1^2"])
    (tmp_path / "new.csv").write_text("x2,x1\n0.5,-1\n", encoding="utf-8")
    assert _numbers(model, tmp_path / "new.csv") == _expected(model, [[-1, 0.5, 1, -0.5]])


def test_a_bundled_set_takes_rows_of_any_format(tmp_path: Path) -> None:
    model = _model(tmp_path, 10, source="digits")
    images = np.random.default_rng(0).integers(0, 17, (5, 8, 8)).astype(np.uint8)
    np.save(tmp_path / "new.npy", images)
    assert _numbers(model, tmp_path / "new.npy") == _expected(model, images.reshape(5, 64))
    np.save(tmp_path / "bright.npy", images * 2)
    with pytest.raises(DataError, match=r"^bright\.npy, row 1, column \d+: found \d+; for this model"):
        predict_file(model, tmp_path / "bright.npy").as_csv()
    np.save(tmp_path / "flat.npy", images.reshape(5, 4, 16))
    with pytest.raises(DataError, match=r"^flat\.npy has images of \(4, 16\); the model was trained on \(8, 8\)\.$"):
        predict_file(model, tmp_path / "flat.npy").as_csv()


def test_a_table_of_another_format_is_matched_by_the_names_of_its_columns(tmp_path: Path) -> None:
    import pandas

    model = _model(tmp_path, 3, source="iris")
    rows = np.array([[5.0, 3.0, 1.5, 0.25], [6.0, 2.5, 5.0, 1.75]])
    table = pandas.DataFrame(rows, columns=list(model.feature_names)).iloc[:, ::-1].assign(note="new")
    table.to_parquet(tmp_path / "new.parquet")
    assert _numbers(model, tmp_path / "new.parquet") == _expected(model, rows)
    table.drop(columns=model.feature_names[2]).to_parquet(tmp_path / "less.parquet")
    with pytest.raises(DataError, match=r"^less\.parquet has no column 'petal length \(cm\)'"):
        predict_file(model, tmp_path / "less.parquet").as_csv()


def _plain_model(tmp_path: Path) -> Model:
    """Return a model of three columns of numbers that knows of no recipe, as arrays have none."""
    np.savez(tmp_path / "old.npz", x=_X, y=_KINDS.astype(np.int64))
    model = _model(tmp_path, path=str(tmp_path / "old.npz"))
    assert model.encoding is None
    return model


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize(("delimiter", "decimal"), [(",", "."), (";", ","), ("|", "."), ("\t", ",")])
def test_a_model_without_a_recipe_reads_text_as_it_may_be_written(
    tmp_path: Path, encoding: str, delimiter: str, decimal: str
) -> None:
    model = _plain_model(tmp_path)
    rows = [["column 3", "column 1", "größe", "column 2"], ["0.5", "-1.25", "x", "3.75"], ["1.5", "2.5", "y", "0.25"]]
    lines = [delimiter.join(cell.replace(".", decimal) for cell in row) for row in rows]
    (tmp_path / "new.csv").write_text("\n".join(lines) + "\n", encoding=encoding)
    assert _numbers(model, tmp_path / "new.csv") == _expected(model, [[-1.25, 3.75, 0.5], [2.5, 0.25, 1.5]])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("column 1,column 2\n1,2\n", "new.csv has no column 'column 3', which the network has learnt with; its"),
        ("column 1,column 2,column 3\n1,2,3\n1,,3\n", "new.csv, line 3, column 'column 2': the cell is empty;"),
        ("column 1,column 2,column 3\n1,2,3\n1,cat,3\n", "new.csv, line 3, column 'column 2': found 'cat'"),
    ],
)
def test_a_model_without_a_recipe_names_the_cell_that_is_wrong(tmp_path: Path, text: str, sentence: str) -> None:
    model = _plain_model(tmp_path)
    (tmp_path / "new.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        predict_file(model, tmp_path / "new.csv").as_csv()
    assert str(caught.value).startswith(sentence)


def test_columns_that_the_model_knows_are_a_header_also_where_they_are_numbers(tmp_path: Path) -> None:
    lines = ["city;2010;2011;k", *(f"c{n};{n % 7},5;{n % 5},25;{'ab'[n % 2]}" for n in range(40))]
    (tmp_path / "old.csv").write_text("\n".join(lines), encoding="utf-8")
    model = _model(tmp_path, path=str(tmp_path / "old.csv"), target="k", columns={"city": {"use": "drop"}})
    (tmp_path / "new.csv").write_text("2010;2011\n1,234;2,345\n2,5;0,25\n", encoding="utf-8")
    assert _numbers(model, tmp_path / "new.csv") == _expected(model, [[1.234, 2.345], [2.5, 0.25]])


def test_a_table_of_pixels_names_the_cell_that_is_none(tmp_path: Path) -> None:
    model = _model(tmp_path, 10, source="digits")
    header = ",".join(f'"{name}"' for name in model.feature_names)
    rows = [["0"] * 64, ["16"] * 63 + ["17"]]
    (tmp_path / "new.csv").write_text("\n".join([header, *map(",".join, rows)]) + "\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"^new\.csv, line 3, column 'pixel 7,7': found 17; for this model a pixel is"):
        predict_file(model, tmp_path / "new.csv").as_csv()


def _dated_model(tmp_path: Path) -> Model:
    return _model(tmp_path, path=str(FILES / "date_order_train.csv"), target="y", columns={"d": {"use": "date"}})


def test_the_order_of_day_and_month_belongs_to_the_model(tmp_path: Path) -> None:
    model, told = _dated_model(tmp_path), list[str]()
    assert model.encoding is not None
    assert model.encoding.columns[0].reading == "month_first"
    new = predict_file(model, FILES / "date_order_new.csv", told.append).as_csv()
    assert new == predict_file(model, FILES / "date_order_new_iso.csv").as_csv()
    assert told == []
    (tmp_path / "odd.csv").write_text("d,v\n3/4/2020,1\n25/4/2020,2\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"^odd\.csv, line 3, column 'd': found '25/4/2020', which cannot be read with"):
        predict_file(model, tmp_path / "odd.csv").as_csv()


def test_a_column_of_new_rows_that_could_be_read_otherwise_is_told(tmp_path: Path) -> None:
    model, told = _plain_model(tmp_path), list[str]()
    (tmp_path / "new.csv").write_text('column 1,column 2,column 3\n950,1,2\n"1,050",2,3\n', encoding="utf-8")
    predict_file(model, tmp_path / "new.csv", told.append).as_csv()
    assert len(told) == 1
    assert told[0].startswith("new.csv: The column 'column 1' is read with a decimal point, so that a comma groups")

"""The script beside an export encodes raw cells as the program does: numbers, amounts, texts, dates and gaps."""

import datetime as dt
import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.data.cell_readings import Spelling, Wanted
from lab.data.readers.tables.frame_columns import text_column
from lab.data.recipe.encoding import Encoding
from lab.data.recipe.gaps import fill
from lab.data.recipe.input_column import InputColumn
from lab.data.sets.features import FEATURES, extended
from lab.data.table import Table
from lab.export.row_files import facts_of, row_files, rows_module
from tests.effort import examples
from tests.export.nets import captured

Load = Callable[..., ModuleType]


@pytest.fixture(scope="module")
def load(tmp_path_factory: pytest.TempPathFactory) -> Load:
    """Write the script with these facts over those of a small network, and import it."""
    folder, number = tmp_path_factory.mktemp("scripts"), iter(range(10**6))
    model = captured([]).model
    script = next(data for path, data in row_files(model, folder / "net.onnx").items() if path.suffix == ".py")

    def make(**facts: Any) -> ModuleType:
        file = folder / f"rows_{next(number)}.py"
        file.write_bytes(script)
        file.with_suffix(".json").write_text(json.dumps({**facts_of(model), **facts}))
        spec = importlib.util.spec_from_file_location(file.stem, file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return make


def by_the_program(made: InputColumn, cells: list[str], fills: np.ndarray) -> np.ndarray:
    """Return what the program makes of a column with these texts."""
    spelling = Spelling(wanted=Wanted(usual={made.name: made.reading} if made.reading else {}))
    column = text_column(made.name, np.arange(len(cells)), cells, spelling)
    encoded = Encoding((made,)).apply(Table(Path("new.csv"), (column,), 2))
    return fill(encoded, fills)


def column(kind: str, use: str, missing: str = "refuse", **more: Any) -> InputColumn:
    return InputColumn("it", kind, use, missing, **more)  # type: ignore[arg-type]


PARTS = ("year", "month", "weekday", "seconds")
CASES: dict[str, tuple[InputColumn, list[str]]] = {
    "numbers": (column("number", "number"), ["1", "-2.5", "1e3", "+7", "1,234", "1,234,567.5"]),
    "decimal comma": (
        column("number", "number", reading="decimal_comma"), ["1,5", "1.234,5", "-0,25", "3", "12.000"],
    ),
    "gaps": (column("number", "number", "mean"), ["1", "", "NA", " n/a ", "?", "unknown", "NaN", "4"]),
    "amounts": (
        column("number", "number", "mean", reading="amount_point"), ["$1,200.50", "$-3", "($4.5)", "$ 5-", "", "$1e3"],
    ),
    "per cents": (column("number", "number", reading="amount_comma"), ["12,5 %", "-3%", "100 %", "1.000 %"]),
    "units": (column("number", "number", reading="amount_point"), ["12 km", "1 300 km", "0.5km", "−2 km"]),
    "one-hot": (
        column("text", "one_hot", "most_frequent", values=("blue", "red")),
        ["red", "", "blue", "green", " red", "none"],
    ),
    "own class": (column("text", "one_hot", "own_class", values=("blue", "red")), ["red", "", "green"]),
    "truth": (column("text", "one_hot", values=("false", "true")), ["TRUE", "False", "true"]),
    "one-hot numbers": (column("number", "one_hot", "own_class", values=("1", "2.5")), ["1.0", "2.50", "3", ""]),
    "ordinal": (
        column("text", "ordinal", "most_frequent", values=("low", "mid", "high")), ["high", "low", "", "other", "mid"],
    ),
    "ordinal, own class": (column("text", "ordinal", "own_class", values=("low", "high")), ["high", "", "other"]),
    "texts as numbers": (column("text", "number", "median"), ["3", "x", "4.5", "", "y2"]),
    "dates": (
        column("date", "date", "mean", parts=PARTS, origin=86400), ["2020-01-31", "", "1969-12-31", "2024-02-29"],
    ),
    "times": (
        column("date", "date", parts=PARTS), ["2020-01-31 10:30", "2020-01-31T23:59:59", "1960-05-05 00:00:01"],
    ),
    "zones as written": (
        column("date", "date", parts=PARTS, reading="local_time"),
        ["2020-01-31T23:30:00-05:00", "2020-06-01T00:10:00Z"],
    ),
    "zones in UTC": (
        column("date", "date", parts=PARTS, reading="utc_time"), ["2020-01-31T23:30:00-05:00", "2020-06-01T00:10:00Z"],
    ),
    "day first": (
        column("date", "date", parts=PARTS, reading="day_first"), ["01/02/2020", "28/12/1999", "3/4/2021 7:05"],
    ),
    "month first": (column("date", "date", parts=PARTS, reading="month_first"), ["01/02/2020", "12/28/1999"]),
    "points": (column("date", "date", parts=PARTS), ["01.02.2020", "28.12.1999"]),
    "years first": (column("date", "date", parts=PARTS), ["2020/02/01", "1999/12/28"]),
    "month names": (column("date", "date", parts=PARTS, reading="date"), ["3 Feb 2020", "28 December 1999"]),
    "months in front": (column("date", "date", parts=PARTS, reading="date"), ["Feb 3, 2020", "December 28th, 1999"]),
    "halves of the day": (
        column("date", "date", parts=PARTS, reading="month_first"), ["02/03/2020 1:05 PM", "12/28/1999 12:00 AM"],
    ),
    "dates as classes": (
        column("date", "one_hot", "most_frequent", values=("2020-01-31", "2020-02-01")),
        ["2020-02-01", "", "2021-01-01"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_cells_are_encoded_as_in_the_program(name: str, load: Load) -> None:
    made, cells = CASES[name]
    fills = np.arange(1.0, 1.0 + made.width)
    script = load(columns=[facts_column(made)], fills=fills.tolist())
    found = script.encode([{"it": cell, "other": "?"} for cell in cells])
    np.testing.assert_array_equal(found, by_the_program(made, cells, fills))


def facts_column(made: InputColumn) -> dict[str, Any]:
    fields: dict[str, Any] = Encoding((made,)).as_dict()["columns"][0]
    return fields


@examples(100)
@given(
    numbers=st.lists(st.floats(-1e9, 1e9).map(lambda number: f"{number:.3f}"), min_size=1, max_size=5),
    comma=st.booleans(),
)
def test_any_numbers_are_read_with_the_columns_decimal_sign(numbers: list[str], comma: bool, load: Load) -> None:
    made = column("number", "number", reading="decimal_comma" if comma else "decimal_point")
    cells = [number.replace(".", ",") for number in numbers] if comma else numbers
    script = load(columns=[facts_column(made)], fills=[0.0])
    np.testing.assert_array_equal(
        script.encode([{"it": cell} for cell in cells]), by_the_program(made, cells, np.zeros(1))
    )


def test_cells_may_be_pythons_own_values(load: Load) -> None:
    columns = [column("number", "number", "mean"), column("date", "date", parts=("year", "seconds"))]
    script = load(columns=[{**facts_column(made), "name": name} for made, name in zip(columns, "ab", strict=True)],
                  fills=[9.0, 0.0, 0.0])  # fmt: skip
    rows = [{"a": 3, "b": dt.date(1970, 1, 2)}, {"a": None, "b": dt.datetime(1970, 1, 1, 0, 0, 5)}]
    np.testing.assert_array_equal(script.encode(rows), [[3, 1970, 86400], [9, 1970, 5]])


@pytest.mark.parametrize(
    ("made", "cell", "said"),
    [
        (column("number", "number"), "", "row 2, column 'it': found '', and the network needs a value here"),
        (column("number", "number", "mean"), "tall", "row 2, column 'it': found 'tall', and a number was there"),
        (column("date", "date", parts=("year",)), "soon", "row 2, column 'it': found 'soon', which is not read as"),
        (column("text", "ordinal", values=("1",)), "7", "row 2, column 'it': found '7', and the network needs a value"),
    ],
)
def test_a_cell_that_cannot_be_taken_is_named(made: InputColumn, cell: str, said: str, load: Load) -> None:
    fine = {"number": "1", "date": "2020-01-31", "text": "1"}[made.kind]
    script = load(columns=[facts_column(made)])
    with pytest.raises(ValueError, match=said):
        script.encode([{"it": fine}, {"it": cell}])


def test_an_array_of_numbers_is_taken_as_it_is(load: Load) -> None:
    made = [{**facts_column(column("number", "number")), "name": name} for name in "ab"]
    script = load(columns=made, fills=[7.0, 0.0])
    np.testing.assert_array_equal(script.encode(np.array([[1, 2], [3, 4]], np.uint8)), [[1, 2], [3, 4]])
    with pytest.raises(ValueError, match=r"shape \(1, 3\) found, \(m, 2\) expected"):
        script.encode([[1, 2, 3]])
    with pytest.raises(ValueError, match="row 2, column 'b': found nan"):
        script.encode([[1, 2], [1, np.nan]])
    made[0]["missing"] = "mean"
    np.testing.assert_array_equal(load(columns=made, fills=[7.0, 0.0]).encode([[np.nan, 2]]), [[7, 2]])
    texts = [facts_column(column("text", "one_hot", values=("x",)))]
    with pytest.raises(ValueError, match="dicts from column names to cells are needed"):
        load(columns=texts).encode([[1.0]])


def test_a_column_that_is_missing_is_named(load: Load) -> None:
    with pytest.raises(ValueError, match="row 1: there is no column 'it'"):
        load(columns=[facts_column(column("number", "number"))]).encode([{"that": "1"}])


def test_every_extra_input_is_computed(load: Load) -> None:
    made = [{**facts_column(column("number", "number")), "name": name} for name in ("x1", "x2")]
    x = np.random.default_rng(3).uniform(-1, 1, (5, 2))
    script = load(columns=made, extra=list(FEATURES), fills=[0.0] * (2 + len(FEATURES)))
    np.testing.assert_array_equal(script.encode(x), extended(x, set(FEATURES)))


def test_outputs_become_answers_and_rows_are_scaled(load: Load) -> None:
    capture = captured([], "numbers")
    target, scaling = capture.model.target_scaling, capture.model.scaling
    assert target is not None
    script = load(**facts_of(capture.model))
    outputs = np.array([[0.5, -1.0], [2.0, 0.0]])
    np.testing.assert_array_equal(script.results(outputs), target.undo(outputs))
    np.testing.assert_array_equal(script.answers(outputs), outputs)
    x = np.arange(10.0).reshape(2, 5)
    scaled = script.scale(x)
    assert scaled.dtype == np.float32
    np.testing.assert_array_equal(scaled, scaling.apply(x, np.float32))
    logistic = load(classes=["no", "yes"])
    np.testing.assert_array_equal(logistic.results([[0.25], [0.75]]), [[0.75, 0.25], [0.25, 0.75]])
    assert logistic.answers(logistic.results([[0.25], [0.75]])) == ["no", "yes"]
    assert load(classes=["a", "b", "c"]).answers([[0.2, 0.7, 0.1]]) == ["b"]


@pytest.mark.parametrize(
    ("file", "module"), [("net.onnx", "net_rows"), ("my-net 2.onnx", "my_net_2_rows"), ("3.onnx", "net_3_rows")]
)
def test_the_script_can_be_imported_whatever_the_file_is_called(file: str, module: str) -> None:
    assert rows_module(Path(file)) == module
    assert module.isidentifier()


def test_a_table_is_read_with_its_own_separator(tmp_path: Path, load: Load) -> None:
    (tmp_path / "n.csv").write_text("\ufeffa; b\n1;x\n\n2;y\n", encoding="utf-8")
    assert load().read_csv(tmp_path / "n.csv") == [{"a": "1", "b": "x"}, {"a": "2", "b": "y"}]

"""JSON of records, columns and lines, and ARFF, become tables; what is none is refused with its line."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.data.readers.tables.arff_reader import is_arff, read_arff
from lab.data.readers.tables.json_reader import is_json, read_json
from lab.data.recipe.proposal import propose
from lab.data.table import Table
from tests.refusals import refusal

Write = Callable[[str | bytes], Path]

_RECORDS = [{"height": 1.7, "weight": 60, "kind": "x"}, {"height": 1.8, "weight": None, "kind": "y"}, {"height": 2}]
_SHOP = (
    "% a small relation\n@relation shop\n@attribute price numeric\n@ATTRIBUTE 'kind of day' {work, holiday}\n"
    "@attribute sold {yes, no}\n@data\n1.5, work, yes\n% closed\n2.5, holiday, no\n?, work, yes\n3.0, 'holiday', no\n"
)


def _frame() -> pd.DataFrame:
    return pd.DataFrame({"height": [1.7, 1.8, 2.0], "weight": [60, np.nan, np.nan], "kind": ["x", "y", None]})


def _assert_same(table: Table) -> None:
    assert table.names == ("height", "weight", "kind")
    np.testing.assert_array_equal(table.column("height").values, [1.7, 1.8, 2])
    np.testing.assert_array_equal(table.column("weight").values, [60, np.nan, np.nan])
    assert table.column("kind").categories == ("x", "y")
    assert table.column("kind").values.tolist() == [0, 1, -1]


@pytest.mark.parametrize("orient", ["records", "columns", "list", "lines"])
def test_what_pandas_writes_is_read(write: Write, orient: str) -> None:
    text = io.StringIO()
    if orient == "list":
        json.dump(_frame().astype(object).where(_frame().notna(), None).to_dict("list"), text)
    elif orient == "lines":
        _frame().to_json(text, orient="records", lines=True)
    else:
        _frame().to_json(text, orient=orient)  # type: ignore[call-overload]
    path = write(text.getvalue())
    assert is_json(path, path.read_bytes())
    _assert_same(read_json(path))


def test_records_may_lack_fields_and_nested_ones_are_told(write: Write) -> None:
    records = [record | {"tags": ["a"], "more": {"b": 1}} for record in _RECORDS]
    table = read_json(write(json.dumps(records, indent=1)))
    _assert_same(table)
    assert table.found.notes == ("2 fields hold lists or objects and are passed over: 'tags', 'more'.",)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[{"a": 1},', "pets.csv, line 1: no JSON (Expecting"),
        ('{"a": 1}\n{"a": }\n', "pets.csv, line 2: no JSON (Expecting value"),
        ('{"a": 1}\n[2]\n', "pets.csv, line 2: found no record"),
        ("[1, 2]", "pets.csv is JSON, but no table"),
        ('{"a": [1, 2], "b": [1]}', "pets.csv: the column 'a' has 2 values and 'b' has 1"),
        ("[" * 5000, "pets.csv, line 1: no JSON"),
    ],
)
def test_what_is_no_table_of_json_is_refused(write: Write, text: str, complaint: str) -> None:
    assert refusal(read_json, write(text)).startswith(complaint)


def test_attributes_say_what_a_column_is_and_the_last_is_the_target(write: Write) -> None:
    path = write(_SHOP)
    table = read_arff(path)
    assert is_arff(path, path.read_bytes())
    assert table.names == ("price", "kind of day", "sold")
    np.testing.assert_array_equal(table.column("price").values, [1.5, 2.5, np.nan, 3])
    assert table.column("kind of day").categories == ("work", "holiday")
    assert [table.line(row) for row in range(4)] == [7, 9, 10, 11]
    assert propose(table).target == "sold"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("2.5, holiday, no", "2.5, holiday", "pets.csv, line 9: 2 values found for 3 attributes"),
        ("2.5, holiday", "cheap, holiday", "pets.csv, line 9, column 'price': found 'cheap' in an attribute of numb"),
        ("price numeric", "price relational", "pets.csv, line 3: the kind 'relational' is not numeric, real"),
        ("@data", "", "pets.csv, line 7: found '1.5, work, yes' before @data"),
        ("2.5, holiday, no", "{0 2.5}", "pets.csv, line 9: sparse rows are not read"),
        ("'holiday', no", "'holiday, no", "pets.csv, line 11: a quotation mark is not closed"),
    ],
)
def test_a_wrong_line_of_arff_is_named(write: Write, old: str, new: str, complaint: str) -> None:
    assert refusal(read_arff, write(_SHOP.replace(old, new))).startswith(complaint)


@given(st.lists(st.tuples(st.floats(-1e9, 1e9), st.sampled_from(["a b", "c'd", 'e"f', "g,h"])), min_size=2, max_size=6))
def test_arff_rows_read_as_they_were_written(write: Write, rows: list[tuple[float, str]]) -> None:
    quoted = ((number, "'" + text.replace("'", "\\'") + "'") for number, text in rows)
    body = "\n".join(f"{number!r},{text}" for number, text in quoted)
    table = read_arff(write(f"@relation r\n@attribute v real\n@attribute t string\n@data\n{body}\n"))
    assert table.columns[0].values.tolist() == [number for number, _ in rows]
    column = table.columns[1]
    assert [column.categories[code] for code in column.values] == [text for _, text in rows]

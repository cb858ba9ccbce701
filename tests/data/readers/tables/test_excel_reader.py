"""A sheet becomes a table of numbers, dates and texts, whatever stands around it."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.data.readers.tables.excel_reader import read_excel
from tests.effort import examples
from tests.refusals import refusal

Save = Callable[..., Path]

_FILES = Path(__file__).parents[2] / "files"
_SAME_FILE = examples(40)


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Return a function that writes sheets, each a list of rows, to pets.xlsx and returns its path."""

    def save_sheets(**sheets: list[list[Any]]) -> Path:
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        book.save(tmp_path / "pets.xlsx")
        return tmp_path / "pets.xlsx"

    return save_sheets


@_SAME_FILE
@given(
    numbers=st.lists(
        st.floats(-1e9, 1e9).map(lambda number: round(number, 4)) | st.integers(-(10**9), 10**9) | st.none(), min_size=2
    ),
    days=st.lists(st.dates(dt.date(1910, 1, 1), dt.date(2100, 1, 1)) | st.none(), min_size=2),
)
def test_what_a_spreadsheet_library_wrote_is_read(save: Save, numbers: list[Any], days: list[Any]) -> None:
    rows = [[number, day, f"text {place}"] for place, (number, day) in enumerate(zip(numbers, days, strict=False))]
    table = read_excel(save(pets=[["size", "born", "note"], *rows]))
    size, born, note = table.columns
    np.testing.assert_allclose(size.values, [np.nan if row[0] is None else row[0] for row in rows], rtol=1e-15)
    if any(row[1] for row in rows):
        np.testing.assert_array_equal(born.values, np.array([row[1] or "NaT" for row in rows], "datetime64[s]"))
    assert note.categories == tuple(row[2] for row in rows)
    assert table.first_line == 2


def test_the_first_sheet_with_content_is_read_unless_one_is_named() -> None:
    path = _FILES / "animals.xlsx"
    assert read_excel(path).sheets == ("notes", "animals", "numbers")
    assert read_excel(path).names == ("name", "kind", "weight", "born", "tame")
    numbers = read_excel(path, "numbers")
    assert numbers.names == ("x", "y")
    assert numbers.first_line == 4
    np.testing.assert_array_equal(numbers.column("y").values, [0, 1, 4, 9])


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are(save: Save) -> None:
    path = save(cats=[[1]], dogs=[[1]])
    assert refusal(read_excel, path, "dgos") == (
        "pets.xlsx has no sheet 'dgos'; its sheets are cats, dogs; did you mean dogs?"
    )


def test_an_empty_sheet_is_refused_by_name(save: Save) -> None:
    path = save(cats=[], dogs=[["a", "b"], [1, 2], [3, 4]])
    assert refusal(read_excel, path, "cats").startswith(
        "pets.xlsx, sheet 'cats' is empty; a table has a row of column names"
    )
    assert refusal(read_excel, save(cats=[], dogs=[])).startswith("pets.xlsx, sheet 'dogs' is empty")


def test_empty_rows_and_columns_are_left_out(save: Save) -> None:
    rows = [[], [None, "a", "b", None, None], [None, 1, 2], [], [None, 3, "NA"], [" "], [None, None, None, None, "-"]]
    table = read_excel(save(pets=rows))
    assert table.names == ("a", "b")
    np.testing.assert_array_equal(table.column("a").values, [1, 3])
    np.testing.assert_array_equal(table.column("b").values, [2, np.nan])
    assert table.first_line is None


def test_a_sheet_of_numbers_has_no_header(save: Save) -> None:
    table = read_excel(save(pets=[[1.5, 2], [3, 4], [5, 6]]))
    assert table.names == ("column 1", "column 2")
    assert table.rows == 3
    assert table.first_line == 1


@pytest.mark.parametrize(
    ("cells", "kind", "shown"),
    [
        ([True, False, None], "text", ["true", "false", None]),
        ([1, "abc", 2.5], "text", ["1", "abc", "2.5"]),
        ([7, "8", " 9 "], "number", [7, 8, 9]),
        ([1, "n/a", 2], "number", [1, np.nan, 2]),
        (["2020-01-02", "2020-01-03", None], "date", ["2020-01-02", "2020-01-03", "NaT"]),
        ([dt.date(2020, 1, 2), "2020-01-03", None], "date", ["2020-01-02", "2020-01-03", "NaT"]),
        (
            [dt.datetime(2020, 1, 2, 3, 4, 5), dt.date(2020, 1, 3), None],
            "date",
            ["2020-01-02T03:04:05", "2020-01-03", "NaT"],
        ),
        ([dt.time(1, 2, 3), None, dt.timedelta(hours=30)], "number", [3723, np.nan, 108000]),
        ([None, None, None], "number", [np.nan] * 3),
    ],
)
def test_a_column_is_of_one_kind(save: Save, cells: list[Any], kind: str, shown: list[Any]) -> None:
    column = read_excel(save(pets=[["a", "key"], *([cell, f"key {n}"] for n, cell in enumerate(cells))])).column("a")
    assert column.kind == kind
    if kind == "text":
        assert [None if code < 0 else column.categories[code] for code in column.values] == shown
    else:
        np.testing.assert_array_equal(column.values, np.array(shown, column.values.dtype))


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ([["a", "b"]], "pets.xlsx has a header but no rows"),
        ([["a"] * 10_001], "pets.xlsx, sheet 'pets', row 1 has 10,001 columns"),
    ],
)
def test_what_is_no_table_is_refused(save: Save, rows: list[list[Any]], complaint: str) -> None:
    assert refusal(read_excel, save(pets=rows)).startswith(complaint)


def test_twin_names_are_told_apart(save: Save) -> None:
    table = read_excel(save(pets=[[], ["a", "b", "a"], [1, 2, 3]]))
    assert table.names == ("a", "b", "a (2)")
    assert table.found.notes[0].startswith("pets.xlsx, sheet 'pets', row 2: names stand there twice")


def test_two_cells_far_apart_are_refused_before_room_is_made_between_them(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = 1
    book.worksheets[0]["XFD1048576"] = 2
    book.save(tmp_path / "far.xlsx")
    assert refusal(read_excel, tmp_path / "far.xlsx").startswith(
        "far.xlsx, xl/worksheets/sheet1.xml reaches to row 1,048,576 and column 16,384, which is more than 20,000,000"
    )


@pytest.mark.parametrize("content", [b"", b"name,kind\n", bytes.fromhex("d0cf11e0a1b11ae1"), b"PK\x05\x06" + bytes(18)])
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "pets.xlsx"
    path.write_bytes(content)
    assert refusal(read_excel, path).startswith("pets.xlsx is no workbook that can be read (")


def test_titles_above_the_names_and_groups_of_columns_are_told_by_their_rows(save: Save) -> None:
    rows: list[list[object]] = [["Class 7b"], []]
    rows += [["Student", None, "Mathematics", None], ["No.", "Name", "Written", "Oral"]]
    rows += [[n, f"Pupil {n}", n % 6, n % 5] for n in range(1, 30)]
    path = save(pets=rows)
    table = read_excel(path)
    assert table.names == ("Student No.", "Student Name", "Mathematics Written", "Mathematics Oral")
    assert (table.rows, table.first_line) == (29, 5)
    assert table.found.notes == ("Row 1 above the table was passed over: 'Class 7b'.",)
    assert table.location(0, "Student No.") == f"{path.name}, row 5, column 'Student No.'"

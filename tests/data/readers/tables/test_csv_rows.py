"""Lines of text become rows of fields, or one sentence that says where they do not."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.data.as_number import as_number
from lab.data.readers.tables.csv_rows import Fields, Row, csv_records, rows_of_one_width
from tests.refusals import refusal

_WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=8)


def _read(text: str, delimiter: str = ",", width: int = 3) -> list[Row]:
    path, lines = Path("pets.csv"), io.StringIO(text, newline="\n")
    return list(rows_of_one_width(path, csv_records(path, 0, lines, Fields(delimiter)), width))


@given(
    rows=st.lists(st.lists(_WORDS, min_size=3, max_size=3), max_size=6),
    delimiter=st.sampled_from(",;\t|"),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
def test_what_the_csv_module_writes_is_read(rows: list[list[str]], delimiter: str, line_end: str) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    writer.writerows(rows)
    assert [fields for _, fields in _read(text.getvalue(), delimiter)] == rows


def test_lines_are_counted_through_blank_lines_and_quoted_line_ends() -> None:
    text = '\n  \n1,2,3\n\n"x\ny",4,5\r\n   \n5,6,7'
    assert _read(text) == [(3, ["1", "2", "3"]), (5, ["x\ny", "4", "5"]), (8, ["5", "6", "7"])]


@pytest.mark.parametrize(("line", "found"), [("1,2", 2), ("1,2,3,4", 4), ("1", 1), (",,,,", 5)])
def test_a_ragged_row_is_refused_with_its_line_and_both_counts(line: str, found: int) -> None:
    assert refusal(_read, f"1,2,3\n\n4,5,6\n{line}\n") == (
        f"pets.csv, line 4: {found} fields found, but the header has 3 columns; give every line 3 fields."
    )


@pytest.mark.parametrize(
    ("text", "line", "fault"),
    [
        ('a,b\n1,2\n3,"4\n5,6\n', 3, "a quotation mark is opened and never closed"),
        ('a,b\n1,"2"3\n', 2, "text follows a closing quotation mark"),
        ("a,b\r1,2\r", 1, "a carriage return stands without a line feed"),
        ("a,b\n1," + "x" * 200_000, 2, "a field is longer than 131,072 characters"),
    ],
)
def test_broken_csv_is_refused_with_the_line_where_it_begins(text: str, line: int, fault: str) -> None:
    assert refusal(lambda: _read(text, width=2)).startswith(f"pets.csv, line {line}: {fault}")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", 1),
        (" -2.5e3 ", -2500),
        ("1e999", float("inf")),
        ("1_000", None),
        ("", None),
        ("cat", None),
        ("1,5", None),
    ],
)
def test_a_number_is_what_a_table_would_call_one(text: str, number: float | None) -> None:
    assert as_number(text) == number

"""Bytes become a header and rows of its width, or one sentence that says where they do not."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.data.as_number import as_number
from lab.data.errors import DataError
from lab.data.readers.tables.csv_rows import Row, read_table
from tests.refusals import refusal

Write = Callable[[str | bytes], Path]

_WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=8)
_NAMES = ["name", "a note", "kind"]


def _read(content: str | bytes) -> tuple[list[str], list[Row]]:
    stream = io.BytesIO(content.encode() if isinstance(content, str) else content)
    names, rows = read_table(Path("pets.csv"), stream)
    return names, list(rows)


@given(
    rows=st.lists(st.lists(_WORDS, min_size=3, max_size=3), max_size=6),
    delimiter=st.sampled_from(",;\t"),
    bom=st.booleans(),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
def test_what_the_csv_module_writes_is_read(rows: list[list[str]], delimiter: str, bom: bool, line_end: str) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    writer.writerows([_NAMES, *rows])
    names, read = _read(text.getvalue().encode("utf-8-sig" if bom else "utf-8"))
    assert names == _NAMES
    assert [fields for _, fields in read] == rows


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("h;note;kind\n1;a, b;x\n", ["h", "note", "kind"]),
        ("h\tsize, cm\tkind\n", ["h", "size, cm", "kind"]),
        ('"a, b, c";kind\n1;x\n', ["a, b, c", "kind"]),
        ("a,b,c\n1,2,3\n", ["a", "b", "c"]),
        (" a , b \n", ["a", "b"]),
        ('a, "b; c, d", e\n', ["a", "b; c, d", "e"]),
    ],
)
def test_the_header_decides_the_delimiter(text: str, columns: list[str]) -> None:
    assert _read(text)[0] == columns


def test_lines_are_counted_through_blank_lines_and_quoted_line_ends() -> None:
    text = '\n  \na,b\n1,2\n\n"x\ny",4\r\n   \n5,6'
    assert _read(text)[1] == [(4, ["1", "2"]), (6, ["x\ny", "4"]), (9, ["5", "6"])]


@pytest.mark.parametrize("content", ["", "\n\n", " \r\n", b"\xef\xbb\xbf", '""\n'])
def test_an_empty_file_is_refused(content: str | bytes) -> None:
    assert refusal(_read, content) == (
        "pets.csv is empty; a table has a line of column names and one for each example."
    )


@pytest.mark.parametrize("first", ["5.1,3.5,0", "1;2;3", "-1e5\tnan\t.5", "5"])
def test_a_first_line_of_numbers_is_no_header(first: str) -> None:
    complaint = refusal(_read, f"\n{first}\n4.9,3.0,1\n")
    assert complaint.startswith("pets.csv, line 2 holds only numbers ('")
    assert complaint.endswith("so there is no header; put a line of column names above the data.")


def test_a_single_column_is_refused_with_the_delimiters_there_are() -> None:
    complaint = refusal(_read, "age|kind\n1|cat\n")
    assert complaint.startswith("pets.csv, line 1 has the single column 'age|kind'; a table needs an input column")
    assert complaint.endswith("separated by commas, semicolons or tabs.")


@pytest.mark.parametrize(("header", "number"), [("a,,kind", 2), (",a,kind", 1), ("a,kind,", 3), ("a, ,kind", 2)])
def test_a_column_without_a_name_is_refused_by_its_number(header: str, number: int) -> None:
    assert refusal(_read, header + "\n1,2,3\n") == (
        f"pets.csv, line 1: column {number} has no name; give every column its own."
    )


def test_two_columns_of_one_name_are_refused() -> None:
    complaint = refusal(_read, "age,kind, age\n1,cat,2\n")
    assert complaint.startswith("pets.csv, line 1: columns 1 and 3 are both called 'age'; give every column")


@pytest.mark.parametrize(("line", "found"), [("1,2", 2), ("1,2,3,4", 4), ("1", 1), (",,,,", 5)])
def test_a_ragged_row_is_refused_with_its_line_and_both_counts(line: str, found: int) -> None:
    text = f"a,b,c\n1,2,3\n\n4,5,6\n{line}\n7,8,9\n"
    assert refusal(_read, text) == (
        f"pets.csv, line 5: {found} fields found, but the header has 3 columns; give every line 3 fields."
    )


@pytest.mark.parametrize(
    ("content", "line", "byte", "value"),
    [
        ("a,kind\n1,Löwe\n".encode("latin-1"), 2, 10, "f6"),
        (b"a,kind\n1,x\n2,\x80\n", 3, 13, "80"),
        (b"\xef\xbb\xbfa,kind\n1,\xe9\n", 2, 12, "e9"),
        (b"\xef\xbb\xbfa,\xe9\n", 1, 5, "e9"),
        ("a,kind\n1,x\n".encode("utf-16"), 1, 0, "ff"),
        ("a,kind\n1,x\n".encode("utf-16-le"), 1, 1, "00"),
        (b"a,kind\n1,x\xe2\x82", 2, 10, "e2"),
    ],
)
def test_another_encoding_is_refused_with_line_and_byte(content: bytes, line: int, byte: int, value: str) -> None:
    assert content[byte] == int(value, 16)
    assert refusal(_read, content) == (
        f"pets.csv, line {line}: byte {byte} of the file (counted from 0) is 0x{value}, "
        "which is not UTF-8 text; save the file as CSV with the encoding UTF-8."
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
    assert refusal(_read, text).startswith(f"pets.csv, line {line}: {fault}")


def test_a_file_without_lines_is_not_read_into_memory_whole() -> None:
    stream = io.BytesIO(b"a,b\n" + bytes(40_000_000))
    names, rows = read_table(Path("zeros.bin"), stream)
    assert names == ["a", "b"]
    with pytest.raises(DataError, match=r"zeros\.bin, line 2 has more than 16,777,216 bytes, so this is no table"):
        next(rows)
    assert stream.tell() == 4 + 16_777_216


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

"""Encoding, delimiter, decimal sign and header are found from the first bytes as a person would see them."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.data.errors import DataError
from lab.data.readers.tables.delimited_layout import Layout, has_header, opening, sniff

_PATH = Path("pets.csv")


def _sniffed(content: str | bytes, whole: bool = True) -> Layout:
    return sniff(_PATH, content.encode() if isinstance(content, str) else content, whole)


@pytest.mark.parametrize(
    ("codec", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("cp1252", "cp1252"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_the_encoding_is_found(codec: str, found: str) -> None:
    layout = _sniffed("name;kind\nLöwe;cat\nÉmile;dog\n".encode(codec))
    assert layout == Layout(found, ";", ".", True, 1)


def test_a_file_of_ascii_may_turn_out_to_be_more() -> None:
    assert _sniffed("a,b\n1,2\n").encoding == "ascii"


def test_a_sign_cut_in_two_at_the_end_of_the_sample_is_no_fault() -> None:
    assert _sniffed("a,b\n1,ö".encode()[:-1], whole=False).encoding == "utf-8"
    assert _sniffed("a,b\n1,2\n3,4\n".encode("utf-16")[:-1], whole=False).encoding == "utf-16"


@given(
    cells=st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), min_size=1), min_size=3, max_size=3),
        min_size=1,
        max_size=5,
    ),
    delimiter=st.sampled_from(",;\t|"),
)
def test_the_delimiter_is_found_outside_quotation_marks(cells: list[list[str]], delimiter: str) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([["name", "kind", "size"], *cells])
    assert _sniffed(text.getvalue()).delimiter == delimiter


@pytest.mark.parametrize(
    ("text", "delimiter", "decimal"),
    [
        ("a;b\n1,5;2,5\n3,5;4\n", ";", ","),
        ("1,5;2,5\n3,5;4,5\n", ";", ","),
        ("a\tb\n1,5\t2\n", "\t", ","),
        ("a;b\n1.5;2.5\n", ";", "."),
        ("a;b\n1.5;a,b\n", ";", "."),
        ("h;note;kind\n1;a, b;x\n", ";", "."),
        ("a,b\n1.5,2\n", ",", "."),
        ('a,b\n"1,5","2,5"\n', ",", "."),
        ("a|b\n1|2\n", "|", "."),
        ("only\n1\n2\n", ",", "."),
        ("sep=;\na,b;c\n1;2\n", ";", "."),
        ('"sep=|"\na,b|c\n1|2\n', "|", "."),
    ],
)
def test_delimiter_and_decimal_sign(text: str, delimiter: str, decimal: str) -> None:
    layout = _sniffed(text)
    assert (layout.delimiter, layout.decimal) == (delimiter, decimal)


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("a,b\n1,2\n", True),
        ("1,2\n3,4\n", False),
        ("1,,3\n3,4,5\n", False),
        ("1,2\n", False),
        ("2020-01-01,5\n2020-01-02,6\n", False),
        ("5.1,3.5,setosa\n4.9,3.0,setosa\n6.3,3.3,virginica\n", False),
        ("5.1,3.5,size\n4.9,3.0,setosa\n6.3,3.3,virginica\n", True),
        ("country,2019,2020\nFrance,1,2\nSpain,3,4\n", True),
        ("country,1/22/20,1/23/20\nFrance,1,2\nSpain,3,4\n", True),
        ("1,2\nx,y\nz,w\n", True),
        ("0,1,2,3\n5,6,7,8\n9,9,9,9\n", True),
        ("1,2,3,4\n5,6,7,8\n", True),
        ("0,1\n1,1\n", False),
        ("cat,dog\nhorse,cow\n", True),
    ],
)
def test_a_first_line_like_the_others_is_no_header(text: str, header: bool) -> None:
    assert _sniffed(text).header is header


def test_numbers_with_a_comma_are_no_header_either() -> None:
    assert not has_header([["1,5", "2"], ["3,5", "4"]], ",")
    assert has_header([["1,5", "2"], ["3,5", "4"], ["x", "4"]], ".")


@pytest.mark.parametrize(
    ("text", "first", "body"),
    [
        ("a,b\n1,2\n", 1, 2),
        ("\n  \na,b\n1,2\n", 3, 4),
        ("sep=,\na,b\n1,2\n", 2, 3),
        ("1,2\n3,4\n", 1, 1),
        ("\n1,2\n3,4\n", 2, 2),
        ('"a\nb",c\n1,2\n', 1, 3),
        ("a,b\r\n1,2\r\n", 1, 2),
        ("a,b\r1,2\r", 1, 2),
    ],
)
def test_header_and_examples_are_placed_by_line(text: str, first: int, body: int) -> None:
    layout = _sniffed(text)
    assert layout.first_line == first
    assert opening(_PATH, text.encode(), layout).body_line == body


@pytest.mark.parametrize("content", [b"", b"\n\n", b" \r\n", b"\xef\xbb\xbf", b'""\n', b"sep=;\n", b"\xff\xfe"])
def test_an_empty_file_is_refused(content: bytes) -> None:
    with pytest.raises(DataError, match=r"pets\.csv is empty; a table has a line of column names and one for each"):
        _sniffed(content)


@pytest.mark.parametrize(
    ("content", "byte", "value"),
    [
        (b"a,b\n1,\0\n", 6, "00"),
        ("a,b\n1,2\n\0,5\n".encode("utf-16"), 18, "00"),
        ("a,b\n1,2\n\0,5\n".encode("utf-16-be"), 16, "00"),
    ],
)
def test_bytes_that_are_no_text_are_refused_with_their_place(content: bytes, byte: int, value: str) -> None:
    assert content[byte] == int(value, 16)
    with pytest.raises(DataError, match=rf"^pets\.csv: byte {byte} of the file \(counted from 0\) is 0x{value}, which"):
        _sniffed(content)


def test_too_many_columns_are_refused_by_the_first_line() -> None:
    assert _sniffed(",".join(["a"] * 10_000)).delimiter == ","
    with pytest.raises(DataError, match=r"pets\.csv, line 1 has 10,001 columns; a table may have 10,000, so save"):
        _sniffed(",".join(["a"] * 10_001))


def test_an_odd_quotation_mark_in_the_header_is_refused() -> None:
    content = b'a,5" pipe\n1,2\n'
    with pytest.raises(DataError, match="line 1: a quotation mark is opened and never closed"):
        opening(_PATH, content, sniff(_PATH, content))

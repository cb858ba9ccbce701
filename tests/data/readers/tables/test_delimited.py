"""Tables of text are read whole, and what is wrong in one is named with its line."""

import csv
import io
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from lab.data.errors import Cancelled
from lab.data.readers.tables import delimited
from lab.data.readers.tables.delimited import read_delimited
from lab.data.table import Column, Table
from tests.refusals import refusal

Write = Callable[[str | bytes], Path]

# pandas reads files of more than 5 MB with several threads, in pieces.
_MANY = 600_000


def _texts(column: Column) -> list[str | None]:
    return [None if code < 0 else column.categories[code] for code in column.values]


@given(
    values=arrays.arrays(
        np.float64, st.tuples(st.integers(2, 8), st.integers(2, 5)), elements=st.floats(-1e6, 1e6) | st.just(np.nan)
    ),
    delimiter=st.sampled_from(",;\t|"),
    decimal=st.sampled_from(".,"),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_numbers_are_read_as_python_wrote_them(
    write: Write, values: NDArray[np.float64], delimiter: str, decimal: str, end: str
) -> None:
    values[0] = 0.5  # shows the decimal sign
    sign = "." if delimiter == "," else decimal
    rows = [["NA" if np.isnan(cell) else repr(float(cell)).replace(".", sign) for cell in row] for row in values]
    names = [f"x{number}" for number in range(values.shape[1])]
    table = read_delimited(write(end.join(delimiter.join(row) for row in [names, *rows]) + end))
    assert table.names == tuple(names)
    read = np.stack([column.values for column in table.columns], axis=1)
    # pandas 2 reads the last digits of a long number less exactly than pandas 3.
    np.testing.assert_allclose(read, values, rtol=1e-12)
    assert table.first_line == 2


@given(
    rows=st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=6), min_size=2, max_size=2),
        min_size=2,
        max_size=6,
    ),
    delimiter=st.sampled_from(",;\t|"),
)
def test_texts_are_read_as_the_csv_module_wrote_them(write: Write, rows: list[list[str]], delimiter: str) -> None:
    text = io.StringIO()
    # The first example keeps the columns from being numbers, dates or without a value.
    rows = [["first text", "second text"], *rows]
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([["a", "b"], *rows])
    table = read_delimited(write(text.getvalue()))
    truth = {"True": "true", "TRUE": "true", "False": "false", "FALSE": "false"}
    for place, column in enumerate(table.columns):
        plain = [row[place].strip() for row in rows]
        missing = delimited.MISSING
        assert _texts(column) == [None if one.lower() in missing else truth.get(one, one) for one in plain]


@pytest.mark.parametrize(
    ("text", "first_line"),
    [
        ("a,b\n1,2\n3,4\n", 2),
        ("a,b\n1,2\n3,4", 2),
        ("a,b\n1,2\n3,4\n\n  \n", 2),
        ("\nsep=,\na,b\n1,2\n3,4\n", 4),
        ("1,2\n3,4\n", 1),
        ("a,b\n1,2\n\n3,4\n", None),
        ('a,b\n1,"x\ny"\n3,4\n', None),
        ('"a\nx",b\n1,2\n3,4\n', 3),
    ],
)
def test_the_first_line_is_told_where_no_line_is_left_out(write: Write, text: str, first_line: int | None) -> None:
    table = read_delimited(write(text))
    assert table.rows == 2
    assert table.first_line == first_line


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("a,b,c\n1,2\n3,4,5\n", 2, 2),
        ("a,b,c\n1,2,3\n\n4,5\n", 4, 2),
        ("a,b,c\n1,2,\n4,5\n", 3, 2),
        ("a,b,c\n1,2,3,4\n4,5,6\n", 2, 4),
        ("a,b,c\n1,2,3\n4,5,6,7\n", 3, 4),
        ("a,b,c\n1,2,3\n4,5,6,\n", 3, 4),
        ('a,b,c\n"1",2,3\n4,5\n', 3, 2),
        ('a,b,c\n"1,1",2\n4,5,6\n', 2, 2),
        ('a,b,c\n"x\ny",2,3\n4,5\n', 4, 2),
    ],
)
def test_a_ragged_row_is_refused_with_its_line(write: Write, text: str, line: int, found: int) -> None:
    assert refusal(read_delimited, write(text)) == (
        f"pets.csv, line {line}: {found} fields found, but the header has 3 columns; give every line 3 fields."
    )


@pytest.mark.parametrize("quoted_row", ["", '"x",1,2\n'])
def test_a_few_rows_that_end_early_have_gaps_and_are_told(write: Write, quoted_row: str) -> None:
    rows = [f"{n},{n / 4},{'xy'[n % 2]}" for n in range(60)]
    rows[7], rows[30] = "7", "30,7.5"
    table = read_delimited(write("a,b,c\n" + quoted_row + "\n".join(rows) + "\n"))
    first = 9 + bool(quoted_row)
    assert table.found.notes == (
        f"Lines {first} (1), {first + 23} (2) have fewer fields than the 3 columns; what is missing at their end is "
        "taken for gaps.",
    )
    gaps = {column.name: [table.line(int(row)) for row in np.flatnonzero(column.gaps)] for column in table.columns}
    assert gaps == {"a": [], "b": [first], "c": [first, first + 23]}


@pytest.mark.parametrize("row", [1, _MANY // 2, _MANY - 1])
@pytest.mark.parametrize(("wrong", "fault"), [("1,2,3", "3 fields found"), ('1,"2', "a ")])
def test_a_wrong_line_among_many_is_found(write: Write, row: int, wrong: str, fault: str) -> None:
    lines = ["1.25,0.5"] * _MANY
    lines[row] = wrong
    assert refusal(read_delimited, write("\n".join(["a,b", *lines]))).startswith(f"pets.csv, line {row + 2:,}: {fault}")


def test_quotation_marks_that_swallow_lines_are_found(write: Write) -> None:
    assert refusal(read_delimited, write('a,b\n1,"abc\n2,x\n3,"def"\n4,z\n')).startswith(
        "pets.csv, line 2: text follows a closing quotation mark"
    )
    assert refusal(read_delimited, write('a,b\n1,x\n2,"y\n3,z\n')).startswith(
        "pets.csv, line 3: a quotation mark is opened and never"
    )


def test_gaps_in_the_last_column_are_no_ragged_rows(write: Write) -> None:
    table = read_delimited(write('a,b\n"1",\n2,NA\n3,x\n'))
    assert _texts(table.column("b")) == [None, None, "x"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a,b", "pets.csv has a header but no rows"),
        ("a,b\n", "pets.csv has a header but no rows"),
        ("a,b\n1,2\n3,\0\n", "pets.csv: byte 10 of the file (counted from 0) is 0x00"),
    ],
)
def test_what_is_no_table_is_refused(write: Write, text: str, complaint: str) -> None:
    assert refusal(read_delimited, write(text)).startswith(complaint)


def test_numbers_among_texts_keep_how_they_were_written(write: Write) -> None:
    lines = ["007,true,1"] * _MANY
    lines[-1] = "abc,1,NA"
    table = read_delimited(write("\n".join(["a,b,c", *lines])))
    assert table.column("a").categories == ("007", "abc")
    assert table.column("b").categories == ("true", "1")
    assert table.column("c").kind == "number"
    assert table.column("c").gaps.nonzero()[0].tolist() == [_MANY - 1]


def test_integers_of_any_length_are_numbers(write: Write) -> None:
    table = read_delimited(write(f"a,b\n{2**70},{2**63}\nNA,{2**64 - 1}\n3,-1\n"))
    np.testing.assert_array_equal(table.column("a").values, [2.0**70, np.nan, 3])
    np.testing.assert_array_equal(table.column("b").values, [2.0**63, 2.0**64, -1])


def test_infinite_numbers_are_for_those_to_refuse_who_need_finite_ones(write: Write) -> None:
    assert read_delimited(write("a,b\n1,2\n-inf,4\n1e999,5\n")).column("a").values.tolist() == [1, -np.inf, np.inf]


def test_truth_values_are_texts(write: Write) -> None:
    table = read_delimited(write("a,b\nTrue,FALSE\nfalse,\n"))
    assert _texts(table.column("a")) == ["true", "false"]
    assert _texts(table.column("b")) == ["false", None]


@pytest.mark.parametrize("many", [10, _MANY])
def test_a_file_that_turns_out_to_be_latin_1_is_read_as_such(write: Write, many: int) -> None:
    table = read_delimited(write(b"a,b\n" + b"1.25,cafe\n" * many + b"2.5,caf\xe9\n"))
    assert table.column("b").categories == ("cafe", "café")


def test_a_file_that_was_utf_8_so_far_must_go_on_so_or_wait_for_a_decision(write: Write) -> None:
    content = "ä,b\n".encode() + b"1,2\n" * 100_000 + b"3,caf\xe9\n"
    found = read_delimited(write(content)).found
    assert found.unsettled.startswith("pets.csv, line 100,002, column 'b': the byte 0xe9 is not UTF-8, as the rest of")
    assert [question.field for question in found.questions] == ["encoding"]


def test_two_million_columns_are_refused_without_parsing_them(write: Write) -> None:
    path = write(",".join(["a"] * 2_000_000) + "\n" + ",".join(["1"] * 2_000_000))
    assert refusal(read_delimited, path).startswith("pets.csv, line 1 has 2,000,000 columns; a table may have 10,000")


def test_a_line_without_end_is_not_held(write: Write) -> None:
    path = write(b"a,b\n" + b"x" * 60_000_000)
    tracemalloc.start()
    try:
        assert refusal(read_delimited, path).startswith(
            "pets.csv, line 2 has more than 16,777,216 bytes, so this is no table"
        )
        assert tracemalloc.get_traced_memory()[1] < 60_000_000
    finally:
        tracemalloc.stop()


def test_a_name_with_a_tilde_or_of_an_archive_is_only_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("~pets.csv", "pets.csv.gz", "pets.zip"):
        Path(name).write_text("a,b\n1,2\n3,4\n")
        assert read_delimited(Path(name)).rows == 2


def _table_of_many(write: Write) -> tuple[Path, Table]:
    path = write("a,b\n" + "".join(f"{number},x{number % 7}\n" for number in range(200_000)))
    return path, read_delimited(path)


def test_a_file_too_large_to_wait_for_is_read_the_same(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path, quick = _table_of_many(write)
    monkeypatch.setattr(delimited, "_MOST_UNHEARD", 1000)
    shares: list[float] = []
    slow = read_delimited(path, shares.append)
    for one, other in zip(quick.columns, slow.columns, strict=True):
        np.testing.assert_array_equal(one.values, other.values)
        assert one.categories == other.categories
    assert len(shares) > 5
    assert shares == sorted(shares)


@pytest.mark.parametrize("most_unheard", [1000, 1 << 30])
def test_reading_can_be_given_up(write: Write, monkeypatch: pytest.MonkeyPatch, most_unheard: int) -> None:
    path, _ = _table_of_many(write)
    monkeypatch.setattr(delimited, "_MOST_UNHEARD", most_unheard)

    def give_up(share: float) -> None:
        if share > 0.1:
            raise Cancelled

    with pytest.raises(Cancelled):
        read_delimited(path, give_up)


@pytest.mark.parametrize("most_unheard", [1000, 1 << 30])
@pytest.mark.parametrize("codec", ["utf-8-sig", "cp1252", "utf-16", "utf-16-be"])
def test_every_encoding_is_read_on_every_road(
    write: Write, monkeypatch: pytest.MonkeyPatch, most_unheard: int, codec: str
) -> None:
    monkeypatch.setattr(delimited, "_MOST_UNHEARD", most_unheard)
    table = read_delimited(write(("größe;ä\n" + "1,5;ö\n2,5;ß\n" * 20_000).encode(codec)))
    assert table.names == ("größe", "ä")
    assert table.columns[0].values.sum() == 80_000
    assert table.columns[1].categories == ("ö", "ß")

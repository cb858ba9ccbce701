"""A person's own table becomes a dataset or rows for a trained network, or one sentence that says where it cannot."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lab.data.dataset import Dataset
from lab.data.errors import DataError
from lab.data.readers.tables.csv_reader import csv_columns, read_csv, read_inputs

Write = Callable[[str | bytes], Path]

_FINITE = st.floats(allow_nan=False, allow_infinity=False)
_DAMAGE = st.text("0159,;\t\n\r\"'.-eE_ at", max_size=9).map(str.encode)


def _complaint(path: Path, target: str | None = None) -> str:
    with pytest.raises(DataError) as caught:
        read_csv(path, target)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence[-1] in ".?"
    return sentence


def _read_or_sentence(path: Path) -> Dataset | str:
    try:
        return read_csv(path, None)
    except DataError as error:
        return str(error)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(_FINITE, _FINITE, st.sampled_from(["cat", "dog"])), max_size=10),
    position=st.integers(0, 2),
    delimiter=st.sampled_from(",;\t"),
)
def test_numbers_and_classes_come_back_as_written(
    write: Write, rows: list[tuple[float, float, str]], position: int, delimiter: str
) -> None:
    rows = [*rows, (1.0, 2.0, "cat"), (1.5, 2.0, "cat"), (0.1, -0.0, "dog"), (1e308, 5e-324, "dog")]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    for a, b, kind in [("a", "b", "kind"), *rows]:
        fields = [a, b]
        fields.insert(position, kind)
        writer.writerow(fields)
    data = read_csv(write(text.getvalue()), "kind")
    assert data.x.dtype == np.float64
    np.testing.assert_array_equal(data.x, [row[:2] for row in rows])
    assert [data.class_names[number] for number in data.y] == [row[2] for row in rows]
    assert data.feature_names == ("a", "b")


def test_a_dataset_is_named_after_its_file(write: Write) -> None:
    data = read_csv(write("age,kind\n1,cat\n2,dog\n3,cat\n4,dog\n"), None)
    assert (data.name, data.title) == ("pets", "pets.csv")
    assert (data.image_shape, data.pixel_max) == (None, None)
    with pytest.raises(ValueError, match="read-only"):
        data.x[0, 0] = 0


def test_without_a_target_the_last_column_is_taken(write: Write) -> None:
    path = write("a,b,c\n1,2,3\n4,5,3\n1,2,6\n4,5,6\n")
    assert read_csv(path, None).class_names == ("3", "6")
    assert read_csv(path, "a").class_names == ("1", "4")
    assert read_csv(path, "a").feature_names == ("b", "c")


def test_the_columns_can_be_asked_for_before_the_rows_are_read(write: Write) -> None:
    assert csv_columns(write("\ufeffage; weight;kind\nnot;a\n")) == ["age", "weight", "kind"]
    with pytest.raises(DataError, match="line 1 holds only numbers"):
        csv_columns(write("1;2\n"))


def test_a_target_that_is_not_there_is_refused_with_the_columns(write: Write) -> None:
    path = write("age,weight,species\n1,2,cat\n")
    assert _complaint(path, "specie") == (
        "pets.csv has no column 'specie' for the target; its columns are age, weight, species; did you mean species?"
    )
    assert _complaint(path, "zzz").endswith("its columns are age, weight, species.")


def test_a_header_without_rows_is_refused(write: Write) -> None:
    assert _complaint(write("age,kind\n\n")) == "pets.csv has a header but no rows; add a line for each example."


@pytest.mark.parametrize(
    ("cell", "complaint"),
    [
        ("heavy", "found 'heavy'; an input column holds finite numbers only."),
        ("", "the cell is empty; every input column needs a number in every row."),
        ("  ", "the cell is empty; every input column needs a number in every row."),
        ("nan", "found 'nan'; an input column holds finite numbers only."),
        ("-Inf", "found '-Inf'; an input column holds finite numbers only."),
        ("1e400", "found '1e400'; an input column holds finite numbers only."),
        ("1_000", "found '1_000'; an input column holds finite numbers only."),
        ("0x1F", "found '0x1F'; an input column holds finite numbers only."),
        ('"1,5"', "found '1,5'; write decimals with a point, as '1.5'."),
    ],
)
def test_a_cell_that_is_no_finite_number_is_refused_with_line_and_column(
    write: Write, cell: str, complaint: str
) -> None:
    path = write(f"age,kind,weight\n1,cat,2\n2,dog,3\n\n3,cat,{cell}\n4,dog,nan\n")
    assert _complaint(path, "kind") == f"pets.csv, line 5, column 'weight': {complaint}"


def test_the_first_bad_cell_of_a_row_is_named(write: Write) -> None:
    assert "line 2, column 'b': found 'inf'" in _complaint(write("a,b,c,kind\n1,inf,x,cat\n"))
    assert "line 2, column 'b': found 'x'" in _complaint(write("a,b,c,kind\n1,x,inf,cat\n"))


def test_finite_numbers_whose_sum_overflows_are_accepted(write: Write) -> None:
    data = read_csv(write("a,b,kind\n1e308,1e308,x\n2,3,y\n1,2,x\n2,2,y\n"), None)
    assert data.x[0].tolist() == [1e308, 1e308]


def test_an_empty_target_cell_is_refused_with_its_line(write: Write) -> None:
    assert "pets.csv, line 3, column 'kind': the target cell is empty" in _complaint(write("a,kind\n1,x\n2,\n"))


def test_a_headless_file_with_text_classes_is_recognised(write: Write) -> None:
    path = write("5.1,3.5,setosa\n4.9,3.0,virginica\n4.7,3.2,setosa\n5.0,3.6,virginica\n")
    assert _complaint(path) == (
        "pets.csv has no header: its first line is an example of 'setosa', a class again in line 3; "
        "put a line of column names above the data."
    )


def test_columns_may_be_called_by_numbers_where_the_target_has_a_name(write: Write) -> None:
    data = read_csv(write("0,1,label\n5.1,3.5,a\n4.9,3.0,b\n4.7,3.2,a\n5.0,3.6,b\n"), None)
    assert data.feature_names == ("0", "1")
    assert data.examples == 4


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("a,b,kind\n1,2,x\n3,y\n", "pets.csv, line 3: 2 fields found, but the header has 3 columns"),
        ("1,2\n3,4\n", "pets.csv, line 1 holds only numbers"),
        ("", "pets.csv is empty"),
        ("a,kind\n1,x\n2,x\n", "pets.csv, column 'kind': all 2 examples are of the class 'x'"),
        ("a,kind\n1,x\n2,x\n3,y\n", "pets.csv, line 4, column 'kind': the class 'y' has a single example"),
        ("a,kind\n1,x\n2,y\n", "pets.csv, column 'kind': 2 different values in 2 rows look like"),
        (
            "a,kind\n1,café\n".encode("cp1252"),
            "pets.csv, line 2: byte 12 of the file (counted from 0) is 0xe9",
        ),
    ],
)
def test_each_kind_of_bad_table_is_one_sentence_with_its_place(
    write: Write, content: str | bytes, complaint: str
) -> None:
    assert _complaint(write(content)).startswith(complaint)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.integers(0, 40), stop=st.integers(0, 40), damage=st.one_of(_DAMAGE, st.binary(max_size=9)))
def test_a_table_damaged_anywhere_is_read_or_refused_by_name(
    write: Write, start: int, stop: int, damage: bytes
) -> None:
    whole = b"a,b,kind\n1,2,cat\n3,4.5,dog\n-1,0,cat\n2,2,dog\n"
    read = _read_or_sentence(write(whole[:start] + damage + whole[stop:]))
    if isinstance(read, str):
        assert "pets.csv" in read
    else:
        assert read.examples >= 4
        assert np.bincount(read.y).min() >= 2
        assert np.isfinite(read.x).all()


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    assert _complaint(tmp_path / "gone.csv").endswith("does not exist; check the name, or choose the file again.")


# new rows, found by the names of their columns

_ROWS = "weight,age,kind\n1,2,cat\n\n3,4.5,\n"


@given(st.permutations(["a", "b", "c", "d"]), st.sets(st.sampled_from(["a", "b", "c", "d"]), min_size=1), st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_columns_are_found_in_any_order_among_others(
    write: Write, columns: list[str], wanted: set[str], data: st.DataObject
) -> None:
    rows = data.draw(st.lists(st.lists(_FINITE, min_size=4, max_size=4), min_size=1, max_size=5))
    text = io.StringIO()
    csv.writer(text).writerows([columns, *([repr(number) for number in row] for row in rows)])
    names = sorted(wanted)
    found = read_inputs(write(text.getvalue()), names)
    assert found.dtype == np.float64
    assert found.tolist() == [[row[columns.index(name)] for name in names] for row in rows]


def test_what_is_not_wanted_may_be_anything(write: Write) -> None:
    assert read_inputs(write(_ROWS), ["age", "weight"]).tolist() == [[2, 1], [4.5, 3]]


def test_a_single_column_and_names_that_are_numbers_will_do_where_the_names_are_known(write: Write) -> None:
    assert read_inputs(write("age\n4\n5\n"), ["age"]).tolist() == [[4], [5]]
    assert read_inputs(write("1,0\n4,5\n"), ["0", "1"]).tolist() == [[5, 4]]
    assert read_inputs(write('"pixel 0,1";"pixel 0,0"\n4;5\n'), ["pixel 0,0", "pixel 0,1"]).tolist() == [[5, 4]]


def test_the_rows_that_a_dataset_was_read_from_are_the_same(write: Write) -> None:
    path = write(_table())
    dataset = read_csv(path, "kind")
    assert read_inputs(path, dataset.feature_names).tobytes() == dataset.x.tobytes()


def _table() -> str:
    return "height,age,kind\n" + "".join(f"{number / 7},{number},{'ab'[number % 2]}\n" for number in range(9))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("weight,kind\n1,cat\n", "pets.csv, line 1: the column 'age' is missing; the columns are weight, kind."),
        ("\nWeight,Age\n1,2\n", "pets.csv, line 2: the column 'age' is missing (and 1 more); the columns are "),
        ("aeg,weight\n1,2\n", "pets.csv, line 1: the column 'age' is missing; the columns are aeg, weight; did you "),
        ("1,2\n3,4\n", "pets.csv, line 1 holds only numbers ('1, 2'), so there is no header; put a line of "),
        ("1,2,cat\n3,4,dog\n", "pets.csv, line 1: the column 'age' is missing (and 1 more); the columns are 1, 2"),
        ("age,weight,age\n1,2,3\n", "pets.csv, line 1: columns 1 and 3 are both called 'age'"),
        ("age,weight\n", "pets.csv has a header but no rows"),
        ("", "pets.csv is empty"),
        ("age,weight\n1,2\n3\n", "pets.csv, line 3: 1 fields found, but the header has 2 columns"),
        ("weight,age\n1,2\n3,x\n", "pets.csv, line 3, column 'age': found 'x'; an input column holds finite"),
        ("weight,age\n1,2\n\n3,\n", "pets.csv, line 4, column 'age': the cell is empty"),
        ("weight,age\n1,inf\n", "pets.csv, line 2, column 'age': found 'inf'"),
        ('weight,age\n1,"2,5"\n', "pets.csv, line 2, column 'age': found '2,5'; write decimals with a point"),
    ],
)
def test_rows_that_do_not_fit_are_one_sentence_with_their_place(write: Write, content: str, complaint: str) -> None:
    with pytest.raises(DataError) as caught:
        read_inputs(write(content), ["age", "weight"])
    sentence = str(caught.value)
    assert sentence.startswith(complaint)
    assert "\n" not in sentence
    assert sentence[-1] in ".?"


def test_pixels_lie_between_0_and_the_largest(write: Write) -> None:
    path = write("a,b,c\n0,16,-1\n3,16.5,99\n")
    assert read_inputs(path, ["a"], 16).tolist() == [[0], [3]]
    for name, place, found in (("b", "line 3, column 'b'", "16.5"), ("c", "line 2, column 'c'", "-1")):
        with pytest.raises(DataError, match=f"pets.csv, {place}: found {found}; a pixel is a number from 0 to 16"):
            read_inputs(path, ["a", name], 16)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.integers(0, 40), stop=st.integers(0, 40), damage=st.one_of(_DAMAGE, st.binary(max_size=9)))
def test_rows_damaged_anywhere_are_read_or_refused_by_name(write: Write, start: int, stop: int, damage: bytes) -> None:
    whole = b"a,b,kind\n1,2,cat\n3,4.5,dog\n-1,0,cat\n2,2,dog\n"
    try:
        x = read_inputs(write(whole[:start] + damage + whole[stop:]), ["b", "a"])
    except DataError as error:
        assert str(error).startswith("pets.csv")  # noqa: PT017 - the sentence, where there is one
    else:
        assert x.shape[1] == 2
        assert np.isfinite(x).all()

"""A target column becomes classes, or is refused for what it looks like."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.data.errors import DataError
from lab.data.readers.tables.csv_target import TargetColumn


def _target(texts: list[str]) -> TargetColumn:
    column = TargetColumn(Path("pets.csv"), "kind")
    for line, text in enumerate(texts, start=2):
        column.add(text, line)
    return column


def _classes(texts: list[str]) -> tuple[list[int], tuple[str, ...]]:
    y, names = _target(texts).classes()
    return y.tolist(), names


def _complaint(texts: list[str]) -> str:
    with pytest.raises(DataError) as caught:
        _classes(texts)
    return str(caught.value)


@given(st.lists(st.sampled_from(["cat", "dog", "horse", "Cat", "10"]), min_size=1, max_size=20))
def test_every_row_gets_the_class_it_names_and_the_names_are_sorted(texts: list[str]) -> None:
    texts = [*texts * 2, "ant", "ant", "zebra", "zebra"]
    y, names = _classes(texts)
    assert list(names) == sorted(set(texts))
    assert [names[number] for number in y] == texts


def test_numbers_are_sorted_by_value() -> None:
    assert _classes(["10", "9", "-1", "10", "9", "-1"]) == ([2, 1, 0, 2, 1, 0], ("-1", "9", "10"))


def test_texts_for_one_number_are_one_class_under_the_first() -> None:
    assert _classes(["1.0", "2", "1", "2.00", "01"]) == ([0, 1, 0, 1, 0], ("1.0", "2"))


def test_long_whole_numbers_are_told_apart_exactly() -> None:
    one, other = "12345678901234567890", "12345678901234567891"
    assert float(one) == float(other)
    assert _classes([other, one, other, one]) == ([1, 0, 1, 0], (one, other))


def test_among_texts_a_number_is_a_text() -> None:
    assert _classes(["1", "1.0", "x", "1", "1.0", "x"])[1] == ("1", "1.0", "x")


def test_spaces_around_a_class_do_not_count() -> None:
    assert _classes([" cat", "dog ", "cat", "dog"]) == ([0, 1, 0, 1], ("cat", "dog"))


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_cell_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(DataError) as caught:
        _target(["cat", "dog", text, "cat"])
    assert str(caught.value).startswith("pets.csv, line 4, column 'kind': the target cell is empty; ")


@pytest.mark.parametrize("text", ["nan", "NaN", "inf", "-Infinity", "1e999"])
def test_a_number_that_is_not_finite_is_refused_with_its_line(text: str) -> None:
    complaint = _complaint(["1", "2", "1", text, "2"])
    assert complaint.startswith(f"pets.csv, line 5, column 'kind': found '{text}' among numbers; ")


def test_a_single_class_is_refused() -> None:
    assert _complaint(["cat"] * 1200) == (
        "pets.csv, column 'kind': all 1,200 examples are of the class 'cat'; choose a target with at least two classes."
    )


def test_one_number_written_in_two_ways_is_a_single_class() -> None:
    assert "all 2 examples are of the class '1'" in _complaint(["1", "1.0"])


def test_a_class_with_one_example_is_refused_with_its_line() -> None:
    assert _complaint(["cat", "dog", "cat", "horse", "dog"]) == (
        "pets.csv, line 5, column 'kind': the class 'horse' has a single example; "
        "give every class at least two or leave the row out."
    )


def test_further_classes_with_one_example_are_counted() -> None:
    assert "'dog' has a single example (as have 2 other classes);" in _complaint(["cat", "dog", "eel", "cat", "fox"])


def test_values_that_all_differ_look_like_a_number_or_an_identifier() -> None:
    assert _complaint([f"{number / 7}" for number in range(150)]) == (
        "pets.csv, column 'kind': 150 different values in 150 rows look like a number to predict "
        "or an identifier; choose one of at most 1,000 classes (regression comes later)."
    )


def test_a_thousand_classes_are_accepted_and_one_more_is_not() -> None:
    thousand = [f"c{number}" for number in range(1000)]
    assert len(_classes(thousand * 2)[1]) == 1000
    assert "1,001 different values in 2,002 rows look like a number" in _complaint([*thousand, "more"] * 2)

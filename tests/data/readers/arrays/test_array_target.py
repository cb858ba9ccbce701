"""Labels of any kind become class numbers, and what names no class is refused."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.preprocessing import LabelEncoder

from lab.data.readers.arrays.array_target import classes_of
from tests.refusals import refusal


def _classes(labels: NDArray[Any]) -> object:
    return classes_of(labels, "y.npy")


@given(labels=st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1) | st.lists(st.booleans(), min_size=1))
def test_whole_numbers_and_truth_values_are_numbered_as_scikit_learn_does(labels: list[int]) -> None:
    y, names = classes_of(np.array(labels), "y.npy")
    encoder = LabelEncoder().fit(labels)
    np.testing.assert_array_equal(y, encoder.transform(labels))
    assert names == tuple(str(label) for label in encoder.classes_.tolist())
    assert y.dtype == np.int64


@given(labels=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1), min_size=1))
def test_texts_are_numbered_in_their_order(labels: list[str]) -> None:
    y, names = classes_of(np.array(labels), "y.npy")
    assert list(names) == sorted(set(labels))
    assert [names[number] for number in y] == labels


@pytest.mark.parametrize("dtype", ["<f4", ">f8", "<f2", ">i4", "u1", "longdouble"])
def test_whole_numbers_of_every_type_are_classes(dtype: str) -> None:
    y, names = classes_of(np.array([[7], [-0.0], [7]], dtype), "y.npy")
    assert y.tolist() == [1, 0, 1]
    assert names == ("0", "7")


def test_bytes_are_texts_where_they_are_utf_8() -> None:
    assert classes_of(np.array(["ä".encode(), b"a"]), "y.npy")[1] == ("a", "ä")
    assert "bytes that are no UTF-8 text" in refusal(_classes, np.array([b"\xff", b"a"]))


@given(numbers=st.lists(st.integers(0, 4), min_size=1), dtype=st.sampled_from(["u1", "f4", "?", ">i8"]))
def test_one_hot_rows_are_the_number_of_their_column(numbers: list[int], dtype: str) -> None:
    y, names = classes_of(np.eye(5, dtype=dtype)[numbers], "y.npy")
    assert [int(names[number]) for number in y] == numbers


@pytest.mark.parametrize("row", [[0, 0, 0], [1, 1, 0], [0, 2, 0], [0, np.nan, 1], [0.5, 0.5, 0]])
def test_a_row_that_is_not_one_hot_is_named(row: list[float]) -> None:
    assert refusal(_classes, np.array([[0, 1, 0], row])).startswith(
        "y.npy, row 2: labels of the shape (2, 3) are one-hot"
    )


@pytest.mark.parametrize("label", [2.5, np.nan, np.inf, 1e300, -(2.0**60)])
def test_a_number_that_is_no_class_is_sent_into_the_table(label: float) -> None:
    complaint = refusal(_classes, np.array([1.0, label]))
    assert complaint.startswith("y.npy, row 2: the label ")
    assert complaint.endswith("put a target of numbers into the table as one more column, and choose that column.")


def test_a_thousand_classes_are_possible_and_no_more() -> None:
    assert len(classes_of(np.arange(1000), "y.npy")[1]) == 1000
    assert refusal(_classes, np.arange(1001)).startswith(
        "y.npy has 1,001 different labels in 1,001 rows, and a set has at"
    )


@pytest.mark.parametrize(
    ("labels", "found"),
    [
        (np.zeros((2, 2, 2)), "y.npy has the shape (2, 2, 2); labels are (N,)"),
        (np.array(1), "y.npy has the shape (); labels are (N,)"),
        (np.array([["a", "b"]]), "y.npy has the shape (1, 2); labels are (N,)"),
        (np.array([1j]), "y.npy holds 'complex128' values; labels are"),
        (np.array(["2020-01-01"], "M8[D]"), "y.npy holds 'datetime64[D]' values; labels are"),
        (np.array(["a", ""]), "y.npy, row 2: the label is empty; give"),
        (np.array(["a", "\ud800"]), "y.npy, row 2: the label holds what is no character; give"),
        (np.array([65, 0x110000], "<u4").view("<U1"), "y.npy, row 2: the label holds what is no character; give"),
    ],
)
def test_what_names_no_class_is_refused(labels: NDArray[Any], found: str) -> None:
    assert refusal(_classes, labels).startswith(found)

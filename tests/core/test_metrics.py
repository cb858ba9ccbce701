"""Metrics: the predicted class, the confusion matrix and the accuracy, counted one by one."""

from math import isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.core import metrics


def test_the_class_is_the_largest_output() -> None:
    a = np.array([[0.2, 0.5, 0.3], [0.9, 0.05, 0.05], [-3.0, -2.0, -1.0]])
    assert metrics.predicted_classes(a).tolist() == [1, 0, 2]


def test_of_equal_outputs_the_first_counts() -> None:
    assert metrics.predicted_classes(np.full((2, 3), 1 / 3)).tolist() == [0, 0]


def test_of_one_output_the_class_is_whether_it_is_above_a_half() -> None:
    a = np.array([[0.0], [0.5], [np.nextafter(0.5, 1)], [1.0]])
    assert metrics.predicted_classes(a).tolist() == [0, 0, 1, 1]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=40))
def test_the_confusion_counts_every_pair_of_true_and_predicted(pairs: list[tuple[int, int]]) -> None:
    true, predicted = (np.array([pair[side] for pair in pairs], np.int64) for side in (0, 1))
    confusion = metrics.confusion_counts(true, predicted, 5)
    assert confusion.tolist() == [[pairs.count((row, column)) for column in range(5)] for row in range(5)]


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int32", "uint64"])
def test_small_and_unsigned_class_numbers_count_right(dtype: str) -> None:
    """40 classes have 1,600 cells: more than a byte can number."""
    true = np.array([39, 0, 39], dtype)
    confusion = metrics.confusion_counts(true, np.array([38, 39, 38]), 40)
    assert confusion[39, 38] == 2
    assert confusion[0, 39] == 1
    assert confusion.sum() == 3


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40))
def test_accuracy_is_the_share_of_right_answers(pairs: list[tuple[int, int]]) -> None:
    true, predicted = (np.array([pair[side] for pair in pairs], np.int64) for side in (0, 1))
    found = metrics.accuracy(metrics.confusion_counts(true, predicted, 4))
    assert found == pytest.approx(sum(one == other for one, other in pairs) / len(pairs))


def test_accuracy_of_no_examples_is_not_a_number() -> None:
    assert isnan(metrics.accuracy(np.zeros((3, 3), np.int64)))

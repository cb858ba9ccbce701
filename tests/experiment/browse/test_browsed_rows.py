"""Which rows are on show, and what of them is known."""

import numpy as np
import pytest

from lab.data.dataset import Dataset
from lab.data.subsets.split import SUBSETS, Split
from lab.experiment.browse.browsed_rows import BrowsedRows
from lab.experiment.datasets import DataFacts
from lab.experiment.training.evaluation import RowResults

SPLIT = Split(np.array([0, 2, 5]), np.array([1, 4]), np.array([3]))
X = np.array([[0.0, 1.0], [np.nan, 1.0], [2.0, 3.0], [3.0, 5.0], [4.0, 1.0], [5.0, 7.0]])


@pytest.fixture
def data() -> BrowsedRows:
    """Six rows of two classes."""
    y = np.array([0, 1, 0, 1, 0, 1])
    return BrowsedRows(DataFacts(Dataset("made", "Made", X, y, ("cat", "dog"), ("a", "b"), None), SPLIT))


@pytest.fixture
def priced() -> BrowsedRows:
    """Six rows with two numbers to be learnt."""
    dataset = Dataset("made", "Made", X, X + 1.0, (), ("a", "b"), None, target_names=("p", "q"))
    return BrowsedRows(DataFacts(dataset, SPLIT))


def test_all_rows_are_on_show_at_first(data: BrowsedRows) -> None:
    assert data.shown.rows.tolist() == [0, 1, 2, 3, 4, 5]
    assert [SUBSETS[place] for place in data.parts()] == ["train", "validation", "train", "test", "validation", "train"]


def test_a_part_has_its_own_classes_and_figures(data: BrowsedRows) -> None:
    data.choose("train", only_wrong=False)
    assert data.shown.rows.tolist() == [0, 2, 5]
    assert data.targets().tolist() == [0, 0, 1]
    assert data.class_counts() == [2, 1]
    values, summary = data.column(1)
    assert values.tolist() == [1.0, 3.0, 7.0]
    assert summary.maximum == 7.0


def test_a_column_comes_without_its_gaps(data: BrowsedRows) -> None:
    values, summary = data.column(0)
    assert values.tolist() == [0.0, 2.0, 3.0, 4.0, 5.0]
    assert (summary.gaps, summary.size) == (1, 6)


def test_a_regression_has_several_targets(priced: BrowsedRows) -> None:
    priced.choose("validation", only_wrong=False)
    assert priced.targets(1).tolist() == [2.0, 2.0]


def test_only_wrong_rows_come_as_they_are_heard_of(data: BrowsedRows) -> None:
    data.choose("all", only_wrong=True)
    assert len(data.shown.rows) == 0
    data.take(RowResults("validation", np.array([1, 4]), np.array([0.5, 2.0]), np.array([1, 1])))
    assert data.shown.rows.tolist() == [4]
    data.take(RowResults("test", np.array([3]), np.array([7.0]), np.array([0])))
    assert data.shown.rows.tolist() == [3, 4]
    data.choose("validation", only_wrong=True)
    assert data.shown.rows.tolist() == [4]
    data.forget()
    assert len(data.shown.rows) == 0


def test_a_part_without_rows_is_not_asked_about(data: BrowsedRows) -> None:
    empty = Split(np.arange(6), np.zeros(0, np.int64), np.zeros(0, np.int64))
    bare = BrowsedRows(DataFacts(data.dataset, empty))
    bare.choose("all", only_wrong=True)
    assert bare.wrong.parts == ("train",)
    bare.choose("test", only_wrong=True)
    assert bare.wrong.parts == ()

"""What the network gets wrong is put together from the parts that are wanted."""

import numpy as np

from lab.experiment.browse.wrong_rows import WrongRows
from lab.experiment.training.evaluation import RowResults

Y = np.array([0, 0, 1, 1, 0, 1])
ROWS = {"train": [0, 1, 2], "validation": [3, 4], "test": [5]}


def results(part: str) -> RowResults:
    """Return results in which everything is taken for class 1, and later rows have larger losses."""
    rows = np.array(ROWS[part])
    return RowResults(part, rows, rows.astype(float), np.ones(len(rows), np.int64))


def test_what_is_wrong_comes_from_the_wanted_parts_together() -> None:
    wrong = WrongRows()
    wrong.want(["train", "validation"])
    assert wrong.view(Y) is None
    for part in ROWS:
        wrong.take(results(part))
    view = wrong.view(Y)
    assert view is not None
    assert view.rows.tolist() == [4, 1, 0]
    assert wrong.known() == 5


def test_other_parts_are_wanted_and_what_is_known_is_kept() -> None:
    wrong = WrongRows()
    wrong.want(["train"])
    wrong.take(results("train"))
    wrong.want(["train", "test"])
    assert wrong.known() == 3
    wrong.take(results("test"))
    assert wrong.known() == 4


def test_the_same_results_again_are_no_news() -> None:
    wrong = WrongRows()
    first = results("train")
    assert [wrong.take(first), wrong.take(first), wrong.take(results("train"))] == [True, False, True]


def test_another_run_begins_with_nothing_known() -> None:
    wrong = WrongRows()
    wrong.want(["test"])
    wrong.take(results("test"))
    wrong.forget()
    assert wrong.known() == 0
    assert wrong.view(Y) is None

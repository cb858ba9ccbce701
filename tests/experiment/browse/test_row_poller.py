"""A run is asked in turn, seldom while it trains and once for each step while it stands still."""

import numpy as np

from lab.experiment.browse.row_poller import RowWatch
from lab.experiment.evaluation import RowResults

Y = np.array([0, 0, 1, 1, 0, 1])
ROWS = {"train": [0, 1, 2], "validation": [3, 4], "test": [5]}


def results(part: str, size: int | None = None) -> RowResults:
    """Return results in which everything is taken for class 1, and later rows have larger losses."""
    rows = np.array(ROWS[part]) if size is None else np.arange(size)
    return RowResults(part, rows, rows.astype(float), np.ones(len(rows), np.int64))


def test_without_parts_nothing_is_wanted() -> None:
    assert RowWatch().wanted(10.0, 3, running=False) is None


def test_parts_are_asked_about_in_turn() -> None:
    watch = RowWatch()
    watch.watch(["train", "validation", "test"])
    asked = []
    for turn in range(6):
        part = watch.wanted(10.0 * turn, turn, running=True)
        assert part is not None
        asked.append(part)
        watch.take(turn, results(part))
    assert asked == ["train", "validation", "test"] * 2


def test_a_run_that_trains_is_asked_every_two_seconds_at_most() -> None:
    watch = RowWatch()
    watch.watch(["train"])
    assert watch.wanted(100.0, 1, running=True) == "train"
    watch.take(1, results("train"))
    assert watch.wanted(101.9, 2, running=True) is None
    assert watch.wanted(102.1, 3, running=True) == "train"


def test_a_large_part_is_asked_about_more_seldom() -> None:
    watch = RowWatch()
    watch.watch(["train"])
    watch.take(1, results("train", 500_000))
    assert watch.wanted(100.0, 2, running=True) == "train"
    assert watch.wanted(111.0, 3, running=True) is None
    assert watch.wanted(112.1, 3, running=True) == "train"


def test_a_run_that_stands_still_is_asked_once_for_each_part_and_step() -> None:
    watch = RowWatch()
    watch.watch(["train", "test"])
    for part in ("train", "test"):
        assert watch.wanted(5.0, 8, running=False) == part
        watch.take(8, results(part))
    assert watch.wanted(500.0, 8, running=False) is None
    assert watch.wanted(500.0, 9, running=False) == "train"


def test_other_parts_are_asked_about_at_once_and_what_is_known_is_kept() -> None:
    watch = RowWatch()
    watch.watch(["train"])
    watch.wanted(5.0, 1, running=True)
    watch.take(1, results("train"))
    watch.watch(["train", "test"])
    assert watch.known() == 3
    assert watch.wanted(5.1, 2, running=True) == "test"


def test_what_is_wrong_comes_from_the_watched_parts_together() -> None:
    watch = RowWatch()
    watch.watch(["train", "validation"])
    assert watch.wrong(Y) is None
    for part in ROWS:
        watch.take(1, results(part))
    wrong = watch.wrong(Y)
    assert wrong is not None
    assert wrong.rows.tolist() == [4, 1, 0]
    assert watch.known() == 5


def test_another_run_begins_with_nothing_known() -> None:
    watch = RowWatch()
    watch.watch(["test"])
    watch.take(1, results("test"))
    watch.forget()
    assert watch.known() == 0
    assert watch.wrong(Y) is None

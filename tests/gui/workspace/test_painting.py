"""A painting keeps what was painted to three decimals, and gives it back stroke by stroke."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.data.sets.painted import MOST_POINTS, painted_dataset
from lab.gui.workspace.painting import Painting, PointTuple

RNG = np.random.default_rng(5)

EDITS: dict[str, Callable[[Painting], None]] = {
    "add": lambda painting: painting.add([(0.1, 0.2), (-0.3, 0.4)], 1),
    "spray": lambda painting: painting.spray((0.2, 0.2), 0.3, 5, 0, np.random.default_rng(1)),
    "erase": lambda painting: painting.erase((0.1, 0.2), 0.15),
    "clear": lambda painting: painting.clear(),
    "more classes": lambda painting: painting.set_classes(5),
    "fewer classes": lambda painting: painting.set_classes(2),
}


def told(painting: Painting) -> list[str]:
    """Return the list in which the painting's signals come down."""
    heard: list[str] = []
    painting.changed.connect(lambda: heard.append("changed"))
    painting.stroke_finished.connect(lambda: heard.append("finished"))
    painting.full.connect(heard.append)
    return heard


def state(painting: Painting) -> tuple[tuple[PointTuple, ...], int]:
    return painting.as_points(), painting.points.classes


# points


def test_points_come_in_the_order_in_which_they_were_painted() -> None:
    painting = Painting()
    painting.add([(0.25, -0.5), (1.0, -1.0)], 1)
    painting.add([(0.0, 0.0)], 0)
    assert painting.as_points() == ((0.25, -0.5, 1), (1.0, -1.0, 1), (0.0, 0.0, 0))
    assert painting.points.counts() == [1, 2]


def test_points_have_three_decimals_and_no_negative_zero() -> None:
    painting = Painting()
    painting.add([(0.12345, -0.00049)], 0)
    assert str(painting.as_points()) == "((0.123, 0.0, 0),)"


@given(st.lists(st.tuples(st.floats(-1.5, 1.5), st.floats(-1.5, 1.5)), max_size=20))
def test_what_lies_outside_the_square_is_left_out(places: list[tuple[float, float]]) -> None:
    painting = Painting()
    painting.add(places, 0)
    assert len(painting.points) == sum(max(abs(x), abs(y)) <= 1 for x, y in places)


def test_a_painting_is_a_dataset_that_can_be_read() -> None:
    painting = Painting()
    painting.set_classes(3)
    for label in range(3):
        painting.spray((0.0, 0.5), 0.5, 40, label, RNG)
    dataset = painted_dataset(painting.as_points(), painting.points.classes)
    np.testing.assert_array_equal(dataset.x, np.stack([painting.points.x, painting.points.y], axis=1))
    np.testing.assert_array_equal(dataset.y, painting.points.label)


def test_spray_is_even_over_the_disc() -> None:
    """A disc of 1/sqrt(2) of the radius has half the area, so about half of the points."""
    painting = Painting()
    painting.spray((0.1, -0.2), 0.6, 4000, 1, np.random.default_rng(3))
    distance = np.hypot(painting.points.x - 0.1, painting.points.y + 0.2)
    assert len(distance) == 4000
    assert distance.max() <= 0.6 + 0.001
    assert np.mean(distance < 0.6 / np.sqrt(2)) == pytest.approx(0.5, abs=0.03)
    assert np.mean(painting.points.x < 0.1) == pytest.approx(0.5, abs=0.03)


@given(st.floats(-1, 1), st.floats(-1, 1), st.floats(0.01, 1))
def test_erasing_takes_what_lies_in_the_disc_whatever_its_class(x: float, y: float, radius: float) -> None:
    painting = Painting()
    for label in range(2):
        painting.spray((0.0, 0.0), 1.0, 50, label, np.random.default_rng(label))
    left = [each for each in painting.as_points() if np.hypot(each[0] - x, each[1] - y) > radius]
    painting.erase((x, y), radius)
    assert list(painting.as_points()) == left


def test_a_class_that_is_not_there_cannot_be_painted() -> None:
    painting = Painting()
    for label in (-1, 2):
        with pytest.raises(ValueError, match=f"no class {label}; there are 2"):
            painting.add([(0, 0)], label)
    for classes in (1, 7):
        with pytest.raises(ValueError, match=f"{classes} classes found; 2 to 6"):
            painting.set_classes(classes)


def test_points_of_a_class_that_goes_go_with_it_and_come_back_with_undo() -> None:
    painting = Painting()
    painting.set_classes(4)
    for label in range(4):
        painting.add([(0.1 * label, 0.0)], label)
    painting.set_classes(2)
    assert [label for _, _, label in painting.as_points()] == [0, 1]
    painting.undo()
    assert painting.points.counts() == [1, 1, 1, 1]


def test_a_full_painting_takes_no_more_and_says_so_once_a_stroke() -> None:
    painting = Painting()
    painting.spray((0.0, 0.0), 0.5, MOST_POINTS - 3, 0, RNG)
    heard = told(painting)
    painting.begin_stroke()
    painting.add([(0.0, 0.0)] * 5, 1)
    painting.add([(0.0, 0.0)] * 5, 1)
    painting.end_stroke()
    sentence = "The painting has 20\u202f000 points, its limit: erase some of them first."
    assert heard == [sentence, "changed", "finished"]
    assert painting.points.counts() == [MOST_POINTS - 3, 3]
    painting.add([(0.0, 0.0)], 1)
    assert heard[3:] == [sentence]


# strokes


def test_a_stroke_is_one_step_of_undo() -> None:
    painting = Painting()
    heard = told(painting)
    painting.begin_stroke()
    for place in (0.1, 0.2, 0.3):
        painting.add([(place, 0.0)], 0)
    assert painting.in_stroke
    painting.end_stroke()
    assert heard == ["changed"] * 3 + ["finished"]
    painting.undo()
    assert len(painting.points) == 0
    painting.redo()
    assert len(painting.points) == 3
    assert not painting.can_redo


def test_a_stroke_that_changes_nothing_leaves_no_trace() -> None:
    painting = Painting()
    heard = told(painting)
    painting.begin_stroke()
    painting.erase((0.0, 0.0), 0.5)
    painting.add([(3.0, 0.0)], 0)
    painting.end_stroke()
    painting.clear()
    painting.set_classes(2)
    painting.undo()
    painting.redo()
    assert heard == []
    assert not painting.can_undo


def test_nothing_is_taken_back_in_the_middle_of_a_stroke() -> None:
    painting = Painting()
    painting.add([(0.0, 0.0)], 0)
    painting.begin_stroke()
    painting.add([(0.5, 0.5)], 0)
    painting.undo()
    assert len(painting.points) == 2
    painting.end_stroke()
    painting.undo()
    assert len(painting.points) == 1


@given(st.lists(st.sampled_from(sorted(EDITS)), max_size=12))
def test_undo_leads_back_and_redo_forth_again(names: list[str]) -> None:
    painting = Painting()
    seen = [state(painting)]
    for name in names:
        before = painting.points
        EDITS[name](painting)
        if painting.points is not before:
            seen.append(state(painting))
    for walk, wanted in ((painting.undo, seen[-2::-1]), (painting.redo, seen[1:])):
        for each in wanted:
            walk()
            assert state(painting) == each
    assert painting.can_undo == (len(seen) > 1)


def test_a_new_stroke_ends_what_could_be_done_again() -> None:
    painting = Painting()
    painting.add([(0.0, 0.0)], 0)
    painting.undo()
    painting.add([(0.5, 0.5)], 0)
    assert not painting.can_redo


# files


def test_what_is_loaded_is_what_was_kept_and_no_stroke() -> None:
    painting, other = Painting(), Painting()
    painting.set_classes(6)
    for label in range(6):
        painting.spray((0.0, 0.0), 1.0, 30, label, RNG)
    other.add([(0.0, 0.0)], 0)
    heard = told(other)
    other.load(painting.as_points(), 6)
    assert state(other) == state(painting)
    assert heard == ["changed"]
    assert not other.can_undo
    other.load((), 2)
    assert state(other) == ((), 2)


@given(st.integers(0, 5), st.integers(0, 5))
def test_loading_what_was_painted_here_takes_strokes_back_or_does_them_again(first: int, second: int) -> None:
    painting = Painting()
    seen = [state(painting)]
    for stroke in range(5):
        painting.add([(0.1 * stroke, 0.1)], stroke % 2)
        seen.append(state(painting))
    for stroke in (first, second):
        painting.load(seen[stroke][0], 2)
        assert state(painting) == seen[stroke]
        assert (painting.can_undo, painting.can_redo) == (stroke > 0, stroke < 5)
    for stroke in range(second, 5):
        painting.redo()
        assert state(painting) == seen[stroke + 1]

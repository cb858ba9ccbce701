"""Counts, names and shares of the confusion matrix, from two classes to twenty-six."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from lab.gui.widgets.matrix.confusion_matrix import ConfusionMatrix

ANIMALS = ["cat", "dog", "horse"]
COUNTS = np.array([[130, 12, 6], [20, 118, 9], [4, 0, 145]])


@pytest.fixture
def confusion(qtbot: QtBot) -> ConfusionMatrix:
    widget = ConfusionMatrix()
    qtbot.addWidget(widget)
    widget.resize(420, 360)
    return widget


def test_cells_say_who_was_taken_for_whom(confusion: ConfusionMatrix) -> None:
    confusion.set_counts(COUNTS, ANIMALS)
    assert confusion.cell_text(0, 1) == "cat taken for dog: 12 of 148 (8 %)"
    assert confusion.cell_text(2, 2) == "horse recognised: 145 of 149 (97 %)"


def test_accuracy_is_the_share_of_the_diagonal(confusion: ConfusionMatrix) -> None:
    confusion.set_counts(COUNTS, ANIMALS)
    assert confusion.accuracy_text() == "accuracy 88.5 %  ·  393 of 444 right"
    assert confusion.accessibleDescription() == confusion.accuracy_text()


def test_rows_are_true_and_columns_are_predicted(confusion: ConfusionMatrix) -> None:
    confusion.set_counts(COUNTS, ANIMALS)
    cell = confusion.cell_rect(1, 0)
    assert cell.x() == confusion.plot_rect().x()
    assert confusion.cell_at(cell.center()) == (1, 0)
    assert "dog taken for cat" in confusion.cell_text(1, 0)


@pytest.mark.parametrize("name", ["dark", "light"])
def test_right_is_green_wrong_is_yellow_by_share(
    confusion: ConfusionMatrix, picture: Callable[[QWidget], QImage], dressed: Callable[[str], None], name: str
) -> None:
    dressed(name)
    confusion.set_counts([[90, 10, 0], [50, 50, 0], [0, 0, 7]], ANIMALS)
    image = picture(confusion)

    def colour(row: int, column: int) -> tuple[int, int, int]:
        corner = confusion.cell_rect(row, column).topLeft() + QPoint(2, 2)
        red, green, blue, _ = image.pixelColor(corner).getRgb()
        return red, green, blue

    right, wrong, rare, empty = colour(0, 0), colour(1, 0), colour(0, 1), colour(2, 0)
    assert right[1] > right[0]
    assert wrong[0] > wrong[2]
    assert abs(np.subtract(rare, empty)).sum() < abs(np.subtract(wrong, empty)).sum()
    assert colour(2, 1) == empty


def test_colours_are_shares_of_the_row_however_many_examples_it_has(
    confusion: ConfusionMatrix, picture: Callable[[QWidget], QImage]
) -> None:
    seen = []
    for row in ([9, 1], [900, 100]):
        confusion.set_counts([row, [2, 8]], ["cat", "dog"])
        image = picture(confusion)
        corners = [confusion.cell_rect(r, c).topLeft() + QPoint(2, 2) for r in range(2) for c in range(2)]
        seen.append([image.pixelColor(corner).name() for corner in corners])
    assert seen[0] == seen[1]
    assert len(set(seen[0])) == 4


@pytest.mark.parametrize("classes", [2, 3, 10, 26])
@pytest.mark.parametrize("size", [(180, 160), (420, 360), (900, 800)])
def test_all_cells_are_inside_and_square(
    confusion: ConfusionMatrix, picture: Callable[[QWidget], QImage], classes: int, size: tuple[int, int]
) -> None:
    confusion.resize(*size)
    confusion.set_counts(np.eye(classes, dtype=int) * 1000, [f"a rather long class name {i}" for i in range(classes)])
    assert not picture(confusion).isNull()
    plot = confusion.plot_rect()
    assert confusion.rect().contains(plot)
    sizes = {confusion.cell_rect(r, c).size().toTuple() for r in range(classes) for c in range(classes)}
    assert sizes == {(plot.width() // classes,) * 2}


def test_names_go_where_they_would_make_the_cells_too_small(confusion: ConfusionMatrix) -> None:
    confusion.resize(300, 300)
    confusion.set_counts(np.eye(26, dtype=int), [f"a rather long name {i}" for i in range(26)])
    few = ConfusionMatrix()
    few.resize(300, 300)
    few.set_counts(np.eye(3, dtype=int), ["a rather long name"] * 3)
    assert confusion.plot_rect().x() < 30 < few.plot_rect().x()


@pytest.mark.parametrize(("counts", "names"), [(None, []), (np.zeros((3, 3)), ANIMALS)])
def test_without_counts_a_sentence_stands_there(
    confusion: ConfusionMatrix, picture: Callable[[QWidget], QImage], counts: object, names: list[str]
) -> None:
    confusion.set_empty_text("Train for an epoch first.")
    blank = picture(ConfusionMatrix())
    confusion.set_counts(counts, names)  # type: ignore[arg-type]
    assert confusion.accuracy_text() == "Train for an epoch first."
    assert confusion.cell_at(QPoint(200, 150)) is None
    assert picture(confusion) != blank


def test_keys_reach_every_cell_and_say_it(confusion: ConfusionMatrix, qtbot: QtBot) -> None:
    confusion.set_counts(COUNTS, ANIMALS)
    qtbot.keyClick(confusion, Qt.Key.Key_Right)
    qtbot.keyClick(confusion, Qt.Key.Key_Down)
    assert confusion.cursor_cell() == (1, 0)
    assert confusion.accessibleDescription() == "dog taken for cat: 20 of 147 (14 %)"


@pytest.mark.parametrize("counts", [np.ones((2, 3)), np.ones((2, 2)), np.ones(3)])
def test_counts_that_do_not_fit_the_names_are_refused(confusion: ConfusionMatrix, counts: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"3 names need \(3, 3\)"):
        confusion.set_counts(counts, ANIMALS)

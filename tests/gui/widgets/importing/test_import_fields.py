"""Fields above what was found: sheets, sizes of images, targets; each only where there is a choice."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QComboBox, QPushButton
from pytestqt.qtbot import QtBot

from lab.gui.widgets.importing.import_fields import ReadFields, TargetFields

TASKS = [("Classes", "which of some"), ("Numbers", "how much")]


@pytest.fixture
def reads(qtbot: QtBot) -> ReadFields:
    widget = ReadFields()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def target(qtbot: QtBot) -> TargetFields:
    widget = TargetFields(TASKS)
    qtbot.addWidget(widget)
    widget.show()
    return widget


def offered(box: QComboBox) -> list[object]:
    return [box.itemData(place) for place in range(box.count())]


def test_a_workbook_offers_its_sheets(reads: ReadFields, qtbot: QtBot) -> None:
    reads.show_sheets(["one", "two"], None)
    assert reads.sheet.isVisible()
    assert not reads.image_size.isVisible()
    assert reads.sheet.currentIndex() == -1
    with qtbot.waitSignal(reads.sheet_chosen) as told:
        reads.sheet.activated.emit(1)
    assert told.args == ["two"]
    reads.show_sheets(["one", "two"], "two")
    assert reads.sheet.currentText() == "two"
    reads.show_sheets(["one"], None)
    assert not reads.isVisible()


def test_the_size_that_is_chosen_can_be_read_whole(reads: ReadFields) -> None:
    reads.show_images((48, 64), None, False)
    box = reads.image_size
    assert box.sizeHint().width() > box.fontMetrics().horizontalAdvance(box.currentText())
    assert box.currentText().startswith("As the first image")


def test_images_offer_sizes_with_their_own_and_colour(reads: ReadFields, qtbot: QtBot) -> None:
    reads.show_images((48, 64), (48, 64), False)
    assert reads.image_size.isVisible()
    assert not reads.sheet.isVisible()
    assert (48, 64) in offered(reads.image_size)
    assert reads.image_size.currentText() == "48 × 64"
    with qtbot.waitSignal(reads.images_chosen) as told:
        reads.colour.findChildren(QPushButton)[1].click()
    assert told.args == [(48, 64), True]
    with qtbot.waitSignal(reads.images_chosen) as told:
        reads.image_size.setCurrentIndex(reads.image_size.findText("28 × 28"))
        reads.image_size.activated.emit(reads.image_size.currentIndex())
    assert told.args == [(28, 28), True]


def test_without_a_size_of_choice_it_is_that_of_the_first_image(reads: ReadFields, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(reads.images_chosen):
        reads.show_images((20, 30), None, True)
    assert reads.image_size.currentData() is None
    assert reads.colour.current() == 1
    reads.show_nothing()
    assert not reads.isVisible()


def test_the_target_is_one_of_the_columns(target: TargetFields, qtbot: QtBot) -> None:
    target.show_target(("age", "kind"), None, 0)
    assert target.target.currentText() == "kind"
    target.show_target(("age", "kind"), "age", 1)
    assert target.target.currentText() == "age"
    assert target.task.current() == 1
    with qtbot.waitSignal(target.target_chosen) as told:
        target.target.textActivated.emit("kind")
    assert told.args == ["kind"]
    with qtbot.waitSignal(target.task_chosen) as told:
        target.task.set_current(0)
    assert told.args == [0]


def test_showing_a_task_tells_nobody(target: TargetFields, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(target.task_chosen), qtbot.assertNotEmitted(target.target_chosen):
        target.show_target(("a", "b"), "a", 1)
        target.show_target(("a", "b", "c"), "b", 0)


def test_labels_of_the_file_take_the_place_of_a_target(target: TargetFields) -> None:
    target.show_target(("age", "kind"), None, 0)
    target.show_labels("2 classes: cat, dog")
    assert not target.target.isVisible()
    assert target.labels.text() == "2 classes: cat, dog"
    assert target.labels.isVisible()


def test_every_field_has_a_name_and_a_hint(reads: ReadFields, target: TargetFields) -> None:
    named = {"Sheet": reads.sheet, "Image size": reads.image_size, "Pixels": reads.colour, "Target": target.target,
             "Learn": target.task}  # fmt: skip
    for name, field in named.items():
        assert field.accessibleName() == name
        assert field.toolTip()


def test_ten_thousand_names_are_offered_without_being_measured(
    target: TargetFields, choose_width: Callable[..., int]
) -> None:
    assert choose_width(10) == choose_width(10_000)


@pytest.fixture
def choose_width(target: TargetFields) -> Callable[[int], int]:
    """Return how wide the choice of a target is with so many columns, of which the last has a long name."""

    def width(count: int) -> int:
        target.show_target([*(str(place) for place in range(count - 1)), "x" * 200], "0", 0)
        return target.target.sizeHint().width()

    return width

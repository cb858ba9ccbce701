"""The table of columns looks at what is in view only, offers what a column can become, and tells what was chosen."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from lab.gui import theme
from lab.gui.widgets.importing.column_choices import ColumnChoices
from lab.gui.widgets.importing.column_model import HEADS, ColumnModel, ColumnState, Field

USES = (("number", "Number", "one input"), ("one_hot", "One-hot", "an input each"), ("drop", "Leave out", "none"))
FILLS = (("refuse", "None expected", "an error"), ("mean", "Mean", "the mean"))
NAMES = ["age", "owner", "born", "kind"]


def state(place: int) -> ColumnState:
    """Four columns: numbers with gaps, texts without a choice for gaps, dates with a problem, and the target."""
    name = NAMES[place % 4] + (str(place) if place >= 4 else "")
    uses = USES if place % 4 < 3 else ()
    fills = FILLS if place % 4 in (0, 2) else ()
    return ColumnState(
        name, ("number", "text", "date", "text")[place % 4], "1, 2", ("number", "one_hot", "drop", "")[place % 4], uses,
        3 if place % 4 == 0 else 0, "refuse", fills, "1 input", "help", "too many" if place % 4 == 2 else None,
        place % 4 == 3,
    )  # fmt: skip


@pytest.fixture
def table(qtbot: QtBot) -> ColumnChoices:
    widget = ColumnChoices()
    qtbot.addWidget(widget)
    widget.set_columns(NAMES, state)
    widget.resize(700, 240)
    widget.show()
    return widget


def texts(table: ColumnChoices, row: int) -> list[str]:
    return [table.model().index(row, field).data() for field in Field]


def menu_of(table: ColumnChoices, row: int, field: Field) -> QMenu:
    menu = table.choices_menu(row, field)
    assert menu is not None
    return menu


def test_model_keeps_qt_s_rules(qapp: object) -> None:
    model = ColumnModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_columns(NAMES, state)
    model.refresh()
    model.show_matching("o")
    model.show_matching("nothing")
    model.refresh()
    model.set_columns([], state)
    assert tester.model() is model


def test_a_row_says_what_the_column_is_and_becomes(table: ColumnChoices) -> None:
    assert texts(table, 0) == ["", "age", "number", "1, 2", "Number", "3", "None expected", "1 input"]
    assert texts(table, 1)[4:] == ["One-hot", "–", "–", "1 input"]
    assert texts(table, 2)[-1] == "too many"
    assert texts(table, 3)[0] == texts(table, 3)[4] == "Target"


def test_every_cell_and_head_says_what_it_is(table: ColumnChoices) -> None:
    model = table.model()
    for field in Field:
        assert HEADS[field][1] == model.headerData(field, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
        for row, name in enumerate(NAMES):
            index = model.index(row, field)
            assert index.data(Qt.ItemDataRole.ToolTipRole)
            assert index.data(Qt.ItemDataRole.AccessibleTextRole).startswith(name)
    assert model.index(0, Field.USE).data(Qt.ItemDataRole.ToolTipRole) == "one input"
    assert "too many" in model.index(2, Field.BECOMES).data(Qt.ItemDataRole.ToolTipRole)


def test_ten_thousand_columns_are_looked_at_only_where_they_are_in_view(table: ColumnChoices) -> None:
    seen: set[int] = set()

    def counted(place: int) -> ColumnState:
        seen.add(place)
        return state(place)

    table.set_columns([str(place) for place in range(10_000)], counted)
    table.grab()
    assert 0 < len(seen) < 40
    seen.clear()
    table.refresh()
    table.grab()
    assert 0 < len(seen) < 40
    table.go_to("9000")
    table.grab()
    assert 9000 in seen


def test_a_choice_is_offered_with_its_help_and_told(table: ColumnChoices, qtbot: QtBot) -> None:
    menu = menu_of(table, 0, Field.USE)
    assert [action.text() for action in menu.actions()] == ["Number", "One-hot", "Leave out"]
    assert [action.toolTip() for action in menu.actions()] == ["one input", "an input each", "none"]
    assert [action.isChecked() for action in menu.actions()] == [True, False, False]
    with qtbot.waitSignal(table.choice_made) as told:
        menu.actions()[1].trigger()
    assert told.args == [["age"], "use", "one_hot"]
    with qtbot.waitSignal(table.choice_made) as told:
        menu_of(table, 0, Field.MISSING).actions()[1].trigger()
    assert told.args == [["age"], "missing", "mean"]


def test_where_there_is_nothing_to_choose_there_is_no_list(table: ColumnChoices) -> None:
    assert table.choices_menu(1, Field.MISSING) is None
    assert table.choices_menu(3, Field.USE) is None
    assert table.choices_menu(0, Field.NAME) is None


def test_a_choice_in_one_of_several_selected_rows_is_meant_for_all_that_can_have_it(
    table: ColumnChoices, qtbot: QtBot
) -> None:
    table.selectAll()
    with qtbot.waitSignal(table.choice_made) as told:
        menu_of(table, 0, Field.USE).actions()[2].trigger()
    assert told.args == [["age", "owner", "born"], "use", "drop"]
    with qtbot.waitSignal(table.choice_made) as told:
        menu_of(table, 2, Field.MISSING).actions()[1].trigger()
    assert told.args == [["age", "born"], "missing", "mean"]


def test_a_choice_beside_the_selection_is_meant_for_its_row_alone(table: ColumnChoices, qtbot: QtBot) -> None:
    table.selectRow(1)
    with qtbot.waitSignal(table.choice_made) as told:
        menu_of(table, 0, Field.USE).actions()[2].trigger()
    assert told.args == [["age"], "use", "drop"]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[QMenu]:
    """The lists that were opened; offscreen none can really open, for the keyboard cannot be grabbed."""
    menus: list[QMenu] = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, _place: menus.append(menu))
    return menus


def middle(table: ColumnChoices, row: int, field: Field) -> QPoint:
    return table.visualRect(table.model().index(row, field)).center()


def test_a_click_opens_the_list_and_several_rows_stay_selected(
    table: ColumnChoices, qtbot: QtBot, opened: list[QMenu]
) -> None:
    left, shift = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier
    qtbot.mouseClick(table.viewport(), left, pos=middle(table, 0, Field.NAME))
    qtbot.mouseClick(table.viewport(), left, shift, middle(table, 1, Field.NAME))
    assert opened == []
    qtbot.mouseClick(table.viewport(), left, pos=middle(table, 1, Field.USE))
    assert len(opened) == 1
    assert opened[0].activeAction().text() == "One-hot"
    with qtbot.waitSignal(table.choice_made) as told:
        opened[0].actions()[2].trigger()
    assert told.args == [["age", "owner"], "use", "drop"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_the_keyboard_opens_lists_and_picks_the_target(
    table: ColumnChoices, qtbot: QtBot, opened: list[QMenu], key: Qt.Key
) -> None:
    table.setCurrentIndex(table.model().index(0, Field.SAMPLE))
    qtbot.keyClick(table, key)
    assert opened == []
    qtbot.keyClick(table, Qt.Key.Key_Right)
    assert table.currentIndex().column() == Field.USE
    qtbot.keyClick(table, key)
    assert len(opened) == 1
    table.setCurrentIndex(table.model().index(1, Field.TARGET))
    with qtbot.waitSignal(table.target_chosen) as told:
        qtbot.keyClick(table, key)
    assert told.args == ["owner"]


def test_a_click_on_the_mark_picks_the_target(table: ColumnChoices, qtbot: QtBot) -> None:
    with qtbot.waitSignal(table.target_chosen) as told:
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=middle(table, 2, Field.TARGET))
    assert told.args == ["born"]


def test_a_choice_that_changed_is_shown_and_place_and_selection_stay(table: ColumnChoices, qtbot: QtBot) -> None:
    uses = {"age": "number"}

    def live(place: int) -> ColumnState:
        old = state(place)
        return ColumnState(**{**vars(old), "use": uses.get(old.name, old.use)})

    table.set_columns(NAMES, live)
    table.go_to("age")
    assert texts(table, 0)[Field.USE] == "Number"
    uses["age"] = "drop"
    table.refresh()
    assert texts(table, 0)[Field.USE] == "Leave out"
    assert table.current_column() == "age"


def test_columns_can_be_found_by_a_part_of_their_names(table: ColumnChoices, qtbot: QtBot) -> None:
    table.show_matching("OWN")
    assert table.model().rowCount() == 1
    assert texts(table, 0)[Field.NAME] == "owner"
    with qtbot.waitSignal(table.choice_made) as told:
        menu_of(table, 0, Field.USE).actions()[0].trigger()
    assert told.args == [["owner"], "use", "number"]
    table.go_to("age")
    assert table.current_column() is None
    table.show_matching("")
    assert table.model().rowCount() == 4


def test_the_column_that_the_keyboard_is_at_is_told(table: ColumnChoices, qtbot: QtBot) -> None:
    with qtbot.waitSignal(table.column_changed) as told:
        table.go_to("born")
    assert told.args == ["born"]
    with qtbot.waitSignal(table.column_changed) as told:
        qtbot.keyClick(table, Qt.Key.Key_Down)
    assert told.args == ["kind"]


@pytest.mark.parametrize("name", ["dark", "light"])
def test_a_problem_is_red_and_the_target_is_marked(
    table: ColumnChoices, picture: Callable[[QWidget], QImage], dressed: Callable[[str], None], name: str
) -> None:
    dressed(name)
    image, one = picture(table.viewport()), theme.current()

    def colours(row: int, field: Field) -> set[str]:
        box = table.visualRect(table.model().index(row, field))
        places = ((x, y) for x in range(box.left(), box.right()) for y in range(box.top(), box.bottom()))
        return {image.pixelColor(x, y).name() for x, y in places}

    assert one.error in colours(2, Field.BECOMES)
    assert one.error not in colours(0, Field.BECOMES)
    assert one.primary in colours(3, Field.TARGET)
    assert one.primary not in colours(0, Field.TARGET)

"""The page's words say what the choices come to, in few words in the table and in the names of the page."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lab.data.arrays import Arrays
from lab.data.table import Column, Table
from lab.gui.widgets.importing.column_model import ColumnState
from lab.gui.workspace.import_texts import (
    ImportedColumns,
    label_words,
    on_screen,
    result_words,
    sample_cell,
    size_words,
)
from lab.gui.workspace.importing import Importing

Opened = tuple[Importing, ImportedColumns]


@pytest.fixture
def opened(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    """Open a table of thirty pets, with some choices."""
    importing = Importing()
    lines = [
        f"{'' if n % 6 == 0 else n},{'heavy' if n == 5 else n / 4},2020-01-{n % 28 + 1:02},{'abc'[n % 3]},"
        f"{'cat' if n % 2 else 'dog'}"
        for n in range(30)
    ]
    file = tmp_path / "pets.csv"
    file.write_text("\n".join(["age,weight,born,own_class,kind", *lines]) + "\n", encoding="utf-8")

    def settled() -> bool:
        return not importing.reading and not importing.working

    def open_one(**choices: dict[str, object]) -> Opened:
        importing.open(file)
        qtbot.waitUntil(settled)
        for name, fields in choices.items():
            importing.set_column(name, **fields)
        qtbot.waitUntil(settled)
        assert isinstance(importing.result, Table)
        return importing, ImportedColumns(importing, importing.result)

    yield open_one
    importing.end()


def names(options: tuple[tuple[str, str, str], ...]) -> list[str]:
    return [name for name, _, _ in options]


def looks(one: ImportedColumns) -> list[ColumnState]:
    return [one.state(place) for place in range(5)]


def test_a_column_offers_what_the_kind_and_the_use_allow(opened: Callable[..., Opened]) -> None:
    _, one = opened(born={"use": "date"})
    age, weight, born, owner, kind = looks(one)
    assert names(age.uses) == ["number", "one_hot", "ordinal", "drop"]
    assert "date" in names(born.uses)
    assert names(weight.uses) == names(owner.uses) == ["number", "one_hot", "ordinal", "drop"]
    assert "own_class" in names(owner.fills)
    assert "own_class" not in names(age.fills)
    assert "mean" in names(age.fills)
    assert kind.uses == ()
    assert names(kind.fills) == ["refuse", "drop_rows"]
    assert all(title and hint for look in looks(one) for _, title, hint in (*look.uses, *look.fills))


def test_a_look_says_what_becomes_of_a_column(opened: Callable[..., Opened]) -> None:
    _, one = opened(born={"use": "date", "parts": ("month", "year")}, weight={"use": "number"})
    age, weight, born, owner, kind = looks(one)
    assert (age.becomes, age.gaps, age.missing) == ("1 input", 5, "median")
    assert (weight.becomes, weight.gaps) == ("1 input", 1)
    assert born.becomes == "2 inputs: month, year"
    assert owner.becomes == "3 inputs: a, b, c"
    assert (kind.becomes, kind.is_target) == ("2 classes", True)
    assert age.sample == "–, 1, 2"
    assert born.sample.startswith("2020-01-01, 2020-01-02")
    assert "spells no number" in weight.help
    assert "5 gaps filled with the median" in age.help
    assert one.state_of("own_class") == owner


def test_a_problem_is_told_without_file_and_column_in_the_names_of_the_page(opened: Callable[..., Opened]) -> None:
    _, one = opened(age={"missing": "refuse"})
    age = one.state(0)
    assert age.problem is not None
    assert age.problem.startswith("line 2: the cell is empty")
    assert "leave out rows" in age.problem
    assert all(look.problem is None for look in looks(one)[1:])


def test_names_of_files_become_those_of_the_page_but_not_inside_quotes() -> None:
    assert on_screen("choose drop_rows or most_frequent") == "choose leave out rows or most frequent"
    assert on_screen("column 'own_class': found 'one_hot'") == "column 'own_class': found 'one_hot'"
    assert on_screen("my_one_hot_thing") == "my_one_hot_thing"


def test_parts_and_order_belong_to_dates_and_ordinals(opened: Callable[..., Opened]) -> None:
    _, one = opened(born={"use": "date", "parts": ("month",)}, own_class={"use": "ordinal"})
    assert one.parts("born") == ("month",)
    assert one.parts("age") is None
    assert one.order("own_class") == ("a", "b", "c")
    assert one.order("age") == ()
    importing, one = opened(own_class={"use": "ordinal", "order": ("c", "a", "b")})
    assert one.order("own_class") == ("c", "a", "b")
    importing.set_target("own_class")
    assert one.order("own_class") == ()
    assert one.target == "own_class"


def test_the_result_says_n_c_m_and_the_parts(opened: Callable[..., Opened]) -> None:
    importing, _ = opened(age={"missing": "drop_rows"}, weight={"use": "number"})
    assert importing.facts is not None
    words = result_words(importing.facts)
    assert words.startswith("n = 5 inputs, c = 2 classes, m = 25 rows (5 left out) → ")
    assert sum(int(part) for part in words.rsplit("→ ", 1)[1].split(" / ")) == 25


def test_cells_are_as_the_file_has_them_and_gaps_are_none() -> None:
    columns = (
        Column("a", "number", np.array([1.5, np.nan])),
        Column("b", "text", np.array([0, -1], np.int32), ("x",)),
        Column("c", "date", np.array(["2020-01-31", "NaT"], "datetime64[s]")),
    )
    table = Table(Path("t.csv"), columns)
    assert [sample_cell(table, 0, place) for place in range(3)] == ["1.5", "x", "2020-01-31"]
    assert [sample_cell(table, 1, place) for place in range(3)] == [None, None, None]
    assert size_words(table) == "2 rows × 3 columns"


def test_arrays_are_told_by_their_size_and_labels() -> None:
    x = np.zeros((1200, 4), np.uint8)
    bare = Arrays(Path("a"), x, None, (), ("a", "b", "c", "d"))
    images = Arrays(Path("a"), x, np.arange(1200) % 2, ("cat", "dog"), ("a", "b", "c", "d"), (2, 2), 255)
    assert size_words(bare) == "1\u202f200 rows × 4 columns"
    assert size_words(images) == "1\u202f200 images, 2 × 2 pixels, grey"
    assert label_words(bare) == ""
    assert label_words(images) == "2 classes: cat, dog"
    assert sample_cell(bare, 3, 1) == "0"

"""The data card: bundled sets, a person's own table with its target, and what cannot be read."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QWidget
from pytestqt.qtbot import QtBot

from lab.data.scaling import SCALINGS
from lab.data.sources import SOURCES
from lab.experiment.spec import Experiment
from lab.gui.panels.data_panel import DataPanel
from lab.gui.workspace.workspace import Workspace

Make = Callable[..., Experiment]
Card = Callable[..., DataPanel]
Choose = Callable[[QComboBox, object], None]


@pytest.fixture
def card(open_workspace: Callable[..., Workspace], show: Callable[..., DataPanel]) -> Card:
    """Show the data card of an experiment; its workspace is the card's `workspace`."""

    def open_one(experiment: Experiment) -> DataPanel:
        workspace = open_workspace(experiment)
        panel = show(DataPanel(workspace))
        panel.workspace = workspace
        return panel

    return open_one


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    """A table of 20 pets of two kinds and of two owners."""
    lines = [f"{n},{n % 7},{'cat' if n % 2 else 'dog'},{'ann' if n % 4 < 2 else 'bob'}" for n in range(20)]
    file = tmp_path / "pets.csv"
    file.write_text("\n".join(["age,weight,kind,owner", *lines]) + "\n", encoding="utf-8")
    return file


@pytest.fixture
def numbers(tmp_path: Path) -> Path:
    """A table of numbers in which any of two columns may be the target."""
    file = tmp_path / "numbers.csv"
    lines = [f"{n},{n % 2},{n % 3}" for n in range(30)]
    file.write_text("\n".join(["value,parity,third", *lines]) + "\n", encoding="utf-8")
    return file


def read(panel: DataPanel, qtbot: QtBot) -> None:
    """Wait until the data is read or refused."""
    qtbot.waitUntil(lambda: not panel.workspace.draft.reading)


def row_of(field: QWidget) -> QWidget:
    return field.parentWidget()


def test_it_shows_what_is_learnt_from(card: Card, experiment: Make) -> None:
    panel = card(experiment())
    assert panel.source.currentData() == "iris"
    assert panel.examples.text() == "150 × 4 → 3 classes"
    facts = panel.workspace.draft.facts
    told = panel.parts.accessibleDescription()
    assert all(f": {count} (" in told for count in (facts.train, facts.validation, facts.test))
    assert not row_of(panel.target).isVisible()


@pytest.mark.parametrize(
    ("name", "examples"),
    [
        ("cat-dog-horse", "3 000 × 784 → 3 classes"),
        ("animals", "10 000 × 784 → 10 classes"),
        ("mnist5k", "5 000 × 784 → 10 classes"),
        ("digits", "1 797 × 64 → 10 classes"),
    ],
)
def test_every_bundled_set_can_be_chosen(
    card: Card, experiment: Make, choose: Choose, qtbot: QtBot, name: str, examples: str
) -> None:
    panel = card(experiment())
    choose(panel.source, name)
    assert panel.workspace.draft.experiment.data.source == name
    read(panel, qtbot)
    assert panel.examples.text().replace("\u202f", " ") == examples


def test_all_bundled_sets_are_offered_and_explained(card: Card, experiment: Make) -> None:
    panel = card(experiment())
    names = [panel.source.itemData(place) for place in range(panel.source.count())]
    assert names[:-1] == list(SOURCES)
    assert all(panel.source.itemData(place, 3) for place in range(len(SOURCES)))


def test_while_it_reads_it_says_so(card: Card, experiment: Make, choose: Choose, qtbot: QtBot) -> None:
    panel = card(experiment())
    choose(panel.source, "digits")
    assert "reading" in panel.examples.text()
    read(panel, qtbot)
    assert "reading" not in panel.examples.text()


@pytest.mark.parametrize("name", sorted(SCALINGS))
def test_every_scaling_can_be_chosen(card: Card, experiment: Make, choose: Choose, name: str) -> None:
    panel = card(experiment())
    choose(panel.scaling, name)
    assert panel.workspace.draft.experiment.data.scaling == name


def test_another_set_keeps_how_the_examples_are_shared_out(card: Card, experiment: Make, choose: Choose) -> None:
    base = experiment()
    data = base.data.model_copy(update={"split": (0.5, 0.25, 0.25)})
    panel = card(base.model_copy(update={"data": data}))
    choose(panel.source, "digits")
    assert panel.workspace.draft.experiment.data.split == (0.5, 0.25, 0.25)


# a table of the user's own


def test_the_last_entry_asks_for_a_file_and_changes_nothing_yet(
    card: Card, experiment: Make, choose: Choose, qtbot: QtBot
) -> None:
    panel = card(experiment())
    with qtbot.waitSignal(panel.file_wanted):
        choose(panel.source, panel.source.itemText(panel.source.count() - 1))
    assert panel.source.currentData() == "iris"
    assert panel.workspace.draft.experiment.data.source == "iris"


def test_a_table_is_read_and_its_last_column_is_the_target(
    card: Card, experiment: Make, numbers: Path, qtbot: QtBot
) -> None:
    panel = card(experiment())
    panel.use_file(numbers)
    read(panel, qtbot)
    assert panel.source.currentText() == "numbers.csv"
    assert panel.examples.text() == "30 × 2 → 3 classes"
    assert row_of(panel.target).isVisible()
    assert [panel.target.itemText(place) for place in range(panel.target.count())] == ["value", "parity", "third"]
    assert panel.target.currentText() == "third"


def test_another_column_can_be_the_target(
    card: Card, experiment: Make, numbers: Path, choose: Choose, qtbot: QtBot
) -> None:
    panel = card(experiment())
    panel.use_file(numbers)
    read(panel, qtbot)
    choose(panel.target, "parity")
    read(panel, qtbot)
    assert panel.examples.text() == "30 × 2 → 2 classes"
    assert panel.target.currentText() == "parity"


def test_a_bundled_set_takes_the_table_s_place_again(
    card: Card, experiment: Make, numbers: Path, choose: Choose, qtbot: QtBot
) -> None:
    panel = card(experiment())
    panel.use_file(numbers)
    read(panel, qtbot)
    choose(panel.source, "iris")
    read(panel, qtbot)
    assert panel.examples.text() == "150 × 4 → 3 classes"
    assert not row_of(panel.target).isVisible()
    assert panel.source.findText("numbers.csv") == -1


def test_a_text_column_beside_the_target_is_told_and_the_target_can_still_be_chosen(
    card: Card, experiment: Make, pets: Path, choose: Choose, qtbot: QtBot
) -> None:
    panel, told = card(experiment()), []
    panel.workspace.problem_found.connect(told.append)
    panel.use_file(pets)
    read(panel, qtbot)
    assert len(told) == 1
    assert "pets.csv, line 2, column 'kind'" in told[0]
    assert panel.examples.text() == "not readable"
    choose(panel.target, "kind")
    read(panel, qtbot)
    assert "column 'owner'" in told[-1]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"age,kind\n1,cat\n2\n", "line 3: 1 fields found"),
        (b"1,2\n3,4\n5,6\n", "no header"),
        (b"", "is empty"),
        (b"age,kind\n1,cat\n2,cat\n", "all 2 examples are of the class 'cat'"),
        (b"age,kind\n1,cat\n2,cat\n3,dog\n", "a single example"),
        (b"age,kind\nnan,cat\n2,cat\n3,dog\n4,dog\n", "found 'nan'"),
        (b"age,kind\ninf,cat\n2,cat\n3,dog\n4,dog\n", "found 'inf'"),
        ("age,kind\n1,kätzchen\n".encode("latin-1"), "not UTF-8"),
    ],
    ids=["ragged", "no header", "empty", "one class", "single example", "nan", "infinite", "encoding"],
)
def test_an_unreadable_table_is_one_sentence_and_what_was_there_stays(
    card: Card, experiment: Make, tmp_path: Path, qtbot: QtBot, content: bytes, says: str
) -> None:
    panel, told = card(experiment()), []
    panel.workspace.problem_found.connect(told.append)
    facts = panel.workspace.draft.facts
    (tmp_path / "bad.csv").write_bytes(content)
    panel.use_file(tmp_path / "bad.csv")
    read(panel, qtbot)
    assert len(told) == 1
    assert "bad.csv" in told[0]
    assert says in told[0]
    assert "\n" not in told[0]
    assert "Traceback" not in told[0]
    assert panel.workspace.draft.facts is facts
    panel.workspace.draft.undo()
    read(panel, qtbot)
    assert panel.examples.text() == "150 × 4 → 3 classes"


def test_a_run_goes_on_with_its_data_when_a_table_cannot_be_read(
    card: Card, experiment: Make, tmp_path: Path, qtbot: QtBot, train: Callable[[Workspace, int], None]
) -> None:
    panel = card(experiment())
    train(panel.workspace, 1)
    panel.use_file(tmp_path / "gone.csv")
    read(panel, qtbot)
    assert panel.workspace.run.facts.dataset.examples == 150
    assert panel.workspace.shown.data.source == "iris"

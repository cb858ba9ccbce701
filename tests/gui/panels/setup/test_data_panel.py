"""The data card: bundled sets, a person's own table with its target, and what cannot be read."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from lab import paths
from lab.data.sets.generators import GENERATORS
from lab.data.sets.sources import SOURCES
from lab.data.subsets.scaling import SCALINGS
from lab.experiment.forms.data_specs import DataSpec
from lab.experiment.spec import Experiment, load_experiment
from lab.gui.panels.setup.data_panel import DataPanel
from lab.gui.workspace.workspace import Workspace

Make = Callable[..., Experiment]
Card = Callable[..., DataPanel]
Choose = Callable[[QComboBox, object], None]


@pytest.fixture
def card(open_panel: Callable[..., DataPanel]) -> Card:
    """Show the data card of an experiment; its workspace is the card's `workspace`."""
    return partial(open_panel, DataPanel)


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


def test_it_shows_what_is_learnt_from(card: Card, experiment: Make) -> None:
    panel = card(experiment())
    assert panel.source.currentData() == "iris"
    assert panel.examples.text() == "150 × 4 → 3 classes"
    facts = panel.workspace.draft.facts
    told = panel.parts.accessibleDescription()
    assert all(f": {count} (" in told for count in (facts.train, facts.validation, facts.test))
    assert not panel.recipe.isVisible()


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
    assert [name for name in names if name in SOURCES] == list(SOURCES)
    assert [name for name in names if name in GENERATORS] == list(GENERATORS)
    assert all(panel.source.itemData(place, 3) for place, name in enumerate(names) if name is not None)


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


# made sets


def test_a_made_set_has_its_options_and_changing_one_makes_it_anew(
    card: Card, experiment: Make, choose: Choose, qtbot: QtBot
) -> None:
    panel = card(experiment())
    assert not panel.options.isVisible()
    choose(panel.source, "spiral")
    read(panel, qtbot)
    assert list(panel.options.fields) == [option.name for option in GENERATORS["spiral"].options]
    panel.options.value_chosen.emit("arms", 4)
    read(panel, qtbot)
    assert panel.examples.text().endswith("→ 4 classes")
    assert panel.workspace.draft.experiment.data.options == {"arms": 4}


def test_an_option_out_of_range_is_one_sentence_and_the_old_value_comes_back(
    card: Card, experiment: Make, choose: Choose, qtbot: QtBot
) -> None:
    panel, told = card(experiment()), []
    panel.workspace.problem_found.connect(told.append)
    choose(panel.source, "spiral")
    read(panel, qtbot)
    before = panel.workspace.draft.experiment
    panel.options.value_chosen.emit("arms", 99)
    assert len(told) == 1
    assert "arms" in told[0]
    assert panel.workspace.draft.experiment == before


def test_sets_in_the_plane_offer_further_inputs(card: Card, experiment: Make, choose: Choose, qtbot: QtBot) -> None:
    panel = card(experiment())
    assert not panel.features.isVisible()
    choose(panel.source, "circle")
    read(panel, qtbot)
    assert panel.features.isVisible()
    qtbot.mouseClick(panel.features.switches["x1^2"], Qt.MouseButton.LeftButton)
    read(panel, qtbot)
    assert panel.workspace.draft.facts.dataset.inputs == 3
    assert " × 3 → " in panel.examples.text()


@pytest.mark.parametrize(("name", "units", "activation"), [("digits", 10, "softmax"), ("diabetes", 1, "linear")])
def test_the_output_layer_follows_the_data_in_one_edit(
    card: Card, experiment: Make, choose: Choose, qtbot: QtBot, name: str, units: int, activation: str
) -> None:
    panel = card(experiment())
    before = panel.workspace.draft.experiment
    choose(panel.source, name)
    read(panel, qtbot)
    last = panel.workspace.draft.experiment.layers[-1]
    assert (last.units, last.activation) == (units, activation)
    assert panel.workspace.draft.problem() is None
    panel.workspace.draft.undo()
    assert panel.workspace.draft.experiment == before


# a table of the user's own


@pytest.mark.parametrize(("title", "signal"), [("A file of", "file_wanted"), ("A folder", "folder_wanted"),
                                               ("Paint", "painting_wanted")])  # fmt: skip
def test_entries_that_ask_for_something_change_nothing_yet(
    card: Card, experiment: Make, choose: Choose, qtbot: QtBot, title: str, signal: str
) -> None:
    panel = card(experiment())
    entry = next(text for text in map(panel.source.itemText, range(panel.source.count())) if text.startswith(title))
    sender = panel.workspace if signal == "painting_wanted" else panel
    with qtbot.waitSignal(getattr(sender, signal)):
        choose(panel.source, entry)
    assert panel.source.currentData() == "iris"
    assert panel.workspace.draft.experiment.data.source == "iris"


def use_file(panel: DataPanel, file: Path, **fields: object) -> None:
    panel.workspace.draft.edit_data(DataSpec(path=str(file), **fields))


def test_a_table_is_shown_with_its_target_and_the_way_back_to_its_import(
    card: Card, experiment: Make, numbers: Path, qtbot: QtBot
) -> None:
    panel = card(experiment())
    assert not panel.recipe.isVisible()
    use_file(panel, numbers, target="parity")
    read(panel, qtbot)
    assert panel.source.currentText() == "numbers.csv"
    assert panel.examples.text() == "30 × 2 → 2 classes"
    assert panel.recipe.text().startswith("parity")
    with qtbot.waitSignal(panel.import_wanted):
        panel.recipe.click()


def test_long_names_are_cut_and_a_target_that_nobody_chose_is_named(
    card: Card, experiment: Make, numbers: Path, qtbot: QtBot
) -> None:
    panel = card(experiment())
    use_file(panel, numbers)
    read(panel, qtbot)
    assert panel.recipe.text().startswith("third")  # the last column
    width = panel.minimumSizeHint().width()
    name = "how content are you with all that was done for you"
    file = numbers.with_name(f"{name} in the year before the last.csv")
    file.write_text(numbers.read_text(encoding="utf-8").replace("third", name), encoding="utf-8")
    use_file(panel, file, target=name)
    read(panel, qtbot)
    assert panel.recipe.text().startswith("how")
    assert panel.minimumSizeHint().width() < width + 100
    assert panel.source.itemData(panel.source.currentIndex(), Qt.ItemDataRole.ToolTipRole) == str(file)


def test_a_painting_of_too_few_points_is_not_called_unreadable(card: Card, experiment: Make, qtbot: QtBot) -> None:
    panel = card(experiment())
    panel.workspace.draft.edit_data(DataSpec(source="painted", scaling="none", points=((0.0, 0.0, 0),)))
    read(panel, qtbot)
    assert panel.examples.text() == "too few points"
    assert not panel.parts.isVisible()  # its counts would be those of the data before
    panel.workspace.draft.undo()
    read(panel, qtbot)
    assert panel.parts.isVisible()


def test_a_bundled_set_takes_the_table_s_place_again(
    card: Card, experiment: Make, numbers: Path, choose: Choose, qtbot: QtBot
) -> None:
    panel = card(experiment())
    use_file(panel, numbers)
    read(panel, qtbot)
    choose(panel.source, "iris")
    read(panel, qtbot)
    assert panel.examples.text() == "150 × 4 → 3 classes"
    assert not panel.recipe.isVisible()
    assert panel.source.findText("numbers.csv") == -1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"age,kind\n1,cat\n2\n", "line 3: 1 fields found"),
        (b"", "is empty"),
        (b"age,kind\n1,cat\n2,cat\n", "'cat'"),
        (b"age,kind\n1,cat\n2,cat\n3,dog\n", "a single example"),
        (b"age,kind\nnan,cat\n2,cat\n3,dog\n4,dog\n", "the cell is empty"),
        (b"age,kind\ninf,cat\n2,cat\n3,dog\n4,dog\n", "infinite"),
        (b"age,kind\none,cat\ntwo,cat\n3,dog\n4,dog\n", "found the text 'one'"),
    ],
    ids=["ragged", "empty", "one class", "single example", "nan", "infinite", "text"],
)
def test_an_unreadable_table_is_one_sentence_and_what_was_there_stays(
    card: Card, experiment: Make, tmp_path: Path, qtbot: QtBot, content: bytes, says: str
) -> None:
    panel, told = card(experiment()), []
    panel.workspace.problem_found.connect(told.append)
    facts = panel.workspace.draft.facts
    (tmp_path / "bad.csv").write_bytes(content)
    use_file(panel, tmp_path / "bad.csv")
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
    use_file(panel, tmp_path / "gone.csv")
    read(panel, qtbot)
    assert panel.workspace.run.facts.dataset.examples == 150
    assert panel.workspace.shown.data.source == "iris"


def test_examples_typed_in_the_file_are_named_and_can_be_left(card: Card, choose: Choose, qtbot: QtBot) -> None:
    panel = card(load_experiment(paths.worked_examples() / "udacity-3-2-1.toml"))
    assert panel.source.currentText() == "Typed in the file"
    assert panel.examples.text() == "1 × 3 → 1 number"
    assert not panel.features.isVisible()  # x1, x2, x3 are no plane
    choose(panel.source, "iris")
    read(panel, qtbot)
    assert panel.source.findText("Typed in the file") < 0
    data = panel.workspace.draft.experiment.data
    assert (data.source, data.is_typed, data.split) == ("iris", False, (0.7, 0.15, 0.15))
    assert not any(spec.given() for spec in panel.workspace.draft.experiment.layers)  # they are of other inputs

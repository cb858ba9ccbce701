"""An import goes from the file to `accepted` with every choice counted, and touches nothing else on its way."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lab.data.errors import Cancelled
from lab.data.readers.formats import ReadResult, read_file
from lab.data.table import Table
from lab.experiment.datasets import dataset_of
from lab.experiment.forms.data_specs import ColumnSpec, DataSpec
from lab.gui.workers import import_thread
from lab.gui.workspace.importing import Importing
from tests.waiting import LIMIT


@pytest.fixture
def importing(qapp: QApplication) -> Iterator[Importing]:
    """An import whose thread ends with the test."""
    one = Importing()
    yield one
    one.end()


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    """Thirty pets: an age with gaps, a weight with words in it, a birthday, an owner, a kind."""
    lines = [
        f"{'' if n % 6 == 0 else n},{'heavy' if n == 5 else n / 4},2020-01-{n % 28 + 1:02},{'abc'[n % 3]},"
        f"{'cat' if n % 2 else 'dog'}"
        for n in range(30)
    ]
    file = tmp_path / "pets.csv"
    file.write_text("\n".join(["age,weight,born,owner,kind", *lines]) + "\n", encoding="utf-8")
    return file


@pytest.fixture
def wait(qtbot: QtBot) -> Callable[[Importing], None]:
    """Wait until an import has read and counted all it was asked for."""

    def settle(importing: Importing) -> None:
        qtbot.waitUntil(lambda: not importing.reading and not importing.working)

    return settle


Wait = Callable[[Importing], None]


def same_as_by_hand(importing: Importing) -> bool:
    """Return whether what is shown is what reading the accepted spec comes to."""
    assert importing.data is not None
    assert importing.facts is not None
    assert importing.data.path is not None
    made = dataset_of(read_file(Path(importing.data.path)), importing.data)
    shown = importing.facts.dataset
    return np.array_equal(made.x, shown.x, equal_nan=True) and np.array_equal(made.y, shown.y)


def test_a_file_is_read_and_its_choices_are_proposed_and_counted(importing: Importing, pets: Path, wait: Wait) -> None:
    importing.open(pets)
    assert importing.reading
    assert importing.obstacle() == "The file is still being read."
    wait(importing)
    assert isinstance(importing.result, Table)
    assert importing.format is not None
    assert importing.format.name == "delimited"
    assert importing.data is not None
    assert (importing.data.target, importing.data.path) == ("kind", str(pets))
    assert importing.effects is not None
    assert importing.facts is not None
    assert importing.effects.n == importing.facts.dataset.inputs
    assert importing.obstacle() is None
    assert same_as_by_hand(importing)


def test_every_choice_is_counted(importing: Importing, pets: Path, wait: Wait) -> None:
    importing.open(pets)
    wait(importing)
    facts = importing.facts
    assert facts is not None
    before = facts.dataset.inputs
    importing.set_column("born", use="date", parts=("month", "weekday"))
    assert importing.working
    wait(importing)
    assert importing.facts is not None
    assert importing.facts.dataset.inputs == before + 2
    importing.set_column("age", missing="drop_rows")
    wait(importing)
    assert (importing.facts.dataset.examples, importing.facts.dataset.dropped) == (25, 5)
    importing.set_split((0.5, 0.5, 0.0))
    wait(importing)
    assert importing.facts.test == 0
    assert abs(importing.facts.train - importing.facts.validation) <= 2
    assert same_as_by_hand(importing)


def test_several_columns_change_at_once(importing: Importing, pets: Path, wait: Wait) -> None:
    importing.open(pets)
    wait(importing)
    importing.set_all(["weight", "born"], {"use": "drop"})
    wait(importing)
    assert importing.facts is not None
    assert importing.facts.dataset.feature_names == ("age", "owner=a", "owner=b", "owner=c")


def test_another_use_brings_something_to_do_about_its_gaps(importing: Importing, pets: Path, wait: Wait) -> None:
    importing.open(pets)
    wait(importing)
    importing.set_column("weight", use="one_hot")
    wait(importing)
    importing.set_column("weight", use="number")
    assert importing.data is not None
    assert importing.data.columns["weight"].missing != "refuse"
    wait(importing)
    assert importing.problem is None


def test_the_seed_deals_the_rows_in_another_way(importing: Importing, pets: Path, wait: Wait) -> None:
    importing.open(pets, seed=1)
    wait(importing)
    assert importing.facts is not None
    first = importing.facts.split.train
    importing.set_seed(2)
    wait(importing)
    assert importing.facts.split.train.tolist() != first.tolist()
    importing.set_seed(1)
    wait(importing)
    assert importing.facts.split.train.tolist() == first.tolist()


def test_another_target_and_task(importing: Importing, pets: Path, wait: Wait, qtbot: QtBot) -> None:
    importing.open(pets)
    wait(importing)
    importing.set_target("age")
    wait(importing)
    assert importing.facts is not None
    assert importing.data is not None
    assert importing.data.task == "numbers"
    assert importing.facts.dataset.is_regression
    importing.set_scaling("none", of_target=True)
    importing.set_scaling("minmax")
    importing.set_stratified(False)
    data = importing.data
    assert (data.target_scaling, data.scaling, data.stratified) == ("none", "minmax", False)
    before = importing.data
    with qtbot.waitSignal(importing.refused) as told:
        importing.set_task("guesses")
    assert "'guesses' is not one of classes, numbers" in told.args[0]
    assert importing.data == before


def test_a_choice_that_cannot_be_is_a_sentence_until_it_is_mended(importing: Importing, pets: Path, wait: Wait) -> None:
    importing.open(pets)
    wait(importing)
    importing.set_column("age", missing="refuse")
    wait(importing)
    assert importing.problem is not None
    assert "pets.csv, line 2, column 'age'" in importing.problem
    assert importing.obstacle() == importing.problem
    assert importing.facts is None
    importing.set_column("age", missing="mean")
    wait(importing)
    assert importing.problem is None
    assert importing.facts is not None


def test_the_same_choice_again_counts_nothing(importing: Importing, pets: Path, wait: Wait) -> None:
    importing.open(pets)
    wait(importing)
    assert importing.data is not None
    importing.set_scaling(importing.data.scaling)
    importing.set_seed(importing.seed)
    assert not importing.working


def test_what_is_accepted_is_what_was_shown_and_the_page_closes(
    importing: Importing, pets: Path, wait: Wait, qtbot: QtBot
) -> None:
    importing.open(pets)
    importing.use()
    assert importing.path == pets  # nothing is there to be used yet
    wait(importing)
    importing.set_column("owner", use="drop")
    importing.use()
    assert importing.path == pets  # its rows are not counted yet
    wait(importing)
    data, facts = importing.data, importing.facts
    with qtbot.waitSignals([importing.accepted, importing.closed]), qtbot.waitSignal(importing.accepted) as told:
        importing.use()
    assert told.args == [data, facts]
    assert importing.path is None
    assert importing.result is None


def test_choices_can_be_edited_again(importing: Importing, pets: Path, wait: Wait) -> None:
    columns = {"age": ColumnSpec(missing="mean"), "weight": ColumnSpec(use="drop"), "kind": ColumnSpec(use="one_hot")}
    data = DataSpec(path=str(pets), target="owner", columns=columns)
    importing.open(pets, data)
    wait(importing)
    assert importing.data == data
    assert importing.facts is not None
    assert importing.facts.dataset.feature_names == ("age", "kind=cat", "kind=dog")


def test_closing_tells_once_and_a_late_answer_is_passed_over(importing: Importing, pets: Path, qtbot: QtBot) -> None:
    importing.open(pets)
    with qtbot.waitSignal(importing.closed):
        importing.close()
    with qtbot.assertNotEmitted(importing.closed, wait=200), qtbot.assertNotEmitted(importing.changed):
        importing.close()
    assert importing.result is None
    assert importing.data is None


def test_another_file_takes_the_place_of_the_one_before(
    importing: Importing, pets: Path, wait: Wait, tmp_path: Path
) -> None:
    other = tmp_path / "other.csv"
    other.write_text("a,b,kind\n" + "".join(f"{n},{n * n},{'xy'[n % 2]}\n" for n in range(20)), encoding="utf-8")
    importing.open(pets)
    importing.open(other)
    wait(importing)
    assert importing.path == other
    assert isinstance(importing.result, Table)
    assert importing.result.names == ("a", "b", "kind")


# what cannot be read


def test_a_file_that_cannot_be_read_can_be_mended_and_tried_again(
    importing: Importing, wait: Wait, pets: Path, tmp_path: Path
) -> None:
    gone = tmp_path / "late.csv"
    importing.open(gone)
    wait(importing)
    assert importing.result is None
    assert importing.problem is not None
    assert "late.csv" in importing.problem
    gone.write_bytes(pets.read_bytes())
    importing.retry()
    wait(importing)
    assert importing.problem is None
    assert importing.data is not None
    assert importing.data.target == "kind"


def test_a_file_that_vanishes_is_told_at_the_next_choice_and_choices_are_kept(
    importing: Importing, wait: Wait, pets: Path
) -> None:
    importing.open(pets)
    wait(importing)
    importing.set_column("owner", use="drop")
    wait(importing)
    kept = pets.read_bytes()
    pets.unlink()
    importing.set_scaling("minmax")
    wait(importing)
    assert importing.result is None
    assert importing.problem is not None
    assert "pets.csv" in importing.problem
    pets.write_bytes(kept)
    importing.retry()
    wait(importing)
    assert importing.problem is None
    assert importing.data is not None
    assert (importing.data.scaling, importing.data.columns["owner"].use) == ("minmax", "drop")


# reading in another way


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Eight photos each of two classes, 6 × 8 pixels."""
    rng = np.random.default_rng(0)
    for name in ("cat", "dog"):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for number in range(8):
            pixels = rng.integers(0, 256, (6, 8, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / "photos" / name / f"{number}.png")
    return tmp_path / "photos"


def test_images_can_be_read_in_another_size_and_in_colour(importing: Importing, photos: Path, wait: Wait) -> None:
    importing.open(photos)
    wait(importing)
    assert importing.is_folder
    assert importing.facts is not None
    assert importing.facts.dataset.image_shape == (6, 8)
    assert importing.data is not None
    assert importing.data.scaling == "pixel"
    importing.set_split((0.5, 0.25, 0.25))
    importing.set_image_size((4, 4), True)
    assert importing.reading
    wait(importing)
    assert importing.facts.dataset.image_shape == (4, 4, 3)
    assert importing.data.split == (0.5, 0.25, 0.25)


def test_reading_in_another_way_can_be_given_up(
    importing: Importing, photos: Path, wait: Wait, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    importing.open(photos)
    wait(importing)
    found, begun, given_up = importing.result, threading.Event(), threading.Event()

    def endless(_path: Path, _options: object, _tell: object, cancelled: Callable[[], bool]) -> ReadResult:
        begun.set()
        while not cancelled():
            given_up.wait(0.001)
        given_up.set()
        raise Cancelled

    monkeypatch.setattr(import_thread, "read_file", endless)
    importing.set_image_size((4, 4), False)
    assert importing.can_go_back
    assert begun.wait(LIMIT)
    importing.set_scaling("none")
    assert importing.data is not None
    assert importing.data.scaling == "pixel"  # while it is read there is nothing to choose
    monkeypatch.setattr(import_thread, "read_file", read_file)
    importing.cancel()
    assert given_up.wait(LIMIT)
    wait(importing)
    assert importing.data.image_size is None
    assert importing.result is not None
    assert importing.result.x.shape == found.x.shape
    importing.set_scaling("none")
    wait(importing)
    assert importing.data.scaling == "none"


def test_the_first_reading_given_up_closes_the_page(importing: Importing, pets: Path, qtbot: QtBot) -> None:
    importing.open(pets)
    with qtbot.waitSignal(importing.closed):
        importing.cancel()
    assert importing.path is None


def test_progress_is_told_while_it_reads(
    importing: Importing, pets: Path, wait: Wait, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def halfway(path: Path, _options: object, tell: Callable[[float], None], _cancelled: object) -> ReadResult:
        tell(0.5)
        go_on.wait(LIMIT)
        return read_file(path)

    monkeypatch.setattr(import_thread, "read_file", halfway)
    importing.open(pets)
    qtbot.waitUntil(lambda: importing.progress == 0.5)
    go_on.set()
    wait(importing)
    assert not importing.reading


def test_choices_stay_with_another_layout_where_the_columns_still_have_them(
    importing: Importing, pets: Path, wait: Wait
) -> None:
    importing.open(pets)
    wait(importing)
    importing.set_target("owner")
    wait(importing)
    importing.set_column("age", missing="mean")
    importing.set_column("born", use="date")
    importing.set_scaling("minmax")
    wait(importing)
    chosen = importing.data
    importing.set_layout("skip_below", 2)
    wait(importing)
    assert importing.result.rows == 28
    now = importing.data
    assert (now.target, now.scaling, now.columns["age"], now.columns["born"]) == (
        "owner", "minmax", chosen.columns["age"], chosen.columns["born"],
    )  # fmt: skip
    importing.set_layout("header", 0)
    wait(importing)
    assert importing.data.target not in (None, "owner")
    assert "age" not in importing.data.columns

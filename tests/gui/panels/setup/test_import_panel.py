"""The import page: from a dropped file to data that can be trained on, with every choice shown and counted."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QWidget
from pytestqt.qtbot import QtBot

from lab.experiment.spec import Experiment, load_experiment, save_experiment
from lab.gui.panels.setup.import_panel import ImportPanel
from lab.gui.widgets.importing.column_model import Field
from lab.gui.workspace.importing import Importing
from lab.gui.workspace.workspace import Workspace

Make = Callable[..., Experiment]
Choose = Callable[[QComboBox, object], None]


class Page:
    """The page with its import, and what a user does on it."""

    def __init__(self, workspace: Workspace, panel: ImportPanel, qtbot: QtBot) -> None:
        self.workspace, self.panel, self._qtbot = workspace, panel, qtbot

    @property
    def importing(self) -> Importing:
        return self.workspace.importing

    def open(self, path: Path) -> None:
        self.importing.open(path)
        self.wait()

    def wait(self) -> None:
        self._qtbot.waitUntil(lambda: not self.importing.reading and not self.importing.working)

    def row(self, name: str) -> int:
        model = self.panel.view.columns.model()
        return next(row for row in range(model.rowCount()) if model.index(row, Field.NAME).data() == name)

    def text(self, name: str, field: Field) -> str:
        return str(self.panel.view.columns.model().index(self.row(name), field).data())

    def pick(self, name: str, field: Field, title: str) -> None:
        menu = self.panel.view.columns.choices_menu(self.row(name), field)
        assert menu is not None
        next(action for action in menu.actions() if action.text() == title).trigger()
        self.wait()

    def result(self) -> str:
        return self.panel.result.text()


@pytest.fixture
def page(
    open_workspace: Callable[..., Workspace], experiment: Make, show: Callable[[QWidget], QWidget], qtbot: QtBot
) -> Page:
    workspace = open_workspace(experiment())
    panel = ImportPanel(workspace)
    show(panel)
    panel.resize(720, 620)
    return Page(workspace, panel, qtbot)


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """Ninety people as a spreadsheet has them: quoted names, gaps, dates, words among numbers, places, an answer."""
    rng = np.random.default_rng(5)
    lines = ["name,age,fare,class,boarded,deck,height,home,member,score,size,answer"]
    for n in range(90):
        age = "" if n % 9 == 0 else f"{rng.normal(40, 9):.1f}"
        height = "unknown" if n % 11 == 5 else f"{rng.normal(170, 9):.0f}"
        deck = "" if n % 4 else "ABC"[n % 3]
        size = ("small", "medium", "large")[n % 3]
        lines.append(
            f'"Person, No. {n}",{age},{rng.random():.3f},{n % 3 + 1},2021-03-{n % 28 + 1:02},{deck},{height},'
            f"Town {n % 60},{'yes' if n % 5 else 'no'},{rng.random():.4f},{size},{'in' if n % 2 else 'out'}"
        )
    file = tmp_path / "people.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_without_a_file_there_is_nothing_to_press(page: Page) -> None:
    assert not page.panel.use.isVisible()
    assert not page.panel.reading.isVisible()


def test_a_table_is_shown_with_what_becomes_of_each_column(page: Page, people: Path) -> None:
    page.open(people)
    assert page.panel.title.text() == "people.csv"
    assert page.panel.format.text() == "CSV or other text"
    assert page.panel.extent.text() == "90 rows × 12 columns"
    kinds = {name: page.text(name, Field.KIND) for name in ("age", "boarded", "class", "deck")}
    assert kinds == {"age": "number", "boarded": "date", "class": "number", "deck": "text"}
    assert page.text("age", Field.GAPS) == "10"
    assert page.text("height", Field.GAPS) == "8"
    assert page.text("name", Field.USE) == "Leave out"
    assert page.panel.view.samples.model().rowCount() == 50
    assert page.panel.view.samples.model().index(0, 0).data() == "Person, No. 0"
    assert page.panel.use.isEnabled()
    assert page.panel.reason.text() == ""


def test_the_result_follows_every_choice(page: Page, people: Path, choose: Choose) -> None:
    page.open(people)
    page.panel.target.target.textActivated.emit("answer")
    page.wait()
    assert page.text("answer", Field.USE) == "Target"
    assert "c = 2 classes, m = 90 rows → 63 / " in page.result()
    inputs = page.importing.facts.dataset.inputs
    page.pick("boarded", Field.USE, "Date parts")
    assert page.text("boarded", Field.BECOMES) == "4 inputs: year, month, weekday, seconds"
    assert page.result().startswith(f"n = {inputs + 4} inputs")
    page.pick("age", Field.MISSING, "Leave out rows")
    assert "m = 80 rows (10 left out)" in page.result()
    choose(page.panel.shares.scaling, "minmax")
    page.panel.shares.split.fields[0].setValue(50.0)
    page.wait()
    assert page.importing.data.scaling == "minmax"
    assert page.importing.data.split == pytest.approx((0.5, 0.15, 0.35))
    assert "→ 40 / 12 / 28" in page.result()
    assert "train: 40 " in page.panel.shares.parts.accessibleDescription()


def test_a_click_on_a_column_makes_it_the_target(page: Page, people: Path, qtbot: QtBot) -> None:
    page.open(people)
    table = page.panel.view.columns
    place = table.visualRect(table.model().index(page.row("fare"), Field.TARGET)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    page.wait()
    assert page.panel.target.target.currentText() == "fare"
    assert page.panel.target.task.current() == 1
    assert "c = 1 target number" in page.result()
    assert page.panel.shares.target_scaling.isVisible()


def test_a_problem_stands_at_its_column_and_beside_the_button(page: Page, people: Path) -> None:
    page.open(people)
    page.pick("age", Field.MISSING, "None expected")
    assert page.text("age", Field.BECOMES).startswith("line 2: the cell is empty")
    assert not page.panel.use.isEnabled()
    assert page.panel.reason.text().startswith("people.csv, line 2, column 'age'")
    assert "leave out rows" in page.panel.reason.text()
    assert page.panel.reason.property("role") == "error"
    assert not page.panel.result.isVisible()
    page.pick("age", Field.MISSING, "Mean")
    assert page.panel.use.isEnabled()
    assert page.panel.result.isVisible()


def test_several_columns_are_left_out_at_once(page: Page, people: Path) -> None:
    page.open(people)
    page.panel.view.columns.selectAll()
    page.pick("age", Field.USE, "Leave out")
    assert "no input column is left" in page.panel.reason.text()
    page.panel.view.columns.clearSelection()
    page.pick("age", Field.USE, "Number")
    assert page.result().startswith("n = 1 input, ")


def test_parts_of_a_date_and_an_order_are_chosen_under_the_table(
    page: Page, people: Path, click: Callable[..., None]
) -> None:
    page.open(people)
    page.pick("boarded", Field.USE, "Date parts")
    page.panel.view.columns.go_to("boarded")
    assert page.panel.view.detail.sentence.text().startswith("boarded: 4 inputs")
    page.panel.view.detail.boxes["year"].click()
    page.wait()
    assert page.importing.data.columns["boarded"].parts == ("month", "weekday", "seconds")
    page.pick("size", Field.USE, "Ordinal")
    page.panel.view.columns.go_to("size")
    order = page.panel.view.detail.order
    assert [order.item(place).text() for place in range(3)] == ["large", "medium", "small"]
    order.setCurrentRow(2)
    click(page.panel.view.detail.earlier)
    page.wait()
    assert page.importing.data.columns["size"].order == ("large", "small", "medium")
    assert [order.item(place).text() for place in range(3)] == ["large", "small", "medium"]


def test_used_data_goes_into_the_draft_with_its_whole_recipe(
    page: Page, people: Path, click: Callable[..., None], qtbot: QtBot, tmp_path: Path
) -> None:
    page.open(people)
    page.pick("boarded", Field.USE, "Date parts")
    shown, recipe = page.result(), page.importing.data
    click(page.panel.use)
    assert page.importing.path is None
    draft = page.workspace.draft
    assert draft.experiment.data == recipe
    qtbot.waitUntil(lambda: not draft.reading)
    assert draft.data_problem is None
    assert shown.startswith(f"n = {draft.facts.dataset.inputs} inputs")
    save_experiment(draft.experiment, tmp_path / "people.toml")
    assert load_experiment(tmp_path / "people.toml").data == recipe


@pytest.mark.parametrize("button", ["cancel", "close_button"])
def test_leaving_the_page_changes_nothing(page: Page, people: Path, click: Callable[..., None], button: str) -> None:
    before = page.workspace.draft.experiment
    page.open(people)
    page.pick("age", Field.USE, "Leave out")
    click(getattr(page.panel, button))
    assert page.importing.path is None
    assert page.workspace.draft.experiment == before


def test_a_file_that_cannot_be_read_is_one_sentence_with_a_way_back(
    page: Page, tmp_path: Path, click: Callable[..., None]
) -> None:
    file = tmp_path / "empty.csv"
    file.write_bytes(b"")
    page.open(file)
    assert "empty.csv" in page.panel.reading.sentence.text()
    assert "\n" not in page.panel.reading.sentence.text()
    assert not page.panel.use.isVisible()
    file.write_text("a,b\n" + "".join(f"{n},{n % 2}\n" for n in range(20)), encoding="utf-8")
    click(page.panel.reading.again)
    page.wait()
    assert page.panel.use.isEnabled()
    assert not page.panel.reading.isVisible()


def test_the_next_file_is_shown_as_it_is(page: Page, people: Path, tmp_path: Path) -> None:
    page.open(people)
    page.importing.close()
    np.save(tmp_path / "rows.npy", np.random.default_rng(0).normal(size=(40, 3)))
    page.open(tmp_path / "rows.npy")
    assert page.panel.extent.text() == "40 rows × 3 columns"
    assert not page.panel.view.columns.isVisible()
    assert page.panel.view.samples.model().columnCount() == 3
    assert "c = 1 target number, m = 40 rows" in page.result()
    page.open(people)
    assert page.panel.view.columns.isVisible()
    assert page.text("name", Field.USE) == "Leave out"


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Ten photos each of two classes, 12 × 16 pixels in colour."""
    rng = np.random.default_rng(0)
    for name in ("cat", "dog"):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for number in range(10):
            pixels = rng.integers(0, 256, (12, 16, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / "photos" / name / f"{number}.png")
    return tmp_path / "photos"


def test_a_folder_of_photos_is_shown_and_resized(page: Page, photos: Path, choose: Choose) -> None:
    page.open(photos)
    assert page.panel.extent.text() == "20 images, 12 × 16 pixels, grey"
    assert page.panel.view.images.isVisible()
    assert page.panel.target.labels.text() == "2 classes: cat, dog"
    assert "n = 192 inputs, c = 2 classes, m = 20 rows" in page.result()
    choose(page.panel.read_fields.image_size, "8 × 8")
    page.wait()
    page.panel.read_fields.colour.set_current(1)
    page.wait()
    assert page.panel.extent.text() == "20 images, 8 × 8 pixels, colour"
    assert "n = 192 inputs" in page.result()
    assert page.importing.data.image_size == (8, 8)


def test_a_workbook_offers_its_sheets(page: Page) -> None:
    page.open(Path(__file__).parents[3] / "data" / "files" / "animals.xlsx")
    sheet = page.panel.read_fields.sheet
    assert [sheet.itemText(place) for place in range(sheet.count())] == ["notes", "animals", "numbers"]
    assert page.panel.format.text() == "Workbook"
    sheet.activated.emit(2)
    page.wait()
    assert sheet.currentText() == "numbers"
    numbers = page.importing.result
    sheet.activated.emit(1)
    page.wait()
    assert page.importing.result.names != numbers.names
    assert page.text("kind", Field.USE) == "Target"


def test_everything_has_a_name_and_a_hint(page: Page, people: Path) -> None:
    page.open(people)
    panel = page.panel
    for widget in (panel.use, panel.cancel, panel.close_button, panel.shares.scaling, panel.shares.seed,
                   panel.shares.stratified, panel.result, panel.target.target, *panel.shares.split.fields):  # fmt: skip
        assert widget.toolTip(), widget
    assert panel.close_button.accessibleName()
    for box in panel.findChildren(QComboBox):
        assert box.accessibleName(), box


@pytest.mark.parametrize("size", [(700, 600), (1150, 900)])
def test_nothing_is_wider_than_the_page(page: Page, people: Path, size: tuple[int, int]) -> None:
    page.open(people)
    page.panel.resize(*size)
    assert page.panel.minimumSizeHint().width() <= size[0]
    assert page.panel.size().toTuple() == size
    for part in (page.panel.shares, page.panel.target, page.panel.view, page.panel.use, page.panel.reason):
        right = part.mapTo(page.panel, part.rect().bottomRight())
        assert right.x() <= size[0]
        assert right.y() <= size[1]


def test_a_column_that_can_be_read_in_two_ways_asks_and_the_choice_goes_with_the_data(
    page: Page, tmp_path: Path
) -> None:
    path = tmp_path / "towns.csv"
    rows = [
        ["pop", "founded", "k"],
        *([f"{n % 7 + 1},{n:03}", f"{n % 9 + 1}/{n % 8 + 1}/2020", "ab"[n % 2]] for n in range(100, 160)),
    ]
    path.write_text("\n".join(";".join(row) for row in rows), encoding="utf-8")
    page.open(path)
    questions = page.panel.questions
    assert questions.isVisible()
    assert [label.text().split(" is read ")[0] for label in questions.sentences] == ["The column 'pop'"]
    assert "'3,100' is 3.1 or 3100, '4,101' is 4.101 or 4101" in questions.sentences[0].text()
    page.pick("founded", Field.USE, "Date parts")
    assert len(questions.sentences) == 2  # a column that is left out asks nothing
    assert questions.answers[0].current() == 1
    questions.answers[0].set_current(0)
    page.wait()
    assert page.text("pop", Field.SAMPLE).startswith("3100, 4101")
    assert [label.text().split(" is read ")[1][:20] for label in questions.sentences] == [
        "with a decimal point",
        "with the day first. ",
    ]
    page.panel.use.click()
    columns = page.workspace.draft.experiment.data.columns
    assert (columns["pop"].reading, columns["founded"].reading) == ("decimal_point", "day_first")
    assert page.workspace.draft.facts is not None
    assert page.workspace.draft.facts.dataset.x[:, 0].min() > 1000
    save_experiment(page.workspace.draft.experiment, tmp_path / "towns.toml")
    assert load_experiment(tmp_path / "towns.toml") == page.workspace.draft.experiment

"""The examples: the rows of each part, and what the network gets wrong, asked for only while they are seen."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from lab.data.arrays import pixel_names
from lab.data.dataset import Dataset
from lab.data.subsets.split import SUBSETS, Split
from lab.experiment.datasets import DataFacts
from lab.experiment.readings.row_results import PartResults
from lab.experiment.session import Session
from lab.experiment.spec import Experiment
from lab.gui.panels.run_pages import browse_panel
from lab.gui.panels.run_pages.browse_panel import VIEWS, BrowsePanel
from lab.gui.widgets.rows.row_model import GAP
from lab.gui.workers.commands import State
from lab.gui.workspace.run import Run
from lab.gui.workspace.workspace import Workspace

Make = Callable[..., Experiment]
Open = Callable[..., Workspace]
Show = Callable[..., BrowsePanel]
Reach = Callable[[Run, State], None]
Train = Callable[[Workspace, int], None]


@pytest.fixture
def workspace(open_workspace: Open, experiment: Make) -> Workspace:
    """A workspace with the iris flowers, three epochs before it."""
    return open_workspace(experiment(rate=0.5))


def go_to(panel: BrowsePanel, view: str) -> None:
    panel.views.set_current(panel.offered.index(view))
    assert panel.view == view


def cells(panel: BrowsePanel, column: int) -> list[str]:
    model = panel.table.model()
    return [model.index(row, column).data() for row in range(model.rowCount())]


def row_numbers(panel: BrowsePanel) -> list[int]:
    """Return the rows of the table, from 0."""
    return [int(number) for number in panel.table.rows.rows]


def titles(panel: BrowsePanel) -> list[str]:
    return [panel.table.rows.title(column) for column in range(panel.table.model().columnCount())]


def give(panel: BrowsePanel, workspace: Workspace, dataset: Dataset) -> None:
    """Let the draft have a set, half of it to train on."""
    rows = np.arange(dataset.examples)
    half, rest = np.array_split(rows, 2)
    workspace.draft.facts = DataFacts(dataset, Split(half, rest[:-1], rest[-1:]))
    workspace.draft.changed.emit()


def prices() -> Dataset:
    """Return 40 rows with two numbers to be learnt and a gap in row 3."""
    x = np.random.default_rng(0).standard_normal((40, 3))
    x[3, 1] = np.nan
    y = np.stack([x[:, 0] * 2, x[:, 2] + 1], axis=1)
    return Dataset("homes", "Homes", x, y, (), ("rooms", "age", "size"), None, target_names=("price", "rent"))


def photos() -> Dataset:
    """Return 30 images in colour of two classes."""
    x = np.random.default_rng(0).integers(0, 256, (30, 48)).astype(np.uint8)
    shape = (4, 4, 3)
    return Dataset("photos", "Photos", x, np.arange(30) % 2, ("cat", "dog"), pixel_names(shape), shape, 255)


# what is shown


def test_every_row_is_in_the_table_with_part_class_and_inputs(workspace: Workspace, show: Show) -> None:
    panel = show(BrowsePanel(workspace))
    facts = workspace.draft.facts
    dataset = facts.dataset
    assert row_numbers(panel) == list(range(150))
    assert titles(panel) == ["part", dataset.target_names[0], *dataset.feature_names]
    parts = cells(panel, 0)
    for part in SUBSETS:
        assert [row for row in range(150) if parts[row] == part] == getattr(facts.split, part).tolist()
    assert cells(panel, 1) == [dataset.class_names[number] for number in dataset.y]
    assert panel.note.text() == "Iris flowers: 150 rows × 4 columns"


@pytest.mark.parametrize("place", [1, 2, 3])
def test_a_part_has_its_rows_only(workspace: Workspace, show: Show, place: int) -> None:
    panel = show(BrowsePanel(workspace))
    panel.part.set_current(place)
    part = SUBSETS[place - 1]
    assert row_numbers(panel) == getattr(workspace.draft.facts.split, part).tolist()
    assert set(cells(panel, 0)) == {part}


def test_images_are_offered_where_there_are_any(open_workspace: Open, experiment: Make, show: Show) -> None:
    workspace = open_workspace(experiment(source="digits", output=10))
    panel = show(BrowsePanel(workspace))
    go_to(panel, "Images")
    assert panel.images.label(3) == workspace.draft.facts.dataset.class_names[workspace.draft.facts.dataset.y[3]]
    give(panel, workspace, prices())
    assert panel.view == "Table"
    assert panel.pages.currentWidget() is panel.table
    assert "Images" not in panel.offered


def test_another_set_keeps_the_view(workspace: Workspace, show: Show) -> None:
    panel = show(BrowsePanel(workspace))
    go_to(panel, "Scatter")
    give(panel, workspace, photos())
    assert panel.view == "Scatter"
    assert panel.pages.currentWidget() is panel.scatter
    assert panel.scatter.caption.text() == "All 30 rows. Components of the pixels."


def test_a_column_has_its_figures_and_the_classes_their_counts(workspace: Workspace, show: Show) -> None:
    panel = show(BrowsePanel(workspace))
    go_to(panel, "Columns")
    x = workspace.draft.facts.dataset.x
    panel.columns.list.setCurrentIndex(panel.columns.list.model().index(2, 0))
    figures = panel.columns.histogram.accessibleDescription()
    assert figures.startswith(f"min {x[:, 2].min():.3f}, max {x[:, 2].max():.3f}, mean {x[:, 2].mean():.3f}")
    assert f"different {len(set(x[:, 2].tolist()))}" in figures
    assert panel.columns.counts.lines() == [(name, "50", "33 %") for name in ("setosa", "versicolor", "virginica")]
    panel.part.set_current(1)
    split = workspace.draft.facts.split
    assert sum(int(count) for _, count, _ in panel.columns.counts.lines()) == len(split.train)


def test_gaps_are_dashes_and_counted(workspace: Workspace, show: Show) -> None:
    panel = show(BrowsePanel(workspace))
    give(panel, workspace, prices())
    assert titles(panel) == ["part", "price", "rent", "rooms", "age", "size"]
    assert [row for row, text in enumerate(cells(panel, 4)) if text == GAP] == [3]
    go_to(panel, "Columns")
    panel.columns.list.setCurrentIndex(panel.columns.list.model().index(1, 0))
    assert "gaps 1 (2 %)" in panel.columns.histogram.accessibleDescription()
    spread = panel.columns.histogram.spread()
    assert (spread.size, spread.broken) == (39, 0)


def test_a_regression_has_histograms_of_its_targets(
    workspace: Workspace, show: Show, choose: Callable[[QComboBox, object], None]
) -> None:
    panel = show(BrowsePanel(workspace))
    give(panel, workspace, prices())
    go_to(panel, "Columns")
    for name in ("price", "rent"):
        choose(panel.columns.target, name)
        y = prices().y[:, prices().target_names.index(name)]
        assert panel.columns.spread.spread().low == y.min()


def test_points_can_be_drawn_by_any_two_columns(
    workspace: Workspace, show: Show, choose: Callable[[QComboBox, object], None]
) -> None:
    panel = show(BrowsePanel(workspace))
    go_to(panel, "Scatter")
    assert "Components of the columns" in panel.scatter.caption.text()
    choose(panel.scatter.across, "petal length (cm)")
    choose(panel.scatter.up, "sepal width (cm)")
    assert panel.scatter.caption.text() == "All 150 rows."
    assert panel.scatter.plot.accessibleDescription() == "150 points: sepal width (cm) by petal length (cm)"


def test_points_with_a_gap_are_left_out_and_the_colour_is_chosen(
    workspace: Workspace, show: Show, choose: Callable[[QComboBox, object], None]
) -> None:
    panel = show(BrowsePanel(workspace))
    give(panel, workspace, prices())
    go_to(panel, "Scatter")
    choose(panel.scatter.up, "age")
    assert "1 of them have a gap" in panel.scatter.caption.text()
    assert panel.scatter.colour.isVisible()
    choose(panel.scatter.colour, "rent")
    assert "rent" in panel.scatter.plot.text(0)


# when it works, and when not


def test_hidden_it_does_nothing(workspace: Workspace, show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    panel = BrowsePanel(workspace)
    monkeypatch.setattr(browse_panel, "BrowsedRows", lambda _: pytest.fail("a hidden panel takes rows"))
    workspace.draft.changed.emit()
    assert panel.view == ""
    monkeypatch.undo()
    show(panel)
    assert panel.view == "Table"


def test_only_the_view_on_show_is_filled(workspace: Workspace, show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    panel = show(BrowsePanel(workspace))
    filled: list[str] = []
    monkeypatch.setattr(panel, "_fills", {view: lambda view=view: filled.append(view) for view in VIEWS})
    panel.part.set_current(1)
    assert filled == ["Table"]
    go_to(panel, "Scatter")
    go_to(panel, "Table")
    assert filled == ["Table", "Scatter"]


def test_an_edit_that_is_not_of_the_data_fills_nothing(
    workspace: Workspace, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = show(BrowsePanel(workspace))
    monkeypatch.setattr(panel, "_fills", {})
    workspace.edit_optimizer(learning_rate=0.25)
    assert panel.view == "Table"


def test_data_that_cannot_be_read_are_told_of(workspace: Workspace, show: Show, tmp_path: Path, qtbot: QtBot) -> None:
    panel = show(BrowsePanel(workspace))
    data = workspace.draft.experiment.data
    workspace.draft.edit_data(data.model_copy(update={"source": None, "path": str(tmp_path / "gone.csv")}))
    assert panel.note.text().startswith("Reading other data…")
    qtbot.waitUntil(lambda: not workspace.draft.reading)
    assert panel.note.text().startswith("The new data cannot be read; these are the last ones.")
    assert row_numbers(panel) == list(range(150))


# what the network gets wrong


def test_without_a_run_on_this_data_wrong_rows_are_not_offered(
    workspace: Workspace, show: Show, train: Train, qtbot: QtBot
) -> None:
    workspace.edits.set_at_once(False)
    panel = show(BrowsePanel(workspace))
    assert not panel.filter.isEnabled()
    train(workspace, 1)
    assert panel.filter.isEnabled()
    panel.filter.set_current(1)
    workspace.draft.edit(seed=99)
    qtbot.waitUntil(lambda: not workspace.draft.reading)
    assert not panel.filter.isEnabled()
    assert not panel.only_wrong
    workspace.draft.undo()
    qtbot.waitUntil(lambda: not workspace.draft.reading)
    assert panel.filter.isEnabled()


def finished(workspace: Workspace, reach: Reach) -> Session:
    """Train to the end, and return a session that did the same on its own."""
    workspace.run_or_pause()
    reach(workspace.run, State.FINISHED)
    alone = Session(workspace.run.experiment)
    for _ in range(3):
        alone.run_epoch()
    return alone


@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_wrong_rows_are_those_of_a_session_on_its_own(
    workspace: Workspace, show: Show, reach: Reach, qtbot: QtBot, place: int
) -> None:
    panel = show(BrowsePanel(workspace))
    alone = finished(workspace, reach)
    panel.part.set_current(place)
    panel.filter.set_current(1)
    parts = SUBSETS if place == 0 else SUBSETS[place - 1 : place]
    split = workspace.draft.facts.split
    known = sum(len(getattr(split, part)) for part in parts)
    part = "" if place == 0 else f"{SUBSETS[place - 1]} "
    told = f"of {known} {part}rows"
    qtbot.waitUntil(lambda: panel.note.text().endswith("largest loss first") and told in panel.note.text())
    reach(workspace.run, State.FINISHED)
    expected: dict[int, tuple[float, int]] = {}
    for part in parts:
        results = alone.row_results(part)
        rows = zip(results.rows.tolist(), results.losses.tolist(), results.predicted.tolist(), strict=True)
        expected |= {row: (loss, taken) for row, loss, taken in rows if taken != alone.dataset.y[row]}
    order = sorted(expected, key=lambda row: -expected[row][0])
    assert row_numbers(panel) == order
    assert titles(panel)[2:4] == ["predicted", "loss"]
    assert cells(panel, 2) == [alone.dataset.class_names[expected[row][1]] for row in order]


def test_all_views_have_the_wrong_rows(workspace: Workspace, show: Show, reach: Reach, qtbot: QtBot) -> None:
    panel = show(BrowsePanel(workspace))
    finished(workspace, reach)
    panel.filter.set_current(1)
    qtbot.waitUntil(lambda: "of 150 rows" in panel.note.text())
    wrong = len(row_numbers(panel))
    go_to(panel, "Columns")
    assert sum(int(count) for _, count, _ in panel.columns.counts.lines()) == wrong
    go_to(panel, "Scatter")
    assert panel.scatter.caption.text().startswith(f"All {wrong} rows.")
    panel.filter.set_current(0)
    assert panel.scatter.caption.text().startswith("All 150 rows.")


def test_after_a_step_it_asks_again(workspace: Workspace, show: Show, train: Train, qtbot: QtBot) -> None:
    panel = show(BrowsePanel(workspace))
    train(workspace, 1)
    panel.part.set_current(2)
    panel.filter.set_current(1)
    qtbot.waitUntil(lambda: panel.table.model().columnCount() == 8)
    first = cells(panel, 3)
    train(workspace, 8)
    qtbot.waitUntil(lambda: cells(panel, 3) != first)


def test_a_run_is_asked_only_while_the_panel_is_seen_and_wants_it(
    workspace: Workspace, show: Show, train: Train
) -> None:
    panel = show(BrowsePanel(workspace))
    train(workspace, 1)
    assert workspace.run.snapshot.answers == {}
    panel.filter.set_current(1)
    train(workspace, 1)
    assert set(workspace.run.snapshot.answers) == {PartResults(part) for part in SUBSETS}
    panel.hide()
    train(workspace, 1)
    assert workspace.run.snapshot.answers == {}


def test_results_that_are_no_news_fill_nothing(
    workspace: Workspace, show: Show, train: Train, reach: Reach, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = show(BrowsePanel(workspace))
    train(workspace, 1)
    panel.filter.set_current(1)
    reach(workspace.run, State.PAUSED)
    monkeypatch.setattr(panel, "_fills", {})  # a view that is filled now would be a KeyError
    workspace.run.refresh()
    reach(workspace.run, State.PAUSED)
    assert set(workspace.run.snapshot.answers) == {PartResults(part) for part in SUBSETS}


def test_a_fresh_run_begins_with_nothing_known(workspace: Workspace, show: Show, reach: Reach, qtbot: QtBot) -> None:
    panel = show(BrowsePanel(workspace))
    finished(workspace, reach)
    panel.filter.set_current(1)
    qtbot.waitUntil(lambda: "of 150 rows" in panel.note.text())
    reach(workspace.run, State.FINISHED)
    trained = row_numbers(panel)
    workspace.reset()
    reach(workspace.run, State.READY)
    qtbot.waitUntil(lambda: "of 150 rows" in panel.note.text())
    assert row_numbers(panel) != trained


# for everybody


def test_everything_that_can_be_focused_has_a_name_and_a_tooltip(workspace: Workspace, show: Show) -> None:
    panel = show(BrowsePanel(workspace))
    give(panel, workspace, photos())
    own = [panel.views, panel.part, panel.filter, panel.images, panel.columns.list, panel.columns.search]
    own += [panel.columns.counts, panel.scatter.across, panel.scatter.up, panel.scatter.plot, panel.table]
    assert [type(widget).__name__ for widget in own if not widget.accessibleName()] == []
    told: list[QWidget] = [*own[3:-1], *panel.views.findChildren(QPushButton), *panel.filter.findChildren(QPushButton)]
    told += [label for label in panel.columns.figures.findChildren(QLabel) if label.text()]
    assert [type(widget).__name__ for widget in told if not widget.toolTip()] == []


def test_rows_have_the_number_the_line_and_the_id_that_they_have_in_their_file(
    open_panel: Callable[..., BrowsePanel], tmp_path: Path
) -> None:
    lines = [
        f"{number},{'' if number == 28 else number / 2},{'cat' if number % 2 else 'dog'}" for number in range(1, 61)
    ]
    (tmp_path / "pets.csv").write_text("id,size,kind\n" + "\n".join(lines), encoding="utf-8")
    columns = {"id": {"use": "drop"}, "size": {"missing": "drop_rows"}}
    data = {"path": str(tmp_path / "pets.csv"), "target": "kind", "columns": columns}
    layers = [{"kind": "dense", "units": 2, "activation": "softmax"}]
    panel = open_panel(BrowsePanel, Experiment.model_validate({"name": "Pets", "data": data, "layers": layers}))
    rows = panel.table.rows
    titles = [rows.title(column) for column in range(rows.columnCount())]
    assert titles == ["part", "kind", "id", "size"]
    numbers = [rows.headerData(row, Qt.Orientation.Vertical) for row in range(rows.rowCount())]
    assert numbers == [str(number) for number in range(1, 61) if number != 28]
    assert [rows.text(row, 2) for row in range(rows.rowCount())] == numbers
    tip = rows.headerData(27, Qt.Orientation.Vertical, Qt.ItemDataRole.ToolTipRole)
    assert tip == "pets.csv, row 29, line 30"
    assert rows.data(rows.index(27, 3), Qt.ItemDataRole.ToolTipRole).startswith("pets.csv, row 29, line 30, size: ")

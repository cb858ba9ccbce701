"""The inspector: every matrix with its shape, and the chosen one of one step; hidden it asks for nothing."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from lab.core.explain.tile import MatrixKey
from lab.core.types import Array
from lab.experiment.example_names import example_name
from lab.experiment.readings.layer_matrix import LayerMatrix
from lab.experiment.session import Session
from lab.experiment.spec import Experiment
from lab.experiment.stack.matrices import MATRICES
from lab.gui.panels.inspector_panel import InspectorPanel
from lab.gui.widgets.drawing.number_text import number_text
from lab.gui.workers.commands import State
from lab.gui.workspace.run import Run
from lab.gui.workspace.workspace import Workspace

Make = Callable[..., Experiment]
Train = Callable[[Workspace, int], None]
Reach = Callable[[Run, State], None]
Hover = Callable[[QWidget, QPoint], None]
Inspector = Callable[..., InspectorPanel]


@pytest.fixture
def inspector(open_panel: Callable[..., InspectorPanel]) -> Inspector:
    """Show the inspector of an experiment; the workspace is the panel's `workspace`."""
    return partial(open_panel, InspectorPanel)


@pytest.fixture
def look_at(reach: Reach) -> Callable[[InspectorPanel, int, str], Array]:
    """Choose a matrix and return the numbers that the table then shows."""

    def choose(panel: InspectorPanel, layer: int, name: str) -> Array:
        panel.workspace.selection.choose(layer, name)
        reach(panel.workspace.run, panel.workspace.run.state)
        return shown(panel)

    return choose


def shown(panel: InspectorPanel) -> Array:
    return panel.table.model().matrix()


ARROWS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right)


def chosen(panel: InspectorPanel) -> tuple[tuple[int, str], str]:
    """Return layer (from 0), word and shape of the chosen place, as a screen reader is told them."""
    words, _, shape = panel.grid.accessibleDescription().rpartition(": ")
    word, _, number = words.rpartition(", Layer ")
    return (int(number) - 1, word), shape


def listed(panel: InspectorPanel, qtbot: QtBot) -> dict[tuple[int, str], str]:
    """Return the shape of all that the arrow keys lead to, by layer and the matrix's word."""
    grid, found, ahead = panel.grid, dict([chosen(panel)]), [panel.grid.current()]
    while ahead:
        place = ahead.pop()
        for key in ARROWS:
            grid.set_current(*place)
            qtbot.keyClick(grid, key)
            name, shape = chosen(panel)
            if name not in found:
                found[name] = shape
                ahead.append(grid.current())
    return found


# what is listed


def test_every_matrix_of_every_layer_is_listed_with_its_shape(
    inspector: Inspector, experiment: Make, train: Train, qtbot: QtBot
) -> None:
    panel = inspector(experiment(hidden=(7, 5)))
    train(panel.workspace, 1)
    session = Session(experiment(hidden=(7, 5)))
    session.step()
    found = listed(panel, qtbot)
    for layer in range(3):
        for name in ("W", "b", "z", "a", "delta", "dW", "db", "update_W", "update_b"):
            shape = getattr(session.network.layers[layer], name).shape
            assert found[layer, MATRICES[name].word] == "×".join(map(str, shape))


def test_shapes_are_listed_before_the_first_step(inspector: Inspector, experiment: Make, qtbot: QtBot) -> None:
    panel = inspector(experiment(hidden=(5,), batch_size=8))
    found = listed(panel, qtbot)
    assert found[0, MATRICES["W"].word] == "4×5"
    assert found[1, MATRICES["delta"].word] == "8×3"


def test_an_edit_shows_when_the_run_has_taken_it(
    inspector: Inspector, experiment: Make, train: Train, qtbot: QtBot
) -> None:
    panel = inspector(experiment(hidden=(5,)))
    train(panel.workspace, 1)
    panel.workspace.draft.edit_layer(0, units=9)
    assert listed(panel, qtbot)[0, MATRICES["W"].word] == "4×5"
    qtbot.waitUntil(lambda: listed(panel, qtbot)[0, MATRICES["W"].word] == "4×9")


def test_before_a_run_the_list_follows_the_stack(inspector: Inspector, experiment: Make, qtbot: QtBot) -> None:
    panel = inspector(experiment(hidden=(5,)))
    panel.workspace.draft.edit_layer(0, units=9)
    assert listed(panel, qtbot)[0, MATRICES["W"].word] == "4×9"


def test_a_layer_lists_only_what_its_kind_has(
    inspector: Inspector, experiment: Make, train: Train, qtbot: QtBot
) -> None:
    panel = inspector(experiment())
    panel.workspace.draft.add_layer(1, "dropout")
    train(panel.workspace, 1)
    words = {word for layer, word in listed(panel, qtbot) if layer == 1}
    assert MATRICES["mask"].word in words
    assert MATRICES["W"].word not in words


# what is shown


@pytest.mark.parametrize("name", ["W", "b", "z", "a", "delta", "dW", "db", "update_W", "update_b"])
def test_the_chosen_matrix_is_that_of_the_step(
    inspector: Inspector, experiment: Make, train: Train, look_at: Callable[..., Array], name: str
) -> None:
    panel = inspector(experiment())
    train(panel.workspace, 2)
    alone = Session(experiment())
    alone.step()
    before = {"W": alone.network.layers[0].W.copy(), "b": alone.network.layers[0].b.copy()}
    alone.step()
    expected = np.atleast_2d(before.get(name, getattr(alone.network.layers[0], name)))
    np.testing.assert_array_equal(look_at(panel, 0, name), expected)
    symbol = MATRICES[name].symbol
    assert panel.title.text().startswith(symbol)
    assert "¹" in panel.title.text()
    shape = getattr(alone.network.layers[0], name).shape
    assert all(str(size) in panel.shape.text() for size in shape)
    assert f"norm {number_text(float(np.linalg.norm(expected)))}" in panel.stats.accessibleDescription()


def test_what_is_shown_belongs_to_one_step(
    inspector: Inspector, experiment: Make, train: Train, look_at: Callable[..., Array]
) -> None:
    panel = inspector(experiment())
    train(panel.workspace, 3)
    z, below, W, b = (look_at(panel, layer, name) for layer, name in ((1, "z"), (0, "a"), (1, "W"), (1, "b")))
    np.testing.assert_allclose(z, below @ W + b, rtol=1e-12)
    delta, dW, update = (look_at(panel, 1, name) for name in ("delta", "dW", "update_W"))
    np.testing.assert_allclose(dW, below.T @ delta / len(delta), rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(update, -0.1 * dW, rtol=1e-12)


@pytest.mark.parametrize(("reduction", "word"), [("mean", "mean"), ("sum", "sum")])
def test_the_strip_under_delta_is_the_bias_gradient(
    inspector: Inspector, experiment: Make, train: Train, look_at: Callable[..., Array], reduction: str, word: str
) -> None:
    panel = inspector(experiment(reduction=reduction, rate=0.01))
    train(panel.workspace, 2)
    delta = look_at(panel, 0, "delta")
    assert panel.strip.isVisible()
    assert word in panel.strip_title.text()
    sums = getattr(delta, word)(axis=0)
    for column, value in enumerate(sums):
        assert panel.strip.cell_text(0, column) == f"[0, {column}]  {number_text(float(value), signed=True)}"


def test_the_strip_is_delta_s_alone(
    inspector: Inspector, experiment: Make, train: Train, look_at: Callable[..., Array]
) -> None:
    panel = inspector(experiment())
    train(panel.workspace, 1)
    look_at(panel, 0, "z")
    assert not panel.strip.isVisible()


def test_before_the_first_step_there_are_only_weights(
    inspector: Inspector, experiment: Make, reach: Reach, look_at: Callable[..., Array]
) -> None:
    panel = inspector(experiment())
    panel.workspace.reset()
    reach(panel.workspace.run, State.READY)
    assert look_at(panel, 0, "W").shape == (4, 5)
    assert look_at(panel, 0, "delta").size == 0
    assert "no step" in panel.shape.text()


def test_a_fresh_run_does_not_show_the_old_numbers(
    inspector: Inspector, experiment: Make, train: Train, qtbot: QtBot
) -> None:
    panel = inspector(experiment())
    train(panel.workspace, 2)
    assert shown(panel).size
    panel.workspace.reset()
    run = panel.workspace.run
    qtbot.waitUntil(lambda: run.snapshot is not None and not shown(panel).size)
    assert run.snapshot.progress.step == 0


def test_quick_choices_end_at_the_last_one(
    inspector: Inspector, experiment: Make, train: Train, reach: Reach, qtbot: QtBot
) -> None:
    panel = inspector(experiment())
    train(panel.workspace, 1)
    panel.grid.set_current(0, 0)
    panel.workspace.selection.choose(0, "W")
    for _ in range(2):  # over b to z
        qtbot.keyClick(panel.grid, Qt.Key.Key_Down)
    qtbot.keyClick(panel.grid, Qt.Key.Key_Right)
    reach(panel.workspace.run, State.PAUSED)
    session = Session(experiment())
    session.step()
    np.testing.assert_array_equal(shown(panel), session.network.layers[1].z)


def test_a_layer_that_is_gone_is_not_shown(
    inspector: Inspector, experiment: Make, train: Train, look_at: Callable[..., Array], reach: Reach
) -> None:
    panel = inspector(experiment(hidden=(7, 5)))
    train(panel.workspace, 1)
    look_at(panel, 2, "W")
    panel.workspace.draft.remove_layer(0)
    panel.workspace.step_batch()
    reach(panel.workspace.run, State.PAUSED)
    assert shown(panel).shape == (5, 3)
    assert "²" in panel.title.text()


def test_a_matrix_that_a_layer_does_not_have_gives_way(
    inspector: Inspector, experiment: Make, train: Train, look_at: Callable[..., Array]
) -> None:
    panel = inspector(experiment())
    panel.workspace.draft.add_layer(1, "dropout")
    train(panel.workspace, 1)
    look_at(panel, 0, "W")
    assert look_at(panel, 1, "W").shape == (10, 5)


# one cell


def test_the_number_under_the_pointer_is_told(
    inspector: Inspector, experiment: Make, train: Train, look_at: Callable[..., Array], hover: Hover
) -> None:
    panel = inspector(experiment())
    train(panel.workspace, 1)
    values = look_at(panel, 0, "a")
    hover(panel.heatmap, panel.heatmap.cell_rect(2, 1).center())
    number = number_text(float(values[2, 1]), signed=True)
    assert f"cell [2, 1] {number}" in panel.stats.accessibleDescription()
    assert panel.workspace.selection.cell is None
    QApplication.sendEvent(panel.heatmap, QEvent(QEvent.Type.Leave))
    assert "cell" not in panel.stats.accessibleDescription()


@pytest.mark.parametrize("place", ["heatmap", "table"])
def test_keys_move_the_marker_the_row_of_the_table_and_the_sum_at_once(
    inspector: Inspector, experiment: Make, train: Train, look_at: Callable[..., Array], qtbot: QtBot, place: str
) -> None:
    panel = inspector(experiment())
    train(panel.workspace, 1)
    values = look_at(panel, 0, "a")
    panel.table.set_current(0, 0)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down):
        qtbot.keyClick(getattr(panel, place), key)
        cell = panel.workspace.selection.cell
        index = panel.table.currentIndex()
        assert panel.heatmap.cursor_cell() == (index.row(), index.column()) == cell
        number = number_text(float(values[cell]), signed=True)
        assert f"cell [{cell[0]}, {cell[1]}] {number}" in panel.stats.accessibleDescription()
    assert cell == (2, 1)


def test_a_click_in_the_picture_finds_the_cell_in_the_table(
    inspector: Inspector, experiment: Make, train: Train, look_at: Callable[..., Array], qtbot: QtBot
) -> None:
    panel = inspector(experiment())
    train(panel.workspace, 1)
    look_at(panel, 0, "a")
    place = panel.heatmap.cell_rect(6, 2).center()
    qtbot.mouseClick(panel.heatmap, Qt.MouseButton.LeftButton, pos=place)
    index = panel.table.currentIndex()
    assert (index.row(), index.column()) == (6, 2)


def test_the_numbers_can_be_copied(
    inspector: Inspector, experiment: Make, train: Train, look_at: Callable[..., Array], qtbot: QtBot
) -> None:
    panel = inspector(experiment())
    train(panel.workspace, 1)
    values = look_at(panel, 0, "W")
    panel.table.selectAll()
    qtbot.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QApplication.clipboard().text().splitlines()
    np.testing.assert_array_equal([[float(cell) for cell in line.split("\t")] for line in lines], values)


# nobody looks


def test_hidden_it_asks_for_nothing(inspector: Inspector, experiment: Make, train: Train) -> None:
    panel = inspector(experiment())
    panel.hide()
    train(panel.workspace, 2)
    assert panel.workspace.run.snapshot.answers == {}


def test_only_the_chosen_matrix_is_asked_for(
    inspector: Inspector, experiment: Make, train: Train, look_at: Callable[..., Array]
) -> None:
    panel = inspector(experiment())
    train(panel.workspace, 1)
    for name, asked in (("dW", {"dW"}), ("delta", {"delta", "db"})):
        look_at(panel, 1, name)
        answers = panel.workspace.run.snapshot.answers
        assert {each for each in answers if isinstance(each, LayerMatrix)} == {LayerMatrix(1, each) for each in asked}


def test_shown_again_it_shows_the_step_at_which_the_run_stands(
    inspector: Inspector, experiment: Make, train: Train, reach: Reach
) -> None:
    panel = inspector(experiment())
    train(panel.workspace, 1)
    old = shown(panel).copy()
    panel.hide()
    train(panel.workspace, 1)
    panel.show()
    reach(panel.workspace.run, State.PAUSED)
    session = Session(experiment())
    session.step()
    np.testing.assert_array_equal(old, session.network.layers[0].delta)
    session.step()
    np.testing.assert_array_equal(shown(panel), session.network.layers[0].delta)


def test_cells_of_x_and_y_go_by_the_names_of_examples_features_and_classes(
    inspector: Inspector, experiment: Make, train: Train
) -> None:
    panel = inspector(experiment())
    panel.workspace.selection.choose(0, "x")
    train(panel.workspace, 1)
    dataset = panel.workspace.run.facts.dataset
    names = [example_name(dataset, row) for row in range(dataset.examples)]
    said = panel.heatmap.cell_text(2, 1)
    row, column = said[1 : said.index("]")].split(", ")
    assert column == dataset.feature_names[1]
    assert shown(panel).shape == (10, 4)
    example = names.index(row)
    header = panel.table.model()
    assert header.headerData(3, Qt.Orientation.Horizontal) == dataset.feature_names[3]
    panel.workspace.selection.choose(1, "y")
    train(panel.workspace, 1)
    assert header.headerData(2, Qt.Orientation.Horizontal) == dataset.class_names[2]
    told = header.headerData(0, Qt.Orientation.Vertical, Qt.ItemDataRole.ToolTipRole)
    assert shown(panel)[0].argmax() == dataset.y[names.index(told)]
    assert names[example].endswith(dataset.class_names[dataset.y[example]])


def test_the_strip_of_column_means_has_its_sum_written_out(
    inspector: Inspector, experiment: Make, qtbot: QtBot
) -> None:
    panel = inspector(experiment())
    panel.workspace.step_batch()
    qtbot.waitUntil(lambda: bool(shown(panel).size) and all(panel.strip._shape))
    pointed = []
    panel.workspace.selection.pointed.connect(pointed.append)
    panel.strip.setFocus()
    qtbot.keyClick(panel.strip, Qt.Key.Key_Right)
    qtbot.keyClick(panel.strip, Qt.Key.Key_Right)
    assert pointed[-1] == (MatrixKey(0, "db"), 0, 1)
    assert panel.workspace.selection.matrix == "delta"
    panel.heatmap.cell_hovered.emit(2, 3)
    assert pointed[-1] == (MatrixKey(0, "delta"), 2, 3)
    panel.heatmap.cursor_left.emit()
    assert pointed[-1] is None


def test_what_is_asked_for_is_shown_by_no_figure(inspector: Inspector, experiment: Make, qtbot: QtBot) -> None:
    panel = inspector(experiment())
    panel.workspace.step_batch()
    qtbot.waitUntil(lambda: bool(shown(panel).size))
    panel.workspace.selection.hide_matrix((0, "delta"), cells=frozenset([(2, 3)]))
    qtbot.waitUntil(lambda: bool(shown(panel).size))
    model = panel.table.model()
    assert (model.index(2, 3).data(), panel.heatmap.cell_text(2, 3)[-1], panel.stats.lines()) == ("?", "?", [])
    assert "?" not in model.index(2, 2).data() + panel.heatmap.cell_text(2, 2)
    panel.workspace.selection.hide_matrix((0, "delta"), True)
    assert chosen(panel)[1] == "?"
    panel.workspace.selection.hide_matrix(None)
    qtbot.waitUntil(lambda: bool(panel.stats.lines()))
    assert chosen(panel)[1] == "10×5"

"""The board of the chosen layer: its equations in both forms, live values, what is pointed at, opened and copied."""

from collections.abc import Callable
from functools import partial

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from lab.core.explain.tile import MatrixKey
from lab.experiment.spec import Experiment
from lab.gui.panels.board_panel import BoardPanel
from lab.gui.widgets.board.board_row import BoardRow, Light, Place
from lab.gui.widgets.board.board_view import DrawnCell
from lab.gui.workers.commands import State
from lab.gui.workspace.run import Run
from lab.gui.workspace.workspace import Workspace

Make = Callable[..., Experiment]
Train = Callable[[Workspace, int], None]


@pytest.fixture
def page(open_panel: Callable[..., BoardPanel]) -> Callable[..., BoardPanel]:
    """Show the board of an experiment; the workspace is the page's `workspace`."""
    return partial(open_panel, BoardPanel)


def rows(panel: BoardPanel) -> tuple[BoardRow, ...]:
    """Return the rows from above to below."""
    return panel.view.rows()


def texts(panel: BoardPanel) -> str:
    """Return all that the rows say, without spaces."""
    said = [f"{row.formula}, shapes {row.shapes}" for row in rows(panel)]
    return "\n".join(said).replace(" ", "")


def press(panel: BoardPanel, form: str, qtbot: QtBot) -> None:
    """Press the button of a form."""
    button = next(each for each in panel.form.findChildren(QPushButton) if each.text() == form)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_m_examples_are_rows(page: Callable[..., BoardPanel], experiment: Make) -> None:
    panel = page(experiment(hidden=(5,), batch_size=10))
    said = texts(panel)
    assert "LAYER 1 / 2" in panel.title.text()
    for equation in ("z¹=XW¹+b¹", "a¹=σ(z¹)", "δ¹=(δ²(W²)ᵀ)⊙σ′(z¹)", "∂L/∂W¹=(1/m)Xᵀδ¹"):
        assert equation in said
    for shapes in (
        "(10×4)·(4×5)+(5)→(10×5)",
        "((10×3)·(3×5))⊙(10×5)→(10×5)",
        "(4×10)·(10×5)→(4×5)",
    ):
        assert shapes in said


def test_one_example_is_a_column(page: Callable[..., BoardPanel], experiment: Make, qtbot: QtBot) -> None:
    panel = page(experiment(hidden=(5,)))
    press(panel, "1 example", qtbot)
    said = texts(panel)
    for equation in ("z¹=(W¹)ᵀx+b¹", "δ¹=(W²δ²)⊙σ′(z¹)", "∂L/∂b¹=δ¹", "∂L/∂W¹=x(δ¹)ᵀ"):
        assert equation in said
    for shapes in ("(5×4)·(4×1)+(5×1)→(5×1)", "((5×3)·(3×1))⊙(5×1)→(5×1)", "(4×1)·(1×5)→(4×5)"):
        assert shapes in said
    press(panel, "m examples", qtbot)
    assert "(10×4)·(4×5)" in texts(panel)


def test_the_output_has_its_own_error(page: Callable[..., BoardPanel], experiment: Make) -> None:
    panel = page(experiment())
    panel.workspace.selection.choose(1)
    said = texts(panel)
    assert "LAYER 2 / 2" in panel.title.text()
    assert "δ²=a²−y" in said
    assert "z²=a¹W²+b²" in said
    assert "σ′" not in said


def test_a_sum_has_no_one_over_m(page: Callable[..., BoardPanel], experiment: Make) -> None:
    assert "(1/m)" in texts(page(experiment()))
    assert "(1/m)" not in texts(page(experiment(reduction="sum")))


def test_the_last_batch_has_its_own_m(
    page: Callable[..., BoardPanel],
    experiment: Make,
    qtbot: QtBot,
    reach: Callable[[Run, State], None],
) -> None:
    panel = page(experiment(batch_size=10))  # 105 training examples: the last batch has 5
    workspace = panel.workspace
    with qtbot.waitSignal(workspace.run.state_changed):  # it trains
        workspace.step_epoch()
    reach(workspace.run, State.PAUSED)
    last = workspace.run.facts.train - 10 * 10
    assert 0 < last < 10
    assert f"({last}×4)·(4×5)" in texts(panel)
    assert "11/11" in panel.step.text()
    assert "step 11" in panel.step.text()


def test_the_step_is_told(page: Callable[..., BoardPanel], experiment: Make, train: Train) -> None:
    panel = page(experiment())
    train(panel.workspace, 2)
    assert "step 2" in panel.step.text()
    assert "2/11" in panel.step.text()


def test_a_fresh_run_does_not_show_the_old_step(
    page: Callable[..., BoardPanel], experiment: Make, train: Train, reach: Callable[[Run, State], None]
) -> None:
    panel = page(experiment())
    train(panel.workspace, 2)
    panel.workspace.reset()
    reach(panel.workspace.run, State.READY)
    assert "step 2" not in panel.step.text()


def test_a_draft_does_not_change_the_equations_of_what_is_on_show(
    page: Callable[..., BoardPanel], experiment: Make, train: Train, qtbot: QtBot
) -> None:
    panel = page(experiment(hidden=(5,)))
    train(panel.workspace, 1)
    panel.workspace.draft.edit_layer(0, units=9)
    assert "(10×4)·(4×5)" in texts(panel)
    panel.workspace.reset()
    qtbot.waitUntil(lambda: "(10×4)·(4×9)" in texts(panel))


# a chosen cell


def test_the_chosen_cell_is_written_out(page: Callable[..., BoardPanel], experiment: Make, train: Train) -> None:
    panel = page(experiment())
    train(panel.workspace, 1)
    panel.workspace.selection.choose(0, "z")
    panel.workspace.selection.choose_cell(2, 3)
    train(panel.workspace, 1)
    assert panel.sum.text().startswith("z¹[2, 3] = ")


def test_a_cell_that_was_chosen_while_the_equations_were_hidden_is_written_out_when_they_come_back(
    page: Callable[..., BoardPanel], experiment: Make, train: Train, reach: Callable[[Run, State], None]
) -> None:
    panel = page(experiment())
    train(panel.workspace, 1)
    panel.hide()
    panel.workspace.selection.choose(1, "delta")
    panel.workspace.selection.choose_cell(4, 1)
    reach(panel.workspace.run, State.PAUSED)
    assert "=" not in panel.sum.text()
    panel.show()
    reach(panel.workspace.run, State.PAUSED)
    assert panel.sum.text().startswith("δ²[4, 1] = ")
    assert "LAYER 2 / 2" in panel.title.text()


def test_a_fresh_run_does_not_explain_the_old_cell(
    page: Callable[..., BoardPanel], experiment: Make, train: Train, reach: Callable[[Run, State], None]
) -> None:
    panel = page(experiment())
    panel.workspace.selection.choose(0, "z")
    panel.workspace.selection.choose_cell(2, 3)
    train(panel.workspace, 1)
    assert "=" in panel.sum.text()
    panel.workspace.reset()
    reach(panel.workspace.run, State.READY)
    assert "=" not in panel.sum.text()


# the tiles


def at(panel: BoardPanel, name: str) -> Place:
    """Return the first place where a tile of that symbol is."""
    found = [
        Place(number, tile)
        for number, row in enumerate(rows(panel))
        for tile, each in enumerate(row.tiles)
        if each.name == name and panel.view.placed(Place(number, tile)) is not None
    ]
    return found[0]


def middle(panel: BoardPanel, place: Place) -> QPoint:
    """Return the middle of a tile in the viewport, scrolled to where it is in view."""
    placed = panel.view.placed(place)
    panel.view.verticalScrollBar().setValue(placed.rect.top() - 30)
    return placed.rect.center() - QPoint(0, panel.view.verticalScrollBar().value())


def test_every_tile_has_the_values_of_the_step(page: Callable[..., BoardPanel], experiment: Make, train: Train) -> None:
    panel = page(experiment())
    train(panel.workspace, 1)
    for number, row in enumerate(rows(panel)):
        for tile, each in enumerate(row.tiles):
            assert panel.view.values(Place(number, tile)).values.shape == each.shape


@pytest.mark.parametrize("kind", ["dense", "activation", "dropout", "batch_norm", "layer_norm", "prelu"])
def test_every_kind_of_layer_has_its_rows(
    page: Callable[..., BoardPanel], experiment: Make, train: Train, kind: str
) -> None:
    panel = page(experiment())
    panel.workspace.draft.add_layer(1, kind)
    train(panel.workspace, 1)
    for layer in range(3):
        panel.workspace.selection.choose(layer)
        train(panel.workspace, 1)
        assert len(rows(panel)) >= 2
        assert f"LAYER {layer + 1} / 3" in panel.title.text()
        assert panel.chain.chain().layers[1].title
        for number, row in enumerate(rows(panel)):
            assert all(panel.view.values(Place(number, tile)) is not None for tile in range(len(row.tiles)))


def test_a_double_click_opens_the_matrix(
    page: Callable[..., BoardPanel], experiment: Make, train: Train, qtbot: QtBot
) -> None:
    panel = page(experiment())
    train(panel.workspace, 1)
    with qtbot.waitSignal(panel.tile_opened):
        qtbot.mouseDClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=middle(panel, at(panel, "W²ᵀ")))
    assert (panel.workspace.selection.layer, panel.workspace.selection.matrix) == (1, "W")


def test_a_cell_of_a_result_lights_its_row_and_its_column(
    page: Callable[..., BoardPanel], experiment: Make, train: Train, qtbot: QtBot
) -> None:
    panel = page(experiment())
    train(panel.workspace, 1)
    place = at(panel, "z¹")
    with qtbot.waitSignal(panel.cell_hovered) as told:
        panel.view.cell_hovered.emit(place, 7, 2)
    tile, row, column = told.args
    assert (tile.symbol, row, column) == ("z¹", 7, 2)
    lit = {light.place.tile: (light.row, light.column) for light in panel.view.lights()}
    assert lit == {0: (7, None), 1: (None, 2), 2: (0, 2), 3: (7, 2)}


def test_the_keys_walk_over_cells_and_tiles_and_enter_opens(
    page: Callable[..., BoardPanel], experiment: Make, train: Train, qtbot: QtBot
) -> None:
    panel = page(experiment())
    train(panel.workspace, 1)
    view = panel.view
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert (view.cursor_cell().place, view.cursor_cell().row) == (Place(0, 0), 0)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert (panel.workspace.selection.matrix, panel.workspace.selection.cell) == ("x", (1, 0))
    qtbot.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert view.cursor_cell().place == Place(0, 1)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert panel.workspace.selection.matrix == "W"


def test_a_click_on_a_texts_row_chooses_its_matrix_and_says_why(
    page: Callable[..., BoardPanel], experiment: Make, qtbot: QtBot
) -> None:
    panel = page(experiment())
    panel.workspace.selection.choose(1, "W")
    panel.view.row_clicked.emit(3)
    assert panel.workspace.selection.matrix == "delta"
    assert "cross-entropy" in panel.sum.text().lower()


def test_the_chain_chooses_the_layer(page: Callable[..., BoardPanel], experiment: Make, qtbot: QtBot) -> None:
    panel = page(experiment())
    qtbot.keyClick(panel.chain, Qt.Key.Key_Right)
    assert panel.workspace.selection.layer == 1
    assert "LAYER 2 / 2" in panel.title.text()


def test_predictions_are_names_with_a_mark_beside_each(
    page: Callable[..., BoardPanel], experiment: Make, train: Train
) -> None:
    panel = page(experiment())
    train(panel.workspace, 1)
    said = panel.predictions.text()
    right = said.count("✓")
    assert f"{right} of 10 right" in said
    assert right + said.count("✗") == 10


def _copy(panel: BoardPanel, *titles: str) -> None:
    """Choose an entry of the Copy menu."""
    menu = panel.copy.menu()
    for title in titles[:-1]:
        menu = next(action.menu() for action in menu.actions() if action.text().replace("&", "").startswith(title))
    next(action for action in menu.actions() if action.text() == titles[-1]).trigger()


def test_one_output_for_two_classes_is_above_a_half_or_not(page: Callable[..., BoardPanel], train: Train) -> None:
    layers = [{"kind": "dense", "units": 1, "activation": "sigmoid"}]
    training = {"loss": "binary_cross_entropy", "batch_size": 10}
    fields = {"data": {"source": "moons"}, "layers": layers, "training": training}
    panel = page(Experiment.model_validate(fields))
    train(panel.workspace, 1)
    assert panel.predictions.text().startswith("a¹ > 0.5: ")


def test_the_whole_page_is_copied_with_its_numbers(
    page: Callable[..., BoardPanel], experiment: Make, train: Train
) -> None:
    panel = page(experiment())
    train(panel.workspace, 1)
    _copy(panel, "All equations", "NumPy")
    text = QGuiApplication.clipboard().text()
    assert "z¹ = X W¹ + b¹" in text
    number = panel.view.values(at(panel, "W¹")).values[3, 2]
    assert str(number) in text


def test_a_cell_and_its_matrix_are_copied(
    page: Callable[..., BoardPanel], experiment: Make, train: Train, qtbot: QtBot
) -> None:
    panel = page(experiment())
    train(panel.workspace, 1)
    panel.workspace.selection.choose(0, "dW")
    panel.workspace.selection.choose_cell(2, 3)
    qtbot.waitUntil(lambda: panel.sum.text().startswith("∂L/∂W¹[2, 3] = "))
    _copy(panel, "The cell", "Markdown")
    assert QGuiApplication.clipboard().text().count("| X\\[") == 10
    _copy(panel, "The chosen matrix", "NumPy")
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text().startswith("dW1 = np.array("))


def test_what_is_pointed_at_is_written_out_with_all_its_terms(
    page: Callable[..., BoardPanel], experiment: Make, train: Train, qtbot: QtBot
) -> None:
    panel = page(experiment())
    train(panel.workspace, 1)
    place = at(panel, "z¹")
    panel.view.cell_hovered.emit(place, 2, 3)
    qtbot.waitUntil(lambda: panel.sum.text().startswith("z¹[2, 3] = "))
    qtbot.mouseClick(panel.sum.all_terms, Qt.MouseButton.LeftButton)
    lines = panel.sum.terms.toPlainText().splitlines()
    assert panel.sum.all_terms.text() == "5 terms"
    assert [line.split("   ")[-1] for line in lines[:4]] == [f"X[2, {k}] · W¹[{k}, 3]" for k in range(4)]
    qtbot.mouseClick(panel.sum.largest, Qt.MouseButton.LeftButton)
    sizes = [abs(float(line.split()[0].replace("−", "-"))) for line in panel.sum.terms.toPlainText().splitlines()[:5]]
    assert sizes == sorted(sizes, reverse=True)
    panel.view.cursor_left.emit()
    qtbot.waitUntil(lambda: "=" not in panel.sum.text())


def test_the_cells_that_a_number_is_made_of_are_lit_wherever_they_are_drawn(
    page: Callable[..., BoardPanel], experiment: Make, train: Train, qtbot: QtBot
) -> None:
    panel = page(experiment())
    train(panel.workspace, 1)
    panel.workspace.selection.choose(0, "z")
    panel.workspace.selection.choose_cell(2, 3)
    qtbot.waitUntil(lambda: panel.sum.text().startswith("z¹[2, 3] = "))
    lit = set(panel.view.lights())
    assert {Light(at(panel, "X"), row=2), Light(at(panel, "W¹"), column=3), Light(at(panel, "b¹"), 0, 3)} <= lit


def test_what_is_not_yet_computed_is_blank(
    page: Callable[..., BoardPanel], experiment: Make, train: Train, qtbot: QtBot
) -> None:
    panel = page(experiment())
    train(panel.workspace, 1)
    place = at(panel, "δ¹")
    seen = panel.view.grab().toImage()
    panel.set_blank([MatrixKey(0, "delta")])
    assert panel.view.cell_text(DrawnCell(place, 0, 0)).count("=") == 0
    assert panel.view.grab().toImage() != seen
    panel.set_blank([])
    assert "=" in panel.view.cell_text(DrawnCell(place, 0, 0))
    assert panel.view.grab().toImage() == seen


def test_what_each_example_adds_to_the_gradient_is_lit_for_the_followed_one_and_a_click_follows_another(
    page: Callable[..., BoardPanel], experiment: Make, train: Train, qtbot: QtBot
) -> None:
    panel = page(experiment(batch_size=4))
    train(panel.workspace, 1)
    assert len([each for each in panel.equations_shown() if each.matrix == "dW"]) == 1
    panel.workspace.selection.follow_example(2)
    row = len(panel.equations_shown()) - 1
    assert rows(panel)[row].name == "6  the mean of 4 outer products"
    assert Light(Place(row, 2)) in panel.view.lights()
    qtbot.waitUntil(lambda: panel.view.values(Place(row, 0)) is not None)
    panel.view.cell_clicked.emit(Place(row, 1), 3, 0)
    assert panel.workspace.selection.example == 1
    qtbot.waitUntil(lambda: panel.sum.text().startswith("∂L/∂W¹[3, 0] = x[3] · δ¹[0]"))


def test_frozen_cells_are_marked_wherever_their_parameter_is_drawn(
    page: Callable[..., BoardPanel], experiment: Make, train: Train, qtbot: QtBot
) -> None:
    panel = page(experiment())
    train(panel.workspace, 1)
    panel.workspace.selection.choose(0, "W")
    panel.workspace.numbers.freeze([(3, 1)], True)
    drawn = [place for name in ("W", "new_W") for place, _ in panel.places_of(MatrixKey(0, name))]
    qtbot.waitUntil(lambda: all(panel.view.is_frozen(DrawnCell(place, 3, 1)) for place in drawn))
    assert not any(panel.view.is_frozen(DrawnCell(place, 3, 2)) for place in drawn)
    assert "frozen" in panel.view.cell_text(DrawnCell(drawn[0], 3, 1))

"""The equations of the chosen layer, in both forms, with the shapes of the step on show."""

from collections.abc import Callable
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from lab.experiment.spec import Experiment
from lab.gui.panels.equations_panel import EquationsPanel
from lab.gui.widgets.matrix.equation_row import EquationRow
from lab.gui.workers.commands import State
from lab.gui.workspace.run import Run
from lab.gui.workspace.workspace import Workspace

Make = Callable[..., Experiment]
Train = Callable[[Workspace, int], None]


@pytest.fixture
def page(open_panel: Callable[..., EquationsPanel]) -> Callable[..., EquationsPanel]:
    """Show the equations of an experiment; the workspace is the page's `workspace`."""
    return partial(open_panel, EquationsPanel)


def rows(panel: EquationsPanel) -> list[EquationRow]:
    """Return the rows from above to below."""
    there = [row for row in panel.findChildren(EquationRow) if not row.isHidden()]
    return sorted(there, key=lambda row: row.name.text())


def texts(panel: EquationsPanel) -> str:
    """Return all that the rows say, without spaces."""
    return "\n".join(row.accessibleName() for row in rows(panel)).replace(" ", "")


def press(panel: EquationsPanel, form: str, qtbot: QtBot) -> None:
    """Press the button of a form."""
    button = next(each for each in panel.form.findChildren(QPushButton) if each.text() == form)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_m_examples_are_rows(page: Callable[..., EquationsPanel], experiment: Make) -> None:
    panel = page(experiment(hidden=(5,), batch_size=10))
    said = texts(panel)
    assert "LAYER 1 OF 2" in panel.title.text()
    for equation in ("z¹=XW¹+b¹", "a¹=σ(z¹)", "δ¹=(δ²(W²)ᵀ)⊙σ′(z¹)", "∂L/∂W¹=(1/m)Xᵀδ¹"):
        assert equation in said
    for shapes in (
        "(10×4)·(4×5)+(5)→(10×5)",
        "((10×3)·(3×5))⊙(10×5)→(10×5)",
        "(10×5)→(5)",
        "(4×10)·(10×5)→(4×5)",
    ):
        assert shapes in said


def test_one_example_is_a_column(page: Callable[..., EquationsPanel], experiment: Make, qtbot: QtBot) -> None:
    panel = page(experiment(hidden=(5,)))
    press(panel, "1 example", qtbot)
    said = texts(panel)
    for equation in ("z¹=(W¹)ᵀx+b¹", "δ¹=(W²δ²)⊙σ′(z¹)", "∂L/∂b¹=δ¹", "∂L/∂W¹=x(δ¹)ᵀ"):
        assert equation in said
    for shapes in ("(5×4)·(4×1)+(5×1)→(5×1)", "((5×3)·(3×1))⊙(5×1)→(5×1)", "(4×1)·(1×5)→(4×5)"):
        assert shapes in said
    press(panel, "m examples", qtbot)
    assert "(10×4)·(4×5)" in texts(panel)


def test_the_output_has_its_own_error(page: Callable[..., EquationsPanel], experiment: Make) -> None:
    panel = page(experiment())
    panel.workspace.selection.choose(1)
    said = texts(panel)
    assert "LAYER 2 OF 2" in panel.title.text()
    assert "δ²=a²−y" in said
    assert "z²=a¹W²+b²" in said
    assert "σ′" not in said


def test_a_sum_has_no_one_over_m(page: Callable[..., EquationsPanel], experiment: Make) -> None:
    assert "(1/m)" in texts(page(experiment()))
    assert "(1/m)" not in texts(page(experiment(reduction="sum")))


def test_the_last_batch_has_its_own_m(
    page: Callable[..., EquationsPanel],
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
    assert "batch 11 of 11" in panel.step.text()
    assert "step 11" in panel.step.text()


def test_the_step_is_told(page: Callable[..., EquationsPanel], experiment: Make, train: Train) -> None:
    panel = page(experiment())
    train(panel.workspace, 2)
    assert "step 2" in panel.step.text()
    assert "batch 2 of 11" in panel.step.text()


def test_a_fresh_run_does_not_show_the_old_step(
    page: Callable[..., EquationsPanel], experiment: Make, train: Train, reach: Callable[[Run, State], None]
) -> None:
    panel = page(experiment())
    train(panel.workspace, 2)
    panel.workspace.reset()
    reach(panel.workspace.run, State.READY)
    assert "step 2" not in panel.step.text()


def test_a_draft_does_not_change_the_equations_of_what_is_on_show(
    page: Callable[..., EquationsPanel], experiment: Make, train: Train, qtbot: QtBot
) -> None:
    panel = page(experiment(hidden=(5,)))
    train(panel.workspace, 1)
    panel.workspace.draft.edit_layer(0, units=9)
    assert "(10×4)·(4×5)" in texts(panel)
    panel.workspace.reset()
    qtbot.waitUntil(lambda: "(10×4)·(4×9)" in texts(panel))


@pytest.mark.parametrize(("place", "matrix"), list(enumerate(["z", "a", "delta", "db", "dW", "update_W"])))
def test_choosing_an_equation_chooses_its_matrix(
    page: Callable[..., EquationsPanel], experiment: Make, qtbot: QtBot, place: int, matrix: str
) -> None:
    panel = page(experiment())
    panel.workspace.selection.choose(1, "W")
    row = rows(panel)[place]
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
    selection = panel.workspace.selection
    assert (selection.layer, selection.matrix) == (1, matrix)
    assert [each.property("selected") for each in rows(panel)] == [each is row for each in rows(panel)]


def test_an_equation_can_be_chosen_with_the_keyboard(
    page: Callable[..., EquationsPanel], experiment: Make, qtbot: QtBot
) -> None:
    panel = page(experiment())
    qtbot.keyClick(rows(panel)[0], Qt.Key.Key_Return)
    assert panel.workspace.selection.matrix == "z"


@pytest.mark.parametrize("kind", ["dense", "activation", "dropout", "batch_norm", "layer_norm"])
def test_every_kind_of_layer_has_equations(
    page: Callable[..., EquationsPanel], experiment: Make, train: Train, kind: str
) -> None:
    panel = page(experiment())
    panel.workspace.draft.add_layer(1, kind)
    train(panel.workspace, 1)
    for layer in range(3):
        panel.workspace.selection.choose(layer)
        assert len(rows(panel)) >= 2
        assert f"LAYER {layer + 1} OF 3" in panel.title.text()


# a chosen cell


def test_the_chosen_cell_is_written_out(page: Callable[..., EquationsPanel], experiment: Make, train: Train) -> None:
    panel = page(experiment())
    train(panel.workspace, 1)
    panel.workspace.selection.choose(0, "z")
    panel.workspace.selection.choose_cell(2, 3)
    train(panel.workspace, 1)
    assert panel.sum.text().startswith("z¹[2, 3] = ")


def test_a_cell_that_was_chosen_while_the_equations_were_hidden_is_written_out_when_they_come_back(
    page: Callable[..., EquationsPanel], experiment: Make, train: Train, reach: Callable[[Run, State], None]
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
    assert "LAYER 2 OF 2" in panel.title.text()


def test_a_fresh_run_does_not_explain_the_old_cell(
    page: Callable[..., EquationsPanel], experiment: Make, train: Train, reach: Callable[[Run, State], None]
) -> None:
    panel = page(experiment())
    panel.workspace.selection.choose(0, "z")
    panel.workspace.selection.choose_cell(2, 3)
    train(panel.workspace, 1)
    assert "=" in panel.sum.text()
    panel.workspace.reset()
    reach(panel.workspace.run, State.READY)
    assert "=" not in panel.sum.text()

"""The layer stack: every edit is followed by shapes and counts at once, and what cannot run says why on its row."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from lab.core.activations import ACTIVATIONS
from lab.core.layers import LAYERS
from lab.experiment.spec import Experiment, parse_experiment
from lab.gui.panels.setup.stack_panel import StackPanel
from lab.gui.workspace.workspace import Workspace

Make = Callable[..., Experiment]
Stack = Callable[..., StackPanel]
Click = Callable[[QWidget], None]
Enter = Callable[[QWidget, str], None]
Choose = Callable[[QComboBox, object], None]
Train = Callable[[Workspace, int], None]


@pytest.fixture
def stack(open_workspace: Callable[..., Workspace], show: Callable[..., StackPanel]) -> Stack:
    """Show the stack of an experiment."""
    return lambda experiment: show(StackPanel(open_workspace(experiment)))


def units(panel: StackPanel) -> list[int]:
    """Return the units of the rows, from the input to the output."""
    return [row.units.value() for row in panel.rows]


def texts(panel: StackPanel) -> str:
    """Return all that the panel's labels say."""
    return "\n".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def test_a_row_a_layer_with_its_shapes(stack: Stack, experiment: Make) -> None:
    panel = stack(experiment(hidden=(7, 5)))
    assert units(panel) == [7, 5, 3]
    assert [row.activation.currentData() for row in panel.rows] == ["tanh", "tanh", "softmax"]
    for row, (inputs, outputs, count) in zip(panel.rows, [(4, 7, 35), (7, 5, 40), (5, 3, 18)], strict=True):
        assert f"{inputs}×{outputs}" in row.sizes.text()
        assert str(count) in row.sizes.text()
    assert panel.total.text() == "93 params"
    assert "X  m×4" in texts(panel)
    assert "m×7" in texts(panel)
    assert "aᴸ  m×3" in texts(panel)


def test_rows_are_whole_where_the_panel_is_narrowest(stack: Stack, experiment: Make) -> None:
    panel = stack(experiment(hidden=(2048, 1000), activation="leaky_relu"))
    panel.resize(panel.minimumSizeHint().width(), 300)
    panel.grab()
    inner = panel.rows[0].parentWidget()
    assert panel.minimumSizeHint().width() <= 290
    assert all(row.geometry().right() < inner.parentWidget().width() for row in panel.rows)


def test_units_are_followed_by_all_shapes(stack: Stack, experiment: Make, enter: Enter) -> None:
    panel = stack(experiment(hidden=(64,)))
    enter(panel.rows[0].units, "32")
    assert "4×32" in panel.rows[0].sizes.text()
    assert "32×3" in panel.rows[1].sizes.text()
    assert panel.total.text() == f"{4 * 32 + 32 + 32 * 3 + 3} params"
    assert "m×32" in texts(panel)


def test_half_typed_units_are_no_edit(stack: Stack, experiment: Make, qtbot: QtBot) -> None:
    panel = stack(experiment(hidden=(64,)))
    panel.rows[0].units.selectAll()
    qtbot.keyClicks(panel.rows[0].units, "3")
    assert panel.total.text() == f"{4 * 64 + 64 + 64 * 3 + 3} params"


@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
def test_every_activation_can_be_chosen(stack: Stack, experiment: Make, choose: Choose, name: str) -> None:
    panel = stack(experiment())
    choose(panel.rows[0].activation, name)
    assert panel.rows[0].activation.currentData() == name
    assert panel._workspace.draft.experiment.layers[0].activation == name


def test_a_layer_is_added_before_the_output_and_chosen(stack: Stack, experiment: Make, click: Click) -> None:
    panel = stack(experiment(hidden=(8,)))
    click(panel.add)
    assert units(panel) == [8, 4, 3]
    assert panel._workspace.selection.layer == 1


@pytest.mark.parametrize("kind", sorted(LAYERS))
def test_every_kind_of_layer_can_be_added(stack: Stack, experiment: Make, kind: str) -> None:
    panel = stack(experiment())
    action = next(action for action in panel.add.menu().actions() if action.text() == LAYERS[kind].title)
    action.trigger()
    assert panel._workspace.draft.experiment.layers[1].kind == kind
    assert panel._workspace.draft.problem() is None
    assert panel.rows[1].title.text() == LAYERS[kind].title
    assert panel.rows[1].units.isHidden() == (kind != "dense")
    assert panel.rows[1].rate.isHidden() == (kind != "dropout")


def test_the_rate_of_a_dropout(stack: Stack, experiment: Make, enter: Enter) -> None:
    panel = stack(experiment())
    panel._workspace.draft.add_layer(1, "dropout")
    enter(panel.rows[1].rate, panel.rows[1].rate.locale().toString(0.25))
    assert panel._workspace.draft.experiment.layers[1].rate == 0.25


def test_layers_move_and_go(stack: Stack, experiment: Make, click: Click) -> None:
    panel = stack(experiment(hidden=(7, 5)))
    click(panel.rows[0].down)
    assert units(panel) == [5, 7, 3]
    click(panel.rows[1].up)
    assert units(panel) == [7, 5, 3]
    click(panel.rows[0].remove)
    assert units(panel) == [5, 3]
    assert "4×5" in panel.rows[0].sizes.text()


def test_the_last_layer_cannot_go_and_the_ends_cannot_move_out(stack: Stack, experiment: Make) -> None:
    panel = stack(experiment(hidden=(7,)))
    assert not panel.rows[0].up.isEnabled()
    assert not panel.rows[1].down.isEnabled()
    alone = stack(experiment(hidden=()))
    assert not alone.rows[0].remove.isEnabled()


def test_an_impossible_stack_is_marked_on_its_row(stack: Stack, experiment: Make, enter: Enter) -> None:
    panel = stack(experiment())
    enter(panel.rows[1].units, "4")
    assert panel.rows[1].problem.isVisible()
    assert panel.rows[1].problem.text() == "the data has 3 classes, the output 4: set 3 units"
    assert not panel.rows[0].problem.isVisible()
    enter(panel.rows[1].units, "3")
    assert not panel.rows[1].problem.isVisible()


def test_an_output_that_the_loss_refuses_is_marked(stack: Stack, experiment: Make, choose: Choose) -> None:
    panel = stack(experiment())
    choose(panel.rows[1].activation, "linear")
    assert "cross_entropy" in panel.rows[1].problem.text()
    assert "linear" in panel.rows[1].problem.text()


def test_a_layer_with_a_temperature_can_change_its_activation(stack: Stack, choose: Choose) -> None:
    tempered = parse_experiment(
        '[data]\nsource = "iris"\n[[layers]]\nkind = "dense"\nunits = 3\nactivation = "softmax"\ntemperature = 2.0\n',
        Path(),
    )
    panel = stack(tempered)
    choose(panel.rows[0].activation, "sigmoid")
    assert panel.rows[0].activation.currentData() == panel._workspace.draft.experiment.layers[0].activation
    assert panel._workspace.draft.problem() is None


# draft and selection


def test_a_click_on_a_row_chooses_its_layer(stack: Stack, experiment: Make, qtbot: QtBot) -> None:
    panel = stack(experiment())
    for place in (1, 0):
        qtbot.mouseClick(panel.rows[place].badge, Qt.MouseButton.LeftButton)
        assert panel._workspace.selection.layer == place
        assert [row.property("selected") for row in panel.rows] == [row.index == place for row in panel.rows]


def test_a_row_reached_with_the_keyboard_is_chosen(stack: Stack, experiment: Make, qtbot: QtBot) -> None:
    panel = stack(experiment())
    panel.activateWindow()
    panel.rows[1].units.setFocus()
    qtbot.waitUntil(lambda: panel._workspace.selection.layer == 1)


def test_the_row_on_show_is_marked_after_layers_have_gone(stack: Stack, experiment: Make, click: Click) -> None:
    panel = stack(experiment(hidden=(7, 5)))
    panel._workspace.selection.choose(2)
    click(panel.rows[2].remove)
    assert [row.property("selected") for row in panel.rows] == [False, True]


def test_undo_brings_a_layer_back(stack: Stack, experiment: Make, click: Click) -> None:
    panel = stack(experiment(hidden=(7, 5)))
    click(panel.rows[1].remove)
    panel._workspace.draft.undo()
    assert units(panel) == [7, 5, 3]
    panel._workspace.draft.redo()
    assert units(panel) == [7, 3]


def test_every_field_has_a_name_for_a_screen_reader(stack: Stack, experiment: Make) -> None:
    panel = stack(experiment())
    row = panel.rows[1]
    assert row.units.accessibleName() == "Units of layer 2"
    assert row.activation.accessibleName() == "Activation of layer 2"
    assert row.accessibleName().startswith("layer 2: Output 3 Softmax")
    assert all(button.accessibleName().endswith("layer 2") for button in (row.up, row.down, row.remove))


@pytest.mark.parametrize(
    ("data", "units", "activation", "loss", "reading"),
    [
        ("iris", 3, "softmax", "cross_entropy", "argmax → class"),
        ("breast-cancer", 1, "sigmoid", "binary_cross_entropy", "a > 0.5 → class"),
        ("diabetes", 1, "linear", "half_squared_error", "the number itself"),
    ],
)
def test_the_last_line_says_how_the_output_is_read(
    open_workspace: Callable[..., Workspace],
    show: Callable[..., StackPanel],
    data: str,
    units: int,
    activation: str,
    loss: str,
    reading: str,
) -> None:
    layers = [{"kind": "dense", "units": units, "activation": activation}]
    fields = {"data": {"source": data}, "layers": layers, "training": {"loss": loss}}
    panel = show(StackPanel(open_workspace(Experiment.model_validate(fields))))
    assert any(label.text().endswith(reading) for label in panel.findChildren(QLabel))

"""The card of the chosen layer: it follows the choice, and its numbers reach the draft."""

from collections.abc import Callable
from functools import partial

import pytest
from PySide6.QtWidgets import QComboBox, QWidget
from pytestqt.qtbot import QtBot

from lab import paths
from lab.core.initializers import INITIALIZERS
from lab.core.layers import LAYERS
from lab.experiment.spec import Experiment, load_experiment
from lab.gui.panels.setup.layer_panel import LayerPanel
from lab.gui.workspace.workspace import Workspace

Make = Callable[..., Experiment]
Card = Callable[..., LayerPanel]
Enter = Callable[[QWidget, str], None]
Choose = Callable[[QComboBox, object], None]


@pytest.fixture
def card(open_panel: Callable[..., LayerPanel]) -> Card:
    """Show the card of an experiment; its workspace is the card's `workspace`."""
    return partial(open_panel, LayerPanel)


def test_it_follows_the_chosen_layer(card: Card, experiment: Make) -> None:
    panel = card(experiment())
    assert panel.title.text() == "Layer 1: Dense"
    panel.workspace.draft.add_layer(1, "dropout")
    panel.workspace.selection.choose(1)
    assert panel.title.text() == f"Layer 2: {LAYERS['dropout'].title}"
    assert list(panel.numbers.fields) == ["rate"]
    assert not panel.initializer.isVisible()
    panel.workspace.draft.undo()
    assert panel.title.text() == "Layer 2: Dense"


@pytest.mark.parametrize("name", sorted(INITIALIZERS))
def test_every_initializer_can_be_chosen(card: Card, experiment: Make, choose: Choose, name: str) -> None:
    panel = card(experiment())
    choose(panel.initializer, name)
    assert panel.workspace.draft.experiment.layers[0].initializer == name
    assert panel.workspace.draft.problem() is None
    choose(panel.initializer, "")
    assert panel.workspace.draft.experiment == experiment()


@pytest.mark.parametrize(
    ("kind", "number", "text", "value"),
    [
        ("dense", "bias", "-0.5", -0.5),
        ("dropout", "rate", "0.25", 0.25),
        ("batch_norm", "momentum", "0.3", 0.3),
        ("batch_norm", "epsilon", "1e-3", 1e-3),
        ("layer_norm", "epsilon", "1e-3", 1e-3),
    ],
)
def test_a_number_reaches_the_draft(
    card: Card, experiment: Make, enter: Enter, kind: str, number: str, text: str, value: float
) -> None:
    panel = card(experiment())
    panel.workspace.draft.add_layer(1, kind)
    panel.workspace.selection.choose(1)
    enter(panel.numbers.fields[number], text)
    assert getattr(panel.workspace.draft.experiment.layers[1], number) == pytest.approx(value)


def test_only_a_softmax_has_a_temperature(card: Card, experiment: Make, enter: Enter) -> None:
    panel = card(experiment())
    assert "temperature" not in panel.numbers.fields
    panel.workspace.selection.choose(1)
    enter(panel.numbers.fields["temperature"], "2")
    assert panel.workspace.draft.experiment.layers[1].temperature == 2.0


def test_what_is_not_valid_is_told_and_goes_back(card: Card, experiment: Make, enter: Enter, qtbot: QtBot) -> None:
    panel = card(experiment())
    panel.workspace.draft.add_layer(1, "dropout")
    panel.workspace.selection.choose(1)
    with qtbot.waitSignal(panel.workspace.problem_found) as told:
        enter(panel.numbers.fields["rate"], "1.5")
    assert "rate" in told.args[0]
    assert panel.numbers.fields["rate"].value() == pytest.approx(0.5)


def test_first_weights_are_drawn_as_chosen(
    card: Card, experiment: Make, choose: Choose, train: Callable[[Workspace, int], None]
) -> None:
    panel = card(experiment())
    train(panel.workspace, 1)
    name = sorted(INITIALIZERS)[0]
    choose(panel.initializer, name)
    assert panel.workspace.draft.experiment.layers[0].initializer == name


def test_every_field_teaches(card: Card, experiment: Make) -> None:
    panel = card(experiment())
    for layer in (0, 1):
        panel.workspace.selection.choose(layer)
        fields = [panel.initializer, *panel.numbers.fields.values()]
        assert all(field.toolTip() and field.accessibleName() for field in fields)


def test_a_bias_that_does_not_learn_and_given_first_weights_are_told_and_changed(card: Card) -> None:
    panel = card(load_experiment(paths.worked_examples() / "udacity-3-2-1.toml"))
    assert not panel.bias_learns.isChecked()
    assert panel.starts.text().startswith("A fresh run begins with the given W;")
    panel.bias_learns.click()
    layer = panel.workspace.draft.experiment.layers[0]
    assert layer.trainable_bias
    assert layer.given() == {"W": ((0.5, -0.6), (0.1, -0.2), (0.1, 0.7))}
    panel.workspace.edit_layer(0, units=3)
    assert panel.workspace.draft.problem() is None
    assert not panel.starts.isVisible()  # they have no place in a layer of another width


def test_a_layer_without_a_bias_has_no_tick_for_it(card: Card, experiment: Make) -> None:
    panel = card(experiment())
    assert panel.bias_learns.isChecked()
    assert not panel.starts.isVisible()
    panel.workspace.draft.add_layer(1, "dropout")
    panel.workspace.selection.choose(1)
    assert not panel.bias_learns.isVisible()

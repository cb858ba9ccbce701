"""The training card: every field reaches the draft, two of them a run as well, and the rule at the output is told."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QWidget
from pytestqt.qtbot import QtBot

from lab.core.losses import LOSSES
from lab.core.optimizers import OPTIMIZERS
from lab.experiment.spec import Experiment
from lab.gui.panels.setup.training_panel import TrainingPanel
from lab.gui.workers.commands import State
from lab.gui.workspace.run import Run
from lab.gui.workspace.workspace import Workspace

Make = Callable[..., Experiment]
Card = Callable[..., TrainingPanel]
Enter = Callable[[QWidget, str], None]
Choose = Callable[[QComboBox, object], None]


@pytest.fixture
def card(open_workspace: Callable[..., Workspace], show: Callable[..., TrainingPanel]) -> Card:
    """Show the training card of an experiment."""
    return lambda experiment: show(TrainingPanel(open_workspace(experiment)))


def test_it_shows_the_experiment(card: Card, experiment: Make) -> None:
    optimizer = {"kind": "adam", "learning_rate": 0.003, "l2": 0.01}
    panel = card(experiment(loss="half_squared_error", batch_size=7, epochs=40, optimizer=optimizer))
    assert panel.loss.currentData() == "half_squared_error"
    assert panel.optimizer.currentData() == "adam"
    fields = (panel.rate, panel.l2, panel.batch_size, panel.epochs, panel.seed)
    assert [field.text() for field in fields] == ["0.003", "0.01", "7", "40", "3"]


@pytest.mark.parametrize(
    ("field", "text", "read"),
    [
        ("rate", "0.02", lambda e: e.training.optimizer.learning_rate == 0.02),
        ("rate", "3e-5", lambda e: e.training.optimizer.learning_rate == 3e-5),
        ("l2", "0.5", lambda e: e.training.optimizer.l2 == 0.5),
        ("batch_size", "17", lambda e: e.training.batch_size == 17),
        ("epochs", "99", lambda e: e.training.epochs == 99),
        ("seed", "11", lambda e: e.seed == 11),
    ],
)
def test_a_number_reaches_the_draft(
    card: Card, experiment: Make, enter: Enter, field: str, text: str, read: Callable[[Experiment], bool]
) -> None:
    panel = card(experiment())
    enter(getattr(panel, field), text)
    assert read(panel._workspace.draft.experiment)


@pytest.mark.parametrize("name", sorted(LOSSES))
def test_every_loss_can_be_chosen(card: Card, experiment: Make, choose: Choose, name: str) -> None:
    panel = card(experiment())
    choose(panel.loss, name)
    assert panel._workspace.draft.experiment.training.loss == name


@pytest.mark.parametrize("name", sorted(set(OPTIMIZERS) - {"sgd"}))
def test_every_optimizer_can_be_chosen_and_brings_its_usual_rate(
    card: Card, experiment: Make, choose: Choose, name: str
) -> None:
    panel = card(experiment())
    choose(panel.optimizer, name)
    optimizer = panel._workspace.draft.experiment.training.optimizer
    assert (optimizer.kind, optimizer.learning_rate) == (name, OPTIMIZERS[name].usual_rate)
    assert panel.rate.value() == pytest.approx(OPTIMIZERS[name].usual_rate)


def test_the_same_optimizer_again_keeps_its_rate(card: Card, experiment: Make, choose: Choose) -> None:
    panel = card(experiment(rate=0.123))
    choose(panel.optimizer, "sgd")
    assert panel._workspace.draft.experiment.training.optimizer.learning_rate == 0.123


def test_another_optimizer_keeps_the_penalty(card: Card, experiment: Make, choose: Choose) -> None:
    panel = card(experiment(optimizer={"kind": "sgd", "learning_rate": 0.1, "l2": 0.25, "clip_norm": 3.0}))
    choose(panel.optimizer, "adam")
    optimizer = panel._workspace.draft.experiment.training.optimizer
    assert (optimizer.l2, optimizer.clip_norm) == (0.25, 3.0)


def test_the_options_of_an_optimizer_are_fields(card: Card, experiment: Make, choose: Choose, enter: Enter) -> None:
    panel = card(experiment())
    choose(panel.optimizer, "adam")
    assert list(panel.options.fields) == [option.name for option in OPTIMIZERS["adam"].make.options]
    enter(panel.options.fields["beta1"], "0.8")
    assert panel._workspace.draft.experiment.training.optimizer.options == {"beta1": 0.8}


def test_what_is_not_valid_goes_back_and_is_told(
    card: Card, experiment: Make, choose: Choose, enter: Enter, qtbot: QtBot
) -> None:
    panel = card(experiment())
    choose(panel.optimizer, "adam")
    with qtbot.waitSignal(panel._workspace.problem_found) as told:
        enter(panel.options.fields["beta1"], "1.5")
    assert "beta1" in told.args[0]
    assert panel.options.fields["beta1"].value() == pytest.approx(0.9)
    assert panel._workspace.draft.experiment.training.optimizer.options == {}


@pytest.mark.parametrize("text", ["", "-", "fast", "0"])
def test_a_rate_that_is_no_positive_number_is_not_taken(card: Card, experiment: Make, qtbot: QtBot, text: str) -> None:
    panel = card(experiment(rate=0.1))
    panel.rate.selectAll()
    qtbot.keyClick(panel.rate, Qt.Key.Key_Delete)
    qtbot.keyClicks(panel.rate, text)
    qtbot.keyClick(panel.rate, Qt.Key.Key_Return)
    assert panel._workspace.draft.experiment.training.optimizer.learning_rate == 0.1


def test_undo_is_seen_in_the_fields(card: Card, experiment: Make, choose: Choose, enter: Enter) -> None:
    panel = card(experiment())
    enter(panel.epochs, "99")
    choose(panel.loss, "half_squared_error")
    panel._workspace.draft.undo()
    panel._workspace.draft.undo()
    assert (panel.epochs.value(), panel.loss.currentData()) == (3, "cross_entropy")


# a run


def test_rate_and_epochs_reach_a_running_run(
    card: Card, endless: Make, enter: Enter, reach: Callable[[Run, State], None], qtbot: QtBot
) -> None:
    panel = card(endless(rate=0.1))
    workspace = panel._workspace
    workspace.run_or_pause()
    reach(workspace.run, State.RUNNING)
    enter(panel.rate, "0.02")
    enter(panel.epochs, "500000")
    assert not workspace.is_draft
    qtbot.waitUntil(
        lambda: workspace.run.snapshot is not None and workspace.run.snapshot.progress.learning_rate == 0.02
    )
    qtbot.waitUntil(lambda: workspace.run.experiment.training.epochs == 500_000)
    assert (workspace.run.number, workspace.run.state) == (1, State.RUNNING)


def test_every_field_reaches_a_running_run(
    card: Card, endless: Make, enter: Enter, reach: Callable[[Run, State], None], qtbot: QtBot
) -> None:
    panel = card(endless())
    workspace = panel._workspace
    workspace.run_or_pause()
    reach(workspace.run, State.RUNNING)
    enter(panel.batch_size, "9")
    assert not workspace.is_draft
    qtbot.waitUntil(lambda: workspace.run.experiment.training.batch_size == 9)
    assert workspace.run.state is State.RUNNING


# the rule


@pytest.mark.parametrize(
    ("loss", "output", "starts", "says"),
    [
        ("cross_entropy", "softmax", "✓", "δᴸ = aᴸ − y"),
        ("binary_cross_entropy", "sigmoid", "✓", "δᴸ = aᴸ − y"),
        ("half_squared_error", "linear", "✓", "δᴸ = aᴸ − y"),
        ("half_squared_error", "sigmoid", "→", "does not hold"),
        ("half_squared_error", "softmax", "→", "does not hold"),
        ("cross_entropy", "sigmoid", "→", "does not hold"),
        ("cross_entropy", "relu", "✗", "not with relu"),
        ("binary_cross_entropy", "linear", "✗", "not with linear"),
    ],
)
def test_the_rule_in_force_is_told_and_why(
    card: Card, experiment: Make, choose: Choose, loss: str, output: str, starts: str, says: str
) -> None:
    panel = card(experiment())
    panel._workspace.draft.edit_layer(1, activation=output)
    choose(panel.loss, loss)
    assert panel.rule.text().startswith(starts)
    assert says in panel.rule.text()
    assert len(panel.rule.text()) > 30  # a reason, not a sign


# how it can be used


def test_every_field_teaches_and_has_a_name(card: Card, experiment: Make) -> None:
    panel = card(experiment())
    fields = [each for each in panel.findChildren(QWidget) if isinstance(each, QComboBox | QAbstractSpinBox)]
    assert len(fields) >= 7
    assert all(field.toolTip() and field.accessibleName() for field in fields)


def test_every_choice_teaches(card: Card, experiment: Make) -> None:
    panel = card(experiment())
    for box in (panel.loss, panel.optimizer):
        assert all(box.itemData(place, Qt.ItemDataRole.ToolTipRole) for place in range(box.count()))

"""The second training card: what a first run does not need, each field reaching the draft."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QComboBox, QWidget
from pytestqt.qtbot import QtBot

from lab.core.schedules import SCHEDULES, WARM_UP
from lab.experiment.spec import Experiment
from lab.gui.panels.setup.refine_panel import RefinePanel
from lab.gui.workspace.workspace import Workspace

Make = Callable[..., Experiment]
Card = Callable[..., RefinePanel]
Enter = Callable[[QWidget, str], None]
Choose = Callable[[QComboBox, object], None]


@pytest.fixture
def card(open_workspace: Callable[..., Workspace], show: Callable[..., RefinePanel]) -> Card:
    """Show the card of an experiment."""
    return lambda experiment: show(RefinePanel(open_workspace(experiment)))


@pytest.mark.parametrize(
    ("field", "text", "read"),
    [
        ("l1", "0.25", lambda t: t.optimizer.l1 == 0.25),
        ("decay", "0.125", lambda t: t.optimizer.weight_decay == 0.125),
        ("clip_norm", "2", lambda t: t.optimizer.clip_norm == 2.0),
        ("clip_value", "0.5", lambda t: t.optimizer.clip_value == 0.5),
        ("smoothing", "0.1", lambda t: t.label_smoothing == 0.1),
        ("patience", "4", lambda t: t.early_stopping.patience == 4 and t.early_stopping.restore_best),
        ("threads", "2", lambda t: t.blas_threads == 2),
    ],
)
def test_a_number_reaches_the_draft(
    card: Card, experiment: Make, enter: Enter, field: str, text: str, read: Callable[..., bool]
) -> None:
    panel = card(experiment())
    enter(getattr(panel, field), text)
    assert read(panel._workspace.draft.experiment.training)
    panel._workspace.draft.undo()
    assert panel._workspace.draft.experiment == experiment()


@pytest.mark.parametrize("field", ["clip_norm", "clip_value", "patience", "threads"])
def test_what_is_on_can_be_put_off_again(card: Card, experiment: Make, enter: Enter, field: str) -> None:
    panel = card(experiment())
    enter(getattr(panel, field), "3")
    assert panel._workspace.draft.experiment != experiment()
    enter(getattr(panel, field), "0")
    assert panel._workspace.draft.experiment == experiment()


@pytest.mark.parametrize(
    ("field", "name", "read"),
    [
        ("reduction", "sum", lambda t: t.reduction == "sum"),
        ("class_weights", "balanced", lambda t: t.class_weights == "balanced"),
        ("dtype", "float32", lambda t: t.dtype == "float32"),
    ],
)
def test_a_choice_reaches_the_draft(
    card: Card, experiment: Make, choose: Choose, field: str, name: str, read: Callable[..., bool]
) -> None:
    panel = card(experiment())
    choose(getattr(panel, field), name)
    assert read(panel._workspace.draft.experiment.training)


@pytest.mark.parametrize("name", sorted(set(SCHEDULES) - {"constant"}))
def test_every_schedule_can_be_chosen_with_its_numbers(card: Card, experiment: Make, choose: Choose, name: str) -> None:
    panel = card(experiment())
    choose(panel.schedule, name)
    assert panel._workspace.draft.experiment.training.schedule.kind == name
    expected = [option.name for option in (*SCHEDULES[name].options, WARM_UP)]
    assert list(panel.schedule_options.fields) == expected
    assert panel._workspace.draft.problem() is None


def test_a_number_of_the_schedule_reaches_the_draft(card: Card, experiment: Make, enter: Enter) -> None:
    panel = card(experiment())
    enter(panel.schedule_options.fields[WARM_UP.name], "2")
    assert panel._workspace.draft.experiment.training.schedule.options == {WARM_UP.name: 2.0}


def test_weights_of_the_file_stay_where_they_are(card: Card, experiment: Make, choose: Choose) -> None:
    own = {"setosa": 2.0, "versicolor": 1.0, "virginica": 1.0}
    panel = card(experiment(class_weights=own))
    assert panel.class_weights.currentData() == "own"
    choose(panel.class_weights, "own")
    assert panel._workspace.draft.experiment.training.class_weights == own


def test_weights_that_no_file_has_cannot_be_chosen(card: Card, experiment: Make, choose: Choose) -> None:
    panel = card(experiment())
    choose(panel.class_weights, "own")
    assert panel.class_weights.currentData() == "none"
    assert panel._workspace.draft.experiment == experiment()


def test_smoothing_that_the_loss_does_not_have_is_told_and_goes_back(
    card: Card, experiment: Make, enter: Enter, qtbot: QtBot
) -> None:
    panel = card(experiment(loss="half_squared_error"))
    with qtbot.waitSignal(panel._workspace.problem_found) as told:
        enter(panel.smoothing, "0.1")
    assert "label_smoothing" in told.args[0]
    assert panel.smoothing.value() == 0.0


def test_the_best_weights_are_asked_for_only_with_early_stopping(card: Card, experiment: Make, enter: Enter) -> None:
    panel = card(experiment())
    assert not panel.restore_best.isEnabled()
    enter(panel.patience, "4")
    assert panel.restore_best.isEnabled()
    panel.restore_best.click()
    assert panel._workspace.draft.experiment.training.early_stopping.restore_best is False


def test_every_field_teaches(card: Card, experiment: Make) -> None:
    panel = card(experiment())
    fields = (
        panel.reduction, panel.schedule, panel.l1, panel.decay, panel.clip_norm, panel.clip_value,
        panel.smoothing, panel.class_weights, panel.patience, panel.dtype, panel.threads,
    )  # fmt: skip
    assert all(field.toolTip() and field.accessibleName() for field in fields)

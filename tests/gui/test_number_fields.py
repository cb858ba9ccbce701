"""Every number field of the window has the limits of the checked form behind it, and holds whatever a file may say."""

from collections.abc import Callable, Iterator
from sys import float_info
from typing import Any

import pytest
from pydantic import BaseModel
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QWidget
from pytestqt.qtbot import QtBot

from lab.core.optimizers import OPTIMIZERS
from lab.core.schedules import SCHEDULES, WARM_UP
from lab.data.sets.generators import GENERATORS
from lab.experiment.forms.data_specs import DataSpec
from lab.experiment.forms.layout_spec import LayoutSpec
from lab.experiment.forms.limits import AnyOption, limits_of, limits_of_option
from lab.experiment.forms.training_specs import EarlyStoppingSpec, OptimizerSpec, ScheduleSpec, TrainingSpec
from lab.experiment.session import Session
from lab.experiment.spec import HIGHEST_SEED, Experiment, changed
from lab.gui.main_window import MainWindow
from lab.gui.widgets.fields.option_rows import OptionRows
from lab.gui.widgets.fields.rate_box import RateBox
from lab.gui.widgets.fields.tick_box import TickBox
from lab.gui.widgets.fields.whole_box import WholeBox
from lab.gui.workers.commands import State
from lab.gui.workspace.painting import FEWEST_CLASSES, MOST_CLASSES
from lab.gui.workspace.run import LEAST_STATES, MOST_STATES, Run

Make = Callable[..., Experiment]
Window = Callable[[Experiment], MainWindow]
Enter = Callable[[QWidget, str], None]
Reach = Callable[[Run, State], None]
Field = tuple[QAbstractSpinBox, type[BaseModel], str]


def fields(window: MainWindow) -> list[Field]:
    """Return every field of the cards with the form and the field of it that stand behind."""
    training, refine = window.training, window.refine
    shares, layout = window.tabs.pages["import"].content.shares, window.tabs.pages["import"].content.layout_fields
    return [
        (training.rate, OptimizerSpec, "learning_rate"),
        (training.l2, OptimizerSpec, "l2"),
        (training.batch_size, TrainingSpec, "batch_size"),
        (training.epochs, TrainingSpec, "epochs"),
        (training.seed, Experiment, "seed"),
        (shares.seed, Experiment, "seed"),
        (refine.l1, OptimizerSpec, "l1"),
        (refine.decay, OptimizerSpec, "weight_decay"),
        (refine.clip_norm, OptimizerSpec, "clip_norm"),
        (refine.clip_value, OptimizerSpec, "clip_value"),
        (refine.smoothing, TrainingSpec, "label_smoothing"),
        (refine.patience, EarlyStoppingSpec, "patience"),
        (refine.threads, TrainingSpec, "blas_threads"),
        *((box, LayoutSpec, name) for name, box in layout.numbers.items()),
        *layer_fields(window),
    ]


def layer_fields(window: MainWindow) -> Iterator[Field]:
    """Yield the fields of the stack's rows, and those of the card of the chosen layer."""
    specs = window.workspace.draft.experiment.layers
    for row, spec in zip(window.stack.rows, specs, strict=True):
        if not row.units.isHidden():
            yield row.units, type(spec), "units"
        if not row.rate.isHidden():
            yield row.rate, type(spec), "rate"
    chosen = specs[window.workspace.selection.layer]
    for name, field in window.layer.numbers.fields.items():
        yield field, type(chosen), name


def option_fields(window: MainWindow) -> Iterator[tuple[QAbstractSpinBox, AnyOption]]:
    """Yield the fields of options with the option that stands behind."""
    experiment = window.workspace.draft.experiment
    kinds: list[tuple[OptionRows, Any]] = [
        (window.training.options, OPTIMIZERS[experiment.training.optimizer.kind].make.options),
        (window.refine.schedule_options, (*SCHEDULES[experiment.training.schedule.kind].options, WARM_UP)),
        (
            window.data.options,
            GENERATORS[experiment.data.source].options if experiment.data.source in GENERATORS else (),
        ),
    ]
    for rows, options in kinds:
        assert list(rows.fields) == [option.name for option in options]
        yield from ((rows.fields[option.name], option) for option in options)


def assert_limits(field: QAbstractSpinBox, limits: tuple[float | None, float | None]) -> None:
    """Check that a field has these limits; where there is none a RateBox ends where numbers do."""
    assert isinstance(field, WholeBox | RateBox)
    if isinstance(field, RateBox):
        ends = (-float_info.max, float_info.max)
        limits = tuple(end if limit is None else limit for limit, end in zip(limits, ends, strict=True))
    assert field.limits() == limits


NO_NUMBER = {"patience": "off", "blas_threads": "auto"}
"""Fields that may be left out: their 0 stands for that and lies below what the form takes."""


@pytest.mark.parametrize("kind", ["dense", "activation", "dropout", "batch_norm", "layer_norm"])
def test_every_number_field_has_the_limits_of_its_form(open_window: Window, experiment: Make, kind: str) -> None:
    window = open_window(experiment())
    window.workspace.draft.add_layer(1, kind)
    window.workspace.selection.choose(1)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # fields of the layer chosen before
    seen = set()
    for field, form, name in fields(window):
        lowest, highest = limits_of(form, name)
        assert_limits(field, (0 if name in NO_NUMBER else lowest, highest))
        seen.add(field)
    paint, split = window.tabs.pages["paint"].content, window.tabs.pages["import"].content.shares.split
    assert paint.classes.limits() == (FEWEST_CLASSES, MOST_CLASSES)
    assert window.history.limit.limits() == (LEAST_STATES, MOST_STATES)
    seen |= {paint.classes, window.history.limit, *split.fields, *(field for field, _ in option_fields(window))}
    hidden = {field for row in window.stack.rows for field in (row.units, row.rate) if field.isHidden()}
    assert set(window.findChildren(QAbstractSpinBox)) - hidden == seen  # a new field belongs into this test


def test_every_option_has_its_own_limits(open_window: Window, experiment: Make) -> None:
    window = open_window(experiment())
    workspace, seen = window.workspace, set()
    for source in GENERATORS:
        workspace.draft.edit_data(DataSpec(source=source, scaling="none"))
        seen |= checked_options(window)
    for optimizer in OPTIMIZERS:
        workspace.edit_training(optimizer=OptimizerSpec(kind=optimizer, learning_rate=0.01))
        seen |= checked_options(window)
    for schedule in SCHEDULES:
        workspace.edit_training(schedule=ScheduleSpec(kind=schedule))
        seen |= checked_options(window)
    assert len(seen) > 20


def checked_options(window: MainWindow) -> set[AnyOption]:
    """Check the limits of all options on show and return them."""
    shown = set()
    for field, option in option_fields(window):
        if isinstance(field, TickBox):
            assert limits_of_option(option) == (0, 1)
        else:
            assert_limits(field, limits_of_option(option))
        shown.add(option)
    return shown


HUGE = 10**30


OPTIMIZER = ("training", "optimizer")
EXTREMES: tuple[tuple[str, str, tuple[str, ...], float], ...] = (
    ("training", "seed", ("seed",), 3_000_000_000),
    ("training", "seed", ("seed",), HIGHEST_SEED),
    ("training", "epochs", ("training", "epochs"), 1_000_001),
    ("training", "epochs", ("training", "epochs"), 10**9),
    ("training", "epochs", ("training", "epochs"), HUGE),
    ("training", "batch_size", ("training", "batch_size"), 10**6),
    ("training", "batch_size", ("training", "batch_size"), 2**31),
    ("training", "rate", (*OPTIMIZER, "learning_rate"), 1e-12),
    ("training", "rate", (*OPTIMIZER, "learning_rate"), 3e7),
    ("training", "rate", (*OPTIMIZER, "learning_rate"), 0.123456789012),
    ("training", "l2", (*OPTIMIZER, "l2"), 1e-300),
    ("refine", "l1", (*OPTIMIZER, "l1"), 1e9),
    ("refine", "clip_norm", (*OPTIMIZER, "clip_norm"), 1e7),
    ("refine", "smoothing", ("training", "label_smoothing"), 0.9999),
    ("refine", "patience", ("training", "early_stopping", "patience"), 10**7),
)
"""Card and field on it, path in the file, and a number that Qt's own boxes or rounder limits would not hold."""


def test_what_a_file_may_say_is_shown_and_confirmed_unchanged(
    open_window: Window, experiment: Make, enter: Enter
) -> None:
    window = open_window(experiment())
    draft = window.workspace.draft
    for card, name, path, number in EXTREMES:
        whole: Any = number
        for part in reversed(path):
            whole = {part: whole}
        draft.replace(changed(draft.experiment, whole))
        field = getattr(getattr(window, card), name)
        assert field.value() == number
        before = draft.experiment
        qt_return(field)
        enter(field, field.text())  # typed as it stands there
        assert float(field.text()) != number or draft.experiment == before
        draft.replace(before)
        draft.edit(name=f"{name} {number}")  # which shows everything anew
        assert field.value() == number


def qt_return(field: QAbstractSpinBox) -> None:
    """Confirm a field without having typed anything, and check that its number stays."""
    value = field.value()
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.value() == value


@pytest.mark.parametrize("seed", [3_000_000_000, HIGHEST_SEED])
def test_a_run_with_a_huge_seed_is_that_of_its_file(
    open_window: Window, experiment: Make, enter: Enter, reach: Reach, qtbot: QtBot, seed: int
) -> None:
    window = open_window(experiment(epochs=1))
    workspace = window.workspace
    enter(window.training.seed, str(seed))
    qtbot.waitUntil(lambda: not workspace.draft.reading)
    workspace.run_or_pause()
    reach(workspace.run, State.FINISHED)
    alone = Session(changed(experiment(epochs=1), {"seed": seed}))
    alone.run_epoch()
    assert workspace.run.snapshot.progress.last_epoch == alone.history.epochs[-1]


def test_more_epochs_than_anybody_waits_for_can_be_run(
    open_window: Window, experiment: Make, train: Callable[..., None]
) -> None:
    window = open_window(experiment(epochs=HUGE, batch_size=10**6))
    train(window.workspace, 2)
    assert window.run_bar.epoch.text() == f"2 / {HUGE}"
    assert window.workspace.run.snapshot.progress.m == window.workspace.run.facts.train


def test_what_lies_outside_is_not_taken(open_window: Window, experiment: Make, enter: Enter) -> None:
    window = open_window(experiment())
    before = window.workspace.draft.experiment
    for field, text in (
        (window.training.seed, str(HIGHEST_SEED + 1)), (window.training.epochs, "0"), (window.training.rate, "1e999"),
        (window.refine.threads, "1025"),
    ):  # fmt: skip
        enter(field, text)
        assert window.workspace.draft.experiment == before
        assert not window.notice.isVisible()
    for field, text, told in (
        (window.training.rate, "0", "learning_rate"), (window.training.l2, "-1", "l2"),
        (window.refine.smoothing, "1", "label_smoothing"), (window.refine.clip_norm, "-3", "clip_norm"),
    ):  # fmt: skip
        shown = field.text()
        enter(field, text)
        assert window.workspace.draft.experiment == before
        assert told in window.notice.text()
        assert field.text() == shown

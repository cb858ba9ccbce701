"""What a person reads in the window are words: no name as files have it, whatever is chosen."""

import re
from collections.abc import Callable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QDockWidget,
    QLabel,
    QLineEdit,
    QTabBar,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from lab.core.activations import ACTIVATIONS
from lab.core.initializers import INITIALIZERS
from lab.core.layers import LAYERS
from lab.core.losses import LOSSES
from lab.core.optimizers import OPTIMIZERS
from lab.core.schedules import SCHEDULES, WARM_UP
from lab.experiment.forms.layer_specs import LAYER_FORMS, DenseSpec
from lab.experiment.forms.training_specs import OptimizerSpec, ScheduleSpec
from lab.experiment.spec import Experiment
from lab.gui.main_window import MainWindow

_NAME = re.compile(r"\b[a-z0-9]{2,}(?:_[a-z0-9]+)+\b")  # z_j and n_in stand in formulas


def _raw_names() -> set[str]:
    """Return the names that files have and that are not the title in other letters, as relu is ReLU's."""
    tables = (ACTIVATIONS, INITIALIZERS, LAYERS, LOSSES, OPTIMIZERS, SCHEDULES)
    titles = {name: entry.title for table in tables for name, entry in table.items()}
    options = [WARM_UP, *(option for kind in OPTIMIZERS.values() for option in kind.make.options)]
    titles |= {option.name: option.title for kind in SCHEDULES.values() for option in (*options, *kind.options)}
    return {name for name, title in titles.items() if not name.isalpha() and title.lower() != name}


def _texts(window: QWidget) -> Iterator[tuple[str, str]]:
    """Yield every text of a window, with what shows it: labels, choices, tooltips, names, tables, menus."""
    for widget in [window, *window.findChildren(QWidget)]:
        for text in (widget.toolTip(), widget.statusTip(), widget.accessibleName(), *_shown(widget)):
            if text:
                yield text, f"{type(widget).__name__} {widget.accessibleName()!r}"
    for action in window.findChildren(QAction):
        yield f"{action.text()} {action.toolTip()}", "action"


def _shown(widget: QWidget) -> Iterator[str]:
    match widget:
        case QLabel() | QAbstractButton() | QLineEdit():
            yield widget.text()
        case QComboBox():
            for place in range(widget.count()):
                yield f"{widget.itemText(place)} {widget.itemData(place, Qt.ItemDataRole.ToolTipRole) or ''}"
        case QDockWidget():
            yield widget.windowTitle()
        case QTabBar():
            yield from (f"{widget.tabText(place)} {widget.tabToolTip(place)}" for place in range(widget.count()))
        case QTextEdit():
            yield widget.toPlainText()
        case QAbstractItemView() if (model := widget.model()) is not None:
            for row in range(min(model.rowCount(), 200)):
                yield str(model.index(row, 0).data() or "")


def _found(window: QWidget, names: set[str]) -> set[tuple[str, str]]:
    """Return each text that holds a name of a file, and what shows it."""
    known = re.compile(rf"\b(?:{'|'.join(sorted(names))})\b")
    return {(text, where) for text, where in _texts(window) if known.search(text) or _NAME.search(text)}


def test_no_name_of_a_file_is_read_in_the_window(
    open_window: Callable[[Experiment], MainWindow], experiment: Callable[..., Experiment], qtbot: QtBot
) -> None:
    window, names = open_window(experiment()), _raw_names()
    assert {"beta1", "uncorrected_epsilon", "leaky_relu"} <= names
    workspace, found = window.workspace, _found(window, names)
    hidden = [DenseSpec(units=4, activation="leaky_relu", initializer="glorot_uniform")]
    hidden += [form.form.new(4) for form in LAYER_FORMS.values()]
    output = workspace.draft.experiment.layers[-1]
    workspace.draft.edit(layers=(*hidden, output))
    for layer in range(len(hidden)):
        workspace.selection.choose(layer, "a")
        found |= _found(window, names)
    for optimizer in OPTIMIZERS:
        workspace.edit_training(optimizer=OptimizerSpec(kind=optimizer))
        found |= _found(window, names)
    for schedule in SCHEDULES:
        workspace.edit_training(schedule=ScheduleSpec(kind=schedule))
        found |= _found(window, names)
    assert found == set()

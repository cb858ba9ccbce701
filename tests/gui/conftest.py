"""What the tests of the window share: a dressed application, small experiments, and hands that press and choose."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QWidget
from pytestqt.qtbot import QtBot

from lab.app import make_application
from lab.experiment.spec import Experiment
from lab.gui import theme
from lab.gui.main_window import MainWindow
from lab.gui.workers.commands import State
from lab.gui.workspace.run import Run
from lab.gui.workspace.workspace import Workspace


class OpenWorkspace(Protocol):
    """Opens a workspace whose data is read."""

    def __call__(self, experiment: Experiment, file: Path | None = None) -> Workspace: ...


@pytest.fixture(scope="session")
def _dressed(qapp: QApplication) -> QApplication:
    return make_application("dark")


@pytest.fixture
def application(_dressed: QApplication) -> QApplication:
    """The application with the fonts and the dark theme, whatever the test before this one has left."""
    if theme.keeper().choice() != "dark" or not _dressed.styleSheet():
        theme.apply("dark")
    return _dressed


@contextmanager
def _undressed(application: QApplication) -> Iterator[None]:
    """Dress what is made meanwhile once, at the end, as the program does with its window.

    Under a style sheet a widget is dressed again each time that it gets a parent: more than half of the work.
    """
    sheet = application.styleSheet()
    application.setStyleSheet("")
    try:
        yield
    finally:
        application.setStyleSheet(sheet)


@pytest.fixture
def experiment() -> Callable[..., Experiment]:
    """Make a small experiment on the iris flowers: 4 inputs, hidden layers, 3 classes, float64, 11 batches."""

    def make(
        hidden: tuple[int, ...] = (5,),
        output: int = 3,
        source: str = "iris",
        rate: float = 0.1,
        activation: str = "tanh",
        **training: Any,
    ) -> Experiment:
        layers = [{"kind": "dense", "units": units, "activation": activation} for units in hidden]
        layers.append({"kind": "dense", "units": output, "activation": "softmax"})
        optimizer = {"kind": "sgd", "learning_rate": rate}
        usual = {"batch_size": 10, "epochs": 3, "dtype": "float64", "optimizer": optimizer}
        return Experiment.model_validate(
            {"name": "Small", "seed": 3, "data": {"source": source}, "layers": layers, "training": usual | training}
        )

    return make


@pytest.fixture
def endless(experiment: Callable[..., Experiment]) -> Callable[..., Experiment]:
    """Make an experiment that trains until it is told to stop, on the digits: 64 inputs, 10 classes."""

    def make(**changes: Any) -> Experiment:
        wanted = {"hidden": (12,), "output": 10, "source": "digits", "epochs": 1_000_000, "batch_size": 28}
        return experiment(**(wanted | changes))

    return make


@pytest.fixture
def diverging(experiment: Callable[..., Experiment]) -> Experiment:
    """An experiment with a learning rate at which the output of layer 2 is NaN in the third step."""
    return experiment(activation="relu", rate=1e100)


@pytest.fixture
def open_workspace(qtbot: QtBot, application: QApplication) -> Iterator[OpenWorkspace]:
    """Open workspaces whose threads end with the test."""
    opened: list[Workspace] = []

    def open_one(experiment: Experiment, file: Path | None = None) -> Workspace:
        workspace = Workspace(experiment, file)
        opened.append(workspace)
        qtbot.waitUntil(lambda: not workspace.draft.reading)
        return workspace

    yield open_one
    for workspace in opened:
        workspace.end()


@pytest.fixture
def open_window(
    qtbot: QtBot, open_workspace: OpenWorkspace, application: QApplication
) -> Callable[[Experiment], MainWindow]:
    """Open the window, shown and with its data read."""

    def open_one(experiment: Experiment) -> MainWindow:
        workspace = open_workspace(experiment)
        with _undressed(application):
            window = MainWindow(workspace)
        qtbot.addWidget(window)
        with qtbot.waitExposed(window):
            window.show()
        return window

    return open_one


@pytest.fixture
def show(qtbot: QtBot) -> Callable[..., Any]:
    """Show a panel on its own and return it."""

    def show_one(panel: QWidget) -> QWidget:
        qtbot.addWidget(panel)
        panel.resize(420, 640)
        with qtbot.waitExposed(panel):
            panel.show()
        return panel

    return show_one


@pytest.fixture
def open_panel(
    open_workspace: OpenWorkspace, show: Callable[..., Any], application: QApplication
) -> Callable[..., Any]:
    """Show a panel, made by a class or function from a workspace, for an experiment whose data is read.

    The workspace is the panel's `workspace`.
    """

    def open_one(make: Callable[[Workspace], QWidget], experiment: Experiment) -> Any:
        workspace = open_workspace(experiment)
        with _undressed(application):
            made = make(workspace)
        panel = show(made)
        panel.workspace = workspace
        return panel

    return open_one


# what a user does


@pytest.fixture
def enter(qtbot: QtBot) -> Callable[[QAbstractSpinBox, str], None]:
    """Type into a number's field and confirm with Return."""

    def type_in(box: QAbstractSpinBox, text: str) -> None:
        box.selectAll()
        qtbot.keyClicks(box, text)
        qtbot.keyClick(box, Qt.Key.Key_Return)

    return type_in


@pytest.fixture
def choose() -> Callable[[QComboBox, object], None]:
    """Take the choice with this name, or, where it has none, with this text, as its list does on a click.

    Offscreen the list itself cannot open: the platform does not let it grab the keyboard, and warns.
    """

    def take(box: QComboBox, name: object) -> None:
        place = box.findData(name) if box.findData(name) >= 0 else box.findText(str(name))
        assert place >= 0, f"{name!r} is not offered"
        box.setCurrentIndex(place)
        box.activated.emit(place)

    return take


@pytest.fixture
def click(qtbot: QtBot) -> Callable[[QWidget], None]:
    """Click with the left button into the middle of a widget."""

    def press(widget: QWidget) -> None:
        assert widget.isEnabled()
        qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)

    return press


@pytest.fixture
def hover() -> Callable[[QWidget, QPoint], None]:
    """Move the pointer over a widget, which `qtbot.mouseMove` cannot do offscreen."""

    def move(widget: QWidget, point: QPoint) -> None:
        place, button = QPointF(point), Qt.MouseButton.NoButton
        event = QMouseEvent(QEvent.Type.MouseMove, place, place, button, button, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(widget, event)

    return move


# what a user waits for


@pytest.fixture
def reach(qtbot: QtBot) -> Callable[[Run, State], None]:
    """Wait until a run is in a state and nothing more of it is under way."""

    def wait(run: Run, state: State) -> None:
        qtbot.waitUntil(lambda: run.state is state)
        if state is not State.RUNNING:
            qtbot.waitUntil(lambda: not any(each.isActive() for each in run.findChildren(QTimer)))

    return wait


@pytest.fixture
def train(qtbot: QtBot, reach: Callable[[Run, State], None]) -> Callable[[Workspace, int], None]:
    """Train in steps of one batch, so many of them, and wait for the picture of the last one."""

    def step(workspace: Workspace, steps: int) -> None:
        for _ in range(steps):
            wanted = _step_of(workspace) + 1
            workspace.step_batch()
            qtbot.waitUntil(partial(_has_come, workspace, wanted))
        reach(workspace.run, workspace.run.state)

    return step


def _has_come(workspace: Workspace, step: int) -> bool:
    return _step_of(workspace) == step


def _step_of(workspace: Workspace) -> int:
    return workspace.run.snapshot.progress.step if workspace.run.snapshot is not None else 0

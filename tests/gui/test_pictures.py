"""A picture of a run paints each widget once, lays nothing out, copies a matrix once, and is of one step."""

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from lab.experiment.readings.layer_matrix import LayerMatrix
from lab.experiment.session import Session
from lab.experiment.snapshot import Snapshot, take_snapshot
from lab.experiment.spec import Experiment
from lab.gui.main_window import MainWindow
from lab.gui.widgets.curves.curve_plot import CurvePlot
from lab.gui.widgets.drawing.number_text import count_text
from lab.gui.workers.commands import State
from lab.gui.workspace.run import Run

Make = Callable[..., Experiment]
Reach = Callable[[Run, State], None]


class Events(QObject):
    """Counts paints by widget, layouts, and the times that a window was asked to paint."""

    def __init__(self) -> None:
        super().__init__()
        self.paints: Counter[int] = Counter()
        self.layouts = self.updates = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget):
            self.paints[id(watched)] += 1
        self.layouts += event.type() == QEvent.Type.LayoutRequest and isinstance(watched, QWidget)
        self.updates += event.type() == QEvent.Type.UpdateRequest
        return False


@pytest.fixture
def window(open_window: Callable[[Experiment], MainWindow], endless: Make, reach: Reach, qtbot: QtBot) -> MainWindow:
    """The window after one step, its plots made; its run stands still, so that pictures come from the test alone."""
    shown = open_window(endless())
    shown.workspace.step_batch()
    reach(shown.workspace.run, State.PAUSED)
    qtbot.waitUntil(lambda: len(shown.findChildren(CurvePlot)) == 3)
    return shown


@pytest.fixture
def pictures(window: MainWindow) -> Callable[[int, bool], Snapshot]:
    """Show so many pictures, a few steps apart, with figures or without, and return the last one."""
    run = window.workspace.run
    session = Session(run.experiment)

    def show(count: int, figures: bool) -> Snapshot:
        for _ in range(count):
            while session.batch == session.batches - 1:
                session.step()  # the last batch of an epoch is smaller: other shapes are laid out
            session.step()
            viewers = run._viewers + (run._figure_viewers if figures else [])
            snapshot = take_snapshot(session, {reading for needed in viewers for reading in needed()})
            run.snapshot = snapshot
            run.snapshot_ready.emit(snapshot)
            if figures:
                run.figures_ready.emit(snapshot)
            QApplication.processEvents()
        return snapshot

    return show


@pytest.mark.parametrize("figures", [False, True])
def test_a_picture_paints_each_widget_once_and_lays_nothing_out(
    window: MainWindow, pictures: Callable[[int, bool], Snapshot], figures: bool
) -> None:
    pictures(80, True)  # until ranges and the rooms of figures have settled
    events = Events()
    QApplication.instance().installEventFilter(events)
    counts = []
    for _ in range(12):
        before = Counter(events.paints), events.layouts, events.updates
        pictures(1, figures)
        most = max((events.paints - before[0]).values(), default=0)
        counts.append((most, events.layouts - before[1], events.updates - before[2]))
    QApplication.instance().removeEventFilter(events)
    usual = sorted(counts)[len(counts) // 2]  # a range that grows has its axis laid out, which is no usual picture
    assert usual == (1, 0, 1)


def test_what_a_picture_shows_is_of_one_step_and_copied_once(
    window: MainWindow, pictures: Callable[[int, bool], Snapshot]
) -> None:
    for _ in range(3):
        snapshot = pictures(1, True)
        key = LayerMatrix(*window.inspector._key())
        copied = snapshot.get(key)
        assert window.inspector.heatmap._matrix is not None
        assert np.shares_memory(window.inspector.heatmap._matrix, copied)
        assert np.shares_memory(window.inspector.table.model().matrix(), copied)
        assert np.shares_memory(window.inspector.histogram._values, copied)
        step = count_text(snapshot.progress.step)
        assert window.board.step.text().startswith(f"step {step} ")
        assert window.run_bar.step.text() == step


def test_a_picture_without_figures_leaves_them_as_they_were(
    window: MainWindow, pictures: Callable[[int, bool], Snapshot]
) -> None:
    with_figures = pictures(1, True)
    later = pictures(1, False)
    key = LayerMatrix(*window.inspector._key())
    assert np.shares_memory(window.inspector.heatmap._matrix, later.get(key))
    assert np.shares_memory(window.inspector.table.model().matrix(), with_figures.get(key))
    assert window.run_bar.step.text() == count_text(with_figures.progress.step)
    assert window.board.step.text().startswith(f"step {count_text(with_figures.progress.step)} ")


def test_a_minimised_window_asks_for_nothing_until_it_is_back(window: MainWindow, reach: Reach, qtbot: QtBot) -> None:
    run = window.workspace.run
    window.showMinimized()
    qtbot.waitUntil(window.isMinimized)
    window.workspace.run_or_pause()
    qtbot.waitUntil(lambda: run.state is State.RUNNING)
    assert not run._clock.is_ticking
    with qtbot.waitSignal(run.figures_ready):
        window.showNormal()

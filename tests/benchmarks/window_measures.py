"""What tests/benchmarks/window.py measures the window with: lateness of the event loop, speeds, waits, memory."""

import math
import os
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter, thread_time

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer, SignalInstance, Slot
from PySide6.QtWidgets import QWidget

from lab import paths
from lab.app import collecting_in_this_thread, make_application, open_window
from lab.experiment.session import Session
from lab.experiment.snapshot import Snapshot
from lab.experiment.spec import Experiment, load_experiment
from lab.experiment.walk_place import WalkPlace
from lab.gui.main_window import MainWindow
from lab.gui.panels.bars.walk_bar import WalkBar
from lab.gui.widgets.board.sum_view import SumView
from lab.gui.workers.commands import State
from lab.gui.workspace.board.board_rows import places
from lab.gui.workspace.frame_clock import PICTURE_RATES
from lab.gui.workspace.run import Run

NEVER_DONE = 1_000_000_000


class Lateness(QObject):
    """Notes how many milliseconds after its time a precise timer of one millisecond fires."""

    def __init__(self) -> None:
        super().__init__()
        self.milliseconds: list[float] = []
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setSingleShot(True)
        self._timer.setInterval(1)
        self._timer.timeout.connect(self._on_timeout)
        self._arm()

    def _arm(self) -> None:
        self._armed = perf_counter()
        self._timer.start()

    @Slot()
    def _on_timeout(self) -> None:
        self.milliseconds.append(max(0.0, 1000 * (perf_counter() - self._armed) - 1))
        self._arm()

    def stop(self) -> None:
        """Note no more."""
        self._timer.stop()


class Painted(QObject):
    """Waits for a paint of a widget at which something holds."""

    def __init__(self, widget: QWidget, holds: Callable[[], bool]) -> None:
        super().__init__(widget)
        self._holds = holds
        self._loop = QEventLoop()
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._holds():
            QTimer.singleShot(0, self._loop.quit)  # when it is painted
        return False

    def wait(self) -> None:
        """Run the event loop until then."""
        self._loop.exec()


@dataclass(frozen=True)
class Speed:
    """What a stretch of training in the window came to, all a second; cpu: milliseconds of the window's thread."""

    steps: float
    pictures: float
    figures: float
    cpu: float


def wait(seconds: float) -> None:
    """Run the event loop for a while."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def wait_until(holds: Callable[[], bool], signal: SignalInstance, act: Callable[[], object] | None = None) -> float:
    """Act, run the event loop until a signal finds `holds` true, and return the milliseconds that took."""
    loop = QEventLoop()

    def on_signal(*_facts: object) -> None:
        if holds():
            loop.quit()

    signal.connect(on_signal)
    begin = perf_counter()
    if act is not None:
        act()
    if not holds():
        loop.exec()
    took = 1000 * (perf_counter() - begin)
    signal.disconnect(on_signal)
    return took


def endless(experiment: Experiment) -> Experiment:
    """Return the experiment with so many epochs that it does not end while it is measured."""
    training = experiment.training.model_copy(update={"epochs": NEVER_DONE})
    return experiment.model_copy(update={"training": training})


def default_experiment() -> Experiment:
    """Return the experiment that the window opens with, without an end."""
    return endless(load_experiment(paths.default_experiment()))


def stack(source: str, hidden: tuple[int, ...], outputs: int, batch_size: int) -> Experiment:
    """Return an endless experiment with layers of these widths on a set that comes with the program."""
    layers = [{"kind": "dense", "units": units, "activation": "tanh"} for units in hidden]
    layers.append({"kind": "dense", "units": outputs, "activation": "softmax"})
    training = {"batch_size": batch_size, "epochs": NEVER_DONE, "optimizer": {"kind": "sgd", "learning_rate": 0.03}}
    data = {"source": source}
    return Experiment.model_validate({"name": source, "seed": 1, "data": data, "layers": layers, "training": training})


@contextmanager
def application() -> Iterator[None]:
    """Have the application in a folder of its own, so that nothing of the user's is read or changed."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = folder
        make_application("dark")
        yield


@contextmanager
def opened(experiment: Experiment, size: tuple[int, int] = (1440, 900)) -> Iterator[MainWindow]:
    """Show a window, its data read and its first picture painted, with its garbage collected as in the program."""
    window = open_window(experiment)
    window.resize(*size)
    draft = window.workspace.draft
    wait_until(lambda: draft.facts is not None, draft.changed)
    wait(0.3)
    with collecting_in_this_thread():
        yield window
    window.close()
    window.deleteLater()
    wait(0.1)


def in_state(window: MainWindow, state: State, act: Callable[[], object]) -> float:
    """Act and return the milliseconds until the window knows the run in that state."""
    run = window.workspace.run
    return wait_until(lambda: run.state is state, run.state_changed, act)


def steps_done(window: MainWindow) -> int:
    """Return how many steps the run that stands still has done."""
    run = window.workspace.run
    if run.experiment is None:
        return 0
    wait_until(lambda: True, run.snapshot_ready)
    wait(0.05)
    return run.snapshot.progress.step if run.snapshot is not None else 0


def speed_beside(window: MainWindow, seconds: float, settle: float = 0.4) -> Speed:
    """Return how fast the run in the window goes, from its steps at the ends of the stretch, and what it shows."""
    seen: list[tuple[float, int]] = []
    figures = [0]
    run = window.workspace.run

    def on_snapshot_ready(snapshot: Snapshot) -> None:
        seen.append((perf_counter(), snapshot.progress.step))

    def on_figures_ready(_snapshot: Snapshot) -> None:
        figures[0] += 1

    in_state(window, State.RUNNING, window.run_bar.run.click)
    wait(settle)  # until then the rate adapts
    run.snapshot_ready.connect(on_snapshot_ready)
    run.figures_ready.connect(on_figures_ready)
    used = thread_time()
    wait(seconds)
    used = thread_time() - used
    run.snapshot_ready.disconnect(on_snapshot_ready)
    run.figures_ready.disconnect(on_figures_ready)
    in_state(window, State.PAUSED, window.run_bar.run.click)
    if len(seen) < 2:
        return Speed(math.nan, len(seen) / seconds, figures[0] / seconds, math.nan)  # no two pictures to measure by
    (begin, before), (end, after) = seen[0], seen[-1]
    pictures = len(seen) / seconds
    return Speed((after - before) / (end - begin), pictures, figures[0] / seconds, 1000 * used / len(seen))


def speed_unseen(window: MainWindow, seconds: float) -> float:
    """Return the steps a second of the run while the window shows nothing of it: from pause to pause."""
    before = steps_done(window)
    in_state(window, State.RUNNING, window.run_bar.run.click)
    begin = perf_counter()
    wait(seconds)
    took = perf_counter() - begin
    in_state(window, State.PAUSED, window.run_bar.run.click)
    window.workspace.run.set_watched(True)
    after = steps_done(window)
    return (after - before) / took


def speed_alone(session: Session, seconds: float) -> float:
    """Return the steps a second of the same run where no window takes part."""
    begin, before = perf_counter(), session.steps
    while perf_counter() - begin < seconds:
        session.step()
    return (session.steps - before) / (perf_counter() - begin)


def lateness(seconds: float) -> list[float]:
    """Return the lateness of every tick while the run goes on, in milliseconds."""
    ticks = Lateness()
    wait(seconds)
    ticks.stop()
    return ticks.milliseconds


def at_any_moment(late: list[float]) -> float:
    """Return the 99th percentile of the wait of something that happens at any moment, not only when a timer is due.

    A turn of the loop that takes t makes what comes in it wait for up to t, each wait being as likely.
    """
    turns = np.sort(np.array(late) + 1)
    waits = np.linspace(0, turns[-1], 4000)
    longer = [np.clip(turns - wait, 0, None).sum() for wait in waits]
    return float(waits[np.searchsorted(-np.array(longer), -0.01 * longer[0])])


def answers(window: MainWindow, presses: int) -> list[float]:
    """Return the milliseconds from choosing another matrix to the paint that shows it, while the run goes on."""
    selection, heatmap = window.workspace.selection, window.inspector.heatmap
    taken = []
    names = ("z", "a", "dW", "W", "delta")
    for press in range(presses):
        wait(0.053)
        name = names[press % len(names)]
        painted = Painted(heatmap, partial(_has_answer, window.workspace.run, name))
        begin = perf_counter()
        selection.choose(0, name)
        painted.wait()
        taken.append(1000 * (perf_counter() - begin))
        heatmap.removeEventFilter(painted)
    return taken


def hovers(window: MainWindow, cells: int) -> list[float]:
    """Return the milliseconds from pointing at a cell of the board to the text that writes it out."""
    board, taken = window.board, []
    shown = [(place, tile) for place, tile in places(board.equations_shown()) if tile.key.layer == 0]
    for number in range(cells):
        wait(0.037)
        place, tile = shown[number % len(shown)]
        cell = (number % tile.shape[0], number % tile.shape[1])
        before = board.sum.text()
        point = partial(board.view.cell_hovered.emit, place, *cell)
        is_new = partial(_differs, board.sum, before)
        taken.append(wait_until(is_new, window.workspace.run.taken, point))
    return taken


def walked(window: MainWindow, equations: int) -> list[float]:
    """Return the milliseconds from a press on Next equation to the board that shows what it has computed."""
    taken = []
    for _ in range(equations):
        wait(0.02)
        before = window.walk.place
        is_there = partial(_has_moved, window.walk, before)
        taken.append(wait_until(is_there, window.walk.place_changed, window.walk.next.click))
    return taken


def _differs(shown: SumView, before: str) -> bool:
    return shown.text() != before


def _has_moved(bar: WalkBar, before: WalkPlace | None) -> bool:
    return bar.place != before


def _has_answer(run: Run, name: str) -> bool:
    return run.snapshot is not None and any(getattr(reading, "name", "") == name for reading in run.snapshot.answers)


def resident_megabytes() -> float:
    """Return the memory that this process has in use."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def choose_rate(window: MainWindow, name: str) -> None:
    """Choose a rate of pictures as the View menu does."""
    window.workspace.run.choose_picture_rate(PICTURE_RATES[name])


def spread(values: list[float], unit: str = " ms") -> str:
    """Return the median and the largest of some figures."""
    return f"{statistics.median(values):.1f}, most {max(values):.1f}{unit}"

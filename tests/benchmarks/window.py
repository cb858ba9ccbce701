"""What the window costs: its event loop while it trains, training beside it, pause and stop, and the start.

Run with `make bench`, or as a script. Everything is offscreen and in folders of its own. Other work on the machine
shows in every figure: measure on an idle one.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import monotonic, perf_counter

import numpy as np

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_LOGGING_RULES"] = "*.warning=false"

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer, SignalInstance, Slot

from lab import paths
from lab.app import collecting_in_this_thread, make_application, open_window
from lab.experiment.session import Session
from lab.experiment.snapshot import Snapshot
from lab.experiment.spec import Experiment, load_experiment
from lab.gui.main_window import MainWindow
from lab.gui.workers.commands import State

NEVER_DONE = 1_000_000
LATENESS_SECONDS = 10.0
SPEED_SECONDS = 2.0
SPEED_ROUNDS = 5
PRESSES = 15
STARTS = 7
_MARK = "first painted at "

HOOK = f"""
from time import monotonic, process_time
from PySide6.QtCore import QEvent, QObject, QTimer

class Exposure(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Expose:
            QTimer.singleShot(0, self.report)  # the paint that follows is done before any timer is looked at
            watched.removeEventFilter(self)
        return False

    def report(self):
        print({_MARK!r}, monotonic(), process_time(), flush=True)
        self.parent().close()

def show(self, event):
    self.windowHandle().installEventFilter(Exposure(self))
"""
OURS = f"""{HOOK}
import gc
gc.disable()  # as lab.__main__ does while it loads
from lab import cli, system
from lab.gui.main_window import MainWindow
system.display = lambda: True  # offscreen counts as a display here, so that the window is what opens
system.window_needs = lambda: system.OFFSCREEN
MainWindow.showEvent = show
cli.main([])
"""
BARE = f"""{HOOK}
import sys
import pyqtgraph
from PySide6.QtWidgets import QApplication, QMainWindow
application = QApplication(sys.argv)
window = type("Window", (QMainWindow,), {{"showEvent": show}})()
plot = pyqtgraph.PlotWidget()
plot.plot(range(100))
window.setCentralWidget(plot)
window.resize(1440, 900)
window.show()
application.exec()
"""


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


def opened(experiment: Experiment) -> MainWindow:
    """Return the shown window, its data read and its first picture painted."""
    window = open_window(experiment)
    draft = window.workspace.draft
    wait_until(lambda: draft.facts is not None, draft.changed)
    wait(0.2)
    return window


def in_state(window: MainWindow, state: State, act: Callable[[], object]) -> float:
    """Act and return the milliseconds until the window knows the run in that state."""
    run = window.workspace.run
    return wait_until(lambda: run.state is state, run.state_changed, act)


# what is measured


def lateness(window: MainWindow, seconds: float) -> list[float]:
    """Return the lateness of every tick while the run goes on, in milliseconds."""
    ticks = Lateness()
    wait(seconds)
    ticks.stop()
    return ticks.milliseconds


def speed_beside(window: MainWindow) -> tuple[float, float]:
    """Return the examples a second that the run in the window does, and the pictures a second that it shows."""
    seen: list[tuple[float, int]] = []

    def on_snapshot_ready(snapshot: Snapshot) -> None:
        seen.append((perf_counter(), snapshot.progress.examples))

    in_state(window, State.RUNNING, window.run_bar.run.click)
    wait(1.0)  # until then the frame rate adapts
    window.workspace.run.snapshot_ready.connect(on_snapshot_ready)
    wait(SPEED_SECONDS)
    in_state(window, State.PAUSED, window.run_bar.run.click)
    window.workspace.run.snapshot_ready.disconnect(on_snapshot_ready)
    (begin, before), (end, after) = seen[0], seen[-2]  # the last one may be of the pause
    return (after - before) / (end - begin), (len(seen) - 2) / (end - begin)


def speed_alone(session: Session) -> float:
    """Return the examples a second of the same run where no window takes part."""
    begin, before = perf_counter(), session.examples
    while perf_counter() - begin < SPEED_SECONDS:
        session.step()
    return (session.examples - before) / (perf_counter() - begin)


def answers(window: MainWindow) -> tuple[list[float], list[float]]:
    """Return the milliseconds from pause and from reset to the state that follows, again and again."""
    pauses, resets = [], []
    for _ in range(PRESSES):
        in_state(window, State.RUNNING, window.run_bar.run.click)
        wait(0.1)
        pauses.append(in_state(window, State.PAUSED, window.run_bar.run.click))
        in_state(window, State.RUNNING, window.run_bar.run.click)
        wait(0.1)
        resets.append(in_state(window, State.READY, window.run_bar.reset.click))
    return pauses, resets


def close_time(experiment: Experiment) -> float:
    """Return the milliseconds that closing a window takes whose run trains: both threads end in that time."""
    window = opened(experiment)
    in_state(window, State.RUNNING, window.run_bar.run.click)
    wait(0.1)
    begin = perf_counter()
    window.close()
    took = 1000 * (perf_counter() - begin)
    window.deleteLater()
    return took


def start_time(program: str, folder: Path) -> tuple[float, float]:
    """Return the milliseconds from the start of a process to its first painted window, by clock and by processor."""
    homes = ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME")
    environment = {**os.environ, **{name: str(folder) for name in homes}}
    begin = monotonic()
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    painted = next(line for line in done.stdout.splitlines() if line.startswith(_MARK))
    clock, processor = map(float, painted.removeprefix(_MARK).split())
    return 1000 * (clock - begin), 1000 * processor


# what is printed


def row(name: str, figure: str, goal: str = "", reached: bool | None = None) -> None:
    """Print one line of the table."""
    sign = {True: "reached", False: "MISSED", None: ""}[reached]
    print(f"  {name:<50} {figure:>24}  {goal:<14} {sign}", flush=True)


def spread(values: list[float], unit: str = " ms") -> str:
    """Return the median and the largest of some figures."""
    return f"{statistics.median(values):.1f}, most {max(values):.1f}{unit}"


def at_any_moment(late: list[float]) -> float:
    """Return the 99th percentile of the wait of something that happens at any moment, not only when a timer is due.

    A turn of the loop that takes t makes what comes in it wait for up to t, each wait being as likely.
    """
    turns = np.sort(np.array(late) + 1)
    waits = np.linspace(0, turns[-1], 4000)
    longer = [np.clip(turns - wait, 0, None).sum() for wait in waits]
    return float(waits[np.searchsorted(-np.array(longer), -0.01 * longer[0])])


def print_lateness(name: str, late: list[float]) -> None:
    """Print the three figures of the event loop."""
    p50, p99 = np.percentile(late, [50, 99])
    print(f"Event loop while training, {name} ({len(late):,} ticks)")
    row("lateness, p50", f"{p50:.2f} ms")
    row("lateness, p99", f"{p99:.2f} ms", "at most 16 ms", bool(p99 <= 16))
    row("lateness, max", f"{max(late):.2f} ms", "at most 50 ms", max(late) <= 50)
    row("p99 of what comes at any moment", f"{at_any_moment(late):.2f} ms")


def measure_event_loop(window: MainWindow) -> None:
    """Print the lateness with what the window shows at its start, and with its largest matrix."""
    in_state(window, State.RUNNING, window.run_bar.run.click)
    wait(1.0)
    print_lateness("curves and heatmap of δ¹ (32×64)", lateness(window, LATENESS_SECONDS))
    window.workspace.selection.choose(0, "W")
    wait(0.5)
    print_lateness("curves and heatmap of W¹ (784×64)", lateness(window, LATENESS_SECONDS / 2))
    window.workspace.selection.choose(0, "delta")
    in_state(window, State.PAUSED, window.run_bar.run.click)


def measure_speed(window: MainWindow, experiment: Experiment) -> None:
    """Print how fast the run goes beside the window and alone, in turns."""
    session = Session(experiment)
    beside, alone, pictures = [], [], []
    for _ in range(SPEED_ROUNDS):
        alone.append(speed_alone(session))
        examples, frames = speed_beside(window)
        beside.append(examples)
        pictures.append(frames)
    ratio = statistics.median(beside) / statistics.median(alone)
    print(f"Training, examples a second (medians of {SPEED_ROUNDS}, in turns)")
    row("without a window", f"{statistics.median(alone):,.0f}")
    row("beside the window", f"{statistics.median(beside):,.0f}")
    row("pictures that the window shows", f"{statistics.median(pictures):.1f} a second")
    pairs = [with_it / without for with_it, without in zip(beside, alone, strict=True)]
    row("ratio", f"{ratio:.3f} ({min(pairs):.2f} to {max(pairs):.2f})", "at least 0.80", ratio >= 0.80)


def measure_answers(window: MainWindow, experiment: Experiment) -> None:
    """Print how long pause, reset and close take."""
    pauses, resets = answers(window)
    closes = [close_time(experiment) for _ in range(5)]
    print("From the press to the state that follows")
    for name, times in (("pause", pauses), ("reset", resets), ("close, both threads ended", closes)):
        row(f"{name} ({len(times)} times)", spread(times), "at most 100 ms", max(times) <= 100)


def measure_start() -> None:
    """Print how long the first painted window takes, ours and a bare one, in turns."""
    times: dict[str, list[tuple[float, float]]] = {OURS: [], BARE: []}
    with tempfile.TemporaryDirectory() as folder:
        for program in (OURS, BARE):
            start_time(program, Path(folder))  # the files are in the system's cache from here on
        for _ in range(STARTS):
            for program, taken in times.items():
                taken.append(start_time(program, Path(folder)))
    (ours, our_work), (bare, bare_work) = (tuple(map(list, zip(*times[each], strict=True))) for each in (OURS, BARE))
    ratio = statistics.median(ours) / statistics.median(bare)
    print(f"From the start of the process to the first painted window ({STARTS} times each, in turns)")
    row("a bare PySide6 + pyqtgraph window", spread(bare))
    row("delta-lab with the default experiment", spread(ours))
    row("ratio of the medians", f"{ratio:.2f}", "at most 1.5", ratio <= 1.5)
    # what a busy machine does not change much
    row("the same in processor time", f"{statistics.median(our_work) / statistics.median(bare_work):.2f}")


def main() -> None:
    """Measure everything and print it."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = folder
        make_application("dark")
        experiment = endless(load_experiment(paths.default_experiment()))
        with collecting_in_this_thread():
            window = opened(experiment)
            measure_event_loop(window)
            measure_speed(window, experiment)
            measure_answers(window, experiment)
            window.close()
        measure_start()
    print(f"Load of this machine (1 minute, {os.cpu_count()} cores): {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()

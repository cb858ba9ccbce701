"""How long an edit and taking it back take at 784-512-512-10 with Adam, in the session and as the window shows them.

Run by `make bench`, or as a script; `live.py window` prints one part of it (session, window, figures, keeping):

- session: from the step boundary at which an edit takes effect to the next one, with the last batch computed again;
- window: from the press to the painted picture of the edited run, while it trains. The goal is 100 ms for either;
- figures: pictures a second, the share of the speed and the longest stop while edits arrive five times a second;
- keeping: the share of the time that keeping the run for the next start takes. The goal is 2 %.
"""

import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from time import perf_counter, thread_time

import numpy as np
from PySide6.QtCore import QEventLoop, QTimer

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_LOGGING_RULES"] = "*.warning=false"
sys.path.insert(0, str(Path(__file__).parents[2]))

from lab.app import keep_runs
from lab.data.dataset import Dataset
from lab.experiment.session import Session
from lab.experiment.spec import Experiment
from lab.experiment.timeline.edit import Edit
from lab.experiment.timeline.edits import read_edit
from lab.experiment.timeline.keyframe import take_keyframe
from lab.experiment.timeline.timeline import Timeline
from lab.gui.main_window import MainWindow
from lab.gui.workers.commands import Pause, Resume, State
from lab.gui.workers.run_keeper import RunKeeper
from tests.benchmarks import window_measures as measures
from tests.benchmarks.window_measures import spread

ROUNDS = 5
GOAL = 100.0
EDITS_A_SECOND = 5

EDITS = (
    {"kind": "training", "title": "Learning rate", "fields": {"optimizer": {"kind": "adam", "learning_rate": 1e-4}}},
    {"kind": "training", "title": "Batch size", "fields": {"batch_size": 64}},
    {"kind": "training", "title": "Loss", "fields": {"loss": "half_squared_error"}},
    {"kind": "units", "layer": 0, "units": 640},
    {"kind": "units", "layer": 1, "units": 384},
    {"kind": "activation", "layer": 0, "activation": "tanh"},
    {"kind": "insert", "position": 1, "new": {"kind": "dense", "units": 512, "activation": "relu"}},
    {"kind": "remove", "layer": 1},
    {"kind": "freeze", "layer": 0},
    {"kind": "type_cell", "layer": 0, "array": "W", "cell": [0, 0], "value": 1.0},
    {"kind": "reset"},
)


DENSE = [{"kind": "dense", "units": 512}] * 2 + [{"kind": "dense", "units": 10, "activation": "softmax"}]
TRAINING = {"batch_size": 128, "epochs": 100_000, "optimizer": {"kind": "adam", "learning_rate": 1e-3}}


def noise() -> tuple[np.ndarray, np.ndarray]:
    """Return 2,048 rows of 784 numbers with classes."""
    rng = np.random.default_rng(0)
    return rng.normal(size=(2048, 784)).astype(np.float32), rng.integers(0, 10, 2048)


def experiment(**data: object) -> Experiment:
    """Return the experiment on this data."""
    return Experiment.model_validate(
        {"data": {"scaling": "none", "stratified": False, **data}, "layers": DENSE, "training": TRAINING}
    )


def session() -> Session:
    """Return a session at 784-512-512-10 with Adam that has taken a few steps."""
    x, y = noise()
    names = tuple(f"x{number}" for number in range(784))
    data = Dataset("noise", "Noise", x, y, tuple("0123456789"), names, None)
    made = Session(experiment(source="digits"), data)
    for _ in range(5):
        made.step()
    return made


def milliseconds(do: Callable[[], object]) -> float:
    """Return how long a call takes."""
    begin = perf_counter()
    do()
    return 1000.0 * (perf_counter() - begin)


def measure(edit: Edit) -> tuple[float, float, float]:
    """Return the medians of doing the edit, taking it back, and doing it again."""
    times: list[tuple[float, float, float]] = []
    for _ in range(ROUNDS):
        timeline = Timeline(session())
        done = milliseconds(lambda: timeline.apply(edit))  # noqa: B023
        timeline.session.step()
        times.append((done, milliseconds(timeline.undo), milliseconds(timeline.redo)))
    done, undone, again = (statistics.median(column) for column in zip(*times, strict=True))
    return done, undone, again


def measure_session() -> None:
    """Print how long the edits take between two steps."""
    trained = session()
    step = statistics.median(milliseconds(trained.step) for _ in range(20))
    print(f"784-512-512-10, m 128, Adam: a step {step:.1f} ms, goal for an edit or undo {GOAL:.0f} ms")
    print(f"a keyframe {statistics.median(milliseconds(lambda: take_keyframe(trained)) for _ in range(20)):.1f} ms")
    print(f"{'edit':24} {'do':>7} {'undo':>7} {'redo':>7}")
    worst = 0.0
    for fields in EDITS:
        edit = read_edit(fields)
        done, undone, again = measure(edit)
        worst = max(worst, done, undone, again)
        print(f"{edit.name[:24]:24} {done:7.1f} {undone:7.1f} {again:7.1f}")
    print(f"worst {worst:.1f} ms: {'reached' if worst <= GOAL else 'NOT reached'}")


def shown(window: MainWindow, act: Callable[[], object]) -> float:
    """Act and return the milliseconds until a picture of the edited run is painted."""
    run, loop, edits = window.workspace.run, QEventLoop(), [0]

    def on_edited(_sentence: str) -> None:
        edits[0] += 1

    def on_snapshot_ready(_snapshot: object) -> None:
        if edits[0]:
            QTimer.singleShot(0, loop.quit)  # what has come is painted before any timer is looked at

    run.edited.connect(on_edited)
    run.snapshot_ready.connect(on_snapshot_ready)
    begin = perf_counter()
    act()
    loop.exec()
    took = milliseconds_since(begin)
    run.edited.disconnect(on_edited)
    run.snapshot_ready.disconnect(on_snapshot_ready)
    return took


def milliseconds_since(begin: float) -> float:
    """Return how long ago that was."""
    return 1000.0 * (perf_counter() - begin)


def edits_of(window: MainWindow) -> dict[str, Callable[[], object]]:
    """Return what a person does in the window, each time a little otherwise."""
    workspace, number = window.workspace, count()
    draft = workspace.draft
    return {
        "learning rate": lambda: draft.edit_optimizer(learning_rate=1e-4 * (1 + next(number) % 7)),
        "batch size": lambda: draft.edit_training(batch_size=100 + next(number) % 50),
        "more units": lambda: draft.edit_layer(0, units=520 + 8 * (next(number) % 9)),
        "fewer units": lambda: draft.edit_layer(1, units=500 - 8 * (next(number) % 9)),
        "activation": lambda: draft.edit_layer(0, activation=("tanh", "gelu", "sigmoid")[next(number) % 3]),
        "insert a layer": lambda: draft.add_layer(1),
        "freeze a layer": lambda: workspace.freeze_layer(0, True),
        "pin the batch": workspace.pin_batch,
    }


@contextmanager
def training(large: bool = True) -> Iterator[MainWindow]:
    """Show a window that trains the large net, or the experiment that the program opens with."""
    with measures.application(), tempfile.TemporaryDirectory() as folder:
        made = measures.default_experiment()
        if large:
            x, y = noise()
            np.savez(Path(folder) / "noise.npz", x=x, y=y)
            made = experiment(path=str(Path(folder) / "noise.npz"))
        with measures.opened(made) as window:
            measures.in_state(window, State.RUNNING, window.run_bar.run.click)
            measures.wait(1.0)
            yield window


def measure_window() -> None:
    """Print how long edits take as a person sees them."""
    print(f"In the window, while it trains: milliseconds to the painted picture, median and most of {ROUNDS}")
    worst = 0.0
    with training() as window:
        shown(window, lambda: window.workspace.draft.edit_training(batch_size=99))  # loads what edits need
        for name, act in edits_of(window).items():
            done, undone = [], []
            for _ in range(ROUNDS):
                measures.wait(0.15)
                done.append(shown(window, act))
                measures.wait(0.15)
                undone.append(shown(window, window.workspace.edits.undo))
            worst = max(worst, statistics.median(done), statistics.median(undone))
            print(f"{name:24} do {spread(done):26} undo {spread(undone)}")
    print(f"worst median {worst:.1f} ms: {'reached' if worst <= GOAL else 'NOT reached'}")


def counted() -> list[int]:
    """Return a list whose one number counts the steps of all sessions from now on: undo takes them from a history."""
    steps, name = [0], "step"
    step = getattr(Session, name)

    def counting(own: Session) -> float:
        steps[0] += 1
        loss: float = step(own)
        return loss

    setattr(Session, name, counting)
    return steps


def press(window: MainWindow, number: int) -> None:
    """Do what a person may do: a rate, another width, and taking each back."""
    workspace = window.workspace
    if number % 2:
        workspace.edits.undo()
    elif number % 4:
        workspace.draft.edit_optimizer(learning_rate=0.01 * (2 + number % 5))
    else:
        workspace.draft.edit_layer(0, units=16 + number % 9)


def measure_figures() -> None:
    """Print pictures, share of the speed and stops of the default experiment while edits arrive."""
    print(f"Default experiment, an edit or undo every {1000 / EDITS_A_SECOND:.0f} ms")
    alone, steps, presses, pictures = Session(measures.default_experiment()), counted(), count(), [0]
    with training(large=False) as window:
        window.workspace.run.snapshot_ready.connect(lambda _snapshot: pictures.__setitem__(0, pictures[0] + 1))
        timer = QTimer()
        timer.setInterval(round(1000 / EDITS_A_SECOND))
        timer.timeout.connect(lambda: press(window, next(presses)))
        for name in ("without edits", "with edits"):
            if name == "with edits":
                timer.start()
            shares, rates, late = [], [], []
            for _ in range(5):
                window.workspace.run.send(Pause())
                measures.wait(0.1)
                bare = measures.speed_alone(alone, 0.5)
                window.workspace.run.send(Resume())
                measures.wait(0.3)
                before, seen, begin = steps[0], pictures[0], perf_counter()
                late += measures.lateness(1.5)
                took = perf_counter() - begin
                shares.append((steps[0] - before) / took / bare)
                rates.append((pictures[0] - seen) / took)
            print(
                f"{name:14} pictures a second {statistics.median(rates):.1f}, share of the speed "
                f"{statistics.median(shares):.2f}, stops: p99 {np.percentile(late, 99):.1f}, most {max(late):.1f} ms"
            )
        timer.stop()


def measure_keeping() -> None:
    """Print what keeping a run beside training costs: the copies between two steps, and the writer's processor time."""
    print("Keeping the run for the next start, goal 2 % of the time")
    costs: list[float] = []
    _time(costs, "keep", perf_counter)
    _time(costs, "_write", thread_time)
    for name, large in (("default experiment", False), ("784-512-512-10", True)):
        with training(large) as window:
            keep_runs(window)
            measures.wait(6.0)  # the first writing finds out how much it costs
            costs.clear()
            begin = perf_counter()
            measures.wait(20.0)
            share = sum(costs) / (perf_counter() - begin)
            print(f"{name:20} {len(costs) // 2} times in 20 s, {100 * share:.2f} % of the time")


def _time(costs: list[float], name: str, clock: Callable[[], float]) -> None:
    original = getattr(RunKeeper, name)

    def timed(*arguments: object) -> None:
        begin = clock()
        original(*arguments)
        costs.append(clock() - begin)

    setattr(RunKeeper, name, timed)


PARTS = {
    "session": measure_session,
    "window": measure_window,
    "figures": measure_figures,
    "keeping": measure_keeping,
}


def main(names: list[str]) -> None:
    """Print the parts with these names, all of them where none is given."""
    for name in names or PARTS:
        PARTS[name]()


if __name__ == "__main__":
    main(sys.argv[1:])

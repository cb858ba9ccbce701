"""How long an edit, taking it back, a keyframe and a preview take at 784-512-512-10 with Adam, in milliseconds.

Each time is from the step boundary at which the edit takes effect to the next one, with the last batch computed again
for what is on show. The goal for an edit or an undo is 100 ms. Run by `make bench`.
"""

import statistics
from collections.abc import Callable
from time import perf_counter

import numpy as np

from lab.data.dataset import Dataset
from lab.experiment.session import Session
from lab.experiment.spec import Experiment
from lab.experiment.timeline.edit import Edit
from lab.experiment.timeline.edits import read_edit
from lab.experiment.timeline.keyframe import take_keyframe
from lab.experiment.timeline.timeline import Timeline

ROUNDS = 5
GOAL = 100.0

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


def session() -> Session:
    """Return a session at 784-512-512-10 with Adam that has taken a few steps."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2048, 784)).astype(np.float32), rng.integers(0, 10, 2048)
    names = tuple(f"x{number}" for number in range(784))
    data = Dataset("noise", "Noise", x, y, tuple("0123456789"), names, None)
    dense = [{"kind": "dense", "units": 512}] * 2 + [{"kind": "dense", "units": 10, "activation": "softmax"}]
    fields = {
        "data": {"source": "digits", "scaling": "none", "stratified": False},
        "layers": dense,
        "training": {"batch_size": 128, "epochs": 1000, "optimizer": {"kind": "adam", "learning_rate": 1e-3}},
    }
    made = Session(Experiment.model_validate(fields), data)
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


def main() -> None:
    """Print the table."""
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


if __name__ == "__main__":
    main()

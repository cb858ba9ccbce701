"""The example that a person tries: taken from the data, drawn or set by hand, with what is known of it."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.experiment.datasets import DataFacts
from lab.experiment.example_names import example_place, target_name
from lab.experiment.readings.example_answer import Answer, Ranges

Row = NDArray[np.float64]

_MOST_NAMED = 3
_MANY_PIXELS = 0.02


@dataclass(frozen=True, eq=False)
class TriedExample:
    """x: (n,) as the data has its inputs, before any scaling; row: its row in the dataset while it is that one's."""

    x: Row
    row: int | None = None

    def changed(self, x: Row) -> "TriedExample":
        """Return an example with other numbers, which is no longer one of the data."""
        return replace(self, x=x, row=None)

    @property
    def key(self) -> bytes:
        """The numbers as a reading asks with them."""
        return self.x.tobytes()


def taken(facts: DataFacts, part: str, number: int) -> TriedExample:
    """Return the example of that number, from 0, of "train", "validation" or "test"."""
    row = int(getattr(facts.split, part)[number])
    if facts.dataset.watch is not None:
        facts.dataset.watch.check()
    return TriedExample(np.array(facts.dataset.x[row], np.float64), row)


def answer_text(facts: DataFacts, example: TriedExample, answer: Answer) -> str:
    """Return the answer in words: what the example is taken for, and whether that is right where it is known."""
    if answer.problem:
        return answer.problem
    dataset, values = facts.dataset, answer.values
    if dataset.is_regression:
        pairs = zip(dataset.target_names, values.tolist(), strict=True)
        said = ", ".join(f"{name}: {value:.4g}" for name, value in pairs)
        return said if example.row is None else f"{said}   (true: {target_name(dataset, example.row)})"
    best = int(np.argmax(values))
    said = f"Taken for {dataset.class_names[best]}"
    if example.row is None:
        return said
    is_right = int(dataset.y[example.row]) == best
    return f"{said}: {'right' if is_right else f'wrong, it is {target_name(dataset, example.row)}'}"


def place_text(facts: DataFacts, example: TriedExample) -> str:
    """Say where the example comes from."""
    return "made by you" if example.row is None else example_place(facts.dataset, example.row)


def range_warning(facts: DataFacts, example: TriedExample, ranges: Ranges) -> str:
    """Say which inputs lie outside what training has seen, as a sentence; "" where none does."""
    x = example.x
    places = np.flatnonzero((x < ranges.low) | (x > ranges.high))
    names = facts.dataset.feature_names
    if facts.dataset.image_shape is not None:
        if len(places) < _MANY_PIXELS * len(x):
            return ""
        return (
            f"{len(places)} of {len(x)} pixels are lighter or darker than in any training image: the network was never "
            "taught what ink there means."
        )
    if not len(places):
        return ""
    named = ", ".join(
        f"{names[place]} {x[place]:.4g} (seen: {ranges.low[place]:.4g} to {ranges.high[place]:.4g})"
        for place in places[:_MOST_NAMED].tolist()
    )
    more = f" and {len(places) - _MOST_NAMED} more" if len(places) > _MOST_NAMED else ""
    return f"Outside what training has seen: {named}{more}. The answer is a guess there."


def pinned_target(facts: DataFacts, example: TriedExample, answer: Answer) -> int | tuple[float, ...]:
    """Return what the example is to be taught as on the board: its own target, else what the network says."""
    dataset = facts.dataset
    if dataset.is_regression:
        values: Any = answer.values if example.row is None else dataset.y[example.row]
        return tuple(float(value) for value in values)
    return int(np.argmax(answer.values)) if example.row is None else int(dataset.y[example.row])

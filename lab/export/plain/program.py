"""A network and its training as plain NumPy, in passages: what is stored, functions, forward, loss, backward, update.

Each kind of layer, activation, loss and optimizer says its own lines (`plain_code`, `plain`, …); here they are put in
order with the equations that the window shows. A script and a notebook are two ways of writing the same program.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from lab.experiment.stack.equations import Equation


@dataclass(frozen=True)
class Step:
    """One line of a program, or a few, with the equation that it computes."""

    code: str
    equation: Equation | None = None


@dataclass(frozen=True)
class Passage:
    """Some lines under a title; words says what they are for."""

    title: str
    steps: tuple[Step, ...]
    words: str = ""

    @property
    def code(self) -> str:
        """The lines without anything about them."""
        return "\n".join(step.code for step in self.steps)


@dataclass(frozen=True, eq=False)
class Program:
    """All that a script says: `before` the loop over the batches, `loop` for each of them, `after` it.

    arrays: what the program begins with, by the names that it has there. notes: sentences on what is different here.
    """

    title: str
    about: tuple[str, ...]
    notes: tuple[str, ...]
    arrays: Mapping[str, NDArray[Any]]
    has_rows: bool
    """Whether a script goes along that makes inputs of the cells of a table."""
    symbols: Mapping[str, str]
    """What an array is called in the equations, for those that have a sign there."""
    before: tuple[Passage, ...]
    loop: tuple[Passage, ...]
    after: tuple[Passage, ...]

    @property
    def is_small(self) -> bool:
        """Whether all arrays together are few enough numbers to stand in the text."""
        return sum(array.size for array in self.arrays.values()) <= MOST_INLINE


MOST_INLINE = 200
"""Numbers that a script writes out; more of them go into a file beside it."""

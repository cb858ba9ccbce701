"""Where a walk through the equations of a step stands: which of them are computed, which matrices are still blank."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from lab.core.explain.matrices import MATRICES
from lab.core.explain.superscript import superscript
from lab.core.layer_kinds.layer import Layer

Key = tuple[int, str]
"""A layer, from 0, and the name of one of its matrices."""


@dataclass(frozen=True)
class WalkEquation:
    """One equation of a walk: a name, the layer it belongs to, and the matrices that it computes, the first its own."""

    name: str
    layer: int
    computes: tuple[Key, ...]

    @property
    def matrix(self) -> str | None:
        """The matrix that it yields; None for the update of a stack without parameters."""
        return self.computes[0][1] if self.computes else None


@dataclass(frozen=True)
class WalkPlace:
    """How many of the equations of a step are computed: `done` of them, in their order."""

    equations: tuple[WalkEquation, ...]
    done: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether all of them are, the update too."""
        return self.done == len(self.equations)

    @property
    def last(self) -> WalkEquation | None:
        """The equation that was computed last, None at the beginning of the batch."""
        return self.equations[self.done - 1] if self.done else None

    @property
    def next(self) -> WalkEquation | None:
        """The equation that comes next, None where the step is complete."""
        return None if self.is_complete else self.equations[self.done]

    def moved(self, by: int) -> "WalkPlace":
        """Return the place so many equations on, or back."""
        return replace(self, done=self.done + by)

    @cached_property
    def blank(self) -> frozenset[Key]:
        """The matrices that are not yet computed."""
        return frozenset(key for equation in self.equations[self.done :] for key in equation.computes)


def walk_equations(layers: Sequence[Layer[Any]]) -> tuple[WalkEquation, ...]:
    """Return the equations of a step: forward up to a^L, the loss, δ^L down to δ¹, the gradients, and the update."""
    last = len(layers) - 1
    forward = [
        WalkEquation(_name(number, name), number, ((number, name),))
        for number, layer in enumerate(layers)
        for name in layer.arrays
        if name != "delta"
    ]
    loss = WalkEquation("L loss", last, ((last, "loss"), (last, "terms"), (last, "losses")))
    backward = [
        WalkEquation(_name(number, "delta"), number, tuple((number, name) for name in ("delta", "slope", "error")))
        for number in range(last, -1, -1)
    ]
    gradients = [
        WalkEquation(_name(number, f"d{name}"), number, ((number, f"d{name}"), (number, f"penalty_{name}")))
        for number, layer in enumerate(layers)
        for name in layer.parameters
    ]
    changed = tuple(
        (number, prefix + name)
        for number, layer in enumerate(layers)
        for name in layer.parameters
        for prefix in ("new_", "update_")
    )
    update = WalkEquation("update of every parameter", changed[0][0] if changed else last, changed)
    return (*forward, loss, *backward, *gradients, update)


def _name(number: int, name: str) -> str:
    kind = MATRICES[name]
    return f"{kind.symbol}{superscript(number + 1)} {kind.word}"

"""A layer that does the same in training and afterwards: one rule for `forward` and `infer`."""

from abc import abstractmethod
from typing import TypeVar

from lab.core.layer_kinds.batch_pass import Pass
from lab.core.layer_kinds.layer import Layer
from lab.core.types import Array

P = TypeVar("P", bound=Pass)


class SteadyLayer(Layer[P]):
    """What Dense, Activation and PReLU share: a kind says in `_run` how a^l is computed, into whichever arrays."""

    def __init__(self) -> None:
        super().__init__()
        self._x: Array | None = None

    def forward(self, x: Array, training: bool) -> Array:
        now = self._now
        assert now is not None
        self._x = x
        return self._run(x, now)

    def infer(self, x: Array) -> Array:
        return self._run(x, self._inference_pass(len(x)))

    @abstractmethod
    def _run(self, x: Array, now: P) -> Array:
        """Compute a^l from a^{l-1} into the arrays of `now`, and return it."""

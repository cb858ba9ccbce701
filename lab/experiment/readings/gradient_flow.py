"""The reading of the gradient flow: one figure of every layer over time, and all figures of the last sample."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from lab.core.diagnostics import LayerDiagnostics
from lab.experiment.readings.reading import Reading, read_only
from lab.experiment.training.faults import facts_of

if TYPE_CHECKING:
    from lab.experiment.session import Session

FIGURES = tuple(LayerDiagnostics.__dataclass_fields__)
"""The names of the figures, in the order of the columns of `Flow.last`."""


@dataclass(frozen=True, eq=False)
class Flow:
    """steps (k,), values (k, L) of one figure and last (L, figures), NaN where a layer has none; L layer titles.

    every: the sampler looks at every so many steps.
    """

    steps: NDArray[np.int64]
    values: NDArray[np.float64]
    last: NDArray[np.float64]
    layers: tuple[str, ...]
    every: int


@dataclass(frozen=True)
class GradientFlow(Reading[Flow]):
    """A figure of LayerDiagnostics over the samples that were taken of the present layers.

    None before the first sample of them, and where the experiment has its diagnostics switched off.
    """

    figure: str = "delta_norm"

    interval: ClassVar[float] = 0.4

    def read(self, session: Session) -> Flow | None:
        """Return what the session's sampler has kept."""
        layers = len(session.network.layers)
        later = takewhile(lambda sample: len(sample[1]) == layers, reversed(session.diagnostics.samples))
        samples = list(later)[::-1]
        if not samples:
            return None
        return Flow(
            read_only(np.array([step for step, _ in samples], np.int64)),
            read_only(np.array([[getattr(one, self.figure) for one in sample] for _, sample in samples])),
            read_only(np.array([astuple(one) for one in samples[-1][1]])),
            tuple(facts.title for facts in facts_of(session.network)),
            session.diagnostics.every,
        )

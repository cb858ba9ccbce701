"""The reading of an activation at work: its curve and slope, and how the z of a layer are spread over it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from lab.core.activation_kinds.curve import DEAD, SATURATED, SATURATED_SLOPE, Curve
from lab.core.layer_kinds.output_layer import OutputLayer
from lab.core.types import Array, Floats
from lab.experiment.step_arrays import step_array

if TYPE_CHECKING:
    from lab.experiment.session import Session

from lab.experiment.readings.reading import Reading, read_only

_POINTS: Final = 481
_NARROWEST: Final = 4.0
_LOOSE: Final = 3.0
_STEPS: Final = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0)
"""An axis ends at one of these times a power of ten: it is to stand still while z moves."""


@dataclass(frozen=True, eq=False)
class ActivationAtWork:
    """The curve over -reach..reach, and the z of the last batch, m examples of `units`, counted over equal bars.

    counts, unit_counts: (bars,), of all units and of the chosen one; of NaN and infinities none. shares: the share of
    all z in a zone by its kind, unit_shares of those of the unit. point: the z at which the tangent lies, with a and
    slope there.
    """

    step: int
    m: int
    units: int
    reach: float
    curve: Curve
    counts: NDArray[np.int64]
    unit_counts: NDArray[np.int64]
    shares: dict[str, float]
    unit_shares: dict[str, float]
    point: tuple[float, float, float]


@dataclass(frozen=True)
class ActivationSpread(Reading[ActivationAtWork]):
    """The activation of a layer (from 0) and its z; the tangent lies at the mean z of a unit, or at an example's.

    reach: where the axis ended before; it stays there unless z is beyond it, or keeps to less than a third of it.

    None before the first step, where the layer has no activation, and where that is no curve over z. It goes through
    all z of the batch several times.
    """

    layer: int
    unit: int
    bars: int
    example: int | None = None
    reach: float = 0.0

    interval: ClassVar[float] = 0.05

    def read(self, session: Session) -> ActivationAtWork | None:
        """Return the curve and the counts as the last step left z."""
        layers = session.network.layers
        layer = layers[self.layer] if self.layer < len(layers) else None
        z = step_array(session, self.layer, "z")
        if not isinstance(layer, OutputLayer) or z is None or layer.activation.why_no_curve:
            return None
        sigma, unit = layer.activation, min(self.unit, z.shape[1] - 1)
        slope = sigma.slope_of(z, layer.a)
        needed = _reach(z)
        reach = self.reach if needed <= self.reach < _LOOSE * needed else needed
        curve = sigma.curve(np.linspace(-reach, reach, _POINTS))
        own = z[:, unit]
        at = float(own.mean() if self.example is None else own[min(self.example, len(own) - 1)])
        point = sigma.curve(np.array([at]))
        return ActivationAtWork(
            session.steps, len(z), z.shape[1], reach, curve, self._counts(z, reach), self._counts(own, reach),
            _shares(slope), _shares(slope[:, unit]), (at, float(point.a[0]), float(point.slope[0])),
        )  # fmt: skip

    def _counts(self, z: Array, reach: float) -> NDArray[np.int64]:
        known = z[np.isfinite(z)]
        return read_only(np.histogram(known, self.bars, (-reach, reach))[0].astype(np.int64))


def _reach(z: Array) -> float:
    """Return a round number that is beyond every finite |z|."""
    sizes = np.abs(z)
    largest = float(sizes.max())
    if not np.isfinite(largest):
        known = sizes[np.isfinite(sizes)]
        largest = float(known.max()) if known.size else 0.0
    if largest <= _NARROWEST:
        return _NARROWEST
    power = 10.0 ** np.floor(np.log10(largest))
    return float(power * next(step for step in _STEPS if step * power >= largest * (1 - 1e-12)))


def _shares(slope: Floats | Array) -> dict[str, float]:
    """Return the share of slopes that are 0, and of those that are not but below the limit."""
    dead = float(np.count_nonzero(slope == 0)) / slope.size
    flat = float(np.count_nonzero(np.abs(slope) < SATURATED_SLOPE)) / slope.size
    return {DEAD: dead, SATURATED: flat - dead}

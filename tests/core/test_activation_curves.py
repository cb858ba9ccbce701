"""The curves of activations: the values of the functions themselves, slopes as differences have them, and the zones."""

import math

import numpy as np
import pytest

from lab.core.activation_kinds.curve import DEAD, SATURATED, SATURATED_SLOPE, Zone
from lab.core.activations import ACTIVATIONS

PLACES = np.linspace(-6.0, 6.0, 241) + 0.0125
CURVES = [name for name, entry in ACTIVATIONS.items() if not entry.why_no_curve]


@pytest.mark.parametrize("name", CURVES)
def test_a_slope_is_how_the_curve_rises(name: str) -> None:
    step = 1e-5
    here, before, after = (ACTIVATIONS[name].curve(PLACES + by) for by in (0.0, -step, step))
    np.testing.assert_allclose(here.slope, (after.a - before.a) / (2 * step), atol=1e-6)


@pytest.mark.parametrize("name", CURVES)
def test_the_zones_are_where_the_slope_says(name: str) -> None:
    curve = ACTIVATIONS[name].curve(PLACES)
    for z, slope in zip(curve.z, curve.slope, strict=True):
        kinds = [zone.kind for zone in curve.zones if zone.low <= z <= zone.high]
        wanted = [DEAD] if slope == 0 else [SATURATED] if abs(slope) < SATURATED_SLOPE else []
        assert kinds == wanted


def test_known_zones() -> None:
    (dead,) = ACTIVATIONS["relu"].curve(PLACES).zones
    assert dead == Zone(DEAD, pytest.approx(-5.9875), pytest.approx(0.0, abs=0.03))
    left, right = ACTIVATIONS["sigmoid"].curve(PLACES).zones
    edge = math.log((1 + math.sqrt(1 - 4 * SATURATED_SLOPE)) / (1 - math.sqrt(1 - 4 * SATURATED_SLOPE)))  # a (1 − a)
    assert (left.high, right.low) == (pytest.approx(-edge, abs=0.03), pytest.approx(edge, abs=0.03))
    assert ACTIVATIONS["linear"].curve(PLACES).zones == ()


def test_a_softmax_says_why_it_has_none() -> None:
    assert [name for name in ACTIVATIONS if name != "softmax"] == CURVES
    with pytest.raises(AttributeError, match="each a depends on all z"):
        ACTIVATIONS["softmax"].curve(PLACES)

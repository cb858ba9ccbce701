"""The activation of a layer at work: counts, shares and tangent are those of the z of the last step."""

from collections.abc import Callable

import numpy as np
import pytest

from lab.core.activation_kinds.curve import DEAD, SATURATED
from lab.experiment.readings.activation_spread import ActivationSpread
from lab.experiment.session import Session

Stepped = Callable[..., Session]


def test_the_counts_and_the_shares_are_those_of_z(stepped: Stepped) -> None:
    session = stepped(4)
    z = session.network.layers[1].z  # of a ReLU
    found = ActivationSpread(1, 2, 8).read(session)
    assert found.counts.sum() == z.size
    edges = np.linspace(-found.reach, found.reach, 9)
    for bar in range(8):
        assert found.counts[bar] == ((z >= edges[bar]) & (z < edges[bar + 1])).sum()
    assert found.unit_counts.sum() == len(z)
    assert found.shares[DEAD] == pytest.approx((z <= 0).mean())
    assert found.unit_shares[DEAD] == pytest.approx((z[:, 2] <= 0).mean())
    assert found.shares[SATURATED] == 0
    mean = z[:, 2].mean()
    assert found.point == pytest.approx((mean, max(mean, 0), float(mean > 0)))
    one = ActivationSpread(1, 2, 8, example=3).read(session)
    assert one.point[0] == pytest.approx(z[3, 2])


def test_a_saturated_layer_says_so(stepped: Stepped) -> None:
    session = stepped(1)
    session.network.layers[0].W[:] *= 50
    session.step()
    z = session.network.layers[0].z  # of a tanh
    found = ActivationSpread(0, 0, 8).read(session)
    flat = np.abs(1 - np.tanh(z.astype(np.float64)) ** 2) < 0.01
    assert found.shares[DEAD] + found.shares[SATURATED] == pytest.approx(flat.mean(), abs=0.01)
    assert found.reach >= np.abs(z).max()


def test_the_axis_stands_still_while_z_moves_a_little(stepped: Stepped) -> None:
    session = stepped(1)
    assert ActivationSpread(0, 0, 8).read(session).reach == 4
    session.network.layers[0].z[0, 0] = 4.1
    assert ActivationSpread(0, 0, 8).read(session).reach == 6
    assert ActivationSpread(0, 0, 8, reach=10.0).read(session).reach == 10
    assert ActivationSpread(0, 0, 8, reach=60.0).read(session).reach == 6
    session.network.layers[0].z[0, 0] = -73
    assert ActivationSpread(0, 0, 8).read(session).reach == 80


def test_what_is_not_a_number_is_not_counted(stepped: Stepped) -> None:
    session = stepped(1)
    session.network.layers[0].z[0, :2] = np.nan, np.inf
    found = ActivationSpread(0, 0, 8).read(session)
    assert found.counts.sum() == session.network.layers[0].z.size - 2


def test_there_is_none_before_a_step_of_a_softmax_and_of_a_layer_that_is_gone(stepped: Stepped) -> None:
    assert ActivationSpread(0, 0, 8).read(stepped(0)) is None
    assert ActivationSpread(2, 0, 8).read(stepped(1)) is None
    assert ActivationSpread(9, 0, 8).read(stepped(1)) is None
    assert ActivationSpread(0, 99, 8).read(stepped(1)).unit_counts.sum() == 16

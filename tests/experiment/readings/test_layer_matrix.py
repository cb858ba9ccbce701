"""A matrix by layer and name: as the last step used it, read-only, and None where the network has none."""

from collections.abc import Callable

import numpy as np
import pytest

from lab.experiment.readings.layer_matrix import LayerMatrix
from lab.experiment.session import Session

Stepped = Callable[..., Session]


@pytest.mark.parametrize("name", ["W", "b"])
def test_parameters_are_those_that_the_forward_pass_used(stepped: Stepped, name: str) -> None:
    session = stepped(2)
    before = getattr(session.network.layers[1], name).copy()
    session.step()
    np.testing.assert_array_equal(LayerMatrix(1, name).read(session), before)


@pytest.mark.parametrize("name", ["z", "a", "delta", "dW", "db", "update_W", "update_b", "slope"])
def test_what_the_step_left_is_copied(stepped: Stepped, name: str) -> None:
    session = stepped(3)
    kept = LayerMatrix(1, name).read(session)
    expected = getattr(session.network.layers[1], name).copy()
    session.step()
    np.testing.assert_array_equal(kept, expected)


@pytest.mark.parametrize(("layer", "name"), [(3, "W"), (99, "z"), (0, "running_mean"), (1, "nonsense")])
def test_what_the_network_does_not_have_has_no_answer(stepped: Stepped, layer: int, name: str) -> None:
    assert LayerMatrix(layer, name).read(stepped(1)) is None


def test_before_the_first_step_there_are_weights_and_nothing_else(stepped: Stepped) -> None:
    session = stepped(0)
    np.testing.assert_array_equal(LayerMatrix(1, "W").read(session), session.network.layers[1].W)
    assert [name for name in ("z", "a", "delta", "dW", "update_W") if LayerMatrix(1, name).read(session)] == []


def test_an_answer_cannot_be_written_to_and_the_network_can(stepped: Stepped) -> None:
    session = stepped(1)
    for name in ("W", "z", "db"):
        matrix = LayerMatrix(0, name).read(session)
        assert matrix is not None
        with pytest.raises(ValueError, match="read-only"):
            matrix[...] = 0
    assert session.network.layers[0].W.flags.writeable

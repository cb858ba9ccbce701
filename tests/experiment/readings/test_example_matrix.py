"""Matrices as one example has them: columns of its row, and shares whose mean is the gradient."""

from collections.abc import Callable

import numpy as np
import pytest

from lab.experiment.readings.example_matrix import ExampleMatrix
from lab.experiment.readings.layer_matrix import LayerMatrix
from lab.experiment.session import Session

Stepped = Callable[[int], Session]


@pytest.mark.parametrize("name", ["x", "z", "a", "slope", "delta"])
def test_arrays_with_a_row_an_example_are_columns(stepped: Stepped, name: str) -> None:
    session = stepped(1)
    whole, column = LayerMatrix(0, name).read(session), ExampleMatrix(0, name, 2).read(session)
    assert whole is not None
    assert column is not None
    np.testing.assert_array_equal(column, whole[2][:, None])


@pytest.mark.parametrize("name", ["dW", "db"])
def test_gradients_are_the_mean_of_what_the_examples_add(stepped: Stepped, name: str) -> None:
    session = stepped(1)
    shares = [ExampleMatrix(0, name, row).read(session) for row in range(len(session.used_rows))]
    whole = LayerMatrix(0, name).read(session)
    assert whole is not None
    mean = np.mean([share for share in shares if share is not None], axis=0)
    np.testing.assert_allclose(mean.reshape(whole.shape), whole, rtol=1e-4, atol=1e-7)


def test_parameters_and_updates_are_the_same_in_both_forms(stepped: Stepped) -> None:
    session = stepped(1)
    for name in ("W", "b", "update_W", "new_b"):
        whole, one = LayerMatrix(0, name).read(session), ExampleMatrix(0, name, 1).read(session)
        assert whole is not None
        assert one is not None
        np.testing.assert_array_equal(one, whole)
    assert ExampleMatrix(0, "gamma", 1).read(session) is None
    assert ExampleMatrix(0, "z", 1).read(stepped(0)) is None

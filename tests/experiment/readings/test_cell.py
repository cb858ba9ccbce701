"""A cell is explained as it is in the step on show, and what is no sum or not there has no answer."""

from collections.abc import Callable

import pytest

from lab.experiment.readings.cell import ExplainedCell
from lab.experiment.readings.layer_matrix import LayerMatrix
from lab.experiment.session import Session

Stepped = Callable[..., Session]


@pytest.mark.parametrize("name", ["z", "a", "delta", "dW", "db", "update_W"])
def test_the_sum_is_the_cell(stepped: Stepped, name: str) -> None:
    session = stepped(2)
    answer = ExplainedCell(1, name, 3, 4).read(session)
    matrix = LayerMatrix(1, name).read(session)
    assert answer is not None
    assert matrix is not None
    assert answer.cell == matrix[(3, 4) if matrix.ndim == 2 else 4]
    assert abs(answer.value - answer.cell) <= 1e-5 * max(answer.size, 1e-30)


@pytest.mark.parametrize(
    "cell",
    [
        ExplainedCell(0, "gamma", 0, 0),
        ExplainedCell(9, "delta", 0, 0),
        ExplainedCell(0, "delta", 999, 0),
        ExplainedCell(0, "db", 0, 64),
    ],
    ids=["no matrix", "no layer", "no row", "no column"],
)
def test_what_is_not_there_has_no_answer(stepped: Stepped, cell: ExplainedCell) -> None:
    assert cell.read(stepped(0)) is None
    assert cell.read(stepped(1)) is None


def test_one_example_is_a_column(stepped: Stepped) -> None:
    session = stepped(1)
    answer = ExplainedCell(0, "z", 2, 6, one_example=True).read(session)
    assert answer is not None
    assert answer.cell == session.network.layers[0].z[2, 6]
    assert answer.symbol == "z¹[6]"

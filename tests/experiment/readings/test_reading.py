"""What all readings share: they are frozen values, equal where they ask for the same, and change nothing."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest

from lab.core.explain.tile import MatrixKey, Shown, View
from lab.core.types import Array, Floats
from lab.experiment import readings
from lab.experiment.browse.input_axes import ColumnAxis
from lab.experiment.readings.activation_spread import ActivationSpread
from lab.experiment.readings.batch_rows import BatchRows
from lab.experiment.readings.board_tiles import BoardTiles
from lab.experiment.readings.boundary import BoundaryMap
from lab.experiment.readings.cell import ExplainedCell
from lab.experiment.readings.data_directions import DataDirections
from lab.experiment.readings.example_answer import ExampleAnswer, InputRanges, NearestExamples
from lab.experiment.readings.example_matrix import ExampleMatrix
from lab.experiment.readings.expected_cells import ExpectedCells
from lab.experiment.readings.frozen_cells import FrozenCells
from lab.experiment.readings.gradient_flow import GradientFlow
from lab.experiment.readings.layer_matrix import LayerMatrix
from lab.experiment.readings.losses import LossesAfter, RatesAfter
from lab.experiment.readings.network_graph import GraphNumbers
from lab.experiment.readings.network_units import NetworkUnits
from lab.experiment.readings.neuron import NeuronNumbers
from lab.experiment.readings.neuron_maps import NeuronMaps
from lab.experiment.readings.part_figures import PartFigures
from lab.experiment.readings.part_outputs import PartOutputs
from lab.experiment.readings.plane_place import PlanePlace
from lab.experiment.readings.reading import AnyReading, Reading, read_only
from lab.experiment.readings.row_results import PartResults
from lab.experiment.readings.walk import Walking
from lab.experiment.readings.worksheet import SheetOfStep
from lab.experiment.session import Session


class FirstTwo:
    """A plane along the first two weights."""

    def coordinates(self, weights: Array) -> Floats:
        return np.asarray(weights[:, :2], np.float64)


ONE_OF_EACH: tuple[AnyReading, ...] = (
    LayerMatrix(1, "delta"), LossesAfter(3, 1), ExplainedCell(0, "z", 1, 2), PartResults("test"),
    BoardTiles(frozenset({Shown(MatrixKey(1, "W")), Shown(MatrixKey(1, "dW"), View.SHARE)}), 8, 2),
    FrozenCells(0, "W"), BatchRows(), Walking(), ExampleMatrix(1, "dW", 2), ExpectedCells(1, "dW", ((0, 1),)),
    SheetOfStep(1), PartOutputs("validation"), GradientFlow("dead"), InputRanges(), ExampleAnswer(np.ones(3).tobytes()),
    NearestExamples(np.ones(3).tobytes(), 2), NetworkUnits(4), GraphNumbers(((-1, (0, 2)), (0, (1, 3))), True),
    NeuronNumbers(0, 2, 1), NeuronMaps(((-1, (0,)), (0, (1,))), 5), ActivationSpread(0, 1, 9), DataDirections(),
    RatesAfter(2), PartFigures("test"), PlanePlace(FirstTwo(), 93),
    BoundaryMap(ColumnAxis(4, "right", (), 0), ColumnAxis(4, "up", (), 2), 6, ("train", "test")),
)  # fmt: skip


def kinds() -> Iterator[type[AnyReading]]:
    for module in pkgutil.iter_modules(readings.__path__):
        importlib.import_module(f"{readings.__name__}.{module.name}")
    yield from (kind for kind in Reading.__subclasses__() if kind.__module__.startswith("lab."))


def test_every_reading_of_the_folder_is_tried_here() -> None:
    assert {type(reading) for reading in ONE_OF_EACH} == set(kinds())


@pytest.mark.parametrize("reading", ONE_OF_EACH, ids=lambda reading: type(reading).__name__)
def test_it_is_a_frozen_value(reading: AnyReading) -> None:
    assert is_dataclass(reading)
    same = type(reading)(**{field.name: getattr(reading, field.name) for field in fields(reading)})
    assert {reading, same} == {reading}
    assert reading.interval >= 0
    for field in fields(reading):
        with pytest.raises(AttributeError):
            setattr(reading, field.name, None)


@pytest.mark.parametrize("steps", [0, 3, 12])
def test_reading_changes_nothing(stepped: Callable[..., Session], steps: int) -> None:
    asked, alone = stepped(steps), stepped(steps)
    for reading in ONE_OF_EACH:
        reading.read(asked)
    for session in (asked, alone):
        session.run_epoch()
    assert asked.history == alone.history
    assert asked.network.parameters.tobytes() == alone.network.parameters.tobytes()


def test_a_read_only_view_shares_its_numbers_and_leaves_the_array_alone() -> None:
    numbers: np.ndarray[Any, np.dtype[np.float64]] = np.arange(3.0)
    view = read_only(numbers)
    numbers[1] = 7.0
    assert view.tolist() == [0.0, 7.0, 2.0]
    with pytest.raises(ValueError, match="read-only"):
        view[0] = 1.0

"""Edits of numbers by hand beyond a single cell: many cells at once, a whole matrix from a file, cells of X and y."""

from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field, Strict, StrictInt, StrictStr

from lab.core.explain.matrices import MATRICES
from lab.core.explain.superscript import superscript
from lab.data.errors import DataError
from lab.experiment.building import class_weights_for
from lab.experiment.datasets import DataFacts
from lab.experiment.forms.data_specs import DataSpec
from lab.experiment.forms.given_numbers import GivenMatrix
from lab.experiment.forms.problems import SpecError
from lab.experiment.session import Session
from lab.experiment.stack.starting_values import put_numbers
from lab.experiment.timeline.cell_edits import Index, cell_position
from lab.experiment.timeline.edit import Edit, Outcome
from lab.experiment.typed_row import TypedRow

Place = Annotated[StrictInt, Field(ge=0)]

_OTHER = "Every weight stays; this example is another from now on."
_CHANGED = "The other cells stay; the output changes."


class FillCells(Edit):
    """Some cells of a parameter all set to one number, as to 0; what the optimizer remembers of them stays."""

    kind: Literal["fill_cells"] = "fill_cells"
    layer: Place
    array: StrictStr
    cells: Annotated[tuple[Index, ...], Strict(False), Field(min_length=1)]
    value: float = 0.0

    @property
    def name(self) -> str:
        return f"{len(self.cells)} cells of {self.array}{superscript(self.layer + 1)} = {self.value:g}"

    def apply(self, session: Session) -> Outcome:
        network = session.network
        if not abs(self.value) <= np.finfo(network.dtype).max:
            raise SpecError([f"value: {self.value!r} is not a number that {network.dtype} holds"])
        for cell in self.cells:
            network.parameters[cell_position(network, self.layer, self.array, cell)] = self.value
        _show(session)
        return Outcome(_CHANGED, False)


class LoadMatrix(Edit):
    """A whole parameter taken from numbers, or from the .npy or .csv file that is named in their place."""

    kind: Literal["load_matrix"] = "load_matrix"
    layer: Place
    array: StrictStr
    values: GivenMatrix
    source: StrictStr = ""
    """What the numbers come from, for the name of the edit."""

    @property
    def name(self) -> str:
        source = Path(self.values).name if isinstance(self.values, str) else self.source
        return f"Load {self.array}{superscript(self.layer + 1)}{f' from {source}' if source else ''}"

    def apply(self, session: Session) -> Outcome:
        layers = session.network.layers
        names = session.network.slices[self.layer] if self.layer < len(layers) else {}
        if self.array not in names:
            raise SpecError([f"array: layer {self.layer + 1} has no parameter {self.array!r}"])
        place = getattr(layers[self.layer], self.array)
        values = self.values if isinstance(self.values, str) or place.ndim == 2 else np.ravel(self.values)
        try:
            put_numbers(place, values)
        except DataError as error:
            raise SpecError([str(error).rstrip(".")]) from error
        _show(session)
        return Outcome("All other parameters stay; the output changes.", False)


class ChangeExample(Edit):
    """One cell of X or y of the batch on show set to a number, where its examples are typed.

    They are in the experiment itself, or one that was typed is pinned. row: that of the batch. In y of classes a 1
    makes its column the class of the row.
    """

    kind: Literal["change_example"] = "change_example"
    matrix: Literal["x", "y"]
    row: Place
    column: Place
    value: float

    @property
    def name(self) -> str:
        return f"{MATRICES[self.matrix].symbol}[{self.row}, {self.column}] = {self.value:g}"

    def apply(self, session: Session) -> Outcome:
        data = session.experiment.data
        if session.typed is not None:
            self._retype(session, session.typed)
            return Outcome(_OTHER, False)
        if not data.is_typed:
            raise SpecError(["only examples that were typed can be changed here; these are of a data set"])
        if self.row >= len(session.used_rows):
            raise SpecError([f"row: {self.row} found, but the batch on show has {len(session.used_rows)} rows"])
        example = int(session.parts["train"].rows[session.used_rows[self.row]])
        if self.matrix == "x":
            changes = {"x": _with_x(data, example, self.column, self.value)}
        else:
            changes = {"y": _with_y(session, example, self.column, self.value)}
        _take_examples(session, data.changed(**changes))
        return Outcome(_OTHER, False)

    def _retype(self, session: Session, typed: TypedRow) -> None:
        """Change the typed example that is pinned; its numbers are shown scaled and kept as the data has them."""
        scaling, targets = session.prepared.scaling, session.prepared.target_scaling
        x, y = typed.x.copy(), typed.y.copy()
        width = len(x) if self.matrix == "x" else session.network.outputs
        if self.row or self.column >= width:
            raise SpecError([f"cell: [{self.row}, {self.column}] found, but {self.matrix} has the shape (1, {width})"])
        if self.matrix == "x":
            x[self.column] = self.value / scaling.factor[self.column] + scaling.offset[self.column]
        elif targets is None:
            y[0] = _class_number(width, self.column, self.value)
        else:
            y[self.column] = self.value / targets.factor[self.column] + targets.offset[self.column]
        session.typed = TypedRow(x, y)
        _show(session)


def _with_x(data: DataSpec, example: int, column: int, value: float) -> Any:
    if data.scaling != "none":
        raise SpecError([f"X is shown scaled ({data.scaling}): set the scaling to none to type its cells"])
    if column >= len(data.x[0]):
        raise SpecError([f"column: {column} found, but the examples have {len(data.x[0])} numbers of their own"])
    return _replaced(data.x, example, _replaced(data.x[example], column, value))


def _with_y(session: Session, example: int, column: int, value: float) -> Any:
    data, dataset, outputs = session.experiment.data, session.dataset, session.network.outputs
    if column >= outputs:
        raise SpecError([f"column: {column} found, but y has {outputs} columns"])
    before = data.y[example]
    if not data.is_regression:
        number = _class_number(outputs, column, value)
        return _replaced(data.y, example, dataset.class_names[number] if isinstance(before, str) else number)
    if data.target_scaling != "none":
        scaled = data.target_scaling
        raise SpecError([f"y is shown scaled ({scaled}): set target_scaling to none to type its cells"])
    return _replaced(data.y, example, _replaced(before, column, value) if isinstance(before, tuple) else value)


def _class_number(outputs: int, column: int, value: float) -> int:
    """Return the class that a number typed into a column of y means."""
    if outputs == 1 and value in (0, 1):
        return int(value)
    if outputs == 1 or value != 1:
        valid = (
            "0 or 1, the class of the row, expected" if outputs == 1 else "1 expected: it makes its column the class"
        )
        raise SpecError([f"value: {value:g} found, {valid}"])
    return column


def _replaced(values: Any, place: int, value: object) -> Any:
    return (*values[:place], value, *values[place + 1 :])


def _take_examples(session: Session, data: DataSpec) -> None:
    """Go on with other numbers in the same rows; where the rows are shared out anew, a new epoch begins."""
    experiment = session.experiment.model_copy(update={"data": data})
    facts = session.load_data(data, experiment.seed)
    if facts.dataset.class_names != session.dataset.class_names or facts.dataset.inputs != session.dataset.inputs:
        raise SpecError(["the classes would be others: name all of them as data.classes first"])
    if _same_rows(session, facts):
        session.replace_numbers(experiment, facts)
    else:
        session.replace_data(experiment, facts)
    training, network = experiment.training, session.network
    weights = class_weights_for(training.class_weights, facts.dataset, session.parts["train"])
    network.aim(training.loss, training.reduction, training.label_smoothing, weights)
    _show(session)


def _same_rows(session: Session, facts: DataFacts) -> bool:
    return all(np.array_equal(session.parts[name].rows, getattr(facts.split, name)) for name in session.parts)


def _show(session: Session) -> None:
    session.early_stopping.last = None  # training goes on with what was put in by hand
    session.show_last_batch()

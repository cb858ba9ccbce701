"""A trained model in one file: weights, the experiment, names and the fitted scaling; all that predicting takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray
from pydantic import Field, Strict, StrictInt, StrictStr, field_validator

from lab.core.checks import check_arrays, first_bad_cell
from lab.core.network import EVALUATION_ROWS, Network
from lab.core.types import Array
from lab.data.errors import DataError, quoted
from lab.data.recipe.encoding import Encoding
from lab.data.recipe.gaps import fill
from lab.data.subsets.batch import Batches
from lab.data.subsets.scaling import Scaling
from lab.experiment.building import make_network
from lab.experiment.forms.layer_specs import Spec
from lab.experiment.session import Session
from lab.experiment.spec import Experiment
from lab.experiment.stack.stack import stack_problems, stack_rows
from lab.paths import write_atomically
from lab.storage.errors import StorageError
from lab.storage.tensor_file import TensorFile, read_tensor_file, tensor_file_bytes

Names = Annotated[tuple[StrictStr, ...], Strict(False)]
Side = Annotated[StrictInt, Field(ge=1)]

_OFFSET, _FACTOR = "scaling.offset", "scaling.factor"
_FILLS = "fills"
_TARGET_OFFSET, _TARGET_FACTOR = "target.offset", "target.factor"


class ModelFacts(Spec):
    """What a model file says beside its arrays and its experiment."""

    class_names: Names
    target_names: Annotated[Names, Field(min_length=1)]
    feature_names: Annotated[Names, Field(min_length=1)]
    image_shape: Annotated[tuple[Side, ...], Field(min_length=2, max_length=3), Strict(False)] | None
    pixel_max: Annotated[StrictInt, Field(ge=1, le=255)] | None
    encoding: dict[str, Any] | None
    """What was made of a table's columns, to be made of new rows too; None where x came as it is."""

    @field_validator("encoding")
    @classmethod
    def _is_encoding(cls, fields: dict[str, Any] | None) -> dict[str, Any] | None:
        if fields is not None:
            Encoding.from_dict(fields)
        return fields


@dataclass(frozen=True, eq=False)
class Model:
    """A trained network with what it needs to be asked: rows as the data had them, not yet scaled.

    `network` has no class weights: they belong to training. `fills` (n,) stand for gaps in new rows. Where the target
    is a number `class_names` is empty and `target_scaling` there.
    """

    network: Network
    experiment: Experiment
    class_names: tuple[str, ...]
    target_names: tuple[str, ...]
    feature_names: tuple[str, ...]
    scaling: Scaling
    target_scaling: Scaling | None
    fills: NDArray[np.float64]
    encoding: Encoding | None
    image_shape: tuple[int, ...] | None
    pixel_max: int | None

    def predict(self, rows: ArrayLike) -> Array:
        """Return a number for each class, (m, c), for rows (m, n) that are not scaled: the network's a^L.

        These are probabilities where the output is a softmax; of a single sigmoid a they are 1 - a and a. Target
        numbers, (m, k), come in their own unit.
        Raises ValueError where the rows have another shape or a number that is not finite or too large.
        """
        x = self._as_rows(rows)
        if self.encoding is not None:
            x = fill(x.astype(np.float64), self.fills)
        try:
            batches = Batches(x, np.zeros(len(x), np.int64), np.arange(len(x)), self.scaling, self.network.dtype)
        except DataError as error:
            raise self._too_large(x) from error
        outputs = np.empty((len(x), self.network.outputs), self.network.dtype)
        done = 0
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            for chunk, _ in batches.chunks(EVALUATION_ROWS):
                outputs[done : done + len(chunk)] = self.network.predict(chunk)
                done += len(chunk)
        bad = first_bad_cell(outputs)
        if bad is not None:
            raise DataError(
                f"Row {bad[0] + 1}: the network's output is {outputs[bad]}, for its weights or this row are too large."
            )
        if self.target_scaling is not None:
            return self.target_scaling.undo(outputs)
        return np.hstack([1 - outputs, outputs]) if self.network.outputs == 1 else outputs

    def _as_rows(self, rows: ArrayLike) -> NDArray[Any]:
        """Return images of whole numbers as bytes, which are scaled as in training, and everything else as float64."""
        x = np.asarray(rows)
        n = len(self.feature_names)
        if x.ndim != 2 or x.shape[1] != n or x.dtype.kind not in "fiub":
            raise ValueError(f"rows: shape {x.shape} of {x.dtype} found, (m, {n}) numbers expected")
        if self.pixel_max is not None:
            with np.errstate(invalid="ignore"):
                pixels = x.astype(np.uint8)
            if np.array_equal(pixels, x):
                return pixels
        return x.astype(np.float64)

    def _too_large(self, x: NDArray[Any]) -> DataError:
        """Return the error that names the cell: the scaling itself knows neither rows nor names."""
        with np.errstate(over="ignore", invalid="ignore"):
            scaled = ((x - self.scaling.offset) * self.scaling.factor).astype(self.network.dtype)
        row, column = first_bad_cell(scaled) or (0, 0)
        return DataError(
            f"Row {row + 1}, column {quoted(self.feature_names[column])}: {x[row, column]:g} is not a number that "
            f"{self.network.dtype} holds after the scaling {self.scaling.kind}; correct it."
        )


def model_of(session: Session) -> Model:
    """Return what the session has learnt so far; its network is the session's own, not a copy."""
    data, fitted = session.dataset, session.prepared
    return Model(
        session.network,
        session.experiment,
        data.class_names,
        data.target_names,
        data.feature_names,
        fitted.scaling,
        fitted.target_scaling,
        fitted.fills,
        data.encoding,
        data.image_shape,
        data.pixel_max,
    )


def save_model(path: str | Path, session: Session) -> None:
    """Save what the session has learnt so far; see `write_model`."""
    write_model(Path(path), model_of(session))


def write_model(path: Path, model: Model) -> None:
    """Write a model file, whole or not at all.

    Raises StorageError where a weight is not a finite number, OSError where the place is not writable.
    """
    write_atomically(path, model_bytes(model, path))


def model_bytes(model: Model, path: Path) -> bytes:
    """Return the model file to be written to `path`; StorageError where a weight is not a finite number."""
    facts = ModelFacts(
        class_names=model.class_names,
        target_names=model.target_names,
        feature_names=model.feature_names,
        image_shape=model.image_shape,
        pixel_max=model.pixel_max,
        encoding=None if model.encoding is None else model.encoding.as_dict(),
    )
    arrays = _by_name(model.network) | {
        _OFFSET: model.scaling.offset, _FACTOR: model.scaling.factor, _FILLS: model.fills,
    }  # fmt: skip
    if model.target_scaling is not None:
        arrays |= {_TARGET_OFFSET: model.target_scaling.offset, _TARGET_FACTOR: model.target_scaling.factor}
    if fault := _not_finite(arrays):
        raise StorageError(f"{path.name} was not saved: {fault}; train with a smaller learning rate.")
    return tensor_file_bytes(path, "model", model.experiment, facts, arrays)


def load_model(path: str | Path) -> Model:
    """Load a model that `save_model` has written; StorageError where the file is none or does not fit together."""
    file = read_tensor_file(Path(path), "model")
    facts, experiment = file.facts(ModelFacts), file.experiment
    _check(file, facts)
    network = make_network(experiment, len(facts.feature_names))
    for name, array in _by_name(network).items():
        array[...] = file.arrays[name]
    scaling = Scaling(experiment.data.scaling, file.arrays[_OFFSET], file.arrays[_FACTOR])
    target_scaling = None
    if experiment.data.is_regression:
        offset, factor = file.arrays[_TARGET_OFFSET], file.arrays[_TARGET_FACTOR]
        target_scaling = Scaling(experiment.data.target_scaling, offset, factor)
    encoding = None if facts.encoding is None else Encoding.from_dict(facts.encoding)
    return Model(
        network,
        experiment,
        facts.class_names,
        facts.target_names,
        facts.feature_names,
        scaling,
        target_scaling,
        file.arrays[_FILLS],
        encoding,
        facts.image_shape,
        facts.pixel_max,
    )


def _by_name(network: Network) -> dict[str, Array]:
    """Return views of all parameters and buffers: layers.0.W, layers.0.b, …"""
    return {
        f"layers.{number}.{name}": getattr(layer, name)
        for number, layer in enumerate(network.layers)
        for name in (*network.slices[number], *layer.buffer_shapes(layer.inputs))
    }


def _check(file: TensorFile, facts: ModelFacts) -> None:
    """Raise StorageError unless names, experiment and arrays belong together; before anything large is made."""
    experiment, n = file.experiment, len(facts.feature_names)
    if facts.image_shape is not None and prod(facts.image_shape) != n:
        raise file.fault(f"image_shape: {facts.image_shape} found for {n} inputs.")
    if facts.encoding is not None:
        made = Encoding.from_dict(facts.encoding).feature_names
        if made != facts.feature_names[: len(made)] or len(made) + len(set(experiment.data.features)) != n:
            raise file.fault(f"feature_names: {n} found, and its encoding makes others.")
    outputs = len(facts.target_names) if experiment.data.is_regression else len(facts.class_names)
    if not experiment.data.is_regression and outputs < 2:
        raise file.fault(f"class_names: {outputs} found, at least 2 expected.")
    if problems := stack_problems(experiment, n, outputs):
        raise file.fault(f"its experiment does not fit its names: {problems[0]}.")
    expected: dict[str, tuple[tuple[int, ...], DTypeLike]] = {
        f"layers.{row.number - 1}.{name}": (shape, experiment.training.dtype)
        for row in stack_rows(experiment, n, outputs)
        for name, shape in row.shapes.items()
    }
    expected |= dict.fromkeys((_OFFSET, _FACTOR, _FILLS), ((n,), np.float64))
    if experiment.data.is_regression:
        expected |= dict.fromkeys((_TARGET_OFFSET, _TARGET_FACTOR), ((outputs,), np.float64))
    try:
        check_arrays(file.arrays, expected)
    except ValueError as error:
        raise file.fault(f"its arrays are not those of its experiment: {error}.") from error
    if fault := _not_finite(file.arrays):
        raise file.fault(f"{fault}; train and save the model again.")


def _not_finite(arrays: Mapping[str, NDArray[Any]]) -> str | None:
    for name, array in arrays.items():
        cell = first_bad_cell(array)
        if cell is not None:
            return f"{name} is {array[cell]} at {list(cell)}, not a finite number"
    return None

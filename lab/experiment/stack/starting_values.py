"""Starting values: the numbers with which a layer's W and b begin where the experiment gives them.

They are those of a fresh run. A layer that becomes wider or reads other inputs has no use for them and loses them.
"""

from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import numpy as np

from lab.core.network import Network
from lab.core.types import Array
from lab.data.errors import DataError
from lab.experiment.forms.given_numbers import shape_of_given
from lab.experiment.forms.layer_specs import LayerSpec
from lab.experiment.forms.problems import SpecError
from lab.experiment.spec import Experiment
from lab.experiment.stack.stack import stack_rows


def start_with_given(network: Network, experiment: Experiment) -> None:
    """Put the starting values of an experiment into its network; the others stay as they were drawn.

    Raises SpecError, with the layer and the field, where a file of them cannot be read or does not fit.
    """
    for number, (layer, spec) in enumerate(zip(network.layers, experiment.layers, strict=True)):
        for name, value in spec.given().items():
            try:
                put_numbers(getattr(layer, name), value)
            except DataError as error:
                raise SpecError([f"layers[{number}].{name}: {str(error).rstrip('.')}"]) from error


def put_numbers(place: Array, value: Any) -> None:
    """Write rows, a vector, or what the file of that name holds, into an array of a network, or nothing of it.

    Raises DataError where the file cannot be read, the shape is another, or a number is too large for the dtype.
    """
    if isinstance(value, str):
        from lab.data.readers.arrays.matrix_file import read_matrix  # few experiments name a file

        numbers = read_matrix(Path(value), place.shape)
    else:
        numbers = np.array(value, np.float64)
    if numbers.shape != place.shape:
        raise DataError(f"an array of shape {numbers.shape} found, {place.shape} expected.")
    largest = float(np.finfo(place.dtype).max)
    if (too_large := np.argwhere(np.abs(numbers) > largest)).size:
        at = tuple(int(each) for each in too_large[0])
        raise DataError(f"{numbers[at]:g} found at {list(at)}; {place.dtype} holds numbers up to {largest:.2g}.")
    place[...] = numbers


def without_starts(experiment: Experiment) -> Experiment:
    """Return the experiment without any starting values."""
    bare = tuple(spec.model_copy(update=dict.fromkeys(spec.given())) for spec in experiment.layers)
    return experiment.model_copy(update={"layers": bare})


def without_unfitting_starts(experiment: Experiment, inputs: int) -> Experiment:
    """Return the experiment without those starting values whose shapes are not those of its layers.

    A file that cannot be read keeps its place: the run that needs it says what is wrong.
    """
    if not any(spec.given() for spec in experiment.layers):
        return experiment
    layers = []
    for spec, row in zip(experiment.layers, stack_rows(experiment, inputs, None), strict=True):
        wrong = [name for name, value in spec.given().items() if _shape(value) not in (row.shapes[name], None)]
        layers.append(spec.model_copy(update=dict.fromkeys(wrong)) if wrong else spec)
    return experiment.model_copy(update={"layers": tuple(layers)})


def with_starts_of(before: Sequence[LayerSpec], layers: Sequence[LayerSpec]) -> tuple[LayerSpec, ...]:
    """Return layers that were made without starting values, as from a line of text, with those of the layers before.

    A layer that is only changed keeps its own; what then no longer fits goes with `without_unfitting_starts`.
    """
    kept = list(layers)
    bare = [repr(spec.model_copy(update=dict.fromkeys(spec.given()))) for spec in before]
    for _, first, last, begin, end in SequenceMatcher(None, bare, [repr(spec) for spec in layers], False).get_opcodes():
        if last - first == end - begin:
            kept[begin:end] = map(_with_starts, before[first:last], layers[begin:end])
    return tuple(kept)


def _with_starts(old: LayerSpec, new: LayerSpec) -> LayerSpec:
    return new.model_copy(update=old.given()) if old.kind == new.kind else new


def _shape(value: object) -> tuple[int, ...] | None:
    """Return the shape of starting values, None for a file that cannot be read."""
    if not isinstance(value, str):
        return shape_of_given(value)  # type: ignore[arg-type]
    from lab.data.readers.arrays.matrix_file import matrix_shape

    try:
        return matrix_shape(Path(value))
    except DataError:
        return None

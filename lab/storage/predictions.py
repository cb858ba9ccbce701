"""What a trained model says of new rows, as CSV: the class and a number for each class, or the target numbers."""

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.data.csv_reader import read_inputs
from lab.data.errors import DataError
from lab.data.features import extended
from lab.data.formats import ReadOptions, read_found
from lab.data.table import Table
from lab.storage.model_file import Model


def predictions_csv(model: Model, path: Path) -> str:
    """Return one line for each row of the file at `path`.

    Columns are found by their names in the table that the model learnt from. For classes the columns written are
    `class` and one for each class, called by its name, with its probability; for target numbers one for each.
    Numbers are written so that reading them gives back the same bits. Raises DataError, naming line and column,
    where the file does not fit.
    """
    found = model.predict(_inputs(model, path))
    text = StringIO()
    table = csv.writer(text, lineterminator="\n")
    if model.target_scaling is not None:
        table.writerow(model.target_names)
        table.writerows([str(number) for number in row] for row in found)
        return text.getvalue()
    # A class that is called "class" must not be taken for the first column.
    table.writerow(["class", *(f"p({name})" if name == "class" else name for name in model.class_names)])
    for row, best in zip(found, np.argmax(found, axis=1), strict=True):
        table.writerow([model.class_names[best], *(str(number) for number in row)])
    return text.getvalue()


def _inputs(model: Model, path: Path) -> NDArray[Any]:
    """Return the rows of a file as the model's inputs, not yet scaled, with NaN for gaps that it fills."""
    if model.encoding is None and model.experiment.data.path is None:
        return read_inputs(path, model.feature_names, model.pixel_max)
    size = None if model.image_shape is None else (model.image_shape[0], model.image_shape[1])
    colour = model.image_shape is not None and len(model.image_shape) == 3
    found = read_found(path, ReadOptions(model.experiment.data.sheet, size, colour))
    if isinstance(found, Table):
        if model.encoding is None:
            return read_inputs(path, model.feature_names, model.pixel_max)
        x = model.encoding.apply(found)
        return extended(x, model.experiment.data.features) if model.experiment.data.features else x
    if found.x.shape[1] != len(model.feature_names):
        raise DataError(
            f"{path.name} has {found.x.shape[1]:,} columns; the model was trained on {len(model.feature_names):,}."
        )
    return found.x

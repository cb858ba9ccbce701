"""What a trained model says of the rows of a CSV file, as CSV: the class, and a number for each class."""

import csv
from io import StringIO
from pathlib import Path

import numpy as np

from lab.data.csv_reader import read_inputs
from lab.storage.model_file import Model


def predictions_csv(model: Model, path: Path) -> str:
    """Return one line for each row of the table at `path`, whose columns are found by the model's feature names.

    The columns are `class` and one for each class, called by its name, with its probability written so that
    reading it gives back the same bits. Raises DataError, naming line and column, where the table does not fit.
    """
    probabilities = model.predict(read_inputs(path, model.feature_names, model.pixel_max))
    text = StringIO()
    table = csv.writer(text, lineterminator="\n")
    # A class that is called "class" must not be taken for the first column.
    table.writerow(["class", *(f"p({name})" if name == "class" else name for name in model.class_names)])
    for row, best in zip(probabilities, np.argmax(probabilities, axis=1), strict=True):
        table.writerow([model.class_names[best], *(str(number) for number in row)])
    return text.getvalue()

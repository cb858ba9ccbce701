"""What a trained model says of new rows: the class and a number for each class, or the target numbers; as CSV too."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.data.arrays import Arrays
from lab.data.errors import DataError
from lab.data.readers.formats import ReadOptions, format_of, read_file
from lab.data.recipe.encoding import number_rows
from lab.data.recipe.input_column import InputColumn
from lab.data.recipe.unseen import matched, unseen_words
from lab.data.sets.features import extended
from lab.data.table import Table
from lab.storage.model_file import Model


@dataclass(frozen=True, eq=False)
class Predictions:
    """What a model says of the rows of a file.

    x: (m, n), the rows as the model's inputs, not yet scaled, with NaN for gaps; values: (m, c), a share for each class
    or target numbers in their own unit; files: of images, one for each row, none for other rows.
    """

    path: Path
    x: NDArray[Any]
    values: NDArray[Any]
    files: tuple[str, ...]
    class_names: tuple[str, ...]
    target_names: tuple[str, ...]

    @property
    def classes(self) -> NDArray[np.int64]:
        """The number of the class of every row, (m,): the largest share."""
        best: NDArray[np.int64] = np.argmax(self.values, axis=1)
        return best

    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns of `values`, none of which can be taken for "file" or "class"."""
        if not self.class_names:
            return self.target_names
        taken = {"class", *(["file"] if self.files else [])}
        return tuple(f"p({name})" if name in taken else name for name in self.class_names)

    def as_csv(self) -> str:
        """Return one line for each row; numbers are written so that reading them gives back the same bits.

        For classes the columns are `class` and one for each class with its probability; for target numbers one for
        each. Images have their file before it.
        """
        text = StringIO()
        table = csv.writer(text, lineterminator="\n")
        first = ["file"] if self.files else []
        leads: list[list[str]] = [[file] for file in self.files] or [[] for _ in range(len(self.values))]
        if self.class_names:
            first = [*first, "class"]
            leads = [[*lead, self.class_names[best]] for lead, best in zip(leads, self.classes, strict=True)]
        table.writerow([*first, *self.columns()])
        table.writerows([*lead, *map(str, row)] for lead, row in zip(leads, self.values, strict=True))
        return text.getvalue()


def predict_file(
    model: Model, path: Path, tell: Callable[[str], object] = lambda _: None, match_case: bool = False
) -> Predictions:
    """Return what a model says of each row of the file at `path`.

    Columns of a table are found by their names, those of sparse rows by their index, and those of an array by their
    place.
    `tell` takes a sentence for each column that could be read in another way, where the training says nothing of it.
    `match_case`: a text that differs from a known category in case or blanks only is that category.
    Raises DataError, naming line and column, where the file does not fit.
    """
    x, files = _inputs(model, path, tell, match_case)
    classes = () if model.target_scaling is not None else model.class_names
    return Predictions(path, x, model.predict(x), files, classes, model.target_names)


def _inputs(
    model: Model, path: Path, tell: Callable[[str], object], match_case: bool
) -> tuple[NDArray[Any], tuple[str, ...]]:
    """Return the rows of a file as the model's inputs, not yet scaled, with NaN for gaps that it fills.

    With them come the files of images, one for each row, none for other rows.
    """
    data, format = model.experiment.data, format_of(path)
    # What was computed from the first inputs is computed again.
    names = model.feature_names[: len(model.feature_names) - len(set(data.features))]
    if format.has_size and model.image_shape is None:
        raise DataError(f"{path} is a folder; choose a file in it.")
    size = None if model.image_shape is None else (model.image_shape[0], model.image_shape[1])
    colour = model.image_shape is not None and len(model.image_shape) == 3
    wanted, usual = names, tuple[tuple[str, str], ...]()
    if model.encoding is not None:
        wanted = tuple(column.name for column in model.encoding.columns)
        usual = tuple((column.name, learnt) for column in model.encoding.columns if (learnt := _learnt(column)))
    result = read_file(path, ReadOptions(data.sheet, size, colour, wanted, usual=usual, unlabelled=True))
    if isinstance(result, Table):
        if match_case and model.encoding is not None:
            result = matched(model.encoding, result)
        if result.found.unsettled:
            raise DataError(f"{result.found.unsettled} In new rows, save the file as UTF-8.")
        for question in result.found.questions:
            tell(question.sentence)
        for column in result.columns:
            if column.question is not None and column.name in wanted:
                tell(f"{path.name}: {column.question}")
            if column.name in wanted and column.told:
                tell(f"{path.name}: {column.told}")
        for sentence in () if model.encoding is None else unseen_words(model.encoding, result):
            tell(sentence)
        x = number_rows(result, names) if model.encoding is None else model.encoding.apply(result)
        _check_pixels(model, x, lambda row, column: result.location(row, names[column]))
        return _extended(model, x), ()
    for note in result.notes:
        tell(f"{path.name}: {note}")
    rows = _by_index(result, names) if format.by_index else _by_place(model, result, names)
    return _extended(model, rows), result.row_files


def _learnt(column: InputColumn) -> str:
    """Return how a column was read when it was learnt, as far as that decides how new cells are read."""
    if column.reading:
        return column.reading
    # Times with zones were told in UTC before there was a choice.
    return {"text": "text", "date": "utc_time"}.get(column.kind, "")


def _extended(model: Model, x: NDArray[Any]) -> NDArray[Any]:
    features = set(model.experiment.data.features)
    return extended(x, features) if features else x


def _by_index(result: Arrays, names: tuple[str, ...]) -> NDArray[Any]:
    """Return sparse rows, whose file says nothing of columns that are zero in all of them."""
    places = {name: place for place, name in enumerate(result.feature_names)}
    common = [(column, places[name]) for column, name in enumerate(names) if name in places]
    if not common:
        return _columns(result, result.x, names)
    x = np.zeros((len(result.x), len(names)), result.x.dtype)
    here, there = np.array(common).T
    x[:, here] = result.x[:, there]
    return x


def _by_place(model: Model, result: Arrays, names: tuple[str, ...]) -> NDArray[Any]:
    """Return rows whose columns have no names of their own, without the target where that is among them."""
    x, shape = result.x, model.image_shape
    if None not in (shape, result.image_shape) and shape != result.image_shape:
        raise DataError(f"{result.path.name} has images of {result.image_shape}; the model was trained on {shape}.")
    if result.watch is not None:
        result.watch.check()
    others = result.feature_names
    place = others.index(target) if (target := model.experiment.data.target) in others else len(others) - 1
    if result.y is None and others[:place] + others[place + 1 :] == names:
        x = np.delete(x, place, axis=1)
    x = _columns(result, x, names)
    _check_pixels(model, x, lambda row, column: f"{result.path.name}, row {row + 1:,}, column {column + 1:,}")
    return x


def _check_pixels(model: Model, x: NDArray[Any], location: Callable[[int, int], str]) -> None:
    """Raise DataError for the first number that is no pixel of this model's images; `location` names its cell."""
    if model.pixel_max is None or not x.size or 0 <= x.min() <= x.max() <= model.pixel_max:
        return
    row, column = (int(number) for number in np.argwhere((x < 0) | (x > model.pixel_max))[0])
    raise DataError(
        f"{location(row, column)}: found {x[row, column]:g}; for this model a pixel is a number from 0 to "
        f"{model.pixel_max}."
    )


def _columns(result: Arrays, x: NDArray[Any], names: tuple[str, ...]) -> NDArray[Any]:
    """Return x where it has as many columns as there are names."""
    if x.shape[1] != len(names):
        raise DataError(f"{result.path.name} has {x.shape[1]:,} columns; the model was trained on {len(names):,}.")
    return x

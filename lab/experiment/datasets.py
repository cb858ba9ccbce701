"""Loads the dataset that an experiment names, shares it out, and tells its facts."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from lab.core.streams import streams
from lab.data.arrays import Arrays
from lab.data.arrays_dataset import dataset_of_arrays
from lab.data.dataset import Dataset
from lab.data.errors import DataError, quoted
from lab.data.readers.formats import ReadOptions, ReadResult, read_file
from lab.data.recipe.choices import ColumnChoice, Recipe
from lab.data.sets.features import with_features
from lab.data.sets.generators import GENERATORS, generate
from lab.data.sets.painted import painted_dataset
from lab.data.sets.sources import load_source
from lab.data.sets.typed import typed_classes, typed_numbers
from lab.data.subsets.split import Split, split_rows
from lab.data.table import Column, Table
from lab.data.table_dataset import encode
from lab.data.text_layout import ROW_NAMES
from lab.experiment.forms.data_specs import PAINTED, DataSpec
from lab.experiment.forms.typed_examples import class_numbers, target_rows

_USUAL_USES = {"number": "number", "text": "one_hot", "date": "drop"}


@dataclass(frozen=True, eq=False)
class DataFacts:
    """A dataset and how a seed shares it out."""

    dataset: Dataset
    split: Split

    @property
    def train(self) -> int:
        """Rows to train on."""
        return len(self.split.train)

    @property
    def validation(self) -> int:
        """Rows that tell after each epoch how the network does on what it was not trained on."""
        return len(self.split.validation)

    @property
    def test(self) -> int:
        """Rows kept for the end."""
        return len(self.split.test)


def load_dataset(data: DataSpec) -> Dataset:
    """Load or make the set that `data` names; DataError where it cannot be read."""
    if data.path is not None:
        return dataset_of(read_file(Path(data.path), read_options(data)), data)
    if data.is_typed:
        dataset = _typed_dataset(data)
    elif data.source == PAINTED:
        dataset = painted_dataset(data.points, int(data.options.get("classes", 2)))
    elif data.source in GENERATORS:
        dataset = generate(data.source, data.options)
    else:
        assert data.source is not None
        dataset = load_source(data.source)
    return with_features(dataset, data.features) if data.features else dataset


def _typed_dataset(data: DataSpec) -> Dataset:
    if data.is_regression:
        return typed_numbers(data.x, target_rows(data.y, len(data.x)), data.inputs)
    numbers, names = class_numbers(data.y, data.classes, len(data.x))
    return typed_classes(data.x, numbers, names, data.inputs)


def read_options(data: DataSpec) -> ReadOptions:
    """Return how the file of `data` is to be read.

    Where columns were decided on, they are found and read as they were then.
    """
    readings = tuple((name, column.reading) for name, column in data.columns.items() if column.reading is not None)
    plain = tuple(name for name, column in data.columns.items() if column.reading is None)
    names = tuple(dict.fromkeys((*data.columns, *([data.target] if data.target else []))))
    return ReadOptions(
        data.sheet, data.image_size, data.colour, names, readings, (), plain, bool(data.columns),
        layout=data.layout.layout(),
    )  # fmt: skip


def recipe_of(data: DataSpec) -> Recipe:
    """Return what is to be made of the columns of a table."""
    return Recipe(data.target, data.task, {name: column.choice() for name, column in data.columns.items()})


def dataset_of(result: ReadResult, data: DataSpec) -> Dataset:
    """Make the dataset of what was read; DataError where the choices do not fit it."""
    if isinstance(result, Arrays):
        dataset = dataset_of_arrays(result, data.target, data.task)
    else:
        if result.found.unsettled:
            raise DataError(result.found.unsettled)
        dataset = replace(encode(result, _without_row_names(recipe_of(data), result, data)), notes=_notes(result, data))
    if dataset.examples < 2:
        raise DataError(f"{dataset.title} has a single row to learn from; add a line for each example.")
    if dataset.classes < 2 and not dataset.is_regression:
        raise DataError(
            f"{dataset.title}, column {quoted(dataset.target_names[0])}: all {dataset.examples:,} examples are of the "
            f"class {quoted(dataset.class_names[0])}; a network needs at least two classes, so choose another target."
        )
    return with_features(dataset, data.features) if data.features else dataset


def _without_row_names(recipe: Recipe, table: Table, data: DataSpec) -> Recipe:
    """Return the recipe without the column that names the rows where nothing is said of it.

    One that only has no name was an input before it was known for an index, and stays one unless that is set.
    """
    index = table.found.index
    is_known = index == ROW_NAMES or (index and data.layout.index)
    if not is_known or index in recipe.columns:
        return recipe
    return replace(recipe, columns={**recipe.columns, index: ColumnChoice("drop")})


def asking_columns(table: Table, data: DataSpec) -> list[Column]:
    """Return the columns in use that were read in one way where another fits too."""
    target = table.names[-1] if data.target is None else data.target
    uses = {column.name: data.columns[column.name].use for column in table.columns if column.name in data.columns}
    return [
        column
        for column in table.columns
        if column.second is not None
        and (column.name == target or (uses.get(column.name) or _USUAL_USES[column.kind]) != "drop")
    ]


def _notes(table: Table, data: DataSpec) -> tuple[str, ...]:
    """Return a sentence for each column for which nobody has chosen between two readings."""
    asking = [
        column
        for column in asking_columns(table, data)
        if column.name not in data.columns or data.columns[column.name].reading is None
    ]
    of_columns = [
        f"{table.path.name}: {column.question} To choose one, set columns.{column.name}.reading to {column.reading} "
        f"or {column.second.name if column.second else ''} in the experiment."
        for column in asking
    ]
    told = [f"{table.path.name}: {column.told}" for column in table.columns if column.told]
    return (*layout_notes(table, data), *told, *of_columns)


def layout_notes(table: Table, data: DataSpec) -> list[str]:
    """Return what was decided of the file's layout, and how each of it is decided otherwise where it is not set."""
    open_questions = [one for one in table.found.questions if getattr(data.layout, one.field) is None]
    asked = [
        f"{one.sentence} To choose, set data.layout.{one.field} to {' or '.join(name for name, *_ in one.answers)}."
        for one in open_questions
    ]
    return [*table.found.notes, *asked]


def share_out(dataset: Dataset, data: DataSpec, seed: int) -> Split:
    """Return the rows of train, validation and test as every run with this seed sees them.

    Examples that are all given to be trained on may be few: a single one, or all of one class.
    """
    if data.is_typed and data.split[0] == 1:
        none = np.empty(0, np.int64)
        return Split(np.arange(dataset.examples), none, none)
    rng = streams(seed).split
    if dataset.parts is not None:
        return split_of_parts(dataset, data, rng)
    return split_rows(dataset.x, dataset.y, data.split, rng, dataset.class_names, data.stratified, dataset.watch)


def split_of_parts(dataset: Dataset, data: DataSpec, rng: np.random.Generator) -> Split:
    """Return the split that the files come with; without a validation part that is taken from the training rows.

    Its share of them is that which data.split has of train and validation. Raises DataError where that cannot be.
    """
    assert dataset.parts is not None
    train, validation, test = (np.flatnonzero(dataset.parts == part).astype(np.int64) for part in range(3))
    of_train, of_validation, _ = data.split
    if len(validation) or not of_validation:
        return Split(train, validation, test)
    both = of_train + of_validation
    shares = (of_train / both, of_validation / both, 0.0)
    dealt = split_rows(dataset.x[train], dataset.y[train], shares, rng, dataset.class_names, data.stratified)
    return Split(train[dealt.train], train[dealt.validation], test)


def facts_of(dataset: Dataset, data: DataSpec, seed: int) -> DataFacts:
    """Share a dataset out; DataError where that is not possible."""
    return DataFacts(dataset, share_out(dataset, data, seed))


def describe_data(data: DataSpec, seed: int) -> DataFacts:
    """Load the data and share it out; DataError where one of both is not possible."""
    return facts_of(load_dataset(data), data, seed)

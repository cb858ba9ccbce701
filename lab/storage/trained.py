"""The trained network of a file, whether that is a model or a saved run."""

from pathlib import Path

from lab.storage.model_file import Model, load_model, model_of
from lab.storage.run_file import load_run
from lab.storage.tensor_file import kind_of


def load_trained(path: Path) -> Model:
    """Return the model in a model file, or the one that a saved run has come to.

    Raises StorageError where the file is neither or does not fit together, DataError where a run's data cannot be read.
    """
    return load_model(path) if kind_of(path) == "model" else model_of(load_run(path))

"""The trained network of a file, whether that is a model or a saved run, to be asked or to train on."""

from pathlib import Path

import numpy as np

from lab.experiment.session import Session
from lab.storage.errors import StorageError
from lab.storage.model_file import Model, load_model, model_of
from lab.storage.run_file import load_run
from lab.storage.tensor_file import kind_of


def load_trained(path: Path) -> Model:
    """Return the model in a model file, or the one that a saved run has come to.

    Raises StorageError where the file is neither or does not fit together, DataError where a run's data cannot be read.
    """
    return load_model(path) if kind_of(path) == "model" else model_of(load_run(path))


def load_session(path: Path) -> Session:
    """Return the run of a saved run, at its step, or one that begins with the weights of a model file.

    Raises StorageError where the file is neither or its data is another by now, DataError where that cannot be read.
    """
    if kind_of(path) != "model":
        return load_run(path)
    model = load_model(path)
    session = Session(model.experiment)
    names = (model.feature_names, model.class_names, model.target_names)
    data = session.dataset
    if names != (data.feature_names, data.class_names, data.target_names):
        raise StorageError(f"{path.name}: its data {data.title!r} has other columns or classes by now: put it back.")
    np.copyto(session.network.parameters, model.network.parameters)
    np.copyto(session.network.buffers, model.network.buffers)
    session.show_last_batch()
    return session

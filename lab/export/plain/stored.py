"""What a written program begins with: first weights, training rows, the losses that it must find again."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.explain.matrices import MATRICES
from lab.core.network import Network
from lab.experiment.session import Session
from lab.export.capture import Capture

CHECKED = 10
"""Losses at the beginning of a run that a program is compared with."""
_MOST_BYTES = 64 << 20
"""Training rows up to this size go along whole, of larger sets only those of the first batches."""

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Stored:
    """The arrays of a program by their names in it, and what they are.

    state: the names of parameters and running statistics, in the order of the layers. symbols: what is written for
    them in equations. is_whole: whether all training rows are there; else x holds the first batches in their order.
    losses: the loss per example of the first steps. agrees: whether the run that is exported began with these.
    """

    arrays: Arrays
    state: tuple[str, ...]
    symbols: dict[str, str]
    is_whole: bool
    batches: int
    losses: tuple[float, ...]
    agrees: bool


def begun_anew(capture: Capture) -> Session:
    """Return a session at the first weights of the experiment; DataError where its data cannot be read."""
    if capture.run is None:
        return Session(capture.model.experiment)
    return Session(capture.run.experiment, capture.run.dataset)


def stored_of(session: Session, capture: Capture) -> Stored:
    """Return what the program of a session that has taken no step begins with; the session then takes some."""
    network, train = session.network, session.parts["train"]
    state, symbols = _state(network)
    first = {name: array.copy() for name, array in state.items()}
    trained, _ = _state(capture.model.network)
    batches = session.batches
    is_whole = batches < CHECKED or train.examples * network.inputs * network.dtype.itemsize <= _MOST_BYTES
    losses, rows = _first_steps(session)
    x, y = (array.copy() for array in train.gather(np.arange(train.examples) if is_whole else np.concatenate(rows)))
    known = capture.run.state.arrays["history.losses"][: len(losses)] if capture.run is not None else ()
    arrays: Arrays = {"X": x, "labels" if y.ndim == 1 else "Y": y, **first}
    arrays |= {f"trained_{name}": array for name, array in trained.items()}
    arrays |= {"offset": capture.model.scaling.offset, "factor": capture.model.scaling.factor}
    if capture.model.target_scaling is not None:
        target = capture.model.target_scaling
        arrays |= {"target_offset": target.offset, "target_factor": target.factor}
    agrees = np.array_equal(known, losses[: len(known)])
    return Stored(arrays, tuple(first), symbols, is_whole, batches, tuple(losses), agrees)


def _state(network: Network) -> tuple[Arrays, dict[str, str]]:
    """Return parameters and running statistics by their names in a program, as W1, and their symbols, as W¹."""
    arrays, symbols = {}, {}
    for number, layer in enumerate(network.layers, start=1):
        for name in (*layer.parameters, *layer.buffers):
            arrays[f"{name}{number}"] = getattr(layer, name)
            symbols[f"{name}{number}"] = MATRICES[name].at(number)
    return arrays, symbols


def _first_steps(session: Session) -> tuple[list[float], list[NDArray[np.int64]]]:
    """Return loss and rows of the first steps, as long as nothing but the training rows has a say in them."""
    schedule = session.schedule
    epochs = schedule.settings["patience"] if schedule.kind.watches_validation else session.epochs
    losses: list[float] = []
    rows: list[NDArray[np.int64]] = []
    while len(losses) < CHECKED and session.epoch < epochs and not session.finished:
        losses.append(session.step())
        rows.append(session.used_rows.copy())
    return losses, rows

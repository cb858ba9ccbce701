"""Where a run stands, taken out of its session and put into a fresh one, which then goes on bit for bit."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from lab.core.checks import check_arrays
from lab.experiment.evaluation import Evaluation
from lab.experiment.history import EpochRecord, History
from lab.experiment.session import Session
from lab.experiment.state_schema import EarlyStoppingSchema, EvaluationSchema, ScheduleSchema, StateSchema, StreamSchema

Arrays = Mapping[str, NDArray[Any]]
Expected = dict[str, tuple[tuple[int, ...], DTypeLike]]

_MEMORY = "optimizer."


@dataclass(frozen=True, eq=False)
class SessionState:
    """A run's state; with the experiment and the data it decides everything that the run will do.

    `arrays` by name: parameters, buffers, used.parameters, history.losses, …
    """

    numbers: StateSchema
    arrays: Arrays


def take_state(session: Session) -> SessionState:
    """Return the state of a run between two steps; no later step changes what is returned."""
    network, optimizer = session.network.state_dict(), session.optimizer.state_dict()
    stopping, validation, history = session.early_stopping, session.validation, session.history
    numbers = StateSchema(
        seed=network["seed"],
        epoch=session.epoch,
        batch=session.batch,
        epochs=session.epochs,
        epoch_loss=session.epoch_loss,
        learning_rate=session.learning_rate,
        optimizer_rate=session.optimizer.learning_rate,
        used_rate=session.used_rate,
        optimizer_steps=optimizer["steps"],
        shuffling=StreamSchema.of(session.shuffling.bit_generator.state),
        dropout=StreamSchema.of(network["dropout"]),
        used_stream=StreamSchema.of(session.used_stream) if session.used_stream else None,
        schedule=ScheduleSchema(**session.schedule.state_dict()),
        patience=EarlyStoppingSchema(
            epoch=stopping.epoch, best_epoch=stopping.best_epoch, best_loss=stopping.best_loss
        ),
        validation=_evaluation_schema(validation) if validation else None,
    )
    arrays = {
        "parameters": network["parameters"],
        "buffers": network["buffers"],
        "used.parameters": session.used_parameters.copy(),
        "used.buffers": session.used_buffers.copy(),
        "used.updates": session.network.updates.copy(),
        "used.rows": session.used_rows.copy(),
        "order": session.order.copy(),
        "history.losses": history.losses(),
        "history.epochs": np.array([astuple(record) for record in history.epochs], np.float64).reshape(-1, 5),
    }
    arrays |= {_MEMORY + name: vector for name, vector in optimizer["memories"].items()}
    for name, weights in (("best", stopping.best), ("last", stopping.last)):
        if weights is not None:
            arrays[f"{name}.parameters"], arrays[f"{name}.buffers"] = weights
    if validation is not None and validation.confusion is not None:
        arrays["validation.confusion"] = validation.confusion
    return SessionState(numbers, arrays)


def _evaluation_schema(validation: Evaluation) -> EvaluationSchema:
    return EvaluationSchema(loss=validation.loss, score=validation.score, rmse=validation.rmse, mae=validation.mae)


def restore_state(session: Session, state: SessionState) -> None:
    """Put a state into a fresh session of the same experiment on the same data.

    Raises ValueError, naming the part, where the state is not one of such a run; the session is then as it was.
    """
    _check(session, state.numbers, state.arrays)
    _restore_what_is_shown(session, state.numbers, state.arrays)
    _restore_learning(session, state.numbers, state.arrays)
    numbers, arrays = state.numbers, state.arrays
    session.shuffling.bit_generator.state = numbers.shuffling.as_state()
    session.order = arrays["order"]
    session.epoch, session.batch, session.epochs = numbers.epoch, numbers.batch, numbers.epochs
    session.epoch_loss = numbers.epoch_loss
    records = [EpochRecord(int(epoch), int(step), *rest) for epoch, step, *rest in arrays["history.epochs"].tolist()]
    session.history = History(arrays["history.losses"], records)
    if numbers.validation is not None:
        found = numbers.validation
        confusion = arrays.get("validation.confusion")
        session.validation = Evaluation(found.loss, found.score, confusion, found.rmse, found.mae)


def _restore_what_is_shown(session: Session, numbers: StateSchema, arrays: Arrays) -> None:
    """Bring back z, a, delta and the gradients of the last step by computing them again from what it used."""
    network, penalty = session.network, session.optimizer.penalty
    session.used_parameters[...], session.used_buffers[...] = arrays["used.parameters"], arrays["used.buffers"]
    session.used_rows, session.used_rate = arrays["used.rows"], numbers.used_rate
    session.used_stream = None if numbers.used_stream is None else numbers.used_stream.as_state()
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        session.show_last_step()
        if penalty and len(session.used_rows):
            penalty.write_gradient(network)
    network.updates[...] = arrays["used.updates"]


def _restore_learning(session: Session, numbers: StateSchema, arrays: Arrays) -> None:
    """Bring back what the next update comes from: network, optimizer, schedule and early stopping."""
    vectors = {name: arrays[name] for name in ("parameters", "buffers")}
    session.network.load_state_dict({"seed": numbers.seed, "dropout": numbers.dropout.as_state(), **vectors})
    memories = {name.removeprefix(_MEMORY): array for name, array in arrays.items() if name.startswith(_MEMORY)}
    session.optimizer.load_state_dict({"steps": numbers.optimizer_steps, "memories": memories})
    session.learning_rate, session.optimizer.learning_rate = numbers.learning_rate, numbers.optimizer_rate
    session.schedule.load_state_dict(numbers.schedule.model_dump())
    stopping, found = session.early_stopping, numbers.patience
    stopping.epoch, stopping.best_epoch, stopping.best_loss = found.epoch, found.best_epoch, found.best_loss
    stopping.best, stopping.last = (
        (arrays[f"{name}.parameters"], arrays[f"{name}.buffers"]) if f"{name}.parameters" in arrays else None
        for name in ("best", "last")
    )


def _check(session: Session, numbers: StateSchema, arrays: Arrays) -> None:
    """Raise ValueError where shapes, counts or row numbers are not those of a run of this session's experiment."""
    examples, batches = session.parts["train"].examples, session.batches
    if numbers.batch >= batches:
        raise ValueError(f"batch: {numbers.batch} found, but an epoch has {batches} batches")
    check_arrays(arrays, _expected(session, numbers, arrays))
    for name in ("order", "used.rows"):
        rows = arrays[name]
        if len(np.unique(rows)) != len(rows) or (rows < 0).any() or (rows >= examples).any():
            raise ValueError(f"{name}: it does not hold each row number from 0 to {examples - 1} once at the most")
    ends = np.arange(1, numbers.epoch + 1)[:, None] * [1, batches]
    if not np.array_equal(arrays["history.epochs"][:, :2], ends):
        raise ValueError(f"history.epochs: it does not count {numbers.epoch} epochs of {batches} batches")
    if np.isnan(arrays["used.parameters"]).any():
        raise ValueError("used.parameters: NaN found, but the last step's weights gave a finite loss")


def _expected(session: Session, numbers: StateSchema, arrays: Arrays) -> Expected:
    """Return shape and dtype of every array that a state with these numbers has."""
    network, classes, examples = session.network, session.dataset.classes, session.parts["train"].examples
    parameters, buffers = (network.parameters.shape, network.dtype), (network.buffers.shape, network.dtype)
    steps = numbers.epoch * session.batches + numbers.batch
    first = ((numbers.batch or session.batches) - 1) * session.experiment.training.batch_size
    rows = min(session.experiment.training.batch_size, examples - first) if steps else 0
    drawn = examples if steps or len(arrays.get("order", ())) else 0
    expected: Expected = {
        "parameters": parameters,
        "buffers": buffers,
        "used.parameters": parameters,
        "used.buffers": buffers,
        "used.updates": parameters,
        "used.rows": ((rows,), np.int64),
        "order": ((drawn,), np.int64),
        "history.losses": ((steps,), np.float64),
        "history.epochs": ((numbers.epoch, 5), np.float64),
    }
    memories = [_MEMORY + name for name in session.optimizer.memories]
    if numbers.optimizer_steps or any(name in arrays for name in memories):
        expected |= dict.fromkeys(memories, parameters)
    for name in ("best", "last"):
        if f"{name}.parameters" in arrays or f"{name}.buffers" in arrays:
            expected |= {f"{name}.parameters": parameters, f"{name}.buffers": buffers}
    if numbers.validation is not None and not session.dataset.is_regression:
        expected["validation.confusion"] = ((classes, classes), np.int64)
    return expected

"""Where a run stands, taken out of its session and put into a fresh one, which then goes on bit for bit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from lab.core.checks import check_arrays
from lab.experiment.session import Session
from lab.experiment.state_schema import EarlyStoppingSchema, EvaluationSchema, ScheduleSchema, StateSchema, StreamSchema
from lab.experiment.training.epoch_records import EpochRecords
from lab.experiment.training.evaluation import Evaluation
from lab.experiment.training.history import History
from lab.experiment.typed_row import TypedRow

Arrays = Mapping[str, NDArray[Any]]
Expected = dict[str, tuple[tuple[int, ...], DTypeLike]]

_MEMORY = "optimizer."
_LOSSES, _RATES, _EPOCHS = "history.losses", "history.rates", "history.epochs"


@dataclass(frozen=True, eq=False)
class SessionState:
    """A run's state; with the experiment and the data it decides everything that the run will do.

    `arrays` by name: parameters, buffers, used.parameters, history.losses, …
    """

    numbers: StateSchema
    arrays: Arrays


def take_state(session: Session) -> SessionState:
    """Return the state of a run between two steps; no later step changes what is returned."""
    state, history = take_vectors(session), session.history
    kept = {_LOSSES: history.losses(), _RATES: history.rates(), _EPOCHS: history.epochs.rows()}
    return SessionState(state.numbers, {**state.arrays, **kept})


def take_vectors(session: Session) -> SessionState:
    """Return the state of a run without its history, which only grows: what has to be copied to keep it."""
    network, optimizer = session.network.state_dict(), session.optimizer.state_dict()
    stopping, validation = session.early_stopping, session.validation
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
        validation=_evaluation_schema(validation, session.validated_epoch) if validation else None,
        done=session.done,
        examples=session.examples,
        begun_at=session.begun_at,
        shows_update=session.used_optimizer is session.optimizer,
        blas_threads=session.blas_threads,
        surgery=StreamSchema.of(session.surgery.bit_generator.state),
        edits=session.edits,
    )
    arrays = {
        "parameters": network["parameters"],
        "buffers": network["buffers"],
        "used.parameters": session.used_parameters.copy(),
        "used.buffers": session.used_buffers.copy(),
        "used.updates": session.network.updates.copy(),
        "used.rows": session.used_rows.copy(),
        "order": session.order.copy(),
    }
    arrays |= {_MEMORY + name: vector for name, vector in optimizer["memories"].items()}
    for name, weights in (("best", stopping.best), ("last", stopping.last)):
        if weights is not None:
            arrays[f"{name}.parameters"], arrays[f"{name}.buffers"] = weights
    if validation is not None and validation.confusion is not None:
        arrays["validation.confusion"] = validation.confusion
    for name, vector in (("parameters", session.earlier_parameters), ("buffers", session.earlier_buffers)):
        if vector is not None:
            arrays[f"earlier.{name}"] = vector.copy()
    if session.pinned is not None:
        arrays["pinned"] = session.pinned.copy()
    if session.typed is not None:
        arrays |= {"typed.x": session.typed.x, "typed.y": session.typed.y}
    if session.network.frozen is not None:
        arrays["frozen"] = np.flatnonzero(session.network.frozen)
    return SessionState(numbers, arrays)


def _evaluation_schema(validation: Evaluation, epoch: int) -> EvaluationSchema:
    return EvaluationSchema(
        loss=validation.loss, score=validation.score, rmse=validation.rmse, mae=validation.mae, epoch=epoch
    )


def restore_state(session: Session, state: SessionState) -> None:
    """Put a state into a fresh session of the same experiment on the same data.

    The number of BLAS threads is part of it, for it decides the last bits of a matrix product. Raises ValueError,
    naming the part, where the state is not one of such a run; the session is then as it was.
    """
    _check(session, state.numbers, state.arrays)
    records = EpochRecords.of_rows(state.arrays[_EPOCHS])
    put_back(session, state, History(state.arrays[_LOSSES], records, state.arrays.get(_RATES)))


def put_back(session: Session, state: SessionState, history: History) -> None:
    """Put back what `take_vectors` took from a session with the same network, optimizer and data, and its history."""
    session.pinned = state.arrays.get("pinned")
    typed = "typed.x" in state.arrays
    session.typed = TypedRow(state.arrays["typed.x"], state.arrays["typed.y"]) if typed else None
    _restore_what_is_shown(session, state.numbers, state.arrays)
    _restore_learning(session, state.numbers, state.arrays)
    numbers, arrays = state.numbers, state.arrays
    session.shuffling.bit_generator.state = numbers.shuffling.as_state()
    session.order = arrays["order"]
    session.epoch, session.batch, session.epochs = numbers.epoch, numbers.batch, numbers.epochs
    session.epoch_loss = numbers.epoch_loss
    session.done = _done(session, numbers)
    session.begun_at, session.edits = numbers.begun_at, numbers.edits
    examples = numbers.epoch * session.parts["train"].examples + session.done
    session.examples = examples if numbers.examples is None else numbers.examples
    if numbers.surgery is not None:
        session.surgery.bit_generator.state = numbers.surgery.as_state()
    session.use_threads(numbers.blas_threads)
    session.history = history
    session.diagnostics.go_back(session.steps)
    if session.weight_path is not None:
        session.weight_path.cut(history.steps)
    session.validation = None
    found = numbers.validation
    if found is not None:
        confusion = arrays.get("validation.confusion")
        session.validation = Evaluation(found.loss, found.score, confusion, found.rmse, found.mae)
        session.validated_epoch = numbers.epoch if found.epoch is None else found.epoch


def _restore_what_is_shown(session: Session, numbers: StateSchema, arrays: Arrays) -> None:
    """Bring back z, a, delta and the gradients of the last step by computing them again from what it used."""
    network, penalty = session.network, session.optimizer.penalty
    session.used_parameters[...], session.used_buffers[...] = arrays["used.parameters"], arrays["used.buffers"]
    session.earlier_parameters, session.earlier_buffers = (
        arrays[name].copy() if name in arrays else None for name in ("earlier.parameters", "earlier.buffers")
    )
    session.used_rows, session.used_rate = arrays["used.rows"], numbers.used_rate
    session.used_stream = None if numbers.used_stream is None else numbers.used_stream.as_state()
    session.used_optimizer = session.optimizer if numbers.shows_update else None
    network.penalties.fill(0.0)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        session.show_last_step()
        if penalty and len(session.used_rows):
            penalty.write_gradient(network)
    network.updates[...] = arrays["used.updates"]


def _restore_learning(session: Session, numbers: StateSchema, arrays: Arrays) -> None:
    """Bring back what the next update comes from: network, optimizer, schedule and early stopping."""
    vectors = {name: arrays[name] for name in ("parameters", "buffers")}
    session.network.load_state_dict({"seed": numbers.seed, "dropout": numbers.dropout.as_state(), **vectors})
    frozen = None
    if "frozen" in arrays:
        frozen = np.zeros(session.network.parameters.shape, bool)
        frozen[arrays["frozen"]] = True
    session.network.freeze(frozen)
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


def _done(session: Session, numbers: StateSchema) -> int:
    """Return how many rows of the epoch are done; version 0.1.0 wrote only how many batches."""
    return numbers.batch * session.experiment.training.batch_size if numbers.done is None else numbers.done


def _is_even(numbers: StateSchema) -> bool:
    """Tell whether every step of the run must have had the same batch size on the same rows."""
    return not (numbers.edits or numbers.begun_at)


def _check(session: Session, numbers: StateSchema, arrays: Arrays) -> None:
    """Raise ValueError where shapes, counts or row numbers are not those of a run of this session's experiment."""
    examples, done = session.parts["train"].examples, _done(session, numbers)
    size = session.experiment.training.batch_size
    if _is_even(numbers) and done != numbers.batch * size:
        raise ValueError(f"batch: {numbers.batch} of {size} found, but {done} examples of the epoch are done")
    if done >= examples or (done == 0) != (numbers.batch == 0) or numbers.batch > done:
        raise ValueError(f"batch: {numbers.batch} found after {done} of {examples} examples, which cannot be")
    check_arrays(arrays, _expected(session, numbers, arrays))
    for name, highest in (("order", examples), ("used.rows", examples), ("pinned", examples), ("frozen", None)):
        rows = arrays.get(name, np.empty(0, np.int64))
        below = session.network.parameters.size if highest is None else highest
        if len(np.unique(rows)) != len(rows) or (rows < 0).any() or (rows >= below).any():
            raise ValueError(f"{name}: it does not hold each number from 0 to {below - 1} once at the most")
    if done and not len(arrays["order"]):
        raise ValueError(f"order: nothing found, {examples} row numbers expected")
    if "pinned" in arrays and not len(arrays["pinned"]):
        raise ValueError("pinned: nothing found, at least one row number expected")
    if "typed.x" in arrays:
        _check_typed(session, arrays)
    ends, steps = arrays[_EPOCHS][:, :2], len(arrays[_LOSSES])
    if (
        not np.array_equal(ends[:, 0], np.arange(1, numbers.epoch + 1))
        or not (np.diff(ends[:, 1], prepend=0) >= 1).all()
    ):
        raise ValueError(f"history.epochs: it does not count {numbers.epoch} epochs, each some steps after the last")
    if not (ends[:, 1] <= steps).all() or steps < numbers.batch + int(ends[-1:, 1].sum()):
        raise ValueError(f"history.losses: {steps} steps found, too few for the epochs and batches that are done")
    if np.isnan(arrays["used.parameters"]).any():
        raise ValueError("used.parameters: NaN found, but the last step's weights gave a finite loss")


def _check_typed(session: Session, arrays: Arrays) -> None:
    """Raise ValueError where a typed example is not one that can be trained on."""
    if len(arrays.get("pinned", ())) != 1:
        raise ValueError("typed.x: an example was typed, but not exactly one row is pinned")
    if not (np.isfinite(arrays["typed.x"]).all() and np.isfinite(arrays["typed.y"]).all()):
        raise ValueError("typed.x: a number that is not finite found in a typed example")
    if not session.dataset.is_regression and arrays["typed.y"][0] not in range(session.dataset.classes):
        raise ValueError(f"typed.y: {arrays['typed.y'][0]:g} is not the number of a class")


def _expected(session: Session, numbers: StateSchema, arrays: Arrays) -> Expected:
    """Return shape and dtype of every array that a state with these numbers has."""
    network, classes, examples = session.network, session.dataset.classes, session.parts["train"].examples
    parameters, buffers = (network.parameters.shape, network.dtype), (network.buffers.shape, network.dtype)
    rows, drawn, steps = (len(arrays.get(name, ())) for name in ("used.rows", "order", _LOSSES))
    drawn = examples if drawn else 0
    if _is_even(numbers):
        size = session.experiment.training.batch_size
        batches = -(-examples // size)
        steps = numbers.epoch * batches + numbers.batch
        rows = min(size, examples - ((numbers.batch or batches) - 1) * size) if steps else 0
        drawn = examples if steps else drawn
    expected: Expected = {
        "parameters": parameters,
        "buffers": buffers,
        "used.parameters": parameters,
        "used.buffers": buffers,
        "used.updates": parameters,
        "used.rows": ((rows,), np.int64),
        "order": ((drawn,), np.int64),
        _LOSSES: ((steps,), np.float64),
        _EPOCHS: ((numbers.epoch, 5), np.float64),
    }
    memories = [_MEMORY + name for name in session.optimizer.memories]
    if numbers.optimizer_steps or any(name in arrays for name in memories):
        expected |= dict.fromkeys(memories, parameters)
    for name in ("best", "last"):
        if f"{name}.parameters" in arrays or f"{name}.buffers" in arrays:
            expected |= {f"{name}.parameters": parameters, f"{name}.buffers": buffers}
    expected |= {
        name: shape
        for name, shape in (("earlier.parameters", parameters), ("earlier.buffers", buffers))
        if name in arrays
    }
    if "typed.x" in arrays or "typed.y" in arrays:
        targets = classes if session.dataset.is_regression else 1
        expected |= {"typed.x": ((session.dataset.inputs,), np.float64), "typed.y": ((targets,), np.float64)}
    if _RATES in arrays:  # they came after version 0.1.0
        expected[_RATES] = ((steps,), np.float64)
    for name in ("pinned", "frozen"):
        if name in arrays:
            expected[name] = ((len(arrays[name]),), np.int64)
    if numbers.validation is not None and not session.dataset.is_regression:
        expected["validation.confusion"] = ((classes, classes), np.int64)
    return expected

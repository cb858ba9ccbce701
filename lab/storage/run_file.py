"""A whole run in one file: a run that is saved at any step and loaded again goes on bit for bit."""

from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import Strict, StrictStr

from lab.data.dataset import Dataset
from lab.data.errors import quoted
from lab.experiment.datasets import load_dataset
from lab.experiment.forms.layer_specs import Spec
from lab.experiment.session import Session
from lab.experiment.session_state import SessionState, restore_state, take_state
from lab.experiment.spec import Experiment
from lab.experiment.stack.stack import stack_rows
from lab.experiment.stack.starting_values import without_starts
from lab.experiment.state_schema import StateSchema
from lab.storage.tensor_file import TensorFile, read_tensor_file, write_tensor_file

_FINGERPRINT_ROWS = 4096


class RunFacts(Spec):
    """What a run file says beside its arrays and its experiment."""

    numbers: StateSchema
    data: StrictStr
    """The fingerprint of the dataset: on other data the run would not go on but become another."""
    columns: Annotated[tuple[StrictStr, ...], Strict(False)] | None = None
    """The names of inputs and targets, which the fingerprint does not have; None in files of version 0.1.0."""


@dataclass(frozen=True, eq=False)
class RunContents:
    """What a run file is made of, in copies that no later step changes."""

    experiment: Experiment
    state: SessionState
    dataset: Dataset

    @property
    def step(self) -> int:
        """Steps that the run had done."""
        return len(self.state.arrays["history.losses"])


def run_contents(session: Session) -> RunContents:
    """Return what to write of a session; to be called between two steps."""
    return RunContents(session.experiment, take_state(session), session.dataset)


def write_run(path: Path, contents: RunContents, fingerprint: str | None = None) -> None:
    """Write a run file, whole or not at all; raises as `save_run`.

    fingerprint: that of the dataset, where it is known: it takes a look at every number.
    """
    data, state = contents.dataset, contents.state
    print_of_data = fingerprint if fingerprint is not None else fingerprint_of(data)
    facts = RunFacts(numbers=state.numbers, data=print_of_data, columns=_columns(data))
    write_tensor_file(path, "run", contents.experiment, facts, state.arrays)


def save_run(path: str | Path, session: Session) -> None:
    """Save the run as it stands between two steps, whole or not at all.

    Raises OSError where the place is not writable, DataError where the file of the data is no longer what it was.
    """
    write_run(Path(path), run_contents(session))


def load_run(path: str | Path, dataset: Dataset | None = None) -> Session:
    """Return the session that `save_run` has saved; its data is loaded anew unless `dataset` is given.

    Raises StorageError where the file is none or does not fit together, DataError where the data cannot be read.
    """
    file = read_tensor_file(Path(path), "run")
    facts = file.facts(RunFacts)
    data = dataset if dataset is not None else load_dataset(file.experiment.data)
    if fingerprint_of(data) != facts.data:
        raise file.fault(
            f"the data {data.title!r} is not what the run was trained on; put the old data back, or train anew."
        )
    if facts.columns is not None:
        _check_columns(file, facts.columns, _columns(data))
    _check_size(file, data)
    try:
        return session_of(RunContents(file.experiment, SessionState(facts.numbers, file.arrays), data))
    except ValueError as error:
        raise file.fault(f"its state is not one of its experiment: {error}") from error


def session_of(contents: RunContents) -> Session:
    """Return a new session that stands where the run stood; ValueError where its state is not one of its experiment."""
    # The weights are in the state; what they began with is for a reset, and a file of it may be gone by now.
    session = Session(without_starts(contents.experiment), contents.dataset)
    restore_state(session, contents.state)
    session.experiment = contents.experiment
    return session


def summary_of(path: Path) -> str:
    """Return what a run is, as "Digits at step 1,234"; StorageError where the file is none."""
    file = read_tensor_file(path, "run")
    facts = file.facts(RunFacts)
    steps = len(file.arrays.get("history.losses", ()))
    return f"{file.experiment.name} at step {steps:,} (epoch {facts.numbers.epoch} of {facts.numbers.epochs})"


def _check_size(file: TensorFile, data: Dataset) -> None:
    """Raise StorageError where the experiment asks for other weights than the file has, before they are made."""
    wanted = sum(row.parameters for row in stack_rows(file.experiment, data.inputs, data.classes))
    found = file.arrays["parameters"].size if "parameters" in file.arrays else 0
    if wanted != found:
        raise file.fault(f"its experiment has {wanted:,} parameters, and {found:,} are in the file.")


def _columns(data: Dataset) -> tuple[str, ...]:
    return (*data.feature_names, *data.target_names)


def _check_columns(file: TensorFile, kept: tuple[str, ...], found: tuple[str, ...]) -> None:
    """Raise StorageError where a column has another name than when the run was kept: it may mean something else."""
    if kept == found:
        return
    renamed = [(old, new) for old, new in zip(kept, found, strict=False) if old != new]
    old, new = renamed[0] if renamed else (f"{len(kept)} names", f"{len(found)}")
    more = f" and {len(renamed) - 1:,} more" if len(renamed) > 1 else ""
    raise file.fault(
        f"the column {quoted(old)} was renamed to {quoted(new)}{more} since the run was kept; give it its old name, "
        "or train anew."
    )


def fingerprint_of(data: Dataset) -> str:
    """Return a text that is the same for the same examples in the same order, with the same classes."""
    digest = blake2b(digest_size=16)
    digest.update(repr((data.x.shape, str(data.x.dtype), data.class_names)).encode())
    for start in range(0, len(data.x), _FINGERPRINT_ROWS):  # x may be larger than the memory
        if data.watch is not None:
            data.watch.check()
        digest.update(np.ascontiguousarray(data.x[start : start + _FINGERPRINT_ROWS]).data)
    digest.update(data.y.data)
    return digest.hexdigest()

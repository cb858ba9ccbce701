"""What an export gets: the trained network with all that predicting takes, and the run that it comes from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from lab.core.copying import copy_network
from lab.experiment.training.diagnostics_sampler import Sample
from lab.experiment.training.faults import Finding
from lab.storage.model_file import Model, load_model, model_of
from lab.storage.run_file import RunContents, load_run, run_contents, session_of
from lab.storage.tensor_file import kind_of

if TYPE_CHECKING:
    from lab.experiment.session import Session


@dataclass(frozen=True, eq=False)
class Capture:
    """A trained network and its run between two steps, in copies that no later step changes.

    `model` has the network, the scaling, the encoding of a table's columns, all names and the experiment. `run` has
    the history, the edits and the state; it is None where the network comes from a model file.
    """

    model: Model
    run: RunContents | None
    samples: tuple[Sample, ...] = ()
    """The sizes that were measured in every layer on the way: none from a file, which does not keep them."""
    findings: tuple[Finding, ...] = ()
    """What these showed to be wrong, oldest first."""

    def session(self) -> Session:
        """Return a session of the caller's own that stands where the run stood, with its last step on show.

        It may be asked and trained as any other. Making one takes as long as opening a run file. Raises ValueError
        without a run: an export that asks for it says so in its row (`needs_run`).
        """
        if self.run is None:
            raise ValueError("run: a model file has none")
        return session_of(self.run)


def capture_of(session: Session) -> Capture:
    """Return what an export gets of a session; to be called between two steps."""
    model = model_of(session)
    seen = session.diagnostics
    copied = replace(model, network=copy_network(model.network))
    return Capture(copied, run_contents(session), tuple(seen.samples), seen.findings)


def load_capture(path: Path) -> Capture:
    """Return what an export gets of a model file or of a saved run.

    Raises StorageError where the file is neither or does not fit together, DataError where a run's data cannot be read.
    """
    if kind_of(path) == "model":
        return Capture(load_model(path), None)
    session = load_run(path)
    return Capture(model_of(session), run_contents(session))

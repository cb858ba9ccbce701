"""What every edit of a run is: a frozen value with a name, a preview of what it keeps, and `apply`."""

import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import ValidationError

from lab.core.copying import copy_network
from lab.experiment.forms.layer_specs import Spec
from lab.experiment.forms.problems import SpecError, sentences
from lab.experiment.session import Session
from lab.experiment.spec import Experiment
from lab.experiment.stack.memory import memory_problems
from lab.experiment.stack.stack import stack_problems, stack_rows
from lab.experiment.training.blas import set_blas_threads


@dataclass(frozen=True)
class Outcome:
    """What an edit keeps, as one sentence; exact: predictions are what they were, to rounding."""

    sentence: str
    exact: bool


class Edit(Spec):
    """A change of a run between two steps; fields are plain values, so that a file can hold it."""

    @property
    def name(self) -> str:
        """What a person calls it, as in "Undo Widen layer 1 to 96"."""
        raise NotImplementedError

    def apply(self, session: Session) -> Outcome:
        """Change the session; to be called between two steps.

        Raises SpecError or DataError, one sentence, where that is not possible. The session may then be half
        changed: `Timeline.apply` puts it back.
        """
        raise NotImplementedError

    def continues(self, before: "Edit") -> bool:
        """Tell whether this edit and the one before it are one to a person, as the strokes of a painting."""
        return False

    def preview(self, session: Session) -> Outcome:
        """Return what `apply` would: it is done to a copy, and the session goes on as it was."""
        try:
            return self.apply(_copy_of(session))
        finally:
            set_blas_threads(session.blas_threads)


def _copy_of(session: Session) -> Session:
    """Return a session that can be changed and shares no more than the data with this one."""
    twin = copy.copy(session)
    twin.network = copy_network(session.network)
    twin.network.freeze(session.network.frozen)
    twin.optimizer = session.experiment.training.optimizer.make()
    twin.optimizer.load_state_dict(session.optimizer.state_dict())
    twin.schedule, twin.early_stopping = copy.copy(session.schedule), copy.copy(session.early_stopping)
    twin.surgery = copy.deepcopy(session.surgery)
    twin.used_parameters, twin.used_buffers = session.used_parameters.copy(), session.used_buffers.copy()
    twin.earlier_parameters = twin.earlier_buffers = None
    if len(twin.used_rows):
        parameters, buffers = twin.network.parameters.copy(), twin.network.buffers.copy()
        stream = twin.network.dropout_stream.bit_generator.state
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            twin.show_last_step()
        np.copyto(twin.network.parameters, parameters)
        np.copyto(twin.network.buffers, buffers)
        twin.network.dropout_stream.bit_generator.state = stream
    return twin


def experiment_with(session: Session, fields: dict[str, Any]) -> Experiment:
    """Return the session's experiment with some of its fields replaced; SpecError where its data could not run it."""
    try:
        experiment = Experiment.model_validate(session.experiment.model_dump() | fields)
    except ValidationError as error:
        raise SpecError(sentences(error, Experiment)) from error
    inputs, classes = session.dataset.inputs, session.dataset.classes
    problems = stack_problems(experiment, inputs, classes) or memory_problems(
        experiment, stack_rows(experiment, inputs, classes), session.dataset.examples
    )
    if problems:
        raise SpecError(problems)
    return experiment

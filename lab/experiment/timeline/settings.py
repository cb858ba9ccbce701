"""Settings of the training that change while it goes on: each says how it takes effect and what it keeps."""

from collections.abc import Callable
from typing import Any, Literal

from pydantic import StrictStr

from lab.core.optimizers import OPTIMIZERS, Optimizer
from lab.experiment.building import class_weights_for
from lab.experiment.forms.problems import SpecError
from lab.experiment.forms.training_specs import TrainingSpec
from lab.experiment.session import Session
from lab.experiment.timeline.edit import Edit, Outcome, experiment_with
from lab.experiment.training.diagnostics_sampler import DiagnosticsSampler
from lab.experiment.training.early_stopping import EarlyStopping

Change = Callable[[Session, TrainingSpec], str]
"""(session, its training from now on): brings a setting about and returns a sentence, "" where none is needed."""

TAKES_EFFECT = "Every weight stays; it takes effect at the next step."


class ChangeTraining(Edit):
    """Other settings of the training, from the next step on; every weight stays.

    fields: the fields of the experiment's training that change, each whole, as a file has them.
    """

    kind: Literal["training"] = "training"
    title: StrictStr
    fields: dict[str, Any]

    @property
    def name(self) -> str:
        return self.title

    def apply(self, session: Session) -> Outcome:
        old = session.experiment.training
        session.experiment = experiment_with(session, {"training": old.model_dump() | self.fields})
        now = session.experiment.training
        differing = [name for name in TrainingSpec.model_fields if getattr(old, name) != getattr(now, name)]
        if fixed := [name for name in differing if name not in SETTINGS]:
            raise SpecError([f"training.{fixed[0]}: it is fixed when a run begins; begin anew with it"])
        try:
            said = [change(session, now) for change in dict.fromkeys(SETTINGS[name] for name in differing)]
        except ValueError as error:
            raise SpecError([f"training.{error}"]) from error
        return Outcome(" ".join(sentence for sentence in said if sentence) or TAKES_EFFECT, True)


def _loss(session: Session, now: TrainingSpec) -> str:
    weights = class_weights_for(now.class_weights, session.dataset, session.parts["train"])
    session.network.aim(now.loss, now.reduction, now.label_smoothing, weights)
    session.show_last_batch()
    return "Every weight stays; from the next step on they learn by the new loss, so its curve may jump."


def _title(optimizer: Optimizer) -> str:
    return OPTIMIZERS[optimizer.kind].title


def _optimizer(session: Session, now: TrainingSpec) -> str:
    old, new = session.optimizer, now.optimizer.make()
    kept = new.take_over(old)
    if session.learning_rate == now.optimizer.learning_rate:
        new.learning_rate = old.learning_rate  # with the schedule's factor in it
    session.learning_rate = now.optimizer.learning_rate
    session.optimizer = new
    if not new.penalty:
        session.network.penalties.fill(0.0)
    if kept:
        return ""
    return f"Every weight stays; what {_title(old)} remembers of past gradients cannot be used by {_title(new)}."


def _schedule(session: Session, now: TrainingSpec) -> str:
    old, new = session.schedule, now.schedule.make()
    if new.kind is old.kind:
        new.load_state_dict(old.state_dict())
    if new.is_constant:
        session.optimizer.learning_rate = session.learning_rate
    session.schedule = new
    return ""


def _early_stopping(session: Session, now: TrainingSpec) -> str:
    old, new = session.early_stopping, EarlyStopping(now.early_stopping)
    new.last = old.last
    if old.spec is not None and new.spec is not None:
        new.epoch, new.best_epoch, new.best_loss, new.best = old.epoch, old.best_epoch, old.best_loss, old.best
    session.early_stopping = new
    return ""


def _epochs(session: Session, now: TrainingSpec) -> str:
    session.epochs = session.begun_at + now.epochs
    return "Every weight stays; these epochs are done already, so the run ends here." if session.finished else ""


def _threads(session: Session, now: TrainingSpec) -> str:
    session.use_threads(now.blas_threads)
    return ""


def _shuffle(session: Session, now: TrainingSpec) -> str:
    return "Every weight stays; it takes effect with the next epoch."


def _diagnostics(session: Session, now: TrainingSpec) -> str:
    session.diagnostics = DiagnosticsSampler(now.diagnostics)
    return ""


SETTINGS: dict[str, Change] = {
    "optimizer": _optimizer,
    "loss": _loss,
    "reduction": _loss,
    "label_smoothing": _loss,
    "class_weights": _loss,
    "schedule": _schedule,
    "early_stopping": _early_stopping,
    "epochs": _epochs,
    "batch_size": _threads,
    "blas_threads": _threads,
    "shuffle": _shuffle,
    "diagnostics": _diagnostics,
}
"""Field of the training to how it changes between two steps; a field that is not here needs a fresh run."""

"""Edits of the run as a whole: begin again, train on, weights put back, a pinned batch, other data or experiment."""

from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, Strict, StrictBool, StrictInt, StrictStr

from lab.data.dataset import Dataset
from lab.data.sets.generators import GENERATORS
from lab.data.sets.sources import SOURCES
from lab.experiment.building import class_weights_for
from lab.experiment.forms.data_specs import PAINTED, DataSpec
from lab.experiment.forms.problems import SpecError
from lab.experiment.session import PUT_BACK_NAME, Session
from lab.experiment.spec import HIGHEST_SEED, Experiment, without_idle_watchers
from lab.experiment.stack.stack import with_fitting_output
from lab.experiment.stack.starting_values import without_unfitting_starts
from lab.experiment.timeline.edit import Edit, Outcome

Row = Annotated[StrictInt, Field(ge=0, lt=2**53)]


class Reset(Edit):
    """Begin again at the initial weights of this seed, or of the next one; no cell is frozen and no batch pinned."""

    kind: Literal["reset"] = "reset"
    next_seed: StrictBool = False

    @property
    def name(self) -> str:
        return "Reset to the next seed" if self.next_seed else "Reset"

    def apply(self, session: Session) -> Outcome:
        experiment = session.experiment
        if not self.next_seed:
            session.begin(experiment, session.dataset, session.prepared)
            return Outcome("The run begins again at the same initial weights; undo brings these back.", False)
        seed = (experiment.seed + 1) % (HIGHEST_SEED + 1)
        session.begin(experiment.model_copy(update={"seed": seed}), session.dataset)
        return Outcome(f"The run begins again with seed {seed}; undo brings the trained weights back.", False)


class TrainOn(Edit):
    """More epochs for a run that is at its end; where early stopping ended it, its patience begins again."""

    kind: Literal["train_on"] = "train_on"
    epochs: Annotated[StrictInt, Field(ge=1)]

    @property
    def name(self) -> str:
        return f"Train on for {self.epochs} epochs"

    def apply(self, session: Session) -> Outcome:
        stopping = session.early_stopping
        stopping.best_epoch = stopping.epoch
        session.epochs = max(session.epochs, session.epoch) + self.epochs
        training = session.experiment.training.model_copy(update={"epochs": session.epochs - session.begun_at})
        session.experiment = session.experiment.model_copy(update={"training": training})
        return Outcome(f"Every weight stays; the run now has {session.epochs} epochs.", True)


class PutBack(Edit):
    """The last weights that gave a finite loss, after a step whose loss is none; the session notes it by itself."""

    kind: Literal["put_back"] = "put_back"

    @property
    def name(self) -> str:
        return PUT_BACK_NAME

    def apply(self, session: Session) -> Outcome:
        session.put_back_last_step()
        return Outcome("The last weights that gave a finite loss are back; the optimizer begins anew.", False)


class Pin(Edit):
    """Every step goes on with the same training rows, which does not move the epoch on, until they are let go.

    rows: their numbers among the training rows; None: those of the last step.
    """

    kind: Literal["pin"] = "pin"
    rows: Annotated[tuple[Row, ...], Strict(False), Field(min_length=1)] | None = None

    @property
    def name(self) -> str:
        if self.rows is None:
            return "Pin the batch"
        return f"Pin example {self.rows[0]}" if len(self.rows) == 1 else f"Pin {len(self.rows)} examples"

    def apply(self, session: Session) -> Outcome:
        rows = session.used_rows if self.rows is None else np.array(self.rows, np.int64)
        examples = session.parts["train"].examples
        if not len(rows):
            raise SpecError(["rows: no batch has been trained on yet; take a step first"])
        if rows.max() >= examples:
            raise SpecError([f"rows: {rows.max()} found, but the training rows are numbered 0 to {examples - 1}"])
        if len(np.unique(rows)) != len(rows):
            raise SpecError(["rows: a row stands there twice"])
        session.pinned, session.typed = rows.copy(), None
        session.used_rows = session.pinned
        session.show_last_batch()
        which = "this example" if len(rows) == 1 else f"these {len(rows)} examples"
        return Outcome(f"Every weight stays; each step trains on {which} until the batch is let go.", True)


class LetGo(Edit):
    """The steps go on where the epoch was when the batch was pinned."""

    kind: Literal["let_go"] = "let_go"

    @property
    def name(self) -> str:
        return "Let the batch go"

    def apply(self, session: Session) -> Outcome:
        if session.pinned is None:
            raise SpecError(["no batch is pinned"])
        session.pinned = None
        if session.typed is not None:
            session.typed = None
            session.show_last_batch()
        return Outcome("Every weight stays; the epoch goes on where it was.", True)


class ReplaceData(Edit):
    """Other data, another split or scaling: live where the columns are the same, else the run begins anew on it."""

    kind: Literal["data"] = "data"
    data: DataSpec
    seed: Annotated[StrictInt, Field(ge=0, le=HIGHEST_SEED)] | None = None
    experiment_name: StrictStr | None = None
    """What the experiment is called from then on; None: as before."""

    @property
    def name(self) -> str:
        return data_name(self.data)

    def continues(self, before: Edit) -> bool:
        return isinstance(before, ReplaceData) and before.data.source == self.data.source == PAINTED

    def apply(self, session: Session) -> Outcome:
        old = session.experiment
        seed = old.seed if self.seed is None else self.seed
        facts = session.load_data(self.data, seed)
        dataset = facts.dataset
        name = old.name if self.experiment_name is None else self.experiment_name
        changes = {"data": self.data, "seed": seed, "name": name}
        experiment = without_idle_watchers(old.model_copy(update=changes))
        if reason := _why_not_live(session.dataset, dataset):
            fitted = without_unfitting_starts(with_fitting_output(experiment, dataset.classes), dataset.inputs)
            session.begin(fitted, dataset, split=facts.split)
            return Outcome(f"The run begins anew, for {reason}.", False)
        before = session.prepared.scaling
        session.replace_data(experiment, facts)
        training, network = experiment.training, session.network
        weights = class_weights_for(training.class_weights, dataset, session.parts["train"])
        network.aim(training.loss, training.reduction, training.label_smoothing, weights)
        now = session.prepared.scaling
        same = np.array_equal(before.offset, now.offset) and np.array_equal(before.factor, now.factor)
        scale = "" if same else " The inputs are scaled in another way now, so the loss may jump."
        return Outcome(
            f"Every weight stays; a new epoch begins on {session.parts['train'].examples} rows.{scale}", same
        )


class Begin(Edit):
    """Another experiment, from its initial weights on."""

    kind: Literal["begin"] = "begin"
    experiment: Experiment
    title: StrictStr = ""

    @property
    def name(self) -> str:
        return self.title or f"Begin {self.experiment.name}"

    def apply(self, session: Session) -> Outcome:
        same_data = self.experiment.data == session.experiment.data
        session.begin(self.experiment, session.dataset if same_data else None)
        return Outcome("A run of another experiment begins; undo brings this one back.", False)


def _title(source: str | None) -> str:
    known = SOURCES.get(source or "") or GENERATORS.get(source or "")
    return (source or "typed") if known is None else known.title


def data_name(data: DataSpec) -> str:
    """Return what an edit to this data is called."""
    return f"Data {Path(data.path).name if data.path else _title(data.source)}"


def _why_not_live(old: Dataset, new: Dataset) -> str:
    """Return why a network of the old data has no use for the new, or an empty text."""
    if old.feature_names != new.feature_names or old.inputs != new.inputs:
        return f"the inputs are others ({new.inputs} columns in the place of {old.inputs} or with other names)"
    if old.is_regression != new.is_regression or old.target_names != new.target_names:
        return "the target is another"
    if old.class_names != new.class_names:
        return "the classes are others"
    return ""

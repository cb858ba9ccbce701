"""The experiment as it is being edited: every edit makes a new one, so that undo is a list and a run keeps its own."""

from typing import Any

from PySide6.QtCore import QObject, Signal

from lab.experiment.datasets import DataFacts
from lab.experiment.forms.data_specs import PAINTED, DataSpec
from lab.experiment.forms.layer_specs import LAYER_FORMS
from lab.experiment.spec import Experiment, changed, without_idle_watchers
from lab.experiment.stack.memory import memory_problems
from lab.experiment.stack.stack import StackRow, stack_rows, with_fitting_output
from lab.experiment.stack.starting_values import without_unfitting_starts
from lab.gui.workspace.undo_list import UndoList

_UNDO_STEPS = 200


class Draft(QObject):
    """Holds the edited experiment, the facts of its data and the undo list.

    `changed` follows whatever changes one of them, and nothing else. `data_wanted` asks for facts that are not known.
    """

    changed = Signal()
    data_wanted = Signal(object, object)  # DataSpec, seed (of up to 19 digits)

    def __init__(self, experiment: Experiment, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._experiment = experiment
        self._edits: UndoList[Experiment] = UndoList(_UNDO_STEPS)
        self._rows: tuple[Experiment, DataFacts | None, list[StackRow]] | None = None
        """The rows of the stack and what they are of: a dozen panels ask for them at every change."""
        self.facts: DataFacts | None = None
        """The facts of the draft's data, or those of the last data that could be read."""
        self.data_problem: str | None = None
        self._fits_output = False
        """Whether the output layer is to follow the data that is being read."""
        self.reading = False
        """Whether the facts are still those of other data because the draft's are being read."""
        self.readings = 0
        """How often data that the draft had already was taken anew: its file may hold other rows."""

    @property
    def experiment(self) -> Experiment:
        """The experiment with all edits."""
        return self._experiment

    def replace(self, experiment: Experiment, facts: DataFacts | None = None) -> None:
        """Put another experiment in the draft's place, as after opening a file; undo brings the old one back.

        `facts` are those of its data where they are known; else they are asked for where the data is another.
        """
        if experiment != self._experiment:
            self._edits.keep(self._experiment)
            self._take(experiment, facts)
        elif facts is not None and facts is not self.facts:
            self._take(experiment, facts)

    def follow(self, experiment: Experiment, facts: DataFacts) -> None:
        """Be the experiment that a run has become, with its data; this is no edit of the draft."""
        if experiment != self._experiment or facts.dataset is not (self.facts and self.facts.dataset):
            self._take(experiment, facts)

    def forget_edits(self) -> None:
        """Forget the undo list: a run has taken the edits over into its own."""
        self._edits.clear()

    def undo(self) -> None:
        """Take back the last edit."""
        if self._edits.can_undo:
            self._take(self._edits.undo(self._experiment))

    def redo(self) -> None:
        """Do the edit again that was taken back last."""
        if self._edits.can_redo:
            self._take(self._edits.redo(self._experiment))

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return self._edits.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether an edit was taken back."""
        return self._edits.can_redo

    def _take(self, experiment: Experiment, facts: DataFacts | None = None) -> None:
        old = self._experiment
        self._experiment = experiment
        if facts is not None:
            self.facts, self.reading, self.data_problem = facts, False, None
        elif _data_key(old) != _data_key(experiment):
            self._ask()
        self.changed.emit()

    def want_data(self) -> None:
        """Ask for the facts of the draft's data."""
        self._ask()
        self.changed.emit()

    def _ask(self) -> None:
        self.reading = True
        self.data_problem = None
        self.data_wanted.emit(self._experiment.data, self._experiment.seed)

    def take_facts(self, request: tuple[DataSpec, int], facts: DataFacts | None, problem: str | None) -> None:
        """Take what reading the data came to; an answer to an older request is passed over."""
        if not self.reading or request != _data_key(self._experiment):
            return
        self.reading = False
        self.data_problem = problem
        if facts is not None:
            self.facts = facts
            if self._fits_output:
                # Part of the edit that chose the data: undo takes both back.
                self._experiment = self._fitting(with_fitting_output(self._experiment, facts.dataset.classes))
        self._fits_output = False
        self.changed.emit()

    # edits

    def edit(self, **fields: Any) -> None:
        """Change fields of the experiment itself: its name, seed or layers."""
        self.replace(self._fitting(self._experiment.model_copy(update=fields)))

    def _fitting(self, experiment: Experiment, facts: DataFacts | None = None) -> Experiment:
        """Return the experiment without starting values that an edit of its layers or data has left without a place."""
        known = facts or self.facts
        return experiment if known is None else without_unfitting_starts(experiment, known.dataset.inputs)

    def change_data(self, **fields: Any) -> None:
        """Change fields of the data; SpecError, one sentence, where a value is not valid."""
        self.edit_data(self._experiment.data.changed(**fields))

    def edit_data(
        self, data: DataSpec, seed: int | None = None, facts: DataFacts | None = None, name: str | None = None
    ) -> None:
        """Use other data, or the same anew: its file may be another by now.

        Its `facts` are asked for where they are not known. The output layer follows where it no longer fits, as soon
        as they are. `name` is what the experiment is called from then on. Without validation rows nothing watches
        their loss any more.
        """
        before = _data_key(self._experiment)
        seed = self._experiment.seed if seed is None else seed
        changes = {"data": data, "seed": seed, "name": self._experiment.name if name is None else name}
        edited = without_idle_watchers(self._experiment.model_copy(update=changes))
        if facts is not None:
            edited = self._fitting(with_fitting_output(edited, facts.dataset.classes), facts)
        is_same = _data_key(edited) == before
        self.readings += is_same
        if facts is None and is_same:
            self.want_data()
        self.replace(edited, facts)
        self._fits_output = self.reading

    def repaint(self, data: DataSpec) -> None:
        """Use painted points; while one goes on painting it is one edit, for strokes have an undo of their own."""
        if self._experiment.data.source == data.source == PAINTED:
            if data != self._experiment.data:
                self._edits.forget_redo()
                self._take(self._experiment.model_copy(update={"data": data}))
                self._fits_output = self.reading
        else:
            self.edit_data(data)

    def edit_training(self, **fields: Any) -> None:
        """Change fields of the training; SpecError, one sentence, where a value is not valid."""
        self.replace(changed(self._experiment, {"training": fields}))

    def edit_optimizer(self, **fields: Any) -> None:
        """Change fields of the optimizer; SpecError, one sentence, where a value is not valid."""
        self.replace(changed(self._experiment, {"training": {"optimizer": fields}}))

    def edit_layer(self, index: int, **fields: Any) -> None:
        """Change fields of one layer; SpecError, one sentence, where a value is not valid."""
        layers: list[Any] = list(self._experiment.layers)
        layers[index] = layers[index].model_dump() | fields
        self.replace(self._fitting(changed(self._experiment, {"layers": layers})))

    def add_layer(self, before: int, kind: str = "dense") -> None:
        """Insert a layer before the one at that index; a dense one is half as wide as what comes in, at most 64."""
        layers = list(self._experiment.layers)
        below = self.rows()[before - 1].outputs if before else 128
        layers.insert(before, LAYER_FORMS[kind].form.new(below))
        self.edit(layers=tuple(layers))

    def remove_layer(self, index: int) -> None:
        """Take a layer out; the last one that is left stays."""
        layers = list(self._experiment.layers)
        if len(layers) > 1:
            del layers[index]
            self.edit(layers=tuple(layers))

    def move_layer(self, index: int, by: int) -> None:
        """Move a layer up (-1) or down (+1) where there is room."""
        layers = list(self._experiment.layers)
        if 0 <= index + by < len(layers):
            layers.insert(index + by, layers.pop(index))
            self.edit(layers=tuple(layers))

    # what it comes to

    def rows(self) -> list[StackRow]:
        """Return the stack's rows with shapes and problems; without facts the inputs count as 0."""
        experiment, facts = self._experiment, self.facts
        if self._rows is None or self._rows[0] is not experiment or self._rows[1] is not facts:
            inputs, classes = (0, None) if facts is None else (facts.dataset.inputs, facts.dataset.classes)
            self._rows = experiment, facts, stack_rows(experiment, inputs, classes)
        return self._rows[2]

    def problem(self) -> str | None:
        """Return why the draft cannot be run, or None."""
        if self.data_problem is not None:
            return self.data_problem
        if self.facts is None or self.reading:
            return "the data is still being read"
        for row in self.rows():
            if row.problem is not None:
                return f"layer {row.number}: {row.problem}"
        return next(iter(memory_problems(self.experiment, self.rows(), self.facts.dataset.examples)), None)


def _data_key(experiment: Experiment) -> tuple[DataSpec, int]:
    return experiment.data, experiment.seed

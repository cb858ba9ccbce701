"""One run of an experiment: data, network and optimizer brought together, one step or one epoch at a time."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lab.core.network import Network
from lab.core.optimizers import Optimizer
from lab.core.streams import streams
from lab.core.types import Array
from lab.data.dataset import Dataset
from lab.data.subsets.batch import Batches
from lab.data.subsets.split import Split
from lab.experiment.building import Prepared, build_network, prepare_parts
from lab.experiment.datasets import DataFacts, describe_data
from lab.experiment.edit_record import EditRecord
from lab.experiment.forms.data_specs import DataSpec
from lab.experiment.forms.problems import SpecError, TrainingFailed
from lab.experiment.spec import Experiment
from lab.experiment.stack.memory import memory_problems
from lab.experiment.stack.stack import stack_problems, stack_rows
from lab.experiment.training.blas import set_blas_threads, suitable_threads, usable_threads
from lab.experiment.training.diagnostics_sampler import DiagnosticsSampler
from lab.experiment.training.early_stopping import EarlyStopping
from lab.experiment.training.epoch_records import EpochRecord
from lab.experiment.training.evaluation import Evaluation, RowResults, evaluate, row_results
from lab.experiment.training.history import History
from lab.experiment.training.weight_path import WeightPath
from lab.experiment.typed_row import TypedRow
from lab.experiment.walk_place import WalkPlace

PUT_BACK: Final = "put_back"
PUT_BACK_NAME: Final = "Weights put back"
"""The kind and the name of the edit that a step with a loss that is not finite comes to."""


class Session:
    """A network in training: `step` and `run_epoch` move it on, `history` and `evaluate` tell how it goes.

    `dataset` and `split` are those of the experiment where they are known already; else they are loaded and made.
    Raises SpecError where the stack does not fit the data, DataError where the data cannot be read.
    """

    def __init__(
        self,
        experiment: Experiment,
        dataset: Dataset | None = None,
        load_data: Callable[[DataSpec, int], DataFacts] = describe_data,
        split: Split | None = None,
    ) -> None:
        self.weight_path: WeightPath | None = None
        """Where the weights have been, for who looks at them; None: nobody wanted it kept."""
        self.load_data = load_data
        """Where data and its split come from that are not handed over."""
        self.begin(experiment, dataset, split=split)

    def begin(
        self,
        experiment: Experiment,
        dataset: Dataset | None = None,
        prepared: Prepared | None = None,
        split: Split | None = None,
    ) -> None:
        """Be a fresh run of this experiment, at its initial weights.

        prepared: the parts, where they are at hand already; split: the rows of each, where only these are known.
        Raises SpecError and DataError as the class does; the session then goes on as it was.
        """
        if dataset is None:
            facts = self.load_data(experiment.data, experiment.seed)
            dataset, split = facts.dataset, facts.split
        if problems := stack_problems(experiment, dataset.inputs, dataset.classes):
            raise SpecError(problems)
        if problems := memory_problems(
            experiment, stack_rows(experiment, dataset.inputs, dataset.classes), dataset.examples
        ):
            raise SpecError(problems)
        training = experiment.training
        prepared = prepared if prepared is not None else prepare_parts(experiment, dataset, split)
        network = build_network(experiment, dataset, prepared.parts["train"])
        self.set_up(experiment, dataset, prepared, network)
        self.diagnostics = DiagnosticsSampler(training.diagnostics)
        self.history, self.epoch_loss = History(), 0.0
        self.learning_rate = training.optimizer.learning_rate
        """The eta that the schedule's factor multiplies; may be changed while it runs."""
        self.used_rate = self.learning_rate
        """The eta of the last step."""
        self.epochs = training.epochs
        """Epochs to train for in all; may be changed while it runs."""
        self.epoch = 0
        """Epochs that are complete."""
        self.begun_at = 0
        """Epochs that were complete when the present data came."""
        self.batch = 0
        """Batches of the current epoch that are done."""
        self.done = 0
        """Training rows of the current epoch that are done: the next batch begins here, whatever its size."""
        self.examples = 0
        """Examples trained on since the start, each counted as often as it was used."""
        self.pinned: NDArray[np.int64] | None = None
        """The training rows that every step goes on with, which does not move the epoch on; None: the epoch's own."""
        self.typed: TypedRow | None = None
        """The numbers that stand in the place of the pinned row; None: its own."""
        self.edits: tuple[EditRecord, ...] = ()
        """What was changed since the experiment was begun with, oldest first."""
        random = streams(experiment.seed)
        self.shuffling, self.surgery = random.shuffling, random.surgery
        self.order: NDArray[np.int64] = np.empty(0, np.int64)
        """The training rows in the order of the current epoch."""
        self._last_epoch: tuple[Mapping[str, Any], NDArray[np.int64]] = self.shuffling.bit_generator.state, self.order
        """The shuffling's stream and the order before the current epoch, for a first step that fails."""
        self._begin_path()
        """The summed loss of the current epoch's examples so far."""
        self.validation: Evaluation | None = None
        """The evaluation at the end of the last epoch, or of the weights that early stopping put back there."""
        self.validated_epoch = 0
        """The epoch whose weights `validation` is of."""
        self.use_threads(training.blas_threads)

    def set_up(self, experiment: Experiment, dataset: Dataset, prepared: Prepared, network: Network) -> None:
        """Bring these together with the optimizer, schedule and early stopping that the experiment asks for."""
        training = experiment.training
        self.experiment, self.dataset, self.prepared, self.network = experiment, dataset, prepared, network
        self.optimizer = training.optimizer.make()
        self.schedule = training.schedule.make()
        self.early_stopping = EarlyStopping(training.early_stopping)
        self._forget_last_step()

    def _forget_last_step(self) -> None:
        self.used_parameters: Array = self.network.parameters.copy()
        """The parameters that the last step's forward pass used: after the update z = a W + b holds for these."""
        self.used_buffers: Array = self.network.buffers.copy()
        """The running statistics as that forward pass left them."""
        self.earlier_parameters: Array | None = None
        """The parameters that were on show before these, None where there were none."""
        self.earlier_buffers: Array | None = None
        """The running statistics as the forward pass found them, None where that is not known."""
        self.used_rows: NDArray[np.int64] = np.empty(0, np.int64)
        """The training rows of the last step."""
        self.used_stream: Mapping[str, Any] | None = None
        """Where the dropout's stream stood before the last step, or None: nothing has been drawn."""
        self.used_optimizer: Optimizer | None = None
        """The optimizer whose update followed what is on show, None where an edit came in between."""
        self._draws = any(layer.draws for layer in self.network.layers)
        self.walking: WalkPlace | None = None
        """Where a walk through the equations of a step stands (see `walk`), None where nobody walks."""

    def keep_path(self) -> None:
        """Keep a bounded sample of where the weights are from now on."""
        self.weight_path = WeightPath()
        self._begin_path()

    def _begin_path(self) -> None:
        if self.weight_path is not None:
            self.weight_path.clear()
            self.weight_path.add(self.steps, self.network.parameters)

    def use_threads(self, asked: int | None) -> None:
        """Let matrix products use that many threads, or as many as suit the network and its batches."""
        suitable = suitable_threads(self.network.parameters.size, self.experiment.training.batch_size)
        self.blas_threads = usable_threads(asked, suitable)
        set_blas_threads(self.blas_threads)

    @property
    def parts(self) -> dict[str, Batches]:
        """The rows of "train", "validation" and "test", ready for gathering."""
        return self.prepared.parts

    @property
    def steps(self) -> int:
        """Steps done since the start."""
        return self.history.steps

    def lacks_array(self, name: str, layer: int | None = None) -> bool:
        """Return whether arrays of this name hold nothing of what is on show; layer: or the one of this layer.

        They do not before the first batch and after other data came; an update does not after an edit, nor a penalty's
        gradient where the last step or the present optimizer has no penalty. What a walk has not computed yet is blank.
        """
        if not len(self.used_rows):
            return True
        if self.walking is not None and (layer, name) in self.walking.blank:
            return True
        if name.startswith("update_"):
            return self.used_optimizer is None
        penalties = [self.optimizer.penalty, (self.used_optimizer or self.optimizer).penalty]
        return name.startswith("penalty_") and not all(penalties)

    @property
    def batches(self) -> int:
        """Batches in the current epoch at the present batch size; the last may be smaller."""
        left = self.parts["train"].examples - self.done
        return self.batch - (-left // self.experiment.training.batch_size)

    @property
    def finished(self) -> bool:
        """Whether all epochs are done, or the validation loss has not fallen for as long as was allowed."""
        return self.epoch >= self.epochs or self.early_stopping.is_over

    @property
    def penalty(self) -> float:
        """The penalty of the weights as the last step used them, shown beside the loss."""
        with np.errstate(over="ignore"):  # of weights that are on their way out
            return self.optimizer.penalty.value(self.network, self.used_parameters)

    def step(self) -> float:
        """Train on the next batch and return its loss per example; the epoch's last batch closes the epoch.

        Raises TrainingFailed where the loss is not finite: the last weights that gave a finite loss are put back,
        which is noted among the edits, and all else is as it was before the step.
        """
        self.early_stopping.go_on(self.network)
        if self.pinned is not None:
            return self._step_on(self.pinned)
        examples = self.parts["train"].examples
        if not self.done:
            self._last_epoch = self.shuffling.bit_generator.state, self.order
            self.order = self._new_order()
        rows = self._rows_of_batch(self.order)
        loss = self._step_on(rows)
        self.epoch_loss += loss * len(rows)
        self.batch += 1
        self.done += len(rows)
        if self.done == examples:
            self._close_epoch()
        return loss

    def next_rows(self) -> NDArray[np.int64]:
        """Return the training rows that the next step trains on; nothing moves on."""
        if self.pinned is not None:
            return self.pinned
        if self.done:
            return self._rows_of_batch(self.order)
        state = self.shuffling.bit_generator.state
        order = self._new_order()
        self.shuffling.bit_generator.state = state
        return self._rows_of_batch(order)

    def _new_order(self) -> NDArray[np.int64]:
        """Return the training rows in the order of a new epoch."""
        examples = self.parts["train"].examples
        shuffles = self.experiment.training.shuffle
        return self.shuffling.permutation(examples) if shuffles else np.arange(examples)

    def _rows_of_batch(self, order: NDArray[np.int64]) -> NDArray[np.int64]:
        return order[self.done : self.done + self.experiment.training.batch_size]

    def gather(self, rows: NDArray[np.int64]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return training rows as a batch, x (m, n) scaled and y (m,) or (m, k); the next call overwrites it."""
        if self.typed is not None and self.pinned is not None and np.array_equal(rows, self.pinned):
            return self.typed.batch(self.prepared.scaling, self.prepared.target_scaling, self.network.dtype)
        return self.parts["train"].gather(rows)

    def _step_on(self, rows: NDArray[np.int64]) -> float:
        loss = self._train_on(rows)
        self.history.add_step(loss, self.used_rate)
        if self.weight_path is not None:
            self.weight_path.add(self.steps, self.network.parameters)
        self.examples += len(rows)
        return loss

    def _train_on(self, rows: NDArray[np.int64]) -> float:
        network = self.network
        x, y = self.gather(rows)
        if not self.schedule.is_constant:
            done = self.epoch + self.batch / self.batches
            factor = self.schedule.factor(done, self.epochs, 1.0 / self.batches)
            self.optimizer.learning_rate = self.learning_rate * factor
        before = network.dropout_stream.bit_generator.state if self._draws else None
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            network.forward(x)
            loss = network.backward(y)
            if network.reduction == "sum":
                loss /= len(rows)
            if not np.isfinite(loss):
                raise self._failure(loss, before)
            self._note_used()
            self.used_rows, self.used_stream = rows, before
            self.optimizer.step(network)
            self.used_rate, self.used_optimizer = self.optimizer.learning_rate, self.optimizer
            self.diagnostics.after_step(network, self.steps + 1)
        return loss

    def _note_used(self) -> None:
        """Keep what this forward pass used and left, and what was on show before it; no vector is made anew."""
        network, parameters, buffers = self.network, self.earlier_parameters, self.earlier_buffers
        self.earlier_parameters = self.used_parameters if self.steps else None
        self.earlier_buffers = self.used_buffers
        self.used_parameters = np.empty_like(network.parameters) if parameters is None else parameters
        self.used_buffers = np.empty_like(network.buffers) if buffers is None else buffers
        np.copyto(self.used_parameters, network.parameters)
        np.copyto(self.used_buffers, network.buffers)

    def change_rate(self, learning_rate: float) -> None:
        """Use another learning rate from the next step on; ValueError unless positive."""
        self.optimizer.learning_rate = learning_rate
        self.learning_rate = learning_rate

    def use_network(self, network: Network, optimizer: Optimizer, experiment: Experiment) -> None:
        """Go on with another network and its optimizer from the next step on, and show the last batch as it is there.

        They are to be what surgery made of the present ones, and the experiment to have its layers.
        """
        self.network, self.optimizer, self.experiment = network, optimizer, experiment
        self.early_stopping.forget_weights()
        rows = self.used_rows
        self._forget_last_step()
        self.used_rows = rows
        self.use_threads(experiment.training.blas_threads)
        self.show_last_batch()
        self.earlier_parameters = None  # those on show before had other shapes

    def show_last_batch(self) -> None:
        """Compute what the last batch comes to with the present parameters and settings; the update is 0 until a step.

        So what is on show belongs together after a change between two steps. Neither the running statistics nor the
        dropout's stream move on.
        """
        network = self.network
        stream = network.dropout_stream.bit_generator.state
        self._note_used()
        self.earlier_buffers = None  # they did not move on
        self.used_stream = stream if self._draws else None
        self.used_optimizer = None
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            self.show_last_step()
            network.penalties.fill(0.0)
            if self.optimizer.penalty and len(self.used_rows):
                self.optimizer.penalty.write_gradient(network)
        network.updates.fill(0.0)
        network.dropout_stream.bit_generator.state = stream

    def _failure(self, loss: float, stream: Mapping[str, Any] | None) -> TrainingFailed:
        """Put back the last weights that gave a finite loss, and return what is said of it.

        stream: where the dropout's stream stood before the step that failed.
        """
        number = self.network.first_layer_not_finite()
        where = f"the output of layer {number or len(self.network.layers)}"
        found = "is too far from its target" if number is None else "is no longer a finite number"
        if not np.isfinite(self.network.x).all():
            where, found = "a scaled input", f"is no finite number of {self.network.dtype.name}"
        advice = self._advice()
        if stream is not None:
            self.network.dropout_stream.bit_generator.state = stream
        if not self.done and self.pinned is None:
            self.shuffling.bit_generator.state, self.order = self._last_epoch
        self.put_back_last_step()
        return TrainingFailed(
            f"Step {self.steps + 1}: the loss became {loss} because {where} {found}; "
            f"the weights of step {self.steps} were put back; {advice}."
        )

    def _advice(self) -> str:
        """Return what may help: before the first update the learning rate has done nothing yet."""
        x, weights = self.network.x, self.network.parameters
        if self.steps and np.isfinite(x).all():
            return f"try a learning rate below {self.optimizer.learning_rate:g}"
        with np.errstate(invalid="ignore"):
            sizes = f"inputs reach {np.abs(x).max():.3g} and the first weights {np.abs(weights).max(initial=0.0):.3g}"
        return f"{sizes}: try another scaling of the data, smaller first weights, or float64"

    def put_back_last_step(self) -> None:
        """Go back to the last weights that gave a finite loss, without what led away from them.

        It is noted as an edit, which a replay does again: what is trained after a step that failed starts from here.
        """
        self.edits = (*self.edits, EditRecord(step=self.steps, name=PUT_BACK_NAME, fields={"kind": PUT_BACK}))
        self.early_stopping.go_on(self.network)
        self.optimizer.forget()
        self.used_optimizer = None
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            self.show_last_step()

    def show_last_step(self) -> None:
        """Go back to the parameters that the last step used, and compute again what it computed from its batch."""
        network = self.network
        np.copyto(network.parameters, self.used_parameters)
        if len(self.used_rows):
            if self.used_stream is not None:
                network.dropout_stream.bit_generator.state = self.used_stream
            x, y = self.gather(self.used_rows)
            network.forward(x)
            network.backward(y)
        np.copyto(network.buffers, self.used_buffers)

    def _close_epoch(self) -> None:
        self.epoch += 1
        self.batch = self.done = 0
        self.validation = self.evaluate("validation")
        train_loss = self.epoch_loss / self.parts["train"].examples
        self.epoch_loss = 0.0
        loss = self.validation.loss
        self.history.epochs.append(EpochRecord(self.epoch, self.steps, train_loss, loss, self.validation.score))
        self.schedule.observe(loss)
        self.early_stopping.observe(loss, self.network, last=self.epoch >= self.epochs)
        self.validated_epoch = self.epoch
        if self.early_stopping.has_put_back:
            self.validated_epoch -= self.early_stopping.epochs_since_best
            self.validation = self.evaluate("validation")

    def run_epoch(self) -> EpochRecord:
        """Train to the end of the current epoch and return its record."""
        before = self.epoch
        while self.epoch == before:
            self.step()
        return self.history.epochs[-1]

    def evaluate(self, part: str) -> Evaluation:
        """Return how the network does on "train", "validation" or "test"; NaN on a part without examples."""
        return evaluate(self.network, self.parts[part], self.prepared.target_scaling)

    def row_results(self, part: str) -> RowResults:
        """Return how the network does on every single row of "train", "validation" or "test"."""
        return row_results(self.network, part, self.parts[part], self.prepared.target_scaling)

    def replace_numbers(self, experiment: Experiment, facts: DataFacts) -> None:
        """Go on with other numbers in the same rows of every part, where the epoch is.

        Raises DataError where they cannot be scaled; the session then goes on as it was.
        """
        self.prepared = prepare_parts(experiment, facts.dataset, facts.split)
        self.experiment, self.dataset = experiment, facts.dataset

    def replace_data(self, experiment: Experiment, facts: DataFacts) -> None:
        """Go on with other examples of the same inputs and classes, from the next step on, in a new epoch.

        As many epochs as the experiment asks for follow. Raises DataError where they cannot be scaled, ValueError
        where inputs or targets are others; the session then goes on as it was.
        """
        dataset = facts.dataset
        if (dataset.inputs, dataset.classes) != (self.dataset.inputs, self.dataset.classes):
            found = f"{dataset.inputs} inputs and {dataset.classes} classes"
            raise ValueError(f"dataset: {found} found, {self.dataset.inputs} and {self.dataset.classes} expected")
        self.prepared = prepare_parts(experiment, dataset, facts.split)
        self.early_stopping.go_on(self.network)
        self.experiment, self.dataset = experiment, dataset
        self.batch, self.done, self.epoch_loss = 0, 0, 0.0
        self.used_rows, self.order = np.empty(0, np.int64), np.empty(0, np.int64)
        self.pinned = self.typed = None
        self.early_stopping = EarlyStopping(experiment.training.early_stopping)
        self.validation = None
        self.begun_at = self.epoch
        self.epochs = self.epoch + experiment.training.epochs

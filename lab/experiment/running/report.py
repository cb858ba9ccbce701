"""The final figures of a run, for a person and for a program."""

import json
from dataclasses import asdict, dataclass
from math import isfinite

from lab.experiment.forms.problems import TrainingFailed
from lab.experiment.session import Session
from lab.experiment.training.evaluation import Evaluation


@dataclass(frozen=True)
class Report:
    """What `train` and `resume` tell; losses are per example, NaN where a part has no examples.

    Accuracies are of classes, R², RMSE and MAE of target numbers (both of these in the target's unit): NaN for the
    others.

    `epochs` and `steps` count from the run's start; `seconds` and `examples_per_second` are of this process.
    """

    epochs: int
    steps: int
    seconds: float
    examples_per_second: float
    train_loss: float
    val_loss: float
    val_accuracy: float
    test_loss: float
    test_accuracy: float
    val_r2: float
    test_r2: float
    test_rmse: float
    test_mae: float
    parameters: int
    seed: int
    blas_threads: int
    asked_threads: int | None
    """The experiment's own number; more than the machine has cores are not used. Not told in JSON."""
    is_regression: bool
    """Whether the scores are of target numbers; not told in JSON, where the others are null."""

    def as_json(self) -> str:
        """Return one JSON object; what is no number there is null."""
        fields = asdict(self)
        del fields["is_regression"], fields["asked_threads"]
        return json.dumps({name: value if isfinite(value) else None for name, value in fields.items()})

    def as_text(self, name: str) -> str:
        """Return a few lines about the run of that name."""
        return (
            f"{name}, seed {self.seed}: {self.parameters:,} parameters\n"
            f"{self.epochs} epochs, {self.steps:,} steps in {self.seconds:.1f} s, "
            f"{self.examples_per_second:,.0f} examples/s, BLAS threads: {self._threads()}\n"
            f"loss      train {self.train_loss:.4f}  validation {self.val_loss:.4f}  test {self.test_loss:.4f}\n"
            + self._scores()
        )

    def _threads(self) -> str:
        if self.asked_threads is None or self.asked_threads <= self.blas_threads:
            return str(self.blas_threads)
        return f"{self.blas_threads} ({self.asked_threads} asked for, but no more cores)"

    def _scores(self) -> str:
        if not self.is_regression:
            return f"accuracy  validation {self.val_accuracy:.4f}  test {self.test_accuracy:.4f}"
        return (
            f"R²        validation {self.val_r2:.4f}  test {self.test_r2:.4f}\n"
            f"test      RMSE {self.test_rmse:.4g}  MAE {self.test_mae:.4g}, in the target's unit"
        )


def make_report(session: Session, seconds: float, examples: int) -> Report:
    """Measure the network on every part, after `seconds` in which it was trained on `examples` examples.

    Raises TrainingFailed where the last step left weights that no longer give a finite loss; those that it used are
    then put back.
    """
    parts = {name: session.evaluate(name) for name in ("train", "validation", "test")}
    if not isfinite(parts["train"].loss):
        # Every loss of the run was finite, but its very last step may have led to weights whose loss is not.
        session.put_back_last_step()
        raise TrainingFailed(
            f"Step {session.steps}, the last: the loss of its weights is {parts['train'].loss}; the weights that it "
            f"used were put back; try a learning rate below {session.optimizer.learning_rate:g}."
        )
    return Report(
        epochs=session.epoch,
        steps=session.steps,
        seconds=seconds,
        examples_per_second=examples / seconds,
        train_loss=parts["train"].loss,
        val_loss=parts["validation"].loss,
        test_loss=parts["test"].loss,
        **_scores(session, parts),
        parameters=session.network.parameters.size,
        seed=session.experiment.seed,
        blas_threads=session.blas_threads,
        asked_threads=session.experiment.training.blas_threads,
        is_regression=session.dataset.is_regression,
    )


def _scores(session: Session, parts: dict[str, Evaluation]) -> dict[str, float]:
    """Return the scores by their names in the report: those that the task has not are NaN."""
    none, validation, test = float("nan"), parts["validation"], parts["test"]
    of_numbers = session.dataset.is_regression
    accuracies = (none, none) if of_numbers else (validation.score, test.score)
    shares = (validation.score, test.score) if of_numbers else (none, none)
    return {
        "val_accuracy": accuracies[0], "test_accuracy": accuracies[1],
        "val_r2": shares[0], "test_r2": shares[1],
        "test_rmse": none if test.rmse is None else test.rmse, "test_mae": none if test.mae is None else test.mae,
    }  # fmt: skip

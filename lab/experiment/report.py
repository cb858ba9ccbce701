"""The final figures of a run, for a person and for a program."""

import json
from dataclasses import asdict, dataclass
from math import isfinite

from lab.experiment.session import Session, TrainingFailed


@dataclass(frozen=True)
class Report:
    """What `train` and `resume` tell; losses are per example, NaN where a part has no examples.

    `epochs` and `steps` count from the run's start; `seconds` and `examples_per_second` are of this sitting.
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
    parameters: int
    seed: int
    blas_threads: int

    def as_json(self) -> str:
        """Return one JSON object; what is no number there is null."""
        fields = asdict(self).items()
        return json.dumps({name: value if isfinite(value) else None for name, value in fields})

    def as_text(self, name: str) -> str:
        """Return a few lines about the run of that name."""
        return (
            f"{name}, seed {self.seed}: {self.parameters:,} parameters\n"
            f"{self.epochs} epochs, {self.steps:,} steps in {self.seconds:.1f} s, "
            f"{self.examples_per_second:,.0f} examples/s, BLAS threads: {self.blas_threads}\n"
            f"loss      train {self.train_loss:.4f}  validation {self.val_loss:.4f}  test {self.test_loss:.4f}\n"
            f"accuracy  validation {self.val_accuracy:.4f}  test {self.test_accuracy:.4f}"
        )


def make_report(session: Session, seconds: float, examples: int) -> Report:
    """Measure the network on every part, after `seconds` in which it was trained on `examples` examples.

    Raises TrainingFailed where the last step left weights that no longer give a finite loss.
    """
    parts = {name: session.evaluate(name) for name in ("train", "validation", "test")}
    if not isfinite(parts["train"].loss):
        # Every loss of the run was finite, but its very last step may have led to weights whose loss is not.
        raise TrainingFailed(
            f"Step {session.steps}, the last: the loss of its weights is {parts['train'].loss}; "
            f"try a learning rate below {session.optimizer.learning_rate:g}."
        )
    return Report(
        epochs=session.epoch,
        steps=session.steps,
        seconds=seconds,
        examples_per_second=examples / seconds,
        train_loss=parts["train"].loss,
        val_loss=parts["validation"].loss,
        val_accuracy=parts["validation"].accuracy,
        test_loss=parts["test"].loss,
        test_accuracy=parts["test"].accuracy,
        parameters=session.network.parameters.size,
        seed=session.experiment.seed,
        blas_threads=session.blas_threads,
    )

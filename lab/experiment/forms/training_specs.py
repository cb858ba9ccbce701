"""How an experiment trains: loss, optimizer, schedule, what holds the weights back and when to stop."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, StrictStr, model_validator

from lab.core.losses import LOSSES, REDUCTIONS
from lab.core.optimizers import OPTIMIZERS, Optimizer
from lab.core.options import Option, is_finite_number
from lab.core.penalties import Clipping, Penalty
from lab.core.schedules import SCHEDULES, WARM_UP, Schedule
from lab.core.targets import takes_smoothing
from lab.experiment.forms.layer_specs import Spec, name_from
from lab.experiment.forms.problems import FieldError, not_one_of, shown


class _WithOptions(Spec):
    """A part whose further fields are the options of its kind, as the kind's table names them."""

    model_config = ConfigDict(extra="allow")

    @property
    def options(self) -> dict[str, float]:
        """The options that were given."""
        return dict(self.model_extra or {})

    def _check_options(self, known: Sequence[Option]) -> None:
        table = {option.name: option for option in known}
        for name, value in self.options.items():
            if name not in table:
                names = [*type(self).model_fields, *table]
                raise FieldError(name, f"unknown field; {not_one_of(name, names)}")
            if problem := table[name].problem(value):
                raise FieldError(name, problem)


class OptimizerSpec(_WithOptions):
    """Which optimizer, its step size eta, what it adds to the gradient and how far it lets it go."""

    kind: Annotated[StrictStr, name_from(OPTIMIZERS)] = "sgd"
    learning_rate: Annotated[float, Field(gt=0)] = 0.05
    l1: Annotated[float, Field(ge=0)] = 0.0
    l2: Annotated[float, Field(ge=0)] = 0.0
    weight_decay: Annotated[float, Field(ge=0)] | None = None
    clip_norm: Annotated[float, Field(gt=0)] | None = None
    clip_value: Annotated[float, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        self._check_options(OPTIMIZERS[self.kind].make.options)
        return self

    def make(self) -> Optimizer:
        """Return a new optimizer as it is described here."""
        return OPTIMIZERS[self.kind].make(
            self.learning_rate,
            penalty=Penalty(self.l1, self.l2),
            clipping=Clipping(self.clip_norm, self.clip_value),
            weight_decay=self.weight_decay,
            **self.options,
        )


class ScheduleSpec(_WithOptions):
    """How the learning rate changes during the run."""

    kind: Annotated[StrictStr, name_from(SCHEDULES)] = "constant"

    @model_validator(mode="after")
    def _check(self) -> Self:
        self._check_options((*SCHEDULES[self.kind].options, WARM_UP))
        return self

    def make(self) -> Schedule:
        """Return a new schedule as it is described here."""
        return Schedule(self.kind, **self.options)


class EarlyStoppingSpec(Spec):
    """When to stop before the last epoch: after `patience` epochs without a lower validation loss."""

    patience: Annotated[StrictInt, Field(ge=1)] = 10
    restore_best: StrictBool = True


def _check_class_weights(value: object) -> object:
    if value is None or value == "balanced":
        return value
    numbers = value.values() if isinstance(value, dict) else [None]
    if not all(is_finite_number(number) and number >= 0 for number in numbers):
        raise ValueError(f'{shown(value)} is neither "balanced" nor a table of a number from 0 for each class name')
    return value


ClassWeights = Annotated[Any, BeforeValidator(_check_class_weights)]
"""None, "balanced", or a weight for each class by its name."""


class TrainingSpec(Spec):
    """What is minimised, in which portions and for how long."""

    loss: Annotated[StrictStr, name_from(LOSSES)] = "cross_entropy"
    reduction: Annotated[StrictStr, name_from(REDUCTIONS)] = "mean"
    batch_size: Annotated[StrictInt, Field(ge=1)] = 32
    epochs: Annotated[StrictInt, Field(ge=1)] = 20
    shuffle: StrictBool = True
    """Whether every epoch draws an order of its own; else it goes through the rows as they stand in the data."""
    label_smoothing: Annotated[float, Field(ge=0, lt=1)] = 0.0
    class_weights: ClassWeights = None
    dtype: Literal["float32", "float64"] = "float32"
    blas_threads: Annotated[StrictInt, Field(ge=1, le=1024)] | None = None
    diagnostics: StrictBool = True
    optimizer: OptimizerSpec = OptimizerSpec()
    schedule: ScheduleSpec = ScheduleSpec()
    early_stopping: EarlyStoppingSpec | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.label_smoothing and not LOSSES[self.loss].takes_smoothing:
            raise FieldError("label_smoothing", f"only {takes_smoothing()} has it, {self.loss} does not: set it to 0")
        return self

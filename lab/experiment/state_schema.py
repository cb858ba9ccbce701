"""The schema of a run's state: its numbers in the checked form that a JSON text can hold without losing a bit."""

from collections.abc import Mapping
from math import isfinite
from typing import Annotated, Any, Self

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    Strict,
    StrictBool,
    StrictInt,
    StrictStr,
    field_validator,
)

from lab.experiment.edit_record import EditRecord
from lab.experiment.forms.layer_specs import Spec

_NOT_FINITE = ("inf", "-inf", "nan")


def _read(value: object) -> object:
    return float(value) if isinstance(value, str) and value in _NOT_FINITE else value


def _write(value: float) -> float | str:
    return value if isfinite(value) else str(value)


Count = Annotated[StrictInt, Field(ge=0, lt=2**53)]
Number = Annotated[
    float, Field(allow_inf_nan=True), BeforeValidator(_read), PlainSerializer(_write, return_type=float | str)
]
"""Any float; JSON has no infinity and no NaN, so these are written as texts."""
Rate = Annotated[float, Field(gt=0)]
Digits = Annotated[StrictStr, Field(pattern="^[0-9]{1,39}$")]


class StreamSchema(Spec):
    """Where a PCG64 stands; its 128-bit numbers are written as digits, for many readers of JSON would round them."""

    state: Digits
    inc: Digits
    has_uint32: Annotated[StrictInt, Field(ge=0, le=1)]
    uinteger: Annotated[StrictInt, Field(ge=0, lt=2**32)]

    @field_validator("state", "inc")
    @classmethod
    def _fits(cls, digits: str) -> str:
        if int(digits) >= 2**128:
            raise ValueError(f"{digits} is not below 2^128")
        return digits

    @classmethod
    def of(cls, state: Mapping[str, Any]) -> Self:
        """Return the checked form of a bit generator's `state`."""
        large = {name: str(number) for name, number in state["state"].items()}
        return cls(**large, has_uint32=state["has_uint32"], uinteger=state["uinteger"])

    def as_state(self) -> dict[str, Any]:
        """Return what a bit generator's `state` can be set to."""
        large = {"state": int(self.state), "inc": int(self.inc)}
        return {
            "bit_generator": "PCG64", "state": large, "has_uint32": self.has_uint32, "uinteger": self.uinteger,
        }  # fmt: skip


class ScheduleSchema(Spec):
    """What a schedule has seen."""

    best: Number
    waited: Count
    cuts: Count


class EarlyStoppingSchema(Spec):
    """What early stopping has seen."""

    epoch: Count
    best_epoch: Count
    best_loss: Number


class EvaluationSchema(Spec):
    """The last evaluation on the validation part, without its confusion matrix."""

    loss: Number
    score: Number
    rmse: Number | None
    mae: Number | None
    epoch: Count | None = None
    """The epoch whose weights it is of; None: the last one's."""


class StateSchema(Spec):
    """All numbers of a run's state, named as in the session.

    Those with a usual value came after version 0.1.0, whose runs had one batch size and no edits.
    """

    seed: Annotated[StrictInt, Field(ge=0, lt=2**63)]
    epoch: Count
    batch: Count
    epochs: Annotated[Count, Field(ge=1)]
    epoch_loss: Number
    learning_rate: Rate
    optimizer_rate: Rate
    """The learning rate that the optimizer is set to, after the schedule's factor."""
    used_rate: Rate
    optimizer_steps: Count
    shuffling: StreamSchema
    dropout: StreamSchema
    used_stream: StreamSchema | None
    schedule: ScheduleSchema
    patience: EarlyStoppingSchema
    """What early stopping has seen; run files have it under this name."""
    validation: EvaluationSchema | None
    done: Count | None = None
    examples: Count | None = None
    begun_at: Count = 0
    shows_update: StrictBool = True
    """Whether the update that is kept is one of this optimizer, for what is kept beside it."""
    blas_threads: Annotated[StrictInt, Field(ge=1, le=1024)] | None = None
    surgery: StreamSchema | None = None
    edits: Annotated[tuple[EditRecord, ...], Strict(False)] = ()

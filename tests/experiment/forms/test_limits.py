"""Limits are those of the checked forms: a number at a limit is valid, the next one outside it is not."""

from math import inf, nextafter
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field, StrictInt, ValidationError

from lab.core.optimizers import OPTIMIZERS
from lab.core.options import Option
from lab.experiment.forms.data_specs import DataSpec
from lab.experiment.forms.limits import Limits, limits_of, limits_of_option, whole_limits_of
from lab.experiment.forms.training_specs import EarlyStoppingSpec, OptimizerSpec, TrainingSpec
from lab.experiment.spec import Experiment


class Form(BaseModel):
    """A number with each kind of limit."""

    free: float = 0.0
    closed: Annotated[float, Field(ge=-2, le=3)] = 0.0
    open: Annotated[float, Field(gt=0, lt=1)] = 0.5
    whole: Annotated[StrictInt, Field(ge=1)] = 1
    optional: Annotated[StrictInt, Field(ge=1, le=9)] | None = None
    several: tuple[Annotated[StrictInt, Field(ge=1, le=5)], Annotated[StrictInt, Field(ge=1, le=5)]] | None = None


@pytest.mark.parametrize(
    ("name", "lowest", "highest"),
    [
        ("free", None, None),
        ("closed", -2, 3),
        ("open", nextafter(0, 1), nextafter(1, 0)),
        ("whole", 1, None),
        ("optional", 1, 9),
        ("several", 1, 5),
    ],
)
def test_limits_are_found_wherever_they_stand(name: str, lowest: float | None, highest: float | None) -> None:
    assert limits_of(Form, name) == Limits(lowest, highest)


@pytest.mark.parametrize(
    ("form", "name"),
    [
        (Experiment, "seed"), (TrainingSpec, "batch_size"), (TrainingSpec, "epochs"), (TrainingSpec, "label_smoothing"),
        (TrainingSpec, "blas_threads"), (OptimizerSpec, "learning_rate"), (OptimizerSpec, "l1"),
        (OptimizerSpec, "clip_norm"), (EarlyStoppingSpec, "patience"),
    ],
)  # fmt: skip
def test_a_limit_is_valid_and_what_lies_beyond_is_not(form: type[BaseModel], name: str) -> None:
    limits = limits_of(form, name)
    assert limits != Limits(None, None)
    for limit, out in ((limits.lowest, -inf), (limits.highest, inf)):
        if limit is not None:
            beyond = limit + (1 if out > 0 else -1) if isinstance(limit, int) else nextafter(limit, out)
            assert not refused(form, name, limit)
            assert refused(form, name, beyond)


def refused(form: type[BaseModel], name: str, value: float) -> bool:
    """Tell whether the form complains about that field."""
    rest: dict[str, Any] = {"data": DataSpec(source="iris"), "layers": []} if form is Experiment else {}
    try:
        form.model_validate(rest | {name: value})
    except ValidationError as error:
        return any(name in each["loc"] for each in error.errors())
    return False


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_the_limits_of_an_option_are_its_own(kind: str) -> None:
    for option in OPTIMIZERS[kind].make.options:
        limits = limits_of_option(option)
        for limit, out in ((limits.lowest, -inf), (limits.highest, inf)):
            if limit is not None:
                assert option.problem(limit) is None
                assert option.problem(nextafter(limit, out)) is not None


def test_an_option_without_limits_has_none() -> None:
    assert limits_of_option(Option("free", "Free", 1.0, "Any number")) == Limits(None, None)


def test_whole_limits_are_whole_numbers() -> None:
    assert whole_limits_of(Form, "whole") == (1, None)
    with pytest.raises(ValueError, match=r"Form\.open: its limits are .*5e-324"):
        whole_limits_of(Form, "open")

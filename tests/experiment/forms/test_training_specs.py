"""The training of a file: every option of every optimizer and schedule can be written, and a wrong one has its path."""

from math import inf, nan
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from lab.core.optimizers import OPTIMIZERS
from lab.core.options import Option
from lab.core.schedules import SCHEDULES, WARM_UP
from lab.experiment.forms.problems import SpecError, shown
from lab.experiment.forms.training_specs import EarlyStoppingSpec, OptimizerSpec, ScheduleSpec, TrainingSpec
from lab.experiment.spec import Experiment, format_experiment, parse_experiment

FOLDER = Path("/data")
OF_OPTIMIZERS = [(kind, option) for kind, entry in OPTIMIZERS.items() for option in entry.make.options]
OF_SCHEDULES = [(kind, option) for kind, entry in SCHEDULES.items() for option in (*entry.options, WARM_UP)]
OPTIONS = [("optimizer", *each) for each in OF_OPTIMIZERS] + [("schedule", *each) for each in OF_SCHEDULES]
IDS = [f"{part} {kind} {option.name}" for part, kind, option in OPTIONS]


def _text(training: dict[str, Any], split: list[float] | None = None) -> str:
    data = {"source": "iris"} | ({"split": split} if split else {})
    output = {"kind": "dense", "units": 3, "activation": "softmax"}
    return tomli_w.dumps({"data": data, "layers": [output], "training": training})


def _parse(training: dict[str, Any]) -> Experiment:
    return parse_experiment(_text(training), FOLDER)


def _problem(training: dict[str, Any], split: list[float] | None = None) -> str:
    with pytest.raises(SpecError) as caught:
        parse_experiment(_text(training, split), FOLDER)
    (problem,) = caught.value.problems
    assert len(problem.splitlines()) == 1
    return problem


def _made(experiment: Experiment, part: str) -> Any:
    return getattr(experiment.training, part).make()


def _another(option: Option) -> float:
    """Return a valid number that is not the usual one."""
    for value in (0.25, 0.75, 1, 2, 3, 7):
        if value != option.default and option.problem(value) is None:
            return value
    raise AssertionError


# what can be written


@pytest.mark.parametrize(("part", "kind", "option"), OPTIONS, ids=IDS)
def test_every_option_reaches_what_is_made(part: str, kind: str, option: Option) -> None:
    value = _another(option)
    experiment = _parse({part: {"kind": kind, option.name: value}})
    assert _made(experiment, part).settings[option.name] == value
    assert _made(_parse({part: {"kind": kind}}), part).settings[option.name] == option.default
    assert parse_experiment(format_experiment(experiment, FOLDER), FOLDER) == experiment


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_every_optimizer_with_all_that_holds_it_back(kind: str) -> None:
    fields = {"learning_rate": 0.125, "l1": 0.1, "l2": 0.2, "weight_decay": 0.3, "clip_norm": 4.0, "clip_value": 5.0}
    rule = _made(_parse({"optimizer": {"kind": kind, **fields}}), "optimizer")
    assert type(rule) is OPTIMIZERS[kind].make
    assert rule.learning_rate == 0.125
    assert (rule.penalty.l1, rule.penalty.l2) == (0.1, 0.2)
    assert rule.weight_decay == 0.3
    assert (rule.clipping.norm, rule.clipping.value) == (4.0, 5.0)
    assert set(fields) | {"kind"} == set(OptimizerSpec.model_fields)


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_without_a_word_nothing_is_held_back_but_what_is_usual(kind: str) -> None:
    rule = _made(_parse({"optimizer": {"kind": kind}}), "optimizer")
    assert not rule.penalty
    assert not rule.clipping
    assert rule.weight_decay == (0.01 if kind == "adamw" else 0)


@pytest.mark.parametrize("kind", SCHEDULES)
def test_every_schedule_can_be_asked_for(kind: str) -> None:
    assert _made(_parse({"schedule": {"kind": kind}}), "schedule").kind is SCHEDULES[kind]


def test_all_the_rest_of_the_training() -> None:
    written = {
        "loss": "cross_entropy", "reduction": "sum", "batch_size": 7, "epochs": 9, "label_smoothing": 0.125,
        "class_weights": {"setosa": 2.0}, "dtype": "float64", "blas_threads": 2, "diagnostics": False,
        "shuffle": False,
        "early_stopping": {"patience": 4, "restore_best": False},
    }  # fmt: skip
    training = _parse(written).training
    assert {name: getattr(training, name) for name in written if name != "early_stopping"} == {
        name: value for name, value in written.items() if name != "early_stopping"
    }
    assert training.early_stopping == EarlyStoppingSpec(patience=4, restore_best=False)
    assert set(written) | {"optimizer", "schedule"} == set(TrainingSpec.model_fields)
    experiment = _parse(written)
    assert parse_experiment(format_experiment(experiment, FOLDER), FOLDER) == experiment


@pytest.mark.parametrize("weights", ["balanced", {"setosa": 1, "virginica": 0.0}, {}])
def test_class_weights_that_are_valid(weights: Any) -> None:
    assert _parse({"class_weights": weights}).training.class_weights == weights


# what is refused


def _outside(option: Option) -> list[float]:
    wrong = [] if option.lowest is None else [option.lowest - 1]
    wrong += [] if option.above is None else [option.above]
    wrong += [] if option.highest is None else [option.highest + 1]
    wrong += [] if option.below is None else [option.below]
    return wrong + ([1.5] if option.whole else [])


@pytest.mark.parametrize(("part", "kind", "option"), OPTIONS, ids=IDS)
def test_a_number_outside_an_options_limits_is_refused_with_its_path(part: str, kind: str, option: Option) -> None:
    values = [*_outside(option), nan, inf, "1", [1.0], *([] if option.is_switch else [True])]
    for value in values:
        problem = _problem({part: {"kind": kind, option.name: value}})
        assert problem.startswith(f"training.{part}.{option.name}: {value!r} is not ")


@pytest.mark.parametrize(("part", "kind", "option"), OPTIONS, ids=IDS)
def test_a_misspelt_option_is_refused_with_those_of_its_kind(part: str, kind: str, option: Option) -> None:
    wrong = option.name[0] + option.name
    problem = _problem({part: {"kind": kind, wrong: 0.5}})
    assert problem.startswith(f"training.{part}.{wrong}: unknown field; ")
    own = OPTIMIZERS[kind].make.options if part == "optimizer" else (*SCHEDULES[kind].options, WARM_UP)
    assert all(each.name in problem for each in own)
    assert problem.endswith(f"did you mean {option.name}?")


@pytest.mark.parametrize(
    ("part", "kind", "foreign"), [("optimizer", "sgd", "beta1"), ("schedule", "cosine", "every"),
                                  ("schedule", "constant", "factor"), ("optimizer", "lion", "epsilon")]
)  # fmt: skip
def test_the_option_of_another_kind_is_unknown(part: str, kind: str, foreign: str) -> None:
    assert _problem({part: {"kind": kind, foreign: 0.5}}).startswith(f"training.{part}.{foreign}: unknown field; ")


@pytest.mark.parametrize(
    ("training", "beginning"),
    [
        ({"optimizer": {"l1": -1.0}}, "training.optimizer.l1: -1.0 is not at least 0"),
        ({"optimizer": {"l2": nan}}, "training.optimizer.l2: nan is not a finite number"),
        ({"optimizer": {"weight_decay": -0.5}}, "training.optimizer.weight_decay: -0.5 is not at least 0"),
        ({"optimizer": {"clip_norm": 0}}, "training.optimizer.clip_norm: 0 is not above 0"),
        ({"optimizer": {"clip_value": -2}}, "training.optimizer.clip_value: -2 is not above 0"),
        ({"optimizer": {"learning_rate": 10**390}}, "training.optimizer.learning_rate: 1000"),
        ({"optimizer": {"kind": "adam", "beta1": 10**390}}, "training.optimizer.beta1: 1000"),
        ({"early_stopping": {"patience": 0}}, "training.early_stopping.patience: 0 is not at least 1"),
        ({"early_stopping": {"patience": 2.5}}, "training.early_stopping.patience: 2.5 is not a whole number"),
        ({"early_stopping": {"restore_best": 1}}, "training.early_stopping.restore_best: 1 is not true or false"),
        ({"early_stopping": True}, "training.early_stopping: True is not a table of fields"),
        ({"label_smoothing": 1.0}, "training.label_smoothing: 1.0 is not below 1"),
        ({"label_smoothing": -0.1}, "training.label_smoothing: -0.1 is not at least 0"),
        (
            {"label_smoothing": 0.1, "loss": "half_squared_error"},
            "training.label_smoothing: only cross_entropy has it, half_squared_error does not",
        ),
        ({"blas_threads": 0}, "training.blas_threads: 0 is not at least 1"),
        ({"diagnostics": "yes"}, "training.diagnostics: 'yes' is not true or false"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_with_its_path(training: dict[str, Any], beginning: str) -> None:
    assert _problem(training).startswith(beginning)


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ({"schedule": {"kind": "cosin"}}, "cosine"),
        ({"optimizer": {"kind": "adamm"}}, "adam"),
        ({"early_stopping": {"patiense": 3}}, "patience"),
        ({"optimizer": {"weight_deca": 0.1}}, "weight_decay"),
        ({"label_smooting": 0.1}, "label_smoothing"),
        ({"clas_weights": "balanced"}, "class_weights"),
    ],
)
def test_a_misspelt_name_is_answered_with_the_one_that_was_meant(wrong: dict[str, Any], meant: str) -> None:
    assert _problem(wrong).endswith(f"did you mean {meant}?")


@pytest.mark.parametrize(
    "weights", ["balance", 3, [1.0, 2.0], {"setosa": -1}, {"setosa": nan}, {"setosa": "2"}, {"setosa": True},
                {"setosa": 10**390}, True]
)  # fmt: skip
def test_class_weights_that_are_none_are_refused(weights: Any) -> None:
    problem = _problem({"class_weights": weights})
    assert problem.startswith(f"training.class_weights: {shown(weights)} is neither ")
    assert '"balanced"' in problem


@pytest.mark.parametrize(
    "training", [{"early_stopping": {"patience": 3}}, {"schedule": {"kind": "plateau"}}], ids=["stopping", "plateau"]
)
def test_what_watches_the_validation_loss_needs_validation_examples(training: dict[str, Any]) -> None:
    """Without them the loss is not a number, and every epoch would count as one without a better loss."""
    (name,) = training
    assert _problem(training, [0.8, 0.0, 0.2]).startswith(f"training.{name}")


def test_the_usual_training_has_no_schedule_and_no_early_stopping() -> None:
    training = _parse({}).training
    assert training.schedule == ScheduleSpec()
    assert training.schedule.make().is_constant
    assert training.early_stopping is None

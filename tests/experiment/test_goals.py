"""What training must reach: the accuracy of the default experiment, with most seeds, and of the digits."""

import pytest

from lab.experiment.datasets import load_dataset
from lab.experiment.session import Session
from lab.experiment.spec import Experiment, load_experiment
from lab.paths import default_experiment
from tests.effort import count


def _test_accuracy(experiment: Experiment) -> float:
    session = Session(experiment, load_dataset(experiment.data))
    while not session.finished:
        session.run_epoch()
    return session.evaluate("test").score


@pytest.mark.fuzz
def test_the_default_experiment_does_not_hang_on_its_seed() -> None:
    """More than half of the seeds reach the goal; once so many have, the others cannot change that."""
    experiment = load_experiment(default_experiment())
    seeds, reached = count(8), 0
    for seed in range(seeds):
        reached += _test_accuracy(experiment.model_copy(update={"seed": seed})) >= 0.88
        if reached > seeds // 2:
            return
    raise AssertionError(f"only {reached} of {seeds} seeds reach 0.88")


def test_digits_with_32_and_16_hidden_units() -> None:
    experiment = Experiment.model_validate(
        {
            "seed": 7,
            "data": {"source": "digits"},
            "layers": [
                {"kind": "dense", "units": 32, "activation": "relu"},
                {"kind": "dense", "units": 16, "activation": "relu"},
                {"kind": "dense", "units": 10, "activation": "softmax"},
            ],
            "training": {"batch_size": 28, "epochs": 50, "optimizer": {"learning_rate": 0.05}},
        }
    )
    assert _test_accuracy(experiment) >= 0.95

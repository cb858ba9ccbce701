"""A small run for the tests of readings: three dense layers on the iris flowers."""

from collections.abc import Callable
from typing import Any

import pytest

from lab.experiment.session import Session
from lab.experiment.spec import Experiment


@pytest.fixture
def stepped() -> Callable[..., Session]:
    """Make a session and train it for some steps."""

    def make(steps: int, learning_rate: float = 0.05, **training: Any) -> Session:
        session = Session(
            Experiment.model_validate(
                {
                    "seed": 1,
                    "data": {"source": "iris"},
                    "layers": [
                        {"kind": "dense", "units": 7, "activation": "tanh"},
                        {"kind": "dense", "units": 5, "activation": "relu"},
                        {"kind": "dense", "units": 3, "activation": "softmax"},
                    ],
                    "training": {"batch_size": 16, "optimizer": {"learning_rate": learning_rate}, **training},
                }
            )
        )
        for _ in range(steps):
            session.step()
        return session

    return make

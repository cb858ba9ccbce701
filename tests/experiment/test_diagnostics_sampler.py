"""Health: diagnostics every k-th step, k from what a sample and a step take, and no run changed by them."""

from itertools import pairwise
from math import isfinite
from typing import Any

import pytest

from lab.core.diagnostics import diagnose
from lab.core.layers import Dense
from lab.core.network import Network
from lab.experiment import diagnostics_sampler as module
from lab.experiment.diagnostics_sampler import Health
from lab.experiment.session import Session
from lab.experiment.spec import Experiment


class _Clock:
    """A clock that stands still unless it is moved on, and takes `sample` seconds for every sample."""

    def __init__(self, sample: float, step: float) -> None:
        self.now, self.sample, self.step = 0.0, sample, step

    def read(self) -> float:
        return self.now


def _run(monkeypatch: pytest.MonkeyPatch, clock: _Clock, steps: int) -> Health:
    net = Network(3, [Dense(2, "softmax")])
    monkeypatch.setattr(module, "perf_counter", clock.read)

    def sampled(network: Network) -> list[Any]:
        clock.now += clock.sample
        return []

    monkeypatch.setattr(module, "diagnose", sampled)
    health = Health(True)
    for step in range(1, steps + 1):
        clock.now += clock.step
        health.after_step(net, step)
    return health


def test_samples_take_a_fiftieth_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sample as long as a step: every 50th step, once k has found its place."""
    health = _run(monkeypatch, _Clock(sample=0.001, step=0.001), 2000)
    steps = [step for step, _ in health.samples]
    assert health.every == 50
    assert {later - earlier for earlier, later in pairwise(steps[3:])} == {50}


@pytest.mark.parametrize(("sample", "step", "every"), [(1e-6, 1.0, 1), (1.0, 1e-6, 1000), (0.002, 0.01, 10)])
def test_k_is_from_1_to_1000(monkeypatch: pytest.MonkeyPatch, sample: float, step: float, every: int) -> None:
    assert _run(monkeypatch, _Clock(sample, step), 3000).every == every


def _session(**training: Any) -> Session:
    return Session(
        Experiment.model_validate(
            {
                "data": {"source": "iris"},
                "layers": [
                    {"kind": "dense", "units": 8, "activation": "relu"},
                    {"kind": "batch_norm"},
                    {"kind": "dense", "units": 3, "activation": "softmax"},
                ],
                "training": {"epochs": 20, **training},
            }
        )
    )


def test_a_session_samples_from_its_first_step_on() -> None:
    session = _session()
    session.step()
    ((step, sample),) = session.health.samples
    assert step == 1
    assert repr(sample) == repr(diagnose(session.network))
    while not session.finished:
        session.run_epoch()
    steps = [step for step, _ in session.health.samples]
    assert len(steps) > 1
    assert steps == sorted(set(steps))
    assert all(len(layers) == 3 for _, layers in session.health.samples)
    assert all(isfinite(layer.delta_norm) for _, layers in session.health.samples for layer in layers)
    assert 1 <= session.health.every <= 1000


def test_switched_off_it_takes_none() -> None:
    session = _session(diagnostics=False)
    session.run_epoch()
    assert session.health.samples == []


def test_looking_changes_no_bit_of_the_run() -> None:
    histories = []
    for on in (True, False):
        session = _session(diagnostics=on, epochs=5)
        while not session.finished:
            session.run_epoch()
        histories.append(session.history)
    assert histories[0] == histories[1]

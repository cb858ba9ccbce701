"""The diagnostics sampler: every k-th step, k from what a sample and a step take, bounded, and no run changed by it."""

import tracemalloc
from itertools import pairwise
from math import isfinite
from typing import Any

import numpy as np
import pytest

from lab.core.diagnostics import LayerDiagnostics, diagnose
from lab.core.layers import Dense
from lab.core.network import Network
from lab.experiment.session import Session
from lab.experiment.spec import Experiment
from lab.experiment.training import diagnostics_sampler as module
from lab.experiment.training.diagnostics_sampler import MOST_KEPT, DiagnosticsSampler, ThinnedSamples


class _Clock:
    """A clock that stands still unless it is moved on, and takes `sample` seconds for every sample."""

    def __init__(self, sample: float, step: float) -> None:
        self.now, self.sample, self.step = 0.0, sample, step

    def read(self) -> float:
        return self.now


def _run(monkeypatch: pytest.MonkeyPatch, clock: _Clock, steps: int) -> DiagnosticsSampler:
    net = Network(3, [Dense(2, "softmax")])
    net.forward(np.zeros((4, 3)))
    monkeypatch.setattr(module, "perf_counter", clock.read)

    def sampled(network: Network) -> list[Any]:
        clock.now += clock.sample
        return [LayerDiagnostics()]

    monkeypatch.setattr(module, "diagnose", sampled)
    sampler = DiagnosticsSampler(True)
    for step in range(1, steps + 1):
        clock.now += clock.step
        sampler.after_step(net, step)
    return sampler


def test_samples_take_a_fiftieth_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sample as long as a step: every 50th step, once k has found its place."""
    sampler = _run(monkeypatch, _Clock(sample=0.001, step=0.001), 2000)
    steps = [step for step, _ in sampler.samples]
    assert sampler.every == 50
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
    ((step, sample),) = session.diagnostics.samples
    assert step == 1
    assert repr(sample) == repr(diagnose(session.network))
    while not session.finished:
        session.run_epoch()
    steps = [step for step, _ in session.diagnostics.samples]
    assert len(steps) > 1
    assert steps == sorted(set(steps))
    assert all(len(layers) == 3 for _, layers in session.diagnostics.samples)
    assert all(isfinite(layer.delta_norm) for _, layers in session.diagnostics.samples for layer in layers)
    assert 1 <= session.diagnostics.every <= 1000


def test_switched_off_it_takes_none() -> None:
    session = _session(diagnostics=False)
    session.run_epoch()
    assert session.diagnostics.samples == []


def test_looking_changes_no_bit_of_the_run() -> None:
    histories = []
    for on in (True, False):
        session = _session(diagnostics=on, epochs=5)
        while not session.finished:
            session.run_epoch()
        histories.append(session.history)
    assert histories[0] == histories[1]


def test_a_million_samples_stay_bounded_and_evenly_spaced_with_the_first_and_the_last() -> None:
    samples, most = ThinnedSamples(), 0
    for step in range(7, 7 + 1_000_000):
        samples.add((step, []))
        if step % 997 == 0:
            most = max(most, len(samples.as_list()))
    kept = [step for step, _ in samples.as_list()]
    assert max(most, len(kept)) <= MOST_KEPT + 1
    assert len(kept) >= MOST_KEPT // 2
    assert (kept[0], kept[-1]) == (7, 1_000_006)
    assert {later - earlier for earlier, later in pairwise(kept[:-1])} == {samples.spacing}
    assert 0 < kept[-1] - kept[-2] <= samples.spacing


def test_memory_is_that_of_the_samples_kept() -> None:
    """A kilobyte each is far more than a layer's figures take; 50,000 samples would be a thousand times the limit."""
    tracemalloc.start()
    samples = ThinnedSamples(64)
    for step in range(50_000):
        samples.add((step, [LayerDiagnostics(W_norm=float(step))]))
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size < 64 * 1024


@pytest.mark.parametrize("apart", [1, 3, 16, 1000])
def test_samples_that_come_at_a_distance_are_thinned_by_halves(apart: int) -> None:
    samples = ThinnedSamples(8)
    for number in range(1000):
        samples.add((1 + number * apart, []))
        kept = [step for step, _ in samples.as_list()]
        assert len(kept) <= 9
        assert kept[0] == 1
        assert kept[-1] == 1 + number * apart
        gaps = {later - earlier for earlier, later in pairwise(kept[:-1])}
        assert len(gaps) <= 1


def test_nothing_is_thinned_before_the_limit() -> None:
    samples = ThinnedSamples(8)
    for step in range(1, 9):
        samples.add((step, []))
        assert [kept for kept, _ in samples.as_list()] == list(range(1, step + 1))
    assert ThinnedSamples().as_list() == []

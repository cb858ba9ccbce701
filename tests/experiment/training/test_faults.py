"""What is said of training: silent in good health, and right about the kind and the layer of planted faults."""

from collections.abc import Callable
from dataclasses import replace
from math import nan

import numpy as np
import pytest

from lab import paths
from lab.core.diagnostics import LayerDiagnostics, diagnose
from lab.core.layers import Activation, Dense, Dropout
from lab.core.network import Network
from lab.core.optimizers import SGD
from lab.data.errors import DataError
from lab.experiment.session import Session
from lab.experiment.spec import Experiment, load_experiment
from lab.experiment.training.diagnostics_sampler import DiagnosticsSampler
from lab.experiment.training.faults import RULES, Finding, LayerFacts, facts_of, find_fault

M = 32
Plant = Callable[[Network], None]


def verdict(network: Network, rate: float = 0.01, steps: int = 3, inputs: np.ndarray | None = None) -> Finding | None:
    """Train a network for some steps and judge it."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(M, network.inputs)) if inputs is None else inputs
    samples = []
    optimizer = SGD(rate)
    for _ in range(steps):
        with np.errstate(all="ignore"):
            network.forward(x)
            network.backward(np.arange(len(x)) % network.outputs)
            optimizer.step(network)
            samples.append(diagnose(network))
    return find_fault(facts_of(network), samples, steps, M)


def stack(activation: str, depth: int, units: int = 16, **options: object) -> Network:
    hidden = [Dense(units, activation, **options) for _ in range(depth)]  # type: ignore[arg-type]
    return Network(12, [*hidden, Dense(4, "softmax")], seed=3, dtype="float64")


def scale(layer: int, factor: float) -> Plant:
    def plant(network: Network) -> None:
        network.layers[layer - 1].W[...] *= factor

    return plant


def scale_all(network: Network) -> None:
    for layer in network.layers[:-1]:
        layer.W[...] *= 4.0


def silence(layer: int) -> Plant:
    def plant(network: Network) -> None:
        network.layers[layer - 1].b[...] = -100.0

    return plant


def zero(layer: int) -> Plant:
    def plant(network: Network) -> None:
        network.layers[layer - 1].W[...] = 0.0

    return plant


def nothing(_network: Network) -> None:
    pass


@pytest.mark.parametrize(
    ("make", "plant", "rate", "kind", "layer"),
    [
        pytest.param(lambda: stack("sigmoid", 10), nothing, 0.01, "vanishing", 1, id="ten sigmoid layers"),
        pytest.param(lambda: stack("tanh", 2), nothing, 60.0, "large_steps", 3, id="a learning rate of 60"),
        pytest.param(lambda: stack("relu", 3), silence(2), 0.01, "dead", 2, id="a ReLU layer with a bias of -100"),
        pytest.param(lambda: stack("hard_swish", 3), silence(3), 0.01, "dead", 3, id="a silent hard swish"),
        pytest.param(lambda: stack("relu", 2), scale(1, 1000.0), 1e-9, "huge", 1, id="huge first weights"),
        pytest.param(lambda: stack("relu", 3), zero(2), 0.01, "alike", 2, id="weights of zero"),
        pytest.param(lambda: stack("tanh", 3, initializer="constant"), nothing, 0.01, "alike", 1, id="constant"),
        pytest.param(lambda: stack("tanh", 3), scale(2, 200.0), 0.01, "saturated", 2, id="a saturated tanh"),
        pytest.param(lambda: stack("hard_sigmoid", 3), silence(1), 0.01, "saturated", 1, id="a hard sigmoid far out"),
        pytest.param(lambda: stack("tanh", 2), nothing, 1e-9, "small_steps", 0, id="a learning rate of 1e-9"),
        pytest.param(lambda: stack("linear", 10), scale_all, 1e-9, "exploding", 1, id="a linear stack that explodes"),
        pytest.param(lambda: stack("tanh", 3), scale(3, 1e-6), 1e-9, "vanishing", 1, id="one layer lets nothing down"),
    ],
)  # fmt: skip
def test_a_planted_fault_is_named_with_its_layer(
    make: Callable[[], Network], plant: Plant, rate: float, kind: str, layer: int
) -> None:
    network = make()
    plant(network)
    found = verdict(network, rate)
    assert found is not None
    assert (found.kind, found.layer) == (kind, layer)
    assert not layer or f"layer {layer}" in found.sentence.lower()
    assert found.advice.endswith(".")
    assert found.sentence[0].isupper()


def test_a_row_that_is_no_number_is_found_at_the_first_layer() -> None:
    found = verdict(stack("relu", 2), inputs=np.full((M, 12), 1e300))
    assert found is not None
    assert (found.kind, found.layer) == ("not_finite", 1)


def test_an_input_that_is_no_number_never_reaches_the_network() -> None:
    layers = [{"kind": "dense", "units": 2, "activation": "softmax"}]
    with pytest.raises((DataError, ValueError), match=r"finite|NaN|nan"):
        Session(Experiment.model_validate({"data": {"x": [[float("nan")], [1.0]], "y": [0, 1]}, "layers": layers}))


@pytest.mark.parametrize("activation", ["relu", "tanh", "leaky_relu", "gelu", "linear", "sigmoid"])
def test_usual_stacks_are_healthy(activation: str) -> None:
    assert verdict(stack(activation, 2), 0.05, steps=8) is None


def test_a_frozen_layer_is_no_fault() -> None:
    network = stack("relu", 2)
    frozen = np.zeros(network.parameters.shape, bool)
    frozen[network.slices[0]["W"]] = True
    network.freeze(frozen)
    assert verdict(network) is None
    network.freeze(np.ones(network.parameters.shape, bool))
    assert verdict(network) is None


def test_layers_without_weights_and_a_network_of_one_layer_are_judged_too() -> None:
    assert verdict(Network(6, [Dense(4, "softmax")])) is None
    mixed = [Dropout(0.2), Dense(8), Activation("relu"), Dense(4, "softmax")]
    assert verdict(Network(6, mixed, seed=1)) is None
    assert verdict(Network(1, [Dense(4, "relu"), Dense(4, "softmax")], seed=1)) is None


def test_the_sigmoids_of_the_output_may_be_sure_of_themselves() -> None:
    network = Network(6, [Dense(8, "tanh"), Dense(1, "sigmoid")], "binary_cross_entropy", dtype="float64")
    network.layers[-1].W[...] *= 20
    samples = []
    for _ in range(3):
        network.forward(np.random.default_rng(0).normal(size=(M, 6)))
        network.backward(np.arange(M) % 2)
        samples.append(diagnose(network))
    assert find_fault(facts_of(network), samples, 3, M) is None


HEALTHY = LayerDiagnostics(
    W_norm=1.0, dW_norm=0.1, delta_norm=1.0, delta_rms=0.1, update_ratio=1e-3, dead=0.1, saturated=0.4, alike=0.0,
    z_mean=0.0, z_std=1.0, a_mean=0.0, a_std=1.0,
)  # fmt: skip
TWO = [LayerFacts(1, "Dense, ReLU"), LayerFacts(2, "Dense, Softmax", True, True)]


def test_one_batch_without_a_slope_proves_nothing() -> None:
    dead = [replace(HEALTHY, dead=1.0), HEALTHY]
    assert find_fault(TWO, [dead], 1, M) is None
    assert find_fault(TWO, [dead] * 3, 3, M) is not None
    assert find_fault(TWO, [dead, [HEALTHY, HEALTHY], dead], 3, M) is None
    assert find_fault(TWO, [dead] * 20, 20, m=1) is None
    assert find_fault(TWO, [dead] * 64, 64, m=1) is not None


def test_small_steps_at_the_end_of_a_run_are_no_fault() -> None:
    late = [replace(HEALTHY, update_ratio=1e-9), replace(HEALTHY, update_ratio=nan)]
    assert find_fault(TWO, [[HEALTHY, HEALTHY], late, late, late], 4, M) is None
    found = find_fault(TWO, [late] * 4, 4, M)
    assert found is not None
    assert found.kind == "small_steps"


def test_nothing_is_said_without_a_sample_or_with_nothing_left_to_learn() -> None:
    assert find_fault(TWO, [], 0, M) is None
    done = replace(HEALTHY, delta_rms=0.0, delta_norm=0.0, dW_norm=0.0, update_ratio=0.0)
    assert find_fault(TWO, [[done, done]] * 5, 5, M) is None


def test_causes_come_before_what_follows_from_them() -> None:
    both = [replace(HEALTHY, dead=1.0, delta_rms=0.0), HEALTHY]
    found = find_fault(TWO, [both] * 3, 3, M)
    assert found is not None
    assert found.kind == "dead"
    assert list(RULES)[-1] == "small_steps"


EXPERIMENTS = sorted((paths.resources() / "experiments").rglob("*.toml"))


@pytest.mark.parametrize("file", EXPERIMENTS, ids=lambda path: path.stem)
def test_the_bundled_experiments_are_healthy_but_for_the_one_that_is_meant_to_fail(file: object) -> None:
    """Their first 40 steps, each sampled; whole runs were judged when the thresholds were chosen."""
    session = Session(load_experiment(file))  # type: ignore[arg-type]
    session.diagnostics = Eager(on=True)
    while not session.finished and session.steps < 40:
        session.step()
    kinds = {(finding.kind, finding.layer) for finding in session.diagnostics.findings}
    assert kinds == ({("vanishing", 1)} if "vanishing" in str(file) else set())


class Eager(DiagnosticsSampler):
    """Takes a sample after every step, however long that takes."""

    def after_step(self, network: Network, step: int) -> None:
        self._next = step
        super().after_step(network, step)


def test_a_session_notes_when_a_fault_begins_and_forgets_what_was_taken_back() -> None:
    session = Session(load_experiment(paths.resources() / "experiments" / "vanishing-gradient.toml"))
    for _ in range(40):
        session.step()
    (finding,) = session.diagnostics.findings
    assert finding.step == 1
    assert session.diagnostics.fault is not None
    assert session.diagnostics.fault.step == 1
    session.diagnostics.go_back(0)
    assert (session.diagnostics.findings, session.diagnostics.fault, session.diagnostics.samples) == ((), None, [])
    session.step()
    assert len(session.diagnostics.samples) == 1

"""Random trained networks of every kind, as an export gets them, and what a file of theirs is compared with."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from lab.core.activations import ACTIVATIONS
from lab.core.copying import copy_network
from lab.core.layers import Activation, BatchNorm, Dense, Dropout, Layer, LayerNorm, PReLU
from lab.core.network import Network
from lab.data.subsets.scaling import Scaling
from lab.experiment.spec import Experiment
from lab.export.capture import Capture
from lab.storage.model_file import Model

INPUTS = 5
EVERY_KIND = [Dense(6, "gelu"), BatchNorm(0.3), PReLU(), Dropout(0.4), LayerNorm(), Activation("selu")]
"""A stack of hidden layers with every kind in it."""
ENDINGS = ("classes", "two classes", "one logistic output", "numbers", "one number")


def captured(layers: Sequence[Layer[Any]], ending: str = "classes", seed: int = 0, dtype: str = "float32") -> Capture:
    """Return these layers and an output layer behind them, with weights and statistics that are not those at first."""
    rng = np.random.default_rng(seed)
    last, loss, classes, target = {
        "classes": (Dense(3, "softmax", temperature=1.7), "cross_entropy", ("cat", "dog", "Pferd ü"), None),
        "two classes": (Dense(2, "softmax", temperature=0.5), "cross_entropy", ("no", "maybe"), None),
        "one logistic output": (Dense(1, "sigmoid"), "binary_cross_entropy", ("no", "yes"), None),
        "numbers": (Dense(2), "half_squared_error", (), Scaling("standard", rng.normal(size=2), rng.uniform(1, 9, 2))),
        "one number": (Dense(1), "half_squared_error", (), Scaling("minmax", rng.normal(size=1), np.array([0.01]))),
    }[ending]
    network = Network(INPUTS, [*(layer.copy() for layer in layers), last], loss=loss, seed=seed, dtype=dtype)
    network.forward(rng.normal(size=(40, INPUTS)))  # the running statistics move
    network.parameters += (0.2 * rng.normal(size=network.parameters.shape)).astype(dtype)
    form = [{"kind": "dense", "units": 3, "activation": "softmax"}]
    experiment = Experiment.model_validate({"data": {"source": "iris"}, "layers": form})
    return Capture(
        Model(
            network,
            experiment,
            classes,
            tuple("ab")[: network.outputs] if target else ("kind",),
            tuple(f"x{number}" for number in range(INPUTS)),
            Scaling("standard", rng.normal(size=INPUTS), rng.uniform(0.5, 2.0, INPUTS)),
            target,
            np.zeros(INPUTS),
            None,
            None,
            None,
        ),
        None,
    )


def some_rows(seed: int = 1, m: int = 17) -> NDArray[np.float64]:
    """Return encoded rows, (m, inputs), some of them large."""
    rng = np.random.default_rng(seed)
    x: NDArray[np.float64] = rng.normal(size=(m, INPUTS)) * rng.choice([0.1, 1.0, 4.0], size=(m, 1))
    return x


_hidden = st.one_of(
    st.builds(Dense, st.integers(1, 7), st.sampled_from(list(ACTIVATIONS)).filter(lambda name: name != "softmax")),
    st.builds(Dense, st.integers(2, 7), st.just("softmax"), temperature=st.sampled_from([0.5, 1.0, 3.0])),
    st.builds(Activation, st.sampled_from(list(ACTIVATIONS)).filter(lambda name: name != "softmax")),
    st.builds(Dropout, st.sampled_from([0.0, 0.3])),
    st.builds(BatchNorm, st.sampled_from([0.1, 0.9]), st.sampled_from([1e-5, 1e-3])),
    st.builds(LayerNorm, st.sampled_from([1e-5, 1e-2])),
    st.builds(PReLU, st.sampled_from([-0.5, 0.25])),
)
stacks = st.lists(_hidden, max_size=5)
"""Hidden layers of all kinds, in any order."""


def assert_same_answers(found: NDArray[Any], capture: Capture, x: NDArray[np.float64]) -> float:
    """Assert that another program's answers are those of `predict` within 1e-5, and return the largest difference.

    Target numbers are compared as shares of their spread. Where float32 itself is less exact for a stack (a norm may
    blow up what rounding leaves of two numbers that are nearly the same), four times its error is allowed.
    """
    model = capture.model
    expected = model.predict(x)
    assert found.shape == expected.shape
    unit = 1.0 if model.target_scaling is None else 1.0 / model.target_scaling.factor
    wide = replace(model, network=copy_network(model.network, "float64")).predict(x)
    size = unit * np.maximum(1.0, np.abs(expected / unit))
    rounding = float((np.abs(wide - expected) / size).max())
    difference = float((np.abs(found - expected) / size).max())
    assert difference <= max(1e-5, 4 * rounding)
    return difference

"""PyTorch and safetensors' own reader: the module of the script, with the state_dict, answers as the network does."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lab.core.activations import ACTIVATIONS
from lab.core.layers import LAYERS, BatchNorm, Dense
from lab.export.capture import Capture
from lab.export.torch_export import torch_files
from tests.effort import examples
from tests.export.nets import ENDINGS, EVERY_KIND, assert_same_answers, captured, some_rows, stacks
from tests.export.scripts import imported

_differences: list[float] = []


@pytest.fixture(scope="module", autouse=True)
def _figures() -> Iterator[None]:
    yield
    print(f"\nPyTorch {torch.__version__}: differs by {max(_differences, default=0.0):.1e} at the most")


def assert_same(capture: Capture, folder: Path, x: np.ndarray) -> None:
    path = folder / "net.safetensors"
    with imported(torch_files(capture, path), folder / "net_torch.py") as script:
        _differences.append(assert_same_answers(script.predict(x), capture, x))


@examples(100)
@given(layers=stacks, ending=st.sampled_from(ENDINGS), seed=st.integers(0, 1000))
def test_random_stacks_give_the_same_answers(layers: list[Any], ending: str, seed: int, tmp_path: Path) -> None:
    assert_same(captured(layers, ending, seed), tmp_path, some_rows(seed))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_gives_the_same_answers(name: str, tmp_path: Path) -> None:
    assert_same(captured([Dense(8, name)], "numbers"), tmp_path, 30.0 * some_rows())


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_stack_of_every_kind_gives_the_same_answers(dtype: str, tmp_path: Path) -> None:
    assert {layer.kind for layer in EVERY_KIND} == set(LAYERS)
    capture = captured(EVERY_KIND, dtype=dtype)
    assert_same(capture, tmp_path, some_rows())


def test_training_goes_on_with_the_same_running_statistics(tmp_path: Path) -> None:
    capture = captured([Dense(6, "tanh"), BatchNorm(0.3)])
    network, x = capture.model.network, some_rows()
    path = tmp_path / "net.safetensors"
    with imported(torch_files(capture, path), tmp_path / "net_torch.py") as script:
        scaled = script.rows.scale(script.rows.encode(x))
        net = script.load().train()
        a = net(torch.from_numpy(scaled)).detach().numpy()
    np.testing.assert_allclose(a, network.forward(scaled), atol=1e-5)
    norm = network.layers[1]
    assert isinstance(norm, BatchNorm)
    np.testing.assert_allclose(net.layer_2.running_mean, norm.running_mean, atol=1e-6)
    np.testing.assert_allclose(net.layer_2.running_var, norm.running_variance, atol=1e-6)

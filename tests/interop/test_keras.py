"""Keras 3: the model that the script builds answers as the network does."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.core.activations import ACTIVATIONS
from lab.core.layers import BatchNorm, Dense
from lab.export.capture import Capture
from lab.export.keras_export import keras_files
from tests.effort import examples
from tests.export.nets import ENDINGS, EVERY_KIND, assert_same_answers, captured, some_rows, stacks
from tests.export.scripts import imported

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # PyTorch's, in Keras

_differences: list[float] = []


@pytest.fixture(scope="module", autouse=True)
def _figures() -> Iterator[None]:
    yield
    largest = max(_differences, default=0.0)
    print(f"\nKeras {keras.__version__} on {keras.backend.backend()}: differs by {largest:.1e} at the most")


def assert_same(capture: Capture, folder: Path, x: np.ndarray) -> None:
    path = folder / "net.py"
    with imported(keras_files(capture, path), path) as script:
        _differences.append(assert_same_answers(script.predict(x), capture, x))
    keras.backend.clear_session()


@examples(60)
@given(layers=stacks, ending=st.sampled_from(ENDINGS), seed=st.integers(0, 1000))
def test_random_stacks_give_the_same_answers(layers: list[Any], ending: str, seed: int, tmp_path: Path) -> None:
    assert_same(captured(layers, ending, seed), tmp_path, some_rows(seed))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_gives_the_same_answers(name: str, tmp_path: Path) -> None:
    assert_same(captured([Dense(8, name)], "numbers"), tmp_path, 30.0 * some_rows())


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_stack_of_every_kind_gives_the_same_answers(dtype: str, tmp_path: Path) -> None:
    assert_same(captured(EVERY_KIND, dtype=dtype), tmp_path, some_rows())


def test_the_momentum_is_the_share_of_the_old(tmp_path: Path) -> None:
    capture = captured([BatchNorm(0.3)])
    path = tmp_path / "net.py"
    with imported(keras_files(capture, path), path) as script:
        assert script.build().get_layer("layer_1").momentum == pytest.approx(0.7)

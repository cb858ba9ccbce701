"""Layers as Python source: what is written computes what the layers do, in the words of any library."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load

from lab.core.activations import ACTIVATIONS
from lab.core.expression import GIVEN, Expression
from lab.core.layers import Activation, BatchNorm, Dense
from lab.core.network import Network
from lab.export.keras_export import keras_files
from lab.export.layer_source import ARITHMETIC, Block, Words, layer_sources
from lab.export.torch_export import torch_files
from lab.storage.errors import StorageError
from tests.export.nets import EVERY_KIND, captured

PATH = Path("net.x")
WORDS = Words(
    calls={
        **ARITHMETIC,
        "maximum": "np.maximum({0}, {1})",
        "exp": "np.exp({0})",
        "tanh": "np.tanh({0})",
        "absolute": "np.abs({0})",
        "relu": "np.maximum({0}, 0.0)",
        "sigmoid": "1.0 / (1.0 + np.exp(-({0})))",
        "softplus": "np.log1p(np.exp({0}))",
        "softmax": "np.exp({0}) / np.exp({0}).sum(axis=1, keepdims=True)",
        "at_least": "np.maximum({0}, {limit!r})",
        "at_most": "np.minimum({0}, {limit!r})",
    },
    blocks={"affine": lambda of: Block("Affine", {"W": of.arrays["W"]})},
    use="{name}({0})",
)
X = np.linspace(-4.0, 4.0, 40).reshape(8, 5)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_lines_compute_the_activation(name: str) -> None:
    net = Network(5, [Activation(name), Dense(1)], loss="half_squared_error", dtype="float64")
    (source, _) = layer_sources(net.layers, WORDS, PATH)
    scope = {"np": np, "a": X}
    exec("\n".join(source.lines), scope)
    np.testing.assert_allclose(scope["a"], net.layers[0].infer(X), rtol=1e-9, atol=1e-12)


class _Written(Activation):
    """A layer with an expression of the test's own."""

    def __init__(self, expression: Expression) -> None:
        super().__init__("linear")
        self._written = expression

    def expression(self, x: Expression) -> Expression:
        return self._written


def lines_of(expression: Expression) -> list[str]:
    (source,) = layer_sources([_Written(expression)], WORDS, PATH)
    return list(source.lines)


def test_brackets_stand_where_an_operator_would_take_a_sum_or_a_quotient_apart() -> None:
    a, half = GIVEN, 0.5
    assert lines_of((a + 1.0) * half) == ["a = (a + 1.0) * 0.5"]
    assert lines_of(a * half + 1.0) == ["a = a * 0.5 + 1.0"]
    assert lines_of(1.0 - (a - 2.0)) == ["a = 1.0 - (a - 2.0)"]
    assert lines_of(a / (a * half)) == ["a = a / (a * 0.5)"]
    assert lines_of(a / a * half) == ["a = a / a * 0.5"]


def test_what_is_used_twice_is_computed_once() -> None:
    once = GIVEN * 2.0
    assert lines_of(once * once + 1.0) == ["z = a * 2.0", "a = z * z + 1.0"]
    assert lines_of(GIVEN) == []


def test_a_library_without_words_for_it_is_one_sentence() -> None:
    with pytest.raises(StorageError, match=r"^net\.x was not written: layer 2 \(Batch norm\) computes 'batch_norm'"):
        layer_sources(captured([Dense(3), BatchNorm()]).model.network.layers, WORDS, PATH)


# the scripts that need large programs to run; tests/interop runs them


def test_the_state_of_pytorch_is_transposed_and_its_script_is_python() -> None:
    capture = captured(EVERY_KIND)
    files = torch_files(capture, Path("net.safetensors"))
    state = load(files[Path("net.safetensors")])
    dense = capture.model.network.layers[0]
    assert isinstance(dense, Dense)
    np.testing.assert_array_equal(state["layer_1.weight"], dense.W.T)
    assert state["layer_2.num_batches_tracked"].shape == ()
    script = files[Path("net_torch.py")].decode()
    compile(script, "net_torch.py", "exec")
    assert "self.layer_2 = nn.BatchNorm1d(6, eps=1e-05, momentum=0.3)" in script
    assert "self.layer_4 = nn.Dropout(0.4)" in script


def test_the_script_of_keras_is_python_with_its_weights_beside_it(tmp_path: Path) -> None:
    capture = captured(EVERY_KIND)
    files = keras_files(capture, tmp_path / "net.py")
    script = files[tmp_path / "net.py"].decode()
    compile(script, "net.py", "exec")
    assert "layers.BatchNormalization(momentum=0.7, epsilon=1e-05, name='layer_2', dtype=DTYPE)" in script
    (tmp_path / "w.npz").write_bytes(files[tmp_path / "net_weights.npz"])
    weights = np.load(tmp_path / "w.npz")
    dense = capture.model.network.layers[0]
    assert isinstance(dense, Dense)
    np.testing.assert_array_equal(weights["layer_1.0"], dense.W)


@pytest.mark.parametrize("name", ['Say """hello"""', "a\\", "{braces} 'n' “quotes”"])
def test_any_name_of_an_experiment_can_stand_in_a_script(name: str) -> None:
    capture = captured([])
    capture.model.experiment.__dict__["name"] = name
    compile(torch_files(capture, Path("n.safetensors"))[Path("n_torch.py")].decode(), "n", "exec")

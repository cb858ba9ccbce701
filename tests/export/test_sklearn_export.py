"""scikit-learn: the pipeline that the script builds answers as the network does, or a sentence says why it cannot."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab.core.layers import Activation, BatchNorm, Dense, Dropout, Layer, PReLU
from lab.export.capture import Capture
from lab.export.sklearn_export import sklearn_files
from lab.storage.errors import StorageError
from tests.export.nets import assert_same_answers, captured, some_rows
from tests.export.scripts import imported


def answered(capture: Capture, folder: Path) -> np.ndarray:
    """Return what the pipeline of scikit-learn says of the same rows, in the order of the network's classes."""
    path = folder / "net.py"
    with imported(sklearn_files(capture, path), path) as script:
        net = script.build()
        names = [f"x{number}" for number in range(5)]
        raw = [dict(zip(names, row, strict=True)) for row in some_rows().tolist()]
        if capture.model.target_scaling is not None:
            return np.asarray(net.predict(raw)).reshape(len(raw), -1)
        found = net.predict_proba(raw)
        assert list(net.predict(raw)) == [script.CLASSES[place] for place in found.argmax(axis=1)]
        order = [list(script.CLASSES).index(name) for name in capture.model.class_names]
        return np.asarray(found[:, order])


@pytest.mark.parametrize("ending", ["classes", "two classes", "one logistic output", "numbers", "one number"])
@pytest.mark.parametrize("activation", ["linear", "sigmoid", "tanh", "relu"])
def test_an_mlp_gives_the_same_answers(ending: str, activation: str, tmp_path: Path) -> None:
    capture = captured([Dense(6, activation), Dropout(0.2), Dense(4, activation)], ending)
    assert_same_answers(answered(capture, tmp_path), capture, some_rows())


@pytest.mark.parametrize("ending", ["classes", "numbers"])
def test_a_stack_without_hidden_layers_is_one_too(ending: str, tmp_path: Path) -> None:
    capture = captured([], ending)
    assert_same_answers(answered(capture, tmp_path), capture, some_rows())


def test_an_activation_of_its_own_belongs_to_the_dense_before_it(tmp_path: Path) -> None:
    capture = captured([Dense(6), Activation("tanh")], dtype="float64")
    assert_same_answers(answered(capture, tmp_path), capture, some_rows())


@pytest.mark.parametrize(
    ("layers", "why"),
    [
        ([Dense(4, "tanh"), BatchNorm()], "layer 2 computes 'batch_norm', and no W is just before it"),
        ([Dense(4, "tanh"), Dense(4, "relu")], "its hidden layers have tanh, relu"),
        ([Dense(4, "gelu")], "the activation of layer 1 is a formula of its own"),
        ([Dense(4), PReLU()], "its hidden layers have prelu"),
        ([Activation("tanh")], "layer 1 computes 'tanh', and no W is just before it"),
        ([Dense(4, "softmax")], "its hidden layers have softmax"),
    ],
)
def test_what_is_no_mlp_is_one_sentence(layers: list[Layer[Any]], why: str) -> None:
    with pytest.raises(StorageError) as refused:
        sklearn_files(captured(layers), Path("net.py"))
    assert str(refused.value).startswith(f"net.py was not written: {why}")
    assert "has Dense layers with one of linear, sigmoid, tanh and relu in all of them" in str(refused.value)


@pytest.mark.parametrize(("ending", "output"), [("classes", "sigmoid"), ("numbers", "tanh")])
def test_an_output_that_it_has_not_is_one_sentence(ending: str, output: str) -> None:
    capture = captured([Dense(4, "tanh")], ending)
    last = capture.model.network.layers[-1]
    assert isinstance(last, Dense)
    last.activation = Dense(2, output).activation
    with pytest.raises(StorageError, match=f"its output is '{output}'"):
        sklearn_files(capture, Path("net.py"))

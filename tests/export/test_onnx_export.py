"""ONNX: files that the format's own checker accepts and with which onnxruntime answers as the network does."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from lab.cli import FINE, WRONG_INPUT, main
from lab.core.activations import ACTIVATIONS
from lab.core.expression import Expression
from lab.core.layers import LAYERS, Activation, Dense
from lab.export.capture import Capture
from lab.export.onnx_export import OPERATIONS, onnx_files
from lab.storage.errors import StorageError
from tests.effort import examples
from tests.export.nets import ENDINGS, EVERY_KIND, assert_same_answers, captured, some_rows, stacks

NET = Path("net.onnx")


def run(data: bytes, x: NDArray[np.float64]) -> list[NDArray[Any]]:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    found: list[NDArray[Any]] = onnxruntime.InferenceSession(data, options).run(None, {"x": x})
    return found


def exported(capture: Capture) -> bytes:
    """Return the .onnx file, after the checker has accepted it."""
    data = onnx_files(capture, NET)[NET]
    onnx.checker.check_model(onnx.load_from_string(data), full_check=True)
    return data


@examples(60)
@given(layers=stacks, ending=st.sampled_from(ENDINGS), seed=st.integers(0, 1000))
def test_random_stacks_give_the_same_answers(layers: list[Any], ending: str, seed: int) -> None:
    capture = captured(layers, ending, seed)
    assert_same_answers(run(exported(capture), some_rows(seed))[0], capture, some_rows(seed))


def test_a_stack_of_every_kind_gives_the_same_answers() -> None:
    assert {layer.kind for layer in EVERY_KIND} == set(LAYERS)
    capture = captured(EVERY_KIND)
    assert_same_answers(run(exported(capture), some_rows())[0], capture, some_rows())


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_gives_the_same_answers(name: str) -> None:
    capture = captured([Dense(8, name)], "numbers")
    x = 30.0 * some_rows()  # far enough to saturate
    assert_same_answers(run(exported(capture), x)[0], capture, x)


@pytest.mark.parametrize("m", [1, 2, 33])
def test_the_number_of_rows_is_free(m: int) -> None:
    capture = captured([Dense(4, "tanh")])
    probabilities, classes = run(exported(capture), some_rows(m=m))
    assert probabilities.shape == (m, 3)
    np.testing.assert_array_equal(classes, capture.model.predict(some_rows(m=m)).argmax(axis=1))


def test_W_stands_in_it_as_it_is() -> None:
    capture = captured([Dense(4, "tanh")])
    model = onnx.load_from_string(exported(capture))
    assert (model.ir_version, [each.version for each in model.opset_import]) == (8, [17])
    first = next(node for node in model.graph.node if node.op_type == "Gemm")
    assert {each.name: each.i for each in first.attribute}["transB"] == 0
    arrays = {each.name: onnx.numpy_helper.to_array(each) for each in model.graph.initializer}
    np.testing.assert_array_equal(arrays[first.input[1]], capture.model.network.layers[0].W)


def test_names_are_in_its_metadata() -> None:
    model = onnx.load_from_string(exported(captured([])))
    texts = {each.key: each.value for each in model.metadata_props}
    assert json.loads(texts["classes"]) == ["cat", "dog", "Pferd ü"]
    assert json.loads(texts["inputs"]) == ["x0", "x1", "x2", "x3", "x4"]


def test_inputs_that_float32_cannot_tell_apart_are_scaled_exactly() -> None:
    capture = captured([Dense(4, "tanh")], "numbers")
    capture.model.scaling.offset[0] = 1.7e9  # as seconds since 1970 are
    x = some_rows()
    x[:, 0] += 1.7e9
    assert_same_answers(run(exported(capture), x)[0], capture, x)


def test_an_operation_that_is_not_known_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Activation, "expression", lambda self, x: Expression("wavelet", (x,)))
    with pytest.raises(StorageError) as refused:
        onnx_files(captured([Dense(4), Activation("tanh")]), NET)
    assert str(refused.value) == (
        "net.onnx was not written: layer 2 (Activation) computes 'wavelet', for which this export has no words; take "
        "another kind of layer or activation, or the export 'model'."
    )


def test_every_operation_of_the_core_is_known() -> None:
    from lab.core import expression

    described = {
        word.strip(" ,")
        for line in (expression.__doc__ or "").splitlines()
        if line.startswith("    ")
        for word in line[4:45].split(",")
    }
    assert described - {"input"} == set(OPERATIONS)


# as a user does it

TABLE = """\
age;colour;born;income;owner;kind
3;red;2020-01-31;1.200,50;true;cat
;blue;2019-05-02;980,00;false;dog
5;red;2021-07-12;1.500,00;true;cat
9;;2018-11-30;2.000,25;TRUE;dog
4;green;2020-02-11;700,00;False;cat
8;blue;2017-03-09;n/a;true;dog
2;red;;950,75;true;cat
7;blue;2016-09-21;1.100,00;false;dog
6;green;2020-12-01;1.300,10;true;cat
10;blue;2015-08-15;890,00;false;dog
"""
NEW = """\
colour;age;born;owner;income;note
blue;4;2019-05-02;true;1.000,00;a
violet;;2026-01-31;FALSE;12,5;b
;12;;true;-;c
red;1;1999-12-31;False;3.210,99;
"""
EXPERIMENT = """\
format = 1
[data]
path = "pets.csv"
target = "kind"
split = [1.0, 0.0, 0.0]
scaling = "standard"
[data.columns]
age = { use = "number", missing = "median" }
colour = { use = "one_hot", missing = "own_class" }
born = { use = "date", missing = "mean" }
income = { use = "number", missing = "mean" }
owner = { use = "one_hot" }
[[layers]]
kind = "dense"
units = 6
activation = "gelu"
[[layers]]
kind = "batch_norm"
[[layers]]
kind = "dense"
units = 2
activation = "softmax"
[training]
loss = "cross_entropy"
epochs = 20
dtype = "DTYPE"
"""
IN_ANOTHER_PROGRAM = """
import sys, onnxruntime, my_net_rows as rows
assert not any(name == "lab" or name.startswith("lab.") for name in sys.modules)
found = onnxruntime.InferenceSession("my-net.onnx").run(None, {"x": rows.encode(rows.read_csv("new.csv"))})
for answer, row in zip(rows.answers(found[0]), found[0]):
    print(answer, *row, sep=",")
"""


@pytest.fixture(params=["float32", "float64"])
def trained(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder with a table of texts, gaps and dates, a network trained on it, and new rows."""
    for name, text in (("pets.csv", TABLE), ("new.csv", NEW), ("e.toml", EXPERIMENT.replace("DTYPE", request.param))):
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert main(["train", str(tmp_path / "e.toml"), "--save", str(tmp_path / "m.safetensors")]) == FINE
    return tmp_path


def test_new_rows_get_the_same_answers_in_another_program(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    command = ["export", str(trained / "m.safetensors"), "--to", "onnx", "--out", str(trained / "my-net.onnx")]
    assert main(command) == FINE
    told = capsys.readouterr().err
    assert "my-net.onnx was written with my_net_rows.py and my_net_rows.json" in told
    is_double = 'dtype = "float64"' in (trained / "e.toml").read_text()
    assert ("rounded to float32" in told) == is_double
    assert main(["predict", str(trained / "m.safetensors"), str(trained / "new.csv")]) == FINE
    expected = [line.split(",") for line in capsys.readouterr().out.splitlines()[1:]]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    other = subprocess.run(
        [sys.executable, "-c", IN_ANOTHER_PROGRAM],
        cwd=trained, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = [line.split(",") for line in other.stdout.splitlines()]
    assert [row[0] for row in found] == [row[0] for row in expected]
    np.testing.assert_allclose(
        np.array([row[1:] for row in found], float), np.array([row[1:] for row in expected], float), atol=1e-5
    )


def test_a_damaged_model_file_leaves_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "m.safetensors").write_bytes(b"\x10" + b"\0" * 7 + b'{"a": 1}')
    assert main(["export", str(tmp_path / "m.safetensors"), "--to", "onnx", "--out", str(tmp_path / "n.onnx")]) == (
        WRONG_INPUT
    )
    assert capsys.readouterr().err.count("\n") == 1
    assert [file.name for file in tmp_path.iterdir()] == ["m.safetensors"]

"""Keras: a script that builds the model and loads its weights, which lie beside it, and the preprocessing.

Keras keeps W as it is here. Its BatchNormalization has the share of the old statistics as its momentum, and here it is
that of the new batch.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from lab.core.expression import Expression
from lab.export.layer_source import ARITHMETIC, Block, Words, layer_sources
from lab.export.row_files import row_files, rows_module, script_name, script_title
from lab.export.weight_file import npz_bytes

if TYPE_CHECKING:
    from lab.export.capture import Capture
    from lab.export.export import Files


def keras_files(capture: Capture, path: Path) -> Files:
    """Return the script, its weights and what encodes raw rows; StorageError for a layer that Keras has not."""
    model = capture.model
    layers = layer_sources(model.network.layers, WORDS, path)
    blocks = {name: block for layer in layers for name, block in layer.blocks.items()}
    weights = path.with_name(f"{script_name(path, 'weights')}.npz")
    script = _SCRIPT.format(
        title=script_title(model),
        file=path.name,
        weights=weights.name,
        rows=rows_module(path),
        inputs=model.network.inputs,
        dtype=model.network.dtype.name,
        blocks="".join(
            f"\n    {name} = layers.{block.make}, name={name!r}, dtype=DTYPE)" for name, block in blocks.items()
        ),
        lines="".join(f"\n    {line}" for layer in layers for line in (layer.comment, *layer.lines)),
    )
    return {
        path: script.encode("utf-8"),
        weights: npz_bytes({f"{name}.{key}": array for name, block in blocks.items()
                            for key, array in block.arrays.items()}),
    } | dict(row_files(model, path))  # fmt: skip


def _block(make: str, *arrays: NDArray[Any]) -> Block:
    """Return a block whose arrays Keras knows by their place."""
    return Block(make, {str(place): array for place, array in enumerate(arrays)})


def _dense(of: Expression) -> Block:
    W, b = of.arrays["W"], of.arrays["b"]
    return _block(f"Dense({len(b)}", W, b)


def _batch_norm(of: Expression) -> Block:
    names = ("gamma", "beta", "running_mean", "running_variance")
    numbers = of.numbers
    make = f"BatchNormalization(momentum={1.0 - numbers['momentum']!r}, epsilon={numbers['epsilon']!r}"
    return _block(make, *(of.arrays[name] for name in names))


def _layer_norm(of: Expression) -> Block:
    make = f"LayerNormalization(epsilon={of.numbers['epsilon']!r}"
    return _block(make, of.arrays["gamma"], of.arrays["beta"])


WORDS = Words(
    calls={
        **ARITHMETIC,
        "maximum": "ops.maximum({0}, {1})",
        "exp": "ops.exp({0})",
        "log": "ops.log({0})",
        "sqrt": "ops.sqrt({0})",
        "tanh": "ops.tanh({0})",
        "absolute": "ops.absolute({0})",
        "relu": "ops.relu({0})",
        "sigmoid": "ops.sigmoid({0})",
        "softplus": "ops.softplus({0})",
        "softmax": "ops.softmax({0}, axis=1)",
        "at_least": "ops.maximum({0}, {limit!r})",
        "at_most": "ops.minimum({0}, {limit!r})",
    },
    blocks={
        "affine": _dense,
        "batch_norm": _batch_norm,
        "layer_norm": _layer_norm,
        "prelu": lambda of: _block("PReLU(shared_axes=None", of.arrays["alpha"]),
        "dropout": lambda of: _block(f"Dropout({of.numbers['rate']!r}"),
    },
    use="{name}({0})",
)
"""An operation (see `lab.core.expression`) in Keras; what makes a block is open for its name."""

_SCRIPT = '''\
"""{title}, as a Keras 3 model. Written by Delta Lab.

It needs keras with one of its backends, and the files beside it. From a shell, `python {file} new.csv` prints an answer
for each row.
"""

import sys
from pathlib import Path

import {rows} as rows
import keras
import numpy as np
from keras import layers, ops

DTYPE = "{dtype}"


def build():
    """Return the trained model: rows (m, {inputs}), encoded and scaled, to what the last layer gives."""{blocks}
    x = a = keras.Input(({inputs},), dtype=DTYPE){lines}
    model = keras.Model(x, a)
    weights = np.load(Path(__file__).with_name({weights!r}))
    for layer in model.layers:
        arrays = [weights[name] for name in weights.files if name.startswith(f"{{layer.name}}.")]
        if arrays:
            layer.set_weights(arrays)
    return model


def predict(raw_rows):
    """Return a number for each class of each row, or its target numbers; rows are dicts: column name to cell."""
    return rows.results(ops.convert_to_numpy(build()(rows.scale(rows.encode(raw_rows)))))


if __name__ == "__main__":
    rows.show(predict(rows.read_csv(sys.argv[1])))
'''

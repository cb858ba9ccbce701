"""PyTorch: a state_dict in safetensors, a short script that builds the module and loads it, and the preprocessing.

PyTorch keeps W transposed, (units, inputs). Its BatchNorm has the momentum of this program: the share of the new batch.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lab.core.expression import Expression
from lab.export.layer_source import ARITHMETIC, Block, Words, layer_sources
from lab.export.row_files import row_files, rows_module, script_name, script_title
from lab.storage.tensor_file import tensor_bytes

if TYPE_CHECKING:
    from lab.export.capture import Capture
    from lab.export.export import Files


def torch_files(capture: Capture, path: Path) -> Files:
    """Return the state_dict, the script and what encodes raw rows; StorageError for a layer that PyTorch has not."""
    model = capture.model
    layers = layer_sources(model.network.layers, WORDS, path)
    blocks = {name: block for layer in layers for name, block in layer.blocks.items()}
    state = {f"{name}.{key}": array for name, block in blocks.items() for key, array in block.arrays.items()}
    script = _SCRIPT.format(
        title=script_title(model),
        module=script_name(path, "torch"),
        weights=path.name,
        rows=rows_module(path),
        dtype=model.network.dtype.name,
        blocks="".join(f"\n        self.{name} = {block.make}" for name, block in blocks.items()),
        lines="".join(
            f"\n        {line}" for layer in layers for line in (layer.comment, *layer.lines)
        ),
    )  # fmt: skip
    return {
        path: tensor_bytes({"made_by": "Delta Lab"}, state),
        path.with_name(f"{script_name(path, 'torch')}.py"): script.encode("utf-8"),
    } | dict(row_files(model, path))


def _linear(of: Expression) -> Block:
    W, b = of.arrays["W"], of.arrays["b"]
    return Block(f"nn.Linear({W.shape[0]}, {W.shape[1]})", {"weight": W.T, "bias": b})


def _batch_norm(of: Expression) -> Block:
    mean = of.arrays["running_mean"]
    return Block(
        f"nn.BatchNorm1d({len(mean)}, eps={of.numbers['epsilon']!r}, momentum={of.numbers['momentum']!r})",
        {
            "weight": of.arrays["gamma"],
            "bias": of.arrays["beta"],
            "running_mean": mean,
            "running_var": of.arrays["running_variance"],
            "num_batches_tracked": np.array(0, np.int64),
        },
    )


def _layer_norm(of: Expression) -> Block:
    gamma = of.arrays["gamma"]
    make = f"nn.LayerNorm({len(gamma)}, eps={of.numbers['epsilon']!r})"
    return Block(make, {"weight": gamma, "bias": of.arrays["beta"]})


def _prelu(of: Expression) -> Block:
    return Block(f"nn.PReLU({len(of.arrays['alpha'])})", {"weight": of.arrays["alpha"]})


WORDS = Words(
    calls={
        **ARITHMETIC,
        "maximum": "torch.maximum({0}, {1})",
        "exp": "torch.exp({0})",
        "log": "torch.log({0})",
        "sqrt": "torch.sqrt({0})",
        "tanh": "torch.tanh({0})",
        "absolute": "torch.abs({0})",
        "relu": "torch.relu({0})",
        "sigmoid": "torch.sigmoid({0})",
        "softplus": "nn.functional.softplus({0})",
        "softmax": "torch.softmax({0}, dim=1)",
        "at_least": "torch.clamp({0}, min={limit!r})",
        "at_most": "torch.clamp({0}, max={limit!r})",
    },
    blocks={
        "affine": _linear,
        "batch_norm": _batch_norm,
        "layer_norm": _layer_norm,
        "prelu": _prelu,
        "dropout": lambda of: Block(f"nn.Dropout({of.numbers['rate']!r})", {}),
    },
    use="self.{name}({0})",
)
"""An operation (see `lab.core.expression`) in PyTorch."""

_SCRIPT = '''\
"""{title}, as a PyTorch module. Written by Delta Lab.

It needs torch, safetensors and the files beside it. From a shell, `python {module}.py new.csv` prints an answer for
each row. From Python:

    import {module} as net
    net.predict(net.rows.read_csv("new.csv"))    # probabilities, or numbers in their own unit
    net.load().train()                           # the module, to go on with: it takes rows that are scaled
"""

import sys
from pathlib import Path

import {rows} as rows
import torch
from safetensors.torch import load_file
from torch import nn


class Net(nn.Module):
    """The layers: rows (m, inputs), encoded and scaled, to what the last layer gives."""

    def __init__(self):
        super().__init__(){blocks}

    def forward(self, a):{lines}
        return a


def load():
    """Return the trained module, ready to predict."""
    net = Net().to(torch.{dtype})
    net.load_state_dict(load_file(Path(__file__).with_name({weights!r})))
    return net.eval()


def predict(raw_rows):
    """Return a number for each class of each row, or its target numbers; rows are dicts: column name to cell."""
    with torch.no_grad():
        return rows.results(load()(torch.from_numpy(rows.scale(rows.encode(raw_rows)))).numpy())


if __name__ == "__main__":
    rows.show(predict(rows.read_csv(sys.argv[1])))
'''

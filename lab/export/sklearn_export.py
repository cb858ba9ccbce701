"""scikit-learn: a script that fills an MLPClassifier or MLPRegressor with the weights, in a pipeline with its encoding.

An MLP has one activation for all hidden layers. Its output is a softmax over three classes or more, one logistic unit
for two, or plain numbers; a scaled target is folded into the last W and b. What does not fit is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lab.core.expression import GIVEN, Expression
from lab.export.row_files import row_files, rows_module, script_name, script_title
from lab.export.weight_file import npz_bytes
from lab.storage.errors import StorageError

if TYPE_CHECKING:
    from lab.export.capture import Capture
    from lab.export.export import Files
    from lab.storage.model_file import Model

_HIDDEN = {"relu": "relu", "sigmoid": "logistic", "tanh": "tanh"}
"""An operation to the name of the activation that it is in scikit-learn; no operation is "identity"."""

Matrices = list[NDArray[Any]]


class _Unfit(Exception):
    """Why a network is no MLP of scikit-learn, as the middle of a sentence."""


@dataclass(frozen=True)
class _Mlp:
    """What an MLP is made of; `output` is the name of its output's operation, "identity" where it has none."""

    W: Matrices
    b: Matrices
    hidden: str
    output: str


def sklearn_files(capture: Capture, path: Path) -> Files:
    """Return the script, its weights and what encodes raw rows; StorageError for a stack that is no MLP."""
    model = capture.model
    try:
        mlp = _mlp_of([layer.expression(GIVEN) for layer in model.network.layers])
        fitted, classes = _as_regressor(mlp, model) if model.target_scaling is not None else _as_classifier(mlp, model)
    except _Unfit as error:
        raise StorageError(
            f"{path.name} was not written: {error}; an MLP of scikit-learn has Dense layers with one of linear, "
            "sigmoid, tanh and relu in all of them, and a softmax, one sigmoid or linear numbers at the end."
        ) from error
    weights = path.with_name(f"{script_name(path, 'weights')}.npz")
    numbers = f"np.zeros((2, {len(fitted.b[-1])}))" if len(fitted.b[-1]) > 1 else "np.zeros(2)"
    script = _SCRIPT.format(
        title=script_title(model),
        file=path.name,
        kind="MLPClassifier" if classes else "MLPRegressor",
        rows=rows_module(path),
        weights=weights.name,
        classes=f"\n# In the order of scikit-learn.\nCLASSES = np.array({classes!r})\n" if classes else "",
        hidden=tuple(len(b) for b in fitted.b[:-1]),
        activation=fitted.hidden,
        examples=f"np.zeros(({len(classes) or 2}, {len(fitted.W[0])}))",
        dummy="CLASSES, classes=CLASSES" if classes else numbers,
        layers=len(fitted.W),
        show=_SHOW_CLASSES if classes else _SHOW_NUMBERS,
    )
    arrays = {f"W{place}": W for place, W in enumerate(fitted.W)} | {f"b{place}": b for place, b in enumerate(fitted.b)}
    return {path: script.encode("utf-8"), weights: npz_bytes(arrays)} | dict(row_files(model, path))


def _mlp_of(layers: list[Expression]) -> _Mlp:
    """Return the MLP that the layers are, one after the other."""
    Ws: Matrices = []
    bs: Matrices = []
    between: list[str] = []
    """The operation behind each W, "identity" where there is none yet."""
    for number, layer in enumerate(layers, start=1):
        for each in _chain(layer, number):
            if each.operation == "affine":
                Ws.append(each.arrays["W"])
                bs.append(each.arrays["b"])
                between.append("identity")
            elif each.operation == "divide" and between and between[-1] == "identity":
                T = each.operands[1].numbers["value"]
                Ws[-1], bs[-1] = Ws[-1] / T, bs[-1] / T
            elif each.operation != "dropout":
                if not between or between[-1] != "identity":
                    raise _Unfit(f"layer {number} computes {each.operation!r}, and no W is just before it")
                between[-1] = each.operation
    if not Ws:
        raise _Unfit("no layer has weights")
    hidden = {_HIDDEN.get(name, "") if name != "identity" else name for name in between[:-1]} or {"identity"}
    if len(hidden) > 1 or "" in hidden:
        raise _Unfit(f"its hidden layers have {', '.join(dict.fromkeys(between[:-1]))}")
    return _Mlp(Ws, bs, hidden.pop(), between[-1])


def _chain(expression: Expression, number: int) -> list[Expression]:
    """Return the operations of a layer in their order; each takes one operand, or one and a number."""
    found: list[Expression] = []
    while expression is not GIVEN:
        first, *others = expression.operands or (GIVEN,)
        if any(each.operation != "number" for each in others):
            raise _Unfit(f"the activation of layer {number} is a formula of its own ({expression.operation!r} in it)")
        found.append(expression)
        expression = first
    return found[::-1]


def _as_classifier(mlp: _Mlp, model: Model) -> tuple[_Mlp, list[str]]:
    """Return the MLP with its outputs in the order of the sorted class names, and those."""
    names = list(model.class_names)
    order = np.argsort(np.array(names))
    W, b = mlp.W[-1], mlp.b[-1]
    if mlp.output == "softmax":
        W, b = W[:, order], b[order]
        if len(names) == 2:  # the softmax of two z is the sigmoid of their difference
            W, b = W[:, 1:] - W[:, :1], b[1:] - b[:1]
    elif mlp.output == "sigmoid" and len(b) == 1:
        sign = 1.0 if order[0] == 0 else -1.0
        W, b = sign * W, sign * b
    else:
        raise _Unfit(f"its output is {mlp.output!r} over {len(b)} units")
    return _Mlp([*mlp.W[:-1], W], [*mlp.b[:-1], b], mlp.hidden, mlp.output), [names[place] for place in order]


def _as_regressor(mlp: _Mlp, model: Model) -> tuple[_Mlp, list[str]]:
    """Return the MLP whose outputs are the target numbers in their own unit."""
    scaling = model.target_scaling
    assert scaling is not None
    if mlp.output != "identity":
        raise _Unfit(f"its output is {mlp.output!r}, and the target are numbers")
    W = mlp.W[-1] / scaling.factor
    b = mlp.b[-1] / scaling.factor + scaling.offset
    return _Mlp([*mlp.W[:-1], W], [*mlp.b[:-1], b], mlp.hidden, mlp.output), []


_SHOW_CLASSES = "rows.show(net.predict_proba(raw)[:, [list(CLASSES).index(name) for name in rows.FACTS['classes']]])"
_SHOW_NUMBERS = "rows.show(net.predict(raw).reshape(len(raw), -1))"

_SCRIPT = '''\
"""{title}, as an {kind} of scikit-learn. Written by Delta Lab.

It needs scikit-learn and the files beside it. From a shell, `python {file} new.csv` prints an answer for each row.
"""

import sys
from pathlib import Path

import {rows} as rows
import numpy as np
from sklearn.neural_network import {kind}
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer
{classes}

def build():
    """Return the trained pipeline; it takes raw rows, dicts from a column's name to its cell."""
    weights = np.load(Path(__file__).with_name({weights!r}))
    net = {kind}(hidden_layer_sizes={hidden!r}, activation={activation!r}, random_state=0)
    net.partial_fit({examples}, {dummy})  # makes all that a fit makes; the weights follow
    net.coefs_ = [weights[f"W{{layer}}"] for layer in range({layers})]
    net.intercepts_ = [weights[f"b{{layer}}"] for layer in range({layers})]
    encode, scale = FunctionTransformer(rows.encode), FunctionTransformer(rows.scale)
    return Pipeline([("encode", encode), ("scale", scale), ("net", net)])


if __name__ == "__main__":
    net, raw = build(), rows.read_csv(sys.argv[1])
    {show}
'''

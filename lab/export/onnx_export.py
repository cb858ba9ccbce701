"""ONNX: the trained network as a graph that onnxruntime and many other programs run (opset 17, IR 8).

It takes encoded rows as float64, scales them, goes through the layers in float32, and gives probabilities with the
number of the best class, or target numbers in their own unit. How raw rows are encoded lies beside it, see `row_files`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lab.core.expression import GIVEN, Expression
from lab.export import onnx_format
from lab.export.onnx_format import DOUBLE, FLOAT, INT64
from lab.export.refusal import UnknownOperation, refusal
from lab.export.row_files import row_files

if TYPE_CHECKING:
    from lab.export.capture import Capture
    from lab.export.export import Files
    from lab.storage.model_file import Model

_ROWS = "rows"
"""The name of the number of rows, which is free."""


def onnx_files(capture: Capture, path: Path) -> Files:
    """Return the .onnx file and what encodes raw rows; StorageError for an operation that is not in OPERATIONS."""
    model = capture.model
    return {path: _Graph(model, path).as_bytes()} | dict(row_files(model, path))


def onnx_notes(capture: Capture) -> tuple[str, ...]:
    """Return what is told of the export: that a float64 network is rounded."""
    if capture.model.network.dtype == np.float32:
        return ()
    return ("The ONNX file holds the float64 network rounded to float32, so its answers differ from about 1e-7 on.",)


class _Graph:
    """Collects the nodes and tensors of one model."""

    def __init__(self, model: Model, path: Path) -> None:
        self._model, self._path = model, path
        self._nodes: list[bytes] = []
        self._tensors: list[bytes] = []
        self._names: dict[Expression, str] = {}
        self._made = 0

    def as_bytes(self) -> bytes:
        """Return the whole file."""
        model = self._model
        rows = onnx_format.port("x", DOUBLE, (_ROWS, len(model.feature_names)))
        moved = self.node("Sub", ["x", self.tensor(model.scaling.offset)])
        scaled = self.node("Cast", [self.node("Mul", [moved, self.tensor(model.scaling.factor)])], {"to": FLOAT})
        for number, layer in enumerate(model.network.layers, start=1):
            self._names = {GIVEN: scaled}
            try:
                scaled = self.render(layer.expression(GIVEN))
            except UnknownOperation as error:
                raise refusal(self._path, number, layer, error) from error
        outputs = self._numbers(scaled) if model.target_scaling is not None else self._classes(scaled)
        about = f"{model.experiment.name}: takes encoded rows x as float64, not scaled"
        return onnx_format.model(self._nodes, self._tensors, [rows], outputs, self._texts(), about)

    def _classes(self, a: str) -> list[bytes]:
        """Name the outputs: a probability for each class, and the number of the best."""
        if self._model.network.outputs == 1:
            other = self.node("Sub", [self.tensor(np.ones(1, np.float32)), a])
            probabilities = self.node("Concat", [other, a], {"axis": 1}, "probabilities")
        else:
            probabilities = self.node("Identity", [a], {}, "probabilities")
        self.node("ArgMax", [probabilities], {"axis": 1, "keepdims": 0}, "class")
        classes = len(self._model.class_names)
        return [
            onnx_format.port("probabilities", FLOAT, (_ROWS, classes)),
            onnx_format.port("class", INT64, (_ROWS,)),
        ]

    def _numbers(self, a: str) -> list[bytes]:
        """Name the output: the target numbers, in their own unit."""
        scaling = self._model.target_scaling
        assert scaling is not None
        wide = self.node("Cast", [a], {"to": DOUBLE})
        spread = self.node("Div", [wide, self.tensor(scaling.factor)])
        self.node("Add", [spread, self.tensor(scaling.offset)], {}, "numbers")
        return [onnx_format.port("numbers", DOUBLE, (_ROWS, self._model.network.outputs))]

    def _texts(self) -> Mapping[str, str]:
        model = self._model
        lists = {"classes": model.class_names, "targets": model.target_names, "inputs": model.feature_names}
        texts = {name: json.dumps(names, ensure_ascii=False) for name, names in lists.items()}
        return {"made_by": "Delta Lab", "experiment": model.experiment.name, **texts}

    def render(self, expression: Expression) -> str:
        """Return the name of the array that an expression comes to; raises UnknownOperation."""
        if expression not in self._names:
            if expression.operation not in OPERATIONS:
                raise UnknownOperation(expression.operation)
            self._names[expression] = OPERATIONS[expression.operation](self, expression)
        return self._names[expression]

    def node(
        self, operator: str, inputs: list[str], attributes: Mapping[str, Any] | None = None, name: str = ""
    ) -> str:
        """Add a node and return the name of what it computes."""
        output = name or self._new_name(operator)
        self._nodes.append(onnx_format.node(operator, inputs, output, attributes or {}))
        return output

    def tensor(self, array: NDArray[Any]) -> str:
        """Add an array and return its name."""
        name = self._new_name("array")
        self._tensors.append(onnx_format.tensor(name, array))
        return name

    def _new_name(self, kind: str) -> str:
        self._made += 1
        return f"{kind.lower()}_{self._made}"


Render = Callable[[_Graph, Expression], str]


def _float32(array: NDArray[Any]) -> NDArray[np.float32]:
    return np.asarray(array, np.float32)


def _node(operator: str, *arrays: str, **attributes: Any) -> Render:
    """Return what writes an expression as one node of its operands, then these of its arrays.

    An attribute whose value is a text is the expression's number of that name.
    """

    def render(graph: _Graph, of: Expression) -> str:
        inputs = [graph.render(each) for each in of.operands]
        inputs += [graph.tensor(_float32(of.arrays[name])) for name in arrays]
        own = {name: of.numbers[value] if isinstance(value, str) else value for name, value in attributes.items()}
        return graph.node(operator, inputs, own)

    return render


def _with_limit(operator: str) -> Render:
    """Return what writes the larger or smaller of an operand and a number."""

    def render(graph: _Graph, of: Expression) -> str:
        limit = graph.tensor(np.array(of.numbers["limit"], np.float32))
        return graph.node(operator, [graph.render(of.operands[0]), limit])

    return render


OPERATIONS: dict[str, Render] = {
    "number": lambda graph, of: graph.tensor(np.array(of.numbers["value"], np.float32)),
    "add": _node("Add"),
    "subtract": _node("Sub"),
    "multiply": _node("Mul"),
    "divide": _node("Div"),
    "maximum": _node("Max"),
    "exp": _node("Exp"),
    "log": _node("Log"),
    "sqrt": _node("Sqrt"),
    "tanh": _node("Tanh"),
    "absolute": _node("Abs"),
    "relu": _node("Relu"),
    "sigmoid": _node("Sigmoid"),
    "softplus": _node("Softplus"),
    "softmax": _node("Softmax", axis=1),
    "at_least": _with_limit("Max"),
    "at_most": _with_limit("Min"),
    "affine": _node("Gemm", "W", "b", transB=0),
    "prelu": _node("PRelu", "alpha"),
    "batch_norm": _node(
        "BatchNormalization", "gamma", "beta", "running_mean", "running_variance", epsilon="epsilon"
    ),
    "layer_norm": _node("LayerNormalization", "gamma", "beta", axis=1, epsilon="epsilon"),
    "dropout": lambda graph, of: graph.render(of.operands[0]),
}  # fmt: skip
"""Name of an operation (see `lab.core.expression`) to what writes it as nodes."""

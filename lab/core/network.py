"""The network: layers in a row over one flat vector of parameters, and the step forward and back through them."""

from collections.abc import Sequence
from math import isfinite, prod

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from lab.core.checks import as_batch, as_targets, first_bad_cell
from lab.core.layer import BATCH_SIZES_KEPT, Layer
from lab.core.layers import Dense
from lab.core.losses import REDUCTIONS
from lab.core.output_rule import output_rule
from lab.core.streams import streams
from lab.core.types import Array, Labels

EVALUATION_ROWS = 512
"""How many examples `predict` sends through at once: enough for the matrix products, little enough to keep."""


class Network:
    """A stack of layers on `inputs` numbers with a loss, all parameters in ONE vector.

    `parameters`, `gradients` and `updates` are flat vectors of the same length; `layer.W`, `layer.db`,
    `layer.update_W`, … are views into them. Raises ValueError, naming the argument, for an impossible stack.
    """

    def __init__(
        self,
        inputs: int,
        layers: Sequence[Layer],
        loss: str = "cross_entropy",
        reduction: str = "mean",
        seed: int = 0,
        dtype: DTypeLike = "float32",
    ) -> None:
        if isinstance(inputs, bool) or not isinstance(inputs, int | np.integer) or inputs < 1:
            raise ValueError(f"inputs: {inputs!r} is not a whole number from 1")
        if not layers or not isinstance(layers[-1], Dense):
            raise ValueError("layers: the last one must be a Dense layer, whose activation pairs with the loss")
        if reduction not in REDUCTIONS:
            raise ValueError(f"reduction: {reduction!r} is not one of {', '.join(REDUCTIONS)}")
        self.dtype: np.dtype = np.dtype(dtype)
        if self.dtype not in (np.dtype("float32"), np.dtype("float64")):
            raise ValueError(f"dtype: {self.dtype.name} is not float32 or float64")
        self.inputs = int(inputs)
        self.layers = list(layers)
        self.reduction = reduction
        self._last: Dense = layers[-1]
        self.rule = output_rule(loss, self._last.activation, self._last.units)
        self._build(seed)
        self._m = 0
        self._x: Array | None = None
        self._eye = np.eye(self.outputs, dtype=self.dtype)
        self._batch_buffers: dict[int, _OutputBuffers] = {}

    def _build(self, seed: int) -> None:
        """Lay all parameters into the flat vectors, hand the layers their views and draw the first weights."""
        width = self.inputs
        for layer in self.layers:
            layer.build(width, self.dtype)
            width = layer.outputs
        self.outputs = width
        shapes = [layer.parameter_shapes(layer.inputs) for layer in self.layers]
        size = sum(prod(shape) for each in shapes for shape in each.values())
        self.parameters: Array = np.zeros(size, self.dtype)
        self.gradients: Array = np.zeros(size, self.dtype)
        self.updates: Array = np.zeros(size, self.dtype)
        self.slices: list[dict[str, slice]] = []
        rng = streams(seed).weights
        begin = 0
        for layer, each in zip(self.layers, shapes, strict=True):
            places: dict[str, slice] = {}
            for name, shape in each.items():
                places[name] = slice(begin, begin + prod(shape))
                begin += prod(shape)
            self.slices.append(places)
            layer.bind(self._views(places, each))
            for name, value in layer.initial(layer.inputs, rng).items():
                getattr(layer, name)[...] = value

    def _views(self, places: dict[str, slice], shapes: dict[str, tuple[int, ...]]) -> dict[str, Array]:
        views: dict[str, Array] = {}
        for name, place in places.items():
            views[name] = self.parameters[place].reshape(shapes[name])
            views[f"d{name}"] = self.gradients[place].reshape(shapes[name])
            views[f"update_{name}"] = self.updates[place].reshape(shapes[name])
        return views

    @property
    def loss(self) -> str:
        """The name of the loss."""
        return self.rule.loss.name

    def forward(self, x: ArrayLike, training: bool = True) -> Array:
        """Send a batch x, (m, n), through all layers and return a^L, (m, c).

        The array returned, and those that the layers keep, are overwritten by the next call; x itself is kept
        by reference until then. Raises ValueError where x has another shape, is no number or not finite.
        """
        a = as_batch("x", x, self.inputs, self.dtype)
        if len(a) != self._m:
            self._use_batch(len(a))
        self._x = a
        for layer in self.layers:
            a = layer.forward(a, training)
        return a

    def _use_batch(self, m: int) -> None:
        for layer in self.layers:
            layer.use_batch(m)
        at = self._batch_buffers.pop(m, None) or _OutputBuffers(m, self.outputs, self.dtype, self.reduction)
        if len(self._batch_buffers) >= BATCH_SIZES_KEPT:
            del self._batch_buffers[next(iter(self._batch_buffers))]
        self._batch_buffers[m] = at
        self._m = m

    def backward(self, y: Labels | ArrayLike) -> float:
        """Compute delta and the gradients of every layer for the last batch, and return its loss.

        y: (m,) class numbers, or targets (m, c). The loss is the mean or the sum over the m examples, by the
        network's reduction. Raises ValueError where y does not fit the batch, and RuntimeError before `forward`.
        """
        if self._x is None or self._last._now is None:
            raise RuntimeError("backward: no batch has gone forward yet")
        now = self._last._now
        at = self._batch_buffers[self._m]
        targets = as_targets(y, self._eye, self._m, at.one_hot)
        self.rule.terms(now, targets, at.terms, at.error)
        loss = float(at.terms_flat.dot(at.ones)) * float(at.reduction)
        self.rule.delta(now, targets, at.error)
        error = self._last.backward_from_delta(at.reduction, len(self.layers) > 1)
        for index in range(len(self.layers) - 2, -1, -1):
            assert error is not None
            error = self.layers[index].backward(error, at.reduction, index > 0)
        return loss

    @property
    def y(self) -> Array:
        """The one-hot targets of the last batch given as class numbers, (m, c)."""
        if self._x is None:
            raise AttributeError("y: the network has seen no batch yet")
        return self._batch_buffers[self._m].one_hot

    @property
    def x(self) -> Array:
        """The last batch that went forward, (m, n)."""
        if self._x is None:
            raise AttributeError("x: the network has seen no batch yet")
        return self._x

    def predict(self, x: ArrayLike) -> Array:
        """Return a^L for any number of rows, (m, c), a new array; touches nothing that `forward` left."""
        rows = as_batch("x", x, self.inputs, self.dtype)
        out = np.empty((len(rows), self.outputs), self.dtype)
        for begin in range(0, len(rows), EVALUATION_ROWS):
            out[begin : begin + EVALUATION_ROWS] = self._infer(rows[begin : begin + EVALUATION_ROWS])
        return out

    def evaluate(self, x: ArrayLike, y: Labels | ArrayLike) -> tuple[float, Array]:
        """Return the loss summed over the rows of x, (m, n), and their a^L, (m, c), as a trained network has it.

        Goes through buffers of its own like `predict`; the outputs are a view that the next call overwrites
        where m is at most EVALUATION_ROWS.
        """
        rows = as_batch("x", x, self.inputs, self.dtype)
        a = self._infer(rows)
        now = self._last._inference
        assert now is not None
        targets = as_targets(y, self._eye, len(rows), np.empty_like(a))
        terms = np.empty_like(a)
        self.rule.terms(now, targets, terms, np.empty_like(a))
        return float(np.add.reduce(terms, axis=None, dtype=np.float64)), a

    def _infer(self, a: Array) -> Array:
        for layer in self.layers:
            a = layer.infer(a)
        return a

    def first_layer_not_finite(self) -> int | None:
        """Return the number (from 1) of the first layer whose z is not finite, or None."""
        for number, layer in enumerate(self.layers, start=1):
            if first_bad_cell(layer.z) is not None:
                return number
        return None

    def is_finite(self) -> bool:
        """Tell whether every parameter is a finite number."""
        return isfinite(float(np.add.reduce(self.parameters))) or first_bad_cell(self.parameters) is None


class _OutputBuffers:
    """What the loss needs for batches of m examples: targets, terms, an error, and the 1/m."""

    def __init__(self, m: int, outputs: int, dtype: np.dtype, reduction: str) -> None:
        self.one_hot: Array = np.zeros((m, outputs), dtype)
        self.terms: Array = np.zeros((m, outputs), dtype)
        self.terms_flat = self.terms.ravel()
        self.ones: Array = np.ones(m * outputs, dtype)
        self.error: Array = np.zeros((m, outputs), dtype)
        self.reduction: Array = np.array(1.0 / m if reduction == "mean" else 1.0, dtype)

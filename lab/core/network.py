"""The network: layers in a row over one flat vector of parameters, and the step forward and back through them."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from lab.core.checks import as_batch, as_targets, check_arrays, first_bad_cell, float_type, whole_number
from lab.core.flat import FlatVectors
from lab.core.layer_kinds.layer import BATCH_SIZES_KEPT, Layer
from lab.core.layer_kinds.output_layer import OutputLayer
from lab.core.losses import REDUCTIONS
from lab.core.output_rule import output_rule
from lab.core.streams import streams
from lab.core.targets import TargetRule
from lab.core.types import Array, Labels, Mask

EVALUATION_ROWS = 512
"""How many examples `predict` sends through at once: enough for the matrix products, little enough to keep."""


class Network:
    """A stack of layers on `inputs` numbers with a loss, all parameters in ONE vector.

    `parameters`, `gradients` and `updates` are flat vectors of the same length, `buffers` one of what is no
    parameter but belongs to the state; `layer.W`, `layer.db`, `layer.update_W`, … are views into them. `frozen`
    says which parameters stay as they are, None where all of them learn.
    label_smoothing is for cross-entropy; class_weights, (c,), multiply the loss of every example by the weight of
    its class. drawn: whether the first weights are drawn, which takes long in a large network; else all are 0, for
    whoever fills them in. Raises ValueError, naming the argument, for an impossible stack.
    """

    def __init__(  # noqa: PLR0913
        self,
        inputs: int,
        layers: Sequence[Layer[Any]],
        loss: str = "cross_entropy",
        reduction: str = "mean",
        seed: int = 0,
        dtype: DTypeLike = "float32",
        *,
        label_smoothing: float = 0.0,
        class_weights: ArrayLike | None = None,
        drawn: bool = True,
    ) -> None:
        self.inputs = whole_number("inputs", inputs)
        if not all(isinstance(layer, Layer) for layer in layers):
            raise ValueError("layers: every one must be a layer, such as Dense(32, 'relu')")
        if len({id(layer) for layer in layers}) != len(layers) or any(layer.inputs for layer in layers):
            raise ValueError("layers: one of them belongs to a network already, or stands here twice: make a new one")
        if not layers or not isinstance(layers[-1], OutputLayer):
            raise ValueError("layers: the last one must be Dense or Activation, whose activation pairs with the loss")
        if reduction not in REDUCTIONS:
            raise ValueError(f"reduction: {reduction!r} is not one of {', '.join(REDUCTIONS)}")
        self.dtype = float_type(dtype)
        self.layers = list(layers)
        self.reduction = reduction
        self.seed = seed
        self._last: OutputLayer[Any] = layers[-1]
        outputs = self.inputs
        for layer in layers:
            outputs = layer.output_size(outputs)
        self.outputs = outputs
        self.rule = output_rule(loss, self._last.activation, self.outputs)
        self.targets = TargetRule(self.rule, self.outputs, self.dtype, label_smoothing, class_weights)
        random = streams(seed)
        self.dropout_stream = random.dropout
        self._flat = FlatVectors(self.inputs, self.layers, self.dtype, random.dropout)
        if drawn:
            self._flat.draw(random.weights)
        self.parameters, self.gradients = self._flat.parameters, self._flat.gradients
        self.updates, self.penalties = self._flat.updates, self._flat.penalties
        self.buffers, self.slices, self.penalised = self._flat.buffers, self._flat.slices, self._flat.penalised
        self.fixed = self._fixed()
        """Which parameters never learn, (size,), by the settings of their layers; None where there are none."""
        self.buffer_slices = self._flat.buffer_slices
        self.frozen: Mask | None = None
        self.freeze(None)
        self._m = 0
        self._x: Array | None = None
        self._batch_buffers: dict[int, _OutputBuffers] = {}

    @property
    def loss(self) -> str:
        """The name of the loss."""
        return self.rule.loss.name

    def _fixed(self) -> Mask | None:
        mask = np.zeros(self.parameters.shape, bool)
        for layer, spans in zip(self.layers, self.slices, strict=True):
            for name in layer.fixed:
                mask[spans[name]] = True
        return mask if mask.any() else None

    def freeze(self, frozen: Mask | None) -> None:
        """Let no optimizer change the parameters where `frozen`, (size,), is true; None: let all of them learn.

        Those that are `fixed` stay frozen whatever is asked for. A frozen parameter has no update, neither from its
        gradient nor from a penalty or decay, what an optimizer remembers of it stands still, and it does not count in
        the length that clipping by norm measures. Its gradient is still computed and shown. Raises ValueError for
        another shape or dtype.
        """
        if frozen is not None and (frozen.shape != self.parameters.shape or frozen.dtype != np.bool_):
            size = self.parameters.size
            raise ValueError(f"frozen: {frozen.shape} of {frozen.dtype} found, ({size},) of bool expected")
        wanted = [mask for mask in (frozen, self.fixed) if mask is not None and mask.any()]
        self.frozen = np.logical_or.reduce(wanted) if wanted else None

    def aim(self, loss: str, reduction: str, label_smoothing: float, class_weights: ArrayLike | None) -> None:
        """Learn by another loss from the next `backward` on; every parameter stays as it is.

        Raises ValueError, naming the argument, where the output cannot have that loss; nothing has changed then.
        """
        if reduction not in REDUCTIONS:
            raise ValueError(f"reduction: {reduction!r} is not one of {', '.join(REDUCTIONS)}")
        rule = output_rule(loss, self._last.activation, self.outputs)
        self.targets = TargetRule(rule, self.outputs, self.dtype, label_smoothing, class_weights)
        self.rule, self.reduction = rule, reduction
        self._batch_buffers.clear()
        if self._m:
            self._batch_buffers[self._m] = _OutputBuffers(self._m, self.outputs, self.dtype, reduction)

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
        loss = self.measure(y)
        now, at = self._last.training_pass, self._batch_buffers[self._m]
        self.rule.delta(now, at.targets, at.error)
        if self.targets.class_weights is not None:
            np.multiply(now.delta, at.weights, out=now.delta)
        error = self._last.backward_from_delta(at.reduction, len(self.layers) > 1)
        for index in range(len(self.layers) - 2, -1, -1):
            assert error is not None
            error = self.layers[index].backward(error, at.reduction, index > 0)
        return loss

    def measure(self, y: Labels | ArrayLike) -> float:
        """Return the loss of the last batch as `backward` does, without the way back; raises as that does."""
        if self._x is None:
            raise RuntimeError("backward: no batch has gone forward yet")
        at = self._batch_buffers[self._m]
        if not as_targets(y, self.targets.eye, self._m, at.targets):
            self.targets.check(at.targets)
        weights = self.targets.prepare(at.targets, at.weights)
        self.rule.terms(self._last.training_pass, at.targets, at.terms, at.error)
        if weights is not None:
            np.multiply(at.terms, weights, out=at.terms)
        return float(at.terms_flat.dot(at.ones)) * at.factor

    @property
    def x(self) -> Array:
        """The last batch that went forward, (m, n)."""
        if self._x is None:
            raise AttributeError("x: the network has seen no batch yet")
        return self._x

    @property
    def y(self) -> Array:
        """The targets of the last batch, (m, c), one-hot where class numbers were given."""
        if self._x is None:
            raise AttributeError("y: the network has seen no batch yet")
        return self._batch_buffers[self._m].targets

    @property
    def terms(self) -> Array:
        """The terms of the last batch's loss, one for each example and output, (m, c)."""
        if self._x is None:
            raise AttributeError("terms: the network has seen no batch yet")
        return self._batch_buffers[self._m].terms

    def predict(self, x: ArrayLike) -> Array:
        """Return a^L for any number of rows, (m, c), a new array; touches nothing that `forward` left."""
        rows = as_batch("x", x, self.inputs, self.dtype)
        out = np.empty((len(rows), self.outputs), self.dtype)
        for begin in range(0, len(rows), EVALUATION_ROWS):
            out[begin : begin + EVALUATION_ROWS] = self._infer(rows[begin : begin + EVALUATION_ROWS])
        return out

    def evaluate(self, x: ArrayLike, y: Labels | ArrayLike) -> tuple[float, Array]:
        """Return the loss summed over the rows of x, (m, n), and their a^L, (m, c), as a trained network has it.

        Goes through buffers of its own like `predict`, all rows at once; the outputs are overwritten by the next
        call.
        """
        terms, a = self.terms_of(x, y)
        return float(np.add.reduce(terms, axis=None, dtype=np.float64)), a

    def settle(self, x: ArrayLike) -> None:
        """Let the running statistics of normalisations be those of the rows of x, (m, n), with the weights as they are.

        Each layer has its own from what the layers before it, settled already, make of x.
        """
        a = as_batch("x", x, self.inputs, self.dtype)
        for layer in self.layers:
            layer.settle(a)
            a = layer.infer(a)

    def terms_of(self, x: ArrayLike, y: Labels | ArrayLike) -> tuple[Array, Array]:
        """Return the terms of the loss, (m, c), whose sum `evaluate` returns, and a^L, (m, c)."""
        rows = as_batch("x", x, self.inputs, self.dtype)
        a = self._infer(rows)
        targets, terms = np.empty_like(a), np.empty_like(a)
        if not as_targets(y, self.targets.eye, len(rows), targets):
            self.targets.check(targets)
        weights = self.targets.prepare(targets, np.empty((len(rows), 1), self.dtype))
        self.rule.terms(self._last.inference_pass, targets, terms, np.empty_like(a))
        if weights is not None:
            np.multiply(terms, weights, out=terms)
        return terms, a

    def _infer(self, a: Array) -> Array:
        for layer in self.layers:
            a = layer.infer(a)
        return a

    def first_layer_not_finite(self) -> int | None:
        """Return the number (from 1) of the first layer whose a of the last batch is not finite, or None."""
        for number, layer in enumerate(self.layers, start=1):
            if first_bad_cell(layer.a) is not None:
                return number
        return None

    def is_finite(self) -> bool:
        """Return whether every parameter is a finite number."""
        return isfinite(float(np.add.reduce(self.parameters))) or first_bad_cell(self.parameters) is None

    def state_dict(self) -> dict[str, Any]:
        """Return what a later run needs to go on: the seed, copies of both vectors, and the stream of the dropout."""
        dropout = self.dropout_stream.bit_generator.state
        vectors = {"parameters": self.parameters.copy(), "buffers": self.buffers.copy()}
        return {"seed": self.seed, "dropout": dropout, **vectors}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over what `state_dict` returned; ValueError where a vector has another shape or dtype."""
        vectors = {"parameters": self.parameters, "buffers": self.buffers}
        given = {name: state[name] for name in vectors}
        check_arrays(given, {name: (own.shape, own.dtype) for name, own in vectors.items()})
        for name, own in vectors.items():
            np.copyto(own, given[name])
        self.dropout_stream.bit_generator.state = state["dropout"]
        self.seed = state["seed"]


class _OutputBuffers:
    """What the loss needs for batches of m examples: targets, terms, weights, an error, and the 1/m."""

    def __init__(self, m: int, outputs: int, dtype: np.dtype[Any], reduction: str) -> None:
        self.targets: Array = np.zeros((m, outputs), dtype)
        self.terms: Array = np.zeros((m, outputs), dtype)
        self.terms_flat = self.terms.ravel()
        self.ones: Array = np.ones(m * outputs, dtype)
        self.weights: Array = np.zeros((m, 1), dtype)
        self.error: Array = np.zeros((m, outputs), dtype)
        self.factor = 1.0 / m if reduction == "mean" else 1.0
        self.reduction: Array = np.array(self.factor, dtype)

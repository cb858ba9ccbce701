"""What every layer is: parameters that live in the network's flat vectors, and arrays of its own for one batch.

A layer is made by its user without knowing its inputs; the network builds it, hands it views of its slice of
the flat vectors, and from then on only calls `forward`, `infer` and `backward`.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from inspect import signature
from typing import Any, ClassVar, Generic, Self, TypeVar

import numpy as np
from numpy.typing import DTypeLike

from lab.core.exactness import Exactness
from lab.core.explain.cell import Cell
from lab.core.explain.equation import Equation, EquationFrame, HandedDown
from lab.core.explain.error import FROM_ABOVE
from lab.core.explain.explanation import Factor, Sum
from lab.core.expression import Expression
from lab.core.layer_kinds.axes import Axes, shape_of
from lab.core.layer_kinds.batch_pass import Pass
from lab.core.layer_kinds.beginning import Arriving, Beginning
from lab.core.plain_code import LayerCode, LayerFrame, NoPlainCode
from lab.core.types import Array, Floats

BATCH_SIZES_KEPT = 4
"""For how many batch sizes the arrays are kept: an epoch alternates between two, its own and the last one's."""

P = TypeVar("P", bound=Pass)


class Layer(ABC, Generic[P]):
    """One step from a^{l-1} to a^l and the way back; what a kind adds are its parameters and its equations.

    The abstract methods, and the texts and names without a value here, are what a kind must say of itself: LAYERS
    refuses a kind that leaves one out.
    """

    kind: ClassVar[str] = ""
    title: ClassVar[str]
    formula: ClassVar[str]
    help: ClassVar[str]
    arrays: ClassVar[tuple[str, ...]] = ("a", "delta")
    """The arrays of one batch that this kind keeps, beside its parameters."""
    parameters: ClassVar[Mapping[str, Axes]] = {}
    """Name of a parameter to what its axes count, in the order in which they lie in the flat vector."""
    buffers: ClassVar[Mapping[str, Axes]] = {}
    """The same for everything that is no parameter but belongs to the trained state."""
    penalised: ClassVar[tuple[str, ...]] = ()
    """The parameters that a penalty or weight decay may pull to zero."""
    draws: ClassVar[bool]
    """Whether a pass in training draws random numbers, from `self.rng`."""

    def __init__(self) -> None:
        self.inputs = 0
        self.outputs = 0
        self.dtype: np.dtype[Any] = np.dtype("float32")
        self._passes: dict[int, P] = {}
        self._inference: P | None = None
        self._now: P | None = None

    # its numbers

    def output_size(self, inputs: int) -> int:
        """Return the number of outputs for that many inputs."""
        return inputs

    def initial(self, inputs: int, rng: np.random.Generator) -> dict[str, Array]:
        """Return the first value of every parameter and buffer, in float64."""
        return {}

    @property
    def fixed(self) -> tuple[str, ...]:
        """The parameters that never learn, by the layer's own settings."""
        return ()

    @abstractmethod
    def forward(self, x: Array, training: bool) -> Array:
        """Take a^{l-1}, (m, inputs), and return a^l, (m, outputs), keeping what `backward` needs."""

    @abstractmethod
    def infer(self, x: Array) -> Array:
        """Return a^l as a trained network computes it, in buffers that `forward` does not use."""

    @abstractmethod
    def expression(self, x: Expression) -> Expression:
        """Return what `infer` computes of x as data, with the arrays that the layer has now."""

    @abstractmethod
    def backward(self, error: Array, reduction: Array, wants_error: bool) -> Array | None:
        """Take the error of the output, keep delta and the gradients, return the error of the input.

        error is the derivative of the summed loss by a, (m, outputs). reduction is the 1/m or 1 of the
        gradients, as an array without axes. Where `wants_error` is false nothing reads the return value.
        """

    def settle(self, x: Array) -> None:  # most layers keep nothing
        """Let what the layer keeps of the batches it has seen be that of x, (m, inputs), alone."""

    @abstractmethod
    def _new_pass(self, m: int, learns: bool) -> P:
        """Return the arrays of a pass of m examples."""

    # its explanations

    @abstractmethod
    def explain_array(self, name: str, at: Cell) -> Sum:
        """Return what sums to a cell of one of the shown arrays but delta."""

    def explain_delta(self, at: Cell) -> Sum:
        """Return what sums to a cell of delta in a hidden layer: the error of a itself where there is no σ."""
        return FROM_ABOVE.cell(at)

    @abstractmethod
    def explain_error(self, at: Cell) -> Sum:
        """Return the derivative of the summed loss by the layer's input, for the input `at.unit`."""

    def error_row(self, at: Cell) -> tuple[Floats, Floats]:
        """Return those derivatives for all inputs of the example, (inputs,), and what rounding is measured by."""
        sums = [self.explain_error(at.at(at.row, unit)) for unit in range(at.here.x.shape[1])]
        return np.array([each.value for each in sums]), np.array([each.size for each in sums])

    def gradient_factors(self, name: str, index: tuple[int, ...], at: Cell) -> tuple[Factor, ...]:
        """Return the factors whose product the example of `at` adds to the gradient of parameter `name` at `index`."""
        raise NotImplementedError

    def explain_buffer(self, name: str, at: Cell, before: float) -> Sum:
        """Return what sums to a cell of a buffer that was `before` before the step."""
        raise NotImplementedError

    @abstractmethod
    def equations(self, frame: EquationFrame) -> list[Equation]:
        """Return the equations of the layer in the order of the step."""

    def example_gradient(self, name: str, at: Cell) -> Array:
        """Return what the example of `at` adds to the gradient of parameter `name`, shaped like it."""
        raise NotImplementedError

    def outer_factors(self, name: str, at: Cell) -> tuple[Array, Array] | None:
        """Return the two vectors whose outer product `example_gradient` is; None where it is no such product."""
        return None

    def hands_down(self, frame: EquationFrame) -> HandedDown | None:
        """Return the error of the input as a product of matrices, None where it is no product."""
        return None

    def plain_code(self, frame: LayerFrame) -> LayerCode:
        """Return the layer's lines in a script of plain NumPy; NoPlainCode where its kind does not say."""
        raise NoPlainCode(f"a {self.kind} layer is not written as plain NumPy")

    # what is told of it, and what it becomes when layers change

    @abstractmethod
    def diagnose(self) -> dict[str, float]:
        """Return the fields of LayerDiagnostics that this kind adds to those of a and delta."""

    @abstractmethod
    def output_never_negative(self, non_negative: bool) -> bool:
        """Return whether a cannot be negative; non_negative: the inputs are known not to be."""

    @abstractmethod
    def identity_exactness(self, non_negative: bool) -> Exactness:
        """Return whether the layer, built and with the parameters that it has, passes its inputs on unchanged."""

    @abstractmethod
    def width_exactness(self, even: bool) -> Exactness:
        """Return what becomes of the function when the units that pass here are copied or taken away.

        even: every unit stays and is there equally often. An output layer's own units are meant too.
        """

    @abstractmethod
    def begin_as_identity(self, arriving: Arriving) -> Beginning:
        """Return the values with which a new layer passes on what arrives as well as it can."""

    def kink_margins(self) -> list[Array]:
        """Return how far the numbers of the last batch lie from each place where a slope of this kind jumps."""
        return []

    def held(self) -> "Layer[Any]":
        """Return a copy, not built, whose passes in training repeat the draw of the last one; for kinds that draw."""
        return self.copy()

    # what the network does with it

    def parameter_shapes(self, inputs: int) -> dict[str, tuple[int, ...]]:
        """Return the shape of every parameter, in the order in which they lie in the flat vector."""
        return {name: shape_of(axes, inputs, self.output_size(inputs)) for name, axes in self.parameters.items()}

    def buffer_shapes(self, inputs: int) -> dict[str, tuple[int, ...]]:
        """Return the shape of everything that is no parameter but belongs to the trained state."""
        return {name: shape_of(axes, inputs, self.output_size(inputs)) for name, axes in self.buffers.items()}

    def build(self, inputs: int, dtype: DTypeLike, rng: np.random.Generator) -> None:
        """Fix inputs, dtype and the stream of randomness for training."""
        self.inputs = inputs
        self.outputs = self.output_size(inputs)
        self.dtype = np.dtype(dtype)
        self.rng = rng

    def bind(self, views: Mapping[str, Array]) -> None:
        """Take views into the network's flat vectors as attributes: W, dW, update_W, …"""
        for name, view in views.items():
            setattr(self, name, view)

    def use_batch(self, m: int) -> None:
        """Make the arrays for batches of m examples the current ones, and keep those of the last few sizes."""
        now = self._passes.pop(m, None)
        if now is None:
            if len(self._passes) >= BATCH_SIZES_KEPT:
                del self._passes[next(iter(self._passes))]
            now = self._new_pass(m, learns=True)
        self._passes[m] = now
        self._now = now

    def _inference_pass(self, m: int) -> P:
        if self._inference is None or len(self._inference.a) != m:
            self._inference = self._new_pass(m, learns=False)
        return self._inference

    def settings(self) -> dict[str, Any]:
        """Return the arguments that make a layer like this one: every kind keeps them as attributes of those names."""
        return {name: getattr(self, name) for name in signature(type(self)).parameters}

    def copy(self, **changes: Any) -> Self:
        """Return a new layer of the same settings but for `changes`, which belongs to no network yet."""
        return type(self)(**self.settings() | changes)

    # what the inspector reads

    def shown_arrays(self) -> tuple[str, ...]:
        """Return the arrays of one batch that can be looked at."""
        return self.arrays

    def _array(self, name: str) -> Array:
        if name not in self.arrays:
            raise AttributeError(f"a {self.kind} layer has no {name}")
        array: Array = getattr(self._pass_now(name), name)
        return array

    def _pass_now(self, name: str) -> P:
        if self._now is None:
            raise AttributeError(f"{name}: this layer has seen no batch yet")
        return self._now

    @property
    def z(self) -> Array:
        """The weighted input z^l of the last batch, (m, outputs)."""
        return self._array("z")

    @property
    def a(self) -> Array:
        """The activation a^l of the last batch, (m, outputs)."""
        return self._array("a")

    @property
    def delta(self) -> Array:
        """The derivative of the summed loss by z^l (by a^l where a kind has no z), (m, outputs), never over m."""
        return self._array("delta")

    @property
    def error_of_input(self) -> Array:
        """The derivative of the summed loss by the layer's input, (m, inputs); the first layer has not computed it."""
        return self._pass_now("error_of_input").error

    @property
    def mask(self) -> Array:
        """What a dropout multiplied by: 0 or 1/(1 - rate), (m, outputs)."""
        return self._array("mask")

    @property
    def x_hat(self) -> Array:
        """The normalised input, mean 0 and variance 1, (m, outputs)."""
        return self._array("x_hat")

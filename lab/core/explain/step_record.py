"""All that one step left, layer by layer, so that any of its cells can be explained from arrays alone.

The protocols say what an explanation asks of a layer, its activation, the rule at the output and the optimizer: each
kind answers for itself, so nothing here knows which kinds there are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from lab.core.explain.explanation import Factor, Sum
from lab.core.types import Array, Floats, Mask

Cell = Any
"""A `lab.core.explain.cell.Cell`, and UpdateCell one of `update`: those files are built on this one."""
UpdateCell = Any


class ExplainedLayer(Protocol):
    """How a layer explains the cells of its arrays; a Cell says which."""

    @property
    def kind(self) -> str: ...

    @property
    def fixed(self) -> tuple[str, ...]:
        """The parameters that never learn."""
        ...

    @property
    def buffers(self) -> Mapping[str, Any]:
        """The arrays that are no parameters but belong to the trained state, by name."""
        ...

    def shown_arrays(self) -> tuple[str, ...]:
        """Return the arrays with a row an example, in the order of the step."""
        ...

    def explain_array(self, name: str, at: Cell) -> Sum:
        """Return what sums to a cell of one of the shown arrays but delta."""
        ...

    def explain_buffer(self, name: str, at: Cell, before: float) -> Sum:
        """Return what sums to a cell of a buffer that was `before` before the step."""
        ...

    def explain_delta(self, at: Cell) -> Sum:
        """Return what sums to a cell of delta where this is not the last layer."""
        ...

    def explain_error(self, at: Cell) -> Sum:
        """Return the derivative of the summed loss by the layer's input, for the input `at.unit`."""
        ...

    def error_row(self, at: Cell) -> tuple[Floats, Floats]:
        """Return those derivatives for all inputs of the example, (inputs,), and what rounding is measured by."""
        ...

    def outer_factors(self, name: str, at: Cell) -> tuple[Array, Array] | None:
        """Return the two vectors whose outer product `example_gradient` is; None where it is no such product."""

    def example_gradient(self, name: str, at: Cell) -> Array:
        """Return what the example of `at` adds to the gradient of parameter `name`, shaped like it."""
        ...

    def gradient_factors(self, name: str, index: tuple[int, ...], at: Cell) -> tuple[Factor, ...]:
        """Return the factors whose product the example of `at` adds to the gradient of parameter `name` at `index`."""
        ...


class ExplainedLoss(Protocol):
    """What an explanation says of the loss."""

    @property
    def formula(self) -> str: ...


class ExplainedRule(Protocol):
    """How the rule at the output explains delta of the last layer and the loss."""

    @property
    def loss(self) -> ExplainedLoss: ...

    @property
    def why(self) -> str: ...

    def explain_delta(self, at: Cell) -> Sum: ...

    def explain_error(self, at: Cell) -> Sum:
        """Return the derivative of the loss by a of the last layer."""
        ...

    def explain_term(self, at: Cell) -> Sum:
        """Return what an output of an example adds to the loss, before the weight of its class."""
        ...


class PenaltyNumbers(Protocol):
    """The two factors of a penalty."""

    @property
    def l1(self) -> float: ...

    @property
    def l2(self) -> float: ...

    def __bool__(self) -> bool: ...


class ClippingNumbers(Protocol):
    """The two limits of a clipping."""

    @property
    def norm(self) -> float | None: ...

    @property
    def value(self) -> float | None: ...


class ExplainedOptimizer(Protocol):
    """What explaining an update asks of the optimizer that took the step."""

    @property
    def kind(self) -> str: ...

    @property
    def settings(self) -> Mapping[str, float]: ...

    @property
    def state(self) -> Mapping[str, Array]: ...

    @property
    def steps(self) -> int: ...

    @property
    def weight_decay(self) -> float: ...

    @property
    def penalty(self) -> PenaltyNumbers: ...

    @property
    def clipping(self) -> ClippingNumbers: ...

    def explain(self, cell: UpdateCell) -> Sum:
        """Return the update of one number of the flat vectors by the optimizer's formula."""
        ...


@dataclass(frozen=True)
class Scaled:
    """A number as the data has it, and what scaled it: (raw − offset) · factor; note: what else there is to say."""

    raw: float
    offset: float
    factor: float
    note: str = ""


class DataOrigin(Protocol):
    """Where the numbers of a batch come from."""

    def input(self, row: int, column: int) -> Scaled | None:
        """Return what a cell of X was made from for an example of the batch, None where that cannot be read."""
        ...

    def target(self, row: int, column: int) -> Scaled | None:
        """Return the cell of y where targets are numbers that were scaled; None for classes."""
        ...

    def class_name(self, row: int) -> str:
        """Return the class of an example of the batch, "" where targets are numbers."""
        ...


@dataclass(frozen=True, eq=False)
class Before:
    """Both flat vectors as the step before used and left them; None where that is not known."""

    parameters: Array | None = None
    buffers: Array | None = None


@dataclass(frozen=True, eq=False)
class LayerStep:
    """What a step left in one layer: its input, (m, inputs), and every array by its name."""

    layer: ExplainedLayer
    x: Array
    arrays: Mapping[str, Array]
    """z, a, delta, … as the kind has them; parameters as the forward pass used them; dW, update_W, penalty_W, …"""
    slices: Mapping[str, slice]
    """Name of a parameter to where it lies in the flat vectors."""
    penalised: tuple[str, ...]
    before: Mapping[str, Array]
    """Parameters as the step before used them and buffers as it left them, where that is known."""


@dataclass(frozen=True, eq=False)
class Step:
    """What a step left: views, not copies, so it holds until the network's next step begins.

    y: (m, c), after label smoothing; weights: (m,), of the examples by their class, or None; frozen: (size,), which
    parameters stay as they are, or None.
    """

    layers: tuple[LayerStep, ...]
    y: Array
    weights: Array | None
    rule: ExplainedRule
    reduction: str
    smoothing: float
    gradients: Array
    penalties: Array
    frozen: Mask | None
    optimizer: ExplainedOptimizer | None
    learning_rate: float
    """The eta of this step, NaN without an optimizer."""
    origin: DataOrigin | None
    """Where X and y come from, where that is known."""

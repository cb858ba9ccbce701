"""Dense: every unit sees every input. z = a W + b, a = sigma(z), and the four equations back."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import DTypeLike

from lab.core.activations import activation as named_activation
from lab.core.checks import whole_number
from lab.core.exactness import Exactness, not_exact
from lab.core.explain.cell import Cell
from lab.core.explain.equation import Equation, EquationFrame, HandedDown
from lab.core.explain.explanation import Factor, Sum, Term
from lab.core.expression import Expression, affine
from lab.core.initializers import INITIALIZERS
from lab.core.layer_kinds import dense_equations
from lab.core.layer_kinds.axes import Axes
from lab.core.layer_kinds.beginning import Arriving, Beginning
from lab.core.layer_kinds.mixing import Mixing
from lab.core.layer_kinds.output_layer import ActivatedPass, OutputLayer
from lab.core.plain_code import LayerCode, LayerFrame
from lab.core.types import Array, Floats


class DensePass(ActivatedPass):
    """A pass with scaled: delta times the 1/m or 1 of the gradients, (m, outputs)."""

    def __init__(self, m: int, inputs: int, outputs: int, dtype: DTypeLike, learns: bool) -> None:
        super().__init__(m, inputs, outputs, dtype, learns)
        if learns:
            self.scaled: Array = np.zeros((m, outputs), dtype)


class Dense(OutputLayer[DensePass], Mixing):
    """A fully connected layer of `units` units with its activation.

    W: (inputs, units); b: (units,); z, a, delta: (m, units). Without an `initializer` W is drawn the way that
    suits the activation; `scale` is that initializer's number where it takes one; every b starts at `bias` and,
    without `trainable_bias`, stays there. Raises ValueError for units below 1, unknown names and numbers that are
    not finite.
    """

    kind: ClassVar[str] = "dense"
    title: ClassVar[str] = "Dense"
    formula: ClassVar[str] = "z = a W + b,  a = σ(z)"
    help: ClassVar[str] = "Every unit sees every input: the layer of the book."
    parameters: ClassVar[Mapping[str, Axes]] = {"W": ("inputs", "units"), "b": ("units",)}
    penalised: ClassVar[tuple[str, ...]] = ("W",)
    W: Array
    b: Array
    dW: Array
    db: Array
    update_W: Array
    update_b: Array
    penalty_W: Array

    def __init__(
        self,
        units: int,
        activation: str = "linear",
        *,
        initializer: str | None = None,
        scale: float | None = None,
        bias: float = 0.0,
        temperature: float = 1.0,
        trainable_bias: bool = True,
    ) -> None:
        super().__init__()
        if initializer is not None and initializer not in INITIALIZERS:
            raise ValueError(f"initializer: {initializer!r} is not one of {', '.join(INITIALIZERS)}")
        self.units = whole_number("units", units)
        self.activation = named_activation(activation, temperature)
        self.initializer = initializer or self.activation.initializer
        self.scale = _scale(self.initializer, scale)
        if not np.isfinite(bias):
            raise ValueError(f"bias: {bias!r} is not a finite number")
        self.bias = float(bias)
        self.trainable_bias = trainable_bias

    def output_size(self, inputs: int) -> int:
        return self.units

    def initial(self, inputs: int, rng: np.random.Generator) -> dict[str, Array]:
        W = INITIALIZERS[self.initializer].draw(rng, inputs, self.units, self.scale)
        return {"W": W, "b": np.full(self.units, self.bias)}

    @property
    def fixed(self) -> tuple[str, ...]:
        return () if self.trainable_bias else ("b",)

    def _new_pass(self, m: int, learns: bool) -> DensePass:
        return DensePass(m, self.inputs, self.outputs, self.dtype, learns)

    def _run(self, x: Array, now: DensePass) -> Array:
        z = now.z
        x.dot(self.W, z)
        np.add(z, self.b, out=z)
        self.activation.forward(z, now.a, now.slope, now.rows)
        return now.a

    def expression(self, x: Expression) -> Expression:
        return self.activation.expression(affine(x, self.W, self.b))

    def backward_from_delta(self, reduction: Array, wants_error: bool) -> Array | None:
        """Write the gradients from delta and return the error of the input.

        dW = a^{l-1}.T delta / m and db = column mean of delta (Nielsen, Neural Networks and Deep Learning,
        2015, BP3 and BP4, for m rows at once); the error of the input is delta W.T (BP2 without its slope).
        """
        now, x = self._now, self._x
        assert now is not None and x is not None
        scaled = now.scaled
        np.multiply(now.delta, reduction, out=scaled)
        x.T.dot(scaled, self.dW)
        now.ones.dot(scaled, self.db)
        if not wants_error:
            return None
        return now.delta.dot(self.W.T, now.error)

    def explain_z(self, at: Cell) -> Sum:
        names = (at.input_name("k"), at.parameter_name("W", "k", at.unit))
        terms = [_in_order(at, *pair) for pair in zip(at.inputs(), at.column_of("W"), strict=True)]
        bias = at.parameter("b", at.unit)
        formula = f"Σₖ {' · '.join(reversed(names) if at.column else names)} + {bias.symbol}"
        return Sum(formula, (*terms, Term((bias,))))

    def explain_error(self, at: Cell) -> Sum:
        """Return Σ δ W over the units: δ Wᵀ for rows, W δ for a column."""
        deltas = [at.factor("delta", k) for k in range(at.here.arrays["delta"].shape[1])]
        weights = [at.parameter("W", at.unit, k) for k in range(len(deltas))]
        names = (at.name("delta", "k"), at.parameter_name("W", at.unit, "k"))
        formula = f"Σₖ {' · '.join(reversed(names) if at.column else names)}"
        return Sum(formula, tuple(_in_order(at, *pair) for pair in zip(deltas, weights, strict=True)))

    def error_row(self, at: Cell) -> tuple[Floats, Floats]:
        W, delta = at.here.arrays["W"].astype(np.float64), at.here.arrays["delta"][at.row].astype(np.float64)
        return W @ delta, np.abs(W) @ np.abs(delta)

    def gradient_factors(self, name: str, index: tuple[int, ...], at: Cell) -> tuple[Factor, ...]:
        delta = at.factor("delta")
        return (at.input(index[0]), delta) if name == "W" else (delta,)

    def equations(self, frame: EquationFrame) -> list[Equation]:
        return [
            dense_equations.weighted_input(frame),
            self.activation_equation(frame),
            self.delta_equation(frame),
            dense_equations.bias_gradient(frame),
            frame.update("b") if self.trainable_bias else frame.stays("b"),
            dense_equations.weight_gradient(frame),
            frame.update("W"),
        ]

    def plain_code(self, frame: LayerFrame) -> LayerCode:
        return dense_equations.plain_code(frame, self.activation)

    def example_gradient(self, name: str, at: Cell) -> Array:
        factors = self.outer_factors(name, at)
        delta: Array = at.here.arrays["delta"][at.row]
        return delta if factors is None else np.outer(*factors)

    def outer_factors(self, name: str, at: Cell) -> tuple[Array, Array] | None:
        return (at.here.x[at.row], at.here.arrays["delta"][at.row]) if name == "W" else None

    def hands_down(self, frame: EquationFrame) -> HandedDown:
        return dense_equations.error_of_input(frame)

    def diagnose(self) -> dict[str, float]:
        W, update = float(np.linalg.norm(self.W)), float(np.linalg.norm(self.update_W))
        ratio = update / W if W else float("nan")
        sizes = {"W_norm": W, "dW_norm": float(np.linalg.norm(self.dW)), "update_ratio": ratio}
        return sizes | {"alike": float(self._are_alike())} | super().diagnose()

    def _are_alike(self) -> bool:
        """Return whether two or more units all have the same weights and bias; most layers are told by a single row."""
        first = self.W[0]
        if self.outputs < 2 or (first != first[0]).any():
            return False
        return bool((self.W[:, :1] == self.W).all() and (self.b == self.b[0]).all())

    def output_never_negative(self, non_negative: bool) -> bool:
        return self.activation.output_never_negative(False)

    def identity_exactness(self, non_negative: bool) -> Exactness:
        square = self.inputs == self.outputs
        if not (square and np.array_equal(self.W, np.eye(self.inputs)) and not self.b.any()):
            return not_exact("the Dense layer's W is not the identity with b = 0")
        return self.activation.exactness(non_negative)

    def begin_as_identity(self, arriving: Arriving) -> Beginning:
        """Begin with W the identity, or a choice of its columns, and b = 0 (Net2DeeperNet, Chen et al. 2016)."""
        W = np.equal.outer(np.arange(arriving.width), arriving.source).astype(np.float32)
        note = "Every unit passes one input on: a single 1 in its column of W, and b = 0."
        values: dict[str, Array | None] = {"W": W, "b": np.zeros(len(arriving.source))}
        return Beginning(self.activation.exactness(arriving.non_negative), values, note)

    def outgoing(self) -> Array:
        return self.W

    def incoming_length(self) -> Floats:
        squares = np.square(self.W, dtype=np.float64).sum(axis=0) + np.square(self.b, dtype=np.float64)
        length: Floats = np.sqrt(squares)
        return length

    def with_units(self, units: int) -> Self:
        return self.copy(units=units)

    def with_activation(self, activation: str, temperature: float) -> Self:
        """Return a new layer with another activation, and with its initializer where it had that of the old one."""
        suits = self.initializer == self.activation.initializer
        anew: dict[str, Any] = {"initializer": None, "scale": None} if suits else {}
        return self.copy(activation=activation, temperature=temperature, **anew)

    def settings(self) -> dict[str, Any]:
        takes_scale = INITIALIZERS[self.initializer].scale is not None
        return super().settings() | {"scale": self.scale if takes_scale else None}


def _in_order(at: Cell, row: Factor, W: Factor) -> Term:
    """Return a W as it stands for rows, or Wᵀ a as it stands for a column."""
    return Term((W, row)) if at.column else Term((row, W))


def _scale(initializer: str, scale: float | None) -> float:
    usual = INITIALIZERS[initializer].scale
    if scale is None:
        return 0.0 if usual is None else usual
    if usual is None:
        raise ValueError(f"scale: {initializer} takes no number of its own")
    if not (np.isfinite(scale) and (scale >= 0 or INITIALIZERS[initializer].takes_negative)):
        raise ValueError(f"scale: {scale!r} is not a finite number from 0")
    return float(scale)

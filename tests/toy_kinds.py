"""Kinds that the program does not have: an activation, an optimizer and a layer, each as a newcomer would write it."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from lab.core.activation_kinds.elementwise import Elementwise, Identity, Sign
from lab.core.exactness import Exactness, not_exact
from lab.core.explain.cell import Cell
from lab.core.explain.equation import Equation, EquationFrame
from lab.core.explain.explanation import Factor, Sum, Term
from lab.core.explain.matrices import MatrixKind
from lab.core.explain.tile import Part
from lab.core.explain.update import UpdateCell
from lab.core.expression import Expression, sqrt
from lab.core.layer_kinds.axes import Axes
from lab.core.layer_kinds.batch_pass import Pass
from lab.core.layer_kinds.beginning import Arriving, Beginning
from lab.core.layer_kinds.layer import Layer
from lab.core.optimizer_kinds.optimizer import Memory, Optimizer, OptimizerKind
from lab.core.options import Option
from lab.core.types import Array
from lab.experiment.forms.layer_specs import LayerSpec


def _root(z: Array, out: Array, work: Array) -> None:
    np.multiply(z, z, out=out)
    np.add(out, 1.0, out=out)
    np.sqrt(out, out=out)
    np.divide(z, out, out=out)


def _root_slope(z: Array, a: Array, out: Array, work: Array) -> None:
    np.multiply(z, z, out=work)
    np.add(work, 1.0, out=work)
    np.power(work, -1.5, out=out)


ROOT = Elementwise(
    "root", "Root", "a = z / √(1 + z²)", "σ′(z) = (1 + z²)^(−3/2)", "Levels off at ±1.",
    _root, _root_slope, lambda z: z / sqrt(1.0 + z * z), Sign.KEPT, Identity.NOWHERE,
)  # fmt: skip


class Slowed(Optimizer):
    """Gradients run together: v = keep v + g, u = -eta v."""

    kind: ClassVar[str] = "slowed"
    options: ClassVar[tuple[Option, ...]] = (
        Option("keep", "Keep", 0.5, "The share of v that is kept", lowest=0, below=1),
    )
    memories: Mapping[str, Memory] = {"run_together": Memory.GRADIENTS}

    def _change(self, p: Array, g: Array, u: Array, *memories: Array) -> None:
        (v,) = memories
        np.multiply(v, self._number(self.settings["keep"]), out=v)
        np.add(v, g, out=v)
        np.multiply(v, self._number(-self.learning_rate), out=u)

    def explain(self, cell: UpdateCell) -> Sum:
        note = f"v as the step left it: v ← keep · v + {cell.gradient.formula}"
        return cell.stepped("v", (Term((Factor("v", cell.memory("run_together")),)),), note=note)


SLOWED = OptimizerKind("slowed", "Slowed", "v ← keep v + g,  ΔW = −η v", "Rolls on.", Slowed, 0.05)


class Gain(Layer[Pass]):
    """Every unit times a number of its own: a = x ⊙ gain."""

    kind: ClassVar[str] = "gain"
    title: ClassVar[str] = "Gain"
    formula: ClassVar[str] = "a = x ⊙ gain"
    help: ClassVar[str] = "Every unit gets a number of its own."
    parameters: ClassVar[Mapping[str, Axes]] = {"gain": ("units",)}
    penalised: ClassVar[tuple[str, ...]] = ("gain",)
    draws: ClassVar[bool] = False
    gain: Array
    dgain: Array
    update_gain: Array
    penalty_gain: Array

    def __init__(self, first: float = 1.0) -> None:
        super().__init__()
        self.first = first

    def initial(self, inputs: int, rng: np.random.Generator) -> dict[str, Array]:
        return {"gain": np.full(inputs, self.first)}

    def _new_pass(self, m: int, learns: bool) -> Pass:
        return Pass(m, self.inputs, self.outputs, self.dtype, learns)

    def forward(self, x: Array, training: bool) -> Array:
        assert self._now is not None
        self._x = x
        return np.multiply(x, self.gain, out=self._now.a)

    def infer(self, x: Array) -> Array:
        return np.multiply(x, self.gain, out=self._inference_pass(len(x)).a)

    def expression(self, x: Expression) -> Expression:
        return Expression("gain", (x,), {"gain": self.gain})

    def backward(self, error: Array, reduction: Array, wants_error: bool) -> Array | None:
        now = self._now
        assert now is not None
        np.copyto(now.delta, error)
        np.sum(error * self._x, axis=0, out=self.dgain)
        np.multiply(self.dgain, reduction, out=self.dgain)
        return np.multiply(error, self.gain, out=now.error)

    def explain_array(self, name: str, at: Cell) -> Sum:
        x, gain = at.input(at.unit), at.parameter("gain", at.unit)
        return Sum(f"{x.symbol} · {gain.symbol}", (Term((x, gain)),))

    def explain_error(self, at: Cell) -> Sum:
        delta, gain = at.factor("delta"), at.parameter("gain", at.unit)
        return Sum(f"{delta.symbol} · {gain.symbol}", (Term((delta, gain)),))

    def example_gradient(self, name: str, at: Cell) -> Array:
        product: Array = at.here.arrays["delta"][at.row] * at.here.x[at.row]
        return product

    def gradient_factors(self, name: str, index: tuple[int, ...], at: Cell) -> tuple[Factor, ...]:
        return at.factor("delta"), at.input(index[0])

    def equations(self, frame: EquationFrame) -> list[Equation]:
        gradient = f"∂L/∂gain{frame.me} = {frame.over_rows}δ{frame.me} ⊙ {frame.x}"
        rows, unit = (Part.CELL, Part.CELL) if frame.one else (Part.COLUMN, Part.UNIT)
        tiles = (frame.input(Part.CELL), frame.tile("gain", unit, "⊙"), frame.tile("a", Part.RESULT, "="))
        summed = frame.summed("dgain", frame.tile("delta", rows), frame.input(rows, "⊙"))
        return [
            Equation("forward", f"a{frame.me} = {frame.x} ⊙ gain{frame.me}", f"({frame.out})", "", "a", tiles),
            frame.plain_error("there is no σ"),
            Equation("gain gradient", gradient, f"({frame.out}) → ({frame.outputs})", "", "dgain", summed),
            frame.update("gain"),
        ]

    def diagnose(self) -> dict[str, float]:
        return {"W_norm": float(np.linalg.norm(self.gain))}

    def output_never_negative(self, non_negative: bool) -> bool:
        return False

    def identity_exactness(self, non_negative: bool) -> Exactness:
        return Exactness() if (self.gain == 1.0).all() else not_exact("the gain is not 1")

    def width_exactness(self, even: bool) -> Exactness:
        return Exactness()

    def begin_as_identity(self, arriving: Arriving) -> Beginning:
        return Beginning(Exactness(), {"gain": np.ones(arriving.width)}, "Every gain is 1.")


_FLAT = ("", "units")
SYMBOLS = (
    MatrixKind("gain", "gain", "gain", "What each unit is multiplied by.", _FLAT),
    MatrixKind("dgain", "∂L/∂gain", "gain gradient", "The mean of the error times the input.", _FLAT),
    MatrixKind("update_gain", "Δgain", "last update of the gain", "What the optimizer added to the gain.", _FLAT),
    MatrixKind("new_gain", "gain", "new gain", "What the next step goes on with.", _FLAT),
    MatrixKind("penalty_gain", "∂P/∂gain", "penalty's gradient", "λ₂ gain + λ₁ sign(gain).", _FLAT),
)


class GainSpec(LayerSpec):
    """The checked form of a gain."""

    kind: Literal["gain"] = "gain"
    first: Annotated[float, Field(title="First gains", description="What every gain begins with")] = 1.0

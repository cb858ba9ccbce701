"""A layer that ends in an activation, and so may be the last: its delta can come straight from the loss."""

from abc import abstractmethod
from typing import Any, ClassVar, Self, TypeVar

import numpy as np
from numpy.typing import DTypeLike

from lab.core.activations import Activation
from lab.core.exactness import Exactness
from lab.core.explain.cell import Cell
from lab.core.explain.equation import Equation, EquationFrame
from lab.core.explain.error import FROM_ABOVE
from lab.core.explain.explanation import Sum
from lab.core.layer_kinds.batch_pass import Pass
from lab.core.layer_kinds.steady_layer import SteadyLayer
from lab.core.plain_code import LayerFrame
from lab.core.spread import mean_and_spread
from lab.core.types import Array


class ActivatedPass(Pass):
    """A pass with z, (m, outputs), and slope: sigma'(z) after `backward`, before it what the activation left."""

    def __init__(self, m: int, inputs: int, outputs: int, dtype: DTypeLike, learns: bool) -> None:
        super().__init__(m, inputs, outputs, dtype, learns)
        self.z: Array = np.zeros((m, outputs), dtype)
        self.slope: Array = np.zeros((m, outputs), dtype)


A = TypeVar("A", bound=ActivatedPass)


class OutputLayer(SteadyLayer[A]):
    """What Dense and Activation share: z, sigma, and delta = error * sigma'(z)."""

    arrays: ClassVar[tuple[str, ...]] = ("z", "a", "delta")
    draws: ClassVar[bool] = False
    activation: Activation

    def backward(self, error: Array, reduction: Array, wants_error: bool) -> Array | None:
        now = self._now
        assert now is not None
        self.activation.backward(error, now.z, now.a, now.slope, now.delta, now.rows)
        return self.backward_from_delta(reduction, wants_error)

    @abstractmethod
    def backward_from_delta(self, reduction: Array, wants_error: bool) -> Array | None:
        """Go on where delta is known already, as at the output: gradients, and the error of the input."""

    @abstractmethod
    def explain_z(self, at: Cell) -> Sum:
        """Return what sums to a cell of z."""

    def explain_array(self, name: str, at: Cell) -> Sum:
        if name == "z":
            return self.explain_z(at)
        return self.activation.explain_a(at) if name == "a" else self.activation.explain_slope(at)

    def explain_delta(self, at: Cell) -> Sum:
        return self.activation.explain_delta(at, FROM_ABOVE)

    def activation_equation(self, frame: EquationFrame) -> Equation:
        """Return the equation of a."""
        return frame.activation(self.activation.formula, self.activation.reads)

    def delta_equation(self, frame: EquationFrame) -> Equation:
        """Return the equation of delta: the rule in force at the output, else the activation's own."""
        return frame.output or self.activation.delta_equation(frame)

    def diagnose(self) -> dict[str, float]:
        now = self.training_pass
        z_mean, z_std = mean_and_spread(now.z)
        return {"z_mean": z_mean, "z_std": z_std} | self.activation.diagnose(now.z, now.a)

    def kink_margins(self) -> list[Array]:
        return [self.z - self.z.dtype.type(kink) for kink in self.activation.kinks]

    def width_exactness(self, even: bool) -> Exactness:
        return self.activation.width_exactness()

    def with_activation(self, activation: str, temperature: float) -> Self:
        """Return a new layer, not built, of the same settings with another activation."""
        return self.copy(activation=activation, temperature=temperature)

    def settings(self) -> dict[str, Any]:
        activation = {"activation": self.activation.name, "temperature": self.activation.temperature}
        return super().settings() | activation

    def shown_arrays(self) -> tuple[str, ...]:
        return (*self.arrays, "slope") if self.activation.elementwise else self.arrays

    @property
    def temperature(self) -> float:
        """The temperature of the activation, 1 where it has none."""
        return self.activation.temperature

    @property
    def slope(self) -> Array:
        """The slope sigma'(z^l), (m, outputs), computed anew: AttributeError for a softmax, which has none."""
        now = self.training_pass
        return self.activation.slope_of(now.z, now.a)

    @property
    def training_pass(self) -> A:
        """The arrays of the last batch; AttributeError before the first."""
        if self._now is None:
            raise AttributeError("this layer has seen no batch yet")
        return self._now

    @property
    def inference_pass(self) -> A:
        """The arrays of the last call of `infer`; AttributeError before the first."""
        if self._inference is None:
            raise AttributeError("nothing has been inferred yet")
        return self._inference


def plain_delta(frame: LayerFrame, sigma: Activation) -> str:
    """Return the line of plain NumPy that computes delta: the output's rule in the last layer, else error and slope."""
    n = frame.number
    made = frame.output or sigma.code_of_delta(frame.factor(), f"z{n}", f"a{n}")
    return f"delta{n} = {made}"

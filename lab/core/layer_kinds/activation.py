"""Activation: sigma on its own, between layers that bring none, such as after a normalisation."""

from typing import ClassVar

import numpy as np

from lab.core.activations import activation as named_activation
from lab.core.exactness import Exactness
from lab.core.explain.cell import Cell
from lab.core.explain.equation import Equation, EquationFrame
from lab.core.explain.explanation import Sum, Term
from lab.core.explain.tile import Part
from lab.core.expression import Expression
from lab.core.layer_kinds.beginning import Arriving, Beginning
from lab.core.layer_kinds.output_layer import ActivatedPass, OutputLayer, plain_delta
from lab.core.plain_code import LayerCode, LayerFrame
from lab.core.types import Array


class Activation(OutputLayer[ActivatedPass]):
    """a = sigma(z) with z the layer's input; delta = error * sigma'(z) is also the error of the input."""

    kind: ClassVar[str] = "activation"
    title: ClassVar[str] = "Activation"
    formula: ClassVar[str] = "a = σ(z),  z = the input"
    help: ClassVar[str] = "σ on its own, as after a normalisation."

    def __init__(self, activation: str, *, temperature: float = 1.0) -> None:
        super().__init__()
        self.activation = named_activation(activation, temperature)

    def _new_pass(self, m: int, learns: bool) -> ActivatedPass:
        return ActivatedPass(m, self.inputs, self.outputs, self.dtype, learns)

    def _run(self, x: Array, now: ActivatedPass) -> Array:
        np.copyto(now.z, x)
        self.activation.forward(now.z, now.a, now.slope, now.rows)
        return now.a

    def expression(self, x: Expression) -> Expression:
        return self.activation.expression(x)

    def backward_from_delta(self, reduction: Array, wants_error: bool) -> Array | None:
        return self.training_pass.delta

    def explain_z(self, at: Cell) -> Sum:
        return Sum(at.input_name(at.unit), (Term((at.input(at.unit),)),))

    def explain_error(self, at: Cell) -> Sum:
        delta = at.factor("delta")
        return Sum(delta.symbol, (Term((delta,)),))

    def equations(self, frame: EquationFrame) -> list[Equation]:
        tiles = (frame.input(Part.CELL), frame.tile("z", Part.RESULT, "="))
        z = Equation("input", f"z{frame.me} = {frame.x}", f"({frame.out})", "", "z", tiles)
        return [z, self.activation_equation(frame), self.delta_equation(frame)]

    def plain_code(self, frame: LayerFrame) -> LayerCode:
        n, sigma = frame.number, self.activation
        return LayerCode(
            forward={"z": f"z{n} = {frame.x}", "a": f"a{n} = {sigma.code_of_a(f'z{n}')}"},
            backward={"delta": plain_delta(frame, sigma)},
            hands_down=f"delta{n}",
            functions=sigma.functions(),
        )

    @property
    def error_of_input(self) -> Array:
        return self.training_pass.delta

    def output_never_negative(self, non_negative: bool) -> bool:
        return self.activation.output_never_negative(non_negative)

    def identity_exactness(self, non_negative: bool) -> Exactness:
        return self.activation.exactness(non_negative)

    def begin_as_identity(self, arriving: Arriving) -> Beginning:
        return Beginning(self.activation.exactness(arriving.non_negative))

"""The equations of one layer in words of the design's table, with the shapes that they have right now."""

from dataclasses import dataclass

from lab.core.activations import Activation, activation
from lab.core.explain.cell import superscript
from lab.core.layers import LAYERS
from lab.core.optimizers import OPTIMIZERS
from lab.core.output_rule import output_rule
from lab.experiment.layer_specs import ActivationSpec, DenseSpec
from lab.experiment.spec import Experiment
from lab.experiment.stack import StackRow


@dataclass(frozen=True)
class Equation:
    """One step of backprop at one layer: its name, the formula, the shapes in it, a note, and what it yields."""

    name: str
    formula: str
    shapes: str
    note: str
    matrix: str | None
    """The name of the matrix that it computes, as the inspector knows it."""


def shape_text(shape: tuple[int, ...]) -> str:
    """Return (32, 64) as "32×64" and (64,) as "64"."""
    return "×".join(map(str, shape))


@dataclass(frozen=True)
class _Place:
    """Where the equations stand: layer l, its widths and names, m examples as rows or one as a column."""

    number: int
    inputs: int
    outputs: int
    above: int | None
    """The outputs of the next layer, where that is dense; None where it is not or where this is the last."""
    above_kind: str | None
    m: int
    one: bool
    mean: bool

    @property
    def me(self) -> str:
        return superscript(self.number)

    @property
    def next(self) -> str:
        return superscript(self.number + 1)

    @property
    def x(self) -> str:
        """The name of the layer's input."""
        first = "x" if self.one else "X"
        return f"a{superscript(self.number - 1)}" if self.number > 1 else first

    def shape(self, width: int) -> str:
        return f"{width}×1" if self.one else f"{self.m}×{width}"

    @property
    def out(self) -> str:
        return self.shape(self.outputs)


def equations(experiment: Experiment, rows: list[StackRow], layer: int, m: int, one_example: bool) -> list[Equation]:
    """Return the equations of layer `layer` (from 0) for m examples as rows, or for one example as columns."""
    spec, row = experiment.layers[layer], rows[layer]
    above = experiment.layers[layer + 1] if layer + 1 < len(rows) else None
    at = _Place(
        number=layer + 1,
        inputs=row.inputs,
        outputs=row.outputs,
        above=rows[layer + 1].outputs if isinstance(above, DenseSpec) else None,
        above_kind=above.kind if above is not None else None,
        m=m,
        one=one_example,
        mean=experiment.training.reduction == "mean",
    )
    if isinstance(spec, DenseSpec):
        return _dense(at, experiment, activation(spec.activation, spec.temperature))
    if isinstance(spec, ActivationSpec):
        sigma = activation(spec.activation, spec.temperature)
        z = Equation("input", f"z{at.me} = {at.x}", f"({at.out})", "", "z")
        return [z, _activation(at, sigma), _error(at, experiment, sigma)]
    kind = LAYERS[spec.kind]
    forward = Equation("forward", kind.formula.replace("x ", f"{at.x} "), f"({at.out}) → ({at.out})", kind.help, "a")
    if spec.kind == "dropout":
        note = "the error of a passes where the mask let a pass: error of the input = δ ⊙ mask"
        return [forward, Equation("error", f"δ{at.me} = ∂L/∂a{at.me}", f"({at.out})", note, "delta")]
    return [forward, *_normalisation(at)]


def _dense(at: _Place, experiment: Experiment, sigma: Activation) -> list[Equation]:
    return [
        _weighted_input(at),
        _activation(at, sigma),
        _error(at, experiment, sigma),
        _bias_gradient(at),
        _weight_gradient(at),
        _update(at, experiment),
    ]


def _weighted_input(at: _Place) -> Equation:
    n, h = at.inputs, at.outputs
    if at.one:
        shapes = f"({h}×{n})·({n}×1) + ({h}×1) → ({h}×1)"
        return Equation("weighted input", f"z{at.me} = (W{at.me})ᵀ {at.x} + b{at.me}", shapes, "", "z")
    shapes = f"({at.m}×{n})·({n}×{h}) + ({h}) → ({at.m}×{h})"
    return Equation("weighted input", f"z{at.me} = {at.x} W{at.me} + b{at.me}", shapes, "b is added to every row", "z")


def _activation(at: _Place, sigma: Activation) -> Equation:
    return Equation("activation", f"a{at.me} = σ(z{at.me})", f"({at.out}) → ({at.out})", sigma.formula, "a")


def _error(at: _Place, experiment: Experiment, sigma: Activation) -> Equation:
    if at.above_kind is None:
        return _output_error(at, experiment, sigma)
    if at.above is None:
        formula = f"δ{at.me} = e ⊙ σ′(z{at.me})"
        note = f"e = ∂L/∂a{at.me}, the error that layer {at.number + 1} hands down; {sigma.derivative_formula}"
        return Equation("hidden error", formula, f"({at.out}) ⊙ ({at.out}) → ({at.out})", note, "delta")
    up, h, m = at.above, at.outputs, at.m
    back, shapes = f"δ{at.next} (W{at.next})ᵀ", f"(({m}×{up})·({up}×{h})) ⊙ ({m}×{h}) → ({m}×{h})"
    if at.one:
        back, shapes = f"W{at.next} δ{at.next}", f"(({h}×{up})·({up}×1)) ⊙ ({h}×1) → ({h}×1)"
    if not sigma.elementwise:
        note = f"e = {back}; {sigma.derivative_formula}"
        return Equation("hidden error", f"δ{at.me} = J e", shapes.replace(" ⊙", " through J,"), note, "delta")
    return Equation("hidden error", f"δ{at.me} = ({back}) ⊙ σ′(z{at.me})", shapes, sigma.derivative_formula, "delta")


def _output_error(at: _Place, experiment: Experiment, sigma: Activation) -> Equation:
    try:
        rule = output_rule(experiment.training.loss, sigma, at.outputs)
    except ValueError as error:
        return Equation("output error", f"δ{at.me} = ?", "", str(error), "delta")
    sign = "−" if rule.short else "⊙"
    shapes = f"({at.out}) {sign} ({at.out}) → ({at.out})"
    return Equation("output error", rule.formula.replace("ᴸ", at.me), shapes, rule.why, "delta")


def _bias_gradient(at: _Place) -> Equation:
    if at.one:
        return Equation("bias gradient", f"∂L/∂b{at.me} = δ{at.me}", f"({at.out}) → ({at.out})", "", "db")
    factor, word = ("(1/m) ", "mean") if at.mean else ("", "sum")
    return Equation(
        "bias gradient",
        f"∂L/∂b{at.me} = {factor}Σ δ{at.me}",
        f"({at.out}) → ({at.outputs})",
        f"Σ over the rows, the column {word} of δ{at.me}: {at.m} rows collapse into one",
        "db",
    )


def _weight_gradient(at: _Place) -> Equation:
    n, h, m = at.inputs, at.outputs, at.m
    if at.one:
        shapes = f"({n}×1)·(1×{h}) → ({n}×{h})"
        return Equation("weight gradient", f"∂L/∂W{at.me} = {at.x} (δ{at.me})ᵀ", shapes, f"shaped like W{at.me}", "dW")
    transposed = f"({at.x})ᵀ" if at.number > 1 else "Xᵀ"
    formula = f"∂L/∂W{at.me} = {'(1/m) ' if at.mean else ''}{transposed} δ{at.me}"
    return Equation("weight gradient", formula, f"({n}×{m})·({m}×{h}) → ({n}×{h})", f"shaped like W{at.me}", "dW")


def _update(at: _Place, experiment: Experiment) -> Equation:
    spec = experiment.training.optimizer
    kind = OPTIMIZERS[spec.kind]
    g = f"g = ∂L/∂W{at.me}" + (" + penalty" if spec.l1 or spec.l2 else "")
    if spec.clip_norm or spec.clip_value:
        g += ", clipped"
    note = f"{kind.title}: {kind.formula}, {g}, η = {spec.learning_rate:g}; b likewise"
    return Equation("update", f"W{at.me} ← W{at.me} + ΔW{at.me}", f"({at.inputs}×{at.outputs})", note, "update_W")


def _normalisation(at: _Place) -> list[Equation]:
    factor = "" if not at.mean or at.one else "(1/m) "
    shapes = f"({at.out}) → ({at.outputs})"
    total = "" if at.one else "Σ "
    return [
        Equation("error", f"δ{at.me} = ∂L/∂a{at.me}", f"({at.out})", "there is no σ between", "delta"),
        Equation("scale gradient", f"∂L/∂γ{at.me} = {factor}{total}δ{at.me} ⊙ x̂{at.me}", shapes, "", "dgamma"),
        Equation("shift gradient", f"∂L/∂β{at.me} = {factor}{total}δ{at.me}", shapes, "", "dbeta"),
    ]

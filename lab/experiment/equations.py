"""The equations of one layer in words of the design's table, with the shapes that they have right now."""

from dataclasses import dataclass

from lab.core.activations import Activation, activation
from lab.core.optimizers import OPTIMIZERS
from lab.core.output_rule import OutputRule, output_rule
from lab.experiment.spec import Experiment

_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Equation:
    """One step of backprop at one layer: its name, the formula, the shapes in it, a note, and what it yields."""

    name: str
    formula: str
    shapes: str
    note: str
    matrix: str | None
    """The name of the matrix that it computes, as the inspector knows it."""


def superscript(number: int) -> str:
    """Return 12 as "¹²"."""
    return str(number).translate(_SUPERSCRIPTS)


def shape_text(shape: tuple[int, ...]) -> str:
    """Return (32, 64) as "32×64" and (64,) as "64"."""
    return "×".join(map(str, shape))


@dataclass(frozen=True)
class _Layer:
    """What the equations of layer l need: its number, widths, the names of its neighbours."""

    number: int
    last: bool
    below: int
    units: int
    above: int
    m: int
    mean: bool
    sigma: Activation

    @property
    def l(self) -> str:  # noqa: E743  the design's own letter
        return superscript(self.number)

    @property
    def next(self) -> str:
        return superscript(self.number + 1)

    @property
    def a_below(self) -> str:
        return f"a{superscript(self.number - 1)}" if self.number > 1 else "X"


def equations(experiment: Experiment, inputs: int, layer: int, m: int, one_example: bool) -> list[Equation]:
    """Return the equations of layer `layer` (from 0) for m examples as rows, or for one example as columns."""
    specs = experiment.layers
    spec, last = specs[layer], layer == len(specs) - 1
    at = _Layer(
        number=layer + 1,
        last=last,
        below=specs[layer - 1].units if layer else inputs,
        units=spec.units,
        above=0 if last else specs[layer + 1].units,
        m=m,
        mean=experiment.training.reduction == "mean",
        sigma=activation(spec.activation),
    )
    rows = [_forward(at, one_example), _activation(at, one_example)]
    rows.append(_output_error(at, experiment, one_example) if last else _hidden_error(at, one_example))
    rows += [_bias_gradient(at, one_example), _weight_gradient(at, one_example), _update(at, experiment)]
    return rows


def _forward(at: _Layer, one: bool) -> Equation:
    below, units, m = at.below, at.units, at.m
    if one:
        formula = f"z{at.l} = (W{at.l})ᵀ {_column(at.a_below)} + b{at.l}"
        shapes = f"({units}×{below})·({below}×1) + ({units}×1) → ({units}×1)"
    else:
        formula = f"z{at.l} = {at.a_below} W{at.l} + b{at.l}"
        shapes = f"({m}×{below})·({below}×{units}) + ({units}) → ({m}×{units})"
    return Equation("weighted input", formula, shapes, "b is added to every row" if not one else "", "z")


def _column(a_below: str) -> str:
    return "x" if a_below == "X" else a_below


def _rows(at: _Layer, one: bool) -> str:
    return f"{at.units}×1" if one else f"{at.m}×{at.units}"


def _activation(at: _Layer, one: bool) -> Equation:
    shape = _rows(at, one)
    return Equation("activation", f"a{at.l} = σ(z{at.l})", f"({shape}) → ({shape})", at.sigma.formula, "a")


def _output_error(at: _Layer, experiment: Experiment, one: bool) -> Equation:
    shape = _rows(at, one)
    try:
        rule: OutputRule = output_rule(experiment.training.loss, at.sigma, at.units)
    except ValueError as error:
        return Equation("output error", f"δ{at.l} = ?", "", str(error), "delta")
    formula = rule.formula.replace("ᴸ", at.l)
    return Equation("output error", formula, f"({shape}) − ({shape}) → ({shape})", rule.why, "delta")


def _hidden_error(at: _Layer, one: bool) -> Equation:
    above, units, m = at.above, at.units, at.m
    if one:
        formula = f"δ{at.l} = (W{at.next} δ{at.next}) ⊙ σ′(z{at.l})"
        shapes = f"(({units}×{above})·({above}×1)) ⊙ ({units}×1) → ({units}×1)"
    else:
        formula = f"δ{at.l} = (δ{at.next} (W{at.next})ᵀ) ⊙ σ′(z{at.l})"
        shapes = f"(({m}×{above})·({above}×{units})) ⊙ ({m}×{units}) → ({m}×{units})"
    return Equation("hidden error", formula, shapes, at.sigma.derivative_formula, "delta")


def _bias_gradient(at: _Layer, one: bool) -> Equation:
    if one:
        shape = f"{at.units}×1"
        return Equation("bias gradient", f"∂L/∂b{at.l} = δ{at.l}", f"({shape}) → ({shape})", "", "db")
    factor, word = ("(1/m) ", "mean") if at.mean else ("", "sum")
    return Equation(
        "bias gradient",
        f"∂L/∂b{at.l} = {factor}Σ_rows δ{at.l}",
        f"({at.m}×{at.units}) → ({at.units})",
        f"the column {word} of δ{at.l}: {at.m} rows collapse into one",
        "db",
    )


def _weight_gradient(at: _Layer, one: bool) -> Equation:
    below, units, m = at.below, at.units, at.m
    if one:
        formula = f"∂L/∂W{at.l} = {_column(at.a_below)} (δ{at.l})ᵀ"
        shapes = f"({below}×1)·(1×{units}) → ({below}×{units})"
    else:
        transposed = f"({at.a_below})ᵀ" if at.number > 1 else "Xᵀ"
        formula = f"∂L/∂W{at.l} = {'(1/m) ' if at.mean else ''}{transposed} δ{at.l}"
        shapes = f"({below}×{m})·({m}×{units}) → ({below}×{units})"
    return Equation("weight gradient", formula, shapes, f"shaped like W{at.l}", "dW")


def _update(at: _Layer, experiment: Experiment) -> Equation:
    spec = experiment.training.optimizer
    kind = OPTIMIZERS[spec.kind]
    shapes = f"({at.below}×{at.units}), ({at.units})"
    note = f"{kind.title}: {kind.formula}, η = {spec.learning_rate:g}; b likewise"
    return Equation("update", f"W{at.l} ← W{at.l} + ΔW{at.l}", shapes, note, "update_W")

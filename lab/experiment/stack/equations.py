"""The equations of one layer of an experiment, as its kind writes them, with the shapes that they have right now."""

from dataclasses import replace

from lab.core.activations import Activation
from lab.core.explain.equation import Equation, EquationFrame
from lab.core.explain.superscript import superscript
from lab.core.explain.tile import Part
from lab.core.layer_kinds.output_layer import OutputLayer
from lab.core.losses import LOSSES
from lab.core.optimizers import OPTIMIZERS
from lab.core.output_rule import output_rule
from lab.experiment.spec import Experiment
from lab.experiment.stack.stack import StackRow

__all__ = ["Equation", "equations", "shape_text", "superscript"]


def shape_text(shape: tuple[int, ...]) -> str:
    """Return (32, 64) as "32×64" and (64,) as "64"."""
    return "×".join(map(str, shape))


def equations(
    experiment: Experiment,
    rows: list[StackRow],
    layer: int,
    m: int,
    one_example: bool,
    rate: float | None = None,
    holds_cells: bool = False,
) -> list[Equation]:
    """Return the equations of layer `layer` (from 0) for m examples as rows, or for one example as columns.

    rate: the eta of the step, where it is not the experiment's. holds_cells: some cells are frozen, so that their
    change is not minus eta times their gradient.
    """
    frame, own = _frame(experiment, rows, layer, m, one_example), experiment.layers[layer].make()
    optimizer = experiment.training.optimizer
    if optimizer.make().is_plain and not holds_cells:
        frame = replace(frame, rate=optimizer.learning_rate if rate is None else rate)
    if layer + 1 < len(rows):
        above = experiment.layers[layer + 1].make()
        frame = replace(frame, above=above.hands_down(_frame(experiment, rows, layer + 1, m, one_example)))
    elif isinstance(own, OutputLayer):
        frame = replace(frame, output=_output_error(experiment, own.activation, frame))
    found = own.equations(frame)
    if layer + 1 == len(rows):
        before = next((number for number, each in enumerate(found) if each.matrix == "delta"), len(found))
        found.insert(before, _loss(experiment, frame))
    return found


def _loss(experiment: Experiment, frame: EquationFrame) -> Equation:
    """Return the loss: the terms of each example added up, then their mean or sum over the examples."""
    loss, made_of = LOSSES[experiment.training.loss], f"ℓ(a{frame.me}, y)"
    terms = frame.tile("terms", Part.ALL)
    if frame.one:
        alone = (terms, frame.tile("losses", Part.RESULT, "Σ ↓ ="))
        return Equation("loss", f"L = Σ {made_of}", f"({frame.out}) → (1×1)", loss.formula, "losses", alone)
    over = f"Σ ↓ / {frame.m} =" if frame.mean else "Σ ↓ ="
    tiles = (terms, frame.tile("losses", Part.COLUMN, "Σ → ="), frame.tile("loss", Part.RESULT, over))
    shapes = f"({frame.out}) → ({frame.m}×1) → (1×1)"
    return Equation("loss", f"L = {frame.over_rows}{made_of}", shapes, loss.formula, "loss", tiles)


def _frame(experiment: Experiment, rows: list[StackRow], layer: int, m: int, one_example: bool) -> EquationFrame:
    optimizer = experiment.training.optimizer
    kind = OPTIMIZERS[optimizer.kind]
    extras = " + penalty" if optimizer.l1 or optimizer.l2 else ""
    if optimizer.clip_norm or optimizer.clip_value:
        extras += ", clipped"
    return EquationFrame(
        number=layer + 1,
        inputs=rows[layer].inputs,
        outputs=rows[layer].outputs,
        m=m,
        one=one_example,
        mean=experiment.training.reduction == "mean",
        above=None,
        output=None,
        optimizer=f"{kind.title}: {kind.formula}, {{g}}, η = {optimizer.learning_rate:g}",
        extras=extras,
    )


def _output_error(experiment: Experiment, sigma: Activation, frame: EquationFrame) -> Equation:
    try:
        rule = output_rule(experiment.training.loss, sigma, frame.outputs)
    except ValueError as error:
        unknown = (frame.tile("delta", Part.RESULT, "? ="),)
        return Equation("output error", f"δ{frame.me} = ?", "", str(error), "delta", unknown)
    sign = "−" if rule.short else "⊙"
    shapes = f"({frame.out}) {sign} ({frame.out}) → ({frame.out})"
    weighted = experiment.training.class_weights is not None
    left, right = rule.formula.replace("ᴸ", frame.me).split(" = ", 1)
    formula = f"{left} = w ⊙ ({right})" if weighted else f"{left} = {right}"
    return Equation("output error", formula, shapes, rule.why, "delta", rule.tiles(frame, weighted))

"""The table of what can be looked at in a layer: symbol, word, explanation and shape of every matrix."""

from dataclasses import dataclass

from lab.core.layers import LAYERS
from lab.experiment.spec import Experiment
from lab.experiment.stack import StackRow


@dataclass(frozen=True)
class MatrixKind:
    """One of the matrices that a layer can have; `symbol` takes the layer's number as its superscript."""

    name: str
    symbol: str
    word: str
    help: str


MATRICES: dict[str, MatrixKind] = {
    entry.name: entry
    for entry in (
        MatrixKind("W", "W", "weights", "W as this step's forward pass used it: a row an input, a column a unit."),
        MatrixKind("b", "b", "biases", "b as this step's forward pass used it, one number a unit."),
        MatrixKind("gamma", "γ", "scale", "γ as this step's forward pass used it, one number a unit."),
        MatrixKind("beta", "β", "shift", "β as this step's forward pass used it, one number a unit."),
        MatrixKind("x_hat", "x̂", "normalised input", "The input with mean 0 and variance 1."),
        MatrixKind("mask", "mask", "silenced or not", "0 where a unit was silenced, 1/(1 − rate) elsewhere."),
        MatrixKind("z", "z", "weighted input", "z = a W + b with the a of the layer below: a row an example."),
        MatrixKind("a", "a", "activation", "a = σ(z): what the layer passes on."),
        MatrixKind("slope", "σ′(z)", "slope", "The slope of σ at z: what the error is multiplied by."),
        MatrixKind("delta", "δ", "error", "δ = ∂L/∂z: how the summed loss changes with each z; never divided by m."),
        MatrixKind("dW", "∂L/∂W", "weight gradient", "(1/m) aᵀ δ with the a of the layer below; shaped like W."),
        MatrixKind("db", "∂L/∂b", "bias gradient", "The column mean of δ: m rows collapse into one; shaped like b."),
        MatrixKind("penalty_W", "∂P/∂W", "penalty's gradient", "λ₂ W + λ₁ sign(W): added by the optimizer, not by δ."),
        MatrixKind("dgamma", "∂L/∂γ", "scale gradient", "The column mean of the error times x̂."),
        MatrixKind("dbeta", "∂L/∂β", "shift gradient", "The column mean of the error."),
        MatrixKind("update_W", "ΔW", "last update of W", "What the optimizer added to W after this step."),
        MatrixKind("update_b", "Δb", "last update of b", "What the optimizer added to b after this step."),
        MatrixKind("update_gamma", "Δγ", "last update of γ", "What the optimizer added to γ after this step."),
        MatrixKind("update_beta", "Δβ", "last update of β", "What the optimizer added to β after this step."),
        MatrixKind("running_mean", "μ", "running mean", "The mean of every column that a trained network uses."),
        MatrixKind("running_variance", "v", "running variance", "The variance of every column, likewise."),
    )
}  # fmt: skip
"""Name in the core to the matrix, in the order of the step."""

_OF_A_PARAMETER = ("d", "update_")


def matrix_shapes(experiment: Experiment, rows: list[StackRow], m: int) -> list[dict[str, tuple[int, ...]]]:
    """Return, for every layer, the shape of each of its matrices for a batch of m examples."""
    penalised = experiment.training.optimizer.l1 > 0 or experiment.training.optimizer.l2 > 0
    shapes: list[dict[str, tuple[int, ...]]] = []
    for spec, row in zip(experiment.layers, rows, strict=True):
        kind = LAYERS[spec.kind].make
        has = dict(row.shapes)
        for name in spec.make().parameter_shapes(row.inputs):
            has |= {prefix + name: row.shapes[name] for prefix in _OF_A_PARAMETER}
        if penalised:
            has |= {f"penalty_{name}": row.shapes[name] for name in kind.penalised}
        has |= dict.fromkeys(kind.arrays, (m, row.outputs))
        if getattr(spec, "activation", "") == "softmax":
            del has["slope"]  # a Jacobian stands in its place
        shapes.append({name: has[name] for name in MATRICES if name in has})
    return shapes

"""The table of what can be looked at in a layer: symbol, word, explanation and shape of every matrix."""

from dataclasses import dataclass

from lab.experiment.spec import Experiment


@dataclass(frozen=True)
class MatrixKind:
    """One of the matrices that every dense layer has; `symbol` takes the layer's number as its superscript."""

    name: str
    symbol: str
    word: str
    help: str


MATRICES: dict[str, MatrixKind] = {
    entry.name: entry
    for entry in (
        MatrixKind("W", "W", "weights", "W as this step's forward pass used it: a row an input, a column a unit."),
        MatrixKind("b", "b", "biases", "b as this step's forward pass used it, one number a unit."),
        MatrixKind("z", "z", "weighted input", "z = a W + b with the a of the layer below: a row an example."),
        MatrixKind("a", "a", "activation", "a = σ(z): what the layer passes on."),
        MatrixKind("delta", "δ", "error", "δ = ∂L/∂z: how the summed loss changes with each z; never divided by m."),
        MatrixKind("dW", "∂L/∂W", "weight gradient", "(1/m) aᵀ δ of the layer below's a; shaped like W."),
        MatrixKind("db", "∂L/∂b", "bias gradient", "The column mean of δ: m rows collapse into one; shaped like b."),
        MatrixKind("update_W", "ΔW", "last update of W", "What the optimizer added to W after this step."),
        MatrixKind("update_b", "Δb", "last update of b", "What the optimizer added to b after this step."),
    )
}  # fmt: skip
"""Name in the core to the matrix, in the order of the step."""

PARAMETER_LIKE = ("W", "dW", "update_W")
BIAS_LIKE = ("b", "db", "update_b")


def matrix_shape(experiment: Experiment, inputs: int, layer: int, name: str, m: int) -> tuple[int, ...]:
    """Return the shape of a matrix of layer `layer` (from 0) for a batch of m examples."""
    units = experiment.layers[layer].units
    below = experiment.layers[layer - 1].units if layer else inputs
    if name in PARAMETER_LIKE:
        return (below, units)
    return (units,) if name in BIAS_LIKE else (m, units)

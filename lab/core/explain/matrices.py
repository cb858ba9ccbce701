"""The table of what can be looked at in a layer: symbol, word and explanation of every matrix.

A layer kind with a matrix that is not here adds one entry for each: the matrix itself, and for a parameter NAME also
dNAME and update_NAME (and penalty_NAME where a penalty pulls on it).
"""

from dataclasses import dataclass

from lab.core.table import Table, empty_texts


@dataclass(frozen=True)
class MatrixKind:
    """One of the matrices that a layer can have; `symbol` takes the layer's number as its superscript."""

    name: str
    symbol: str
    word: str
    help: str

    def lacks(self) -> list[str]:
        """Return what is missing."""
        return empty_texts(self, "symbol", "word", "help")


MATRICES: Table[MatrixKind] = Table(
    (
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
)  # fmt: skip
"""Name in the core to the matrix, in the order of the step."""

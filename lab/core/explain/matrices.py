"""The table of what can be looked at in a layer: symbol, word and explanation of every matrix.

A layer kind with a matrix that is not here adds one entry for each: the matrix itself, and for a parameter NAME also
dNAME, update_NAME and new_NAME (and penalty_NAME where a penalty pulls on it).
"""

from dataclasses import dataclass
from functools import cache

from lab.core.explain.superscript import superscript
from lab.core.table import Table, empty_texts


@dataclass(frozen=True)
class MatrixKind:
    """One of the matrices that a layer can have; `symbol` takes the layer's number as its superscript."""

    name: str
    symbol: str
    word: str
    help: str
    axes: tuple[str, str] = ("examples", "units")
    """What its rows and its columns are; a vector has no rows."""
    is_formula_of_layer: bool = False
    """Whether the layer's own formula says what it is."""
    written: str = ""
    """How it is written, {n} for the layer's number; where this is empty the number stands after the symbol."""
    is_listed: bool = True
    """Whether the list of matrices has it; the board shows the others, and they can be opened from there."""

    def at(self, number: int) -> str:
        """Return how it is written in the layer of that number, from 1: "∂L/∂W²", "σ′(z²)", "X"."""
        return _written(self.written or self.symbol + "{n}", number)

    def help_in(self, formula: str) -> str:
        """Return what the matrix is in a layer with that formula."""
        return f"{formula}. {self.help}" if self.is_formula_of_layer else self.help

    def lacks(self) -> list[str]:
        """Return what is missing."""
        return empty_texts(self, "symbol", "word", "help")


@cache
def _written(pattern: str, number: int) -> str:
    return pattern.replace("{n}", superscript(number))


_WIDE, _FLAT = ("inputs", "units"), ("", "units")


def _new(name: str, symbol: str, axes: tuple[str, str]) -> MatrixKind:
    """Return the entry of a parameter after its update."""
    text = f"{symbol} plus the optimizer's change: what the next step goes on with."
    return MatrixKind(f"new_{name}", symbol, f"new {symbol}", text, axes, written=symbol + "{n} new", is_listed=False)


MATRICES: Table[MatrixKind] = Table(
    (
        MatrixKind(
            "x", "X", "inputs", "The batch as it enters the network, scaled: a row for each example.",
            ("examples", "inputs"), written="X",
        ),
        MatrixKind("W", "W", "weights", "W as this step's forward pass used it: a row for each input.", _WIDE),
        MatrixKind("b", "b", "biases", "b as this step's forward pass used it, one number a unit.", _FLAT),
        MatrixKind("gamma", "γ", "scale", "γ as this step's forward pass used it, one number a unit.", _FLAT),
        MatrixKind("beta", "β", "shift", "β as this step's forward pass used it, one number a unit.", _FLAT),
        MatrixKind("alpha", "α", "leak", "α as this step's forward pass used it, one number a unit.", _FLAT),
        MatrixKind("x_hat", "x̂", "normalised input", "The input with mean 0 and variance 1."),
        MatrixKind("mask", "mask", "silenced or not", "0 where a unit was silenced, 1/(1 − rate) elsewhere."),
        MatrixKind("below", "min(x, 0)", "what is below 0", "The input where it is negative, else 0.", is_listed=False),
        MatrixKind("z", "z", "weighted input", "A row for each example.", is_formula_of_layer=True),
        MatrixKind("a", "a", "activation", "What the layer passes on.", is_formula_of_layer=True),
        MatrixKind("y", "y", "targets", "What a of the last layer is to become: a row for each example.", written="y"),
        MatrixKind(
            "terms", "ℓ", "terms of the loss", "What each output of each example adds to the loss.", written="ℓ",
            is_listed=False,
        ),
        MatrixKind(
            "losses", "L", "loss of each example", "The terms of each example added up.", ("examples", ""),
            written="Lᵢ", is_listed=False,
        ),
        MatrixKind(
            "loss", "L", "loss", "The mean or sum of the loss over the examples of the batch.", ("", ""), written="L",
            is_listed=False,
        ),
        MatrixKind(
            "slope", "σ′(z)", "slope", "The slope of σ at z: what the error is multiplied by.", written="σ′(z{n})"
        ),
        MatrixKind(
            "error", "∂L/∂a", "error of a", "How the summed loss changes with each a: handed down by the layer above, "
            "or the loss's own derivative.", is_listed=False,
        ),
        MatrixKind(
            "weights", "w", "weight of the class", "What the loss of each example is multiplied by.",
            ("examples", ""), written="w", is_listed=False,
        ),
        MatrixKind("delta", "δ", "error", "δ = ∂L/∂z: how the summed loss changes with each z; never divided by m."),
        MatrixKind("dW", "∂L/∂W", "weight gradient", "(1/m) aᵀ δ with the a of the layer below.", _WIDE),
        MatrixKind("db", "∂L/∂b", "bias gradient", "The column mean of δ: m rows collapse into one.", _FLAT),
        MatrixKind("penalty_W", "∂P/∂W", "penalty's gradient", "λ₂ W + λ₁ sign(W): the optimizer adds it.", _WIDE),
        MatrixKind("dgamma", "∂L/∂γ", "scale gradient", "The column mean of the error times x̂.", _FLAT),
        MatrixKind("dbeta", "∂L/∂β", "shift gradient", "The column mean of the error.", _FLAT),
        MatrixKind("dalpha", "∂L/∂α", "slope gradient", "The column mean of the error times min(x, 0).", _FLAT),
        MatrixKind("update_W", "ΔW", "last update of W", "What the optimizer added to W after this step.", _WIDE),
        MatrixKind("update_b", "Δb", "last update of b", "What the optimizer added to b after this step.", _FLAT),
        MatrixKind("update_gamma", "Δγ", "last update of γ", "What the optimizer added to γ after this step.", _FLAT),
        MatrixKind("update_beta", "Δβ", "last update of β", "What the optimizer added to β after this step.", _FLAT),
        MatrixKind("update_alpha", "Δα", "last update of α", "What the optimizer added to α after this step.", _FLAT),
        _new("W", "W", _WIDE),
        _new("b", "b", _FLAT),
        _new("gamma", "γ", _FLAT),
        _new("beta", "β", _FLAT),
        _new("alpha", "α", _FLAT),
        MatrixKind("running_mean", "μ", "running mean", "The mean of each column that predictions use.", _FLAT),
        MatrixKind("running_variance", "v", "running variance", "The variance of each column, likewise.", _FLAT),
    )
)  # fmt: skip
"""Name in the core to the matrix, in the order of the step."""

"""The equations of one layer as texts: formula and shapes, as a layer's kind writes them and a window shows them."""

from dataclasses import dataclass

from lab.core.explain.cell import superscript


@dataclass(frozen=True)
class Equation:
    """One step of backprop at one layer: its name, the formula, the shapes in it, a note, and what it yields."""

    name: str
    formula: str
    shapes: str
    note: str
    matrix: str | None
    """The name of the matrix that it computes, as the inspector knows it."""


@dataclass(frozen=True)
class HandedDown:
    """The error that a layer hands down as a product, with the shapes in it: "δ³ (W³)ᵀ", "(32×3)·(3×8)"."""

    formula: str
    shapes: str


@dataclass(frozen=True)
class EquationFrame:
    """What a layer's kind writes its equations with: its number and widths, m examples as rows or one as a column.

    above: what the next layer hands down, None where that is no product of matrices or where this is the last.
    output: the equation of delta^L where this is the last layer. optimizer: how the optimizer changes a parameter,
    with g as its gradient.
    """

    number: int
    inputs: int
    outputs: int
    m: int
    one: bool
    mean: bool
    above: HandedDown | None
    output: Equation | None
    optimizer: str
    extras: str
    """What is added to the gradient before the update: "" or " + penalty, clipped"."""

    @property
    def me(self) -> str:
        """The layer's number as a superscript."""
        return superscript(self.number)

    @property
    def x(self) -> str:
        """The name of the layer's input."""
        first = "x" if self.one else "X"
        return f"a{superscript(self.number - 1)}" if self.number > 1 else first

    def shape(self, width: int) -> str:
        """Return the shape of an array with a row an example and that many columns."""
        return f"{width}×1" if self.one else f"{self.m}×{width}"

    @property
    def out(self) -> str:
        """The shape of the layer's a."""
        return self.shape(self.outputs)

    @property
    def over_rows(self) -> str:
        """What stands before a product that is summed over the rows: "(1/m) Σ ", "Σ ", nothing for one example."""
        if self.one:
            return ""
        return "(1/m) Σ " if self.mean else "Σ "

    def activation(self, formula: str) -> Equation:
        """Return a = σ(z) with the formula of σ as its note."""
        return Equation("activation", f"a{self.me} = σ(z{self.me})", f"({self.out}) → ({self.out})", formula, "a")

    def plain_error(self, note: str) -> Equation:
        """Return delta of a layer without σ: it is the error of a itself."""
        return Equation("error", f"δ{self.me} = ∂L/∂a{self.me}", f"({self.out})", note, "delta")

    def hidden_error(self) -> tuple[str, str, str]:
        """Return the error that comes from above: its formula, its shapes, and a note on what e is, or ""."""
        if self.above is not None:
            return self.above.formula, f"({self.above.shapes})", ""
        return "e", f"({self.out})", f"e = ∂L/∂a{self.me}, the error that layer {self.number + 1} hands down; "

    def update(self, symbol: str, matrix: str, shape: str, rest: str) -> Equation:
        """Return the update of the parameter with that symbol; `rest` names those that are updated likewise."""
        g = f"g = ∂L/∂{symbol}{self.me}{self.extras}"
        note = self.optimizer.replace("{g}", g) + rest
        return Equation("update", f"{symbol}{self.me} ← {symbol}{self.me} + Δ{symbol}{self.me}", shape, note, matrix)

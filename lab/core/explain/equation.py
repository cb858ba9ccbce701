"""The equations of one layer, as a layer's kind writes them: formula and shapes as text, and the matrices as tiles."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lab.core.explain.matrices import MATRICES
from lab.core.explain.superscript import superscript
from lab.core.explain.tile import MatrixKey, Part, Tile, View

Tiles = tuple[Tile, ...]


@dataclass(frozen=True)
class Equation:
    """One step of backprop at one layer: its name, the formula, the shapes in it, a note, what it yields, its tiles."""

    name: str
    formula: str
    shapes: str
    note: str
    matrix: str | None
    """The name of the matrix that it computes, as the inspector knows it."""
    tiles: Tiles
    """The matrices from left to right; the last one is the result."""
    beside: bool = False
    """Whether it goes on from the equation before it, and stands beside it where there is room."""


@dataclass(frozen=True)
class HandedDown:
    """The error that a layer hands down as a product, with the shapes in it: "δ³ (W³)ᵀ", "(32×3)·(3×8)"."""

    formula: str
    shapes: str
    tiles: Tiles


@dataclass(frozen=True)
class EquationFrame:
    """What a layer's kind writes its equations with: its number and widths, m examples as rows or one as a column.

    above: what the next layer hands down, None where that is no product of matrices or where this is the last.
    output: the equation of delta^L where this is the last layer. optimizer: how the optimizer changes a parameter,
    with g as its gradient. rate: eta where the change is -eta times the gradient and nothing else, None elsewhere.
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
    rate: float | None = None

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

    # tiles

    def tile(self, name: str, part: Part, operator: str = "", transposed: bool = False) -> Tile:
        """Return a matrix of this layer; with one example its row is a column, and so is a vector.

        transposed: as in Wᵀ, or δᵀ of one example.
        """
        return self._tile(MatrixKey(self.number - 1, name), self.outputs, part, operator, transposed)

    def input(self, part: Part, operator: str = "", transposed: bool = False) -> Tile:
        """Return the layer's input: X, or a of the layer below."""
        key = MatrixKey(self.number - 2, "a") if self.number > 1 else MatrixKey(0, "x")
        return self._tile(key, self.inputs, part, operator, transposed)

    def share(self, name: str, operator: str) -> Tile:
        """Return a gradient as the result of an equation: the batch's, or what the one example adds to it."""
        found = self.tile(name, Part.RESULT, operator)
        return replace(found, view=View.SHARE) if self.one else found

    def _tile(self, key: MatrixKey, width: int, part: Part, operator: str, transposed: bool) -> Tile:
        kind = MATRICES[key.name]
        sizes = {"examples": 1 if self.one else self.m, "inputs": self.inputs, "units": width, "": 1}
        rows, columns = sizes[kind.axes[0]], sizes[kind.axes[1]]
        of_examples = kind.axes[0] == "examples"
        turned = transposed != (self.one and (of_examples or not kind.axes[0]))
        shape = (columns, rows) if turned else (rows, columns)
        view = View.EXAMPLE if self.one and of_examples else View.WHOLE
        symbol = kind.at(key.layer + 1) + ("ᵀ" if transposed else "")
        if self.one and key.name == "x":
            symbol = symbol.lower()  # one example is written small
        return Tile(key, symbol, shape, part, operator, turned, view)

    def summed(self, name: str, *factors: Tile) -> Tiles:
        """Return what is summed over the rows, and the gradient of that name that it makes."""
        last = "" if len(factors) == 1 else ") "
        first = (replace(factors[0], operator="("), *factors[1:]) if last and not self.one else factors
        if self.one:
            return (*first, self.share(name, "="))
        return (*first, self.share(name, f"{last}Σ ↓ / {self.m} =" if self.mean else f"{last}Σ ↓ ="))

    def error_tiles(self) -> Tiles:
        """Return the error of a: the product that the layer above hands down, or the matrix itself."""
        return self.above.tiles if self.above is not None else (self.tile("error", Part.CELL),)

    # equations that several kinds have

    def activation(self, formula: str, reads: Part) -> Equation:
        """Return a = σ(z) with the formula of σ as its note; reads: what of z goes into a cell of a."""
        tiles = (self.tile("z", _turned(reads, self.one)), self.tile("a", Part.RESULT, "σ →"))
        shapes = f"({self.out}) → ({self.out})"
        return Equation("activation", f"a{self.me} = σ(z{self.me})", shapes, formula, "a", tiles, beside=True)

    def plain_error(self, note: str) -> Equation:
        """Return delta of a layer without σ: it is the error of a itself."""
        tiles = (*self.error_tiles(), self.tile("delta", Part.RESULT, "="))
        formula = f"δ{self.me} = ∂L/∂a{self.me}" + (f" = {self.above.formula}" if self.above is not None else "")
        shapes = f"({self.out})" if self.above is None else f"{self.above.shapes} → ({self.out})"
        return Equation("error", formula, shapes, note, "delta", tiles)

    def hidden_error(self) -> tuple[str, str, str]:
        """Return the error that comes from above: its formula, its shapes, and a note on what e is, or ""."""
        if self.above is not None:
            return self.above.formula, f"({self.above.shapes})", ""
        return "e", f"({self.out})", f"e = ∂L/∂a{self.me}, the error that layer {self.number + 1} hands down; "

    def through(self, error: Sequence[Tile], slope: Tile, factor: str = "⊙") -> Tiles:
        """Return what makes delta of an error of one tile or more: its product with the slope, or a softmax's J."""
        first, *others = error
        if not others:
            return (first, replace(slope, operator=factor), self.tile("delta", Part.RESULT, "="))
        opened = replace(first, operator=f"({first.operator}")
        return (opened, *others, replace(slope, operator=f") {factor}"), self.tile("delta", Part.RESULT, "="))

    def update(self, name: str) -> Equation:
        """Return the update of a parameter: minus eta times its gradient, or plus whatever the optimizer made of it."""
        symbol, me = MATRICES[name].symbol, self.me
        note = self.optimizer.replace("{g}", f"g = ∂L/∂{symbol}{me}{self.extras}")
        before, after = self.tile(name, Part.CELL), self.tile(f"new_{name}", Part.RESULT, "=")
        if self.rate is not None:
            change = self.tile(f"d{name}", Part.CELL, f"− {self.rate:.4g} ·")
            if self.one and self.m > 1:  # not what the one example adds, which stands beside it under the same symbol
                change = replace(change, symbol=f"{change.symbol}, {'mean' if self.mean else 'sum'} of {self.m}")
            formula = f"{symbol}{me} new = {symbol}{me} − η ∂L/∂{symbol}{me}"
        else:
            change = self.tile(f"update_{name}", Part.CELL, "+")
            formula = f"{symbol}{me} new = {symbol}{me} + Δ{symbol}{me}"
        return Equation(
            "update", formula, self._shape_of(name), note, f"new_{name}", (before, change, after), beside=True
        )

    def stays(self, name: str) -> Equation:
        """Return the update of a parameter that does not learn: it stays as it is, whatever its gradient."""
        symbol = f"{MATRICES[name].symbol}{self.me}"
        tiles = (self.tile(name, Part.CELL), self.tile(f"new_{name}", Part.RESULT, "="))
        note = f"{symbol} does not learn, by the layer's settings"
        return Equation(
            "update", f"{symbol} new = {symbol}", self._shape_of(name), note, f"new_{name}", tiles, beside=True
        )

    def _shape_of(self, name: str) -> str:
        shape = (self.inputs, self.outputs) if MATRICES[name].axes[0] else (self.outputs,)
        return f"({'×'.join(map(str, shape))})"


def _turned(part: Part, one: bool) -> Part:
    """Return what a row of an example is where the example is a column."""
    return Part.COLUMN if one and part is Part.ROW else part

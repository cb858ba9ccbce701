"""A cell of a step: its name, as m examples in rows or one example in a column, and its number.

For m examples the cells of z, a and delta have two numbers, z²[3, 5]: example 3, unit 5. One example is a column,
z²[5], whatever its row in the batch. Parameters and their gradients are named alike in both forms.
"""

from dataclasses import dataclass, replace

from lab.core.explain.explanation import Factor, Place
from lab.core.explain.matrices import MATRICES
from lab.core.explain.step_record import LayerStep, Step
from lab.core.explain.superscript import superscript

Index = int | str
"""A number, or the letter of the index that a sum runs over."""


@dataclass(frozen=True, eq=False)
class Cell:
    """A unit of a layer of a step for one example of its batch; `column`: that example stands alone as a column."""

    step: Step
    layer: int
    row: int
    unit: int
    column: bool
    running: str = ""
    """The letter that stands for the example in names where a sum runs over all of them."""

    @property
    def here(self) -> LayerStep:
        """What the step left in this layer."""
        return self.step.layers[self.layer]

    @property
    def up(self) -> "Cell":
        """The same cell of the layer above."""
        return replace(self, layer=self.layer + 1)

    def at(self, row: int, unit: int) -> "Cell":
        """Return the cell of another example and unit in the same layer."""
        return replace(self, row=row, unit=unit)

    def over(self, letter: str) -> "Cell":
        """Return the cell with a letter in place of its example, as it stands under a sum."""
        return replace(self, running=letter)

    @property
    def is_last(self) -> bool:
        """Whether this is the layer that the loss stands on."""
        return self.layer == len(self.step.layers) - 1

    @property
    def number(self) -> str:
        """The layer's number, from 1, as a superscript."""
        return superscript(self.layer + 1)

    def name(self, array: str, unit: Index, row: Index | None = None) -> str:
        """Return the name of a cell of an array with a row an example: this example's unless `row` is given."""
        return f"{MATRICES[array].at(self.layer + 1)}{self.brackets(unit, row)}"

    def brackets(self, unit: Index, row: Index | None = None) -> str:
        """Return "[3, 5]", or "[5]" in a column."""
        return f"[{unit}]" if self.column else f"[{(self.running or self.row) if row is None else row}, {unit}]"

    def input_name(self, unit: Index, row: Index | None = None) -> str:
        """Return the name of a cell of the layer's input."""
        if self.layer == 0:
            return f"{'x' if self.column else 'X'}{self.brackets(unit, row)}"
        return replace(self, layer=self.layer - 1).name("a", unit, row)

    def parameter_name(self, array: str, *index: Index) -> str:
        """Return the name of a cell of a parameter, or of what is shaped like one."""
        return f"{MATRICES[array].at(self.layer + 1)}[{', '.join(map(str, index))}]"

    def factor(self, array: str, unit: int | None = None) -> Factor:
        """Return a cell of an array with a row an example: this unit's unless another is given."""
        chosen = self.unit if unit is None else unit
        place = Place(self.layer, array, (self.row, chosen))
        return Factor(self.name(array, chosen), float(self.here.arrays[array][self.row, chosen]), place=place)

    def input(self, unit: int) -> Factor:
        """Return a cell of the layer's input."""
        below = (0, "x") if self.layer == 0 else (self.layer - 1, "a")
        place = Place(*below, (self.row, unit))
        return Factor(self.input_name(unit), float(self.here.x[self.row, unit]), place=place)

    def inputs(self) -> list[Factor]:
        """Return all cells of the layer's input for this example, as `input` does one by one."""
        below, array = (0, "x") if self.layer == 0 else (self.layer - 1, "a")
        row, head = self.row, self.input_name("@").split("@")[0]
        numbers = enumerate(self.here.x[row].tolist())
        return [Factor(f"{head}{k}]", value, place=Place(below, array, (row, k))) for k, value in numbers]

    def column_of(self, array: str) -> list[Factor]:
        """Return all cells of a parameter's column of this unit, as `parameter` does one by one."""
        head, unit = self.parameter_name(array, "@").split("@")[0], self.unit
        numbers = enumerate(self.here.arrays[array][:, unit].tolist())
        layer = self.layer
        return [Factor(f"{head}{k}, {unit}]", value, place=Place(layer, array, (k, unit))) for k, value in numbers]

    def parameter(self, array: str, *index: int) -> Factor:
        """Return a cell of a parameter as the forward pass used it, or of what is shaped like one."""
        place = Place(self.layer, array, index)
        return Factor(self.parameter_name(array, *index), float(self.here.arrays[array][index]), place=place)

    def target(self, unit: int) -> Factor:
        """Return a cell of y, after label smoothing."""
        place = Place(len(self.step.layers) - 1, "y", (self.row, unit))
        return Factor(f"y{self.brackets(unit)}", float(self.step.y[self.row, unit]), place=place)


def minus(factor: Factor) -> Factor:
    """Return the factor with its sign changed."""
    return factor._replace(symbol=f"−{factor.symbol}", value=0.0 - factor.value)

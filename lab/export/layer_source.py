"""The layers of a network as Python source in the words of another library: its own blocks, and calls between them.

An export gives a table of words; the expressions of the layers do the rest (see `lab.core.expression`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from lab.core.expression import GIVEN, Expression
from lab.export.refusal import UnknownOperation, refusal

if TYPE_CHECKING:
    from lab.core.layers import Layer


@dataclass(frozen=True)
class Block:
    """A layer that the other library has itself: how it is made, and its arrays by the names that it knows."""

    make: str
    arrays: Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Words:
    """How a library writes operations.

    `calls` has texts with {0}, {1} for the operands and the names of numbers in braces; `blocks` makes the blocks, and
    `use` is the text that calls one, with {name} and {0}.
    """

    calls: Mapping[str, str]
    blocks: Mapping[str, Callable[[Expression], Block]]
    use: str


ARITHMETIC: Mapping[str, str] = {
    "number": "{value!r}",
    "add": "{0} + {1}",
    "subtract": "{0} - {1}",
    "multiply": "{0} * {1}",
    "divide": "{0} / {1}",
}
"""The calls that are the same in every library: Python's own operators."""
_BINDS = {"add": 1, "subtract": 1, "multiply": 2, "divide": 2}
"""How strongly an operator binds; what binds less needs brackets in it, and so does a second operand of the same."""


@dataclass(frozen=True)
class LayerSource:
    """One layer: the comment that names it, its blocks by name, and the lines that make its a of the a before."""

    comment: str
    blocks: Mapping[str, Block]
    lines: Sequence[str]


def layer_sources(layers: Sequence[Layer[Any]], words: Words, path: Path) -> list[LayerSource]:
    """Return the source of every layer; StorageError, naming the file, where one computes what the library has not."""
    sources = []
    for number, layer in enumerate(layers, start=1):
        try:
            blocks, lines = _Writer(words, f"layer_{number}").written(layer.expression(GIVEN))
        except UnknownOperation as error:
            raise refusal(path, number, layer, error) from error
        sources.append(LayerSource(f"# layer {number}, {layer.title}: {layer.formula}", blocks, lines))
    return sources


class _Writer:
    """Writes one expression: what it uses more than once gets a name and a line of its own."""

    def __init__(self, words: Words, name: str) -> None:
        self._words, self._name = words, name
        self._blocks: dict[str, Block] = {}
        self._lines: list[str] = []
        self._names: dict[Expression, str] = {GIVEN: "a"}
        self._uses: dict[Expression, int] = {}

    def written(self, expression: Expression) -> tuple[dict[str, Block], list[str]]:
        """Return the blocks and lines; raises UnknownOperation."""
        self._count(expression)
        text = self._text(expression)
        if text != "a":
            self._lines.append(f"a = {text}")
        return self._blocks, self._lines

    def _count(self, expression: Expression) -> None:
        self._uses[expression] = self._uses.get(expression, 0) + 1
        if self._uses[expression] == 1:
            for operand in expression.operands:
                self._count(operand)

    def _text(self, expression: Expression) -> str:
        if expression not in self._names:
            text = self._call(expression)
            if self._uses[expression] == 1 or not expression.operands:
                return text
            name = "z" if "z" not in self._names.values() else f"t{len(self._names)}"
            self._lines.append(f"{name} = {text}")
            self._names[expression] = name
        return self._names[expression]

    def _operand(self, expression: Expression, place: int) -> str:
        """Return an operand's text, in brackets where an operator would take it apart."""
        operand = expression.operands[place]
        text = self._text(operand)
        if operand in self._names or operand.operation not in _BINDS or expression.operation not in _BINDS:
            return text
        is_bound = _BINDS[operand.operation] >= _BINDS[expression.operation] + place
        return text if is_bound else f"({text})"

    def _call(self, expression: Expression) -> str:
        operation, words = expression.operation, self._words
        operands = [self._operand(expression, place) for place in range(len(expression.operands))]
        if operation in words.calls:
            return words.calls[operation].format(*operands, **expression.numbers)
        if operation not in words.blocks:
            raise UnknownOperation(operation)
        name = self._name + "b" * len(self._blocks)
        self._blocks[name] = words.blocks[operation](expression)
        return words.use.format(*operands, name=name)

"""The same mathematics as plain NumPy source: what each kind says of itself for a script that a person reads.

The core computes into buffers that it reuses; here every line is the formula. A kind that says nothing here cannot be
written as a script, and the export says so in a sentence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


class NoPlainCode(ValueError):
    """A kind has no plain NumPy of its own; the message names it."""


@dataclass(frozen=True)
class PlainFunction:
    """A function of a script: its name, its arguments, what it says of itself, and the lines of its body."""

    name: str
    arguments: str
    about: str
    body: str

    @property
    def source(self) -> str:
        """The definition as Python."""
        lines = "\n".join(f"    {line}" if line else "" for line in self.body.splitlines())
        return f'def {self.name}({self.arguments}):\n    """{self.about}"""\n{lines}\n'


@dataclass(frozen=True)
class LayerFrame:
    """What a layer's kind writes its lines with: names end in the layer's number, as z2 or dW2.

    x: the name of the layer's input. error: the derivative of the summed loss by its a, as an expression; None in the
    last layer, where `output` is the expression of delta. per_m: " / m" where gradients are means, else "".
    """

    number: int
    x: str
    error: str | None
    output: str | None
    per_m: str
    is_first: bool = False

    def factor(self) -> str:
        """Return the error as it stands in a product."""
        assert self.error is not None
        return self.error if self.error.isidentifier() else f"({self.error})"


@dataclass(frozen=True)
class LayerCode:
    """The lines of a layer by the matrix that each computes, in the order of a step.

    infer: as `forward` for a trained network, where that is another. hands_down: the error of its input as an
    expression, which `backward` may prepare. state: lines that run once, before the first step.
    """

    forward: Mapping[str, str]
    backward: Mapping[str, str]
    hands_down: str
    infer: Mapping[str, str] | None = None
    functions: tuple[PlainFunction, ...] = ()
    state: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChangeCode:
    """How an optimizer changes a parameter: the vectors that it keeps for each, and the body of change(g, …, t)."""

    body: str
    memories: tuple[str, ...] = ()
    settings: Mapping[str, float] = field(default_factory=dict)


def returned(text: str) -> str:
    """Return lines whose last one is an expression as the body of a function that returns it."""
    *lines, last = text.splitlines()
    return "\n".join([*lines, f"return {last}"])

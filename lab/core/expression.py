"""What a trained layer computes, as data that an export can write in the words of another program.

Every kind of layer and activation says it once, as an expression of its input, in a few operations that other programs
have too. An export has a table from an operation's name to its own words and asks nobody which kind a thing is.

The operations and what they take:

    input, number                            leaves: an array that is given, and `value`
    add, subtract, multiply, divide, maximum two operands, cell by cell
    exp, log, sqrt, tanh, absolute           one operand, cell by cell
    relu, sigmoid, softplus                  the same: max(z, 0), 1 / (1 + exp(-z)), ln(1 + exp(z))
    at_least, at_most                        the same: max(z, limit) and min(z, limit)
    softmax                                  one operand, over every row
    affine                                   x W + b
    prelu                                    max(x, 0) + alpha min(x, 0), a number for each column
    batch_norm                               gamma (x - running_mean) / sqrt(running_variance + epsilon) + beta
    layer_norm                               the same with mean and variance of the row
    dropout                                  x as it is; in training with `rate` of it at 0
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lab.core.types import Array


@dataclass(frozen=True, eq=False)
class Expression:
    """An operation on other expressions, with the arrays and the numbers that it needs beside them.

    One that is used twice is the same object in both places.
    """

    operation: str
    operands: tuple[Expression, ...] = ()
    arrays: Mapping[str, Array] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)

    def __add__(self, other: Expression | float) -> Expression:
        return Expression("add", (self, _expression(other)))

    def __radd__(self, other: float) -> Expression:
        return _expression(other) + self

    def __sub__(self, other: Expression | float) -> Expression:
        return Expression("subtract", (self, _expression(other)))

    def __rsub__(self, other: float) -> Expression:
        return _expression(other) - self

    def __mul__(self, other: Expression | float) -> Expression:
        return Expression("multiply", (self, _expression(other)))

    def __rmul__(self, other: float) -> Expression:
        return _expression(other) * self

    def __truediv__(self, other: Expression | float) -> Expression:
        return Expression("divide", (self, _expression(other)))


def _expression(value: Expression | float) -> Expression:
    return value if isinstance(value, Expression) else Expression("number", numbers={"value": value})


GIVEN = Expression("input")
"""The leaf that expressions begin with: the array that is given."""


def _of_one(operation: str) -> Callable[[Expression], Expression]:
    return lambda z: Expression(operation, (z,))


exp, log, sqrt, tanh, absolute = map(_of_one, ("exp", "log", "sqrt", "tanh", "absolute"))
relu, sigmoid, softplus, softmax = map(_of_one, ("relu", "sigmoid", "softplus", "softmax"))


def at_least(z: Expression, limit: float) -> Expression:
    """Return max(z, limit)."""
    return Expression("at_least", (z,), numbers={"limit": limit})


def at_most(z: Expression, limit: float) -> Expression:
    """Return min(z, limit)."""
    return Expression("at_most", (z,), numbers={"limit": limit})


def maximum(one: Expression, other: Expression) -> Expression:
    """Return the larger of the two in every cell."""
    return Expression("maximum", (one, other))


def affine(x: Expression, W: Array, b: Array) -> Expression:
    """Return x W + b."""
    return Expression("affine", (x,), {"W": W, "b": b})

"""Gradient check: the gradients of backprop against central differences of the loss, cell by cell.

The difference is (L(w + h) - L(w - h)) / 2h, always in float64. Its truncation error grows as h², its rounding error
as 1/h; both are smallest near the cube root of the machine epsilon times the size of w (Press et al., Numerical
Recipes, 3rd edition, 2007, section 5.7; Nocedal and Wright, Numerical Optimization, 2006, section 8.1).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.core.copying import copy_network, network_like
from lab.core.indices import as_cell, number_below
from lab.core.network import Network
from lab.core.types import Array, Floats, Labels

USUAL_EPSILON = float(np.cbrt(np.finfo(np.float64).eps))
"""About 6e-6: the step for a parameter of size 1."""
FLOOR = 1e-3
"""Gradients smaller than this share of the loss (of 1 where it is smaller) are compared as if they had this size:
rounding of the loss leaves about 1e-11 of it in a difference, whatever the gradient."""
REACH = 2.0
"""A kink counts as reached up to this many times as far away as the step moves what it belongs to: only the two
ends of the step are looked at, not the way between them."""


@dataclass(frozen=True, eq=False)
class GradientCheck:
    """What a check found for k cells of one parameter: both gradients, and how far they are apart.

    cells: (k, ndim); analytic, numeric, relative_error: (k,). relative_error is |analytic - numeric| by the larger
    of the two, or by FLOOR max(1, |loss|) where both are smaller.
    """

    layer: int
    """The layer, from 0."""
    name: str
    """The parameter: W, b, gamma or beta."""
    cells: NDArray[np.int64]
    analytic: Floats
    numeric: Floats
    relative_error: Floats
    epsilon: float
    """The step for a parameter w up to 1 in size; a larger one was moved by epsilon |w|."""
    kink: NDArray[np.bool_]
    """(k,): true where the step reaches a z, or an output, at which a slope jumps: the difference means nothing."""
    losses: Floats
    """(k, 2): L(w + h) and L(w - h)."""
    steps: Floats
    """(k,): h, how far each parameter was moved."""

    @property
    def largest_error(self) -> float:
        """The largest relative error of the cells without a kink; NaN where there are none."""
        return float(self.relative_error[~self.kink].max()) if not self.kink.all() else float("nan")


def check_gradient(
    network: Network,
    x: ArrayLike,
    y: Labels | ArrayLike,
    layer: int,
    name: str,
    cells: Sequence[tuple[int, ...]] | None = None,
    epsilon: float | None = None,
) -> GradientCheck:
    """Compare the gradient of parameter `name` of layer `layer` (from 0) for the batch x, y with differences.

    cells: indices into the parameter, all of them unless given. epsilon: see GradientCheck, USUAL_EPSILON unless
    given. The analytic side runs in the network's own dtype, so a float32 network agrees only to about 1e-5; check
    `copy_network(network, "float64")` for the formulas alone. Both sides are copies with the dropout masks held
    fixed: the network itself stays as it is. Costs two passes forward a cell, from its layer on. Raises ValueError,
    naming the argument.
    """
    return GradientChecker(network, x, y).check(layer, name, cells, epsilon)


class GradientChecker:
    """Checks the gradients of one batch, as `check_gradient` does; the copies of the network are made once.

    x: (m, n); y: (m,) class numbers or (m, c) targets. Raises ValueError where they do not fit.
    """

    def __init__(self, network: Network, x: ArrayLike, y: Labels | ArrayLike) -> None:
        self._own = copy_network(network)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            self._own.forward(x)
            self._loss = self._own.backward(y)
            self._differences = _Differences(self._own, y)

    def check(
        self, layer: int, name: str, cells: Sequence[tuple[int, ...]] | None = None, epsilon: float | None = None
    ) -> GradientCheck:
        """Compare the gradient of parameter `name` of layer `layer` (from 0); ValueError, naming the argument."""
        chosen = _chosen(cells, _shape(self._own, layer, name))
        if epsilon is not None and not (isfinite(epsilon) and epsilon > 0):
            raise ValueError(f"epsilon: {epsilon!r} is not a positive number")
        step = USUAL_EPSILON if epsilon is None else float(epsilon)
        own, at = self._own.layers[layer], tuple(chosen.T)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            analytic = getattr(own, f"d{name}")[at].astype(np.float64)
            numeric, kink, losses, steps = self._differences.along(getattr(own, name)[at], layer, name, chosen, step)
            apart = np.abs(analytic - numeric)
            size = np.maximum(np.abs(analytic), np.abs(numeric))
            error = apart / np.maximum(size, FLOOR * max(1.0, abs(self._loss)))
        return GradientCheck(layer, name, chosen, analytic, numeric, error, step, kink, losses, steps)


class _Differences:
    """A float64 twin of a network that has gone forward and back, for the same batch and the same masks."""

    def __init__(self, own: Network, y: Labels | ArrayLike) -> None:
        self.twin = network_like(own, [layer.held() for layer in own.layers], "float64")
        np.copyto(self.twin.parameters, own.parameters)
        self.x = own.x.astype(np.float64)
        targets = np.asarray(y)
        # Both sides must see the same target: a float32 network rounds it.
        self.y = targets.astype(own.dtype).astype(np.float64) if targets.dtype.kind == "f" else targets
        self.own = own

    def along(
        self, values: Array, layer: int, name: str, cells: NDArray[np.int64], epsilon: float
    ) -> tuple[Floats, NDArray[np.bool_], Floats, Floats]:
        """Return the central differences by these cells, whether a kink is in reach, both losses, and the steps."""
        array: Floats = getattr(self.twin.layers[layer], name)
        numeric, kink = np.zeros(len(cells)), np.zeros(len(cells), np.bool_)
        losses, steps = np.zeros((len(cells), 2)), np.zeros(len(cells))
        self.twin.forward(self.x)
        self.twin.measure(self.y)
        margins, own_margins = _margins(self.twin, layer), _margins(self.own, layer)
        for number, (index, value) in enumerate(zip(cells, values.astype(np.float64), strict=True)):
            cell, h = tuple(index), epsilon * max(1.0, abs(value))
            above, below = value + h, value - h
            array[cell] = above
            loss_above, margins_above = self._evaluate(layer)
            array[cell] = below
            loss_below, margins_below = self._evaluate(layer)
            array[cell] = value
            losses[number], steps[number] = (loss_above, loss_below), (above - below) / 2
            numeric[number] = (loss_above - loss_below) / (above - below)
            moved = np.maximum(np.abs(margins_above - margins), np.abs(margins_below - margins))
            # Where the network's own dtype put it counts too: its slope may be that of the other side.
            reach = np.maximum(REACH * moved, np.abs(own_margins - margins))
            kink[number] = bool(np.any((np.abs(margins) <= reach) & (moved > 0)))
        return numeric, kink, losses, steps

    def _evaluate(self, first: int) -> tuple[float, Floats]:
        """Return loss and margins after a change in layer `first`: what lies below it is as it was."""
        a = self.twin.layers[first - 1].a if first else self.x
        for layer in self.twin.layers[first:]:
            a = layer.forward(a, training=True)
        return self.twin.measure(self.y), _margins(self.twin, first)


def _margins(network: Network, first: int) -> Floats:
    """Return how far every z from layer `first` on, and every output, lies from each place where a slope jumps."""
    found = [margin.astype(np.float64) for layer in network.layers[first:] for margin in layer.kink_margins()]
    kink = network.rule.loss.kink
    if kink is not None:
        a, y = network.layers[-1].a.astype(np.float64), network.y.astype(np.float64)
        found.append(kink(a, y))
    return np.concatenate([margin.ravel() for margin in found]) if found else np.zeros(0)


def _shape(network: Network, layer: int, name: str) -> tuple[int, ...]:
    number = number_below("layer", layer, len(network.layers))
    names = network.slices[number]
    if name not in names:
        has = f"has {', '.join(names)}" if names else "has no parameters"
        raise ValueError(f"name: {name!r} found, but layer {layer}, {network.layers[number].kind}, {has}")
    shape: tuple[int, ...] = getattr(network.layers[number], name).shape
    return shape


def _chosen(cells: Sequence[tuple[int, ...]] | None, shape: tuple[int, ...]) -> NDArray[np.int64]:
    if cells is not None and not len(cells):
        raise ValueError(f"cells: none found, at least one index into shape {shape} expected")
    indices = np.ndindex(shape) if cells is None else (as_cell("cells", cell, shape) for cell in cells)
    return np.array(list(indices), np.int64)

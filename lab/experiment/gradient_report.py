"""The gradient check of a run: what backprop computed beside differences of the loss, and what comes of it in words.

`take_material` copies what is needed between two steps; `check_gradients` then takes its time elsewhere, in float64
whatever the run's dtype, and says after every few cells how far it is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from lab.core.copying import copy_network
from lab.core.explain.matrices import MATRICES
from lab.core.gradient_check import USUAL_EPSILON, GradientCheck, GradientChecker
from lab.core.network import Network
from lab.core.types import Array, Floats
from lab.experiment.session import Session

AGREES = 1e-6
"""A relative error up to this is rounding: in float64 backprop that is right comes to about 1e-9."""
LINES_CHECKED = 20
"""Rows and columns of a large parameter that are checked unless every cell is asked for."""
CURVE_EPSILONS: Floats = np.logspace(-1, -12, 34)
_AT_ONCE = 8

Parameter = tuple[int, str]
"""A layer, from 0, and the name of one of its parameters."""
GoesOn = Callable[[int, int], bool]
"""(cells done, cells in all): is told how far the check is, and returns whether it is still wanted."""


@dataclass(frozen=True, eq=False)
class CheckMaterial:
    """A copy of the network as a step used it, in float64, with the batch of that step."""

    network: Network
    x: Array
    y: Array
    step: int

    @property
    def parameters(self) -> list[Parameter]:
        """Every parameter of every layer."""
        return [(number, name) for number, names in enumerate(self.network.slices) for name in names]


@dataclass(frozen=True, eq=False)
class ParameterCheck:
    """What was found for one parameter: the cells at the crossings of `rows` and `columns`, a vector as one row."""

    layer: int
    name: str
    shape: tuple[int, ...]
    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    found: GradientCheck

    @property
    def symbol(self) -> str:
        """The gradient as formulas write it, as "∂L/∂W¹"."""
        return MATRICES[f"d{self.name}"].at(self.layer + 1)

    @property
    def errors(self) -> Floats:
        """The relative errors, (rows, columns); NaN beside a kink, where a difference means nothing."""
        return np.where(self.found.kink, np.nan, self.found.relative_error).reshape(len(self.rows), -1)

    @property
    def worst(self) -> int | None:
        """Which cell has the largest error, None where all lie beside a kink."""
        errors = np.where(self.found.kink, -1.0, self.found.relative_error)
        errors = np.where(np.isnan(errors), np.inf, errors)
        return None if self.found.kink.all() else int(errors.argmax())

    @property
    def error_text(self) -> str:
        """The largest relative error as it is shown."""
        return "all beside a kink" if self.worst is None else f"{self.found.largest_error:.1e}"

    def cell_text(self, number: int) -> str:
        """Return a cell as "∂L/∂W¹[2, 0]"."""
        return f"{self.symbol}{self.found.cells[number].tolist()}"


@dataclass(frozen=True, eq=False)
class GradientReport:
    """The checks of one step's gradients, and how the error of the worst cell depends on the step ε."""

    step: int
    m: int
    checks: tuple[ParameterCheck, ...]
    curve: Floats
    """The relative error of the worst cell for each of CURVE_EPSILONS; NaN beside a kink. Empty without such a cell."""

    @property
    def worst(self) -> tuple[ParameterCheck, int] | None:
        """The check and the number of the cell with the largest error, None where all lie beside a kink."""
        cells = [(check, check.worst) for check in self.checks]
        found = [(check, number) for check, number in cells if number is not None]
        return max(found, key=lambda each: _error(*each), default=None)

    @property
    def agrees(self) -> bool:
        """Whether no cell differs by more than rounding."""
        return self.worst is None or _error(*self.worst) <= AGREES

    @property
    def cells(self) -> int:
        """How many cells were compared."""
        return sum(len(check.found.cells) for check in self.checks)

    @property
    def kinks(self) -> int:
        """How many of them lie beside a kink."""
        return sum(int(check.found.kink.sum()) for check in self.checks)

    @property
    def verdict(self) -> str:
        """What came of it, in one sentence."""
        worst = self.worst
        if worst is None:
            return (
                f"No verdict: a kink is within reach of each of the {self.cells:,} cells, so differences mean nothing."
            )
        check, number = worst
        error = _error(check, number)
        left = f"; {self.kinks:,} cells beside a kink are left out" if self.kinks else ""
        if self.agrees:
            return f"The gradients agree: the largest relative error of {self.cells:,} cells is {error:.1e}{left}."
        found = check.found
        return (
            f"The gradients differ: {check.cell_text(number)} is {found.analytic[number]:.6g} by backprop and "
            f"{found.numeric[number]:.6g} by differences, a relative error of {error:.1e}{left}."
        )


def explained(check: ParameterCheck, number: int) -> str:
    """Return how both gradients of a cell come about, in numbers."""
    found = check.found
    above, below = found.losses[number].tolist()
    h = float(found.steps[number])
    kink = (
        "\nA slope jumps within reach of this step, so the difference is that of two pieces."
        if found.kink[number]
        else ""
    )
    return (
        f"{check.cell_text(number)} by backprop: {found.analytic[number]:.12g}\n"
        f"by differences: (L(w + h) − L(w − h)) / 2h = ({above:.15g} − {below:.15g}) / (2 · {h:.3g}) "
        f"= {found.numeric[number]:.12g}\n"
        f"apart by {abs(found.analytic[number] - found.numeric[number]):.2g}, relative error "
        f"{found.relative_error[number]:.2g}{kink}"
    )


def report_text(report: GradientReport) -> str:
    """Return a report as lines of text: a line a parameter, then the worst cell and the verdict."""
    lines = [f"{'parameter':<10} {'shape':>12} {'cells':>7} {'kinks':>6}  {'largest relative error'}"]
    for check in report.checks:
        found, shape = check.found, "×".join(map(str, check.shape))
        counts = f"{len(found.cells):>7,} {int(found.kink.sum()):>6,}"
        lines.append(f"{check.symbol:<10} {shape:>12} {counts}  {check.error_text}")
    return "\n".join([*lines, *(["", explained(*report.worst)] if report.worst else []), "", report.verdict])


def take_material(session: Session) -> CheckMaterial:
    """Return a copy of the network with the weights, masks and batch of the step on show.

    Before the first step it is that of the first rows. To be called between two steps.
    """
    network, rows = copy_network(session.network, "float64"), session.used_rows
    if len(rows):
        network.parameters[...] = session.used_parameters
        network.buffers[...] = session.used_buffers
        if session.used_stream is not None:
            network.dropout_stream.bit_generator.state = session.used_stream
    else:
        train = session.parts["train"].examples
        rows = np.arange(min(session.experiment.training.batch_size, train))
    x, y = session.gather(rows)
    return CheckMaterial(network, x.astype(np.float64), y.copy(), session.steps)


def check_gradients(
    material: CheckMaterial,
    wanted: Sequence[Parameter],
    goes_on: GoesOn = lambda _done, _total: True,
    every_cell: bool = False,
    epsilon: float = USUAL_EPSILON,
) -> GradientReport | None:
    """Compare these parameters' gradients with differences; None where `goes_on` ended it."""
    network = material.network
    checker = GradientChecker(network, material.x, material.y)
    places = [_places(getattr(network.layers[layer], name).shape, every_cell) for layer, name in wanted]
    total, done = sum(len(rows) * len(columns) for rows, columns in places), 0
    checks: list[ParameterCheck] = []
    for (layer, name), (rows, columns) in zip(wanted, places, strict=True):
        shape = getattr(network.layers[layer], name).shape
        crossings = product(rows.tolist(), columns.tolist())
        cells = [cell if len(shape) == 2 else cell[1:] for cell in crossings]
        parts = []
        for begin in range(0, len(cells), _AT_ONCE):
            if not goes_on(done, total):
                return None
            part = cells[begin : begin + _AT_ONCE]
            parts.append(checker.check(layer, name, part, epsilon))
            done += len(part)
        checks.append(ParameterCheck(layer, name, shape, rows, columns, _together(parts)))
    report = GradientReport(material.step, len(material.x), tuple(checks), np.empty(0))
    curve = _curve(checker, report)
    return GradientReport(report.step, report.m, report.checks, curve) if goes_on(total, total) else None


def _places(shape: tuple[int, ...], every_cell: bool) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows and columns to check: all of them, or some from the first to the last."""
    return tuple(  # type: ignore[return-value]
        np.arange(size)
        if every_cell or size <= LINES_CHECKED
        else np.unique(np.linspace(0, size - 1, LINES_CHECKED).astype(np.int64))
        for size in (1, *shape)[-2:]
    )


def _together(parts: Sequence[GradientCheck]) -> GradientCheck:
    first = parts[0]
    names = ("cells", "analytic", "numeric", "relative_error")
    one = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    rest = {name: np.concatenate([getattr(part, name) for part in parts]) for name in ("kink", "losses", "steps")}
    return GradientCheck(first.layer, first.name, **one, epsilon=first.epsilon, **rest)


def _curve(checker: GradientChecker, report: GradientReport) -> Floats:
    if report.worst is None:
        return np.empty(0)
    check, number = report.worst
    cell = tuple(check.found.cells[number].tolist())
    found = [checker.check(check.layer, check.name, [cell], epsilon) for epsilon in CURVE_EPSILONS.tolist()]
    return np.array([np.nan if one.kink[0] else one.relative_error[0] for one in found])


def _error(check: ParameterCheck, number: int) -> float:
    error = float(check.found.relative_error[number])
    return float("inf") if np.isnan(error) else error

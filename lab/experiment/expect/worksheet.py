"""A worksheet on the step on show: what is given, questions along one example with room for answers, and their key."""

from collections.abc import Iterator
from dataclasses import dataclass

from lab.core.explain.explain_cell import explain, explainable, shape_in
from lab.core.explain.explanation import Explanation
from lab.core.explain.matrices import MATRICES
from lab.core.explain.step_record import Step
from lab.experiment.explanation_text import explanation_text
from lab.experiment.written.writing import NamedMatrix, number

MOST_GIVEN = 240
"""Numbers that a page has room for."""
_MOST_TERMS = 12
_WHOLE_ROW = 4
"""Rows of up to so many units are asked for whole; of a wider one, its first units."""


class TooLarge(ValueError):
    """A network or batch that no page has room for; a sentence."""


@dataclass(frozen=True)
class WorksheetQuestion:
    """A question, how many numbers are to be written down, and the lines of its key."""

    text: str
    blanks: int
    key: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Worksheet:
    """title: of both pages. setting: what the network is, in words. given: matrices. questions: in their order."""

    title: str
    setting: str
    given: tuple[NamedMatrix, ...]
    questions: tuple[WorksheetQuestion, ...]


def worksheet(step: Step, title: str, setting: str, example: int) -> Worksheet:
    """Return the worksheet that follows one example of the batch, by its place from 0, through the whole step.

    Raises TooLarge, a sentence, where what is given has no room on a page.
    """
    given = tuple(_given(step))
    numbers = sum(matrix.values.size for matrix in given)
    if numbers > MOST_GIVEN:
        raise TooLarge(
            f"a worksheet has room for {MOST_GIVEN} numbers, and X, y and the parameters have {numbers:,}: "
            "take a smaller network, fewer inputs or a smaller batch"
        )
    row = min(example, len(step.y) - 1)
    setting = f"{setting}. Rows and columns count from 0; the questions follow row {row} of X."
    return Worksheet(title, setting, given, tuple(_questions(step, row)))


def _given(step: Step) -> Iterator[NamedMatrix]:
    first, last = step.layers[0], step.layers[-1]
    yield NamedMatrix("X", "x", first.arrays["x"])
    yield NamedMatrix("y", "y", last.arrays["y"])
    for layer, here in enumerate(step.layers):
        for name in here.slices:
            yield NamedMatrix(MATRICES[name].at(layer + 1), f"{name}{layer + 1}", here.arrays[name])
        if "mask" in here.arrays:
            yield NamedMatrix(MATRICES["mask"].at(layer + 1), f"mask{layer + 1}", here.arrays["mask"])


def _questions(step: Step, example: int) -> Iterator[WorksheetQuestion]:
    last = len(step.layers) - 1
    for layer, here in enumerate(step.layers):
        names = [name for name in here.layer.shown_arrays() if name not in ("delta", "slope", "mask")]
        yield from (_row(step, layer, name, example) for name in names)
    yield _loss(step, last, example)
    for layer in range(last, -1, -1):
        yield _row(step, layer, "delta", example)
    for layer, here in enumerate(step.layers):
        for name in here.slices:
            yield from _parameter(step, layer, name, example)


def _row(step: Step, layer: int, name: str, example: int) -> WorksheetQuestion:
    """Ask for the row of the example, and for the shape of the matrix."""
    rows, units = shape_in(step, layer, name)
    asked = min(units, _WHOLE_ROW)
    symbol = MATRICES[name].at(layer + 1)
    found = [explain(step, layer, name, (example, unit)) for unit in range(asked)]
    which = f"[{example}, :]" if asked == units else f"[{example}, 0 to {asked - 1}]"
    key = (f"{symbol} is {rows}×{units}", *map(_written_out, found))
    return WorksheetQuestion(f"The shape of {symbol}, and {symbol}{which} = ", asked + 1, key)


def _loss(step: Step, last: int, example: int) -> WorksheetQuestion:
    """Ask for the loss of the example; the key has each of its terms that is not 0."""
    terms = step.layers[last].arrays["terms"][example].tolist()
    found = [explain(step, last, "terms", (example, unit)) for unit, term in enumerate(terms) if term]
    whole = explain(step, last, "loss", (0,), example)
    return WorksheetQuestion("What this example adds to the loss: L = ", 1, tuple(map(_written_out, [*found, whole])))


def _written_out(found: Explanation) -> str:
    """Return a cell with every term that a page has room for."""
    return explanation_text(found, most=_MOST_TERMS)


def _cell(
    step: Step, layer: int, name: str, cell: tuple[int, ...], example: int | None, text: str
) -> WorksheetQuestion:
    return WorksheetQuestion(text, 1, (_written_out(explain(step, layer, name, cell, example)),))


def _parameter(step: Step, layer: int, name: str, example: int) -> Iterator[WorksheetQuestion]:
    """Ask for a cell of the gradient, this example's share and the whole, and for the parameter after the update."""
    cell = (0,) * step.layers[layer].arrays[name].ndim
    place = f"[{', '.join(map(str, cell))}]"
    symbol, gradient = MATRICES[name].at(layer + 1), MATRICES[f"d{name}"].at(layer + 1)
    yield _cell(step, layer, f"d{name}", cell, example, f"What this example adds to {gradient}{place}: ")
    if f"new_{name}" in explainable(step, layer):
        whole = explain(step, layer, f"d{name}", cell)
        text = f"Over the batch {whole.symbol} is {number(whole.cell)}. After the update {symbol}{place} = "
        yield WorksheetQuestion(
            text,
            1,
            tuple(_written_out(explain(step, layer, f"{prefix}{name}", cell)) for prefix in ("update_", "new_")),
        )

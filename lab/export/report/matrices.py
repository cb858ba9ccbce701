"""The matrices of one step: every layer's equations, and each of its matrices as a picture, small ones in numbers."""

from collections.abc import Iterator

import numpy as np

from lab.array_summary import summary_of
from lab.core.explain.matrices import MATRICES
from lab.core.types import Array
from lab.experiment.session import Session
from lab.experiment.stack.equations import equations
from lab.experiment.stack.matrices import matrix_shapes
from lab.experiment.stack.stack import stack_rows
from lab.experiment.step_arrays import step_array
from lab.export.report.heatmap import heatmap
from lab.export.report.markup import Markup, element, number
from lab.export.report.sections import section

_MOST_ROWS, _MOST_COLUMNS = 8, 8
"""A matrix with up to that many is written out."""


def matrices_section(session: Session) -> Markup:
    """Return the matrices of the step that is on show, layer by layer."""
    m = len(session.used_rows)
    if not m:
        return section("Matrices", element("p", "No step has been taken yet.", class_="dim"))
    words = (
        f"Step {session.steps:,}, a batch of {m:,}: everything here belongs to this one step, W and b as its forward "
        "pass used them. Blue is negative, orange positive, the ground is zero; the strongest colour is the largest "
        "number of that matrix."
    )
    layers = [part for layer in range(len(session.network.layers)) for part in _layer(session, layer, m)]
    return section("Matrices of one step", element("p", words, class_="small dim"), *layers)


def _layer(session: Session, layer: int, m: int) -> Iterator[Markup]:
    experiment, data = session.experiment, session.dataset
    rows = stack_rows(experiment, data.inputs, data.classes)
    title = session.network.layers[layer].title
    yield element("h3", f"Layer {layer + 1}: {title}, {rows[layer].inputs:,} → {rows[layer].outputs:,}")
    lines = [
        element("div", f"{each.formula}", element("span", f"   {each.shapes}", class_="dim"))
        for each in equations(experiment, rows, layer, m, False, session.used_rate)
    ]
    yield element("div", *lines, class_="formula")
    shown = []
    for name in matrix_shapes(experiment, rows, m)[layer]:
        array = step_array(session, layer, name) if MATRICES[name].is_listed and not name.startswith("new_") else None
        if array is not None:
            shown.append(_matrix(array, name, layer))
    yield element("div", *shown, class_="matrices")


def _matrix(array: Array, name: str, layer: int) -> Markup:
    kind = MATRICES[name]
    symbol, shape = kind.at(layer + 1), "×".join(map(str, array.shape))
    rows = array.reshape(-1, array.shape[-1])
    summary = summary_of(array)
    about = f"{number(summary.minimum)} … {number(summary.maximum)}"
    head = element("div", element("b", symbol), f"  {kind.word}, {shape}", class_="dim")
    parts = [head, heatmap(rows, f"{symbol}, {kind.word}, {shape}"), element("div", about, class_="small dim")]
    if rows.shape[0] <= _MOST_ROWS and rows.shape[1] <= _MOST_COLUMNS:
        parts.append(_cells(rows))
    return element("figure", *parts, class_="matrix")


def _cells(rows: Array) -> Markup:
    return element("table", *(element("tr", *map(_cell, row)) for row in rows), class_="cells")


def _cell(value: np.floating) -> Markup:
    return element("td", number(float(value)), class_="below" if value < 0 else "above" if value > 0 else None)

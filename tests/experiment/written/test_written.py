"""Cells, matrices and pages in every format: nothing is left out, and the Python gives the very numbers again."""

import re

import numpy as np
import pytest

from lab.core.explain.explain_cell import explain, explainable, shape_in
from lab.core.explain.explanation import Explanation
from lab.core.layers import BatchNorm, Dense, Dropout
from lab.core.network import Network
from lab.core.optimizers import Adam
from lab.core.step_recording import step_of
from lab.experiment.written.latex import math
from lab.experiment.written.writing import MOST_ON_A_PAGE, NamedMatrix, Page, PageEquation
from lab.experiment.written.writings import WRITINGS


@pytest.fixture(scope="module")
def sums() -> list[Explanation]:
    """One cell of every matrix of a network, explained."""
    net = Network(3, [Dense(4, "tanh"), BatchNorm(), Dropout(0.3), Dense(3, "softmax")], dtype="float64")
    rule, rng = Adam(0.01), np.random.default_rng(0)
    for _ in range(2):
        net.forward(rng.normal(size=(5, 3)))
        net.backward(rng.integers(0, 3, 5))
        used = net.parameters.copy()
        rule.step(net)
    step = step_of(net, used, rule)
    return [
        explain(step, layer, name, tuple(size - 1 for size in shape_in(step, layer, name)))
        for layer in range(4)
        for name in explainable(step, layer)
    ]


def test_the_python_of_a_sum_gives_the_cell(sums: list[Explanation]) -> None:
    for found in sums:
        names: dict[str, float] = {}
        exec(WRITINGS["numpy"].write_sum(found), names)
        assert names["value"] == pytest.approx(found.cell, rel=1e-9, abs=1e-12)
        assert names["cell"] == found.cell


@pytest.mark.parametrize("name", WRITINGS)
def test_all_terms_are_written(name: str, sums: list[Explanation]) -> None:
    found = next(each for each in sums if each.symbol.startswith("∂L/∂W"))
    text = WRITINGS[name].write_sum(found)
    for term in found.terms:
        digits = f"{abs(term.factors[0].value):.4g}".rstrip("0")[:5]
        assert digits in text


def test_a_formula_becomes_latex() -> None:
    assert math("δ²[3, 5] · σ′(z¹[3, 5])") == r"\delta^{(2)}_{3, 5} \cdot \sigma'(z^{(1)}_{3, 5})"
    assert math("Σₖ exp(z²[3, k] − z_max)").startswith(r"\sum_{k} \exp")
    assert math("∂L/∂W¹²[0, 1]") == r"\partial L/\partial W^{(12)}_{0, 1}"


def test_latex_has_no_sign_that_it_does_not_know(sums: list[Explanation]) -> None:
    for found in sums:
        text = WRITINGS["latex"].write_sum(found)
        assert not re.findall(r"[^\x00-\x7f]", text), text
        assert text.count("{") == text.count("}")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_python_of_a_matrix_gives_every_digit(dtype: str) -> None:
    values = np.random.default_rng(1).normal(size=(3, 4)).astype(dtype) * np.float32(1e-7)
    values[0, 1], values[2, 3] = np.nan, np.inf
    for matrix in (NamedMatrix("δ²", "delta2", values), NamedMatrix("b²", "delta2", values[1])):
        names = {"np": np}
        exec(WRITINGS["numpy"].write_matrix(matrix), names)
        written = names["delta2"]
        assert written.dtype == dtype
        np.testing.assert_array_equal(written, matrix.values)


@pytest.mark.parametrize("name", WRITINGS)
def test_a_page_has_every_equation_and_leaves_out_what_is_too_large(name: str) -> None:
    small = NamedMatrix("z¹", "z1", np.array([[1.25, -2.0]]))
    large = NamedMatrix("W¹", "W1", np.zeros((MOST_ON_A_PAGE, 2)))
    page = Page("Layer 1", (PageEquation("weighted input", "z¹ = X W¹ + b¹", "(1×2)", (large, small)),))
    text = WRITINGS[name].write_page(page)
    assert "weighted input" in text
    assert "1.25" in text
    assert "too large" in text
    assert len(text) < 2000

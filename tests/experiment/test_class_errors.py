"""Errors of a part against scikit-learn: counts, precision, recall, F1, ROC and AUC of every class, and numbers."""

import numpy as np
import pytest
from sklearn import metrics as sk

from lab.core.metrics import roc_curve
from lab.experiment.class_errors import class_errors, number_errors, rows_of_cell


def guesses(m: int, c: int, seed: int, digits: int) -> tuple[np.ndarray, np.ndarray]:
    """Return classes and shares that lean towards them, rounded so that there are ties."""
    rng = np.random.default_rng(seed)
    true = rng.integers(0, c, m)
    raw = rng.random((m, c)) + 0.5 * np.eye(c)[true]
    return true, np.round(raw / raw.sum(axis=1, keepdims=True), digits)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("m", "c", "digits"), [(60, 2, 3), (200, 5, 1), (30, 3, 16)])
def test_the_figures_are_those_of_scikit_learn(m: int, c: int, digits: int, seed: int) -> None:
    true, values = guesses(m, c, seed, digits)
    found, taken = class_errors(true, values), values.argmax(axis=1)
    labels = list(range(c))
    assert np.array_equal(found.counts, sk.confusion_matrix(true, taken, labels=labels))
    precision, recall, f1, support = sk.precision_recall_fscore_support(true, taken, labels=labels, zero_division=0)
    for own, theirs in (
        (found.precision, precision),
        (found.recall, recall),
        (found.f1, f1),
        (found.examples, support),
    ):
        assert own == pytest.approx(theirs)
    for k in labels:
        assert found.auc[k] == pytest.approx(sk.roc_auc_score(true == k, values[:, k]))
        false, hit, _ = sk.roc_curve(true == k, values[:, k], drop_intermediate=False)
        own_false, own_hit = roc_curve(true == k, values[:, k])
        assert own_false == pytest.approx(false)
        assert own_hit == pytest.approx(hit)
        assert np.trapezoid(own_hit, own_false) == pytest.approx(found.auc[k])


def test_a_long_curve_is_thinned_and_keeps_its_ends() -> None:
    true, values = guesses(5000, 3, 0, 16)
    for false, hit in class_errors(true, values).roc:
        assert len(false) == 400
        assert (false[0], hit[0], false[-1], hit[-1]) == (0, 0, 1, 1)


def test_a_class_that_is_missing_has_no_curve_and_outputs_that_are_no_numbers_are_in_no_count() -> None:
    true = np.array([0, 1, 1, 0, 1])
    values = np.array([[0.6, 0.3, 0.1], [0.2, 0.7, 0.1], [0.5, 0.4, 0.1], [0.6, 0.1, 0.3], [np.nan, 0.5, 0.5]])
    found = class_errors(true, values)
    assert found.known == 4
    assert found.counts.tolist() == [[2, 0, 0], [1, 1, 0], [0, 0, 0]]
    assert np.isnan(found.auc[2])
    assert len(found.roc[2][0]) == 0
    assert rows_of_cell(true, values, (1, 0)).tolist() == [2]
    assert rows_of_cell(true, values, (1, 1)).tolist() == [1]
    nothing = class_errors(np.zeros(0, np.int64), np.zeros((0, 2)))
    assert (nothing.known, nothing.counts.sum()) == (0, 0)


def test_the_surest_example_of_a_cell_comes_first() -> None:
    true = np.zeros(4, np.int64)
    values = np.array([[0.4, 0.6], [0.1, 0.9], [0.8, 0.2], [0.3, 0.7]])
    assert rows_of_cell(true, values, (0, 1)).tolist() == [1, 3, 0]


def test_numbers_are_measured_as_scikit_learn_does() -> None:
    rng = np.random.default_rng(1)
    true = rng.normal(size=50)
    values = true + rng.normal(size=50)
    found = number_errors(true, values)
    assert found.rmse == pytest.approx(np.sqrt(sk.mean_squared_error(true, values)))
    assert found.mae == pytest.approx(sk.mean_absolute_error(true, values))
    assert found.r_squared == pytest.approx(sk.r2_score(true, values))
    assert number_errors(true, np.append(values[:-1], np.inf)).known == 49
    assert number_errors(true, np.full(50, np.nan)).known == 0

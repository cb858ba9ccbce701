"""Top-k, precision, recall, F1, ROC AUC and the errors of numbers against scikit-learn, and where they end."""

from math import isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn import metrics as theirs

from lab.core import metrics as ours

SEEDS = range(12)


def _classified(seed: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return true classes and outputs that are right more often than not; some classes may be missing."""
    rng = np.random.default_rng(seed)
    classes, m = int(rng.integers(2, 7)), int(rng.integers(5, 60))
    true = rng.integers(0, classes, m)
    a = rng.dirichlet(np.ones(classes), m) + 0.3 * np.eye(classes)[true]
    return true, a


def _confusion(true: NDArray[np.int64], a: NDArray[np.float64]) -> NDArray[np.int64]:
    return ours.confusion_counts(true, ours.predicted_classes(a), a.shape[1])


@pytest.mark.parametrize("seed", SEEDS)
def test_precision_recall_and_f1_of_every_class_and_macro(seed: int) -> None:
    true, a = _classified(seed)
    confusion = _confusion(true, a)
    labels = range(a.shape[1])
    expected = theirs.precision_recall_fscore_support(true, a.argmax(1), labels=labels, zero_division=0)
    for found, right in zip((ours.precision, ours.recall, ours.f1), expected, strict=False):
        np.testing.assert_allclose(found(confusion), right, rtol=1e-14)
    macro = theirs.precision_recall_fscore_support(true, a.argmax(1), labels=labels, average="macro", zero_division=0)
    for found, right in zip((ours.precision, ours.recall, ours.f1), macro, strict=False):
        assert ours.macro(found(confusion)) == pytest.approx(right, rel=1e-13)


def test_a_class_that_never_occurs_and_is_never_guessed_has_0() -> None:
    confusion = np.array([[3, 0, 0], [1, 2, 0], [0, 0, 0]])
    for metric in (ours.precision, ours.recall, ours.f1):
        assert metric(confusion)[2] == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_top_k(seed: int) -> None:
    true, a = _classified(seed)
    classes = a.shape[1]
    for k in range(1, classes + 1):
        found = ours.top_k_accuracy(true, a, k)
        ranks = [list(np.argsort(-row)).index(label) for row, label in zip(a, true, strict=True)]
        assert found == pytest.approx(np.mean([rank < k for rank in ranks]), rel=1e-14)
        if classes > 2 and k < classes:
            right = theirs.top_k_accuracy_score(true, a, k=k, labels=range(classes))
            assert found == pytest.approx(right, rel=1e-14)
    assert ours.top_k_accuracy(true, a, classes) == 1
    assert ours.top_k_accuracy(true, a, 1) == pytest.approx(ours.accuracy(_confusion(true, a)))


@given(st.lists(st.tuples(st.integers(0, 3), st.tuples(*[st.integers(0, 2)] * 4)), min_size=1, max_size=20))
def test_top_1_is_the_accuracy_where_outputs_are_equal_too(rows: list[tuple[int, tuple[int, ...]]]) -> None:
    true, a = np.array([row[0] for row in rows]), np.array([row[1] for row in rows], float)
    assert ours.top_k_accuracy(true, a, 1) == pytest.approx(ours.accuracy(_confusion(true, a)))
    shares = [ours.top_k_accuracy(true, a, k) for k in (1, 2, 3, 4)]
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_where_top_k_ends() -> None:
    a = np.array([[0.2, 0.3, 0.5]])
    assert isnan(ours.top_k_accuracy(np.empty(0, int), np.empty((0, 3)), 1))
    for k in (0, 4, -1):
        with pytest.raises(ValueError, match=r"^k: .* is not a whole number from 1 to 3"):
            ours.top_k_accuracy(np.array([0]), a, k)


# areas


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_area_under_the_roc_curve(seed: int, dtype: str) -> None:
    """With scores of one decimal many are equal, which count half."""
    rng = np.random.default_rng(seed)
    positive = rng.permutation(np.arange(40) < rng.integers(1, 40))
    for score in (rng.normal(positive, 1.0), np.round(rng.normal(positive, 1.0), 1)):
        found = ours.roc_auc(positive, score.astype(dtype))
        assert found == pytest.approx(theirs.roc_auc_score(positive, score.astype(dtype)), rel=1e-12)
        pairs = np.subtract.outer(score.astype(dtype)[positive], score.astype(dtype)[~positive])
        assert found == pytest.approx(((pairs > 0) + 0.5 * (pairs == 0)).mean(), rel=1e-12)


def test_areas_at_their_ends() -> None:
    positive = np.array([False, False, True, True])
    assert ours.roc_auc(positive, np.arange(4.0)) == 1
    assert ours.roc_auc(positive, -np.arange(4.0)) == 0
    assert ours.roc_auc(positive, np.zeros(4)) == 0.5
    for one_sided in (np.zeros(3, bool), np.ones(3, bool), np.zeros(0, bool)):
        assert isnan(ours.roc_auc(one_sided, np.zeros(len(one_sided))))


def test_areas_by_class_are_those_of_each_against_all_others() -> None:
    true, a = np.array([0, 1, 2, 2, 1, 0, 1]), np.random.default_rng(3).dirichlet(np.ones(4), 7)
    found = ours.roc_auc_by_class(true, a)
    assert found.shape == (4,)
    for k in range(3):
        assert found[k] == pytest.approx(theirs.roc_auc_score(true == k, a[:, k]), rel=1e-13)
    assert isnan(found[3])
    single = ours.roc_auc_by_class(true % 2, a[:, :1])
    assert single == pytest.approx(theirs.roc_auc_score(true % 2, a[:, 0]), rel=1e-13)


# numbers


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("outputs", [1, 3])
@pytest.mark.parametrize("seed", SEEDS)
def test_errors_of_numbers(seed: int, outputs: int, dtype: str) -> None:
    rng = np.random.default_rng(seed)
    true = rng.normal(2, 3, (25, outputs)).astype(dtype)
    a = (true + rng.normal(0, seed / 4, true.shape)).astype(dtype)
    exact = 1e-12 if dtype == "float64" else 1e-5
    assert ours.rmse(true, a) == pytest.approx(np.sqrt(theirs.mean_squared_error(true, a)), rel=exact)
    assert ours.mae(true, a) == pytest.approx(theirs.mean_absolute_error(true, a), rel=exact)
    assert ours.r_squared(true, a) == pytest.approx(theirs.r2_score(true, a), rel=exact, abs=exact)


def test_r_squared_of_right_answers_and_of_the_mean() -> None:
    true = np.arange(12.0).reshape(6, 2)
    assert ours.r_squared(true, true) == 1
    assert ours.r_squared(true, np.tile(true.mean(0), (6, 1))) == 0
    assert isnan(ours.r_squared(np.ones((4, 1)), np.zeros((4, 1))))
    assert ours.rmse(true, true) == ours.mae(true, true) == 0

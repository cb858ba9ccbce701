"""Early stopping: counts epochs without a lower loss, and puts the best epoch's weights and statistics back."""

from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.core.layers import BatchNorm, Dense
from lab.core.network import Network
from lab.experiment.forms.training_specs import EarlyStoppingSpec
from lab.experiment.training.early_stopping import EarlyStopping


def _net() -> Network:
    return Network(3, [Dense(4), BatchNorm(), Dense(2, "softmax")])


def _watch(losses: list[float], patience: int, restore_best: bool = True) -> tuple[EarlyStopping, Network, int]:
    """Let the weights of epoch k be all k, and observe until it is over; return the epochs that it took."""
    watch, net = EarlyStopping(EarlyStoppingSpec(patience=patience, restore_best=restore_best)), _net()
    for epoch, loss in enumerate(losses, start=1):
        net.parameters[:] = epoch
        net.buffers[:] = -epoch
        watch.observe(loss, net)
        if watch.is_over:
            return watch, net, epoch
    return watch, net, len(losses)


def test_it_is_over_after_so_many_epochs_without_a_lower_loss() -> None:
    watch, net, epochs = _watch([3.0, 2.0, 2.5, 1.0, 1.0, 1.2, 1.1, 0.5], patience=3)
    assert epochs == 7
    assert (watch.best_epoch, watch.best_loss) == (4, 1.0)
    assert (net.parameters == 4).all()
    assert (net.buffers == -4).all()


def test_without_restoring_the_last_weights_stay() -> None:
    watch, net, epochs = _watch([1.0, 2.0, 3.0], patience=2, restore_best=False)
    assert epochs == 3
    assert watch.is_over
    assert (net.parameters == 3).all()
    assert watch.best is None


@given(st.lists(st.floats(0, 10), min_size=1, max_size=40), st.integers(1, 5))
def test_it_stops_where_one_would_by_hand(losses: list[float], patience: int) -> None:
    watch, net, epochs = _watch(losses, patience)
    seen = losses[:epochs]
    best = seen.index(min(seen)) + 1
    assert (watch.best_epoch, watch.best_loss) == (best, min(seen))
    assert watch.is_over == (epochs - best >= patience)
    assert watch.is_over or epochs == len(losses)
    assert (net.parameters == (best if watch.is_over else epochs)).all()
    for earlier in range(1, epochs):
        assert earlier - (losses.index(min(losses[:earlier])) + 1) < patience


def test_what_is_kept_is_a_copy() -> None:
    watch, net = EarlyStopping(EarlyStoppingSpec(patience=2)), _net()
    before = net.parameters.copy()
    watch.observe(1.0, net)
    net.parameters[:] = 7
    assert watch.best is not None
    np.testing.assert_array_equal(watch.best[0], before)


@pytest.mark.parametrize("lost", [nan, inf])
def test_a_loss_that_is_lost_is_no_lower_one(lost: float) -> None:
    watch, net, epochs = _watch([2.0, lost, lost], patience=2)
    assert (watch.best_epoch, epochs) == (1, 3)
    assert (net.parameters == 1).all()


def test_without_a_spec_it_never_ends() -> None:
    watch, net = EarlyStopping(None), _net()
    for _ in range(50):
        watch.observe(1.0, net)
    assert not watch.is_over
    assert watch.best is None
    assert watch.epoch == 0


def test_at_the_start_it_is_not_over() -> None:
    assert not EarlyStopping(EarlyStoppingSpec(patience=1)).is_over

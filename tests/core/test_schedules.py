"""Schedules: each formula written down again, warm-up before any, cuts on a plateau, and never a rate of 0."""

from collections.abc import Callable
from math import cos, inf, nan, pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.core.options import Option
from lab.core.schedules import SCHEDULES, WARM_UP, Schedule

EPOCHS = 20
WHERE = [0.0, 0.25, 1.0, 2.5, 6.0, 9.99, 10.0, 13.0, 19.75]


def _one_cycle(t: float) -> float:
    """Return the factor of a cycle that rises for 30 % from 0.04 and ends at 0.0001 (Smith 2018), by cosines."""
    share = t / EPOCHS
    if share < 0.3:
        return 0.04 + 0.96 * (1 - cos(pi * share / 0.3)) / 2
    return 0.0001 + 0.9999 * (1 + cos(pi * (share - 0.3) / 0.7)) / 2


FORMULAS: dict[str, Callable[[float], float]] = {
    "constant": lambda t: 1.0,
    "step": lambda t: 0.5 ** int(t / 10),
    "exponential": lambda t: 0.95**t,
    "cosine": lambda t: (1 + cos(pi * t / EPOCHS)) / 2,
    "polynomial": lambda t: (1 - t / EPOCHS) ** 0.9,
    "cosine_restarts": lambda t: (1 + cos(pi * (t / 10 if t < 10 else (t - 10) / 20))) / 2,
    "one_cycle": _one_cycle,
    "plateau": lambda t: 1.0,
}


@pytest.mark.parametrize("kind", SCHEDULES)
def test_the_factor_is_that_of_the_formula(kind: str) -> None:
    schedule = Schedule(kind)
    for t in WHERE:
        assert schedule.factor(t, EPOCHS, 0.25) == pytest.approx(FORMULAS[kind](t), rel=1e-12)


def test_the_options_are_those_of_the_formula() -> None:
    for t in WHERE:
        assert Schedule("step", every=3, factor=0.2).factor(t, EPOCHS) == pytest.approx(0.2 ** (t // 3))
        assert Schedule("exponential", decay=0.5).factor(t, EPOCHS) == pytest.approx(0.5**t)
        expected = 0.2 + 0.8 * (1 + cos(pi * t / EPOCHS)) / 2
        assert Schedule("cosine", final=0.2).factor(t, EPOCHS) == pytest.approx(expected)


def test_a_cycle_begins_at_first_reaches_the_whole_rate_and_ends_at_final() -> None:
    schedule = Schedule("one_cycle", rise=0.25, first=0.1, final=0.05)
    assert schedule.factor(0, EPOCHS) == pytest.approx(0.1)
    assert schedule.factor(5, EPOCHS) == pytest.approx(1)
    assert schedule.factor(EPOCHS, EPOCHS) == pytest.approx(0.05)
    rising = [schedule.factor(t, EPOCHS) for t in np.linspace(0, 5, 30)]
    falling = [schedule.factor(t, EPOCHS) for t in np.linspace(5, EPOCHS, 30)]
    assert rising == sorted(rising)
    assert falling == sorted(falling, reverse=True)


@pytest.mark.parametrize("kind", SCHEDULES)
def test_a_run_that_is_prolonged_beyond_its_schedule_keeps_a_rate(kind: str) -> None:
    schedule = Schedule(kind)
    assert 0 < schedule.factor(3 * EPOCHS, EPOCHS, 0.1) <= 1
    if kind in ("cosine", "one_cycle"):
        assert schedule.factor(3 * EPOCHS, EPOCHS) == schedule.factor(EPOCHS, EPOCHS)


# warm-up


@pytest.mark.parametrize("warm_up", [1, 4, 2.5, 0.5])
@pytest.mark.parametrize("kind", SCHEDULES)
def test_in_the_warm_up_the_rate_rises_evenly_to_the_whole_one(kind: str, warm_up: float) -> None:
    """Of n steps the k-th has k/n of the rate: none has 0, and the last has all of it."""
    schedule = Schedule(kind, warm_up=warm_up)
    steps = round(warm_up * 8)
    factors = [schedule.factor(k / 8, EPOCHS, 1 / 8) for k in range(steps)]
    np.testing.assert_allclose(factors, np.arange(1, steps + 1) / steps, rtol=1e-12)


@pytest.mark.parametrize("warm_up", [1, 4, 2.5])
@pytest.mark.parametrize("kind", ["constant", "step", "exponential", "cosine", "plateau"])
def test_after_the_warm_up_the_schedule_runs_through_the_rest(kind: str, warm_up: float) -> None:
    warmed = Schedule(kind, warm_up=warm_up)
    rest = EPOCHS - warm_up
    for t in (0.0, 0.5, 3.0, 11.25):
        stretched = (1 + cos(pi * t / rest)) / 2 if kind == "cosine" else FORMULAS[kind](t)
        assert warmed.factor(warm_up + t, EPOCHS, 0.1) == pytest.approx(stretched, rel=1e-12)


def test_a_cosine_after_any_warm_up_ends_with_the_run() -> None:
    for warm_up in (0, 1, 2.5, 7.9):
        schedule = Schedule("cosine", final=0.25, warm_up=warm_up)
        assert schedule.factor(EPOCHS, EPOCHS) == pytest.approx(0.25)
        halfway = warm_up + (EPOCHS - warm_up) / 2
        assert schedule.factor(halfway, EPOCHS) == pytest.approx(0.625)


def test_a_warm_up_longer_than_the_run_only_rises() -> None:
    schedule = Schedule("cosine", warm_up=50)
    factors = [schedule.factor(t / 4, EPOCHS, 1 / 4) for t in range(4 * EPOCHS)]
    assert factors == sorted(factors)
    assert factors[-1] == pytest.approx(EPOCHS / 50)


# a plateau


def _cuts(losses: list[float], **options: float) -> list[float]:
    """Return the factor after each of these validation losses."""
    schedule = Schedule("plateau", **options)
    factors = []
    for epoch, loss in enumerate(losses, start=1):
        schedule.observe(loss)
        factors.append(schedule.factor(epoch, len(losses) + 1))
    return factors


def test_the_rate_is_cut_after_so_many_epochs_without_a_better_loss() -> None:
    losses = [3.0, 2.0, 2.0, 2.5, 1.9, 1.9, 1.95, 1.9, 2.0, 1.0]
    assert _cuts(losses, patience=2, factor=0.5) == [1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125]


def test_as_long_as_the_loss_falls_nothing_is_cut() -> None:
    assert set(_cuts(list(np.linspace(5, 1, 30)), patience=1)) == {1.0}


@given(st.lists(st.floats(0, 10), max_size=40), st.integers(1, 4))
def test_between_two_cuts_lie_at_least_as_many_epochs_as_was_asked_for(losses: list[float], patience: int) -> None:
    factors = [1.0, *_cuts(losses, patience=patience, factor=0.5)]
    cuts = [epoch for epoch in range(1, len(factors)) if factors[epoch] < factors[epoch - 1]]
    # The first epoch is always better than none at all.
    assert all(later - earlier >= patience for earlier, later in zip([1, *cuts], cuts, strict=False))
    for epoch in cuts:
        assert min(losses[epoch - patience : epoch]) >= min(losses[: epoch - patience])


def test_a_loss_that_is_lost_is_no_better_one() -> None:
    assert _cuts([1.0, inf, nan], patience=2, factor=0.5) == [1, 1, 0.5]


@pytest.mark.parametrize("kind", [kind for kind in SCHEDULES if kind != "plateau"])
def test_no_other_schedule_looks_at_the_loss(kind: str) -> None:
    told, other = Schedule(kind), Schedule(kind)
    for _ in range(30):
        told.observe(5.0)
    assert [told.factor(t, EPOCHS) for t in WHERE] == [other.factor(t, EPOCHS) for t in WHERE]


def test_what_a_plateau_has_seen_can_be_kept_and_taken_over() -> None:
    seen = [3.0, 4.0, 4.0, 4.0]
    one = Schedule("plateau", patience=3)
    for loss in seen[:2]:
        one.observe(loss)
    other = Schedule("plateau", patience=3)
    other.load_state_dict(one.state_dict())
    for schedule in (one, other):
        for loss in seen[2:]:
            schedule.observe(loss)
    assert one.state_dict() == other.state_dict()
    assert one.factor(4, 9) == other.factor(4, 9) == 0.5


# limits


def _numbers(option: Option) -> st.SearchStrategy[float]:
    if option.whole:
        return st.integers(int(option.lowest or 0), 1000)
    low = option.lowest if option.lowest is not None else option.above
    high = option.highest if option.highest is not None else option.below
    return st.floats(low, 1e6 if high is None else high).filter(lambda value: option.problem(value) is None)


@given(st.sampled_from(sorted(SCHEDULES)), st.data(), st.integers(1, 1000), st.floats(0, 1), st.integers(1, 100))
def test_the_factor_is_above_0_and_at_most_1_with_any_valid_options(
    kind: str, data: st.DataObject, epochs: int, share: float, batches: int
) -> None:
    options = {option.name: data.draw(_numbers(option)) for option in (*SCHEDULES[kind].options, WARM_UP)}
    schedule = Schedule(kind, **options)
    for _ in range(data.draw(st.integers(0, 20))):
        schedule.observe(1.0)
    for step in (0.0, 1 / batches):
        assert 0 < schedule.factor(share * epochs, epochs, step) <= 1


def test_only_a_constant_without_warm_up_is_constant() -> None:
    assert Schedule().is_constant
    assert not Schedule(warm_up=1).is_constant
    assert not any(Schedule(kind).is_constant for kind in SCHEDULES if kind != "constant")


def test_what_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^schedule: 'cosin' is not one of constant, step, "):
        Schedule("cosin")
    for kind, options, name in (
        ("step", {"every": 0}, "every"),
        ("step", {"every": 1.5}, "every"),
        ("step", {"factor": 0}, "factor"),
        ("exponential", {"decay": 1.01}, "decay"),
        ("cosine", {"final": -0.1}, "final"),
        ("one_cycle", {"rise": 1}, "rise"),
        ("one_cycle", {"first": 0}, "first"),
        ("plateau", {"factor": 1}, "factor"),
        ("plateau", {"patience": 0}, "patience"),
        ("constant", {"warm_up": -1}, "warm_up"),
        ("constant", {"warm_up": nan}, "warm_up"),
        ("constant", {"every": 3}, "every"),
    ):
        with pytest.raises(ValueError, match=f"^{name}: "):
            Schedule(kind, **options)


def test_the_table_says_of_every_entry_what_a_window_shows() -> None:
    assert set(FORMULAS) == set(SCHEDULES)
    for name, entry in SCHEDULES.items():
        assert entry.name == name
        assert all(text.strip() for text in (entry.title, entry.formula, entry.help))


def test_a_polynomial_of_power_one_falls_evenly_to_final() -> None:
    schedule = Schedule("polynomial", power=1, final=0.2)
    assert [schedule.factor(t, EPOCHS) for t in (0, 5, 10, 20)] == pytest.approx([1, 0.8, 0.6, 0.2])
    assert schedule.factor(2 * EPOCHS, EPOCHS) == pytest.approx(0.2)


@pytest.mark.parametrize("longer", [1, 1.5, 2, 3])
@pytest.mark.parametrize("first", [0.5, 3, 10])
def test_a_cosine_restarts_at_the_end_of_each_cycle(first: float, longer: float) -> None:
    schedule, begin, cycle = Schedule("cosine_restarts", first=first, longer=longer, final=0.1), 0.0, first
    for _ in range(6):
        assert schedule.factor(begin, 500) == pytest.approx(1)
        assert schedule.factor(begin + cycle / 2, 500) == pytest.approx(0.55)
        assert schedule.factor(begin + 0.999 * cycle, 500) == pytest.approx(0.1, abs=1e-4)
        begin, cycle = begin + cycle, cycle * longer

"""The clock of pictures: rates of the three choices, what a picture costs, and what a run can spare."""

import pytest
from pytestqt.qtbot import QtBot

from lab.gui.workspace import frame_clock
from lab.gui.workspace.frame_clock import DEFAULT_RATE, PICTURE_RATES, FrameClock


class Times:
    """Stands in for the clocks: time goes on as it is told, and so does what the thread has used of it."""

    def __init__(self) -> None:
        self.now = self.used = 100.0

    def pass_by(self, seconds: float, used: float) -> None:
        self.now += seconds
        self.used += used


@pytest.fixture
def times(monkeypatch: pytest.MonkeyPatch) -> Times:
    clocks = Times()
    monkeypatch.setattr(frame_clock, "monotonic", lambda: clocks.now)
    monkeypatch.setattr(frame_clock, "thread_time", lambda: clocks.used)
    return clocks


@pytest.fixture
def clock(qtbot: QtBot, times: Times) -> FrameClock:
    return FrameClock()


def settled(clock: FrameClock, times: Times, cost: float, steps_per_second: float = 3000) -> float:
    """Return the rate that many pictures of one cost (in seconds) lead to."""
    steps = 0.0
    for _ in range(120):
        period = 1 / clock.pictures_per_second
        times.pass_by(period, cost)
        steps += steps_per_second * period
        clock.adapt(int(steps), is_idle=False)
    return clock.pictures_per_second


def test_smooth_is_the_default_and_each_choice_costs_less_than_the_one_before() -> None:
    assert DEFAULT_RATE == "smooth"
    assert list(PICTURE_RATES) == ["smooth", "balanced", "fast"]
    assert [PICTURE_RATES[name].name for name in PICTURE_RATES] == list(PICTURE_RATES)
    shares = [rate.share for rate in PICTURE_RATES.values()]
    assert shares == sorted(shares, reverse=True)
    assert all(rate.most >= least for rate, least in zip(PICTURE_RATES.values(), (24, 12, 4), strict=True))


@pytest.mark.parametrize("name", list(PICTURE_RATES))
def test_cheap_pictures_come_as_often_as_the_choice_says(clock: FrameClock, times: Times, name: str) -> None:
    clock.set_rate(PICTURE_RATES[name])
    assert settled(clock, times, 0.0005) == pytest.approx(clock.rate.most)


@pytest.mark.parametrize("name", list(PICTURE_RATES))
@pytest.mark.parametrize("cost", [0.012, 0.02])
def test_dear_pictures_come_so_rarely_that_they_keep_to_their_share(
    clock: FrameClock, times: Times, name: str, cost: float
) -> None:
    clock.set_rate(PICTURE_RATES[name])
    rate = settled(clock, times, cost)
    assert rate * cost <= clock.rate.most_share * 1.01
    within_share = min(clock.rate.most, clock.rate.share / cost)
    enough = min(clock.rate.wanted, clock.rate.most_share / cost)
    assert rate == pytest.approx(max(within_share, enough), rel=0.02)


def test_the_window_never_seems_to_hang(clock: FrameClock, times: Times) -> None:
    assert settled(clock, times, 0.4) == pytest.approx(2)


def test_a_run_of_thousands_of_steps_a_second_spares_more(clock: FrameClock, times: Times) -> None:
    slow = settled(clock, times, 0.02, steps_per_second=3000)
    more = clock.rate.lively_share / clock.rate.most_share
    assert settled(clock, times, 0.02, steps_per_second=12_000) == pytest.approx(more * slow, rel=0.02)


def test_more_than_its_share_is_taken_only_until_there_are_enough_pictures(clock: FrameClock, times: Times) -> None:
    enough = clock.rate.wanted
    assert settled(clock, times, 1.1 * clock.rate.share / enough) == pytest.approx(enough, rel=0.02)
    assert settled(clock, times, 0.8 * clock.rate.share / enough) == pytest.approx(enough / 0.8, rel=0.02)


def test_a_pause_is_not_measured(clock: FrameClock, times: Times) -> None:
    before = settled(clock, times, 0.009)
    times.pass_by(60.0, 30.0)
    clock.adapt(10_000_000, is_idle=False)
    assert clock.pictures_per_second == before


def test_where_nothing_is_shown_little_is_asked(clock: FrameClock, times: Times) -> None:
    clock.adapt(1, is_idle=True)
    assert clock.pictures_per_second <= 4
    clock.adapt(2, is_idle=False)
    assert settled(clock, times, 0.0005) == pytest.approx(clock.rate.most)  # and it comes back


def test_a_run_that_stands_still_takes_nothing_from_the_window(clock: FrameClock, times: Times) -> None:
    settled(clock, times, 0.02)
    clock.rest()
    assert clock.pictures_per_second == pytest.approx(clock.rate.most)


def test_it_ticks_until_it_is_stopped(qtbot: QtBot) -> None:
    clock, ticks = FrameClock(), []
    clock.due.connect(lambda: (ticks.append(1), clock.stop() if len(ticks) == 3 else None))
    clock.start()
    qtbot.waitUntil(lambda: len(ticks) == 3)
    assert not clock.is_ticking
    qtbot.wait(60)
    assert len(ticks) == 3

"""Signals are noted and obeyed at a safe place; what a process ignores stays ignored; handlers are put back."""

import os
import signal

import pytest

from lab.experiment.running.stop_signals import Stopped, StopSignals

ALL = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_is_noted_until_it_is_asked_for(number: int, code: int) -> None:
    before = [signal.getsignal(each) for each in ALL]
    with StopSignals() as signals:
        signals.check()
        os.kill(os.getpid(), number)
        with pytest.raises(Stopped) as stopped:
            signals.check()
    assert stopped.value.exit_code == code
    assert [signal.getsignal(each) for each in ALL] == before


def test_the_first_of_several_counts() -> None:
    with StopSignals() as signals:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            os.kill(os.getpid(), number)
        with pytest.raises(Stopped, match="SIGTERM"):
            signals.check()


def test_work_that_is_not_kept_is_stopped_where_it_stands_and_only_once() -> None:
    reached: list[str] = []

    def work(signals: StopSignals) -> None:
        with signals.stop_at_once():
            os.kill(os.getpid(), signal.SIGTERM)
            reached.append("the line after it")

    with StopSignals() as signals:
        with pytest.raises(Stopped):
            work(signals)
        os.kill(os.getpid(), signal.SIGTERM)  # while files are written
        with pytest.raises(Stopped):
            work(signals)
    assert reached == []


def test_the_third_ctrl_c_interrupts_whatever_goes_on() -> None:
    with StopSignals():
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


def test_who_is_told_of_the_first_signal_is_not_interrupted_by_others() -> None:
    """As a window, which is on its way to its end."""
    told: list[str] = []
    with StopSignals(lambda: told.append("a signal")) as signals:
        assert signals.exit_code == 0
        os.kill(os.getpid(), signal.SIGTERM)
        for _ in range(4):
            os.kill(os.getpid(), signal.SIGINT)
    assert told == ["a signal"]
    assert signals.exit_code == 143


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with StopSignals() as signals:
            os.kill(os.getpid(), signal.SIGHUP)
            signals.check()
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)

"""The thread of jobs: one after another, the last one wins, and what is cancelled comes to nothing."""

from collections.abc import Callable, Iterator
from threading import Event, get_ident

import pytest
from pytestqt.qtbot import QtBot

from lab.gui.workers.job_thread import JobThread

GoesOn = Callable[[int, int], bool]


@pytest.fixture
def jobs(qapp: object) -> Iterator[JobThread]:
    thread = JobThread()
    yield thread
    thread.end()


def test_a_job_runs_beside_the_window_and_its_result_comes_with_its_number(qtbot: QtBot, jobs: JobThread) -> None:
    with qtbot.waitSignal(jobs.job_done) as done:
        jobs.begin(7, lambda _goes_on: get_ident())
    number, thread = done.args
    assert number == 7
    assert thread != get_ident()


def test_a_job_tells_how_far_it_is(qtbot: QtBot, jobs: JobThread) -> None:
    with qtbot.waitSignal(jobs.progressed) as told:
        jobs.begin(1, lambda goes_on: goes_on(3, 10))
    assert told.args == [1, 3, 10]


def test_a_cancelled_job_is_told_so_and_comes_to_nothing(qtbot: QtBot, jobs: JobThread) -> None:
    begun, answers = Event(), []

    def job(goes_on: GoesOn) -> None:
        begun.set()
        while goes_on(0, 1):
            pass
        answers.append("ended")

    with qtbot.assertNotEmitted(jobs.job_done):
        jobs.begin(1, job)
        assert begun.wait(10)
        jobs.cancel()
        qtbot.waitUntil(lambda: bool(answers))
    with qtbot.waitSignal(jobs.job_done) as done:  # and the next one is done as if nothing had been
        jobs.begin(2, lambda _goes_on: "second")
    assert done.args == [2, "second"]


def test_a_new_job_takes_the_place_of_the_one_under_way(qtbot: QtBot, jobs: JobThread) -> None:
    def endless(goes_on: GoesOn) -> None:
        while goes_on(0, 1):
            pass

    with qtbot.waitSignal(jobs.job_done) as done:
        jobs.begin(1, endless)
        jobs.begin(2, lambda _goes_on: "second")
    assert done.args == [2, "second"]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (MemoryError(), "there is not enough memory for this"),
        (KeyError("x"), "it stopped on an unforeseen error: KeyError: 'x'"),
    ],
)
def test_what_goes_wrong_is_a_sentence(qtbot: QtBot, jobs: JobThread, error: Exception, sentence: str) -> None:
    def job(_goes_on: GoesOn) -> None:
        raise error

    with qtbot.waitSignal(jobs.job_failed) as failed:
        jobs.begin(4, job)
    assert failed.args == [4, sentence]


def test_a_thread_that_never_began_ends_at_once(qapp: object) -> None:
    thread = JobThread()
    thread.end()
    assert not thread.isRunning()

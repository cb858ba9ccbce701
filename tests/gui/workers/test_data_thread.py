"""The thread that reads data: the newest request is answered, and what cannot be read is a sentence."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from lab.experiment.datasets import DataFacts, describe_data
from lab.experiment.forms.data_specs import DataSpec
from lab.gui.workers import data_thread
from lab.gui.workers.data_thread import DataThread
from tests.waiting import LIMIT

IRIS = DataSpec(source="iris")


@pytest.fixture
def reader() -> Iterator[DataThread]:
    """A running thread, which ends with the test."""
    thread = DataThread()
    thread.start()
    yield thread
    thread.end()
    assert thread.isFinished()


def test_data_are_described(reader: DataThread, qtbot: QtBot) -> None:
    with qtbot.waitSignal(reader.data_read) as told:
        reader.read(IRIS, 7)
    request, facts = told.args
    assert request == (IRIS, 7)
    assert facts.dataset.x.shape == (150, 4)
    assert facts.train + facts.validation + facts.test == 150


def test_a_file_that_cannot_be_read_is_a_sentence(reader: DataThread, qtbot: QtBot, tmp_path: Path) -> None:
    request = DataSpec(path=str(tmp_path / "nothing.csv"))
    with qtbot.waitSignal(reader.reading_failed) as told:
        reader.read(request, 7)
    assert told.args[0] == (request, 7)
    assert "nothing.csv" in told.args[1]
    with qtbot.waitSignal(reader.data_read):  # and the next request is answered
        reader.read(IRIS, 7)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (MemoryError(), "the data does not fit into memory"),
        (KeyError("kind"), "the data cannot be read: KeyError: 'kind'"),
    ],
)
def test_whatever_reading_raises_is_a_sentence(
    reader: DataThread, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, error: Exception, sentence: str
) -> None:
    def fail(*_request: object) -> DataFacts:
        raise error

    monkeypatch.setattr(data_thread, "describe_data", fail)
    with qtbot.waitSignal(reader.reading_failed) as told:
        reader.read(IRIS, 7)
    assert told.args[1] == sentence


@pytest.fixture
def held_back(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[threading.Event, Callable[[], None]]]:
    """Reading waits until it is let go: the event that it has begun, and what lets it go."""
    begun, free = threading.Event(), threading.Event()

    def slow(*request: object) -> DataFacts:
        begun.set()
        free.wait(LIMIT)
        return describe_data(*request)

    monkeypatch.setattr(data_thread, "describe_data", slow)
    yield begun, free.set
    free.set()


def test_only_the_newest_request_is_answered_after_a_slow_one(
    reader: DataThread, qtbot: QtBot, held_back: tuple[threading.Event, Callable[[], None]]
) -> None:
    begun, let_go = held_back
    seeds: list[int] = []
    reader.data_read.connect(lambda request, _facts: seeds.append(request[1]))
    reader.read(IRIS, 1)
    begun.wait(LIMIT)
    for seed in (2, 3, 4):
        reader.read(IRIS, seed)
    let_go()
    qtbot.waitUntil(lambda: 4 in seeds)
    assert seeds == [1, 4]


def test_requests_that_wait_are_dropped_at_the_end(
    reader: DataThread, held_back: tuple[threading.Event, Callable[[], None]]
) -> None:
    begun, let_go = held_back
    reader.read(IRIS, 1)
    begun.wait(LIMIT)
    reader.read(IRIS, 2)
    let_go()
    reader.end()
    assert reader.isFinished()

"""The import thread answers the newest request, gives up reading when told, and turns any failure into a sentence."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lab.data.errors import Cancelled
from lab.data.readers.formats import ReadResult, read_file
from lab.data.table import Table
from lab.experiment.forms.data_specs import ColumnSpec, DataSpec
from lab.gui.workers import import_thread
from lab.gui.workers.import_thread import ImportThread, Reading
from tests.waiting import LIMIT


@pytest.fixture
def reader(qapp: QApplication) -> Iterator[ImportThread]:
    """A running thread, which ends with the test."""
    thread = ImportThread()
    thread.start()
    yield thread
    thread.end()
    assert thread.isFinished()


@pytest.fixture
def pets(tmp_path: Path) -> DataSpec:
    """Twenty pets with an owner, a weight that has gaps, and a kind."""
    lines = [f"{n},{'' if n % 5 == 0 else n / 4},{'ab'[n % 2]},{'cat' if n % 3 else 'dog'}" for n in range(20)]
    file = tmp_path / "pets.csv"
    file.write_text("\n".join(["age,weight,owner,kind", *lines]) + "\n", encoding="utf-8")
    return DataSpec(path=str(file))


def heard_of(reader: ImportThread) -> list[tuple[Any, ...]]:
    """Return a list that fills with what the thread says of a file, and then of what the choices come to."""
    heard: list[tuple[Any, ...]] = []
    reader.file_read.connect(lambda *told: heard.append(told))
    reader.described.connect(lambda *told: heard.append(told))
    return heard


def test_a_new_file_is_read_proposed_for_and_counted(reader: ImportThread, qtbot: QtBot, pets: DataSpec) -> None:
    heard = heard_of(reader)
    with qtbot.waitSignals([reader.file_read, reader.described], order="strict"):
        request = reader.ask(pets, 7, new=True)
    read, described = heard
    assert read[0] is described[0] is request
    reading = read[1]
    assert isinstance(reading, Reading)
    assert isinstance(reading.result, Table)
    assert reading.format.name == "delimited"
    assert set(reading.data.columns) == {"age", "weight", "owner"}
    _, effects, facts, problem = described
    assert problem is None
    assert (effects.n, effects.c, effects.rows) == (facts.dataset.inputs, 2, 20)
    assert facts.train + facts.validation + facts.test == 20


def test_given_choices_are_kept_and_a_fault_in_them_is_a_sentence(
    reader: ImportThread, qtbot: QtBot, pets: DataSpec
) -> None:
    data = pets.model_copy(update={"columns": {"owner": ColumnSpec(use="one_hot")}})
    heard = heard_of(reader)
    with qtbot.waitSignals([reader.file_read, reader.described]):
        reader.ask(data, 7, new=False)
    read, described = heard
    assert read[1].data == data
    assert described[2] is None
    assert "pets.csv, line 2, column 'weight'" in described[3]
    assert described[1].problem is not None


def test_a_file_that_cannot_be_read_is_a_sentence(reader: ImportThread, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(reader.reading_failed) as told:
        request = reader.ask(DataSpec(path=str(tmp_path / "nothing.csv")), 7, new=True)
    assert told.args[0] is request
    assert "nothing.csv" in told.args[1]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [(MemoryError(), "does not fit into memory"), (KeyError("kind"), "cannot be read: KeyError: 'kind'")],
)
def test_whatever_reading_raises_is_a_sentence(
    reader: ImportThread, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, pets: DataSpec, error: Exception, sentence: str
) -> None:
    def fail(*_request: object) -> ReadResult:
        raise error

    monkeypatch.setattr(import_thread, "read_file", fail)
    with qtbot.waitSignal(reader.reading_failed) as told:
        reader.ask(pets, 7, new=True)
    assert sentence in told.args[1]
    monkeypatch.setattr(import_thread, "read_file", read_file)
    with qtbot.waitSignal(reader.described):  # and the next request is answered
        reader.ask(pets, 7, new=True)


class Endless:
    """A reader that goes on, telling of its progress, until it is cancelled."""

    def __init__(self) -> None:
        self.begun, self.given_up = threading.Event(), threading.Event()

    def __call__(
        self, _path: Path, _options: object, on_progress: Callable[[float], None], cancelled: Callable[[], bool]
    ) -> ReadResult:
        share = 0.0
        while not cancelled():
            on_progress(share % 1)
            share += 0.01
            self.begun.set()
            self.given_up.wait(0.001)
        self.given_up.set()
        raise Cancelled


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> Endless:
    one = Endless()
    monkeypatch.setattr(import_thread, "read_file", one)
    return one


def test_reading_is_given_up_when_told(reader: ImportThread, qtbot: QtBot, endless: Endless, pets: DataSpec) -> None:
    failed: list[object] = []
    reader.reading_failed.connect(lambda *told: failed.append(told))
    with qtbot.waitSignal(reader.progressed):
        reader.ask(pets, 7, new=True)
    reader.cancel()
    assert endless.given_up.wait(LIMIT)
    assert failed == []


def test_a_newer_request_ends_reading_for_an_older_one(
    reader: ImportThread, qtbot: QtBot, endless: Endless, pets: DataSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader.ask(pets, 7, new=True)
    assert endless.begun.wait(LIMIT)
    monkeypatch.setattr(import_thread, "read_file", read_file)
    with qtbot.waitSignal(reader.described) as told:
        newer = reader.ask(pets, 8, new=True)
    assert told.args[0] is newer
    assert endless.given_up.is_set()


def test_the_thread_ends_while_it_reads(qapp: QApplication, endless: Endless, pets: DataSpec) -> None:
    thread = ImportThread()
    thread.start()
    thread.ask(pets, 7, new=True)
    assert endless.begun.wait(LIMIT)
    thread.end()
    assert thread.isFinished()


def test_progress_is_told_at_most_ten_times_a_second(
    reader: ImportThread, qtbot: QtBot, pets: DataSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clock that goes on by a hundredth of a second between two words of the reader lets every tenth of them by."""
    now = [0.0]

    def clock() -> float:
        now[0] += 0.01
        return now[0]

    def chatty(path: Path, options: object, on_progress: Callable[[float], None], cancelled: object) -> ReadResult:
        for step in range(100):
            on_progress(step / 100)
        return read_file(path)

    monkeypatch.setattr(import_thread, "monotonic", clock)
    monkeypatch.setattr(import_thread, "read_file", chatty)
    shares: list[float] = []
    reader.progressed.connect(lambda _request, share: shares.append(share))
    with qtbot.waitSignal(reader.described):
        reader.ask(pets, 7, new=True)
    assert 9 <= len(shares) <= 11
    assert shares == sorted(shares)


def test_only_the_newest_of_several_requests_is_answered(
    reader: ImportThread, qtbot: QtBot, pets: DataSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, free = threading.Event(), threading.Event()

    def slow(path: Path, *_more: object) -> ReadResult:
        begun.set()
        free.wait(LIMIT)
        return read_file(path)

    monkeypatch.setattr(import_thread, "read_file", slow)
    heard = heard_of(reader)
    reader.ask(pets, 1, new=True)
    assert begun.wait(LIMIT)
    for seed in (2, 3, 4):
        reader.ask(pets, seed, new=True)
    with qtbot.waitSignal(reader.described):
        free.set()
    assert [told[0].seed for told in heard] == [4, 4]

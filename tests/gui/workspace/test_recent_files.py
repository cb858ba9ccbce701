"""The list of recent files: newest first, each once, no more than eight, and the same after a restart."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lab import paths
from lab.gui.workspace.recent_files import MOST, RecentFiles


@pytest.fixture
def recent(qapp: QApplication) -> RecentFiles:
    return RecentFiles()


def file(name: str) -> Path:
    return Path(os.path.abspath(name))


def test_there_is_none_at_first(recent: RecentFiles) -> None:
    assert recent.files() == []


def test_the_newest_comes_first_and_each_once(recent: RecentFiles) -> None:
    for name in ("a.csv", "b, and c.csv", "größe.csv", "a.csv"):
        recent.add(Path(name))
    assert recent.files() == [file("a.csv"), file("größe.csv"), file("b, and c.csv")]


@given(turns=st.lists(st.integers(0, 12), max_size=30))
def test_the_last_eight_different_ones_are_kept(qapp: QApplication, turns: list[int]) -> None:
    recent = RecentFiles()
    recent.clear()
    for turn in turns:
        recent.add(Path(f"{turn}.csv"))
    newest = list(dict.fromkeys(reversed(turns)))
    assert recent.files() == [file(f"{turn}.csv") for turn in newest[:MOST]]


@pytest.mark.parametrize("count", [1, 2])
def test_they_are_there_after_a_restart(qapp: QApplication, count: int) -> None:
    recent = RecentFiles()
    for turn in range(count):
        recent.add(Path(f"{turn}.csv"))
    recent.deleteLater()
    QCoreApplication.sendPostedEvents(recent)
    del recent
    assert len(RecentFiles().files()) == count
    text = (paths.user_state() / "window.ini").read_text(encoding="utf-8")
    assert "0.csv" in text


def test_every_change_is_told_and_nothing_else(recent: RecentFiles, qtbot: QtBot) -> None:
    with qtbot.waitSignal(recent.changed):
        recent.add(Path("a.csv"))
    with qtbot.assertNotEmitted(recent.changed):
        recent.add(Path("a.csv"))
        recent.remove(Path("b.csv"))
    with qtbot.waitSignal(recent.changed):
        recent.remove(file("a.csv"))
    with qtbot.assertNotEmitted(recent.changed):
        recent.clear()
    assert recent.files() == []


@pytest.mark.parametrize("kept", ["", 7, [""], ["/a.csv", "", 3], {"a": 1}])
def test_what_else_the_settings_hold_is_no_error(qapp: QApplication, kept: object) -> None:
    settings = QSettings(str(paths.user_state() / "window.ini"), QSettings.Format.IniFormat)
    settings.setValue("recent_data", kept)
    settings.sync()
    assert all(isinstance(each, Path) for each in RecentFiles().files())

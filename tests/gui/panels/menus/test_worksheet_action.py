"""The worksheet's door: a PDF of two pages, or a sentence why there is none."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from lab.experiment.spec import Experiment
from lab.experiment.written.writing import NamedMatrix
from lab.gui.panels.menus.worksheet_action import WorksheetAction
from lab.gui.workspace.worksheet_pdf import in_rows
from lab.gui.workspace.workspace import Workspace

Make = Callable[..., Experiment]
Train = Callable[[Workspace, int], None]


@pytest.fixture
def door(
    open_workspace: Callable[[Experiment], Workspace], experiment: Make, qtbot: QtBot
) -> Callable[..., WorksheetAction]:
    """Open the door of an experiment."""

    def make(**changes: object) -> WorksheetAction:
        window = QWidget()
        qtbot.addWidget(window)
        return WorksheetAction(open_workspace(experiment(**changes)), window)

    return make


def _answer(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(lambda *_: (str(file), "")))


def test_the_worksheet_has_two_pages(
    door: Callable[..., WorksheetAction], train: Train, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = door(hidden=(2,), batch_size=4)
    _answer(monkeypatch, tmp_path / "sheet")
    train(opened._workspace, 1)
    with qtbot.waitSignal(opened._workspace.noted):
        opened.action.trigger()
    written = (tmp_path / "sheet.pdf").read_bytes()
    assert written.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", written)) == 2


@pytest.mark.parametrize("why", ["no step", "too large", "no folder"])
def test_why_there_is_none_is_told(
    why: str,
    door: Callable[..., WorksheetAction],
    train: Train,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = {"no step": "take one first", "too large": "has room for", "no folder": "choose another folder"}
    opened = door(hidden=(2,), batch_size=60 if why == "too large" else 4)
    _answer(monkeypatch, tmp_path / ("nowhere/sheet.pdf" if why == "no folder" else "sheet.pdf"))
    if why != "no step":
        train(opened._workspace, 1)
    with qtbot.waitSignal(opened._workspace.problem_found) as told:
        opened.action.trigger()
    assert said[why] in told.args[0]


def test_matrices_stand_in_rows_that_a_page_has_room_for() -> None:
    wide = NamedMatrix("W", "W", np.full((2, 9), -0.12345))
    narrow = NamedMatrix("y", "y", np.eye(3))
    rows = in_rows([wide, narrow, wide, narrow, narrow])
    assert [[each.symbol for each in row] for row in rows] == [["W"], ["y"], ["W"], ["y", "y"]]

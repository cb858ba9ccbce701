"""The bar of a walk: one equation on and back, what the board leaves blank meanwhile, and playing by itself."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lab.experiment.spec import Experiment
from lab.gui.panels.bars.walk_bar import WalkBar
from lab.gui.panels.board_panel import BoardPanel
from lab.gui.workers.commands import Resume, State, StepBatch
from lab.gui.workspace.workspace import Workspace

Make = Callable[..., Experiment]


@pytest.fixture
def bar(open_panel: Callable[..., WalkBar], experiment: Make) -> WalkBar:
    """Show the bar alone."""
    return open_panel(WalkBar, experiment())


def _press_next(bar: WalkBar, qtbot: QtBot, times: int = 1) -> None:
    for _ in range(times):
        with qtbot.waitSignal(bar.place_changed):
            qtbot.mouseClick(bar.next, Qt.MouseButton.LeftButton)


def test_next_computes_one_equation_and_back_takes_it_back(bar: WalkBar, qtbot: QtBot) -> None:
    assert not bar.back.isEnabled()
    _press_next(bar, qtbot, 2)
    assert bar.where.text() == "2/12 · a¹ activation"
    with qtbot.waitSignal(bar.place_changed):
        qtbot.mouseClick(bar.back, Qt.MouseButton.LeftButton)
    assert bar.where.text() == "1/12 · z¹ weighted input"


def test_the_board_leaves_blank_what_is_not_yet_computed(
    open_panel: Callable[..., BoardPanel], experiment: Make, qtbot: QtBot
) -> None:
    board = open_panel(BoardPanel, experiment())
    workspace: Workspace = board._workspace
    bar = WalkBar(workspace)
    qtbot.addWidget(bar)
    bar.place_changed.connect(board.show_walk)
    bar.show()
    _press_next(bar, qtbot, 3)
    assert (workspace.selection.layer, workspace.selection.matrix) == (1, "z")

    def blank() -> set[str]:
        tiles = [tile for equation in board.equations_shown() for tile in equation.tiles]
        return {tile.key.name for tile in tiles if board.blocks(tile) is None}

    qtbot.waitUntil(lambda: not {"z", "W", "b"} & blank())
    assert {"a", "delta", "dW", "db", "new_W", "new_b"} <= blank()


def test_any_step_ends_the_walk_and_the_run_goes_on(bar: WalkBar, qtbot: QtBot) -> None:
    workspace = bar._workspace
    _press_next(bar, qtbot, 5)
    with qtbot.waitSignal(bar.place_changed):
        workspace.go(StepBatch())
    qtbot.waitUntil(lambda: workspace.run.snapshot is not None and workspace.run.snapshot.progress.step == 1)
    assert bar.place is None
    _press_next(bar, qtbot, 1)
    workspace.go(Resume())
    qtbot.waitUntil(lambda: workspace.run.state is State.FINISHED)
    assert not bar.play.isChecked()


def test_playing_goes_on_by_itself_until_it_is_stopped(bar: WalkBar, qtbot: QtBot) -> None:
    bar.speed.setCurrentIndex(bar.speed.count() - 1)
    qtbot.mouseClick(bar.play, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bar.place is not None and bar.place.done >= 3)
    qtbot.mouseClick(bar.play, Qt.MouseButton.LeftButton)
    assert bar.play.text() == "Play"
    assert not bar._clock.isActive()


def test_going_back_over_an_update_takes_the_step_off_the_history(bar: WalkBar, qtbot: QtBot) -> None:
    workspace = bar._workspace
    _press_next(bar, qtbot, 12)
    qtbot.waitUntil(lambda: workspace.run.snapshot is not None and workspace.run.snapshot.progress.step == 1)
    with qtbot.waitSignal(workspace.run.started):
        qtbot.mouseClick(bar.back, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: workspace.run.snapshot is not None and workspace.run.snapshot.progress.step == 0)
    assert bar.place is not None
    assert bar.place.done == 11

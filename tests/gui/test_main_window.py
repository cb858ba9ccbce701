"""The window as a whole: what a user does in it, what it says, and that nothing that fails takes it down."""

import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEventLoop, QMimeData, QPoint, QPointF, QRect, QSettings, Qt, QThread, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDockWidget,
    QFileDialog,
    QWidget,
)
from pytestqt.qtbot import QtBot

from lab import paths
from lab.core.network import Network
from lab.experiment.forms.data_specs import DataSpec
from lab.experiment.readings.layer_matrix import LayerMatrix
from lab.experiment.session import Session
from lab.experiment.spec import Experiment, load_experiment, save_experiment
from lab.gui import theme
from lab.gui.main_window import PAGES, MainWindow
from lab.gui.panels.panel_dock import on_screen
from lab.gui.widgets.curves.smoothed_curve import RAW
from lab.gui.workers.commands import State
from lab.gui.workspace.run import Run

Make = Callable[..., Experiment]
Window = Callable[[Experiment], MainWindow]
Click = Callable[[QWidget], None]
Enter = Callable[[QWidget, str], None]
Reach = Callable[[Run, State], None]


def drop(window: MainWindow, *files: Path) -> bool:
    """Drag files over the window and let them go; return whether it would take them."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # in Qt 6.12; its successor crashes in the binding
        enter = QDragEnterEvent(QPoint(50, 50), copy, data, left, none)
    enter.ignore()
    QApplication.sendEvent(window, enter)
    if enter.isAccepted():
        QApplication.sendEvent(window, QDropEvent(QPointF(50, 50), copy, data, left, none))
    return enter.isAccepted()


def reach_draft(window: MainWindow) -> None:
    """Wait until the data of the draft is read."""
    loop = QEventLoop()
    window.workspace.draft.changed.connect(loop.quit)
    while window.workspace.draft.reading:
        loop.exec()


def threads(window: MainWindow) -> list[QThread]:
    return window.workspace.findChildren(QThread)


def panel(window: MainWindow, name: str) -> QWidget:
    """Return the panel of a page."""
    return window.tabs.pages[name].content


def kept_losses(window: MainWindow) -> list[float]:
    """Return all losses that the curves have drawn."""
    return panel(window, "curves").loss._canvas.series[RAW].y.tolist()


# a first visit


def test_the_default_experiment_trains_and_every_panel_follows(
    open_window: Window, click: Click, qtbot: QtBot, reach: Reach
) -> None:
    window = open_window(load_experiment(paths.default_experiment()))
    click(window.run_bar.run)
    qtbot.waitUntil(lambda: window.run_bar.epoch.text().startswith(("2", "3", "4")))
    click(window.run_bar.run)
    reach(window.workspace.run, State.PAUSED)
    step = window.workspace.run.snapshot.progress.step
    assert window.run_bar.step.text().replace("\u202f", "") == str(step)
    assert "step" in window.board.step.text()
    assert window.inspector.table.model().rowCount() == window.workspace.run.snapshot.progress.m
    qtbot.keyClick(panel(window, "curves").loss, Qt.Key.Key_End)
    assert panel(window, "curves").loss.reading()[0].replace("\u202f", "") == f"Step {step}"
    assert "accuracy" in window.statusBar().figures.text()


def test_the_stack_is_edited_and_the_trained_network_goes_on(
    open_window: Window, experiment: Make, click: Click, enter: Enter, reach: Reach, qtbot: QtBot
) -> None:
    window = open_window(experiment(hidden=(64,)))
    click(window.run_bar.step_batch)
    reach(window.workspace.run, State.PAUSED)
    enter(window.stack.rows[0].units, "32")
    assert not window.statusBar().draft.isVisible()
    assert "4×32" in window.stack.rows[0].sizes.text()
    qtbot.waitUntil(lambda: window.inspector.table.model().columnCount() == 32)
    click(window.run_bar.step_batch)
    qtbot.waitUntil(lambda: window.workspace.run.snapshot.progress.step == 2)
    window.files.undo.trigger()
    qtbot.waitUntil(lambda: window.inspector.table.model().columnCount() == 64)
    assert window.workspace.run.snapshot.progress.step == 1


def test_the_same_seed_twice_shows_the_same_losses(
    open_window: Window, experiment: Make, click: Click, reach: Reach
) -> None:
    window = open_window(experiment())
    losses = []
    for _ in range(2):
        click(window.run_bar.run)
        reach(window.workspace.run, State.FINISHED)
        losses.append(kept_losses(window))
        click(window.run_bar.reset)
        reach(window.workspace.run, State.READY)
    assert losses[0] == losses[1]
    assert len(losses[0]) == 33


def test_choosing_a_layer_a_row_and_a_matrix_is_one_choice(open_window: Window, experiment: Make, qtbot: QtBot) -> None:
    window = open_window(experiment())
    qtbot.mouseClick(window.stack.rows[1].badge, Qt.MouseButton.LeftButton)
    assert "LAYER 2 / 2" in window.board.title.text()
    assert "²" in window.inspector.title.text()
    assert window.inspector.grid.current()[1] == 1


# layout


def tabs(window: MainWindow) -> list[str]:
    shown = (place for place in range(window.tabs.count()) if window.tabs.isTabVisible(place))
    return [window.tabs.tabText(place) for place in shown]


def test_every_tab_that_is_on_show_has_something_to_show(open_window: Window, experiment: Make) -> None:
    window = open_window(experiment())
    assert tabs(window) == [page.title for page in PAGES if page.is_available(window.workspace)]
    assert {"Curves", "Gradient flow", "Errors", "Try it", "Examples", "Paint"} <= set(tabs(window))
    assert "Import" not in tabs(window)


def test_target_numbers_have_errors_of_their_own(
    open_window: Window, experiment: Make, click: Click, reach: Reach
) -> None:
    window = open_window(experiment())
    window.workspace.draft.edit_data(DataSpec(source="diabetes"))
    reach_draft(window)
    click(window.run_bar.run)
    reach(window.workspace.run, State.FINISHED)
    window.tabs.show_page("errors")
    reach(window.workspace.run, State.FINISHED)
    assert panel(window, "errors").numbers.figures.text().startswith("RMSE ")
    assert "R² " in window.statusBar().figures.text()


def test_pages_about_the_data_have_the_room_of_the_board(open_window: Window, experiment: Make) -> None:
    window = open_window(experiment())
    assert window.board.isVisible()
    window.tabs.show_page("browse")
    assert not window.board.isVisible()
    window.tabs.show_page("curves")
    assert window.board.isVisible()


def test_the_board_fills_the_window_and_goes_back(open_window: Window, experiment: Make) -> None:
    window = open_window(experiment())
    window.tabs.show_page("errors")
    next(dock for dock in window.findChildren(QDockWidget) if dock.windowTitle() == "History").close()
    window.board.fill.trigger()
    assert window.board.isVisible()
    assert not window.inspector.isVisible()
    assert not window.tabs.isVisible()
    window.board.fill.trigger()
    assert window.inspector.isVisible()
    assert window.tabs.isVisible()
    assert not window.history.isVisible()
    window.tabs.show_page("gradient")
    window.board.fill.trigger()
    assert window.board.isVisible()
    window.tabs.show_page("paint")  # as an edit or a check may do
    assert not window.board.fill.isChecked()
    assert window.tabs.isVisible()
    assert not window.board.isVisible()


def test_the_errors_are_filled_when_its_tab_is_opened(
    open_window: Window, experiment: Make, click: Click, reach: Reach
) -> None:
    window = open_window(experiment())
    click(window.run_bar.run)
    reach(window.workspace.run, State.FINISHED)
    window.tabs.show_page("errors")
    reach(window.workspace.run, State.FINISHED)
    assert "right" in panel(window, "errors").classes.matrix.accuracy_text()


def test_it_fits_a_small_screen(open_window: Window, experiment: Make) -> None:
    window = open_window(experiment())
    least = window.minimumSizeHint()
    assert (least.width() <= 1280, least.height() <= 720) == (True, True)
    window.resize(1280, 720)
    assert (window.width(), window.height()) == (1280, 720)
    QApplication.processEvents()
    assert window.inspector.grid.verticalScrollBar().maximum() == 0, "a matrix is out of sight"


def test_a_long_notice_does_not_make_the_window_wider(open_window: Window, experiment: Make) -> None:
    window = open_window(experiment())
    window.resize(1280, 720)
    window.workspace.problem_found.emit("a long sentence about a file " * 30)
    assert window.minimumSizeHint().width() <= 1280


def test_panels_close_and_a_hidden_inspector_costs_nothing(
    open_window: Window, experiment: Make, click: Click, reach: Reach
) -> None:
    window = open_window(experiment())
    docks = {dock.windowTitle(): dock for dock in window.findChildren(QDockWidget)}
    assert {"Data set", "Layer stack", "Training", "Inspector"} <= set(docks)
    docks["Inspector"].close()
    click(window.run_bar.step_batch)
    reach(window.workspace.run, State.PAUSED)
    assert not any(isinstance(reading, LayerMatrix) for reading in window.workspace.run.snapshot.answers)
    window.reset_layout()
    assert docks["Inspector"].isVisible()


def test_the_layout_is_kept_and_found_again(open_window: Window, experiment: Make, tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    first = open_window(experiment())
    next(dock for dock in first.findChildren(QDockWidget) if dock.windowTitle() == "Data set").close()
    first.keep_layout(settings)
    settings.sync()
    again = open_window(experiment())
    again.restore_layout(QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat))
    hidden = [dock.windowTitle() for dock in again.findChildren(QDockWidget) if dock.isHidden()]
    assert hidden == ["Data set"]


def test_a_layout_that_nobody_can_read_is_passed_over(open_window: Window, experiment: Make, tmp_path: Path) -> None:
    (tmp_path / "window.ini").write_text("[General]\ngeometry=nonsense\nlayout=7\n", encoding="utf-8")
    window = open_window(experiment())
    window.restore_layout(QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat))
    fresh = open_window(experiment())
    fresh.restore_layout(QSettings(str(tmp_path / "none.ini"), QSettings.Format.IniFormat))
    assert window.size() == fresh.size()


@pytest.mark.parametrize("name", ["light", "dark"])
def test_a_theme_dresses_a_window_that_trains(
    open_window: Window, endless: Make, click: Click, reach: Reach, name: str
) -> None:
    window = open_window(endless())
    click(window.run_bar.run)
    reach(window.workspace.run, State.RUNNING)
    theme.apply(name)
    picture = window.grab().toImage()
    corner = picture.pixelColor(2, picture.height() // 2)
    assert (corner.lightness() > 128) == (name == "light")


# the keyboard and those who cannot see


def test_no_two_actions_have_one_shortcut(open_window: Window, experiment: Make) -> None:
    window = open_window(experiment())
    keys = [key.toString() for action in window.findChildren(QAction) for key in action.shortcuts()]
    assert sorted(keys) == sorted(set(keys))


def test_run_and_step_work_from_the_keyboard(open_window: Window, experiment: Make, qtbot: QtBot, reach: Reach) -> None:
    window = open_window(experiment())
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.run_bar.step.text() == "1")
    qtbot.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    reach(window.workspace.run, State.FINISHED)


def test_undo_works_from_the_keyboard(open_window: Window, experiment: Make, qtbot: QtBot) -> None:
    window = open_window(experiment())
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.workspace.draft.edit_layer(0, units=9)
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.stack.rows[0].units.value() == 5


def test_everything_that_can_be_set_teaches_and_has_a_name(open_window: Window, experiment: Make) -> None:
    window = open_window(experiment())
    panels = (window.data, window.stack, window.training, window.refine, window.run_bar)
    fields = [
        field
        for panel in panels
        for field in panel.findChildren(QWidget)
        if isinstance(field, QComboBox | QAbstractSpinBox | QAbstractButton) and "qt_" not in field.objectName()
    ]
    assert len(fields) > 25
    silent = [field for field in fields if not field.toolTip()]
    nameless = [field for field in fields if not (field.accessibleName() or getattr(field, "text", str)())]
    assert (silent, nameless) == ([], [])


# what goes wrong


def test_a_run_that_diverges_is_one_sentence_and_the_window_lives(
    open_window: Window, diverging: Experiment, click: Click, enter: Enter, reach: Reach
) -> None:
    window = open_window(diverging)
    click(window.run_bar.run)
    reach(window.workspace.run, State.FAILED)
    assert window.notice.isVisible()
    assert "Step 3" in window.notice.text()
    assert "layer 2" in window.notice.text()
    assert "\n" not in window.notice.text()
    assert QApplication.activeModalWidget() is None
    assert window.run_bar.run.isEnabled()
    enter(window.training.rate, "0.05")
    click(window.run_bar.reset)
    assert not window.notice.isVisible()
    reach(window.workspace.run, State.READY)
    click(window.run_bar.run)
    reach(window.workspace.run, State.FINISHED)


def test_the_notice_of_a_failure_is_read_before_anything_takes_it_away(
    open_window: Window, diverging: Experiment, click: Click, reach: Reach
) -> None:
    window = open_window(diverging)
    click(window.run_bar.run)
    reach(window.workspace.run, State.FAILED)
    window.workspace.draft.edit_layer(0, units=9)
    assert window.notice.isVisible()


def test_an_unforeseen_error_is_a_sentence_too(
    open_window: Window, experiment: Make, click: Click, reach: Reach, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> float:
        raise LookupError("no such row")

    window = open_window(experiment())
    with monkeypatch.context() as patch:
        patch.setattr(Network, "backward", fail)
        click(window.run_bar.run)
        reach(window.workspace.run, State.FAILED)
    assert "LookupError: no such row" in window.notice.text()
    assert "Traceback" not in window.notice.text()
    click(window.run_bar.run)
    reach(window.workspace.run, State.FINISHED)


def test_an_unreadable_table_does_not_stop_what_runs(
    open_window: Window, endless: Make, click: Click, reach: Reach, tmp_path: Path, qtbot: QtBot
) -> None:
    window = open_window(endless())
    click(window.run_bar.run)
    reach(window.workspace.run, State.RUNNING)
    (tmp_path / "bad.csv").write_text("age,kind\n1,cat\n2\n", encoding="utf-8")
    assert drop(window, tmp_path / "bad.csv")
    qtbot.waitUntil(lambda: window.workspace.importing.problem is not None)
    assert "bad.csv, line 3" in window.workspace.importing.problem
    assert tabs(window)[-1] == "Import"
    assert QApplication.activeModalWidget() is None
    with qtbot.waitSignal(window.workspace.run.snapshot_ready):
        pass
    assert window.workspace.run.state is State.RUNNING


# files


def test_an_experiment_is_dropped_in(open_window: Window, experiment: Make, tmp_path: Path) -> None:
    save_experiment(experiment(hidden=(8, 6)), tmp_path / "other.toml")
    window = open_window(experiment())
    assert drop(window, tmp_path / "other.toml")
    assert [row.units.value() for row in window.stack.rows] == [8, 6, 3]
    assert "other.toml" in window.windowTitle()


def test_a_table_is_dropped_in(open_window: Window, experiment: Make, tmp_path: Path, qtbot: QtBot) -> None:
    lines = [f"{n},{n % 5},{'cat' if n % 2 else 'dog'}" for n in range(30)]
    (tmp_path / "pets.csv").write_text("\n".join(["age,weight,kind", *lines]) + "\n", encoding="utf-8")
    window = open_window(experiment())
    assert drop(window, tmp_path / "pets.csv")
    page = panel(window, "import")
    assert page.isVisible()
    qtbot.waitUntil(lambda: page.use.isVisible() and page.use.isEnabled())
    place = page.use.mapTo(window, page.use.rect().center())
    assert window.childAt(place) is page.use  # in sight, however many columns the file has
    page.use.click()
    qtbot.waitUntil(lambda: window.data.examples.text() == "30 × 2 → 2 classes")
    assert window.tabs.current.name == "browse"
    assert window.data.source.currentText() == "pets.csv"
    assert "W 2×32" in window.stack.rows[0].sizes.text()
    assert window.workspace.draft.problem() is None
    assert "Import" not in tabs(window)
    assert window.workspace.recent.files() == [tmp_path / "pets.csv"]


def test_several_files_are_not_taken(open_window: Window, experiment: Make, tmp_path: Path) -> None:
    window = open_window(experiment())
    assert not drop(window, tmp_path / "a.csv", tmp_path / "b.csv")


def test_a_table_is_chosen_in_the_dialog(
    open_window: Window, experiment: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    file = tmp_path / "pets.csv"
    file.write_text("age,kind\n1,cat\n2,dog\n3,cat\n4,dog\n5,cat\n6,dog\n", encoding="utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", staticmethod(lambda *_args: (str(file), "")))
    window = open_window(experiment())
    window.data.file_wanted.emit()
    qtbot.waitUntil(lambda: window.workspace.importing.facts is not None)
    window.workspace.importing.use()
    qtbot.waitUntil(lambda: window.data.examples.text() == "6 × 1 → 2 classes")


def test_the_title_tells_the_file_and_whether_it_is_edited(
    open_window: Window, experiment: Make, tmp_path: Path
) -> None:
    window = open_window(experiment())
    assert window.windowTitle().startswith("Small")
    assert not window.isWindowModified()
    window.workspace.draft.edit_layer(0, units=9)
    assert window.isWindowModified()
    window.workspace.save(tmp_path / "mine.toml")
    assert "mine.toml" in window.windowTitle()
    assert not window.isWindowModified()


def test_saved_and_opened_it_is_the_same(open_window: Window, experiment: Make, enter: Enter, tmp_path: Path) -> None:
    window = open_window(experiment(hidden=(64,)))
    enter(window.stack.rows[0].units, "32")
    window.workspace.save(tmp_path / "mine.toml")
    again = open_window(load_experiment(tmp_path / "mine.toml"))
    assert again.stack.rows[0].units.value() == 32


# the end


def test_closing_while_it_trains_ends_both_threads(
    open_window: Window, endless: Make, click: Click, reach: Reach
) -> None:
    window = open_window(endless())
    click(window.run_bar.run)
    reach(window.workspace.run, State.RUNNING)
    assert {thread.objectName() for thread in threads(window) if thread.isRunning()} == {"training", "data"}
    window.close()
    assert not any(thread.isRunning() for thread in threads(window))


def test_closing_while_data_is_read_ends_both_threads(open_window: Window, experiment: Make) -> None:
    window = open_window(experiment())
    window.workspace.draft.edit(seed=99)
    window.close()
    assert not any(thread.isRunning() for thread in threads(window))


def test_quit_closes_the_window(open_window: Window, experiment: Make) -> None:
    window = open_window(experiment())
    window.files.quit.trigger()
    assert not window.isVisible()
    assert not any(thread.isRunning() for thread in threads(window))


def test_what_was_not_saved_is_kept(open_window: Window, experiment: Make, enter: Enter) -> None:
    window = open_window(experiment())
    enter(window.stack.rows[0].units, "9")
    window.close()
    assert load_experiment(window.workspace.last_work).layers[0].units == 9


def test_the_run_in_the_window_is_the_run_of_the_session(
    open_window: Window, experiment: Make, click: Click, reach: Reach
) -> None:
    window = open_window(experiment())
    click(window.run_bar.run)
    reach(window.workspace.run, State.FINISHED)
    session = Session(experiment())
    for _ in range(3):
        session.run_epoch()
    assert kept_losses(window) == session.history.losses().tolist()


def test_the_window_fits_a_full_hd_screen_at_twice_the_size(open_window: Window, experiment: Make) -> None:
    """1920 by 1080 pixels are 960 by 540 of the window's own, whatever page is in front."""
    window = open_window(experiment(hidden=(8, 8, 8)))
    for page in window.tabs.pages:
        window.tabs.show_page(page)
        least = window.minimumSizeHint()
        assert least.width() <= 960, page
        assert least.height() <= 540, page


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (QRect(100, 100, 300, 200), QRect(100, 100, 300, 200)),
        (QRect(1700, 900, 300, 400), QRect(980, 320, 300, 400)),
        (QRect(-500, -40, 300, 200), QRect(0, 0, 300, 200)),
        (QRect(10, 10, 3000, 2000), QRect(0, 0, 1280, 720)),
    ],
)
def test_a_floating_dock_comes_back_on_the_screen(place: QRect, expected: QRect) -> None:
    assert on_screen(place, [QRect(0, 0, 1280, 720)]) == expected


@pytest.mark.qt_log_ignore("This plugin does not support raise", extend=True)  # of the offscreen platform
def test_a_dock_that_floats_at_the_end_comes_back_floating_where_it_was(
    open_window: Callable[[Experiment], MainWindow], experiment: Make, tmp_path: Path
) -> None:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    first = open_window(experiment())
    dock = next(each for each in first._docks if each.objectName() == "dock_history")
    dock.setFloating(True)
    dock.show()
    dock.setGeometry(120, 80, 320, 240)
    QApplication.processEvents()
    place = dock.geometry()
    first.close()
    dock.close()  # as the end of the program does
    first.keep_layout(settings)
    second = open_window(experiment())
    second.restore_layout(settings)
    again = next(each for each in second._docks if each.objectName() == "dock_history")
    assert again.isFloating()
    assert again.isVisible()
    assert again.geometry() == place

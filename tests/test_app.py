"""The application: the window that a person gets, and the picture that is taken without a display."""

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QDockWidget, QPushButton
from pytestqt.qtbot import QtBot

from lab import paths
from lab.app import PageMissing, RunFailed, collecting_in_this_thread, make_application, run_window, take_picture
from lab.experiment.forms.problems import SpecError
from lab.experiment.spec import Experiment, load_experiment, save_experiment
from lab.gui import theme
from lab.gui.main_window import MainWindow
from lab.storage.kept_run import runs_left
from lab.storage.run_file import load_run
from tests.waiting import LIMIT

SMALL = {
    "name": "Small",
    "data": {"source": "iris"},
    "layers": [{"kind": "dense", "units": 5}, {"kind": "dense", "units": 3, "activation": "softmax"}],
    "training": {"batch_size": 10, "epochs": 3},
}


@pytest.fixture
def small() -> Callable[..., Experiment]:
    """Make a small experiment on the iris flowers, with some of its tables replaced."""
    return lambda **changes: Experiment.model_validate(SMALL | changes)


@pytest.fixture(autouse=True)
def _undressed(qapp: QApplication) -> Iterator[None]:
    """Leave the shared application as it was."""
    style_sheet, palette = qapp.styleSheet(), qapp.palette()
    yield
    theme.apply("system")
    qapp.setStyleSheet(style_sheet)
    qapp.setPalette(palette)


def share_of(image: QImage, colour: str) -> float:
    """Return the share of an image's pixels that have exactly this colour."""
    wanted = int(colour.removeprefix("#"), 16)
    pixels = np.frombuffer(image.convertToFormat(QImage.Format.Format_RGB32).constBits(), np.uint32)
    return float(np.mean(pixels & 0xFFFFFF == wanted))


# the picture


@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize("size", [(1440, 900), (1280, 720)])
def test_the_picture_has_the_size_and_the_theme(
    small: Callable[..., Experiment], tmp_path: Path, name: str, size: tuple[int, int]
) -> None:
    out = tmp_path / "window.png"
    take_picture(small(), 1, size, name, out)
    image = QImage(str(out))
    assert (image.width(), image.height()) == size
    assert share_of(image, theme.current().panel) > 0.2
    assert theme.current().name == name


def test_a_size_below_the_window_s_own_is_not_passed_over(small: Callable[..., Experiment], tmp_path: Path) -> None:
    out = tmp_path / "window.png"
    take_picture(small(), 0, (640, 480), "dark", out)
    assert (QImage(str(out)).width(), QImage(str(out)).height()) == (640, 480)


def test_the_picture_shows_what_was_trained(small: Callable[..., Experiment], tmp_path: Path) -> None:
    images = {}
    for epochs in (0, 2):
        take_picture(small(), epochs, (1440, 900), "dark", tmp_path / f"{epochs}.png")
        images[epochs] = QImage(str(tmp_path / f"{epochs}.png"))
    drawn = {epochs: share_of(image, theme.current().validation) for epochs, image in images.items()}
    assert drawn[2] > drawn[0]  # a curve that begins with the first epoch's end


def test_the_same_experiment_twice_is_the_same_picture(small: Callable[..., Experiment], tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        take_picture(small(), 2, (1440, 900), "dark", tmp_path / name)
    assert QImage(str(tmp_path / "a.png")) == QImage(str(tmp_path / "b.png"))


def test_more_epochs_than_the_experiment_has_are_trained(small: Callable[..., Experiment], tmp_path: Path) -> None:
    take_picture(small(), 5, (1440, 900), "dark", tmp_path / "window.png")
    assert (tmp_path / "window.png").exists()


def test_a_page_of_its_own_is_in_front(small: Callable[..., Experiment], tmp_path: Path) -> None:
    for page in ("curves", "errors"):
        take_picture(small(), 1, (1440, 900), "dark", tmp_path / f"{page}.png", page)
    assert QImage(str(tmp_path / "curves.png")) != QImage(str(tmp_path / "errors.png"))


def test_a_page_that_is_not_there_is_refused(small: Callable[..., Experiment], tmp_path: Path) -> None:
    for page, said in (("curve", "--page curve: the pages are curves, "), ("import", "this data has no such page")):
        with pytest.raises(PageMissing, match=said):
            take_picture(small(), 0, (1440, 900), "dark", tmp_path / "window.png", page)


def test_a_run_that_diverges_has_no_picture(small: Callable[..., Experiment], tmp_path: Path) -> None:
    training = {"batch_size": 10, "dtype": "float64", "optimizer": {"kind": "sgd", "learning_rate": 1e100}}
    with pytest.raises(RunFailed, match=r"^Step 3: .*layer 2"):
        take_picture(small(training=training), 2, (1440, 900), "dark", tmp_path / "window.png")
    assert not list(tmp_path.iterdir())


def test_a_stack_that_does_not_fit_has_no_picture(small: Callable[..., Experiment], tmp_path: Path) -> None:
    layers = [{"kind": "dense", "units": 4, "activation": "softmax"}]
    with pytest.raises(RunFailed, match="the data has 3 classes, the output 4"):
        take_picture(small(layers=layers), 2, (1440, 900), "dark", tmp_path / "window.png")


def test_data_that_cannot_be_read_has_no_picture(small: Callable[..., Experiment], tmp_path: Path) -> None:
    with pytest.raises(RunFailed, match=r"gone\.csv"):
        take_picture(small(data={"path": str(tmp_path / "gone.csv")}), 2, (1440, 900), "dark", tmp_path / "window.png")


@pytest.mark.parametrize("name", ["no/such/folder.png", ""])
def test_a_place_that_cannot_be_written_is_named(small: Callable[..., Experiment], tmp_path: Path, name: str) -> None:
    with pytest.raises(OSError, match=r"No such file|it is a folder, not a file"):
        take_picture(small(), 0, (1440, 900), "dark", tmp_path / name)


def test_the_picture_leaves_the_garbage_collector_on(small: Callable[..., Experiment], tmp_path: Path) -> None:
    take_picture(small(), 0, (1440, 900), "dark", tmp_path / "window.png")
    assert gc.isenabled()


# the window


@pytest.fixture
def visit(qapp: QApplication) -> Callable[..., int]:
    """Open the window as a person would, do something in it, close it, and return the exit code."""

    def open_and_close(file: Path | None = None, act: Callable[[MainWindow], None] | None = None) -> int:
        def leave() -> None:
            window = next(each for each in qapp.topLevelWidgets() if isinstance(each, MainWindow) and each.isVisible())
            if act is not None:
                act(window)
            window.close()

        QTimer.singleShot(0, leave)
        code = run_window(file)
        for window in qapp.topLevelWidgets():
            if isinstance(window, MainWindow):
                window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # else the next theme dresses them, too
        return code

    return open_and_close


def test_the_window_opens_with_the_default_experiment(visit: Callable[..., int]) -> None:
    seen: list[Experiment] = []
    assert visit(act=lambda window: seen.append(window.workspace.draft.experiment)) == 0
    assert seen == [load_experiment(paths.default_experiment())]


def test_the_window_opens_with_a_file(
    visit: Callable[..., int], small: Callable[..., Experiment], tmp_path: Path
) -> None:
    save_experiment(small(), tmp_path / "mine.toml")
    titles: list[str] = []
    assert visit(tmp_path / "mine.toml", lambda window: titles.append(window.windowTitle())) == 0
    assert "mine.toml" in titles[0]


def test_a_file_that_is_no_experiment_opens_no_window(qapp: QApplication, tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("", encoding="utf-8")
    with pytest.raises(SpecError, match=r"broken\.toml: data: missing"):
        run_window(tmp_path / "broken.toml")


def test_layout_and_theme_are_found_again(visit: Callable[..., int]) -> None:
    def rearrange(window: MainWindow) -> None:
        next(dock for dock in window.findChildren(QDockWidget) if dock.windowTitle() == "Data set").close()
        theme.apply("light")

    seen: list[tuple[list[str], str]] = []

    def note(window: MainWindow) -> None:
        hidden = [dock.windowTitle() for dock in window.findChildren(QDockWidget) if dock.isHidden()]
        seen.append((hidden, theme.keeper().choice()))

    visit(act=rearrange)
    theme.apply("dark")
    visit(act=note)
    assert seen == [(["Data set"], "light")]


def test_settings_that_are_nonsense_do_not_keep_the_window_shut(visit: Callable[..., int]) -> None:
    file = paths.user_state() / "window.ini"
    settings = QSettings(str(file), QSettings.Format.IniFormat)
    settings.setValue("theme", "sepia")
    settings.setValue("geometry", "nonsense")
    settings.sync()
    assert visit() == 0


# the application


def test_the_application_is_made_once(qapp: QApplication) -> None:
    assert make_application("dark") is qapp
    assert make_application("light") is qapp
    assert theme.current().name == "light"
    assert not qapp.windowIcon().isNull()
    assert qapp.font().families()[0] == theme.SANS


def test_garbage_is_collected_by_a_timer_alone(qapp: QApplication) -> None:
    with collecting_in_this_thread():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_the_collector_is_on_again_after_a_failure(qapp: QApplication) -> None:
    with pytest.raises(KeyError), collecting_in_this_thread():
        raise KeyError
    assert gc.isenabled()


def test_pictures_need_no_display() -> None:
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen"


# the end that somebody else decides on

_SIGNALLED = """
import os, signal, sys
from lab import app
opened = app.open_window

def open_window(experiment, file=None):
    window = opened(experiment, file)
    workspace = window.workspace

    def on_snapshot_ready(snapshot):
        if snapshot.progress.step > 0:
            os.kill(os.getpid(), int(sys.argv[1]))

    def on_draft_changed():
        if workspace.run.experiment is None and not workspace.draft.reading:
            workspace.run_or_pause()

    workspace.run.snapshot_ready.connect(on_snapshot_ready)
    workspace.draft.changed.connect(on_draft_changed)
    return window

app.open_window = open_window
sys.exit(app.run_window(None))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_closes_the_window_and_keeps_the_run(number: int) -> None:
    command = [sys.executable, "-c", _SIGNALLED, str(int(number))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False)
    assert done.returncode == 128 + number, done.stderr
    assert "Traceback" not in done.stderr
    (run,) = runs_left(paths.user_state() / "runs")
    assert load_run(run).steps > 0


def test_what_the_desktop_s_session_ends_in_is_kept_before_it_is_over(
    qapp: QApplication, visit: Callable[..., int], small: Callable[..., Experiment], tmp_path: Path, qtbot: QtBot
) -> None:
    """The edits and the run as they are now: after its request the desktop may end the program at any moment."""
    save_experiment(small(), tmp_path / "mine.toml")
    kept: list[tuple[int, int]] = []

    def log_out(window: MainWindow) -> None:
        workspace = window.workspace
        qtbot.waitUntil(lambda: not workspace.draft.reading)
        workspace.step_batch()
        qtbot.waitUntil(lambda: workspace.run.snapshot is not None and workspace.run.snapshot.progress.step == 1)
        workspace.edit_training(epochs=77)
        qapp.commitDataRequest.emit(None)  # what a desktop's session manager has Qt say
        (run,) = workspace.kept_runs.glob("*.safetensors")
        kept.append((load_run(run).steps, load_experiment(workspace.last_work).training.epochs))

    visit(tmp_path / "mine.toml", log_out)
    assert kept == [(1, 77)]


def test_edits_that_were_left_are_offered_when_the_window_opens(
    visit: Callable[..., int], small: Callable[..., Experiment], qtbot: QtBot
) -> None:
    """In one line with a button; reopened they are still not saved, and so offered again."""
    save_experiment(small(name="Unsaved"), paths.user_state() / "last-work.toml")
    seen: list[tuple[str, str, bool]] = []

    def take(window: MainWindow) -> None:
        notice = window.notice
        qtbot.waitUntil(notice.isVisible)
        (button,) = (each for each in notice.findChildren(QPushButton) if each.isVisible())
        sentence = notice.text()
        button.click()
        seen.append((sentence, window.workspace.draft.experiment.name, window.workspace.is_edited))

    for _ in range(2):
        visit(act=take)
    assert seen == [("Edits that were not saved were kept when a window closed.", "Unsaved", True)] * 2

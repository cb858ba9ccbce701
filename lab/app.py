"""Builds the application and its one window: for a person, or offscreen for a picture."""

import gc
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QCoreApplication,
    QEvent,
    QEventLoop,
    QIODevice,
    QMessageLogContext,
    QSettings,
    QSocketNotifier,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication, QLayout

from lab import paths
from lab.data.readers.child import keep_ready
from lab.data.readers.child_start import READY
from lab.experiment.running.stop_signals import StopSignals
from lab.experiment.snapshot import Snapshot
from lab.experiment.spec import Experiment, load_experiment
from lab.gui import theme
from lab.gui.main_window import PAGES, MainWindow
from lab.gui.workers.commands import State, StepEpochs
from lab.gui.workspace.frame_clock import DEFAULT_RATE, PICTURE_RATES
from lab.gui.workspace.left_edits import are_edits_left
from lab.gui.workspace.run import LEAST_STATES, MOST_STATES, USUAL_STATES
from lab.gui.workspace.workspace import Workspace

_COLLECT_EVERY = 2000
_YOUNG = 1
_ALL_EVERY = 30
_READER_AFTER = 1500
"""Milliseconds of rest after which a process is started that waits for a file."""


class RunFailed(RuntimeError):
    """A run that ended before its picture could be taken; the sentence says why."""


class PageMissing(ValueError):
    """A picture of a page that the window does not have, or not for this data; the sentence says what it has."""


def make_application(theme_name: str = "system") -> QApplication:
    """Return the application with fonts and theme, made if there is none yet."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication(sys.argv[:1])
    application.setApplicationName("delta-lab")
    application.setDesktopFileName("delta-lab")
    application.setApplicationDisplayName("Delta Lab")
    theme.load_fonts()
    theme.apply(theme_name)
    application.setWindowIcon(theme.icon("app"))
    return application


def open_window(experiment: Experiment, file: Path | None = None) -> MainWindow:
    """Return the shown window of a new workspace on that experiment."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    # Under a style sheet every widget is dressed again whenever it gets a parent; without one, once at the end.
    sheet = application.styleSheet()
    application.setStyleSheet("")
    window = MainWindow(Workspace(experiment, file))
    application.setStyleSheet(sheet)
    window.show()
    return window


def run_window(file: Path | None) -> int:
    """Open the window for a person, with the experiment of `file` or the default one; return the exit code.

    Raises SpecError where the file is no valid experiment.
    """
    experiment = load_experiment(file if file is not None else paths.default_experiment())
    settings = QSettings(str(paths.user_state() / "window.ini"), QSettings.Format.IniFormat)
    kept = str(settings.value("theme", "system", type=str))
    application = make_application(kept if kept in theme.CHOICES else "system")
    window = open_window(experiment, file)
    window.restore_layout(settings)
    QTimer.singleShot(0, window, partial(keep_runs, window))
    keep_reader_ready(window)
    rate = str(settings.value("pictures", DEFAULT_RATE, type=str))
    window.workspace.run.choose_picture_rate(PICTURE_RATES.get(rate, PICTURE_RATES[DEFAULT_RATE]))
    megabytes = settings.value("kept_states", USUAL_STATES)
    window.workspace.run.keep_states(_within(megabytes, LEAST_STATES, MOST_STATES, USUAL_STATES))
    application.commitDataRequest.connect(window.workspace.keep_all)
    with collecting_in_this_thread(), _ending_on_signals(window) as signals:
        code = application.exec()
    READY.close()
    window.keep_layout(settings)
    settings.setValue("theme", theme.keeper().choice())
    settings.setValue("pictures", window.workspace.run.picture_rate.name)
    settings.setValue("kept_states", window.workspace.run.most_kept)
    return signals.exit_code or code


def keep_reader_ready(window: MainWindow) -> None:
    """Keep a process ready that reads the next file: started when the window has long been painted, never two."""
    importing = window.workspace.importing

    def when_idle() -> None:
        if not importing.reading:
            keep_ready()

    timer = QTimer(window)
    timer.setSingleShot(True)
    timer.setInterval(_READER_AFTER)
    timer.timeout.connect(when_idle)
    importing.changed.connect(timer.start)  # what has read a file is not there for the next one
    timer.start()


def _within(text: object, lowest: int, highest: int, usual: int) -> int:
    """Return the whole number that a settings file holds, or the usual one where that is none within the limits."""
    found = str(text)
    number = int(found) if found.isascii() and found.isdigit() and len(found) < 10 else usual
    return number if lowest <= number <= highest else usual


def keep_runs(window: MainWindow) -> None:
    """Keep the window's run from now on, and offer what the last window has left behind: its run or unsaved edits."""
    from lab.storage.errors import StorageError  # after the window is there: reading takes a while
    from lab.storage.kept_run import runs_left
    from lab.storage.run_file import summary_of

    folder = window.workspace.kept_runs
    paths.remove_leftovers(paths.user_state())
    paths.remove_leftovers(folder)
    left = runs_left(folder)
    window.workspace.run.keep_in(folder)
    if are_edits_left(window.workspace.last_work, left[0] if left else None):
        window.offer_edits()
        return
    for path in left:
        try:
            sentence = summary_of(path)
        except StorageError:
            continue  # cut short by something that is stronger than an atomic write: the next one may be whole
        window.offer_run(path, f"{sentence} was left when a window closed: go on with it?")
        return


@contextmanager
def _ending_on_signals(window: MainWindow) -> Iterator[StopSignals]:
    """Close the window, which keeps its work, on Ctrl-C, SIGTERM and SIGHUP.

    Python runs its handlers between two of its own instructions, and Qt's event loop has none while it waits: so each
    signal also writes a byte into a socket that the loop listens to.
    """

    def end() -> None:
        window.close()
        QCoreApplication.exit()  # where a dialog has a loop of its own

    def end_soon() -> None:
        QTimer.singleShot(0, window, end)  # whatever the handler came between is finished first

    ours, theirs = socket.socketpair()
    with ours, theirs, StopSignals(end_soon) as signals:
        for end_of_pair in (ours, theirs):
            end_of_pair.setblocking(False)
        before = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
        notifier = QSocketNotifier(ours.fileno(), QSocketNotifier.Type.Read)
        notifier.activated.connect(lambda: ours.recv(64))
        try:
            yield signals
        finally:
            notifier.setEnabled(False)
            signal.set_wakeup_fd(before)


class _Collector:
    """Collects what is young each time, and everything once in a while: that takes longer the longer a run is."""

    def __init__(self) -> None:
        self._times = 0

    def collect(self) -> None:
        """Collect once."""
        self._times += 1
        gc.collect(_YOUNG if self._times % _ALL_EVERY else 2)


@contextmanager
def collecting_in_this_thread() -> Iterator[None]:
    """Collect garbage from a timer of the window's thread alone.

    A collection that happens to run in the training thread would delete QObjects there, and Qt crashes on that.
    What exists now lives as long as the window, so it is frozen: looking through it again would cost frames.
    """
    gc.disable()
    gc.freeze()
    timer = QTimer()
    timer.setInterval(_COLLECT_EVERY)
    timer.timeout.connect(_Collector().collect)
    timer.start()
    try:
        yield
    finally:
        timer.stop()
        gc.unfreeze()
        gc.enable()


def _print_message(_kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    """Pass on what Qt says, but for what the offscreen platform says of every window that has a smallest size."""
    if "propagateSizeHints" not in message:
        print(message, file=sys.stderr)


def take_picture(
    experiment: Experiment, after_epochs: int, size: tuple[int, int], theme_name: str, out: Path, page: str = ""
) -> None:
    """Train in the real window without a display for some epochs and save a picture of it as PNG.

    size: width and height in pixels; page: the name in PAGES of the page in front, empty for the first. Raises
    RunFailed where the run cannot be started or does not get there, PageMissing where there is no such page, and
    OSError where the picture cannot be written.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    before = qInstallMessageHandler(_print_message)
    make_application(theme_name)
    window = open_window(experiment)
    if (layout := window.layout()) is not None:
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # a small picture is cut, not enlarged
    window.setMinimumSize(0, 0)
    window.resize(*size)
    _settle()  # which makes what waits for the first paint
    window.setUpdatesEnabled(False)  # an axis keeps the room that its earlier numbers took, and those depend on time
    try:
        with collecting_in_this_thread():
            _train(window, after_epochs, page or PAGES[0].name)
            window.setUpdatesEnabled(True)
            _settle()
            picture = QByteArray()
            buffer = QBuffer(picture)
            buffer.open(QIODevice.OpenModeFlag.WriteOnly)
            window.grab().save(buffer, "PNG")
            paths.write_atomically(out, bytes(picture.data()))
    finally:
        window.close()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        qInstallMessageHandler(before)


def _settle() -> None:
    """Let the window lay itself out and paint: layouts settle in one pass, what they moved is painted in the next."""
    for _ in range(3):
        QCoreApplication.processEvents()


def _train(window: MainWindow, epochs: int, page: str) -> None:
    """Run the event loop until the data is read, that many epochs are done and all that the page asks has come."""
    loop = QEventLoop()
    problems: list[str] = []
    workspace, missing = window.workspace, _why_missing(page)
    if missing:
        raise PageMissing(missing)

    def on_draft_changed() -> None:
        if workspace.run.state is State.EMPTY and workspace.run.experiment is None and not workspace.draft.reading:
            window.tabs.show_page(page)  # now that it is known which pages this data has
            workspace.go(StepEpochs(epochs) if epochs else None)

    def on_snapshot_ready(snapshot: Snapshot) -> None:
        is_there = snapshot.progress.epoch >= epochs and workspace.run.state is not State.RUNNING
        if is_there and not snapshot.postponed:
            QTimer.singleShot(0, loop, on_shown)

    def on_shown() -> None:
        if not workspace.run.is_waiting:  # what has come may be what a page needs to ask for more
            loop.quit()

    def on_problem_found(sentence: str) -> None:
        problems.append(sentence)
        loop.quit()

    workspace.draft.changed.connect(on_draft_changed)
    workspace.run.snapshot_ready.connect(on_snapshot_ready)
    workspace.problem_found.connect(on_problem_found)
    QTimer.singleShot(0, on_draft_changed)  # the data may have been read already
    loop.exec()
    if problems:
        raise RunFailed(problems[0])
    if window.tabs.current.name != page:
        raise PageMissing(f"--page {page}: this data has no such page.")


def _why_missing(page: str) -> str:
    """Say which pages there are where there is none of this name; empty where there is one."""
    names = [each.name for each in PAGES]
    return "" if page in names else f"--page {page}: the pages are {', '.join(names)}."

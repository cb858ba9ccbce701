"""A user who does anything: mouse, keys, wheel, docks, other data, both themes, three window sizes, by a seed.

No exception, no Qt warning, and afterwards Reset and Run train a step. `make test` does 40 actions of one seed,
`make fuzz` 2,000 of a new one, which it prints; USER_SEED takes it up again. There the memory must stay flat too.
"""

import gc
import os
import random
import secrets
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QAction, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget, QFileDialog, QMenu, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from lab.app import collecting_in_this_thread
from lab.experiment.spec import Experiment
from lab.experiment.timeline.keyframes import KeyframesInMemory
from lab.gui import theme
from lab.gui.main_window import MainWindow
from lab.gui.workers.commands import State
from tests.effort import count

Make = Callable[..., Experiment]
Window = Callable[[Experiment], MainWindow]

ACTIONS = 750
"""Two fifths of it in `make test`: 300."""
_SIZES = ((1280, 720), (1440, 900), (1000, 620))
_KEYS = (
    Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right,
    Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Space, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageDown,
    Qt.Key.Key_1, Qt.Key.Key_0, Qt.Key.Key_Period, Qt.Key.Key_Backspace, Qt.Key.Key_Delete,
)  # fmt: skip
_NOT_PRESSED = ("Quit", "Close")
_SETTLED = 600
"""Actions, about a minute of them, after which most of what is made when it is first shown has been made."""
_MOST_ACTIONS = 5000
_MOST_GROWTH = 30e6
"""Bytes by which memory may grow from there on."""


@pytest.fixture
def no_dialogs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer every dialog with Cancel: a stranger who opens none of our files."""
    for name in ("getOpenFileName", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *_arguments, **_options: ("", ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_arguments, **_options: "")
    monkeypatch.setattr(QMessageBox, "exec", lambda _box: QMessageBox.StandardButton.Cancel)


@pytest.fixture
def popups_close(application: QApplication) -> Iterator[None]:
    """Close any menu or list a moment after it opened: some keep the program waiting until they are gone."""
    timer = QTimer()

    def close() -> None:
        popup = application.activePopupWidget()
        if popup is not None:
            popup.close()

    timer.timeout.connect(close)
    timer.start(20)
    yield
    timer.stop()


class User:
    """Does one random thing after another to a window."""

    def __init__(self, window: MainWindow, files: list[Path], seed: int) -> None:
        self._window, self._files, self._random = window, files, random.Random(seed)
        self._doings = (
            [self._click] * 8 + [self._press] * 8 + [self._turn] * 4 + [self._choose] * 4
            + [self._resize, self._move_dock, self._dress, self._other_data]
        )  # fmt: skip

    def act(self) -> None:
        """Do one thing, and let the window answer."""
        self._random.choice(self._doings)()
        QApplication.processEvents()
        # Outside an event loop Qt keeps what is to be deleted later for ever.
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def _widget(self) -> QWidget:
        seen = [widget for widget in self._window.findChildren(QWidget) if widget.isVisible() and widget.isEnabled()]
        return self._random.choice(seen)

    def _point(self, widget: QWidget) -> QPoint:
        return QPoint(self._random.randrange(max(widget.width(), 1)), self._random.randrange(max(widget.height(), 1)))

    def _click(self) -> None:
        widget = self._widget()
        button = self._random.choice([Qt.MouseButton.LeftButton] * 4 + [Qt.MouseButton.RightButton])
        at = self._point(widget)
        QTest.mouseMove(widget, at)
        if self._random.random() < 0.2:
            QTest.mouseDClick(widget, button, Qt.KeyboardModifier.NoModifier, at)
        else:
            QTest.mouseClick(widget, button, Qt.KeyboardModifier.NoModifier, at)

    def _press(self) -> None:
        widget = QApplication.focusWidget() or self._window
        QTest.keyClick(widget, self._random.choice(_KEYS))

    def _turn(self) -> None:
        widget = self._widget()
        at = QPointF(self._point(widget))
        event = QWheelEvent(
            at, QPointF(widget.mapToGlobal(at.toPoint())), QPoint(), QPoint(0, self._random.choice([-120, 120])),
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(widget, event)

    def _choose(self) -> None:
        actions = [
            action
            for action in _offered(self._window.menuBar().actions())
            if action.isEnabled() and not any(word in action.text().replace("&", "") for word in _NOT_PRESSED)
        ]
        self._random.choice(actions).trigger()

    def _resize(self) -> None:
        self._window.resize(*self._random.choice(_SIZES))

    def _move_dock(self) -> None:
        dock = self._random.choice(self._window.findChildren(QDockWidget))
        self._random.choice([dock.close, dock.show, lambda: dock.setFloating(not dock.isFloating()), dock.raise_])()

    def _dress(self) -> None:
        theme.apply(self._random.choice(["light", "dark"]))

    def _other_data(self) -> None:
        self._window.workspace.import_file(self._random.choice(self._files))


def _offered(actions: Iterable[QAction]) -> Iterator[QAction]:
    """Yield what the menus offer, at any depth."""
    for action in actions:
        menu = action.menu()
        if isinstance(menu, QMenu):
            yield from _offered(menu.actions())
        elif action.isVisible() and not action.isSeparator():
            yield action


def _memory() -> int:
    """Return the bytes of this process that are in memory, less what undo keeps (Linux), 0 elsewhere."""
    gc.collect()
    kept = sum(each.bytes for each in gc.get_objects() if type(each) is KeyframesInMemory)
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") - kept


def _seed() -> int:
    if "USER_SEED" in os.environ:
        return int(os.environ["USER_SEED"])
    return secrets.randbelow(2**32) if settings.get_current_profile_name() == "fuzz" else 7


@pytest.mark.fuzz
@pytest.mark.usefixtures("no_dialogs", "popups_close")
def test_whatever_a_user_does_the_window_goes_on_to_train(
    open_window: Window, experiment: Make, qtbot: QtBot, tmp_path: Path
) -> None:
    rows = "".join(f"{row % 7},{row % 5},{'cat' if row % 2 else 'dog'}\n" for row in range(60))
    pets, numbers, broken = (tmp_path / name for name in ("pets.csv", "numbers.csv", "broken.csv"))
    pets.write_text("age,weight,kind\n" + rows, encoding="utf-8")
    numbers.write_text("a,b\n" + "".join(f"{row},{row * 2}\n" for row in range(40)), encoding="utf-8")
    broken.write_bytes(b"\0\1\2")
    window, seed, actions = open_window(experiment()), _seed(), min(count(ACTIONS), _MOST_ACTIONS)
    print(f"USER_SEED={seed}")
    user, settled = User(window, [pets, numbers, broken], seed), 0
    with collecting_in_this_thread():
        for number in range(actions):
            if number == _SETTLED:
                settled = _memory()
            user.act()
        if actions > 2 * _SETTLED:
            assert _memory() - settled < _MOST_GROWTH
        _goes_on_to_train(window, qtbot)


def _goes_on_to_train(window: MainWindow, qtbot: QtBot) -> None:
    workspace = window.workspace
    qtbot.waitUntil(lambda: not workspace.draft.reading)
    workspace.run_or_pause() if workspace.run.state is State.RUNNING else None
    qtbot.waitUntil(lambda: workspace.run.state not in (State.RUNNING, State.PREPARING))
    window.workspace.open_copy(_usual())
    qtbot.waitUntil(lambda: not workspace.draft.reading and workspace.draft.problem() is None)
    workspace.reset()
    workspace.step_batch()
    qtbot.waitUntil(lambda: workspace.run.snapshot is not None and workspace.run.snapshot.progress.step > 0)


def _usual() -> Path:
    from lab import paths

    return paths.resources() / "experiments" / "iris.toml"


def test_the_same_seed_does_the_same(open_window: Window, experiment: Make, tmp_path: Path) -> None:
    first, second = (User(open_window(experiment()), [tmp_path], 5) for _ in range(2))
    chosen = [[user._random.choice(user._doings).__name__ for _ in range(40)] for user in (first, second)]
    assert chosen[0] == chosen[1]

"""The rule that no test leaves anything running, shown by a suite of its own that breaks it in every way."""

from pathlib import Path

import pytest

CONFTEST = Path(__file__).with_name("conftest.py")
SETTINGS = """
[pytest]
qt_api = pyside6
filterwarnings = error
addopts = -p no:cacheprovider
pythonpath = {}
"""

LEAKS = """
import threading
import pytest
from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QWidget

kept = []
stop = threading.Event()

def test_thread():
    thread = threading.Thread(target=stop.wait, name="forgotten", daemon=True)
    thread.start()

def test_the_next_test_is_not_blamed():
    stop.set()

def test_qthread(qapp):
    kept.append(QThread(objectName="worker"))
    kept[-1].start()

def test_timer(qapp):
    kept.append(QTimer())
    kept[-1].start(1234)

def test_timer_with_a_parent(qapp):
    QTimer(qapp, objectName="collector").start(4321)

def test_window(qapp):
    kept.append(QWidget(objectName="lonely"))

def test_window_of_a_failed_test(qapp):
    window = QWidget()
    assert window.isVisible()
"""

CLEAN = """
import gc
import threading
import pytest
from PySide6.QtCore import QObject, QThread, QTimer
from PySide6.QtWidgets import QComboBox, QMenu, QVBoxLayout, QWidget

class Window(QWidget):
    def __init__(self):
        super().__init__()
        self.itself = self
        self.box = QComboBox(self)
        self.box.addItems(["one", "two"])
        QMenu(self)
        self.timer = QTimer(self)
        self.timer.timeout.connect(self.tick)
        self.timer.start(1)

    def tick(self):
        self.ticked = True

@pytest.fixture
def window(qtbot):
    window = Window()
    qtbot.addWidget(window)
    return window

def test_window_given_to_qtbot(qtbot, window):
    window.show()
    window.box.showPopup()
    qtbot.waitUntil(lambda: hasattr(window, "ticked"))

def test_window_deleted_later(qapp):
    Window().deleteLater()

def test_window_that_only_a_cycle_holds(qapp):
    window = QWidget()
    window.itself = [window]

def test_thread_that_was_told_to_end():
    stop = threading.Event()
    threading.Thread(target=stop.wait).start()
    stop.set()

def test_qthread_that_was_waited_for(qapp):
    thread = QThread()
    thread.start()
    thread.quit()
    thread.wait()

def test_timer_that_was_stopped(qapp):
    timer = QTimer()
    timer.start(1000)
    timer.stop()

def test_without_qt():
    assert gc.isenabled()
"""


FOLDERS = """
import pytest
from lab.paths import user_state

@pytest.mark.parametrize("turn", [1, 2])
def test_state(turn):
    assert list(user_state().iterdir()) == []
    (user_state() / "window.ini").touch()
"""


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.setenv("TEST_LIMIT", "1")  # what is meant to be left running is waited for, too
    pytester.makeini(SETTINGS.format(CONFTEST.parents[1]))
    pytester.makeconftest(CONFTEST.read_text(encoding="utf-8"))
    return pytester


def test_every_leak_is_an_error_of_the_test_that_leaks(suite: pytest.Pytester) -> None:
    suite.makepyfile(LEAKS)
    result = suite.runpytest_subprocess()
    result.assert_outcomes(passed=6, failed=1, errors=5)
    result.stdout.fnmatch_lines_random(
        [
            "*ERROR at teardown of test_thread *",
            "left behind: thread 'forgotten'",
            "*ERROR at teardown of test_qthread *",
            "left behind: running QThread 'worker'",
            "*ERROR at teardown of test_timer *",
            "left behind: active QTimer of 1234 ms",
            "*ERROR at teardown of test_timer_with_a_parent *",
            "left behind: active QTimer 'collector' of 4321 ms",
            "*ERROR at teardown of test_window *",
            "left behind: window QWidget 'lonely'",
        ]
    )


def test_what_ends_in_time_is_no_leak_and_no_two_tests_share_their_user_folders(suite: pytest.Pytester) -> None:
    suite.makepyfile(test_clean=CLEAN, test_folders=FOLDERS)
    suite.runpytest_subprocess().assert_outcomes(passed=9)

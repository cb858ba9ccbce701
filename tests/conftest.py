"""What every test gets: no screen, user folders of its own, and a failure if it leaves something running."""

import gc
import os
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.effort import register_profiles
from tests.waiting import LIMIT, MILLISECONDS, PatientBot
from tests.warm_reader import WarmReader

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Beside other processes a second thread is waited for longer than it helps: a training took ten times as long.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

register_profiles()

_USER_FOLDERS = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
_FAILED = pytest.StashKey[bool]()
_TESTS = Path(__file__).parent
# The beginnings of what opens windows, starts programs or computes for seconds.
_SLOW = (
    "core/explain/test_explanation",
    "core/test_against_scikit_learn",
    "core/test_allocation",
    "core/test_gradient_check",
    "core/test_layer_gradients",
    "data/readers/arrays/test_libsvm_reader",
    "data/readers/tables/test_delimited.py",
    "data/readers/test_child",
    "data/readers/test_formats",
    "data/readers/test_limits",
    "data/test_row_origins",
    "experiment/browse/test_browse.py",
    "experiment/test_datasets",
    "experiment/test_examples",
    "experiment/test_goals",
    "experiment/test_session_state",
    "experiment/timeline/",
    "gui/",
    "journey/",
    "storage/",
    "test_app",
    "test_cli",
    "test_files_of_older_versions",
    "test_kills",
    "test_leaks",
    "test_packaging",
    "test_system",
)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even load what `make fast` leaves out."""
    return True if config.option.markexpr == "not slow" and _is_slow(collection_path) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the mark `slow` to all that `make fast` leaves out."""
    for item in items:
        if _is_slow(item.path):
            item.add_marker("slow")


@cache
def _is_slow(path: Path) -> bool:
    if not path.is_relative_to(_TESTS):
        return False
    name = path.relative_to(_TESTS).as_posix()
    return f"{name}/".startswith(_SLOW)


@pytest.fixture(scope="session")
def _user_folders_of_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Iterator[Path]]:
    """Redirect the user's folders for what lives longer than a test; yield folders that do not exist yet."""
    root = tmp_path_factory.mktemp("users")
    with pytest.MonkeyPatch.context() as patch:
        _redirect_user_folders(patch, root / "session")
        yield (root / str(number) for number in count())


@pytest.fixture(autouse=True)
def _user_folders(_user_folders_of_all: Iterator[Path]) -> Iterator[None]:
    """Give each test empty folders for settings, state and caches: not the user's, not another test's."""
    with pytest.MonkeyPatch.context() as patch:
        _redirect_user_folders(patch, next(_user_folders_of_all))
        yield


def _redirect_user_folders(patch: pytest.MonkeyPatch, folder: Path) -> None:
    for name in _USER_FOLDERS:
        patch.setenv(name, str(folder / name))


@pytest.fixture(scope="session", autouse=True)
def _start_of_readers() -> Iterator[Callable[[str], Any]]:
    """Read files in children that are there at once, where the system can fork; yield how the program starts them."""
    from lab.data.readers import child

    cold, warm = child._started, WarmReader()
    with pytest.MonkeyPatch.context() as patch:
        if sys.platform == "linux":
            patch.setattr(child, "_started", warm.start)
        yield cold
    warm.close()


@pytest.fixture
def cold_reader(_start_of_readers: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Read files in children that are started as the program does it."""
    from lab.data.readers import child

    monkeypatch.setattr(child, "_started", _start_of_readers)


@pytest.fixture
def qtbot(qapp: object, request: pytest.FixtureRequest) -> PatientBot:
    """pytest-qt's hands and eyes, whose waits all have the one limit."""
    return PatientBot(request)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        item.stash[_FAILED] = True
    return report


@pytest.fixture(autouse=True)
def _nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a thread, a running QThread, an active QTimer or a top-level widget behind.

    A test that failed already is only cleaned up after: its traceback keeps alive what it was working on.
    """
    threads, windows = set(threading.enumerate()), _windows()
    # What is frozen is neither collected nor listed: only what the test makes is looked through afterwards.
    gc.freeze()
    try:
        with pytest.MonkeyPatch.context() as patch:
            # A window freezes what was there before it, and in the end unfreezes all: the whole suite, here.
            patch.setattr(gc, "freeze", lambda: None)
            patch.setattr(gc, "unfreeze", lambda: None)
            yield
        _delete_later()
        gc.collect()
        _delete_later()
        left = [*_end_threads(threads), *_end_qthreads(), *_end_timers(), *_end_windows(windows)]
    finally:
        gc.unfreeze()
    if left and not request.node.stash.get(_FAILED, False):
        pytest.fail(f"left behind: {', '.join(left)}", pytrace=False)


def _qt(module: str, name: str) -> Any:
    """Return a name of PySide6, or None where nothing has imported it: tests of the core never load Qt."""
    return getattr(sys.modules.get(f"PySide6.{module}"), name, None)


def _delete_later() -> None:
    core = sys.modules.get("PySide6.QtCore")
    if core is not None and core.QCoreApplication.instance() is not None:
        core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete)


def _windows() -> list[Any]:
    application = _qt("QtWidgets", "QApplication")
    if application is None or not isinstance(application.instance(), application):
        return []
    return list(application.topLevelWidgets())


def _new(kind: type | None) -> Iterator[Any]:
    """Yield the living QObjects of a class that the test has made in Python."""
    if kind is not None:
        from shiboken6 import isValid

        yield from (thing for thing in gc.get_objects() if issubclass(type(thing), kind) and isValid(thing))


def _end_threads(known: set[threading.Thread]) -> Iterator[str]:
    for thread in set(threading.enumerate()) - known:
        # A dummy stands for a thread that Python did not start; QThreads are looked at by themselves.
        if not isinstance(thread, threading._DummyThread):
            thread.join(LIMIT)
            if thread.is_alive():
                yield f"thread {thread.name!r}"


def _end_qthreads() -> Iterator[str]:
    for thread in _new(_qt("QtCore", "QThread")):
        if thread.isRunning() and not thread.wait(MILLISECONDS):
            yield f"running {_described(thread)}"
            thread.requestInterruption()
            thread.quit()
            thread.wait(MILLISECONDS)


def _end_timers() -> Iterator[str]:
    for timer in _new(_qt("QtCore", "QTimer")):
        if timer.isActive():
            yield f"active {_described(timer)} of {timer.interval()} ms"
            timer.stop()


def _end_windows(known: list[Any]) -> Iterator[str]:
    for window in _windows():
        if window not in known:
            yield f"window {_described(window)}"
            window.hide()
            window.deleteLater()
    _delete_later()


def _described(thing: Any) -> str:
    name = thing.objectName()
    return f"{type(thing).__name__} {name!r}" if name else type(thing).__name__

"""The X server that the journey runs on, and what is said where it cannot be had."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lab import system

CONFTEST = Path(__file__).with_name("conftest.py")

WINDOW = """
from PySide6.QtWidgets import QApplication, QWidget
application = QApplication([])
window = QWidget()
window.resize(300, 200)
window.show()
while not window.windowHandle().isExposed():
    application.processEvents()
size = application.primaryScreen().size()
print(application.platformName(), size.width(), size.height())
"""


def test_a_window_is_shown_by_the_x_server(x_environment: dict[str, str]) -> None:
    shown = subprocess.run(
        [sys.executable, "-c", WINDOW], env=x_environment, capture_output=True, text=True, check=False
    )
    assert shown.stdout == "xcb 1920 1080\n", shown.stderr


def test_a_display_is_one_that_answers(x_display: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", x_display)
    assert system.display()
    assert system.window_needs() == {**system.OFFSCREEN, **system.XCB}


@pytest.fixture
def journey(pytester: pytest.Pytester) -> pytest.Pytester:
    """A suite of one test that wants an X display."""
    pytester.makeini("[pytest]\nqt_api = pyside6\n")
    pytester.makeconftest(CONFTEST.read_text(encoding="utf-8"))
    pytester.makepyfile("def test_journey(x_display): pass")
    return pytester


@pytest.mark.parametrize(("ci", "outcome"), [("true", {"errors": 1}), ("", {"skipped": 1})], ids=["in CI", "elsewhere"])
def test_without_xvfb(
    journey: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, ci: str, outcome: dict[str, int]
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("PATH", str(journey.mkdir("empty")))
    result = journey.runpytest_inprocess("-ra")
    result.assert_outcomes(**outcome)
    result.stdout.fnmatch_lines(["*This machine lacks Xvfb*install *xvfb*"])


def test_a_server_that_cannot_start_says_why(journey: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    server = journey.mkdir("bin") / "Xvfb"
    server.write_text("#!/bin/sh\necho 'no room for a screen' >&2\nexit 1\n")
    server.chmod(0o755)
    monkeypatch.setenv("PATH", str(server.parent), prepend=os.pathsep)
    # Whatever this machine lacks: here it is the server that fails.
    monkeypatch.setattr(system, "missing", lambda needs: {})
    result = journey.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["Xvfb did not start: no room for a screen"])

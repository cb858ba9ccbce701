"""A real X window without a screen, and somebody who uses the program in it: an X server of the tests' own."""

import json
import os
import re
import select
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lab import system
from tests.waiting import LIMIT

# The program as the command `delta-lab` starts it, with a probe that only looks: each line on standard input asks
# for the text or the place of something in the window, and is answered as soon as the text is as wanted.
PROGRAM = """
import json, os, re, sys
from PySide6.QtCore import QObject, QSocketNotifier, QTimer
from PySide6.QtWidgets import QApplication, QMenu, QPushButton
from lab import app, cli

class Probe(QObject):
    def __init__(self, window):
        super().__init__(window)
        self.questions = []
        self.input = QSocketNotifier(0, QSocketNotifier.Type.Read, self)
        self.input.activated.connect(self.listen)
        self.timer = QTimer(self)
        self.timer.timeout.connect(self.answer)
        self.timer.start(20)

    def listen(self):
        self.questions += [json.loads(line) for line in os.read(0, 65536).splitlines()]

    def answer(self):
        self.questions = [each for each in self.questions if not self.answered(each)]

    def answered(self, question):
        found = self.found(question["path"].split("."))
        answer = None
        if found is not None:
            answer = self.text(found, **question) if "wanted" in question else self.middle(found, **question)
        if answer is not None:
            print(json.dumps(answer), flush=True)
        return answer is not None

    def found(self, path):
        found = self.parent()
        if path[0] == "popup":
            found, path = QApplication.activePopupWidget(), path[1:]
        elif path[0] == "dialog":
            found, path = QApplication.activeModalWidget(), path[1:]
        for part in path:
            if isinstance(found, (dict, list)):
                found = found[int(part) if part.isdigit() else part]
            elif found is not None:
                found = getattr(found, part.removesuffix("()"))
                found = found() if part.endswith("()") else found
        return found

    def text(self, found, wanted, index=None, **_path):
        if index:
            text = found.model().index(*index).data() or ""
        else:
            text = found if isinstance(found, str) else found() if callable(found) else found.text()
        return text if re.search(wanted, text) else None

    def middle(self, found, cell=None, index=None, text=None, spot=None, **_path):
        if text and not isinstance(found, QMenu):
            found = next((each for each in found.findChildren(QPushButton) if each.text() == text), None)
        if found is None or not found.isVisible() or not found.isEnabled():
            return None
        on = found.viewport() if cell or index else found
        if cell:
            inside = found.geometry_of_cells().rect(*cell).center()
        elif index:
            inside = found.visualRect(found.model().index(*index)).center()
        elif text and isinstance(found, QMenu):
            inside = next(found.actionGeometry(each) for each in found.actions() if each.text() == text).center()
        else:
            inside = found.to_pixel(*spot).toPoint() if spot else found.rect().center()
        middle = on.mapToGlobal(inside)
        return [middle.x(), middle.y()]

opened = app.open_window
def open_and_probe(*what):
    window = opened(*what)
    Probe(window)
    return window
app.open_window = open_and_probe
sys.exit(cli.main())
"""


class Visitor:
    """Somebody at the screen: moves the pointer, presses keys, and looks until what is expected is there."""

    def __init__(self, program: subprocess.Popen[bytes], environment: dict[str, str]) -> None:
        assert program.stdin is not None
        assert program.stdout is not None
        self.program = program
        self._questions, self._answers = program.stdin, program.stdout
        self._environment = environment

    def tool(self, *arguments: object) -> str:
        """Run xdotool, which acts through the X server's test extension."""
        command = ["xdotool", *map(str, arguments)]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=True, timeout=LIMIT)
        return done.stdout.strip()

    def face(self, title: str) -> None:
        """Wait for a window and give it the keyboard, as a window manager does with a new one."""
        number = self.tool("search", "--sync", "--onlyvisible", "--name", title).split()[-1]
        self.tool("windowfocus", "--sync", number)

    def ask(self, path: str, **question: object) -> str | list[int]:
        """Return the probe's answer."""
        self._questions.write(json.dumps({"path": path, **question}).encode() + b"\n")
        self._questions.flush()
        ready, _, _ = select.select([self._answers], [], [], LIMIT)
        assert ready, f"{path}: {question} did not come about"
        answer: str | list[int] = json.loads(self._answers.readline())
        return answer

    def read(self, path: str, wanted: str = "", index: tuple[int, int] | None = None) -> str:
        """Return a text of the window, or of an item in a view, once it holds the pattern."""
        text = self.ask(path, wanted=wanted, index=index)
        assert isinstance(text, str)
        return text

    def place(self, path: str, **question: object) -> tuple[int, int]:
        """Return the middle of something on the screen, once it is there and can be used.

        Of what `path` leads to it is all, or its `cell` (of the list of matrices), its item `index`, its button or
        entry with the `text`, or its `spot`, a point of a plot. The path "popup" leads to the menu that is open.
        """
        answer = self.ask(path, **question)
        assert isinstance(answer, list)
        x, y = answer
        return int(x), int(y)

    def click(self, path: str, **question: object) -> None:
        """Click on something in the window, found as by `place`."""
        self.tool("mousemove", "--sync", *self.place(path, **question), "click", 1)

    def drag(self, path: str, spots: list[tuple[float, float]]) -> None:
        """Go from one point of a plot to the next with the button down."""
        (left, top), (right, bottom) = self.place(path, spot=(-1, 1)), self.place(path, spot=(1, -1))
        across, down = (right - left) / 2, (bottom - top) / 2
        places = [(round(left + across * (1 + x)), round(top + down * (1 - y))) for x, y in spots]
        way = [word for place in places[1:] for word in ("mousemove", "--sync", *place)]
        self.tool("mousemove", "--sync", *places[0], "mousedown", 1, *way, "mouseup", 1)

    def press(self, *keys: str) -> None:
        self.tool("key", *keys)

    def write(self, text: str) -> None:
        self.tool("type", "--delay", 12, text)  # a busy machine loses keys that come faster

    def answer(self, title: str, text: object) -> None:
        """Write into a dialog's field, all of it anew, and close it with Return."""
        self.face(title)
        self.press("ctrl+a")
        self.write(str(text))
        self.read("dialog.selectedFiles().0", f"^{re.escape(str(text))}$")  # Return counts for what has arrived
        self.press("Return")

    def leave(self) -> None:
        """Quit, and see that the program ends well."""
        self.press("ctrl+q")
        assert self.program.wait(LIMIT) == 0


@pytest.fixture(scope="session")
def x_display() -> Iterator[str]:
    """Yield the name of a display, such as ":3", 1920 x 1080 with 24 bits a pixel, with no window on it yet.

    Where Xvfb or a library is missing the test is skipped, but fails where CI=true; both name what it is.
    """
    if sys.platform != "linux":
        pytest.skip("X windows are Linux's")
    absent = system.missing({**system.OFFSCREEN, **system.XCB, **system.XVFB})
    if absent and os.environ.get("CI") == "true":
        pytest.fail(system.remedy(absent), pytrace=False)
    if absent:
        pytest.skip(system.remedy(absent))
    with _server() as name:
        yield name


@pytest.fixture
def x_environment(x_display: str) -> dict[str, str]:
    """Return the environment for a subprocess whose windows shall be real ones on the tests' X server."""
    environment = {**os.environ, "DISPLAY": x_display, "QT_QPA_PLATFORM": "xcb"}
    environment.pop("WAYLAND_DISPLAY", None)
    return environment


@pytest.fixture
def visit(x_environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[[], Visitor]]:
    """Start the program in a process of its own; it has said nothing of an error when the test is over."""
    programs: list[subprocess.Popen[bytes]] = []
    complaints = (tmp_path / "complaints.txt").open("w+", encoding="utf-8")
    # The desktop's own file dialogs would be another program's, and look different everywhere.
    environment = {name: value for name, value in x_environment.items() if name != "QT_QPA_PLATFORMTHEME"}

    def start() -> Visitor:
        command = [sys.executable, "-c", PROGRAM]
        pipe = subprocess.PIPE
        program = subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, stderr=complaints)
        programs.append(program)
        visitor = Visitor(program, environment)
        visitor.face("Delta Lab")
        visitor.read("data.examples", "3.000 × 784")
        return visitor

    yield start
    for program in programs:
        program.kill()
        program.communicate(timeout=LIMIT)  # closes the pipes
    complaints.seek(0)
    said = complaints.read()
    complaints.close()
    assert said == ""


@contextmanager
def _server() -> Iterator[str]:
    """Run an Xvfb on the first free display, and end it by its own process id."""
    reading, writing = os.pipe()
    with tempfile.TemporaryFile("w+") as messages:
        # Without -noreset the server starts afresh each time its last window is closed.
        options = ["-displayfd", str(writing), "-screen", "0", "1920x1080x24", "-nolisten", "tcp", "-noreset"]
        server = subprocess.Popen(["Xvfb", *options], pass_fds=[writing], stdout=messages, stderr=messages)
        os.close(writing)
        try:
            with os.fdopen(reading) as answer:
                number = answer.readline().strip()  # nothing, if the server has ended
            if not number:
                messages.seek(0)
                pytest.fail(f"Xvfb did not start: {messages.read().strip()}", pytrace=False)
            yield f":{number}"
        finally:
            _end(server)


def _end(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(LIMIT)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait(LIMIT)

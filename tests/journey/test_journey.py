"""A whole visit in a real X window: keys and clicks of the X server go to the program, a probe reads what it shows."""

import json
import re
import select
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lab.experiment.spec import load_experiment

PATIENCE = 30  # seconds for what takes less than one on an idle machine

# The program as the command `delta-lab` starts it, with a probe that only looks: each line on standard input asks
# for the text or the place of something in the window, and is answered as soon as the text is as wanted.
PROGRAM = """
import json, os, re, sys
from PySide6.QtCore import QObject, QSocketNotifier, QTimer
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
        found = self.parent()
        for part in question["path"].split("."):
            found = found[int(part)] if part.isdigit() else getattr(found, part)
        if "wanted" in question:
            text = found if isinstance(found, str) else found() if callable(found) else found.text()
            answer = text if re.search(question["wanted"], text) else None
        else:
            cell = question["cell"]
            box = found.geometry_of_cells().rect(*cell) if cell else found.rect()
            middle = (found.viewport() if cell else found).mapToGlobal(box.center())
            answer = [middle.x(), middle.y()] if found.isVisible() else None
        if answer is not None:
            print(json.dumps(answer), flush=True)
        return answer is not None

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
        self.program = program
        self._environment = environment

    def tool(self, *arguments: object) -> str:
        """Run xdotool, which acts through the X server's test extension."""
        command = ["xdotool", *map(str, arguments)]
        done = subprocess.run(
            command, env=self._environment, capture_output=True, text=True, check=True, timeout=PATIENCE
        )
        return done.stdout.strip()

    def face(self, title: str) -> None:
        """Wait for a window and give it the keyboard, as a window manager does with a new one."""
        number = self.tool("search", "--sync", "--onlyvisible", "--name", title).split()[-1]
        self.tool("windowfocus", "--sync", number)

    def ask(self, path: str, **question: object) -> str | list[int]:
        """Return the probe's answer."""
        self.program.stdin.write(json.dumps({"path": path, **question}).encode() + b"\n")
        self.program.stdin.flush()
        ready, _, _ = select.select([self.program.stdout], [], [], PATIENCE)
        assert ready, f"{path}: {question} did not come about"
        return json.loads(self.program.stdout.readline())

    def read(self, path: str, wanted: str = "") -> str:
        """Return a text of the window once it holds the pattern."""
        text = self.ask(path, wanted=wanted)
        assert isinstance(text, str)
        return text

    def click(self, path: str, cell: tuple[int, int] | None = None) -> None:
        """Click on something in the window, or on a cell of the list of matrices."""
        x, y = self.ask(path, cell=cell)
        self.tool("mousemove", "--sync", x, y, "click", 1)

    def press(self, *keys: str) -> None:
        self.tool("key", *keys)

    def write(self, text: str) -> None:
        self.tool("type", "--delay", 2, text)

    def leave(self) -> None:
        """Quit, and see that the program ends well."""
        self.press("ctrl+q")
        assert self.program.wait(PATIENCE) == 0


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
        program.wait()
        program.stdin.close()
        program.stdout.close()
    complaints.seek(0)
    said = complaints.read()
    complaints.close()
    assert said == ""


def test_from_the_start_to_the_saved_file_and_back(visit: Callable[[], Visitor], tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"

    visitor = visit()
    assert "784×64" in visitor.read("stack.rows.0.sizes")
    visitor.click("stack.rows.0.units")
    visitor.press("ctrl+a")
    visitor.write("32")
    visitor.press("Return")
    assert "784×32" in visitor.read("stack.rows.0.sizes", "784×32")
    assert "32×3" in visitor.read("stack.rows.1.sizes")

    visitor.click("run_bar.run")
    visitor.read("run_bar.run", "Pause")
    visitor.read("run_bar.epoch", r"^[1-9]\d* / ")
    visitor.click("run_bar.run")
    visitor.read("run_bar.run", "Run")

    visitor.click("inspector.grid", cell=(0, 0))
    title = visitor.read("inspector.title", "W¹")
    while "δ¹" not in title:  # down the list with the keyboard, to the error
        visitor.press("Down")
        title = visitor.read("inspector.title", f"^(?!{re.escape(title)}$)")
    assert visitor.read("inspector.shape", r"\(\d+, 32\)")
    assert visitor.read("inspector.strip_title", "∂L/∂b¹")
    assert "norm" in visitor.read("inspector.stats.accessibleDescription", r"norm \S*[1-9]")

    visitor.press("ctrl+s")
    visitor.face("Save the experiment")
    visitor.press("ctrl+a")
    visitor.write(str(file))
    visitor.press("Return")
    visitor.read("windowTitle", r"^mine\.toml")
    visitor.face("Delta Lab")
    visitor.leave()
    assert load_experiment(file).layers[0].units == 32

    another = visit()
    assert "784×64" in another.read("stack.rows.0.sizes")
    another.press("ctrl+o")
    another.face("Open an experiment")
    another.press("ctrl+a")
    another.write(str(file))
    another.press("Return")
    assert another.read("stack.rows.0.units", "^32$") == "32"
    assert "784×32" in another.read("stack.rows.0.sizes")
    another.face("Delta Lab")
    another.leave()

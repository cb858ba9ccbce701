"""A whole visit in a real X window: real keys and clicks go to the program, and a probe reads what it then shows."""

import json
import os
import select
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lab.experiment.spec import load_experiment

PATIENCE = 30  # seconds for what should take less than one

# The program itself, as the command `delta-lab` starts it, with a probe beside it. The probe only looks: it answers
# questions from standard input, each with the path of something in the window.
PROGRAM = """
import json, os, re, sys
from PySide6.QtCore import QObject, QSocketNotifier, QTimer
from lab import app, cli

class Probe(QObject):
    def __init__(self, window):
        super().__init__(window)
        self.open = []
        self.notifier = QSocketNotifier(0, QSocketNotifier.Type.Read, self)
        self.notifier.activated.connect(self.listen)
        self.timer = QTimer(self)
        self.timer.timeout.connect(self.look)
        self.timer.start(20)

    def listen(self):
        self.open += [json.loads(line) for line in os.read(0, 65536).decode().splitlines()]
        self.look()

    def look(self):
        self.open = [question for question in self.open if not self.answered(question)]

    def answered(self, question):
        found = self.parent()
        for part in question["path"].split("."):
            found = found[int(part)] if part.isdigit() else getattr(found, part)
            found = found() if callable(found) and question.get("call", True) and part in CALLED else found
        answer = getattr(self, question["ask"])(found, question)
        if answer is not None:
            print(json.dumps(answer), flush=True)
        return answer is not None

    def text(self, found, question):
        says = found if isinstance(found, str) else found.text()
        return says if re.search(question["matches"], says) else None

    def place(self, found, question):
        middle = found.mapToGlobal(found.rect().center())
        return [middle.x(), middle.y()] if found.isVisible() else None

    def cell(self, found, question):
        names = [row for row, *_ in ROWS(found)]
        box = found.geometry_of_cells().rect(names.index(question["matrix"]), question["layer"])
        middle = found.viewport().mapToGlobal(box.center())
        return [middle.x(), middle.y()]

CALLED = ("windowTitle",)
"""


def test_placeholder() -> None:
    raise NotImplementedError

"""A whole visit in a real X window: keys and clicks of the X server go to the program, a probe reads what it shows."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lab.experiment.spec import load_experiment

Visitor = Any  # conftest's, which cannot be imported


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

    visitor.click("inspector.grid", cell=(1, 0))
    title = visitor.read("inspector.title", "W¹")
    while "δ¹" not in title:  # down the list with the keyboard, to the error
        visitor.press("Down")
        title = visitor.read("inspector.title", f"^(?!{re.escape(title)}$)")
    assert visitor.read("inspector.shape", r"\(\d+, 32\)")
    assert visitor.read("inspector.strip_title", "∂L/∂b¹")
    assert "norm" in visitor.read("inspector.stats.accessibleDescription", r"norm \S*[1-9]")

    visitor.press("ctrl+s")
    visitor.answer("Save the experiment", file)
    visitor.read("windowTitle", r"^mine\.toml")
    visitor.face("Delta Lab")
    visitor.leave()
    assert load_experiment(file).layers[0].units == 32

    another = visit()
    assert "784×64" in another.read("stack.rows.0.sizes")
    another.press("ctrl+o")
    another.answer("Open an experiment", file)
    assert another.read("stack.rows.0.units", "^32$") == "32"
    assert "784×32" in another.read("stack.rows.0.sizes")
    another.face("Delta Lab")
    another.leave()

"""A run as a Jupyter notebook: the plain NumPy in cells, the equations in LaTeX between them.

The first step is taken cell by cell; a loop of the same lines then goes on from there. It is written as JSON (the
notebook format 4.5), without any of Jupyter's own packages.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lab.experiment.stack.equations import Equation
from lab.experiment.written.latex import math
from lab.export.capture import Capture
from lab.export.numpy_script import files_beside, program_or_refusal, rows_sentence
from lab.export.plain.data_lines import data_passages
from lab.export.plain.program import Passage, Program, Step

Cell = dict[str, Any]


def notebook_files(capture: Capture, path: Path) -> dict[Path, bytes]:
    """Return the notebook, and beside it the file of its arrays where these are many numbers; raises as a script."""
    program = program_or_refusal(capture, path)
    return {path: notebook_text(program, path).encode("utf-8"), **files_beside(program, capture, path)}


def notebook_text(program: Program, path: Path) -> str:
    """Return the notebook, which lies at that path, as JSON."""
    cells = [_numbered(cell, number) for number, cell in enumerate(_cells(program, path))]
    notebook = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def _cells(program: Program, path: Path) -> Iterator[Cell]:
    about = (*program.about, *program.notes, *rows_sentence(program, path))
    yield _words("\n\n".join([f"# {_plain(program.title)}", *map(_plain, about)]))
    yield _code("import numpy as np")
    for passage in (
        *data_passages(program, json.dumps(path.with_suffix(".npz").name, ensure_ascii=False)),
        *program.before,
    ):
        yield from _of_passage(passage)
    yield _words("## The first step, line by line")
    yield _code("stream = batches()\nrows = next(stream)")
    for passage in program.loop:
        yield from _of_passage(passage, "###")
    yield _words("## All the steps\n\nThe same lines for every batch, from the second one on.")
    body = "\n\n".join(f"# {passage.title}\n{passage.code}" for passage in program.loop)
    yield _code("for rows in stream:\n" + "\n".join(f"    {line}" if line else "" for line in body.splitlines()))
    for passage in program.after:
        yield from _of_passage(passage)


def _of_passage(passage: Passage, heading: str = "##") -> Iterator[Cell]:
    parts = [f"{heading} {_plain(passage.title)}", _plain(passage.words)]
    parts += [_latex(step.equation) for step in passage.steps if step.equation is not None]
    yield _words("\n\n".join(part for part in parts if part))
    yield _code("\n\n".join(_lines(passage.steps)))


def _lines(steps: tuple[Step, ...]) -> Iterator[str]:
    """Yield lines that belong together as one text, functions each as one of their own."""
    together: list[str] = []
    for step in steps:
        if step.code.startswith("def "):
            if together:
                yield "\n".join(together)
            together = []
            yield step.code.rstrip()
        else:
            together.append(step.code)
    if together:
        yield "\n".join(together)


def _latex(equation: Equation) -> str:
    shapes = f"\\qquad {math(equation.shapes)}" if equation.shapes else ""
    note = f"\n\n{_plain(equation.note)}" if equation.note else ""
    return f"$${math(equation.formula)}{shapes}$${note}"


def _plain(text: str) -> str:
    """Return a text in which nothing means emphasis, a formula, a tag or a link."""
    for sign in "\\*_[]`$<>#|":
        text = text.replace(sign, f"\\{sign}")
    return text


def _words(text: str) -> Cell:
    return {"cell_type": "markdown", "metadata": {}, "source": text.splitlines(keepends=True)}


def _code(text: str) -> Cell:
    source = text.splitlines(keepends=True)
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}


def _numbered(cell: Cell, number: int) -> Cell:
    return {"cell_type": cell["cell_type"], "id": f"cell-{number}", **cell}

"""Numbers by hand as the window works on them: what may be typed into the matrix on show, and what edit that is."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal

from lab.core.types import Array
from lab.data.as_number import as_number
from lab.data.errors import DataError, quoted
from lab.experiment.forms.given_numbers import MOST_NUMBERS
from lab.experiment.stack.matrices import MATRICES
from lab.gui.workers.commands import State
from lab.gui.workspace.live_edits import LiveEdits
from lab.gui.workspace.run import Run
from lab.gui.workspace.selection import Selection

Cells = Sequence[tuple[int, int]]

_EXAMPLES = ("x", "y")
MOST_TYPED = 1000
"""Numbers of typed examples that a file may change at once: each is an edit of its own."""


class MatrixEditing(QObject):
    """Turns what is typed, zeroed, frozen and loaded in the matrix on show into edits of the run."""

    refused = Signal(str)
    noted = Signal(str)

    def __init__(self, run: Run, edits: LiveEdits, selection: Selection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run, self._edits, self._selection = run, edits, selection

    # what is on show

    @property
    def layer(self) -> int:
        """The layer of the matrix on show, from 0."""
        experiment = self._run.experiment
        return self._selection.layer if experiment is None else min(self._selection.layer, len(experiment.layers) - 1)

    @property
    def is_parameter(self) -> bool:
        """Whether the matrix on show is a parameter of a run, with which all can be done."""
        experiment = self._run.experiment
        if experiment is None or not self._edits.has_run:
            return False
        return self._selection.matrix in experiment.layers[self.layer].make().parameters

    @property
    def is_loadable(self) -> bool:
        """Whether the matrix on show can be taken from a file: a parameter, or X or y of typed examples."""
        is_typed = self._selection.matrix in _EXAMPLES and self._edits.has_run and self._examples_are_typed
        return self.is_parameter or is_typed

    @property
    def why_not_typed(self) -> str | None:
        """Why nothing can be typed into the matrix on show, as a sentence; None where it can."""
        experiment, name = self._run.experiment, self._selection.matrix
        if experiment is None or not self._edits.has_run:
            return "Nothing runs yet: take a step or press Run, then pause."
        if self._run.state is State.RUNNING:
            return "Pause the run to type into its numbers."
        if self.is_parameter or (name in _EXAMPLES and self._examples_are_typed):
            return None
        if name in _EXAMPLES:
            return f"{self._symbol} comes from a data set: only examples that were typed can be changed."
        return f"{self._symbol} is computed: type into W, b, or X and y of typed examples."

    @property
    def _examples_are_typed(self) -> bool:
        """Whether the examples stand in the experiment itself, or one that was typed is pinned."""
        experiment, overview = self._run.experiment, self._run.overview
        return (experiment is not None and experiment.data.is_typed) or (overview is not None and overview.is_typed)

    @property
    def _symbol(self) -> str:
        return MATRICES[self._selection.matrix].at(self.layer + 1)

    # what is done

    def type_number(self, row: int, column: int, text: str) -> None:
        """Give a cell the number that a text spells; another text is refused with the place, and nothing changes."""
        value = as_number(text.strip().replace("−", "-"))
        if value is None or not isfinite(value):
            where = f"{self._symbol}[{row}, {column}]"
            self.refused.emit(f"{where}: {quoted(text)} found, a finite number expected; the cell stays as it is.")
            return
        self._fill([(row, column)], value)

    def zero(self, cells: Cells) -> None:
        """Set cells to 0."""
        if (reason := self.why_not_typed) is not None:
            self.refused.emit(reason)
        else:
            self._fill(cells, 0.0)

    def _fill(self, cells: Cells, value: float) -> None:
        from lab.experiment.timeline.cell_edits import TypeCell  # with the first edit
        from lab.experiment.timeline.edits import Changes
        from lab.experiment.timeline.number_edits import ChangeExample, FillCells

        name = self._selection.matrix
        if self.is_parameter:
            places = self._places(cells)
            if len(places) == 1:
                self._edits.do(TypeCell(layer=self.layer, array=name, cell=places[0], value=value))
            else:
                self._edits.do(FillCells(layer=self.layer, array=name, cells=tuple(places), value=value))
            return
        typed = [ChangeExample(matrix=name, row=row, column=column, value=value) for row, column in cells]  # type: ignore[arg-type]
        title = f"{len(typed)} cells of {self._symbol} = {value:g}"
        self._edits.do(typed[0] if len(typed) == 1 else Changes(title=title, edits=tuple(typed)))

    def freeze(self, cells: Cells, frozen: bool) -> None:
        """Let cells of the parameter on show stay as they are, or learn again."""
        from lab.experiment.timeline.cell_edits import FreezeCells

        if not self.is_parameter:
            self.refused.emit(f"{self._symbol} does not learn: only cells of W, b and other parameters are frozen.")
            return
        places = tuple(self._places(cells))
        self._edits.do(FreezeCells(layer=self.layer, array=self._selection.matrix, cells=places, frozen=frozen))

    def _places(self, cells: Cells) -> list[tuple[int, ...]]:
        """Return cells of the table as cells of the parameter: a vector is shown as one row."""
        experiment = self._run.experiment
        assert experiment is not None
        axes = experiment.layers[self.layer].make().parameters[self._selection.matrix]
        return [cell if len(axes) == 2 else cell[1:] for cell in cells]

    # files

    def load(self, file: Path, shown: Array) -> None:
        """Take the matrix on show from an .npy or .csv file of its shape; what does not fit is refused.

        It is a parameter, or X or y of typed examples, of which the numbers that are others are typed anew.
        """
        shape = shown.shape
        from lab.data.readers.arrays.matrix_file import read_matrix
        from lab.experiment.timeline.number_edits import LoadMatrix

        try:
            numbers = read_matrix(file, shape)
        except DataError as error:
            self.refused.emit(f"{self._symbol}: {error}")
            return
        if not self.is_parameter:
            self._take_typed(file, numbers, shown)
            return
        small = numbers.size <= MOST_NUMBERS
        values = np.atleast_2d(numbers).tolist() if small else str(file.absolute())
        self._edits.do(LoadMatrix(layer=self.layer, array=self._selection.matrix, values=values, source=file.name))

    def _take_typed(self, file: Path, numbers: Array, shown: Array) -> None:
        """Type every number of the file that is another than on show; of y of classes only the 1 of each row."""
        from lab.experiment.timeline.edits import Changes
        from lab.experiment.timeline.number_edits import ChangeExample

        if (reason := self.why_not_typed) is not None:
            self.refused.emit(reason)
            return
        name, run = self._selection.matrix, self._run
        others = np.argwhere(numbers != np.asarray(shown, np.float64))
        if name == "y" and run.facts is not None and not run.facts.dataset.is_regression and shown.shape[1] > 1:
            bad = np.argwhere((np.sort(numbers, axis=1)[:, -1] != 1) | (np.count_nonzero(numbers, axis=1) != 1))
            if len(bad):
                row = f"row {bad[0, 0] + 1}"
                self.refused.emit(f"{file.name}, {row}: one 1 and else 0 expected, the class of the example.")
                return
            others = others[numbers[tuple(others.T)] == 1]
        if not len(others):
            self.noted.emit(f"{file.name} holds the numbers that {self._symbol} has already")
        elif len(others) > MOST_TYPED:
            self.refused.emit(
                f"{file.name}: {len(others):,} numbers are others than those of {self._symbol}, at most "
                f"{MOST_TYPED:,} are typed at once; give them to the experiment as data.x instead."
            )
        else:
            places = others.tolist()
            typed = tuple(
                ChangeExample(matrix=name, row=row, column=column, value=float(numbers[row, column]))  # type: ignore[arg-type]
                for row, column in places
            )
            self._edits.do(Changes(title=f"{self._symbol} from {file.name}", edits=typed))

    def save(self, file: Path, matrix: Array) -> None:
        """Write the matrix on show to an .npy or .csv file."""
        from lab.export.matrix_file import write_matrix

        try:
            write_matrix(file, matrix)
        except OSError as error:
            self.refused.emit(f"{file} cannot be written ({error.strerror}): choose another folder.")
        else:
            self.noted.emit(f"Saved {self._symbol} in {file.name}")

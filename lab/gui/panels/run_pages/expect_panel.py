"""What do you expect? A matrix of the board is hidden, the learner types its shape, a cell or all of it, and is told
which slip a wrong answer comes from; the score of the session is shown beside.
"""

from collections.abc import Callable, Iterable
from random import Random

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QTableWidget, QVBoxLayout, QWidget

from lab.experiment.expect.slips import Expected
from lab.experiment.expect.verdict import Score, Verdict, judge, judge_shape, read_answer
from lab.experiment.readings.expected_cells import ExpectedCells
from lab.experiment.readings.layer_matrix import LayerMatrix
from lab.experiment.readings.reading import AnyReading
from lab.experiment.snapshot import Snapshot
from lab.experiment.stack.matrices import MATRICES
from lab.gui.panels.viewer_panel import ViewerPanel
from lab.gui.theme import set_role
from lab.gui.widgets.fields.elided_label import ElidedLabel
from lab.gui.widgets.fields.segmented import Segmented
from lab.gui.widgets.fields.short_button import ShortButton
from lab.gui.widgets.fields.two_parts import TwoParts, part_of
from lab.gui.workspace.workspace import Workspace

_MOST_TYPED = 36
"""Cells of a product that can be typed."""
_SHAPE, _CELL, _ALL = range(3)


class ExpectPanel(ViewerPanel):
    """Asks for the chosen matrix; `button` opens and closes it, wherever it stands."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None, seed: int | None = None) -> None:
        super().__init__(workspace, parent)
        self._selection = workspace.selection
        self._random = Random(seed)
        self.score = Score()
        self._key = (0, "z")
        self._shape: tuple[int, ...] | None = None
        self._cells: tuple[tuple[int, int], ...] = ()
        self._expected: tuple[Expected, ...] = ()
        self.button = ShortButton("What do you expect?", "Expect?")
        self.button.setCheckable(True)
        self.button.setToolTip("Hide the chosen matrix, type what you expect, and see which slip a wrong answer is")
        self.what, self.question = Segmented(), QLabel()
        self.answer, self.table = QLineEdit(), QTableWidget()
        self.check, self.another = QPushButton("Check"), QPushButton("Another")
        self.verdict, self.points = QLabel(), ElidedLabel(70, "99 of 99 right")
        self._lay_out()
        self._connect()
        self.hide()

    def _lay_out(self) -> None:
        self.what.set_items(["Shape", "A cell", "All of it"], ["Rows × columns", "One number", "Every number"])
        self.what.set_current(_CELL)
        self.question.setWordWrap(True)
        self.answer.setMaximumWidth(130)
        self.answer.setAccessibleName("Your answer")
        self.table.setAccessibleName("Your answer, cell by cell")
        self.table.setMaximumHeight(132)
        self.another.setToolTip("Ask for another cell of the chosen matrix")
        self.points.setToolTip("Answers of this session that were right")
        set_role(self.points, "chip")
        self.verdict.setWordWrap(True)
        self.verdict.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.points.setText(self.score.text)
        asked = part_of((self.question, self.answer, self.check, self.another))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 2)
        layout.setSpacing(4)
        layout.addWidget(TwoParts(part_of((self.what, self.points)), asked))
        layout.addWidget(self.table)
        layout.addWidget(self.verdict)

    def _connect(self) -> None:
        self.button.toggled.connect(self._on_button_toggled)
        self.what.current_changed.connect(self._on_question_wanted)
        self.check.clicked.connect(self._on_check_clicked)
        self.answer.returnPressed.connect(self._on_check_clicked)
        self.another.clicked.connect(self._on_question_wanted)
        self._selection.matrix_changed.connect(self._on_question_wanted)

    def readings(self) -> Iterable[AnyReading]:
        """Return the hidden matrix, and its cells that are asked for with what each slip would give."""
        if not self.button.isChecked():
            return ()
        return (LayerMatrix(*self._key), ExpectedCells(*self._key, self._cells))

    def show_figures(self, snapshot: Snapshot) -> None:
        """Take what is right; a question without cells yet takes them from the matrix that has come."""
        matrix = snapshot.get(LayerMatrix(*self._key))
        self._shape = None if matrix is None else matrix.shape
        self._expected = snapshot.get(ExpectedCells(*self._key, self._cells)) or ()
        if self._shape is not None and not self._cells:
            self._choose_cells()
        self._show_question()

    def clear(self) -> None:
        """Ask anew: another run begins."""
        self._shape, self._cells, self._expected = None, (), ()

    def _choose_cells(self) -> None:
        """Choose the cells to ask for: the chosen one or any, or all of a small matrix."""
        assert self._shape is not None
        rows, columns = self._shape if len(self._shape) == 2 else (1, self._shape[0])
        every = [(row, column) for row in range(rows) for column in range(columns)]
        if self.what.current() == _ALL:
            self._cells = tuple(every) if len(every) <= _MOST_TYPED else ()
            self.table.setRowCount(rows if self._cells else 0)
            self.table.setColumnCount(columns if self._cells else 0)
        else:
            self._cells = (self._random.choice(every),)
        if self._cells:
            self._hide()
            self._run.refresh()

    def _hide(self) -> None:
        """Hide what is asked for: the chosen cell, once there is one, else the whole matrix, and perhaps its shape."""
        what = self.what.current()
        cells = frozenset(self._cells) if what == _CELL and self._cells else None
        self._selection.hide_matrix(self._key, what == _SHAPE, cells)

    def _show_question(self) -> None:
        kind, what = MATRICES[self._key[1]], self.what.current()
        symbol = kind.at(self._key[0] + 1)
        is_too_large = what == _ALL and not self._cells
        if self._shape is None:
            text = f"{symbol} is not computed yet"
        elif what == _SHAPE:
            text = f"shape of {symbol} = "
        elif is_too_large:
            text = f"{symbol} has too many numbers to type; ask for a cell"
        elif what == _ALL:
            text = f"every number of {symbol}:"
        else:
            text = f"{self._expected[0].symbol if self._expected else symbol} = "
        self.question.setText(text)
        self.answer.setVisible(what != _ALL)
        self.table.setVisible(what == _ALL and not is_too_large)
        self.check.setEnabled(self._shape is not None and not is_too_large)

    @Slot(bool)
    def _on_button_toggled(self, asks: bool) -> None:
        self.setVisible(asks)
        self._on_question_wanted()

    @Slot()
    def _on_question_wanted(self, *_chosen: object) -> None:
        """Ask for the chosen matrix, and hide it."""
        asks = self.button.isChecked()
        self._key = (self._selection.layer, self._selection.matrix)
        self._cells, self._expected = (), ()
        self.answer.clear()
        self.table.clearContents()
        self.verdict.clear()
        if asks:
            self._hide()
        else:
            self._selection.hide_matrix(None)
        self._show_question()
        self._run.refresh()

    @Slot()
    def _on_check_clicked(self) -> None:
        judges: dict[int, Callable[[], Verdict | None]] = {
            _SHAPE: self._judge_shape, _CELL: self._judge_cell, _ALL: self._judge_all
        }  # fmt: skip
        try:
            verdict = judges[self.what.current()]()
        except ValueError as error:
            self.verdict.setText(str(error))
            return
        if verdict is None:
            return
        self.score.count(verdict)
        self.points.setText(self.score.text)
        self.verdict.setText(verdict.sentence)
        if verdict.is_right:
            self._selection.hide_matrix(None)
            self._run.refresh()

    def _judge_shape(self) -> Verdict | None:
        return None if self._shape is None else judge_shape(self._shape, self.answer.text())

    def _judge_cell(self) -> Verdict | None:
        return judge(self._expected[0], read_answer(self.answer.text())) if self._expected else None

    def _judge_all(self) -> Verdict | None:
        """Return the verdict on every cell as one: the slips that all wrong cells share, else those of each."""
        if not self._expected:
            return None
        verdicts = []
        for each in self._expected:
            item = self.table.item(each.row, each.column)
            verdicts.append((each, judge(each, read_answer(item.text() if item is not None else ""))))
        wrong = [(each, verdict) for each, verdict in verdicts if not verdict.is_right]
        if not wrong:
            return Verdict(True, (), "Right, every number.")
        shared = set.intersection(*(set(verdict.slips) for _, verdict in wrong))
        first, verdict = wrong[0]
        places = ", ".join(f"[{each.row}, {each.column}]" for each, _ in wrong[:6])
        head = f"{len(wrong)} of {len(verdicts)} are not right ({places})"
        if shared:
            missed = next(slip.missed for slip in first.slips if slip.name in shared)
            return Verdict(
                False, tuple(sorted(shared)), f"{head}. In all of them {', '.join(sorted(shared))}: {missed}."
            )
        return Verdict(False, verdict.slips, f"{head}. {first.symbol}: {verdict.sentence}")

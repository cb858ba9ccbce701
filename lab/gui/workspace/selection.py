"""Which layer, matrix and cell are chosen, and in which form the equations are written."""

from PySide6.QtCore import QObject, Signal

from lab.core.explain.tile import MatrixKey


class Selection(QObject):
    """The chosen layer (from 0) and matrix, and whether equations speak of m examples or of one."""

    matrix_changed = Signal(int, str)
    form_changed = Signal(bool)
    cell_changed = Signal()
    example_changed = Signal(int)
    hidden_changed = Signal()
    pointed = Signal(object)  # MatrixKey, row and column of a cell that is pointed at outside the board; or None

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.layer = 0
        self.matrix = "delta"
        self.one_example = False
        self.example = 0
        """The example, by its place in the batch from 0, that stands alone in the form for one."""
        self.follows = False
        """Whether somebody follows that example: its row is lit among the m examples."""
        self.hidden: tuple[int, str] | None = None
        """The layer and name of the matrix that somebody is asked for: nothing shows its numbers meanwhile."""
        self.hides_shape = False
        """Whether its shape is asked for too."""
        self.hidden_cells: frozenset[tuple[int, int]] | None = None
        """The cells of the hidden matrix that are asked for, a vector as one row; None: all of it."""
        self.cell: tuple[int, int] | None = None
        """The row and column of the chosen matrix that are to be written out as a sum."""

    def choose(self, layer: int, matrix: str | None = None) -> None:
        """Choose a layer, and one of its matrices or the one of the same name."""
        chosen = (layer, matrix or self.matrix)
        if chosen != (self.layer, self.matrix):
            self.layer, self.matrix = chosen
            self.cell = None
            self.cell_changed.emit()
            self.matrix_changed.emit(*chosen)

    def point_at(self, key: MatrixKey, row: int, column: int) -> None:
        """Have a cell of any matrix written out for as long as somebody points at it."""
        self.pointed.emit((key, row, column))

    def point_at_nothing(self) -> None:
        """Nobody points at a cell any more: the chosen one is written out again."""
        self.pointed.emit(None)

    def choose_cell(self, row: int, column: int) -> None:
        """Ask for one cell of the chosen matrix to be written out."""
        if (row, column) != self.cell:
            self.cell = (row, column)
            self.cell_changed.emit()

    def choose_example(self, example: int) -> None:
        """Let another example of the batch be the one that stands alone."""
        if example != self.example:
            self.example = example
            self.example_changed.emit(example)

    def follow_example(self, example: int | None) -> None:
        """Light an example of the batch, and let it be the one that stands alone; None: light none."""
        before = (self.follows, self.example)
        self.follows = example is not None
        self.example = self.example if example is None else example
        if (self.follows, self.example) != before:
            self.example_changed.emit(self.example)

    def hide_matrix(
        self, key: tuple[int, str] | None, hides_shape: bool = False, cells: frozenset[tuple[int, int]] | None = None
    ) -> None:
        """Let nothing show these cells of a matrix (None: any), nor its shape, until it may be shown again (None)."""
        if (key, hides_shape, cells) != (self.hidden, self.hides_shape, self.hidden_cells):
            self.hidden, self.hides_shape, self.hidden_cells = key, hides_shape, cells
            self.hidden_changed.emit()

    def is_hidden(self, layer: int, matrix: str, row: int, column: int) -> bool:
        """Tell whether somebody is asked for a cell of a matrix."""
        return self.hidden == (layer, matrix) and (self.hidden_cells is None or (row, column) in self.hidden_cells)

    def choose_form(self, one_example: bool) -> None:
        """Write equations for one example (columns) or for m (rows)."""
        if one_example != self.one_example:
            self.one_example = one_example
            self.form_changed.emit(one_example)

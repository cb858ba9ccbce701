"""What the inspector shows besides the chosen matrix: a second one beside it, in step with it, and pinned ones."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from lab.experiment.readings.layer_matrix import LayerMatrix
from lab.experiment.readings.reading import AnyReading
from lab.experiment.snapshot import Snapshot
from lab.experiment.stack.matrices import MATRICES
from lab.gui.theme import set_role
from lab.gui.widgets.matrix.heatmap import Heatmap
from lab.gui.widgets.matrix.pin_strip import PinStrip
from lab.gui.workspace.matrix_form import MatrixForm
from lab.gui.workspace.selection import Selection

Key = tuple[int, str]
MOST_PINS = 6


class OtherMatrices(QObject):
    """Holds the second picture, `beside`, and the row of `pins`; nothing is shown that somebody is asked for."""

    def __init__(self, selection: Selection, first: Heatmap, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._selection, self._first = selection, first
        self.name = ""
        """The matrix that is to stand beside the chosen one, of the same layer; empty: none."""
        self._form: MatrixForm | None = None
        self._pinned: list[Key] = []
        self._range = "symmetric"
        self.beside, self.picture, self.title = QWidget(), Heatmap(), QLabel()
        self.picture.setAccessibleName("Second matrix")
        set_role(self.title, "dim small")
        lay = QVBoxLayout(self.beside)
        lay.setContentsMargins(0, 0, 0, 0)
        lay.setSpacing(2)
        lay.addWidget(self.title)
        lay.addWidget(self.picture, 1)
        self.beside.setVisible(False)
        self.pins = PinStrip()
        self.pins.chosen.connect(self._on_pin_chosen)
        self.pins.let_go.connect(self._on_let_go)
        first.part_changed.connect(self._on_first_part_changed)
        self.picture.part_changed.connect(self._on_part_changed)
        first.cell_hovered.connect(self.point_at)

    # the second matrix

    def stand_beside(self, form: MatrixForm | None) -> None:
        """Show this matrix beside the chosen one; None: no second one."""
        self._form = form
        self.beside.setVisible(form is not None)
        self.picture.set_matrix(None)
        if form is not None:
            self.title.setText(self._symbol(form))
            self.picture.set_axis_names(*form.axes())

    @Slot(int, int)
    def point_at(self, row: int, column: int) -> None:
        """Mark the same cell in the second matrix, and tell its value."""
        if self._form is None:
            return
        self.picture.set_cursor(row, column)
        at = "" if self.picture.cursor_cell() is None else self.picture.cell_text(row, column)
        self.title.setText(f"{self._symbol(self._form)}  {at}".strip())

    def _symbol(self, form: MatrixForm) -> str:
        return MATRICES[form.name].at(form.layer + 1)

    @Slot()
    def _on_first_part_changed(self) -> None:
        self._follow(self._first, self.picture)

    @Slot()
    def _on_part_changed(self) -> None:
        self._follow(self.picture, self._first)

    def _follow(self, moved: Heatmap, other: Heatmap) -> None:
        """Show the same part of both, where they have the same shape."""
        if self._form is not None and moved.shape() == other.shape():
            other.show_part(moved.part_in_view() if moved.is_zoomed() else None)

    # the pinned ones

    def pin(self, key: Key) -> bool:
        """Keep a matrix in view; return whether there is room for it."""
        if key not in self._pinned and len(self._pinned) >= MOST_PINS:
            return False
        if key not in self._pinned:
            self._pinned.append(key)
            self._show_pins()
        return True

    def keep_pins(self, exists: Iterable[Key]) -> None:
        """Let go of pinned matrices that the network has no more."""
        known = set(exists)
        if any(key not in known for key in self._pinned):
            self._pinned = [key for key in self._pinned if key in known]
            self._show_pins()

    def _show_pins(self) -> None:
        self.pins.set_pins({(layer, name): MATRICES[name].at(layer + 1) for layer, name in self._pinned})
        self.set_range(self._range)

    @Slot(object)
    def _on_pin_chosen(self, key: Key) -> None:
        self._selection.choose(*key)

    @Slot(object)
    def _on_let_go(self, key: Key) -> None:
        self._pinned.remove(key)
        self._show_pins()

    # both

    def set_range(self, name: str) -> None:
        """Spread the colours of all as the first picture has them."""
        self._range = name
        self.picture.set_range(name)
        self.pins.set_range(name)

    def readings(self) -> list[AnyReading]:
        """Return what moves with every picture."""
        return [] if self._form is None else [self._form.reading]

    def figure_readings(self) -> list[AnyReading]:
        """Return what is looked at less often."""
        return [LayerMatrix(*key) for key in self._pinned]

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the second matrix of the snapshot's step."""
        if self._form is not None:
            is_hidden = (self._form.layer, self._form.name) == self._selection.hidden
            self.picture.set_matrix(None if is_hidden else snapshot.get(self._form.reading))

    def show_figures(self, snapshot: Snapshot) -> None:
        """Show the pinned matrices of the snapshot's step."""
        for key in self._pinned:
            self.pins.set_matrix(key, None if key == self._selection.hidden else snapshot.get(LayerMatrix(*key)))

    def clear(self) -> None:
        """Show nothing of the run that was."""
        self.picture.set_matrix(None)
        for key in self._pinned:
            self.pins.set_matrix(key, None)

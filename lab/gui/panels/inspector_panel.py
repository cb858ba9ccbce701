"""The inspector: every matrix of every layer with its shape, and the chosen one in colours, figures and numbers."""

from collections.abc import Iterable
from dataclasses import replace
from math import prod

from PySide6.QtCore import QModelIndex, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QVBoxLayout, QWidget

from lab.core.explain.superscript import superscript
from lab.core.explain.tile import MatrixKey
from lab.core.layers import LAYERS
from lab.core.types import Array
from lab.experiment.readings.board_tiles import BoardStep, BoardTiles
from lab.experiment.readings.frozen_cells import FrozenCells
from lab.experiment.readings.layer_matrix import LayerMatrix
from lab.experiment.readings.reading import AnyReading
from lab.experiment.snapshot import Snapshot
from lab.experiment.stack.equations import shape_text
from lab.experiment.stack.matrices import MATRICES, matrix_shapes
from lab.experiment.stack.stack import stack_rows
from lab.gui.panels.numbers_by_hand import NumbersByHand
from lab.gui.panels.other_matrices import MOST_PINS, OtherMatrices
from lab.gui.panels.viewer_panel import ViewerPanel, same_basis
from lab.gui.theme import set_role
from lab.gui.widgets.fields.scrolled import Scrolled
from lab.gui.widgets.matrix.colour_ranges import COLOUR_RANGES
from lab.gui.widgets.matrix.editable_table import EditableTable
from lab.gui.widgets.matrix.heatmap import Heatmap
from lab.gui.widgets.matrix.histogram import Histogram
from lab.gui.widgets.matrix.shape_grid import ShapeGrid
from lab.gui.widgets.matrix.stats_view import Stats
from lab.gui.widgets.matrix.view_menu import ViewMenu
from lab.gui.workspace.board.cell_names import CellNames
from lab.gui.workspace.kept_choices import KeptChoices
from lab.gui.workspace.matrix_form import MatrixForm
from lab.gui.workspace.saving import Saving
from lab.gui.workspace.weight_tiles import WeightTiles
from lab.gui.workspace.workspace import Workspace

_BATCH = BoardTiles(frozenset())
"""Which examples the batch has; no matrix of theirs."""


class InspectorPanel(ViewerPanel):
    """Shows one matrix of the present step."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self.setWhatsThis("The chosen matrix of the shown step: picture, table, histogram, and a cell as a sum")
        self._selection = workspace.selection
        self._shapes: list[dict[str, tuple[int, ...]]] = []
        self._names: list[str] = []
        self._batch: BoardStep | None = None
        self._asked_shape: tuple[int, str] | None = None
        """The matrix whose shape somebody is asked for, as it stands in the list."""
        self._basis: tuple[object, ...] = ()
        """What the list of matrices was made from: it is the same for nearly every picture."""
        self.grid = ShapeGrid()
        self.grid.setAccessibleName("Matrices by layer")
        self.title, self.shape, self.hint = QLabel(), QLabel("no step yet"), QLabel()
        self.heatmap, self.strip = Heatmap(), Heatmap()
        self.strip_title = QLabel()
        self.stats, self.histogram, self.table = Stats(), Histogram(), EditableTable()
        self.hands = NumbersByHand(workspace, self.table, self)
        self.view = ViewMenu()
        self.others = OtherMatrices(self._selection, self.heatmap, self)
        self._kept = KeptChoices("inspector", self)
        self._range = self._kept.one("colours", COLOUR_RANGES, "symmetric")
        self._as_images = self._kept.one("images", ("on", "off"), "off") == "on"
        self._aspect = 1.6
        """Width over height of the picture, by which images are laid out in it."""
        self._saving = Saving(workspace, self)
        self._lay_out()
        self._connect()
        self._use_range(self._range)
        self._show_grid()
        self._show_title()

    def _lay_out(self) -> None:
        set_role(self.title, "strong")
        set_role(self.shape, "chip")
        set_role(self.hint, "dim small")
        set_role(self.strip_title, "dim small")
        self.hint.setWordWrap(True)
        self.strip.setFixedHeight(34)
        self.heatmap.setMinimumHeight(76)
        self.histogram.setMinimumHeight(46)
        self.table.setMinimumHeight(74)
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.shape, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self.view)
        head.addWidget(self.hands.button)
        both = QHBoxLayout()
        both.setSpacing(6)
        both.addWidget(self.heatmap, 1)
        both.addWidget(self.others.beside, 1)
        picture = QVBoxLayout()
        picture.setSpacing(4)
        picture.addLayout(both, 1)
        picture.addWidget(self.strip_title)
        picture.addWidget(self.strip)
        middle = QHBoxLayout()
        middle.addLayout(picture, 1)
        middle.addWidget(self.stats)
        lower = QWidget()
        lower.setMinimumHeight(326)
        lay = QVBoxLayout(lower)
        lay.setContentsMargins(0, 4, 0, 0)
        lay.setSpacing(4)
        lay.addLayout(head)
        lay.addWidget(self.hint)
        lay.addLayout(middle, 4)
        lay.addWidget(self.others.pins)
        lay.addWidget(self.histogram, 1)
        lay.addWidget(self.table, 2)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(self.grid)
        split.addWidget(lower)
        split.setStretchFactor(0, 0)
        split.setStretchFactor(1, 1)
        self._split, self._lower, self._handle_moved = split, lower, False
        split.splitterMoved.connect(self._on_splitter_moved)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(10, 6, 6, 8)
        outer.addWidget(Scrolled(split))

    @Slot(int, int)
    def _on_splitter_moved(self, _place: int, _index: int) -> None:
        self._handle_moved = True

    def _fit_grid(self) -> None:
        """Give the list of matrices the room it asks for, until the user has moved the handle below it."""
        total = sum(self._split.sizes())
        if not self._handle_moved and total:
            most = total - self._lower.minimumHeight() - self._split.handleWidth()
            wanted = min(self.grid.sizeHint().height(), max(most, self.grid.minimumSizeHint().height()))
            self._split.setSizes([wanted, max(total - wanted, 0)])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_grid()
        if self._as_images:
            self._run.refresh()  # images are laid out for the room that there is

    def _connect(self) -> None:
        workspace = self._workspace
        self.grid.cell_chosen.connect(self._on_cell_chosen)
        self._selection.matrix_changed.connect(self._on_matrix_changed)
        self._selection.form_changed.connect(self._on_form_changed)
        self._selection.example_changed.connect(self._on_form_changed)
        self._selection.hidden_changed.connect(self._on_hidden_changed)
        workspace.draft.changed.connect(self._show_grid)
        self.heatmap.cell_hovered.connect(self._on_cell_hovered)
        self.heatmap.cell_chosen.connect(self._on_picture_chosen)
        self.table.clicked.connect(self._on_table_clicked)
        self.heatmap.cursor_left.connect(self._on_cursor_left)
        self.strip.cell_hovered.connect(self._on_strip_hovered)
        self.strip.cell_chosen.connect(self._on_strip_hovered)
        self.strip.cursor_left.connect(self._on_cursor_left)
        self.table.current_cell_changed.connect(self._choose_cell)
        self.view.range_chosen.connect(self._on_range_chosen)
        self.view.images_chosen.connect(self._on_images_chosen)
        self.view.beside_chosen.connect(self._on_beside_chosen)
        self.view.pin_wanted.connect(self._on_pin_wanted)
        self.view.whole_wanted.connect(self._on_whole_wanted)
        self.view.picture_wanted.connect(self._on_picture_wanted)

    def _key(self) -> tuple[int, str]:
        """Return layer and matrix that are on show: the chosen one, or a where that layer has no such matrix."""
        layer = min(self._selection.layer, len(self._workspace.shown.layers) - 1)
        name = self._selection.matrix
        if layer < len(self._shapes) and name not in self._shapes[layer]:
            name = "a"
        return layer, name

    def _form(self) -> MatrixForm:
        """Return the matrix on show, whole or as the example has it that stands alone."""
        chosen = self._selection
        return MatrixForm(*self._key(), chosen.example if chosen.one_example else None)

    def readings(self) -> Iterable[AnyReading]:
        """Return the matrix on show; with delta the bias gradient, which is its column mean or sum."""
        layer, name = self._key()
        wanted: list[AnyReading] = [self._form().reading, FrozenCells(layer, name), _BATCH, *self.others.readings()]
        return [*wanted, LayerMatrix(layer, "db")] if name == "delta" else wanted

    def figure_readings(self) -> Iterable[AnyReading]:
        """Return the pinned matrices."""
        return self.others.figure_readings()

    # how it is looked at

    def _tiles(self) -> WeightTiles | None:
        """Return the images that the matrix on show is shown as, None where it is shown as it is."""
        return self._possible_tiles() if self._as_images else None

    def _possible_tiles(self) -> WeightTiles | None:
        """Return the images that the matrix on show can be seen as: weights of the first layer, of data of images."""
        layer, name = self._key()
        facts = self._workspace.run.facts or self._workspace.draft.facts
        shape = None if facts is None else facts.dataset.image_shape
        if shape is None or layer or MATRICES[name].axes != ("inputs", "units") or not self._shapes:
            return None
        has = self._shapes[0].get(name, ())
        is_image = len(has) == 2 and len(shape) in (2, 3) and has[0] == prod(shape)
        return WeightTiles(shape, has[1], self._aspect) if is_image else None

    def _drawn(self, cell: tuple[int, int] | None) -> tuple[int, int] | None:
        """Return where the picture has a cell of the matrix on show."""
        tiles = self._tiles()
        return cell if cell is None or tiles is None else tiles.cell_drawn(*cell)

    def _of_picture(self, row: int, column: int) -> tuple[int, int] | None:
        """Return the cell of the matrix on show that the picture has there, None where it has none."""
        tiles = self._tiles()
        return (row, column) if tiles is None else tiles.cell_of_matrix(row, column)

    def _place_text(self, row: int, column: int) -> str:
        cell = self._of_picture(row, column)
        return "no unit" if cell is None else f"[{self._row_name(cell[0])}, {self._column_name(cell[1])}]"

    def _show_view(self) -> None:
        """Tell the menu what the matrix on show can be looked at as, and put the second one beside it."""
        layer, name = self._key()
        self.view.set_range(self._range)
        self.view.set_images(self._possible_tiles() is not None, self._as_images)
        has = self._shapes[layer] if layer < len(self._shapes) else {}
        others = [each for each in self._names if each in has and each != name]
        beside = self.others.name if self.others.name in others else ""
        self.view.set_beside([(each, MATRICES[each].at(layer + 1)) for each in others], beside)
        example = self._form().example
        self.others.stand_beside(MatrixForm(layer, beside, example) if beside and self._tiles() is None else None)
        tiles = self._tiles()
        self.heatmap.set_place_text(None if tiles is None else self._place_text)
        self.heatmap.set_rules(*((0, 0) if tiles is None else (tiles.height, tiles.width)))
        if tiles is not None:
            self.heatmap.set_axis_names("one image a unit", "")

    def _use_range(self, name: str) -> None:
        self._range = name
        self.heatmap.set_range(name)
        self.strip.set_range(name)
        self.others.set_range(name)
        self.view.set_range(name)

    @Slot(str)
    def _on_range_chosen(self, name: str) -> None:
        self._kept.keep("colours", name)
        self._use_range(name)

    @Slot(bool)
    def _on_images_chosen(self, on: bool) -> None:
        self._as_images = on
        self._kept.keep("images", "on" if on else "off")
        self._on_form_changed()

    @Slot(str)
    def _on_beside_chosen(self, name: str) -> None:
        self.others.name = name
        if name and self._tiles() is not None:
            self._on_images_chosen(False)
        self._show_view()
        self._run.refresh()

    @Slot()
    def _on_pin_wanted(self) -> None:
        if not self.others.pin(self._key()):
            self._workspace.problem_found.emit(f"{MOST_PINS} matrices are pinned already: let one go first.")
        self._run.refresh()

    @Slot()
    def _on_whole_wanted(self) -> None:
        self.heatmap.show_part(None)

    @Slot()
    def _on_picture_wanted(self) -> None:
        layer, name = self._key()
        title = f"Save {MATRICES[name].at(layer + 1)} as a picture"
        self._saving.save_png(self.heatmap.grab(), title, f"{name}{layer + 1}")

    # what is listed

    @Slot()
    def _show_grid(self) -> None:
        """List the matrices of the experiment on show with the shapes of its present batch."""
        workspace = self._workspace
        experiment, facts = workspace.shown, workspace.run.facts or workspace.draft.facts
        if facts is None:
            return
        snapshot = workspace.run.snapshot
        m = (snapshot.progress.m if snapshot is not None else 0) or experiment.training.batch_size
        asked = self._selection.hidden if self._selection.hides_shape else None
        basis = (experiment, facts, m, self._selection.one_example, asked)
        if same_basis(basis, self._basis):
            return
        self._basis = basis
        stack = stack_rows(experiment, facts.dataset.inputs, facts.dataset.classes)
        example = 0 if self._selection.one_example else None
        shapes = [
            {name: MatrixForm(layer, name, example).shape(shape) for name, shape in has.items()}
            for layer, has in enumerate(matrix_shapes(experiment, stack, m))
        ]
        if (shapes, asked) != (self._shapes, self._asked_shape):
            self._shapes, self._asked_shape = shapes, asked
            listed = [name for name, kind in MATRICES.items() if kind.is_listed]
            self._names = [name for name in listed if any(name in layer for layer in shapes)]
            rows = [(MATRICES[n].symbol, MATRICES[n].word, MATRICES[n].help) for n in self._names]
            cells = [
                [("?" if (layer, n) == asked else shape_text(has[n])) if n in has else None
                 for layer, has in enumerate(shapes)]
                for n in self._names
            ]  # fmt: skip
            self.grid.set_grid(rows, [f"Layer {number}" for number in range(1, len(shapes) + 1)], cells)
            self.others.keep_pins((layer, name) for layer, has in enumerate(shapes) for name in has)
            self._show_title()  # the chosen matrix may be gone
            self._fit_grid()
        self._mark_current()

    def _mark_current(self) -> None:
        layer, name = self._key()
        if name in self._names and (place := (self._names.index(name), layer)) != self.grid.current():
            self.grid.set_current(*place)  # which paints the whole list again, so not for every picture

    def _show_title(self) -> None:
        layer, name = self._key()
        kind = MATRICES[name]
        self.title.setText(f"{kind.at(layer + 1)}  {kind.word}")
        self.hint.setText(kind.help_in(LAYERS[self._workspace.shown.layers[layer].kind].formula))
        self.heatmap.set_axis_names(*self._form().axes())
        self.strip.set_axis_names("", "units")
        for shown in (self.heatmap, self.table, self.others.picture):
            shown.set_cell_names(self._row_name, self._column_name)
        self._show_view()
        mean = self._workspace.shown.training.reduction == "mean"
        word = "mean" if mean else "sum"
        self.strip_title.setText(f"column {word} → ∂L/∂b{superscript(layer + 1)}")
        for widget in (self.strip, self.strip_title):
            widget.setVisible(name == "delta" and not self._selection.one_example)

    def _cell_names(self) -> CellNames | None:
        workspace = self._workspace
        facts = workspace.run.facts or workspace.draft.facts
        if facts is None or not self._shapes:
            return None
        key, layers = MatrixKey(*self._key()), len(self._shapes)
        outputs = self._shapes[-1]["a"][-1]
        names = CellNames(key, facts.dataset, layers, outputs)
        return names if self._batch is None else replace(names, rows=self._batch.rows)

    def _row_name(self, number: int) -> str:
        names, form = self._cell_names(), self._form()
        if names is None:
            return str(number)
        return names.column(number) if form.is_column else names.row(number)

    def _column_name(self, number: int) -> str:
        names, form = self._cell_names(), self._form()
        if names is None:
            return str(number)
        return names.row(form.cell_of_matrix(0, 0)[0]) if form.is_column else names.column(number)

    # what is shown

    def clear(self) -> None:
        """List the matrices of the new run, none of them filled yet."""
        self._show_matrix(None, None)
        self.others.clear()
        self._show_grid()
        self._show_title()

    @Slot(int, int)
    def _on_cell_chosen(self, row: int, column: int) -> None:
        self._selection.choose(column, self._names[row])

    @Slot(int, str)
    def _on_matrix_changed(self, _layer: int, _matrix: str) -> None:
        self._mark_current()
        self._show_title()
        self._mark_questions()
        self._show_matrix(None, None)
        self.stats.clear_cell()
        self._run.refresh()

    @Slot()
    def _on_form_changed(self, *_form: object) -> None:
        """Show the same matrix as m examples or the one that is followed have it."""
        self._show_title()
        self._mark_questions()
        self._show_matrix(None, None)
        self.stats.clear_cell()
        self._show_grid()
        self._run.refresh()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the chosen matrix of the snapshot's step in colours."""
        if self._is_hidden():
            self._show_colours(None, None)
            return
        layer, _ = self._key()
        self._show_colours(snapshot.get(self._form().reading), snapshot.get(LayerMatrix(layer, "db")))
        self._batch = snapshot.get(_BATCH)
        self.others.show_snapshot(snapshot)

    def show_figures(self, snapshot: Snapshot) -> None:
        """Show the same matrix in figures and numbers."""
        matrix = None if self._is_hidden() else snapshot.get(self._form().reading)
        self._show_numbers(matrix)
        frozen = snapshot.get(FrozenCells(*self._key()))
        self.hands.show_matrix(matrix, frozen)
        self.heatmap.set_frozen(frozen if self._tiles() is None else None)
        self.others.show_figures(snapshot)
        self._show_grid()

    def _mark_questions(self) -> None:
        """Put question marks on the cells of the matrix on show that somebody is asked for."""
        cells = (self._form().cell_drawn(cell) for cell in self._questioned())
        drawn = frozenset(cell for cell in cells if cell is not None)
        self.heatmap.set_hidden(frozenset(at for cell in drawn if (at := self._drawn(cell)) is not None))
        self.table.set_hidden(drawn)

    @Slot()
    def _on_hidden_changed(self) -> None:
        self._mark_questions()
        self._show_matrix(None, None)
        self._show_grid()
        self._run.refresh()

    def _is_hidden(self) -> bool:
        """Tell whether somebody is asked for the matrix that is on show, all of it."""
        return self._key() == self._selection.hidden and self._selection.hidden_cells is None

    def _questioned(self) -> frozenset[tuple[int, int]]:
        """Return the single cells of the matrix on show that somebody is asked for."""
        cells = self._selection.hidden_cells if self._key() == self._selection.hidden else None
        return cells or frozenset()

    def _show_matrix(self, matrix: Array | None, sums: Array | None) -> None:
        self._show_colours(matrix, sums)
        self._show_numbers(matrix)

    def _show_colours(self, matrix: Array | None, sums: Array | None) -> None:
        self._aspect = self.heatmap.width() / max(self.heatmap.height(), 1)
        tiles = self._tiles()
        fits = tiles is not None and matrix is not None and matrix.shape == tiles.matrix_shape
        self.heatmap.set_matrix(tiles.mosaic(matrix) if tiles is not None and matrix is not None and fits else matrix)
        self.strip.set_matrix(sums)
        cell = self._form().cell_drawn(self._selection.cell)
        if cell is not None and self.heatmap.cursor_cell() is None and (drawn := self._drawn(cell)) is not None:
            self.heatmap.set_cursor(*drawn)
            self.stats.set_cell(*cell)

    def _show_numbers(self, matrix: Array | None) -> None:
        figures = None if self._questioned() else matrix  # the mean of the others would give away what is asked for
        self.stats.set_matrix(figures)
        self.table.set_matrix(matrix)
        self.histogram.set_values(figures)
        if matrix is not None:
            self.shape.setText(str(matrix.shape))
        else:
            self.shape.setText("asked for" if self._is_hidden() else "no step yet")

    @Slot(int, int)
    def _on_cell_hovered(self, row: int, column: int) -> None:
        cell = self._of_picture(row, column)
        if cell is None:
            self._on_cursor_left()
            return
        self.stats.set_cell(*cell)
        self._selection.point_at(MatrixKey(*self._key()), *self._form().cell_of_matrix(*cell))

    @Slot(int, int)
    def _on_picture_chosen(self, row: int, column: int) -> None:
        cell = self._of_picture(row, column)
        if cell is not None:
            self._choose_cell(*cell)

    @Slot()
    def _on_cursor_left(self) -> None:
        """Read out the chosen cell again, where there is one."""
        self._selection.point_at_nothing()
        cell = self._form().cell_drawn(self._selection.cell)
        if cell is None:
            self.stats.clear_cell()
        else:
            self.stats.set_cell(*cell)

    @Slot(int, int)
    def _choose_cell(self, row: int, column: int) -> None:
        """Mark a cell in the picture and in the table, read it out, and have it written out as a sum."""
        self._selection.choose_cell(*self._form().cell_of_matrix(row, column))
        self._selection.point_at_nothing()  # a cell of the strip may be written out still
        self.heatmap.set_cursor(*(self._drawn((row, column)) or (-1, -1)))
        self.others.point_at(row, column)
        self.table.set_current(row, column)
        self.stats.set_cell(row, column)

    @Slot(QModelIndex)
    def _on_table_clicked(self, index: QModelIndex) -> None:
        self._choose_cell(index.row(), index.column())

    @Slot(int, int)
    def _on_strip_hovered(self, _row: int, column: int) -> None:
        """Have a cell of the bias gradient written out: the column of δ above it, added up."""
        layer, _ = self._key()
        self.stats.clear_cell()
        self.strip.setToolTip(self.strip.cell_text(0, column))
        self._selection.point_at(MatrixKey(layer, "db"), 0, column)

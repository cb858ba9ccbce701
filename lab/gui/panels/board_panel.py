"""The backprop board: the equations of the chosen layer as products of real matrices, beneath the chain of layers.

How the pieces fit:

- `lab.experiment.stack.equations` gives the equations of a layer; every one has its `tiles` (core/explain/tile.py):
  a matrix key, its part in the result, shape, whether it is transposed, the operator before it. A layer's kind writes
  them.
- `BoardTiles` (experiment/readings) copies just these matrices of one step, reduced to blocks in the worker.
- `board_rows` (gui/workspace) turns equations and names into `BoardRow`s, which know neither Qt nor an experiment, and
  `BoardView` (gui/widgets/board) paints them. It speaks of a tile by its `Place`, of a cell as it is drawn.
- This panel speaks of a `Tile` and of cells in the matrix itself: `cell_hovered`, `cell_clicked`, `tile_opened`.

Who builds on it (walks, explanations): `equations_shown()`, `places_of(key)`, `light(...)`, `show_walk(place)`,
`above_rows`, the layout for bars, and `under_rows`, the layout beneath the rows for the written-out sum.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from lab.core.explain.explanation import Explanation
from lab.core.explain.tile import MatrixKey, Shown, Tile
from lab.core.types import Mask
from lab.experiment.example_names import example_hint, example_name
from lab.experiment.explanation_text import explanation_text
from lab.experiment.readings.board_tiles import Blocks, BoardStep, BoardTiles
from lab.experiment.readings.cell import ExplainedCell
from lab.experiment.readings.frozen_cells import FrozenCells
from lab.experiment.readings.layer_matrix import LayerMatrix
from lab.experiment.readings.reading import AnyReading
from lab.experiment.snapshot import Snapshot
from lab.experiment.stack.equations import Equation
from lab.experiment.stack.matrices import MATRICES
from lab.experiment.stack.outer_products import examples_shown
from lab.experiment.walk_place import WalkPlace
from lab.experiment.written.writing import Writing
from lab.gui.panels.viewer_panel import ViewerPanel
from lab.gui.theme import Theme, follow, icon, set_role
from lab.gui.widgets.board.board_row import Light, Place
from lab.gui.widgets.board.board_view import BoardView, DrawnCell
from lab.gui.widgets.board.chain_view import Chain, ChainView
from lab.gui.widgets.board.sum_view import SumView
from lab.gui.widgets.board.tile_pixels import TileValues
from lab.gui.widgets.drawing.number_text import count_text
from lab.gui.widgets.fields.elided_label import ElidedLabel
from lab.gui.widgets.fields.segmented import Segmented
from lab.gui.widgets.fields.two_parts import TwoParts, part_of
from lab.gui.workers.commands import State
from lab.gui.workspace.board.board_chain import predictions_text
from lab.gui.workspace.board.board_rows import (
    AxisNames,
    board_rows,
    lights_of,
    lights_of_example,
    lights_of_places,
    places,
    without_shape,
)
from lab.gui.workspace.board.board_sheet import BoardSheet, BoardSheets, SheetBasis
from lab.gui.workspace.board.board_text import named_matrix, page_of
from lab.gui.workspace.board.sum_text import Terms, foot_of, terms_of
from lab.gui.workspace.copying import copy_menu
from lab.gui.workspace.workspace import Workspace

if TYPE_CHECKING:
    from lab.experiment.session import Session

_NO_STEP = "no step yet"
_HOW = "Point at a cell to see what goes into it; click it to have it written out; double-click a matrix to open it."


def _explained_now(cell: ExplainedCell, session: "Session") -> tuple[int, Explanation | None]:
    """Return the step that was done last, and a cell of it explained; called in the worker, between two steps."""
    return session.steps, cell.read(session)


def _listed(found: Explanation) -> tuple[Terms, str]:
    return terms_of(found), foot_of(found)


def _parameter(tile: Tile) -> str:
    """Return the parameter that a tile shows after its update, else the name of its matrix."""
    return tile.key.name.removeprefix("new_")


def _no_sum(cell: ExplainedCell) -> str:
    place = f"{MATRICES[cell.matrix].at(cell.layer + 1)}[{cell.row}, {cell.column}]"
    return f"{place} is no sum in this step: it has no such cell, or no step has made it yet."


class BoardPanel(ViewerPanel):
    """Shows one layer's step as tiles; a click writes a cell out, a double click opens a matrix in the inspector."""

    cell_hovered = Signal(object, int, int)  # Tile, row and column in its matrix
    cell_clicked = Signal(object, int, int)
    tile_opened = Signal(object)  # MatrixKey
    fill_wanted = Signal(bool)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self.title = ElidedLabel(70)
        self.step = ElidedLabel(104, "step 99 999 · 99/99")
        self.form = Segmented()
        self.copy, self.check, self._fill_button = QToolButton(), QToolButton(), QToolButton()
        self.fill = QAction("Board &fills the window", self, checkable=True)
        self.chain, self.view = ChainView(), BoardView()
        self.back = ElidedLabel(60)
        self.predictions = ElidedLabel(60, "argmax")  # its room is fixed: a new text lays nothing out
        self.sum = SumView()
        self._hovered: ExplainedCell | None = None
        self._questions = 0
        """The number of the last question for a cell that is pointed at: it is answered without a picture."""
        self._explained: Explanation | None = None
        self._to_copy: tuple[MatrixKey, Writing] | None = None
        """The matrix that is to be copied as soon as it has come whole."""
        self.above_rows, self.under_rows = QVBoxLayout(), QVBoxLayout()
        self._equations: list[Equation] = []
        self._names = AxisNames(0)
        self._chain = Chain()
        self._layer = 0
        self._sheets = BoardSheets()
        self._sheet: BoardSheet | None = None
        """What the equations on show are part of: it is the same for nearly every picture."""
        self._asked: frozenset[Shown] = frozenset()
        self._step: BoardStep | None = None
        self._blank: frozenset[MatrixKey] = frozenset()
        """What a walk has not computed yet."""
        self._dress_parts()
        self._lay_out()
        self._connect()
        self._refresh()

    def _dress_parts(self) -> None:
        for widget, role in ((self.title, "title"), (self.step, "chip")):
            set_role(widget, role)
        self.step.setText(_NO_STEP)
        self.step.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.step.setToolTip("The step that all matrices and shapes on show belong to, and its batch of the epoch")
        self.form.set_items(["m examples", "1 example"], ["An example a row", "The example as a column"])
        self.form.setToolTip("Write the equations for a batch, an example a row, or for one example as a column")
        self.copy.setToolTip("Copy the cell, the matrix or all equations with their numbers, in four formats")
        self.check.setToolTip("Compare backprop's gradients with differences of the loss (Ctrl+G)")
        self.check.setAccessibleName("Check all gradients")
        self.fill.setShortcut("Ctrl+Shift+F")
        self.copy.setAccessibleName("Copy the page")
        follow(self._on_theme_changed)
        self.fill.setToolTip("Give the board the whole window, and back (Ctrl+Shift+F)")
        self._fill_button.setDefaultAction(self.fill)
        self.predictions.setToolTip("The class of the largest output of each example; ✗ names the true class after it")
        for line in (self.back, self.predictions):
            set_role(line, "dim small")
        self.back.setToolTip("The errors on their way back from the loss to the first layer, with their shapes")
        self.sum.say(_HOW, "dim small")
        self.copy.setMenu(copy_menu(self))
        self.copy.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    def _lay_out(self) -> None:
        head = TwoParts(
            part_of((self.title, self.step, self.copy), 4), part_of((self.form, self.check, self._fill_button), 4)
        )
        second = QHBoxLayout()
        second.setSpacing(18)
        second.addWidget(self.back)
        second.addWidget(self.predictions, 1)
        self.under_rows.addWidget(self.sum)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.setSpacing(4)
        layout.addWidget(head)
        layout.addLayout(self.above_rows)
        layout.addWidget(self.chain)
        layout.addLayout(second)
        layout.addWidget(self.view, 1)
        layout.addLayout(self.under_rows)

    def _connect(self) -> None:
        chosen = self._workspace.selection
        self.form.current_changed.connect(self._on_form_chosen)
        self.view.customContextMenuRequested.connect(self._on_menu_wanted)
        self.check.clicked.connect(self._on_check_clicked)
        self.fill.toggled.connect(self.fill_wanted)
        self.chain.layer_chosen.connect(self._on_layer_chosen)
        self.view.cell_hovered.connect(self._on_cell_hovered)
        self.view.cursor_left.connect(self._on_cursor_left)
        self.view.cell_clicked.connect(self._on_cell_clicked)
        self.view.tile_opened.connect(self._on_tile_opened)
        self.view.row_clicked.connect(self._on_row_clicked)
        chosen.matrix_changed.connect(self._on_matrix_changed)
        chosen.form_changed.connect(self._on_form_changed)
        chosen.example_changed.connect(self._on_example_changed)
        chosen.cell_changed.connect(self._on_cell_changed)
        chosen.hidden_changed.connect(self._on_hidden_changed)
        chosen.pointed.connect(self._on_pointed)
        self._run.taken.connect(self._on_taken)
        self._workspace.draft.changed.connect(self._refresh)

    # what others build on

    def equations_shown(self) -> list[Equation]:
        """Return the equations on show, in the order of the rows."""
        return self._equations

    def places_of(self, key: MatrixKey) -> list[tuple[Place, Tile]]:
        """Return every place where a matrix is drawn."""
        return [(place, tile) for place, tile in places(self._equations) if tile.key == key]

    def tile_at(self, place: Place) -> Tile:
        """Return the tile of a place."""
        return self._equations[place.row].tiles[place.tile]

    def light(self, lights: Iterable[Light]) -> None:
        """Light these rows, columns and cells, as they are drawn."""
        self.view.set_lights(lights)

    def set_blank(self, keys: Iterable[MatrixKey]) -> None:
        """Leave every tile of these matrices blank: they are not yet computed."""
        blank = set(keys)
        self.view.set_blank(place for place, tile in places(self._equations) if tile.key in blank)

    @Slot(object)
    def show_walk(self, place: WalkPlace | None) -> None:
        """Leave blank what a walk has not computed yet, and show the layer whose equation it has computed last."""
        self._blank = frozenset() if place is None else frozenset(MatrixKey(*key) for key in place.blank)
        self.set_blank(self._blank | self._hidden())
        if place is not None and place.last is not None and place.last.matrix is not None:
            self._workspace.selection.choose(place.last.layer, place.last.matrix)
            if place.last.matrix == "loss":
                self._workspace.selection.choose_cell(0, 0)  # its only one: the sum is what there is to see

    def blocks(self, tile: Tile) -> Blocks | None:
        """Return what a tile shows, as it lies in the core; None where there is nothing yet."""
        return None if self._step is None else self._step.tiles.get(tile.shown)

    # what it shows of the run

    def _reading(self) -> BoardTiles:
        return BoardTiles(self._asked, example=self._workspace.selection.example)

    def _chosen_cell(self) -> ExplainedCell | None:
        chosen = self._workspace.selection
        if chosen.cell is None:
            return None
        return ExplainedCell(chosen.layer, chosen.matrix, *chosen.cell, chosen.one_example, chosen.example)

    def figure_readings(self) -> Iterable[AnyReading]:
        """Return the matrices of the equations, and the cell that is pointed at, else the chosen one."""
        cell = self._shown_cell()
        copied = [] if self._to_copy is None else [LayerMatrix(self._to_copy[0].layer, self._to_copy[0].name)]
        wanted: list[AnyReading] = [self._reading(), *self._frozen_readings(), *copied]
        return wanted if cell is None else [*wanted, cell]

    def _frozen_readings(self) -> set[FrozenCells]:
        """Return what to ask for the frozen cells of the parameters on show; nothing where none is frozen."""
        overview = self._run.overview
        if overview is None or not overview.frozen_cells:
            return set()
        return {FrozenCells(tile.key.layer, _parameter(tile)) for _, tile in places(self._equations)}

    def _frozen_masks(self, snapshot: Snapshot) -> Iterable[tuple[Place, Mask]]:
        """Yield the frozen cells of each tile that shows a parameter, before or after the update."""
        for place, tile in places(self._equations):
            if tile.key.name in (_parameter(tile), f"new_{_parameter(tile)}"):
                mask = snapshot.get(FrozenCells(tile.key.layer, _parameter(tile)))
                if mask is not None:
                    matrix = np.atleast_2d(mask)
                    yield place, matrix.T if tile.transposed else matrix

    def _name_examples(self, rows: NDArray[np.int64]) -> None:
        """Write the names of the batch's examples beside their rows, where there is room for them."""
        facts = self._workspace.run.facts
        if facts is None or not self.view.names_change():
            return
        dataset = facts.dataset
        names = tuple(example_name(dataset, row) for row in rows.tolist())
        hints = tuple(example_hint(dataset, row) for row in rows.tolist())
        example = min(self._workspace.selection.example, len(names) - 1)
        self._names = replace(self._names, examples=names, hints=hints, example=example)
        self._show_rows()

    def _values(self, tiles: Mapping[Shown, Blocks]) -> Iterable[tuple[Place, TileValues]]:
        for place, tile in places(self._equations):
            found = tiles.get(tile.shown)
            if found is None or found.shape != (tile.shape[::-1] if tile.transposed else tile.shape):
                continue
            down, across = found.row_step, found.column_step
            if tile.transposed:
                yield place, TileValues(found.values.T, across, down)
            else:
                yield place, TileValues(found.values, down, across)

    def show_figures(self, snapshot: Snapshot) -> None:
        """Show the matrices of the step, the predictions and the chosen cell as a sum."""
        asked = self._asked
        self._refresh()
        if self._asked != asked:  # as after a layer was frozen: other tiles than this picture was asked for
            self._run.refresh()
        self._step = snapshot.get(self._reading())
        tiles: Mapping[Shown, Blocks] = {} if self._step is None else self._step.tiles
        if self._step is not None:
            self._name_examples(self._step.rows)
        self.view.set_values(dict(self._values(tiles)))
        self.view.set_frozen(dict(self._frozen_masks(snapshot)))
        at = snapshot.progress
        text = f"step {count_text(at.step)} · {at.batch}/{at.batches}"
        self.step.setText(text if at.step else _NO_STEP)
        self.predictions.setText(self._predictions())
        cell = self._shown_cell()
        self._explained = None if cell is None else snapshot.get(cell)
        if self._explained is not None:
            self._show_sum(self._explained)
        elif cell is not self._hovered or cell is None:
            self.sum.say(_HOW if cell is None or self._step is None else _no_sum(cell), "dim small")
        self._copy_what_has_come(snapshot)

    def _show_sum(self, found: Explanation, of_step: str = "") -> None:
        self.sum.show_sum(of_step + explanation_text(found), len(found.terms), partial(_listed, found))
        self._light_cell(found)

    @Slot(int, object)
    def _on_taken(self, number: int, answer: tuple[int, Explanation | None] | None) -> None:
        """Write out what is pointed at before the next picture comes; of a later step than is on show it says so."""
        if number != self._questions or answer is None or self._shown_cell() is None or self._hovered is None:
            return
        step, self._explained = answer
        shown = self._run.snapshot
        if self._explained is not None:
            is_shown = shown is not None and shown.progress.step == step
            self._show_sum(self._explained, "" if is_shown else f"step {count_text(step)}: ")
        if shown is None or self._run.state is not State.RUNNING:
            self._run.refresh()

    def _light_cell(self, found: Explanation) -> None:
        """Light the cells that the number is made of, wherever they are drawn."""
        lights = lights_of_places(self._equations, found.places(), self._workspace.selection.example)
        if lights:
            own = [] if found.place is None else lights_of_places(self._equations, [found.place], 0)
            self.light([*lights, *own])

    def copy_sum(self, writing: Writing) -> None:
        """Copy the cell that is written out."""
        if self._explained is not None:
            QGuiApplication.clipboard().setText(writing.write_sum(self._explained))

    def copy_matrix(self, writing: Writing) -> None:
        """Copy the chosen matrix with all its digits; it is asked for whole."""
        chosen = self._workspace.selection
        self._to_copy = MatrixKey(chosen.layer, chosen.matrix), writing
        self._run.refresh()

    def copy_page(self, writing: Writing) -> None:
        """Copy the equations of the layer with their numbers."""
        tiles: Mapping[Shown, Blocks] = {} if self._step is None else self._step.tiles
        title = f"Layer {self._layer + 1}, {self.step.text()}"
        QGuiApplication.clipboard().setText(writing.write_page(page_of(title, self._equations, tiles)))

    def _copy_what_has_come(self, snapshot: Snapshot) -> None:
        if self._to_copy is None:
            return
        (key, writing), self._to_copy = self._to_copy, None
        values = snapshot.get(LayerMatrix(key.layer, key.name))
        if values is not None:
            QGuiApplication.clipboard().setText(writing.write_matrix(named_matrix(key, values)))

    def _predictions(self) -> str:
        facts = self._workspace.run.facts
        if self._step is None or facts is None:
            return ""
        return predictions_text(self._step, facts.dataset, len(self._workspace.shown.layers), len(self._names.outputs))

    def clear(self) -> None:
        """Show the equations of the new run, and no numbers yet."""
        self._step = None
        self.step.setText(_NO_STEP)
        self.predictions.setText("")
        self.view.set_values({})
        self._say(_HOW, "dim small")
        self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()

    def _say(self, text: str, role: str) -> None:
        self._explained = None
        self.sum.say(text, role)

    @Slot()
    def _refresh(self) -> None:
        """Make the rows anew where the experiment, the layer, the form or the batch is another one."""
        workspace, chosen = self._workspace, self._workspace.selection
        experiment, facts = workspace.shown, workspace.run.facts or workspace.draft.facts
        if facts is None:
            return
        layer = min(chosen.layer, len(experiment.layers) - 1)
        snapshot, overview = workspace.run.snapshot, workspace.run.overview
        # A file may ask for a batch of billions: it holds the rows that there are.
        m = (snapshot.progress.m if snapshot is not None else 0) or min(experiment.training.batch_size, facts.train)
        rate = snapshot.progress.learning_rate if snapshot is not None else experiment.training.optimizer.learning_rate
        held = overview is not None and bool(overview.frozen_cells)
        shares = examples_shown(m, chosen.example) if chosen.follows and not chosen.one_example else None
        sheet = self._sheets.sheet(SheetBasis(experiment, facts, layer, m, chosen.one_example, rate, held, shares))
        if sheet is self._sheet:
            return
        self._sheet, self._layer = sheet, layer
        self._equations, self._asked, self._names = sheet.equations, sheet.asked, sheet.names
        self.title.setText(f"LAYER {layer + 1} / {len(experiment.layers)}")
        self._chain = sheet.chain
        self._show_rows()
        self._mark_row()

    def _show_rows(self) -> None:
        rows = board_rows(self._equations, self._names)
        if self._workspace.selection.hides_shape:
            rows = without_shape(rows, self._equations, self._hidden())
        self.view.set_rows(rows)
        self._show_chain()
        self.set_blank(self._blank | self._hidden())
        self.view.set_questions(self._questioned())
        if self._hovered is None:
            self.light(self._resting_lights())

    def _hidden(self) -> frozenset[MatrixKey]:
        """Return the matrix that somebody is asked for, all of it."""
        chosen = self._workspace.selection
        is_whole = chosen.hidden is not None and chosen.hidden_cells is None
        return frozenset([MatrixKey(*chosen.hidden)]) if is_whole and chosen.hidden is not None else frozenset()

    def _questioned(self) -> Iterable[DrawnCell]:
        """Yield the single cells that somebody is asked for, wherever they are drawn."""
        chosen = self._workspace.selection
        if chosen.hidden is None:
            return
        for place, tile in self.places_of(MatrixKey(*chosen.hidden)):
            for cell in chosen.hidden_cells or ():
                there = tile.cell_drawn(*cell, chosen.example)
                if there is not None and tile.example is None:
                    yield DrawnCell(place, *there)

    def _show_chain(self) -> None:
        """Show the chain of layers, without the shape that somebody is asked for."""
        chosen, chain = self._workspace.selection, self._chain
        if chosen.hidden is not None and chosen.hides_shape:
            chain = chain.without_shape(MATRICES[chosen.hidden[1]].at(chosen.hidden[0] + 1))
        self.chain.set_chain(chain, self._layer)
        self.back.setText(chain.way_back)

    @Slot()
    def _on_hidden_changed(self) -> None:
        self._show_rows()
        self._run.refresh()

    def _shown_cell(self) -> ExplainedCell | None:
        """Return the cell to write out: the one that is pointed at, else the chosen one, unless it is asked for."""
        cell = self._hovered or self._chosen_cell()
        if cell is None or self._workspace.selection.is_hidden(cell.layer, cell.matrix, cell.row, cell.column):
            return None
        return cell

    def _mark_row(self) -> None:
        matrix = self._workspace.selection.matrix
        rows = [number for number, equation in enumerate(self._equations) if equation.matrix == matrix]
        self.view.set_current_row(rows[0] if rows else None)

    # what is chosen

    @Slot(int, str)
    def _on_matrix_changed(self, _layer: int, _matrix: str) -> None:
        self._refresh()
        self._mark_row()
        self._run.refresh()

    @Slot()
    def _on_cell_changed(self) -> None:
        if self._workspace.selection.cell is None:
            self._say(_HOW, "dim small")
        self._run.refresh()

    @Slot(int)
    def _on_form_chosen(self, index: int) -> None:
        self._workspace.selection.choose_form(index == 1)

    @Slot(bool)
    def _on_form_changed(self, one_example: bool) -> None:
        self.form.set_current(int(one_example))
        self._refresh()
        self._run.refresh()

    @Slot(int)
    def _on_example_changed(self, _example: int) -> None:
        self._refresh()
        self.light(self._resting_lights())
        self._run.refresh()

    def _resting_lights(self) -> list[Light]:
        """Return what is lit while nobody points at a cell: among m examples the row of the one that is followed."""
        chosen = self._workspace.selection
        if not chosen.follows or chosen.one_example:
            return []
        return lights_of_example(self._equations, chosen.example)

    @Slot(int)
    def _on_layer_chosen(self, layer: int) -> None:
        self._workspace.selection.choose(layer)

    @Slot(object, int, int)
    def _on_cell_hovered(self, place: Place, row: int, column: int) -> None:
        equation, tile = self._equations[place.row], self.tile_at(place)
        is_result = place.tile == len(equation.tiles) - 1
        own = Light(place, row, column)
        self.light([*lights_of(equation, place.row, row, column), own] if is_result else [own])
        there = tile.cell_of_matrix(row, column, self._workspace.selection.example)
        self._explain(tile, *there)
        self.cell_hovered.emit(tile, *there)

    @Slot(object)
    def _on_pointed(self, pointed: tuple[MatrixKey, int, int] | None) -> None:
        """Write out a cell that is pointed at elsewhere."""
        if pointed is None:
            self._on_cursor_left()
        elif self.isVisible():
            key, row, column = pointed
            chosen = self._workspace.selection
            self._explain_cell(ExplainedCell(key.layer, key.name, row, column, chosen.one_example, chosen.example))

    def _explain(self, tile: Tile, row: int, column: int) -> None:
        """Ask what a cell that is pointed at is made of."""
        chosen = self._workspace.selection
        alone, example = chosen.one_example, chosen.example
        if tile.example is not None:
            alone, example = True, tile.example
        self._explain_cell(ExplainedCell(tile.key.layer, tile.key.name, row, column, alone, example))

    def _explain_cell(self, wanted: ExplainedCell) -> None:
        if wanted != self._hovered:
            self._hovered = wanted
            self._questions -= 1  # jobs count upwards
            self._run.take(self._questions, partial(_explained_now, wanted))

    @Slot()
    def _on_cursor_left(self) -> None:
        self.light(self._resting_lights())
        if self._hovered is not None:
            self._hovered = None
            self._run.refresh()

    @Slot(QPoint)
    def _on_menu_wanted(self, point: QPoint) -> None:
        copy_menu(self).exec(self.view.viewport().mapToGlobal(point))

    @Slot(object, int, int)
    def _on_cell_clicked(self, place: Place, row: int, column: int) -> None:
        """Have a cell written out as a sum."""
        tile, chosen = self.tile_at(place), self._workspace.selection
        self._on_cell_hovered(place, row, column)
        there = tile.cell_of_matrix(row, column, chosen.example)
        if tile.example is not None:
            chosen.follow_example(tile.example)
        chosen.choose(self._layer, tile.key.name) if tile.key.layer == self._layer else None
        if tile.key.layer == self._layer:
            chosen.choose_cell(*there)
        self.cell_clicked.emit(tile, *there)

    @Slot(object)
    def _on_tile_opened(self, place: Place) -> None:
        key = self.tile_at(place).key
        self._workspace.selection.choose(key.layer, key.name)
        self.tile_opened.emit(key)

    @Slot(int)
    def _on_row_clicked(self, row: int) -> None:
        """Open the matrix that an equation yields, and say why the formula is what it is."""
        equation = self._equations[row]
        if equation.matrix is not None:
            self._workspace.selection.choose(self._layer, equation.matrix)
        self._say(f"{equation.formula}: {equation.note}" if equation.note else equation.formula, "dim small")

    @Slot()
    def _on_check_clicked(self) -> None:
        self._workspace.check_gradient()

    @Slot(object)
    def _on_theme_changed(self, _theme: Theme) -> None:
        self.copy.setIcon(icon("copy"))
        self.check.setIcon(icon("gradient-check"))
        self.fill.setIcon(icon("fit-view"))

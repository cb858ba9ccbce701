"""The button that picks one example: of the batch by its picture or name, pinned from the data, or typed in."""

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QSize, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from lab.experiment.example_names import example_name
from lab.experiment.readings.batch_rows import Batch, BatchRows
from lab.experiment.readings.reading import AnyReading
from lab.experiment.snapshot import Snapshot
from lab.gui.panels.viewer_panel import ViewerPanel
from lab.gui.widgets.fields.short_button import ShortButton
from lab.gui.widgets.rows.row_icon import row_icon
from lab.gui.workspace.example_dialog import ExampleDialog
from lab.gui.workspace.workspace import Workspace

_MOST_LISTED = 64
_ICON = 28
_HELP = "Follow one example: its row is lit, and in the form for one example it is the column"


class ExampleButton(ViewerPanel):
    """Shows which example of the batch is chosen; its menu chooses another, pins it, or lets it go."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self._batch: Batch | None = None
        self.button = ShortButton("Example", "Example")
        self.button.setToolTip(_HELP)
        self.menu = QMenu(self)
        self.button.setMenu(self.menu)
        self.dialog: ExampleDialog | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.button)
        self.menu.aboutToShow.connect(self._fill_menu)
        workspace.selection.example_changed.connect(self._show)

    def figure_readings(self) -> Iterable[AnyReading]:
        """Return the rows of the batch."""
        return (BatchRows(),)

    def show_figures(self, snapshot: Snapshot) -> None:
        """Name the chosen example."""
        before, self._batch = self._batch, snapshot.get(BatchRows())
        self._show()
        if before is None and self.menu.isVisible():  # opened before the first batch was here
            self._fill_menu()

    def clear(self) -> None:
        """Forget the batch: a run begins."""
        self._batch = None
        self._show()

    @Slot()
    def _show(self, _example: int = 0) -> None:
        batch, chosen = self._batch, self._workspace.selection
        if batch is None or not (chosen.follows or batch.is_pinned):
            self.button.set_texts("Example", "Example")
        elif batch.is_typed:
            self.button.set_texts("Typed example", "Typed")
        else:
            word = "Pinned" if batch.is_pinned and len(batch.rows) == 1 else "Example"
            self.button.set_texts(f"{word} {self._name(min(chosen.example, len(batch.rows) - 1))}", word)

    def _name(self, number: int) -> str:
        """Return the name of an example of the batch."""
        facts = self._run.facts
        if facts is None or self._batch is None:
            return ""
        return example_name(facts.dataset, int(facts.split.train[self._batch.rows[number]]))

    @Slot()
    def _fill_menu(self) -> None:
        self.menu.clear()
        batch, facts = self._batch, self._run.facts
        if batch is None or facts is None:
            self._add("Take a step first: then the batch has examples to pick from", False)
            return
        for number, row in enumerate(batch.rows[:_MOST_LISTED].tolist()):
            action = self.menu.addAction(self._name(number))
            numbers = facts.dataset.x[int(facts.split.train[row])]
            icon = row_icon(numbers, facts.dataset.image_shape, QSize(_ICON, _ICON))
            if icon is not None:
                action.setIcon(icon)
            action.triggered.connect(partial(self._choose, number))
        if len(batch.rows) > _MOST_LISTED:
            self._add(f"… and {len(batch.rows) - _MOST_LISTED} more: pin one by its number below", False)
        self.menu.addSeparator()
        self._add("Follow &none", self._workspace.selection.follows).triggered.connect(self._on_none_wanted)
        self._add("&Pin this example", True).triggered.connect(self._on_pin_wanted)
        self._add("Pin another, or &type one…", True).triggered.connect(self._on_dialog_wanted)
        self._add("&Let the batch go", batch.is_pinned).triggered.connect(self._on_let_go_wanted)

    def _add(self, text: str, enabled: bool) -> QAction:
        action = self.menu.addAction(text)
        action.setEnabled(enabled)
        return action

    def _choose(self, number: int, _checked: bool = False) -> None:
        self._workspace.selection.follow_example(number)
        self._show()

    @Slot()
    def _on_none_wanted(self) -> None:
        self._workspace.selection.follow_example(None)
        self._show()

    @Slot()
    def _on_pin_wanted(self) -> None:
        if self._batch is not None:
            number = min(self._workspace.selection.example, len(self._batch.rows) - 1)
            self._workspace.pin_examples((int(self._batch.rows[number]),))
            self._workspace.selection.follow_example(0)

    @Slot()
    def _on_dialog_wanted(self) -> None:
        facts, batch = self._run.facts, self._batch
        if facts is None or batch is None:
            return
        number = min(self._workspace.selection.example, len(batch.rows) - 1)
        self.dialog = ExampleDialog(facts, int(batch.rows[number]), self)
        self.dialog.row_pinned.connect(self._on_row_pinned)
        self.dialog.example_typed.connect(self._on_example_typed)
        self.dialog.show()

    @Slot(int)
    def _on_row_pinned(self, row: int) -> None:
        self._workspace.pin_examples((row,))
        self._workspace.selection.follow_example(0)

    @Slot(int, object, object)
    def _on_example_typed(self, row: int, x: tuple[float, ...], y: int | tuple[float, ...]) -> None:
        self._workspace.type_example(row, x, y)
        self._workspace.selection.follow_example(0)

    @Slot()
    def _on_let_go_wanted(self) -> None:
        self._workspace.pin_batch()

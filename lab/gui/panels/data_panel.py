"""The data card: which examples, how many of what, how they are shared out and scaled."""

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QLabel, QSizePolicy, QVBoxLayout, QWidget

from lab.data.csv_reader import csv_columns
from lab.data.errors import DataError
from lab.data.scaling import SCALINGS
from lab.data.sources import SOURCES
from lab.experiment.spec import DataSpec
from lab.gui.theme import set_role
from lab.gui.widgets.card import labelled_row
from lab.gui.widgets.number_text import count_text
from lab.gui.widgets.split_bar import SplitBar
from lab.gui.workspace.workspace import Workspace

_OWN_FILE = "A CSV file of your own…"


class DataPanel(QWidget):
    """Shows the draft's data and lets the user choose another set; `file_wanted` asks for a file dialog."""

    file_wanted = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draft = workspace.draft
        self._columns: tuple[str, list[str]] = ("", [])
        self.source = QComboBox()
        for name, entry in SOURCES.items():
            self.source.addItem(entry.title, name)
            self.source.setItemData(self.source.count() - 1, entry.about, 3)
        self.target = QComboBox()
        self.scaling = QComboBox()
        for name, kind in SCALINGS.items():
            self.scaling.addItem(kind.title, name)
            self.scaling.setItemData(self.scaling.count() - 1, kind.help, 3)
        self.examples = QLabel()
        set_role(self.examples, "mono")
        self.examples.setToolTip("Examples × numbers an example → classes to tell apart")
        self.parts = SplitBar()
        self._lay_out()
        self.source.activated.connect(self._on_source_activated)
        self.target.activated.connect(self._on_target_activated)
        self.scaling.activated.connect(self._on_scaling_activated)
        self._draft.changed.connect(self._on_draft_changed)
        self._on_draft_changed()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 10, 8)
        layout.setSpacing(5)
        layout.addWidget(labelled_row("Dataset", self.source, "The examples to learn from: bundled, or a CSV file"))
        self._target_row = labelled_row("Target", self.target, "The column to be learnt; all others are inputs")
        layout.addWidget(self._target_row)
        layout.addWidget(
            labelled_row("Scaling", self.scaling, "How inputs are brought to one size; fitted on the training part")
        )
        layout.addWidget(labelled_row("Examples", self.examples, self.examples.toolTip()))
        layout.addWidget(self.parts)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    @Slot(int)
    def _on_source_activated(self, index: int) -> None:
        name = self.source.itemData(index)
        if name is None:
            self._on_draft_changed()
            self.file_wanted.emit()
        elif name:
            scaling = "pixel" if name != "iris" else "standard"
            self._draft.edit_data(DataSpec(source=name, scaling=scaling, split=self._draft.experiment.data.split))

    @Slot(int)
    def _on_target_activated(self, index: int) -> None:
        data = self._draft.experiment.data
        self._draft.edit_data(data.model_copy(update={"target": self.target.itemText(index)}))

    @Slot(int)
    def _on_scaling_activated(self, index: int) -> None:
        data = self._draft.experiment.data
        self._draft.edit_data(data.model_copy(update={"scaling": self.scaling.itemData(index)}))

    def use_file(self, path: Path) -> None:
        """Put a CSV file of the user's into the draft."""
        split = self._draft.experiment.data.split
        self._draft.edit_data(DataSpec(path=str(path.absolute()), scaling="standard", split=split))

    @Slot()
    def _on_draft_changed(self) -> None:
        data = self._draft.experiment.data
        self._show_source(data)
        self._show_target(data)
        self.scaling.setCurrentIndex(self.scaling.findData(data.scaling))
        facts = self._draft.facts
        if self._draft.data_problem is not None:
            self.examples.setText("not readable")
        elif self._draft.reading or facts is None:
            self.examples.setText("reading…")
        else:
            one = facts.dataset
            self.examples.setText(f"{count_text(one.examples)} × {count_text(one.inputs)} → {one.classes} classes")
            self.parts.set_counts(facts.train, facts.validation, facts.test)

    def _show_source(self, data: DataSpec) -> None:
        while self.source.count() > len(SOURCES):
            self.source.removeItem(self.source.count() - 1)
        if data.path is not None:
            self.source.addItem(Path(data.path).name, "")
            self.source.setItemData(self.source.count() - 1, data.path, 3)
        self.source.addItem(_OWN_FILE, None)
        self.source.setCurrentIndex(self.source.findData(data.source if data.path is None else ""))

    def _show_target(self, data: DataSpec) -> None:
        self._target_row.setVisible(data.path is not None)
        if data.path is None:
            return
        if self._columns[0] != data.path:
            self._columns = (data.path, _columns(data.path))
            self.target.clear()
            self.target.addItems(self._columns[1])
        last = self.target.count() - 1
        self.target.setCurrentIndex(last if data.target is None else self.target.findText(data.target))


def _columns(path: str) -> list[str]:
    """Return the columns of a CSV file, or none where it cannot be read: the reader says why."""
    try:
        return csv_columns(Path(path))
    except DataError:
        return []

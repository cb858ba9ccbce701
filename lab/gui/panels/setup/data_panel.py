"""The data card: which examples, what they are made with, how they are shared out and scaled."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from lab.data.sets.features import FEATURES, PLANE
from lab.data.sets.generators import GENERATORS
from lab.data.sets.sources import SOURCES
from lab.data.subsets.scaling import SCALINGS
from lab.experiment.forms.data_specs import PAINTED, DataSpec
from lab.gui.theme import set_role
from lab.gui.widgets.drawing.number_text import count_text
from lab.gui.widgets.fields.choices import choice_box
from lab.gui.widgets.fields.labelled_row import labelled_row
from lab.gui.widgets.fields.option_rows import OptionRows
from lab.gui.widgets.fields.scrolled import Scrolled
from lab.gui.widgets.fields.split_bar import SplitBar
from lab.gui.widgets.fields.switch_row import SwitchRow
from lab.gui.workspace.option_states import option_states
from lab.gui.workspace.workspace import Workspace

_FILE, _FOLDER, _OWN = "a file", "a folder", "own"
"""Entries of the dataset box that are no names of sets."""

_LONGEST_NAME, _LONGEST_TARGET = 130, 90
"""Pixels of a file's and of a column's name: a long one must not make the card wide."""


class DataPanel(QWidget):
    """Shows the draft's data and lets the user choose another set.

    `file_wanted` and `folder_wanted` ask for a dialog, `import_wanted` for the import page of the file in use.
    """

    file_wanted = Signal()
    folder_wanted = Signal()
    import_wanted = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWhatsThis("Which rows are learnt from, and how they are split and scaled")
        self._workspace = workspace
        self._draft = workspace.draft
        self.source = choice_box()
        self._fill_sources()
        self.recipe = QPushButton("Edit import…")
        self.recipe.setToolTip("Opens the import page: the target, and what becomes of every column")
        self.options = OptionRows(columns=2)
        self.features = SwitchRow((name, each.title, f"{each.formula}\n{each.help}") for name, each in FEATURES.items())
        self.scaling = choice_box((name, kind.title, kind.help) for name, kind in SCALINGS.items())
        self.examples = QLabel()
        set_role(self.examples, "mono")
        self.examples.setToolTip("Examples × numbers an example → classes to tell apart, or numbers to predict")
        self.parts = SplitBar()
        self.inner = QWidget()
        self._lay_out()
        self.source.activated.connect(self._on_source_activated)
        self.scaling.activated.connect(self._on_scaling_activated)
        self.recipe.clicked.connect(self.import_wanted)
        self.options.value_chosen.connect(self._on_option_chosen)
        self.features.names_chosen.connect(self._on_features_chosen)
        self._draft.changed.connect(self._on_draft_changed)
        workspace.edit_refused.connect(self._on_draft_changed)
        self._on_draft_changed()

    def _fill_sources(self) -> None:
        box = self.source
        for name, entry in SOURCES.items():
            self._add_source(entry.title, name, entry.about)
        box.insertSeparator(box.count())
        for made in GENERATORS.values():
            self._add_source(made.title, made.name, made.about)
        box.insertSeparator(box.count())
        self._add_source("Paint your own…", PAINTED, "Points that you draw by hand, in up to six colours")
        self._add_source("A file of your own…", _FILE, "A table (CSV, Excel, Parquet, …), arrays (NPY, NPZ) or IDX")
        self._add_source("A folder of images…", _FOLDER, "One folder for each class, with its images in it")

    def _add_source(self, title: str, name: str, about: str) -> None:
        self.source.addItem(title, name)
        self.source.setItemData(self.source.count() - 1, about, Qt.ItemDataRole.ToolTipRole)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self.inner)
        layout.setContentsMargins(10, 6, 10, 8)
        layout.setSpacing(5)
        layout.addWidget(
            labelled_row("Dataset", self.source, "The examples to learn from: bundled, made, painted or your own")
        )
        self._recipe_row = labelled_row("Target", self.recipe, self.recipe.toolTip())
        layout.addWidget(self._recipe_row)
        layout.addWidget(self.options)
        self._features_row = labelled_row("Also", self.features, "Further inputs, computed from x1 and x2")
        layout.addWidget(self._features_row)
        layout.addWidget(
            labelled_row("Scaling", self.scaling, "How inputs are brought to one size; fitted on the training part")
        )
        layout.addWidget(labelled_row("Examples", self.examples, self.examples.toolTip()))
        layout.addWidget(self.parts)
        layout.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(Scrolled(self.inner))

    # what the user does

    @Slot(int)
    def _on_source_activated(self, index: int) -> None:
        name = self.source.itemData(index)
        asks = {_FILE: self.file_wanted, _FOLDER: self.folder_wanted, PAINTED: self._workspace.painting_wanted}
        if name in asks:
            self._on_draft_changed()
            asks[name].emit()
        elif name != _OWN:
            scaling = SOURCES[name].scaling if name in SOURCES else "none"
            split = self._draft.experiment.data.split_of_others
            self._draft.edit_data(DataSpec(source=name, scaling=scaling, split=split))

    @Slot(int)
    def _on_scaling_activated(self, index: int) -> None:
        self._edit(scaling=self.scaling.itemData(index))

    @Slot(str, float)
    def _on_option_chosen(self, name: str, value: float) -> None:
        self._edit(options={**self._draft.experiment.data.options, name: value})

    @Slot(object)
    def _on_features_chosen(self, names: tuple[str, ...]) -> None:
        self._edit(features=names)

    def _edit(self, **fields: object) -> None:
        self._workspace.change_data(**fields)

    # what is shown

    @Slot()
    def _on_draft_changed(self) -> None:
        data = self._draft.experiment.data
        self._show_source(data)
        facts = self._draft.facts
        self._show_target(data)
        self._show_options(data)
        names = () if facts is None else facts.dataset.feature_names
        self._features_row.setVisible(names[:2] == PLANE and len(names) == len(PLANE) + len(data.features))
        self.features.set_names(data.features)
        self.scaling.setCurrentIndex(self.scaling.findData(data.scaling))
        if self._draft.data_problem is not None:
            self.examples.setText("too few points" if data.source == PAINTED else "not readable")
        elif self._draft.reading or facts is None:
            self.examples.setText("reading…")
        else:
            one = facts.dataset
            goal = (
                f"{one.classes} {'numbers' if one.classes > 1 else 'number'}"
                if one.is_regression
                else (f"{one.classes} classes")
            )
            self.examples.setText(f"{count_text(one.examples)} × {count_text(one.inputs)} → {goal}")
            self.parts.set_counts(facts.train, facts.validation, facts.test)
        self.parts.setVisible(self._draft.data_problem is None)  # the counts would be those of other data

    def _show_options(self, data: DataSpec) -> None:
        options = GENERATORS[data.source].options if data.source in GENERATORS else ()
        self.options.show_options(option_states(options, data.options))

    def _show_source(self, data: DataSpec) -> None:
        own = self.source.findData(_OWN)
        if own >= 0:
            self.source.removeItem(own)
        if data.path is not None:
            self._add_source(self._cut(Path(data.path).name, _LONGEST_NAME), _OWN, data.path)
        elif data.is_typed:
            self._add_source("Typed in the file", _OWN, "Examples that stand in the experiment's file itself")
        name = _OWN if data.source is None else data.source
        self.source.setCurrentIndex(self.source.findData(name))

    def _show_target(self, data: DataSpec) -> None:
        """Name what is learnt of a person's own data: the chosen column, or what was found to be the target."""
        facts, draft = self._draft.facts, self._draft
        known = facts is not None and not draft.reading and draft.data_problem is None
        target = data.target or (", ".join(facts.dataset.target_names) if facts is not None and known else "")
        self._recipe_row.setVisible(data.path is not None)
        self.recipe.setText(f"{self._cut(target, _LONGEST_TARGET)} · edit import…" if target else "Edit import…")

    def _cut(self, text: str, pixels: int) -> str:
        return self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, pixels)

"""The import page: what was read, what each column becomes, and the inputs, classes and rows that result."""

from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from lab.data.arrays import Arrays
from lab.data.readers.formats import ReadResult
from lab.data.recipe.choices import DATE_FIELDS, TASKS
from lab.data.subsets.scaling import SCALINGS
from lab.data.table import Table
from lab.experiment.forms.data_specs import TARGET_SCALINGS
from lab.experiment.forms.layout_spec import LayoutSpec
from lab.experiment.forms.limits import whole_limits_of
from lab.experiment.import_choices import target_names
from lab.experiment.spec import Experiment
from lab.experiment.usual_start import USUAL_START
from lab.gui.theme import Theme, follow, icon, set_role
from lab.gui.widgets.fields.scrolled import Scrolled
from lab.gui.widgets.importing.import_fields import ReadFields, TargetFields, plain_row
from lab.gui.widgets.importing.layout_fields import LayoutFields
from lab.gui.widgets.importing.note_list import NoteList
from lab.gui.widgets.importing.question_list import QuestionList
from lab.gui.widgets.importing.read_result_view import ReadResultView
from lab.gui.widgets.importing.reading_page import ReadingPage
from lab.gui.widgets.importing.share_fields import ShareFields
from lab.gui.workspace.import_texts import (
    LAYOUT,
    READING,
    SAMPLE_ROWS,
    USE,
    ImportedColumns,
    label_words,
    layout_choices,
    layout_values,
    notes_of,
    on_screen,
    questions_of,
    result_words,
    sample_cell,
    size_words,
)
from lab.gui.workspace.workspace import Workspace

_SCALINGS = [(name, one.title, one.help) for name, one in SCALINGS.items()]
_TASKS = tuple(TASKS)


class ImportPanel(QWidget):
    """Shows one import and edits its choices; the data in use is not touched until `use` is pressed."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._importing = workspace.importing
        self._shown: ReadResult | None = None
        self._columns: ImportedColumns | None = None
        self.title, self.format, self.extent = QLabel(), QLabel(), QLabel()
        self.close_button = QToolButton()
        self.reading = ReadingPage()
        self.read_fields = ReadFields()
        self.layout_fields = LayoutFields(layout_choices())
        for name, box in self.layout_fields.numbers.items():
            box.set_limits(*whole_limits_of(LayoutSpec, name))
        self.questions = QuestionList()
        self.notes = NoteList()
        self.target = TargetFields([(one.title, one.help) for one in TASKS.values()])
        self.view = ReadResultView()
        of_target = [entry for entry in _SCALINGS if entry[0] in TARGET_SCALINGS]
        self.shares = ShareFields(_SCALINGS, of_target, whole_limits_of(Experiment, "seed"))
        self.result, self.reason = QLabel(), QLabel()
        self.anew = QCheckBox("Begin with the usual layers and training for new data")
        self.use, self.cancel = QPushButton("Use this data"), QPushButton("Cancel")
        self._lay_out()
        self._connect()
        follow(self._on_theme_changed)
        self._on_changed()

    # the parts of the page

    def _lay_out(self) -> None:
        body = QWidget()
        middle = QVBoxLayout(body)
        middle.setContentsMargins(0, 0, 4, 0)
        middle.setSpacing(8)
        self.told = QWidget()
        row = plain_row(self.told)
        row.addWidget(self.notes, 1)
        row.addWidget(self.layout_fields.opener, 0, Qt.AlignmentFlag.AlignTop)
        parts = (self.read_fields, self.told, self.layout_fields, self.questions, self.target, self.view, self.shares)
        for part in parts:
            middle.addWidget(part, 1 if part is self.view else 0)
        self._body = Scrolled(body)
        # It takes what head and foot leave: the page itself scrolls around them only where not even they have room.
        self._body.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self._foot = self._make_foot()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 10)
        layout.setSpacing(8)
        layout.addLayout(self._make_head())
        layout.addWidget(self.reading)
        layout.addWidget(self._body, 1)
        layout.addWidget(self._foot)
        layout.addStretch(0)

    def _make_head(self) -> QHBoxLayout:
        set_role(self.title, "strong formula")
        set_role(self.format, "badge")
        set_role(self.extent, "dim")
        self.close_button.setProperty("flat", True)
        self.close_button.setToolTip("Close this page; the data in use stays as it is")
        self.close_button.setAccessibleName("Close the import")
        row = plain_row()
        for part in (self.title, self.format, self.extent):
            part.setTextFormat(Qt.TextFormat.PlainText)
            row.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        row.addWidget(self.close_button)
        return row

    def _make_foot(self) -> QWidget:
        set_role(self.result, "mono")
        for label in (self.result, self.reason):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.result.setToolTip(
            "n inputs and c outputs of the network, m rows in all → how many of them train, validate and test"
        )
        self.anew.setToolTip(f"{USUAL_START}. Without this your layers and training stay; undo brings them back.")
        self.use.setProperty("primary", True)
        self.use.setToolTip("Put this data into the experiment; what runs keeps its own until the next start")
        self.cancel.setToolTip("Close this page; the data in use stays as it is")
        foot = QWidget()
        column = QVBoxLayout(foot)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.result)
        column.addWidget(self.anew, 0, Qt.AlignmentFlag.AlignLeft)  # only where it is written it can be clicked
        row = plain_row()
        for part in (self.use, self.cancel):
            row.addWidget(part)
        row.addSpacing(4)
        row.addWidget(self.reason, 1)
        column.addLayout(row)
        return foot

    def _connect(self) -> None:
        QWidget.setTabOrder(self.cancel, self.close_button)
        one = self._importing
        one.changed.connect(self._on_changed)
        one.closed.connect(self._on_changed)
        for button, action in ((self.close_button, one.close), (self.cancel, one.close), (self.use, one.use)):
            button.clicked.connect(action)
        self.anew.clicked.connect(one.set_begins_anew)
        self.reading.cancel_wanted.connect(one.cancel)
        self.reading.retry_wanted.connect(one.retry)
        self.read_fields.sheet_chosen.connect(one.set_sheet)
        self.read_fields.images_chosen.connect(one.set_image_size)
        self.layout_fields.field_set.connect(one.set_layout)
        self.questions.answered.connect(self._on_answered)
        self.target.target_chosen.connect(one.set_target)
        self.target.task_chosen.connect(self._on_task_chosen)
        self.view.columns.target_chosen.connect(one.set_target)
        self.view.columns.choice_made.connect(self._on_choice_made)
        self.view.columns.column_changed.connect(self._on_column_changed)
        self.view.detail.parts_chosen.connect(partial(self._change_column, "parts"))
        self.view.detail.order_chosen.connect(partial(self._change_column, "order"))
        self.shares.scaling_chosen.connect(one.set_scaling)
        self.shares.target_scaling_chosen.connect(self._on_target_scaling_chosen)
        self.shares.stratified_chosen.connect(one.set_stratified)
        self.shares.seed_chosen.connect(one.set_seed)
        self.shares.split.shares_chosen.connect(one.set_split)

    # what the import says

    @Slot()
    def _on_changed(self) -> None:
        one = self._importing
        self._show_head()
        self._show_reading()
        if one.result is not self._shown:
            self._show_found(one.result)
        there = one.result is not None
        self._body.setVisible(there)
        self._body.setEnabled(not one.reading)
        self._foot.setVisible(there)
        if there and not one.reading:
            self._show_choices()
            self._show_result()

    def _show_head(self) -> None:
        one = self._importing
        self.title.setText(one.path.name if one.path is not None else "")
        self.title.setToolTip(str(one.path or ""))
        self.format.setText(one.format.title if one.format is not None else "")
        self.format.setToolTip(one.format.help if one.format is not None else "")
        self.format.setVisible(one.format is not None)
        self.extent.setText(size_words(one.result) if one.result is not None else "")

    def _show_reading(self) -> None:
        one = self._importing
        failed = one.result is None and one.problem is not None and not one.reading
        self.reading.setVisible(one.reading or failed)
        if failed:
            self.reading.show_failure(one.problem or "", "Back" if one.can_go_back else "Close")
        elif one.reading and one.path is not None:
            self.reading.show_progress(f"Reading {one.path.name}…", one.progress)

    def _show_found(self, result: ReadResult | None) -> None:
        self._shown = result
        self._columns = ImportedColumns(self._importing, result) if isinstance(result, Table) else None
        if result is None:
            return
        cell = partial(sample_cell, result)
        if self._columns is not None and isinstance(result, Table):
            right = frozenset(place for place, one in enumerate(result.columns) if one.kind == "number")
            self.view.show_table(result.names, self._columns.state, min(result.rows, SAMPLE_ROWS), cell, right)
        elif isinstance(result, Arrays) and result.image_shape is not None:
            highest = float(result.pixel_max or 255)
            self.view.show_images(result.x, result.y, result.class_names, result.image_shape, highest)
        elif isinstance(result, Arrays):
            self.view.show_rows(result.feature_names, min(len(result.x), SAMPLE_ROWS), cell)

    def _show_choices(self) -> None:
        one, read = self._importing, self._importing.result
        if one.data is None or read is None:
            return
        self.view.columns.refresh()
        self.questions.show_questions(questions_of(one))
        notes, values = notes_of(one), layout_values(one)
        self.notes.show_notes(notes)
        self.layout_fields.show_layout(values)
        self.told.setVisible(bool(notes) or values is not None)
        self._show_detail(self.view.columns.current_column())
        names = target_names(read)
        if names:
            self.target.show_target(names, one.data.target, _TASKS.index(one.data.task))
        elif isinstance(read, Arrays):
            self.target.show_labels(label_words(read))
        if isinstance(read, Table) and read.sheets:
            self.read_fields.show_sheets(read.sheets, read.sheet)
        elif isinstance(read, Arrays) and read.image_shape is not None and one.is_folder:
            self.read_fields.show_images(_height_and_width(read.image_shape), one.data.image_size, one.data.colour)
        else:
            self.read_fields.show_nothing()
        pixels = isinstance(read, Arrays) and read.pixel_max is not None
        of_target = one.data.target_scaling if one.data.task == "numbers" else None
        self.shares.show_scaling(one.data.scaling, of_target, pixels)
        self.shares.show_shares(one.data.split, one.data.stratified, one.seed)

    def _show_result(self) -> None:
        one, obstacle = self._importing, self._importing.obstacle()
        if one.facts is not None:
            self.result.setText(result_words(one.facts))
            self.shares.parts.set_counts(one.facts.train, one.facts.validation, one.facts.test)
        self.result.setVisible(one.facts is not None and one.problem is None)
        self.anew.setVisible(one.is_new)
        self.anew.setChecked(one.begins_anew)
        self.use.setEnabled(obstacle is None)
        self.reason.setText(on_screen(obstacle or ""))
        set_role(self.reason, "error" if one.problem is not None else "dim")

    def _show_detail(self, name: str | None) -> None:
        if self._columns is None or name is None:
            self.view.detail.show_column("Choose a row to see what becomes of it.")
            return
        state = self._columns.state_of(name)
        chosen = self._columns.parts(name)
        parts = [(key, one.title, one.help, key in chosen) for key, one in DATE_FIELDS.items()] if chosen else []
        words = f"{name}: {state.problem or state.help or state.becomes}"
        self.view.detail.show_column(words, parts, self._columns.order(name))

    # what the user does

    @Slot(int)
    def _on_task_chosen(self, place: int) -> None:
        self._importing.set_task(_TASKS[place])

    @Slot(str, str, str)
    def _on_answered(self, topic: str, name: str, answer: str) -> None:
        one = self._importing
        acts = {
            LAYOUT: lambda: one.set_layout(name, int(answer) if answer.isdecimal() else answer),
            READING: lambda: one.set_reading(name, answer),
            USE: lambda: one.set_column(name, use=answer),
        }
        acts[topic]()

    @Slot(object, str, str)
    def _on_choice_made(self, names: list[str], field: str, choice: str) -> None:
        self._importing.set_all(names, {field: choice})

    @Slot(str)
    def _on_column_changed(self, name: str) -> None:
        self._show_detail(name)

    def _change_column(self, field: str, names: tuple[str, ...]) -> None:
        column = self.view.columns.current_column()
        if column is not None:
            self._importing.set_column(column, **{field: names})

    @Slot(str)
    def _on_target_scaling_chosen(self, name: str) -> None:
        self._importing.set_scaling(name, of_target=True)

    @Slot(object)
    def _on_theme_changed(self, _theme: Theme) -> None:
        self.close_button.setIcon(icon("close"))


def _height_and_width(shape: tuple[int, ...]) -> tuple[int, int]:
    return shape[0], shape[1]

"""A look at the data in use: its rows, columns, images and points, of a part or of what the network gets wrong now."""

from time import monotonic

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from lab.data.split import PARTS
from lab.experiment.datasets import DataFacts
from lab.experiment.look_axes import LookAxes
from lab.experiment.looking import FIGURES, RowView, column_summary, part_rows, parts_of_rows
from lab.experiment.row_watch import RowWatch
from lab.experiment.snapshot import Request, Snapshot
from lab.gui.theme import CLASS_COLOURS, set_role
from lab.gui.widgets.column_view import ColumnView
from lab.gui.widgets.image_grid import ImageGrid
from lab.gui.widgets.number_text import count_text, number_text, share_text
from lab.gui.widgets.row_model import LeadColumn
from lab.gui.widgets.row_table import RowTable
from lab.gui.widgets.scatter_plot import Points
from lab.gui.widgets.scatter_view import ScatterView
from lab.gui.widgets.segmented import Segmented
from lab.gui.workers.commands import State
from lab.gui.workspace.workspace import Workspace

VIEWS = {
    "Table": "Every row with its part, its target and its inputs, as they are before any scaling",
    "Columns": "One input at a time: its range, its gaps, its spread; and how many rows each class has",
    "Images": "Every row as the image that it is",
    "Scatter": "Rows as points: do the classes lie apart, and how far?",
}
_PARTS = {
    "all": "Every row of the set",
    "train": "The rows that the weights learn from",
    "validation": "The rows that tell after each epoch how the network does on what it has not learnt from",
    "test": "The rows that are kept for the end",
}
_CLASS_ROLES = tuple(f"class_{number}" for number in range(CLASS_COLOURS))


class LookPanel(QWidget):
    """Shows the draft's data in four ways; hidden it does nothing, and a view is filled when it is looked at."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draft, self._run = workspace.draft, workspace.run
        self._facts: DataFacts | None = None
        self._rows = RowView(np.zeros(0, np.int64))
        self._stale: set[str] = set()
        self._watch = RowWatch()
        self._step_seen = -1
        self.offered: list[str] = []
        """The views that the data on show has."""
        self.views, self.part, self.filter = Segmented(), Segmented(), Segmented()
        self.note = QLabel()
        self.table, self.columns, self.images, self.scatter = RowTable(), ColumnView(), ImageGrid(), ScatterView()
        self._fills = {
            "Table": self._fill_table, "Columns": self._fill_columns,
            "Images": self._fill_images, "Scatter": self._fill_scatter,
        }  # fmt: skip
        self._lay_out()
        self._connect(workspace)

    def _lay_out(self) -> None:
        self.part.set_items([part.capitalize() for part in _PARTS], list(_PARTS.values()))
        self.part.setAccessibleName("Part of the data")
        self.views.setAccessibleName("View of the data")
        self.filter.setAccessibleName("Which rows")
        set_role(self.note, "dim small")
        self.note.setWordWrap(True)
        self.note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.pages = QStackedWidget()
        for page in (self.table, self.columns, self.images, self.scatter):
            self.pages.addWidget(page)
        head, filters = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.views)
        head.addSpacing(8)
        head.addWidget(self.note, 1)
        filters.addWidget(self.part)
        filters.addSpacing(8)
        filters.addWidget(self.filter)
        filters.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addLayout(filters)
        layout.addWidget(self.pages, 1)

    def _connect(self, workspace: Workspace) -> None:
        self.views.current_changed.connect(self._on_view_changed)
        self.part.current_changed.connect(self._on_rows_chosen)
        self.filter.current_changed.connect(self._on_rows_chosen)
        self.columns.column_chosen.connect(self._on_column_chosen)
        self.columns.target_chosen.connect(self._on_target_chosen)
        self.table.copy_refused.connect(self.note.setText)
        self.scatter.choice_changed.connect(self._fill_scatter)
        workspace.draft.changed.connect(self._refresh)
        workspace.run.started.connect(self._on_started)
        workspace.run.snapshot_ready.connect(self._on_snapshot_ready)
        workspace.run.add_viewer(self._wanted)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()
        self._run.refresh()  # hidden it asked for nothing, and the run may stand still

    # which rows

    @property
    def view(self) -> str:
        """The name of the view on show, "" while there is no data."""
        return self.offered[self.views.current()] if self.offered else ""

    @property
    def only_wrong(self) -> bool:
        """Whether only rows are on show that the network gets wrong."""
        return self.filter.current() == 1

    @Slot()
    def _refresh(self) -> None:
        """Look at what the draft has now; a hidden panel waits until it is shown."""
        if not self.isVisible():
            return
        facts = self._draft.facts
        if facts is not None and facts is not self._facts:
            self._take_facts(facts)
        self._allow_filter()
        self._show_note()

    def _take_facts(self, facts: DataFacts) -> None:
        dataset, view = facts.dataset, self.view
        self._facts = facts
        self._axes = LookAxes(dataset)
        self._parts = parts_of_rows(facts.split, dataset.examples)
        self.offered = [name for name in VIEWS if name != "Images" or dataset.image_shape is not None]
        self.views.set_items(self.offered, [VIEWS[name] for name in self.offered])
        regression = dataset.is_regression
        worst = "Largest loss now" if regression else "Wrong now"
        asks = "Asks the network every few seconds; needs a run on this data. "
        what = "Where it is furthest off comes first." if regression else "Only rows that it takes for another class."
        self.filter.set_items(["All rows", worst], ["Every row of the part", asks + what])
        targets = dataset.target_names
        self.columns.set_columns(dataset.feature_names, targets, classes=not regression)
        self.scatter.set_axes(self._axes.names, *self._axes.first, list(targets) if regression else [])
        if dataset.image_shape is not None:
            self.images.set_format(dataset.image_shape, dataset.pixel_max or 255, dataset.class_names)
        self._watch.forget()
        self._choose_rows()
        self.views.set_current(self.offered.index(view) if view in self.offered else 0)
        self._on_view_changed()

    def _allow_filter(self) -> None:
        """Offer "wrong now" only where what runs has these rows in these parts."""
        facts, ran, draft = self._run.facts, self._run.experiment, self._draft
        same = ran is not None and (ran.data, ran.seed) == (draft.experiment.data, draft.experiment.seed)
        fits = facts is not None and (facts is self._facts or (same and not draft.reading))
        if not fits and self.only_wrong:
            self.filter.set_current(0)
        self.filter.setEnabled(fits)

    def _shown_part(self) -> str:
        return list(_PARTS)[self.part.current()]

    def _choose_rows(self) -> None:
        """Choose the rows on show by the filters; the views are filled when they are looked at."""
        facts = self._facts
        if facts is None:
            return
        part = self._shown_part()
        if self.only_wrong:
            wanted = [name for name in PARTS if part in ("all", name) and len(getattr(facts.split, name))]
            self._watch.watch(wanted)
        self._sort_rows()

    def _sort_rows(self) -> None:
        assert self._facts is not None
        dataset = self._facts.dataset
        if self.only_wrong:
            self._rows = self._watch.wrong(dataset.y) or RowView(np.zeros(0, np.int64))
        else:
            self._rows = RowView(part_rows(self._facts.split, self._shown_part(), dataset.examples))
        self._stale = set(VIEWS)
        self._fill()

    @Slot(int)
    def _on_rows_chosen(self, _place: int) -> None:
        self._choose_rows()
        self._show_note()
        self._run.refresh()

    # what the network gets wrong

    def _wanted(self) -> Request | None:
        if not (self.only_wrong and self.isVisible()):
            return None
        step = self._run.snapshot.step if self._run.snapshot is not None else -1
        part = self._watch.wanted(monotonic(), step, self._run.state is State.RUNNING)
        return None if part is None else Request(row_results=part)

    @Slot()
    def _on_started(self) -> None:
        self._watch.forget()
        self._step_seen = -1
        self._refresh()

    @Slot(object)
    def _on_snapshot_ready(self, snapshot: Snapshot) -> None:
        moved, self._step_seen = snapshot.step != self._step_seen, snapshot.step
        if not (self.only_wrong and self.isVisible()):
            return
        if snapshot.row_results is not None:
            self._watch.take(snapshot.step, snapshot.row_results)
            self._sort_rows()
            self._show_note()
        if self._run.state is not State.RUNNING and (moved or snapshot.row_results is not None):
            self._run.refresh()  # a part may not have been asked about at this step

    def _show_note(self) -> None:
        """Say which rows are on show, and whether they are those of the draft."""
        if self._facts is None:
            self.note.setText(self._draft.data_problem or "Reading the data…")
            return
        dataset, shown = self._facts.dataset, len(self._rows.rows)
        rows = f"{count_text(shown)} rows × {count_text(dataset.inputs)} columns"
        if self.only_wrong:
            known = self._watch.known()
            rows = f"{count_text(shown)} of {count_text(known)} rows wrong ({share_text(shown, known)}), "
            rows = (f"{count_text(shown)} rows, " if dataset.is_regression else rows) + "largest loss first"
            rows = rows if known else "Asking the network…"
        state = "Reading other data… " if self._draft.reading else ""
        state = "The new data cannot be read; these are the last ones. " if self._draft.data_problem else state
        self.note.setText(f"{state}{dataset.title}: {rows}")

    # the views

    @Slot(int)
    def _on_view_changed(self, _place: int = 0) -> None:
        self.pages.setCurrentIndex(list(VIEWS).index(self.view))
        self._fill()

    def _fill(self) -> None:
        if self._facts is not None and self.view in self._stale:
            self._stale.discard(self.view)
            self._fills[self.view]()

    def _fill_table(self) -> None:
        assert self._facts is not None
        dataset, shown = self._facts.dataset, self._rows
        parts = self._parts[shown.rows]
        lead = [LeadColumn("part", "Which part of the data the row is in", parts, PARTS, PARTS)]
        names, roles = dataset.class_names, _CLASS_ROLES if dataset.class_names else ()
        for number, target in enumerate(dataset.target_names):
            own = dataset.y[shown.rows, number] if dataset.is_regression else dataset.y[shown.rows]
            lead.append(LeadColumn(target, "What is to be learnt", own, names, roles))
        if shown.losses is not None and shown.predicted is not None:
            taken = "What the network makes of the row now"
            lead.append(LeadColumn("predicted", taken, shown.predicted, names, roles, ink="error"))
            lead.append(LeadColumn("loss", "The loss of this row alone, without any penalty", shown.losses))
        self.table.set_rows(dataset.x, shown.rows, dataset.feature_names, tuple(lead))

    def _fill_columns(self) -> None:
        self._on_column_chosen(self.columns.column())
        self._on_target_chosen(max(self.columns.target.currentIndex(), 0))

    @Slot(int)
    def _on_column_chosen(self, column: int) -> None:
        if self._facts is None or column < 0 or self.view != "Columns":
            return
        dataset = self._facts.dataset
        values = dataset.x[self._rows.rows, column]
        known = values[~np.isnan(values)] if values.dtype.kind == "f" else values
        summary = column_summary(values)
        numbers = (summary.minimum, summary.maximum, summary.mean, summary.std)
        gaps = f"{count_text(summary.gaps)} ({share_text(summary.gaps, summary.size)})"
        texts = [*map(number_text, numbers), gaps, count_text(summary.different)]
        figures = [(name, text, help_text) for (name, help_text), text in zip(FIGURES.items(), texts, strict=True)]
        self.columns.show_column(dataset.feature_names[column], figures, known)

    @Slot(int)
    def _on_target_chosen(self, target: int) -> None:
        if self._facts is None:
            return
        dataset, rows = self._facts.dataset, self._rows.rows
        if dataset.is_regression:
            self.columns.spread.set_values(dataset.y[rows, target])
        else:
            counts = np.bincount(dataset.y[rows], minlength=dataset.classes)
            self.columns.counts.set_counts(dataset.class_names, counts.tolist())

    def _fill_images(self) -> None:
        assert self._facts is not None
        dataset, shown = self._facts.dataset, self._rows
        labels = dataset.y[shown.rows, 0] if dataset.is_regression else dataset.y[shown.rows]
        self.images.set_rows(dataset.x, shown.rows, labels, shown.predicted, shown.losses)

    @Slot()
    def _fill_scatter(self) -> None:
        assert self._facts is not None
        dataset, axes, view = self._facts.dataset, self._axes, self.scatter
        across, up, colour = view.across.currentIndex(), view.up.currentIndex(), max(view.colour.currentIndex(), 0)
        cloud = axes.cloud(self._rows.rows, across, up)
        texts = [f"{count_text(cloud.sampled)} of {count_text(cloud.total)} rows, chosen at random."]
        if cloud.sampled == cloud.total:
            texts = [f"All {count_text(cloud.total)} rows."]
        if cloud.gaps:
            texts.append(f"{count_text(cloud.gaps)} of them have a gap in these columns and are left out.")
        if axes.is_mixed(across) or axes.is_mixed(up):
            grey = dataset.image_shape is not None
            texts.append(f"Components of the {'pixels' if grey else 'columns, each divided by its spread first'}.")
        values = dataset.y[cloud.rows, colour] if dataset.is_regression else dataset.y[cloud.rows]
        name = dataset.target_names[colour]
        titles = axes.title(across), axes.title(up)
        points = Points(cloud.x, cloud.y, cloud.rows, values, dataset.class_names, name, *titles)
        view.set_points(points, " ".join(texts))

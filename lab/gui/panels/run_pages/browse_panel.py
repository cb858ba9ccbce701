"""The page on which one browses the data in use: rows, columns, images, points; all, or what the network gets wrong."""

from collections.abc import Iterable

from PySide6.QtCore import Slot
from PySide6.QtGui import QImage, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from lab.data.subsets.split import SUBSETS
from lab.experiment.browse.browse import FIGURES
from lab.experiment.browse.browsed_rows import BrowsedRows
from lab.experiment.datasets import DataFacts
from lab.experiment.readings.boundary import BoundaryMap
from lab.experiment.readings.reading import AnyReading
from lab.experiment.readings.row_results import PartResults
from lab.experiment.snapshot import Snapshot
from lab.gui.panels.viewer_panel import ViewerPanel
from lab.gui.theme import CLASS_COLOURS, current, set_role
from lab.gui.widgets.drawing.number_text import count_text, number_text, share_text
from lab.gui.widgets.drawing.region_image import map_image
from lab.gui.widgets.fields.segmented import Segmented
from lab.gui.widgets.fields.two_parts import TwoParts, part_of
from lab.gui.widgets.rows.column_view import ColumnView
from lab.gui.widgets.rows.image_grid import ImageGrid
from lab.gui.widgets.rows.row_model import LeadColumn, RowLabels
from lab.gui.widgets.rows.row_table import RowTable
from lab.gui.widgets.rows.scatter_points import ScatterPoints, scale_of, stretch
from lab.gui.widgets.rows.scatter_view import ScatterView
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
    "validation": "The rows that show after each epoch how the network does on what it has not learnt from",
    "test": "The rows that are kept for the end",
}
_CELLS = 48
_CLASS_ROLES = tuple(f"class_{number}" for number in range(CLASS_COLOURS))


class BrowsePanel(ViewerPanel):
    """Shows the draft's data in four ways; hidden it does nothing, and a view is filled when it is shown."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self._draft = workspace.draft
        self._data: BrowsedRows | None = None
        self._stale: set[str] = set()
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
        self._connect()

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
        head, filters = QHBoxLayout(), TwoParts(part_of((self.part,)), part_of((self.filter,)), (0, 1))
        head.addWidget(self.views)
        head.addSpacing(8)
        head.addWidget(self.note, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(filters)
        layout.addWidget(self.pages, 1)

    def _connect(self) -> None:
        self.views.current_changed.connect(self._on_view_changed)
        self.part.current_changed.connect(self._on_rows_chosen)
        self.filter.current_changed.connect(self._on_rows_chosen)
        self.columns.column_chosen.connect(self._on_column_chosen)
        self.columns.target_chosen.connect(self._on_target_chosen)
        self.table.copy_refused.connect(self.note.setText)
        self.scatter.choice_changed.connect(self._fill_scatter)
        self.scatter.boundary.clicked.connect(self._on_boundary_clicked)
        self._draft.changed.connect(self._refresh)
        self._run.edited.connect(self._refresh)  # only now it has the data that the draft has

    def showEvent(self, event: QShowEvent) -> None:
        self._refresh()
        super().showEvent(event)

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
        """Show what the draft has now; a hidden panel waits until it is shown."""
        if not self.isVisible():
            return
        facts = self._draft.facts
        if facts is not None and (self._data is None or facts is not self._data.facts):
            self._take_facts(facts)
        self._allow_filter()
        self._show_note()

    def _take_facts(self, facts: DataFacts) -> None:
        dataset, view = facts.dataset, self.view
        self._data = data = BrowsedRows(facts)
        self.offered = [name for name in VIEWS if name != "Images" or dataset.image_shape is not None]
        self.views.set_items(self.offered, [VIEWS[name] for name in self.offered])
        asks = "Asks the network every few seconds; needs a run on this data. "
        worst = "Wrong now", asks + "Only rows that it takes for another class."
        if dataset.is_regression:
            worst = "Largest loss now", asks + "Where it is furthest off comes first."
        self.filter.set_items(["All rows", worst[0]], ["Every row of the part", worst[1]])
        targets = dataset.target_names
        self.columns.set_columns(dataset.feature_names, targets, classes=not dataset.is_regression)
        self.scatter.set_axes(data.axes.names, *data.axes.first, list(targets) if dataset.is_regression else [])
        if dataset.image_shape is not None:
            self.images.set_format(dataset.image_shape, dataset.pixel_max or 255, dataset.class_names)
        data.choose(list(_PARTS)[self.part.current()], only_wrong=False)
        self._stale = set(VIEWS)
        self.views.set_current(self.offered.index(view) if view in self.offered else 0)
        self._on_view_changed()

    def _allow_filter(self) -> None:
        """Offer "wrong now" only where what runs has these rows in these parts."""
        facts, ran, draft = self._run.facts, self._run.experiment, self._draft
        same = ran is not None and (ran.data, ran.seed) == (draft.experiment.data, draft.experiment.seed)
        shown = self._data.facts if self._data is not None else None
        fits = facts is not None and (facts is shown or (same and not draft.reading))
        if not fits and self.only_wrong:
            self.filter.set_current(0)
        self.filter.setEnabled(fits)

    def _shown_part(self) -> str:
        return list(_PARTS)[self.part.current()]

    def _show_rows(self) -> None:
        """Fill the view on show anew, and each other view when it is shown."""
        self._stale = set(VIEWS)
        self._fill()
        self._show_note()

    @Slot(int)
    def _on_rows_chosen(self, _place: int) -> None:
        if self._data is not None:
            self._data.choose(list(_PARTS)[self.part.current()], self.only_wrong)
            self._show_rows()
            self._run.refresh()

    # what the network gets wrong

    def readings(self) -> Iterable[AnyReading]:
        """Return the results of the parts on show, where wrong rows are."""
        asked: list[AnyReading] = []
        if self._data is not None and self.only_wrong:
            asked += [PartResults(part) for part in self._data.wrong.parts]
        return asked if (wanted := self._map()) is None else [*asked, wanted]

    def _map(self) -> BoundaryMap | None:
        """Return the map behind the points, where they are on show and the run has their data."""
        scatter, running = self.scatter, self._run.experiment
        wanted = self.view == "Scatter" and scatter.boundary.isChecked() and self.filter.isEnabled()
        if self._data is None or running is None or not wanted or scatter.plot.points.view is None:
            return None
        chosen = (scatter.across.currentIndex(), scatter.up.currentIndex())
        across, up = (self._data.input_axis(axis, running.data.features) for axis in chosen)
        if across is None or up is None or chosen[0] == chosen[1]:
            return None
        target = max(scatter.colour.currentIndex(), 0)
        return BoundaryMap(across, up, _CELLS, spans=scatter.plot.points.view, target=target)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Take the results that came; they are put in order and shown where wrong rows are."""
        if self._data is None:
            return
        came = [snapshot.get(PartResults(part)) for part in self._data.wrong.parts]
        news = [self._data.take(results) for results in came if results is not None]
        if any(news) and self.only_wrong:
            self._show_rows()
        wanted = self._map()
        found = snapshot.get(wanted) if wanted is not None else None
        if wanted is None:
            self.scatter.plot.set_backdrop(QImage())
        elif found is not None:
            scale = self.scatter.plot.points.scale or (0.0, 1.0)
            image = map_image(found.classes, found.certainty, found.values, scale, current(), is_smooth=True)
            self.scatter.plot.set_backdrop(image, smooth=True)

    def clear(self) -> None:
        """Forget what the network of the last run got wrong."""
        if self._data is not None:
            self._data.forget()
        self.scatter.plot.set_backdrop(QImage())
        self._refresh()

    @Slot()
    def _on_boundary_clicked(self) -> None:
        self.scatter.plot.set_backdrop(QImage())
        self._run.refresh()

    def _show_note(self) -> None:
        """Say which rows are on show, and whether they are those of the draft."""
        if self._data is None:
            self.note.setText(self._draft.data_problem or "Reading the data…")
            return
        dataset, shown, known = self._data.dataset, len(self._data.shown.rows), self._data.wrong.known()
        part = list(_PARTS)[self.part.current()]
        of = "" if part == "all" else f"{part} "
        rows = f"{count_text(shown)} {of}rows × {count_text(dataset.inputs)} columns"
        if self.only_wrong and not known:
            rows = "Asking the network…"
        elif self.only_wrong and dataset.is_regression:
            rows = f"{count_text(shown)} {of}rows, largest loss first"
        elif self.only_wrong:
            share = share_text(shown, known)
            rows = f"{count_text(shown)} of {count_text(known)} {of}rows wrong ({share}), largest loss first"
        state = "Reading other data… " if self._draft.reading else ""
        state = "The new data cannot be read; these are the last ones. " if self._draft.data_problem else state
        self.note.setText(f"{state}{dataset.title}: {rows}")

    # the views

    @Slot(int)
    def _on_view_changed(self, _place: int = 0) -> None:
        self.pages.setCurrentIndex(list(VIEWS).index(self.view))
        self._fill()

    def _fill(self) -> None:
        if self._data is not None and self.view in self._stale:
            self._stale.discard(self.view)
            self._fills[self.view]()

    def _fill_table(self) -> None:
        assert self._data is not None
        data, dataset, shown = self._data, self._data.dataset, self._data.shown
        names, roles = dataset.class_names, _CLASS_ROLES if dataset.class_names else ()
        lead = [LeadColumn("part", "Which part of the data the row is in", data.parts(), SUBSETS, SUBSETS)]
        for number, target in enumerate(dataset.target_names):
            lead.append(LeadColumn(target, "What is to be learnt", data.targets(number), names, roles))
        if shown.losses is not None and shown.predicted is not None:
            taken = "What the network makes of the row now"
            lead.append(LeadColumn("predicted", taken, shown.predicted, names, roles, ink="error"))
            lead.append(LeadColumn("loss", "The loss of this row alone, without any penalty", shown.losses))
        for column in data.beside():
            about = f"{column.name}: a column of the file that is no input"
            lead.append(LeadColumn(column.name, about, column.values, column.names, ink="dim"))
        origins = RowLabels(data.numbers(), data.place)
        self.table.set_rows(dataset.x, shown.rows, dataset.feature_names, tuple(lead), origins)

    def _fill_columns(self) -> None:
        self._on_column_chosen(self.columns.column())
        self._on_target_chosen(max(self.columns.target.currentIndex(), 0))

    @Slot(int)
    def _on_column_chosen(self, column: int) -> None:
        if self._data is None or column < 0 or self.view != "Columns":
            return
        values, summary = self._data.column(column)
        numbers = (summary.minimum, summary.maximum, summary.mean, summary.std)
        gaps = f"{count_text(summary.gaps)} ({share_text(summary.gaps, summary.size)})"
        texts = [*map(number_text, numbers), gaps, count_text(summary.different)]
        figures = [(name, text, help_text) for (name, help_text), text in zip(FIGURES.items(), texts, strict=True)]
        self.columns.show_column(self._data.dataset.feature_names[column], figures, values)

    @Slot(int)
    def _on_target_chosen(self, target: int) -> None:
        assert self._data is not None
        if self._data.dataset.is_regression:
            self.columns.spread.set_values(self._data.targets(target))
        else:
            self.columns.counts.set_counts(self._data.dataset.class_names, self._data.class_counts())

    def _fill_images(self) -> None:
        assert self._data is not None
        data, shown = self._data, self._data.shown
        self.images.set_rows(data.dataset.x, shown.rows, data.targets(), shown.predicted, shown.losses, data.place)

    @Slot()
    def _fill_scatter(self) -> None:
        assert self._data is not None
        dataset, axes, view = self._data.dataset, self._data.axes, self.scatter
        across, up, colour = view.across.currentIndex(), view.up.currentIndex(), max(view.colour.currentIndex(), 0)
        cloud = axes.cloud(self._data.shown.rows, across, up)
        texts = [f"{count_text(cloud.sampled)} of {count_text(cloud.total)} rows, chosen at random."]
        if cloud.sampled == cloud.total:
            texts = [f"All {count_text(cloud.total)} rows."]
        if cloud.gaps:
            texts.append(f"{count_text(cloud.gaps)} of them have a gap in these columns and are left out.")
        if axes.is_mixed(across) or axes.is_mixed(up):
            images = dataset.image_shape is not None
            texts.append(f"Components of the {'pixels' if images else 'columns, each divided by its spread first'}.")
        values = dataset.y[cloud.rows, colour] if dataset.is_regression else dataset.y[cloud.rows]
        name = dataset.target_names[colour]
        titles = axes.title(across), axes.title(up)
        origins = dataset.origins
        rows = cloud.rows if origins is None else origins.rows_of(cloud.rows)
        place = None if origins is None else lambda point: origins.place(int(cloud.rows[point]))
        ends = (stretch(cloud.x), stretch(cloud.y)) if len(cloud.x) else None
        scale = scale_of(values) if dataset.is_regression else None
        points = ScatterPoints(
            cloud.x, cloud.y, rows, values, dataset.class_names, name, *titles, place, view=ends, scale=scale
        )
        view.set_points(points, " ".join(texts))
        if view.boundary.isChecked():
            self._run.refresh()

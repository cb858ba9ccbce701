"""Curves over steps or epochs: the view follows the data until the reader zooms; each is read out at a point."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from lab.gui.theme import Theme, current, follow, icon
from lab.gui.widgets.curves.band import Band
from lab.gui.widgets.curves.curve_canvas import CurveCanvas
from lab.gui.widgets.curves.curve_legend import CurveLegend, Entry
from lab.gui.widgets.curves.curve_reading import entries_at, x_after_key
from lab.gui.widgets.curves.series import Series
from lab.gui.widgets.curves.view import View
from lab.gui.widgets.drawing.axis_ticks import Tick
from lab.gui.widgets.drawing.keys_help import KeysHelp
from lab.gui.widgets.drawing.painted_area import paint_focus

_ZOOM = 0.8
KEYS_HELP: Final = KeysHelp(
    "Curves",
    (
        ("←, →", "read every curve one point on"),
        ("Home, End", "read the first and the last point"),
        ("+, −", "look closer, look from further away"),
        ("0", "show all again"),
    ),
)
_MARGIN = 3


class CurvePlot(QWidget):
    """Plots named series; with the keyboard here the wheel zooms, a drag moves, a double click shows everything again.

    Left, Right, Home and End move the read-out, plus and minus zoom, 0 shows everything.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._follows = True
        self._reading: float | None = None
        self._left_out = 0
        """How many points of all curves have no place on a logarithmic axis."""
        self._x_name = ""
        self.setAccessibleName("Curves")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._legend = CurveLegend()
        self._canvas = CurveCanvas(current())
        self._whole = QToolButton()
        self._whole.setProperty("flat", True)
        self._whole.setToolTip("Show everything again (double click, or 0)")
        self._whole.setAccessibleName("Show the whole plot")
        self._whole.clicked.connect(self.show_all)
        self._whole.hide()
        self._lay_out()
        view, area = self._canvas.view, self._canvas.area
        view.sigRangeChangedManually.connect(self._on_range_changed_manually)
        view.sigRangeChanged.connect(self._on_range_changed)
        view.sigResized.connect(self._on_range_changed)
        area.scene().sigMouseMoved.connect(self._on_mouse_moved)
        area.double_clicked.connect(self.show_all)
        follow(self._on_theme_changed)

    def _lay_out(self) -> None:
        header = QHBoxLayout()
        header.setContentsMargins(6, 0, 6, 0)
        header.addWidget(self._legend)
        header.addWidget(self._whole)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        layout.setSpacing(2)
        layout.addLayout(header)
        layout.addWidget(self._canvas.area)

    def set_series(self, name: str, title: str, colour_role: str, width: int = 1, dim: bool = False) -> None:
        """Add a curve, or change how it looks; `colour_role` is a colour of the theme, such as 'train'."""
        self._canvas.set_series(name, title, colour_role, width, dim)
        self._update_legend()

    def remove_series(self, name: str) -> None:
        """Take a curve away, from the legend too; one that is not there is none."""
        if name in self._canvas.series:
            self._canvas.remove_series(name)
            self._update_legend()
            self.show_new_points()

    def set_points(self, name: str, x: ArrayLike, y: ArrayLike) -> None:
        """Replace a curve's points, (n,) each with x ascending; a y that is not finite is a gap.

        Raises KeyError for a name without `set_series`, ValueError where x and y differ in length.
        """
        self._canvas.series[name].clear()
        self.append_points(name, x, y)

    def append_points(self, name: str, x: ArrayLike, y: ArrayLike) -> None:
        """Add points after a curve's last one, as `set_points` does but at a cost that grows with the new ones only."""
        self.add_points(name, x, y)
        self.show_new_points()

    def add_points(self, name: str, x: ArrayLike, y: ArrayLike) -> None:
        """Add points as `append_points` does, to be shown by `show_new_points` together with those of other curves."""
        series = self._canvas.series[name]
        new_x, new_y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        if new_x.shape != new_y.shape or new_x.ndim != 1:
            raise ValueError(f"curve {name!r}: x has the shape {new_x.shape} and y {new_y.shape}; both must be (n,).")
        if len(new_x):
            series.append(new_x, new_y)

    def clear(self) -> None:
        """Forget the points of all curves, and a zoom into them."""
        for series in self._canvas.series.values():
            series.clear()
        self.show_all()
        self.show_new_points()

    def start_anew(self, name: str) -> None:
        """Forget a curve's points, to add others."""
        self._canvas.series[name].clear()

    def show_new_points(self) -> None:
        """Show what `add_points` and `start_anew` have changed."""
        if self._follows:
            self._canvas.fit()
        self._canvas.draw()
        left_out = sum(series.not_positive for series in self._canvas.series.values())
        if self._reading is not None or left_out != self._left_out:
            self._left_out = left_out
            self._update_legend()

    def set_band(self, name: str, x: ArrayLike, low: ArrayLike, high: ArrayLike, colour_role: str) -> None:
        """Fill the room between two curves, (n,) each over x ascending, in a pale colour beneath all curves.

        Such as the mean of several runs minus and plus their spread; the view is fitted to the curves alone. Raises
        ValueError where the lengths differ.
        """
        sides = [np.asarray(values, dtype=np.float64) for values in (x, low, high)]
        if len({values.shape for values in sides}) != 1 or sides[0].ndim != 1:
            raise ValueError(f"band {name!r}: the shapes {[values.shape for values in sides]} must be one, (n,).")
        self._canvas.set_band(name, Band(sides[0], sides[1], sides[2], colour_role))

    def remove_band(self, name: str) -> None:
        """Take a band away; one that is not there is none."""
        self._canvas.set_band(name, None)

    def set_notes(self, notes: tuple[tuple[float, str], ...]) -> None:
        """Mark places on the x axis; the read-out tells the text of one that it is near."""
        self._canvas.set_notes(notes)
        self._update_legend()

    def set_log(self, y: bool, x: bool = False) -> None:
        """Make axes logarithmic or not; the legend counts what is zero or below, for which y has no place then."""
        if (x, y) == (self._canvas.log_x, self._canvas.log_y):
            return
        self._canvas.log_x, self._canvas.log_y = x, y
        self.show_all()
        self._canvas.draw_axes()
        self._canvas.item.update()
        self._update_legend()

    def set_axis_names(self, x: str, y: str) -> None:
        """Name the axes; the name of x also leads the read-out."""
        self._x_name = x
        self._canvas.name_axes(x, y)

    @Slot()
    def show_all(self) -> None:
        """Fit the view to the data, and let it follow them again."""
        self._follows = True
        self._whole.hide()
        self._canvas.fit()
        self._canvas.draw()

    def view_range(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return the x and the y range in view; on a logarithmic axis they are log10 of the values."""
        return self._canvas.ranges()

    def view_on(self, columns: int, rows: int) -> View:
        """Return what is in view, on so many pixels."""
        return self._canvas.view_of(columns, rows)

    def curves(self) -> list[tuple[Series, QColor]]:
        """Return the curves with their colours, the first one beneath."""
        return self._canvas.curves()

    def ticks(self) -> tuple[list[Tick], list[Tick]]:
        """Return places and texts of the x and of the y axis."""
        return self._canvas.ticks()

    def axis_names(self) -> tuple[str, str]:
        """Return what the x and the y axis are."""
        return self._canvas.names["bottom"], self._canvas.names["left"]

    def reading(self) -> tuple[str, list[Entry]]:
        """Return what the line above the plot shows: the place of the read-out, and each curve with its number."""
        place, entries = entries_at(self._canvas, self._reading, self._x_name)
        if note := self._note_near(self._reading):
            place = f"{place} · {note}" if place else note
        return place, entries

    def _note_near(self, x: float | None) -> str:
        """Return the text of the note that is nearest to x, empty where none is near."""
        if x is None or not self._canvas.notes:
            return ""
        left, right = self._canvas.near(x)
        near = [note for note in self._canvas.notes if left <= note[0] <= right]
        return min(near, key=lambda note: abs(note[0] - x))[1] if near else ""

    def sizeHint(self) -> QSize:
        return QSize(480, 220)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.hasFocus():
            painter = QPainter(self)
            paint_focus(painter, self.rect(), current())
            painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
            self._canvas.view.scaleBy((_ZOOM if key == Qt.Key.Key_Plus else 1 / _ZOOM, 1.0))
            self._on_range_changed_manually()
        elif key == Qt.Key.Key_0:
            self.show_all()
        elif (x := x_after_key(self._canvas, self._reading, key)) is not None:
            self._read_out(x)
            place, entries = self.reading()
            self.setAccessibleDescription(", ".join([place] + [f"{e.title} {e.number}" for e in entries]))
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._read_out(None)
        super().leaveEvent(event)

    def _read_out(self, x: float | None) -> None:
        """Show every curve's number nearest to x, and a line there; None ends it."""
        self._reading = x
        self._canvas.set_mark(x)
        self._update_legend()

    def _update_legend(self) -> None:
        place, entries = self.reading()
        self._legend.set_entries(entries, place)
        self._canvas.area.setToolTip(self._note_near(self._reading))

    @Slot()
    @Slot(object)
    def _on_range_changed_manually(self, _axes: object = None) -> None:
        self._follows = False
        self._whole.show()

    @Slot(object)
    @Slot(object, object, object)
    def _on_range_changed(self, _view: object, _ranges: object = None, _changed: object = None) -> None:
        self._canvas.draw_axes()

    @Slot(object)
    def _on_mouse_moved(self, place: QPointF) -> None:
        self._read_out(self._canvas.x_at(place))

    @Slot(object)
    def _on_theme_changed(self, theme: Theme) -> None:
        self._canvas.set_theme(theme)
        self._whole.setIcon(icon("fit-view"))
        self._update_legend()

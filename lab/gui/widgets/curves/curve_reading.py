"""What is read out of a plot's curves at one place, and where a key takes that place."""

import numpy as np
from PySide6.QtCore import Qt

from lab.gui.widgets.curves.curve_canvas import CurveCanvas
from lab.gui.widgets.curves.curve_legend import Entry
from lab.gui.widgets.curves.series import Series
from lab.gui.widgets.drawing.number_text import count_text, number_text

_KEYS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End)


def entries_at(canvas: CurveCanvas, x: float | None, x_name: str) -> tuple[str, list[Entry]]:
    """Return the place in words and each curve with its number nearest to x; only the curves where x is None."""
    entries, place = [], ""
    for series in canvas.series.values():
        number = ""
        if x is not None and len(series):
            point = series.x.nearest(x)
            number = number_text(float(series.y[point]))
            place = place or f"{x_name} {_place_text(_place(series, point))}".strip()
        entries.append(Entry(_title(series, canvas.log_y), canvas.colour(series), number))
    return place, entries


def _title(series: Series, log: bool) -> str:
    """Return what the legend calls a curve, with what a logarithmic axis cannot show of it."""
    if not (log and series.not_positive):
        return series.title
    what = "zeros" if series.lowest == 0 else "values up to 0"
    return f"{series.title} ({count_text(series.not_positive)} {what} not drawn)"


def x_after_key(canvas: CurveCanvas, x: float | None, key: int) -> float | None:
    """Return the x of the longest curve's point that Left, Right, Home or End leads to; None for another key."""
    longest = max(canvas.series.values(), key=len, default=None)
    if key not in _KEYS or longest is None or not len(longest):
        return None
    last = len(longest) - 1
    at = last if x is None else longest.x.nearest(x)
    to = {Qt.Key.Key_Left: at - 1, Qt.Key.Key_Right: at + 1, Qt.Key.Key_Home: 0, Qt.Key.Key_End: last}[Qt.Key(key)]
    return _place(longest, min(max(to, 0), last))


def _place(series: Series, point: int) -> float:
    return float(series.x.at(np.array([point]))[0])


def _place_text(x: float) -> str:
    return count_text(int(x)) if x.is_integer() else number_text(x)

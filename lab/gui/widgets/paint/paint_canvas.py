"""Where a person paints points with brush, eraser and spray: it tells what was done, others keep the points."""

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np
from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QWidget

from lab.gui.widgets.drawing.keys_help import KeysHelp
from lab.gui.widgets.drawing.number_text import MINUS
from lab.gui.widgets.paint.paint_tools import PUFF, TOOLS, Stroke, next_radius
from lab.gui.widgets.paint.point_cloud import REACH
from lab.gui.widgets.paint.point_plot import Point
from lab.gui.widgets.paint.ring_plot import RingPlot

_PUFF_MILLISECONDS = 60
_STEP, _FINE_STEP = 0.05, 0.01
_MOVES = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1),
}  # fmt: skip
_DIGITS = tuple("123456")
KEYS_HELP: Final = KeysHelp(
    "Paint",
    (
        ("arrows", "move the cross; with Shift in small steps"),
        ("space", "use the tool at the cross"),
        (f"{_DIGITS[0]} to {_DIGITS[-1]}", "choose the class"),
        (", ".join(tool.key for tool in TOOLS.values()), ", ".join(tool.title.lower() for tool in TOOLS.values())),
        ("[, ]", "make the tool smaller and larger"),
        ("Ctrl+Z, Ctrl+Y", "take a stroke back, paint it again"),
    ),
)
_HELP = "\n".join(
    ["Drag to paint in the chosen colour. With the keys:", *(f"{keys}: {what}" for keys, what in KEYS_HELP.keys)]
)


class PaintCanvas(RingPlot):
    """A plot that is painted on; everything from press to release is one stroke with one tool."""

    stroke_begun = Signal()
    painted = Signal(object)  # points (k, 2)
    erased = Signal(float, float, float)  # x, y, radius
    sprayed = Signal(float, float, float, int)  # x, y, radius, points
    stroke_finished = Signal()
    tool_chosen = Signal(str)
    class_chosen = Signal(int)
    radius_chosen = Signal(float)
    undo_wanted = Signal()
    redo_wanted = Signal()

    def __init__(self, rng: np.random.Generator | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rng = rng if rng is not None else np.random.default_rng()
        self._stroke: Stroke | None = None
        self._puffs = QTimer(self)
        self._puffs.setInterval(_PUFF_MILLISECONDS)
        self._puffs.timeout.connect(self._on_puff_due)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Canvas to paint points on")
        self.setAccessibleDescription(_HELP)
        self.setToolTip(_HELP)

    # strokes

    def _begin(self, point: Point) -> None:
        self._finish()  # of a stroke whose release was never seen
        self._stroke = Stroke(self.tool, self.radius, self._rng)
        if self.tool == "spray":
            self._puffs.start()
        self.stroke_begun.emit()
        self._go_on(self._stroke, point)

    def _go_on(self, stroke: Stroke, point: Point) -> None:
        points = stroke.to(point)
        if stroke.tool == "brush":
            if points:
                self.painted.emit(np.array(points))
            return
        for x, y in points:
            if stroke.tool == "eraser":
                self.erased.emit(x, y, stroke.radius)
            else:
                self.sprayed.emit(x, y, stroke.radius, PUFF)

    def _finish(self) -> None:
        self._puffs.stop()
        if self._stroke is not None:
            self._stroke = None
            self.stroke_finished.emit()

    @Slot()
    def _on_puff_due(self) -> None:
        if self.point is not None and self._stroke is not None:
            self.sprayed.emit(*self.point, self._stroke.radius, PUFF)

    # pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = self.to_point(event.position())
        if event.button() != Qt.MouseButton.LeftButton or max(map(abs, point)) > REACH:
            super().mousePressEvent(event)
            return
        self._point_at(point)
        self._begin(point)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = self.to_point(event.position())
        inside = max(map(abs, point)) <= REACH
        self._point_at(point if inside or self._stroke is not None else None)
        if self._stroke is not None:
            self._go_on(self._stroke, point)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._finish()

    # keys

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._wish(event):
            event.accept()  # these keys are the canvas's own before they are the window's shortcuts
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        wish = self._wish(event)
        if wish is None:
            super().keyPressEvent(event)
        else:
            wish()

    def _wish(self, event: QKeyEvent) -> Callable[[], None] | None:
        """Return what a key asks for, or None where it means nothing here."""
        key, text, held = event.key(), event.text().upper(), event.modifiers()
        control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
        if event.matches(QKeySequence.StandardKey.Undo):
            return self.undo_wanted.emit
        if event.matches(QKeySequence.StandardKey.Redo) or (key == Qt.Key.Key_Y and held == control):
            return self.redo_wanted.emit
        if text in ("[", "]"):  # on many keyboards with AltGr
            return partial(self._change_radius, text == "]")
        if held & (control | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier):
            return None
        if key in _MOVES:
            step = _FINE_STEP if held & shift else _STEP
            return partial(self._move, *(step * way for way in _MOVES[Qt.Key(key)]))
        if key == Qt.Key.Key_Space:
            return partial(self._use_once, event.isAutoRepeat())
        if text in _DIGITS:
            return partial(self.class_chosen.emit, int(text) - 1)
        chosen = [tool.name for tool in TOOLS.values() if tool.key == text]
        return partial(self._choose_tool, chosen[0]) if chosen else None

    def _move(self, right: float, up: float) -> None:
        if self.point is None:  # the first key of all shows where the cross is
            right, up = 0.0, 0.0
        x, y = self.point or (0.0, 0.0)
        x, y = (min(max(round(value, 2), -1.0), 1.0) for value in (x + right, y + up))
        self._point_at((x, y), by_keys=True)
        self.setAccessibleDescription(f"The cross is at x1 {x:.2f}, x2 {y:.2f}".replace("-", MINUS))

    def _use_once(self, repeated: bool) -> None:
        if not repeated and self._stroke is None:
            point = self.point or (0.0, 0.0)
            self._point_at(point, by_keys=True)
            self._begin(point)
            self._finish()

    def _change_radius(self, larger: bool) -> None:
        self.set_radius(next_radius(self.radius, larger))
        self.radius_chosen.emit(self.radius)

    def _choose_tool(self, name: str) -> None:
        self.set_tool(name)
        self.tool_chosen.emit(name)

"""A canvas to draw one picture on with a pen and an eraser, by pointer or by keys; it gives the ink as an array."""

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from lab.gui.theme import Theme, current, follow
from lab.gui.widgets.drawing.keys_help import KeysHelp
from lab.gui.widgets.drawing.painted_area import paint_focus

_SIDE: Final = 280
"""The longer side of the picture that is drawn on, in its own dots."""
_PEN: Final = 0.075
_ERASER: Final = 0.16
"""Widths as shares of the longer side: a pen as broad as a stroke of MNIST, about two of its 28 pixels."""
_STEP, _FINE_STEP = 0.05, 0.01
_MOVES = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
}  # fmt: skip
KEYS_HELP: Final = KeysHelp(
    "Drawing canvas",
    (
        ("arrows", "move the cross; with Shift in small steps"),
        ("space", "put the pen down at the cross, or lift it"),
        ("P, E", "pen, eraser"),
        ("Delete", "clear the canvas"),
    ),
)
_HELP = "\n".join(["Draw with the pointer. With the keys:", *(f"{keys}: {what}" for keys, what in KEYS_HELP.keys)])


class InkCanvas(QWidget):
    """White ink on black, or black on white: `drawn` follows every stroke as it goes on."""

    drawn = Signal()
    tool_chosen = Signal(bool)  # whether it is the eraser
    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._is_dark_ink = False
        self._erases = False
        self._last: QPointF | None = None
        self._cross: QPointF | None = None
        self._pen_is_down = False
        self.set_shape(1, 1, False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName("Canvas to draw an example on")
        self.setAccessibleDescription(_HELP)
        self.setToolTip(_HELP)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        follow(self._on_theme_changed)

    def set_shape(self, height: int, width: int, is_dark_ink: bool) -> None:
        """Begin an empty canvas with the sides of an image, height by width."""
        factor = max(_SIDE // max(height, width), 1)
        self._image = QImage(width * factor, height * factor, QImage.Format.Format_Grayscale8)
        self._image.fill(0)
        self._is_dark_ink, self._cross, self._pen_is_down = is_dark_ink, None, False
        self.update()

    def set_ink(self, ink: NDArray[np.float64]) -> None:
        """Show ink, 0 to 1, (height, width) of the image, each pixel as a square; no signal is sent."""
        levels = np.rint(np.clip(ink, 0.0, 1.0) * 255).astype(np.uint8)
        rows = np.arange(self._image.height()) * levels.shape[0] // self._image.height()
        columns = np.arange(self._image.width()) * levels.shape[1] // self._image.width()
        large = np.ascontiguousarray(levels[np.ix_(rows, columns)])
        height, width = large.shape
        self._image = QImage(large.data, width, height, width, QImage.Format.Format_Grayscale8).copy()
        self._pen_is_down = False
        self.update()

    def ink(self) -> NDArray[np.float64]:
        """Return the ink of every dot of the canvas, 0 to 1."""
        image = self._image
        lines = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
        return lines[:, : image.width()] / 255.0

    def choose(self, erases: bool) -> None:
        """Take the eraser, or the pen."""
        self._erases = erases

    @Slot()
    def clear(self) -> None:
        """Take all ink away."""
        self._image.fill(0)
        self.update()
        self.cleared.emit()

    def sizeHint(self) -> QSize:
        return QSize(200, 200)

    def minimumSizeHint(self) -> QSize:
        return QSize(140, 140)

    def canvas_rect(self) -> QRectF:
        """Return where the picture is shown."""
        image, room = self._image, QRectF(self.rect()).adjusted(2, 2, -2, -2)
        factor = min(room.width() / image.width(), room.height() / image.height())
        width, height = image.width() * factor, image.height() * factor
        return QRectF(room.x(), room.y(), width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        place = self.canvas_rect()
        shown = self._image
        if self._is_dark_ink:
            shown = shown.copy()
            shown.invertPixels()
        painter.drawImage(place, shown)
        painter.setPen(self._edge)
        painter.drawRect(place)
        if self._cross is not None and self.hasFocus():
            at = place.topLeft() + QPointF(self._cross.x() * place.width(), self._cross.y() * place.height())
            painter.setPen(QPen(self._accent, 2 if self._pen_is_down else 1))
            for dx, dy in ((7, 0), (0, 7)):
                painter.drawLine(at - QPointF(dx, dy), at + QPointF(dx, dy))
        if self.hasFocus():
            paint_focus(painter, place.toAlignedRect().adjusted(-2, -2, 3, 3), current())
        painter.end()

    # strokes

    def _dot(self, place: QPointF) -> QPointF:
        """Return the dot of the picture under a place of the widget."""
        shown = self.canvas_rect()
        across, down = (place.x() - shown.x()) / shown.width(), (place.y() - shown.y()) / shown.height()
        return QPointF(across * self._image.width(), down * self._image.height())

    def _stroke(self, start: QPointF, end: QPointF) -> None:
        longer = max(self._image.width(), self._image.height())
        painter = QPainter(self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor("black" if self._erases else "white")
        width = longer * (_ERASER if self._erases else _PEN)
        painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.drawLine(start, end + QPointF(0.01, 0.0))  # a line of no length leaves no dot
        painter.end()
        self.update()
        self.drawn.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._last = self._dot(event.position())
            self._stroke(self._last, self._last)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._last is not None:
            now = self._dot(event.position())
            self._stroke(self._last, now)
            self._last = now

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._last = None

    # keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        wish = self._wish(event)
        if wish is None:
            super().keyPressEvent(event)
        else:
            wish()

    def _wish(self, event: QKeyEvent) -> Callable[[], None] | None:
        """Return what a key asks for, or None where it means nothing here."""
        key, held = event.key(), event.modifiers()
        if held & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            return None
        if key in _MOVES:
            step = _FINE_STEP if held & Qt.KeyboardModifier.ShiftModifier else _STEP
            return partial(self._move, *(way * step for way in _MOVES[Qt.Key(key)]))
        wishes: dict[int, Callable[[], None]] = {
            Qt.Key.Key_Space: self._toggle_pen,
            Qt.Key.Key_Delete: self.clear,
            Qt.Key.Key_P: partial(self._take, False),
            Qt.Key.Key_E: partial(self._take, True),
        }
        return wishes.get(key)

    def _take(self, erases: bool) -> None:
        self.choose(erases)
        self.tool_chosen.emit(erases)

    def _toggle_pen(self) -> None:
        self._cross = self._cross or QPointF(0.5, 0.5)
        self._pen_is_down = not self._pen_is_down
        if self._pen_is_down:
            self._stroke(self._at_cross(), self._at_cross())
        self.update()

    def _move(self, right: float, down: float) -> None:
        if self._cross is None:  # the first key of all shows where the cross is
            self._cross = QPointF(0.5, 0.5)
        else:
            before = self._at_cross()
            across, below = self._cross.x() + right, self._cross.y() + down
            self._cross = QPointF(min(max(across, 0.0), 1.0), min(max(below, 0.0), 1.0))
            if self._pen_is_down:
                self._stroke(before, self._at_cross())
        down_word = "down" if self._pen_is_down else "lifted"
        self.setAccessibleDescription(f"Pen {down_word} at {self._cross.x():.0%} across, {self._cross.y():.0%} down")
        self.update()

    def _at_cross(self) -> QPointF:
        assert self._cross is not None
        return QPointF(self._cross.x() * self._image.width(), self._cross.y() * self._image.height())

    @Slot(object)
    def _on_theme_changed(self, theme: Theme) -> None:
        self._edge, self._accent = QColor(theme.edge), QColor(theme.accent)
        self.update()

"""The whole chain in one line: which layer hands what to which on the way to the loss; a click chooses a layer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from lab.gui.theme import Theme, current, follow, mono, sans
from lab.gui.widgets.drawing.keys_help import KeysHelp
from lab.gui.widgets.drawing.painted_area import paint_focus
from lab.gui.widgets.drawing.text_align import CENTER

_HEIGHT = 28
_BOX_HEIGHT = 22
_GAP = 5
_LEAST_BOX = 26
KEYS_HELP: Final = KeysHelp(
    "The chain of layers", (("←, →", "the next layer"), ("Home, End", "the first and the last layer"))
)


@dataclass(frozen=True)
class ChainLayer:
    """One box of the chain: what the layer is, in full and in short, and what goes on from it and comes back to it."""

    title: str
    short: str
    forward: str
    """What it hands on, as "a¹ 32×64"."""
    back: str
    """What comes back to it, as "δ¹ 32×64"."""


@dataclass(frozen=True)
class Chain:
    """The layers of a network between its input and its loss."""

    inputs: str = ""
    layers: tuple[ChainLayer, ...] = ()
    loss: str = ""
    targets: str = ""

    @property
    def way_back(self) -> str:
        """What comes back from the loss to the first layer: "back: δ² 4×3 → δ¹ 4×2"."""
        return f"back: {' → '.join(layer.back for layer in reversed(self.layers))}"

    def without_shape(self, symbol: str) -> "Chain":
        """Return the chain with a question mark for the shape of the matrix of that symbol, as somebody is asked."""

        def asked(text: str) -> str:
            return f"{symbol} ?" if text.split(" ", maxsplit=1)[0].lower() == symbol.lower() else text

        layers = tuple(replace(layer, forward=asked(layer.forward), back=asked(layer.back)) for layer in self.layers)
        return replace(self, inputs=asked(self.inputs), layers=layers, targets=asked(self.targets))


class ChainView(QWidget):
    """Paints a chain and marks the chosen layer; the arrow keys choose too."""

    layer_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chain = Chain()
        self._chosen = 0
        self._boxes: list[tuple[int, QRect]] = []
        """The layers whose boxes are on show, and where."""
        self._theme = current()
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("The chain of layers")
        follow(self._on_theme_changed)

    def set_chain(self, chain: Chain, chosen: int) -> None:
        """Show these layers and mark one of them, from 0."""
        if (chain, chosen) != (self._chain, self._chosen):
            self._chain, self._chosen = chain, chosen
            if chosen < len(chain.layers):
                self.setAccessibleDescription(
                    f"Layer {chosen + 1} of {len(chain.layers)}: {chain.layers[chosen].title}"
                )
            self.update()

    def chain(self) -> Chain:
        """Return what is on show."""
        return self._chain

    def minimumSizeHint(self) -> QSize:
        return QSize(200, _HEIGHT)

    def layer_at(self, point: QPoint) -> int | None:
        """Return the layer whose box is under a point."""
        return next((layer for layer, box in self._boxes if box.contains(point)), None)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        parts = self._fitting()
        at, middle = 0, _BOX_HEIGHT // 2 + 3
        self._boxes = []
        for text, layer in parts:
            width = self._width(text, layer is not None)
            rect = QRect(at, middle - _BOX_HEIGHT // 2, width, _BOX_HEIGHT)
            if layer is not None:
                self._paint_box(painter, rect, text, layer == self._chosen)
                self._boxes.append((layer, rect))
            else:
                painter.setFont(mono(11))
                painter.setPen(QColor(self._theme.dim))
                painter.drawText(rect, CENTER, text)
            at += width + _GAP
        if self.hasFocus():
            paint_focus(painter, self.rect(), self._theme)
        painter.end()

    def _fitting(self) -> Sequence[tuple[str, int | None]]:
        """Return the texts from left to right, with the layer of a box: as much as there is room for."""
        for full, shapes in ((True, True), (False, True), (False, False)):
            parts = self._parts(full, shapes)
            if sum(self._width(text, layer is not None) + _GAP for text, layer in parts) <= self.width():
                return parts
        numbers = [(str(number + 1), number) for number in range(len(self._chain.layers))]
        most = max((self.width() + _GAP) // (_LEAST_BOX + _GAP), 1)
        first = min(max(self._chosen - most // 2, 0), max(len(numbers) - most, 0))
        return numbers[first : first + most]

    def _parts(self, full: bool, shapes: bool) -> list[tuple[str, int | None]]:
        chain = self._chain
        parts: list[tuple[str, int | None]] = [(f"{_plain(chain.inputs, shapes)} →", None)]
        for number, layer in enumerate(chain.layers):
            parts.append((layer.title if full else layer.short, number))
            parts.append((f"→ {_plain(layer.forward, shapes)} →" if shapes else "→", None))
        parts.append((f"{chain.loss} ← {_plain(chain.targets, shapes)}", None))
        return parts

    def _width(self, text: str, is_box: bool) -> int:
        if is_box:
            return max(QFontMetrics(sans(12)).horizontalAdvance(text) + 16, _LEAST_BOX)
        return QFontMetrics(mono(11)).horizontalAdvance(text) + 2

    def _paint_box(self, painter: QPainter, rect: QRect, text: str, is_chosen: bool) -> None:
        theme = self._theme
        painter.setPen(QPen(QColor(theme.accent if is_chosen else theme.edge), 2 if is_chosen else 1))
        painter.setBrush(QColor(theme.selection if is_chosen else theme.raised))
        painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 5, 5)
        painter.setFont(sans(12))
        painter.setPen(QColor(theme.ink))
        painter.drawText(rect, CENTER, text)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            layer = self.layer_at(event.pos())
            if layer is not None:
                found = self._chain.layers[layer]
                text = f"Layer {layer + 1}: {found.title}. Hands on {found.forward}; back comes {found.back}."
                QToolTip.showText(event.globalPos(), text, self)
                return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        layer = self.layer_at(event.position().toPoint())
        if layer is None:
            super().mousePressEvent(event)
        else:
            self.layer_chosen.emit(layer)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._chain.layers) - 1
        moves: dict[int, int] = {
            Qt.Key.Key_Left: self._chosen - 1,
            Qt.Key.Key_Right: self._chosen + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        layer = moves.get(event.key())
        if layer is None:
            super().keyPressEvent(event)
        elif 0 <= layer <= last:
            self.layer_chosen.emit(layer)

    @Slot(object)
    def _on_theme_changed(self, theme: Theme) -> None:
        self._theme = theme
        self.update()


def _plain(text: str, with_shape: bool) -> str:
    """Return "a¹ 32×64" or only its "a¹"."""
    return text if with_shape else text.split(" ", maxsplit=1)[0]

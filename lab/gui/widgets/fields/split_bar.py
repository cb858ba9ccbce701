"""How the examples are shared out: one bar in three colours for train, validation and test, the counts beneath."""

from PySide6.QtCore import QRect, QRectF, QSize, Slot
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from lab.gui.theme import Theme, follow, sans
from lab.gui.widgets.drawing.number_text import count_text, share_text
from lab.gui.widgets.drawing.text_align import CENTER, LEFT, RIGHT

_BAR = 8
_TEXT = 18
_GAP = 8


class SplitBar(QWidget):
    """Paints three counts in proportion."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts = (0, 0, 0)
        self.setAccessibleName("Split of the examples")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        follow(self._on_theme_changed)

    def set_counts(self, train: int, validation: int, test: int) -> None:
        """Show how many examples each part has; raises ValueError for a negative count."""
        counts = (train, validation, test)
        if min(counts) < 0:
            raise ValueError(f"split: the counts are {counts}; none may be below 0.")
        self._counts = counts
        total = sum(counts)
        names = ("train", "validation", "test")
        parts = [f"{n}: {count_text(c)} ({share_text(c, total)})" for n, c in zip(names, counts, strict=True)]
        self.setAccessibleDescription(", ".join(parts))
        teaching = "Weights learn from train; validation steers choices; test is kept for the very end."
        self.setToolTip("\n".join([*parts, teaching]))
        self.updateGeometry()
        self.update()

    def _texts(self) -> list[str]:
        return [
            f"{name} {count_text(count)}" for name, count in zip(("train", "val", "test"), self._counts, strict=True)
        ]

    def _widths(self) -> list[int]:
        return [QFontMetrics(sans(11)).horizontalAdvance(text) + 2 for text in self._texts()]

    def sizeHint(self) -> QSize:
        return QSize(180, _BAR + _TEXT)

    def minimumSizeHint(self) -> QSize:
        return QSize(max(150, sum(self._widths()) + 2 * _GAP), _BAR + _TEXT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._paint_bar(painter)
        painter.setFont(sans(11))
        painter.setPen(QColor(self._theme.dim))
        line = QRect(0, _BAR + 2, self.width(), _TEXT - 2)
        train, validation, test = self._texts()
        left, _, right = self._widths()
        painter.drawText(line, LEFT, train)
        painter.drawText(line.adjusted(left, 0, -right, 0), CENTER, validation)
        painter.drawText(line, RIGHT, test)
        painter.end()

    def _paint_bar(self, painter: QPainter) -> None:
        theme, total = self._theme, sum(self._counts)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(0, 0, self.width(), _BAR), _BAR / 2, _BAR / 2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(shape, QColor(theme.grid))
        painter.setClipPath(shape)
        left = 0.0
        for count, colour in zip(self._counts, (theme.train, theme.validation, theme.test), strict=True):
            width = self.width() * count / total if total else 0.0
            painter.fillRect(QRectF(left, 0, width, _BAR), QColor(colour))
            left += width
        painter.setClipping(False)

    @Slot(object)
    def _on_theme_changed(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

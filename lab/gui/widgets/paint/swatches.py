"""The colours of the classes to pick one from, each with its name and how many points it has."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from lab.gui.theme import Theme, class_colours, current, follow, mono, sans
from lab.gui.widgets.drawing.number_text import count_text
from lab.gui.widgets.fields.button_row import ButtonRow

_DISC = 12
_PADDING = 8
_HEIGHT = 40
_TEXT = _PADDING + _DISC + 6
_NAME, _COUNT = 12, 11


class Swatch(QAbstractButton):
    """One class: a disc in its colour, its name, and beneath it its count."""

    def __init__(self, number: int, colour: str) -> None:
        super().__init__()
        self.colour = colour
        self._number = number
        self._count = 0
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def set_name(self, name: str) -> None:
        """Show the name of the class."""
        self.setText(name)
        self.updateGeometry()
        self._describe()

    def set_count(self, count: int) -> None:
        """Show how many points the class has."""
        self._count = count
        self._describe()

    def _describe(self) -> None:
        count = self._count
        points = "1 point" if count == 1 else f"{count_text(count)} points"
        self.setAccessibleName(f"Class {self.text()}, {points}")
        self.setToolTip(f"Paint in {self.text()}: class {self._number}, {points} (key {self._number + 1})")
        self.update()

    def sizeHint(self) -> QSize:
        name = QFontMetrics(sans(_NAME)).horizontalAdvance(self.text())
        count = QFontMetrics(mono(_COUNT)).horizontalAdvance(count_text(20_000))
        return QSize(_TEXT + max(name, count) + _PADDING, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(_PADDING + _DISC + _PADDING, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isChecked() or self.underMouse():
            painter.setBrush(QColor(theme.selection if self.isChecked() else theme.raised_hover))
            painter.setPen(QColor(theme.selection_line if self.isChecked() else theme.edge))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.colour))
        painter.drawEllipse(QRectF(_PADDING, (_HEIGHT - _DISC) / 2, _DISC, _DISC))
        room = QRect(_TEXT, 4, self.width() - _TEXT - 2, _HEIGHT // 2 - 3)
        lines = ((sans(_NAME), self.text(), theme.ink), (mono(_COUNT), count_text(self._count), theme.dim))
        for number, (font, text, colour) in enumerate(lines):
            painter.setFont(font)
            painter.setPen(QColor(theme.ink if self.isChecked() else colour))
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room.translated(0, number * room.height()), Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()


class Swatches(ButtonRow):
    """A row of swatches of which exactly one is chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(2, parent)
        self._swatches: list[Swatch] = []
        self._had_some = False
        self.setAccessibleName("Classes")
        follow(self._on_theme_changed)

    def set_names(self, names: Sequence[str]) -> None:
        """Offer classes by these names; the chosen one stays, or the last takes its place where it has gone."""
        while len(self._swatches) > len(names):
            self._remove(self._swatches.pop())
        for number, name in enumerate(names):
            if number == len(self._swatches):
                self._swatches.append(Swatch(number, class_colours()[number]))
                self._add(number, self._swatches[number])
            self._swatches[number].set_name(name)
        if self._swatches and self.current() < 0:
            self._swatches[-1 if self._had_some else 0].setChecked(True)
        self._had_some = bool(self._swatches)

    def set_counts(self, counts: Sequence[int]) -> None:
        """Show how many points each class has; raises ValueError unless there is one count for each."""
        for swatch, count in zip(self._swatches, counts, strict=True):
            swatch.set_count(count)

    @Slot(object)
    def _on_theme_changed(self, _theme: Theme) -> None:
        for swatch, colour in zip(self._swatches, class_colours(), strict=False):
            swatch.colour = colour
            swatch.update()

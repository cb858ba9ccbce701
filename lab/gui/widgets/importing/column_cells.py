"""How a row of a column's choices is painted: a mark, words, a chip, and fields that open a list."""

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from lab.gui.theme import Theme, current, icon, mono, sans
from lab.gui.widgets.drawing.text_align import LEFT, RIGHT
from lab.gui.widgets.importing.column_model import ColumnLook, ColumnModel, Field, Index

_PADDING = 5
_CHEVRON = 12


class ColumnCells(QStyledItemDelegate):
    """Paints the cells of a ColumnModel; everything that can be chosen has a frame and an arrow."""

    def __init__(self, model: ColumnModel, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self.set_theme(current())

    def set_theme(self, theme: Theme) -> None:
        """Take a theme's colours."""
        self._theme = theme
        self._chevron = icon("chevron-down", theme.dim)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look, field = self._model.look(index.row()), Field(index.column())
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.fillRect(box, self._background(look, index.row(), bool(state & QStyle.StateFlag.State_Selected)))
        if field is Field.TARGET:
            self._paint_mark(painter, box, look.is_target)
        elif field is Field.KIND:
            self._paint_chip(painter, box, look.kind)
        elif look.options(field):
            self._paint_choice(painter, box, look, field)
        else:
            self._paint_text(painter, box, look, field)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(self._theme.accent), 1))
            painter.drawRect(box.adjusted(0, 0, -1, -1))
        painter.restore()

    def _background(self, look: ColumnLook, row: int, selected: bool) -> QColor:
        theme = self._theme
        if selected:
            return QColor(theme.selection)
        return QColor(theme.raised_hover if look.is_target else theme.inset if row % 2 else theme.panel)

    def _paint_mark(self, painter: QPainter, box: QRect, chosen: bool) -> None:
        theme, middle = self._theme, QPointF(box.center()) + QPointF(0.5, 0.5)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.primary if chosen else theme.disabled), 4 if chosen else 1))
        painter.setBrush(QColor(theme.primary_ink if chosen else theme.field))
        painter.drawEllipse(middle, *((4.5, 4.5) if chosen else (6, 6)))

    def _paint_chip(self, painter: QPainter, box: QRect, text: str) -> None:
        font = mono(11)
        width = QFontMetrics(font).horizontalAdvance(text) + 12
        chip = QRectF(box.x() + 2, box.center().y() - 8, min(width, box.width() - 4), 17)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.chip))
        painter.drawRoundedRect(chip, 4, 4)
        painter.setPen(QColor(self._theme.chip_ink))
        painter.setFont(font)
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_choice(self, painter: QPainter, box: QRect, look: ColumnLook, field: Field) -> None:
        """Paint a field that opens a list; a choice about gaps is quiet where there are none."""
        theme, frame = self._theme, QRectF(box).adjusted(1.5, 2.5, -1.5, -2.5)
        quiet = (field is Field.MISSING and not look.gaps) or look.use == "drop"
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme.line if quiet else theme.edge))
        painter.setBrush(QColor(theme.field))
        painter.drawRoundedRect(frame, 5, 5)
        arrow = QRect(box.right() - _CHEVRON - 5, box.center().y() - _CHEVRON // 2 + 1, _CHEVRON, _CHEVRON)
        self._chevron.paint(painter, arrow)
        words = box.adjusted(_PADDING + 3, 0, -_CHEVRON - 7, 0)
        self._write(painter, words, look.text(field), theme.dim if quiet else theme.ink)

    def _paint_text(self, painter: QPainter, box: QRect, look: ColumnLook, field: Field) -> None:
        theme = self._theme
        colour = theme.ink
        if field is Field.BECOMES and look.problem is not None:
            colour = theme.error
        elif field is Field.SAMPLE or look.use == "drop" or (field is Field.GAPS and not look.gaps):
            colour = theme.dim
        elif field is Field.GAPS:
            colour = theme.warn
        text = look.text(field).replace("\n", " ")
        words = box.adjusted(_PADDING, 0, -_PADDING, 0)
        self._write(painter, words, text, colour, right=field is Field.GAPS, strong=look.is_target)

    def _write(
        self, painter: QPainter, box: QRect, text: str, colour: str, right: bool = False, strong: bool = False
    ) -> None:
        font = sans(12, sans(12).Weight.DemiBold) if strong else sans(12)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, RIGHT if right else LEFT, shown)

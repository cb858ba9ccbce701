"""How a row of a column's choices is painted: a mark, words, a chip, and fields that open a list."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from lab.gui.theme import Theme, icon, mono, sans
from lab.gui.widgets.drawing.plain_table import CellPainter, Index, PlainTable
from lab.gui.widgets.drawing.text_align import LEFT, RIGHT
from lab.gui.widgets.importing.column_model import ColumnModel, ColumnState, Field

_PADDING = 5
_CHEVRON = 12


class ColumnCells(CellPainter):
    """Paints the cells of a ColumnModel; everything that can be chosen has a frame and an arrow."""

    def __init__(self, table: PlainTable, model: ColumnModel) -> None:
        self._model = model
        super().__init__(table)

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self._chevron = icon("chevron-down", theme.dim)

    def _paint_back(self, painter: QPainter, box: QRect, index: Index, selected: bool) -> None:
        if self._model.state(index.row()).is_target and not selected:
            painter.fillRect(box, QColor(self._theme.raised_hover))
        else:
            super()._paint_back(painter, box, index, selected)

    def _paint_cell(self, painter: QPainter, box: QRect, index: Index) -> None:
        state, field = self._model.state(index.row()), Field(index.column())
        painter.save()
        if field is Field.TARGET:
            self._paint_mark(painter, box, state.is_target)
        elif field is Field.KIND:
            self._paint_chip(painter, box, state.kind)
        elif state.options(field):
            self._paint_choice(painter, box, state, field)
        else:
            self._paint_text(painter, box, state, field)
        painter.restore()

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

    def _paint_choice(self, painter: QPainter, box: QRect, state: ColumnState, field: Field) -> None:
        """Paint a field that opens a list; a choice about gaps is quiet where there are none."""
        theme, frame = self._theme, QRectF(box).adjusted(1.5, 2.5, -1.5, -2.5)
        quiet = (field is Field.MISSING and not state.gaps) or state.use == "drop"
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme.line if quiet else theme.edge))
        painter.setBrush(QColor(theme.field))
        painter.drawRoundedRect(frame, 5, 5)
        arrow = QRect(box.right() - _CHEVRON - 5, box.center().y() - _CHEVRON // 2 + 1, _CHEVRON, _CHEVRON)
        self._chevron.paint(painter, arrow)
        words = box.adjusted(_PADDING + 3, 0, -_CHEVRON - 7, 0)
        self._write(painter, words, state.text(field), theme.dim if quiet else theme.ink)

    def _paint_text(self, painter: QPainter, box: QRect, state: ColumnState, field: Field) -> None:
        theme = self._theme
        colour = theme.ink
        if field is Field.BECOMES and state.problem is not None:
            colour = theme.error
        elif field is Field.SAMPLE or state.use == "drop" or (field is Field.GAPS and not state.gaps):
            colour = theme.dim
        elif field is Field.GAPS:
            colour = theme.warn
        text = state.text(field).replace("\n", " ")
        words = box.adjusted(_PADDING, 0, -_PADDING, 0)
        self._write(painter, words, text, colour, right=field is Field.GAPS, strong=state.is_target)

    def _write(
        self, painter: QPainter, box: QRect, text: str, colour: str, right: bool = False, strong: bool = False
    ) -> None:
        font = sans(12, sans(12).Weight.DemiBold) if strong else sans(12)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, RIGHT if right else LEFT, shown)

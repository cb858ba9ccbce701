"""A line of text that says less where it has less room, and never part of a number."""

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from lab.gui.widgets.fields.elided_label import ElidedLabel


class FittedLabel(ElidedLabel):
    """Shows the longest of its texts that fits; its tooltip begins with the longest of all where that is not shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._texts: tuple[str, ...] = ("",)

    def set_texts(self, texts: Sequence[str]) -> None:
        """Show one of these, the longest first; there is always room for the last one."""
        self._texts = tuple(texts)
        self.setText(texts[0])
        self.updateGeometry()

    def shown_text(self) -> str:
        room = self.contentsRect().width()
        return next((text for text in self._texts if self._width_of(text) <= room), self._texts[-1])

    def minimumSizeHint(self) -> QSize:
        return QSize(self._width_of(self._texts[-1]) + 1, self.sizeHint().height())

    def _width_of(self, text: str) -> int:
        return self.fontMetrics().horizontalAdvance(text)

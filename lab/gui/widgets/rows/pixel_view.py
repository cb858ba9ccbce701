"""One image of few pixels, as large as its room allows, each pixel a sharp square."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Slot
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from lab.gui.theme import Theme, follow


class PixelView(QWidget):
    """Shows an image as bytes, (h, w) or (h, w, 3)."""

    def __init__(self, side: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self.setFixedSize(QSize(side, side))
        self.setAccessibleName("Image")
        follow(self._on_theme_changed)

    def set_image(self, pixels: NDArray[np.uint8] | None) -> None:
        """Show an image; None shows none."""
        if pixels is None:
            self._image = QImage()
        else:
            height, width = pixels.shape[:2]
            kind = QImage.Format.Format_RGB888 if pixels.ndim == 3 else QImage.Format.Format_Grayscale8
            lines = np.ascontiguousarray(pixels)
            self._image = QImage(lines.data, width, height, lines.strides[0], kind).copy()
        self.update()

    def image(self) -> QImage:
        """Return what is shown."""
        return self._image

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        room = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self._image.isNull():
            painter.setPen(self._edge)
            painter.drawRect(room)
        else:
            factor = min(room.width() / self._image.width(), room.height() / self._image.height())
            width, height = self._image.width() * factor, self._image.height() * factor
            place = QRectF(room.x() + (room.width() - width) / 2, room.y(), width, height)
            painter.drawImage(place, self._image)
            painter.setPen(self._edge)
            painter.drawRect(place)
        painter.end()

    @Slot(object)
    def _on_theme_changed(self, theme: Theme) -> None:
        self._edge = QColor(theme.edge)
        self.update()

"""Cells with numbers as one image, put together from pictures of the characters instead of writing each number.

Qt lays out and draws a text of ten characters in 20 to 70 µs, and calls a delegate for each cell besides. Here a
table's cells in view are looked up by NumPy: which character, which of its pixels, which colour.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

from lab.gui.widgets.drawing.array_types import Floats, Integers

_CHARACTERS = "0123456789.−-+e∞Na%–?"
"""All that `number_text` and `share_text` write, and what stands for a number that is asked for."""
_HARDLY = 0.1
_LEVELS = 16
"""Shades from no ink to full ink: more cannot be told apart at the edge of a character."""

_CODES = str.maketrans({character: chr(code) for code, character in enumerate(_CHARACTERS, start=1)} | {" ": "\0"})

Pixels = NDArray[np.uint32]


class GlyphAtlas:
    """Pictures of the characters of numbers in one font, for cells of one size; texts stand at the right of a cell."""

    def __init__(self, font: QFont, width: int, height: int, padding: int, ratio: float) -> None:
        """width, height, padding: of a cell, in pixels of the window; `ratio`: pixels of the screen to one of them."""
        self.ratio = ratio
        self._width, self._height = round(width * ratio), round(height * ratio)
        advance = QFontMetricsF(font).horizontalAdvance("0") * ratio
        if advance % 1 < _HARDLY:
            advance = float(int(advance))  # characters stand at the same distance from each other
        self.characters = int((self._width - padding * ratio) / advance)
        """Characters that a cell has room for."""
        glyph_width = int(np.ceil(advance)) + 2  # a blank column on each side, for what lies between two characters
        self._shades = self._drawn(font, glyph_width, advance / ratio)
        # from the right edge: which character a column of pixels belongs to, and which of its columns it is
        from_right = self._width - round(padding * ratio) - 1 - np.arange(self._width)
        number = np.floor(from_right / advance).astype(np.int32)
        first = np.rint(self._width - round(padding * ratio) - (number + 1) * advance).astype(np.int32)
        inside = (number >= 0) & (number < self.characters)
        column = np.clip(np.arange(self._width) - first + 1, 0, glyph_width - 1)
        self._character_of = np.where(inside, self.characters - 1 - number, self.characters).astype(np.int32)
        within = np.arange(self._height, dtype=np.int32)[:, None] * glyph_width + column.astype(np.int32)
        self._offsets = within[:, None, :]  # (height, 1, width)

    def _drawn(self, font: QFont, width: int, advance: float) -> NDArray[np.uint8]:
        """Return the shades of all characters, the blank first, as one flat array."""
        glyphs = np.zeros((len(_CHARACTERS) + 1, self._height, width), dtype=np.uint8)
        for code, character in enumerate(_CHARACTERS, start=1):
            image = QImage(width, self._height, QImage.Format.Format_Grayscale8)
            image.setDevicePixelRatio(self.ratio)
            image.fill(0)
            painter = QPainter(image)
            painter.setFont(font)
            painter.setPen(QColor("white"))
            box = QRectF(1 / self.ratio, 0, advance + 1 / self.ratio, self._height / self.ratio)
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, character)
            painter.end()
            grey = np.frombuffer(bytes(image.constBits()), np.uint8).reshape(self._height, image.bytesPerLine())
            glyphs[code] = np.rint(grey[:, :width] / 255 * (_LEVELS - 1))
        glyphs[:, :, [0, -1]] = 0
        self._glyph_size = self._height * width
        return glyphs.ravel()

    def pixels(self, texts: Sequence[str], backs: Integers, colours: Pixels) -> Pixels:
        """Return the image of cells, (rows * height, columns * width), as 0xffRRGGBB.

        texts: row by row, each of characters of numbers. backs: (rows, columns), the number of each cell's background
        in `colours`, (backgrounds, shades), which `shaded` makes.
        """
        rows, columns = backs.shape
        padded = "".join(text.rjust(self.characters)[-self.characters :] + " " for text in texts)
        codes = np.frombuffer(padded.translate(_CODES).encode("latin-1"), dtype=np.uint8)
        shape = (rows, 1, columns, self.characters + 1)
        glyphs = codes.reshape(shape).astype(np.int32)[..., self._character_of] * self._glyph_size
        shades = self._shades[glyphs + self._offsets]  # (rows, height, columns, width)
        indices = backs[:, None, :, None].astype(np.int32) * _LEVELS + shades
        image: Pixels = colours.ravel()[indices].reshape(rows * self._height, columns * self._width)
        return image


def shaded(backs: Sequence[QColor], inks: Sequence[QColor]) -> Pixels:
    """Return the colours of every background under every shade of its ink, (backgrounds, shades), as 0xffRRGGBB."""
    below, above = _parts(backs), _parts(inks)
    share = np.linspace(0, 1, _LEVELS)[None, :, None]
    red, green, blue = np.moveaxis(np.rint(below * (1 - share) + above * share).astype(np.uint32), -1, 0)
    packed: Pixels = (np.uint32(255) << np.uint32(24)) | (red << np.uint32(16)) | (green << np.uint32(8)) | blue
    return packed


def _parts(colours: Sequence[QColor]) -> Floats:
    """Return red, green and blue from 0 to 255, (n, 1, 3)."""
    return np.array([[colour.red(), colour.green(), colour.blue()] for colour in colours], np.float64)[:, None]

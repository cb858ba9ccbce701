"""A small icon of a picture that is a row of numbers."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPixmap


def row_icon(values: ArrayLike, shape: Sequence[int] | None, size: QSize) -> QIcon | None:
    """Return a row as a picture of that shape, (height, width) or (height, width, 3); None where it is no picture."""
    if shape is None:
        return None
    picture = np.asarray(values, np.float64).reshape(shape)
    low, high = float(picture.min()), float(picture.max())
    grey = np.rint((picture - low) * (255 / (high - low) if high > low else 0)).astype(np.uint8)
    colours = np.repeat(grey[..., None], 3, axis=2) if grey.ndim == 2 else grey[..., :3]
    pixels = np.ascontiguousarray(colours if colours.shape[2] == 3 else np.repeat(colours[..., :1], 3, axis=2))
    height, width = pixels.shape[:2]
    image = QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()
    scaled = image.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    return QIcon(QPixmap.fromImage(scaled))

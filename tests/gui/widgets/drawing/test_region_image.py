"""The picture of a map: a pixel for each cell, the first row at the bottom, in the colours of classes and numbers."""

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from lab.gui import theme
from lab.gui.widgets.drawing.region_image import class_image, map_image, number_image

COLOURS = ["#ff0000", "#0000ff"]


@pytest.fixture(autouse=True)
def _dressed(qapp: QApplication) -> None:
    theme.keeper()


def colour(image: QImage, column: int, row: int) -> tuple[int, int, int, int]:
    return image.pixelColor(column, row).getRgb()


def test_the_first_row_of_classes_lies_at_the_bottom() -> None:
    image = class_image(np.array([[0, 1], [1, 1]]), np.ones((2, 2)), COLOURS, "#ffffff", is_smooth=False)
    assert (image.width(), image.height()) == (2, 2)
    assert colour(image, 0, 1)[:3] == (255, 0, 0)
    assert colour(image, 0, 0)[:3] == (0, 0, 255)
    assert colour(image, 0, 0)[3] == colour(image, 1, 1)[3]


def test_a_smooth_region_fades_where_the_network_is_not_sure() -> None:
    image = class_image(np.zeros((1, 3), int), np.array([[1.0, 0.5, 0.0]]), COLOURS, "#ffffff", is_smooth=True)
    alphas = [colour(image, column, 0)[3] for column in range(3)]
    assert alphas == sorted(alphas, reverse=True)
    assert len(set(alphas)) == 3


def test_what_is_not_a_number_has_a_colour_of_its_own() -> None:
    broken = np.array([[np.nan, 1.0]])
    for image in (
        class_image(np.zeros((1, 2), int), broken, COLOURS, theme.current().invalid, is_smooth=True),
        number_image(broken, 0.0, 1.0, theme.current(), is_smooth=True),
    ):
        wanted = [int(theme.current().invalid[at : at + 2], 16) for at in (1, 3, 5)]
        np.testing.assert_allclose(colour(image, 0, 0)[:3], wanted, atol=2)


def test_numbers_go_in_steps_or_without() -> None:
    values = np.linspace(-1, 1, 200)[None, :]
    kinds = [
        {colour(image, column, 0) for column in range(200)}
        for image in (number_image(values, 0.0, 1.0, theme.current(), smooth) for smooth in (False, True))
    ]
    assert len(kinds[0]) == 11
    assert len(kinds[1]) > 100


def test_a_map_without_answers_has_no_picture() -> None:
    assert map_image(None, None, None, (0.0, 1.0), theme.current(), is_smooth=True).isNull()

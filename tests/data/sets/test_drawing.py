"""A drawing becomes an image as the set's own were made: MNIST's own images come out as they are, wherever drawn."""

from dataclasses import replace

import numpy as np
import pytest

from lab.data.sets.drawing import (
    FITTINGS,
    background_of,
    ink_of_row,
    resized,
    row_of_drawing,
    usual_fitting,
)
from lab.data.sets.sources import load_source
from lab.experiment.session import Session
from lab.experiment.spec import Experiment


def enlarged(ink: np.ndarray, factor: int) -> np.ndarray:
    return np.kron(ink, np.ones((factor, factor)))


def test_images_of_mnist_drawn_large_come_out_as_they_are() -> None:
    """Of all 5,000 bundled ones 94 in 100 do bit for bit; of the rest a few pixels differ by rounding."""
    data = load_source("mnist5k")
    background = background_of(data)
    for row in data.x[::500]:
        drawn = enlarged(ink_of_row(row, data, background), 10)
        assert usual_fitting(data) == "mnist"
        assert np.array_equal(row_of_drawing(drawn, "mnist", data, background), row)


def test_where_and_how_large_it_is_drawn_does_not_matter_for_mnist() -> None:
    data = load_source("mnist5k")
    row = data.x[1234]
    small = enlarged(ink_of_row(row, data, 0.0), 5)
    moved = np.zeros((280, 280))
    moved[7 : 7 + 140, 131 : 131 + 140] = small
    assert np.array_equal(row_of_drawing(moved, "mnist", data, 0.0), row)


def test_test_digits_that_are_drawn_are_recognised_as_the_sets_own() -> None:
    """Of the 8×8 digits nine in ten keep their class: their margin differs by a pixel here and there."""
    dense = [
        {"kind": "dense", "units": 24, "activation": "relu"},
        {"kind": "dense", "units": 10, "activation": "softmax"},
    ]
    training = {"epochs": 8, "optimizer": {"kind": "adam", "learning_rate": 0.01}}
    session = Session(
        Experiment.model_validate(
            {"data": {"source": "digits", "scaling": "pixel"}, "layers": dense, "training": training}
        )
    )
    for _ in range(8):
        session.run_epoch()
    data, rows = session.dataset, session.parts["test"].rows
    drawn = np.array(
        [row_of_drawing(enlarged(ink_of_row(data.x[row], data, 0.0), 35), "fill", data, 0.0) for row in rows]
    )
    own, new = (
        session.network.predict(session.prepared.scaling.apply(np.asarray(x, np.float64), "float32")).argmax(axis=1)
        for x in (data.x[rows], drawn)
    )
    assert (own == data.y[rows]).mean() > 0.9
    assert (own == new).mean() > 0.85


@pytest.mark.parametrize("fitting", FITTINGS)
@pytest.mark.parametrize("side", [1, 3, 28, 97])
def test_an_empty_canvas_stays_empty_and_a_full_one_has_ink(fitting: str, side: int) -> None:
    fit = FITTINGS[fitting].fit
    assert not fit(np.zeros((side, side)), (28, 28)).any()
    full = fit(np.ones((side, side)), (28, 28))
    assert full.shape == (28, 28)
    assert full.max() == pytest.approx(1.0)


@pytest.mark.parametrize(("old", "new"), [((7, 5), (3, 9)), ((280, 280), (28, 28)), ((4, 4), (4, 4)), ((1, 1), (8, 8))])
def test_the_mean_of_ink_is_kept_by_any_change_of_size(old: tuple[int, int], new: tuple[int, int]) -> None:
    ink = np.random.default_rng(0).uniform(size=old)
    assert resized(ink, *new).shape == new
    assert resized(ink, *new).mean() == pytest.approx(ink.mean())


def test_on_a_light_background_ink_is_dark_and_colours_are_grey() -> None:
    data = load_source("digits")
    light = replace(data, x=16 - data.x)
    background = background_of(light)
    assert background == 16
    ink = ink_of_row(light.x[5], light, background)
    assert np.array_equal(ink, data.x[5].reshape(8, 8) / 16)
    assert np.array_equal(row_of_drawing(ink, "as_drawn", light, background), light.x[5])
    colour = replace(
        data, x=np.repeat(data.x, 3, axis=1), image_shape=(8, 8, 3), feature_names=tuple(map(str, range(192)))
    )
    assert np.array_equal(row_of_drawing(ink, "as_drawn", colour, 0.0), np.repeat(data.x[5], 3))
    assert ink_of_row(colour.x[5], colour, 0.0) == pytest.approx(ink)


def test_a_line_along_the_edge_is_kept_whole() -> None:
    line = np.zeros((280, 280))
    line[:, 279] = 1.0
    fitted = FITTINGS["mnist"].fit(line, (28, 28))
    assert fitted.sum() == pytest.approx(20.0)
    assert fitted[:, 14].sum() == pytest.approx(20.0)

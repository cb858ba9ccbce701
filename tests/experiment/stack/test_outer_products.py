"""A weight gradient as the mean or sum of m outer products: the tiles that are shown come to the gradient."""

import numpy as np
import pytest

from lab.core.explain.tile import Shown, Tile
from lab.experiment.readings.board_tiles import BoardTiles
from lab.experiment.session import Session
from lab.experiment.spec import Experiment
from lab.experiment.stack.equations import Equation, equations
from lab.experiment.stack.outer_products import MOST_TILES, as_outer_products, examples_shown
from lab.experiment.stack.stack import stack_rows


def _session(m: int, reduction: str = "mean") -> Session:
    layers = [
        {"kind": "dense", "units": 3, "activation": "tanh"},
        {"kind": "dense", "units": 3, "activation": "softmax"},
    ]
    training = {"batch_size": m, "reduction": reduction, "dtype": "float64"}
    session = Session(Experiment.model_validate({"data": {"source": "iris"}, "layers": layers, "training": training}))
    session.step()
    return session


def _gradient(session: Session, layer: int, one: bool = False) -> Equation:
    rows = stack_rows(session.experiment, session.dataset.inputs, session.dataset.classes)
    found = equations(session.experiment, rows, layer, len(session.used_rows), one)
    return next(each for each in found if each.matrix == "dW")


def _values(session: Session, tiles: tuple[Tile, ...], most: int = 100) -> dict[Shown, np.ndarray]:
    step = BoardTiles(frozenset(tile.shown for tile in tiles), most).read(session)
    assert step is not None
    return {shown: blocks.values for shown, blocks in step.tiles.items()}


@pytest.mark.parametrize(("reduction", "word"), [("mean", "mean"), ("sum", "sum")])
@pytest.mark.parametrize("layer", [0, 1])
def test_the_tiles_of_all_examples_come_to_the_gradient(reduction: str, word: str, layer: int) -> None:
    session = _session(5, reduction)
    found = as_outer_products(_gradient(session, layer), 5, reduction == "mean", examples_shown(5, 3))
    assert found is not None
    assert found.name == f"the {word} of 5 outer products"
    *shares, result = found.tiles
    values = _values(session, found.tiles)
    total = np.sum([values[tile.shown] for tile in shares], axis=0) / (5 if reduction == "mean" else 1)
    np.testing.assert_allclose(total, values[result.shown], rtol=1e-12)
    assert len(shares) == 5


def test_of_a_large_batch_those_around_the_followed_example_are_shown_and_the_rest_is_told() -> None:
    session = _session(30)
    shown = examples_shown(30, 20)
    found = as_outer_products(_gradient(session, 0), 30, True, shown)
    assert found is not None
    assert 20 in shown
    assert len(shown) == MOST_TILES == len(found.tiles) - 1
    assert found.tiles[0].operator == "(… +"
    assert found.tiles[-1].operator == "+ … ) / 30 ="
    assert examples_shown(30, 29) == range(22, 30)
    assert examples_shown(30, 0) == range(MOST_TILES)


def test_one_example_alone_has_no_other_products_beside_its_own() -> None:
    session = _session(5)
    assert as_outer_products(_gradient(session, 0), 1, True, examples_shown(1, 0)) is None
    assert as_outer_products(_gradient(session, 0, one=True), 5, True, examples_shown(5, 0)) is None


def test_blocks_of_an_outer_product_have_the_largest_magnitude_of_the_whole_product() -> None:
    session = _session(4)
    tiles = as_outer_products(_gradient(session, 0), 4, True, examples_shown(4, 0)).tiles[:-1]  # type: ignore[union-attr]
    whole, blocks = _values(session, tiles), _values(session, tiles, most=2)
    for tile in tiles:
        largest = np.abs(whole[tile.shown])
        expected = [[largest[:2, :2].max(), largest[:2, 2:].max()], [largest[2:, :2].max(), largest[2:, 2:].max()]]
        np.testing.assert_allclose(np.abs(blocks[tile.shown]), expected, rtol=1e-12)

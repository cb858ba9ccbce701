"""The examples worked by hand: the program gives every digit that their comments and their books print."""

import json
import re
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lab import paths
from lab.experiment.examples import examples
from lab.experiment.forms.toml_text import comments
from lab.experiment.readings.layer_matrix import LayerMatrix
from lab.experiment.session import Session
from lab.experiment.spec import load_experiment

FOLDER = paths.worked_examples()
FILES = sorted(FOLDER.glob("*.toml"))
PUBLISHED = {
    "udacity-3-2-1": {
        "a¹": "[[0.55971365, 0.38698582]]",
        "a² − y": "[[-0.11502657]]",
        "δ²": "[[-0.02873067]]",
        "δ¹": "[[-0.00070802, 0.00204471]]",
    },
    "goodfellow-xor": {"a¹": "[[0, 0], [1, 0], [1, 0], [2, 1]]", "a²": "[[0], [1], [1], [0]]"},
    "saito-2-3-2-2": {"z¹": "[[0.3, 0.7, 1.1]]", "a³": "[[0.31682708, 0.69627909]]"},
}
"""What the books print, with the sign of a − y."""

_LINE = re.compile(r"#   (.+) = (\[.+\])")
_NAMES = {"z": "z", "a": "a", "δ": "delta", "dW": "dW", "db": "db", "ΔW": "update_W", "Δb": "update_b"}
_LEVELS = "¹²³"

each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def _after_one_step(file: Path) -> Session:
    session = Session(load_experiment(file))
    session.step()
    return session


def _printed(file: Path) -> dict[str, str]:
    found = (_LINE.fullmatch(comment) for comment in comments(file.read_text(encoding="utf-8")))
    return {match[1]: match[2] for match in found if match is not None}


def _matrix(session: Session, name: str) -> NDArray[np.float64]:
    """Return a matrix of the step by the name that a comment gives it, as "δ¹", "a² − y" or "b¹ after it"."""
    name, _, minus = name.partition(" − ")
    name, _, after = name.partition(" after ")
    layer = _LEVELS.index(name[-1])
    if after:
        return np.array(getattr(session.network.layers[layer], name[:-1]))
    found = LayerMatrix(layer, _NAMES[name[:-1]]).read(session)
    assert found is not None
    return found - session.network.y if minus else found


def _check(found: NDArray[np.float64], printed: str) -> None:
    """Compare every printed digit: what is found rounds to it."""
    numbers = np.array(json.loads(printed, parse_float=Decimal, parse_int=Decimal), object)
    assert found.shape == numbers.shape
    for value, number in zip(found.ravel().tolist(), numbers.ravel().tolist(), strict=True):
        last_digit = 10.0 ** number.as_tuple().exponent if number.as_tuple().exponent else 1e-12
        assert abs(value - float(number)) <= last_digit / 2 + 1e-15, (value, number)


@each_file
def test_every_digit_in_the_comments_is_the_programs(file: Path) -> None:
    session, printed = _after_one_step(file), _printed(file)
    assert len(printed) >= 5
    for name, numbers in printed.items():
        _check(_matrix(session, name), numbers)


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_published_digit_is_the_programs(name: str) -> None:
    session = _after_one_step(FOLDER / f"{name}.toml")
    for matrix, numbers in PUBLISHED[name].items():
        _check(_matrix(session, matrix), numbers)


@each_file
def test_rows_stay_in_the_order_of_the_file_and_numbers_in_float64(file: Path) -> None:
    session = _after_one_step(file)
    assert session.network.dtype == np.float64
    np.testing.assert_array_equal(session.network.x, session.experiment.data.x)
    np.testing.assert_array_equal(session.used_rows, np.arange(session.dataset.examples))
    session.step()
    np.testing.assert_array_equal(session.used_rows, np.arange(session.dataset.examples))


@each_file
def test_a_step_starts_from_the_given_values(file: Path) -> None:
    session = Session(load_experiment(file))
    for layer, spec in zip(session.network.layers, session.experiment.layers, strict=True):
        assert spec.given()
        for name, value in spec.given().items():
            np.testing.assert_array_equal(getattr(layer, name), value)


def test_a_bias_that_does_not_learn_has_no_update() -> None:
    session = _after_one_step(FOLDER / "udacity-3-2-1.toml")
    for layer in session.network.layers:
        assert layer.db.any()
        assert not layer.update_b.any()
        assert not layer.b.any()


def test_sum_and_mean_differ_by_the_number_of_examples() -> None:
    by_sum, by_mean = (_after_one_step(FOLDER / f"temperature-{name}.toml") for name in ("sum", "mean"))
    for name in ("dW", "db", "update_W", "update_b"):
        found = [LayerMatrix(0, name).read(session) for session in (by_sum, by_mean)]
        np.testing.assert_allclose(found[0], 2 * np.array(found[1]), rtol=1e-15)


def test_the_horse_of_the_comment() -> None:
    """One cell by hand: size to unit 1, the mean over four animals."""
    session = _after_one_step(paths.first_example())
    sizes, deltas = [0.1, 0.3, 1.0, 0.6], [-0.0287, 0.0901, -0.0556, -0.0696]
    cell = LayerMatrix(0, "dW").read(session)
    assert cell is not None
    assert round(float(cell[0, 0]), 4) == -0.0183
    assert abs(sum(size * delta for size, delta in zip(sizes, deltas, strict=True)) / 4 - cell[0, 0]) < 1e-4


def test_each_example_has_a_name_of_its_own_and_says_what_to_look_at() -> None:
    found = examples(FOLDER)
    assert len({example.name for example in found}) == len(found) == len(FILES) == 6
    assert all("Look at: " in example.about for example in found)

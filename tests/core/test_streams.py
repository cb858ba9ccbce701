"""Streams of randomness: one seed, five independent generators."""

import numpy as np
import pytest

from lab.core.streams import streams

NAMES = ("split", "weights", "shuffling", "dropout", "surgery")


def _draw(seed: int, name: str) -> list[int]:
    return getattr(streams(seed), name).integers(0, 1 << 40, 8).tolist()


@pytest.mark.parametrize("name", NAMES)
def test_a_seed_always_gives_the_same_stream(name: str) -> None:
    assert _draw(7, name) == _draw(7, name)
    assert _draw(7, name) != _draw(8, name)


def test_no_two_streams_of_a_seed_are_alike() -> None:
    drawn = [tuple(_draw(seed, name)) for seed in range(5) for name in NAMES]
    assert len(set(drawn)) == len(drawn)


@pytest.mark.parametrize("name", NAMES)
def test_drawing_from_one_leaves_the_others_alone(name: str) -> None:
    undisturbed, disturbed = streams(3), streams(3)
    getattr(disturbed, name).normal(size=1000)
    for other in NAMES:
        same = getattr(undisturbed, other).random() == getattr(disturbed, other).random()
        assert same == (other != name)


def test_two_streams_are_not_correlated() -> None:
    one, other = (getattr(streams(0), name).normal(size=10_000) for name in ("split", "weights"))
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.05


@pytest.mark.parametrize("seed", [0, 1, 2**63 - 1])
def test_every_seed_of_an_experiment_works(seed: int) -> None:
    assert len(set(_draw(seed, "split"))) > 1

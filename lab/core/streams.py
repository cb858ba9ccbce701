"""One seed, five independent streams of randomness, so that changing what one draws leaves the others alone."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Streams:
    """The generators of one run: for the split, the initial weights, the shuffling, the dropout and surgery."""

    split: np.random.Generator
    weights: np.random.Generator
    shuffling: np.random.Generator
    dropout: np.random.Generator
    surgery: np.random.Generator


def streams(seed: int) -> Streams:
    """Return the five streams of a seed (a whole number from 0), the same for the same seed."""
    children = np.random.SeedSequence(seed).spawn(5)
    return Streams(*(np.random.Generator(np.random.PCG64(child)) for child in children))

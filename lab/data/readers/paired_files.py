"""Inputs and targets in two files, or two arrays, whose names differ in one word: X and y, images and labels."""

import re
from collections.abc import Iterator

# The word for the inputs and the word for the targets, the likeliest pair first.
PAIRS = (
    ("x", "y"),
    ("images", "labels"),
    ("image", "label"),
    ("data", "labels"),
    ("data", "target"),
    ("images", "target"),
    ("features", "labels"),
    ("features", "target"),
    ("inputs", "targets"),
    ("x", "labels"),
    ("x", "target"),
)


def pair_names(name: str) -> Iterator[tuple[str, str]]:
    """Yield the names (inputs, targets) of every pair that `name` may be one half of, the likeliest first.

    A word stands between "-", "_", ".", spaces and the ends; its case does not matter.
    """
    for inputs, targets in PAIRS:
        for other in _with_word(name, inputs, targets):
            yield name, other
        for other in _with_word(name, targets, inputs):
            yield other, name


def _with_word(name: str, word: str, other: str) -> Iterator[str]:
    """Yield `name` with `other`, small, large or capitalised, in each place where it has `word`."""
    words = re.split(r"([-_. ])", name)
    for place in reversed(range(len(words))):
        if words[place].lower() == word:
            for spelled in dict.fromkeys((other, other.upper(), other.capitalize())):
                yield "".join([*words[:place], spelled, *words[place + 1 :]])

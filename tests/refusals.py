"""The sentence with which something is refused: one line, ended like a sentence."""

import tracemalloc
from collections.abc import Callable

import pytest

from lab.data.errors import DataError


def refusal(call: Callable[..., object], *arguments: object, **options: object) -> str:
    """Call and return the sentence of the DataError that it must raise."""
    with pytest.raises(DataError) as caught:
        call(*arguments, **options)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence[-1] in ".?", f"not a sentence: {sentence}"
    return sentence


def refusal_and_memory(call: Callable[..., object], *arguments: object) -> tuple[str, int]:
    """Return the refusal and the most bytes that Python held on the way to it."""
    tracemalloc.start()
    try:
        return refusal(call, *arguments), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

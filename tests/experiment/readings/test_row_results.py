"""The rows of a part with their losses and predictions, as an evaluation has them, and frozen."""

from collections.abc import Callable

import numpy as np
import pytest

from lab.experiment.readings.row_results import PartResults
from lab.experiment.session import Session


@pytest.mark.parametrize("part", ["train", "validation", "test"])
def test_it_is_what_the_session_says_and_cannot_be_written_to(stepped: Callable[..., Session], part: str) -> None:
    session = stepped(4)
    results, expected = PartResults(part).read(session), session.row_results(part)
    assert results.part == part
    for name in ("rows", "losses", "predicted"):
        np.testing.assert_array_equal(getattr(results, name), getattr(expected, name))
        assert not getattr(results, name).flags.writeable
    assert session.parts[part].rows.flags.writeable


def test_it_is_not_worth_asking_with_every_picture() -> None:
    assert PartResults("train").interval > 1

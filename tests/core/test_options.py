"""Options: their limits, the sentence for what is outside, and usual values that are valid themselves."""

from typing import Any

import numpy as np
import pytest

from lab.core.optimizers import OPTIMIZERS
from lab.core.options import Option, checked, switch
from lab.core.schedules import SCHEDULES, WARM_UP

OPEN = Option("share", "Share", 0.5, "help", above=0, below=1)
CLOSED = Option("count", "Count", 3, "help", lowest=1, highest=9, whole=True)
TABLES = {f"optimizer {name}": entry.make.options for name, entry in OPTIMIZERS.items()} | {
    f"schedule {name}": (*entry.options, WARM_UP) for name, entry in SCHEDULES.items()
}


@pytest.mark.parametrize("value", [1e-300, 0.5, 1 - 1e-16])
def test_numbers_between_open_limits_are_valid(value: float) -> None:
    assert OPEN.problem(value) is None


@pytest.mark.parametrize("value", [1, 5, 9, 3.0])
def test_closed_limits_may_be_reached(value: float) -> None:
    assert CLOSED.problem(value) is None


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        (OPEN, 0, "0 is not above 0"),
        (OPEN, -1.5, "-1.5 is not above 0"),
        (OPEN, 1, "1 is not below 1"),
        (OPEN, 7.25, "7.25 is not below 1"),
        (CLOSED, 0, "0 is not at least 1"),
        (CLOSED, 10, "10 is not at most 9"),
        (CLOSED, 2.5, "2.5 is not a whole number"),
        *((option, value, f"{value!r} is not a finite number")
          for option in (OPEN, CLOSED)
          for value in (np.nan, np.inf, -np.inf, True, "0.5", None, [0.5], 10**400)),
    ],
)  # fmt: skip
def test_what_is_outside_is_told_with_the_limit(option: Option, value: Any, words: str) -> None:
    assert option.problem(value) == words


def test_every_option_gets_its_value_or_the_usual_one() -> None:
    assert checked((OPEN, CLOSED), {"count": 7}) == {"share": 0.5, "count": 7}
    assert checked((), {}) == {}


def test_the_sentence_names_the_option() -> None:
    with pytest.raises(ValueError, match=r"^share: 2 is not below 1$"):
        checked((OPEN, CLOSED), {"share": 2})
    with pytest.raises(ValueError, match=r"^shore: unknown; valid are share, count$"):
        checked((OPEN, CLOSED), {"shore": 0.5})
    with pytest.raises(ValueError, match=r"^x: unknown; valid are no options$"):
        checked((), {"x": 1})


@pytest.mark.parametrize("table", TABLES)
def test_usual_values_are_valid_and_every_option_says_what_it_is(table: str) -> None:
    names = [option.name for option in TABLES[table]]
    assert len(set(names)) == len(names)
    for option in TABLES[table]:
        assert option.problem(option.default) is None
        assert option.help.strip()
        assert option.name.isidentifier()


@pytest.mark.parametrize("value", [0, 1, 0.0, 1.0, True, False])
def test_a_switch_is_a_yes_or_no(value: float) -> None:
    flag = switch("flag", "Flag", "help")
    assert flag.problem(value) is None
    made = checked((flag,), {"flag": value})["flag"]
    assert made == value
    assert not isinstance(made, bool)
    assert checked((flag,), {}) == {"flag": 0}


@pytest.mark.parametrize("value", [2, 0.5, -1, "true", None, np.nan, [1]])
def test_what_is_no_yes_and_no_no_is_refused(value: object) -> None:
    assert switch("flag", "Flag", "help").problem(value) == f"{value!r} is not true (1) or false (0)"

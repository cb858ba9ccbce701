"""A number that a kind of optimizer, schedule or layer can be given: its name, label, usual value, limits and meaning.

Files, combo boxes and error sentences all read these, so a new kind needs nothing but its row in a table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from sys import float_info
from typing import TypeGuard


def is_finite_number(value: object) -> TypeGuard[int | float]:
    """Return whether `value` is a number that a float can hold: no truth value, NaN, infinity or int beyond it."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return -float_info.max <= value <= float_info.max


@dataclass(frozen=True)
class Option:
    """A number with its label and usual value.

    `below` and `above` are limits that it must not reach, `whole` asks for an int.
    """

    name: str
    title: str
    """What a label calls it; its symbol in the formula stands at the end."""
    default: float
    help: str
    lowest: float | None = None
    highest: float | None = None
    above: float | None = None
    below: float | None = None
    whole: bool = False
    is_switch: bool = False
    """Whether it is a yes or no, 1 or 0, which a file may write as true or false and a window shows as a tick."""

    def said(self, value: float) -> str:
        """Return the option and this value of it in words."""
        return f"{self.title} {self.value_text(value)}"

    def value_text(self, value: float) -> str:
        """Return this value of it in words."""
        return ("on" if value else "off") if self.is_switch else f"{value:g}"

    def problem(self, value: object) -> str | None:
        """Return why `value` is not valid, as the end of a sentence, or None."""
        if self.is_switch and not (isinstance(value, bool) or value in (0, 1)):
            return f"{value!r} is not true (1) or false (0)"
        if self.is_switch:
            return None
        if not is_finite_number(value):
            return f"{value!r} is not a finite number"
        if self.whole and value != int(value):
            return f"{value!r} is not a whole number"
        for limit, holds, words in (
            (self.lowest, self.lowest is None or value >= self.lowest, "at least"),
            (self.highest, self.highest is None or value <= self.highest, "at most"),
            (self.above, self.above is None or value > self.above, "above"),
            (self.below, self.below is None or value < self.below, "below"),
        ):
            if not holds:
                return f"{value!r} is not {words} {limit:g}"
        return None


def switch(name: str, title: str, help_text: str) -> Option:
    """Return an option that is a yes or no, usually no."""
    return Option(name, title, 0, help_text, lowest=0, highest=1, whole=True, is_switch=True)


def checked(options: Sequence[Option], values: Mapping[str, float]) -> dict[str, float]:
    """Return the value of every option, the usual one where none is given.

    Raises ValueError that names the option for a value outside its limits or a name that is none of them.
    """
    known = {option.name: option for option in options}
    for name, value in values.items():
        if name not in known:
            raise ValueError(f"{name}: unknown; valid are {', '.join(known) or 'no options'}")
        if problem := known[name].problem(value):
            raise ValueError(f"{name}: {problem}")
    return {option.name: _number(values.get(option.name, option.default)) for option in options}


def _number(value: float) -> float:
    """Return true and false as 1 and 0."""
    return int(value) if isinstance(value, bool) else value

"""Examples that an experiment gives itself: `x` and `y` of its data, checked against one another."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator

from lab.core.options import is_finite_number
from lab.experiment.forms.given_numbers import MOST_NUMBERS, Rows, rows_of
from lab.experiment.forms.problems import FieldError, not_one_of, shown

WHEN_TYPED: dict[str, Any] = {"split": (1.0, 0.0, 0.0), "scaling": "none", "target_scaling": "none"}
"""What is usual for examples that a person wants to follow: all of them train, as they are written."""
HIGHEST_CLASS = 999


def _check_targets(value: object) -> object:
    """Return a list of texts, of numbers or of rows of numbers as tuples; ValueError, with the place, otherwise."""
    if value is None:
        return None
    if not isinstance(value, list | tuple) or not value:
        raise ValueError(f'{shown(value)} is not a list of targets, as ["cat", "dog"] or [0.6]')
    if len(value) > MOST_NUMBERS:
        raise ValueError(f"{len(value):,} entries found, at most {MOST_NUMBERS:,} can be written out")
    if isinstance(value[0], list | tuple):
        return rows_of(value)
    kind = str if isinstance(value[0], str) else float
    for number, each in enumerate(value, start=1):
        if not (isinstance(each, str) if kind is str else is_finite_number(each)):
            raise ValueError(f"entry {number}: {shown(each)} found, {_NAMES[kind]} expected as before it")
    return tuple(value)


_NAMES = {str: "a text", float: "a finite number"}

GivenTargets = Annotated[Any, BeforeValidator(_check_targets)]
"""Class names, class numbers, target numbers or rows of them; or None."""


def target_rows(y: Sequence[Any], examples: int) -> Rows:
    """Return target numbers as rows, (N, k); FieldError where some are no numbers or their count is another."""
    _check_count(y, examples)
    for number, each in enumerate(y, start=1):
        if isinstance(each, str):
            raise FieldError("y", f"entry {number}: {shown(each)} found, a number expected by the task numbers")
    return tuple(each if isinstance(each, tuple) else (float(each),) for each in y)


def class_numbers(y: Sequence[Any], classes: Sequence[str], examples: int) -> tuple[list[int], tuple[str, ...]]:
    """Return the class number of every example and the class names: those of `classes`, else the texts sorted.

    Raises FieldError for what is no class, for fewer than two classes, and where the count is another than that of x.
    """
    _check_count(y, examples)
    if isinstance(y[0], str):
        names = tuple(classes) or tuple(sorted(set(y)))
        for number, each in enumerate(y, start=1):
            if each not in names:
                raise FieldError("y", f"entry {number}: {not_one_of(each, names)}")
        numbers = [names.index(each) for each in y]
    else:
        highest = len(classes) - 1 if classes else HIGHEST_CLASS
        for number, each in enumerate(y, start=1):
            if not isinstance(each, int) or not 0 <= each <= highest:
                valid = f'a class name or a whole number from 0 to {highest} expected; task = "numbers" takes others'
                raise FieldError("y", f"entry {number}: {shown(each)} found, {valid}")
        numbers = list(y)
        names = tuple(classes) or tuple(str(number) for number in range(max(numbers) + 1))
    if len(names) < 2:
        raise FieldError("classes", f"{shown(list(names))} found, at least two classes expected; name them here")
    return numbers, names


def check_names(field: str, names: Sequence[str], count: int | None = None) -> None:
    """Raise FieldError where a name stands there twice, or where there are names but not so many."""
    if len(set(names)) != len(names):
        raise FieldError(field, f"{shown(list(names))} has a name twice")
    if names and count is not None and len(names) != count:
        raise FieldError(field, f"{len(names)} names found, {count} expected: one for each column of x")


def _check_count(y: Sequence[Any], examples: int) -> None:
    if len(y) != examples:
        raise FieldError("y", f"{len(y)} entries found, {examples} expected: one for each row of x")

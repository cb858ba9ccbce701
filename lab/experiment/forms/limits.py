"""The limits of a number, read from the checked form or the option that refuses what lies outside."""

from collections.abc import Iterator
from math import inf, nextafter
from typing import Any, NamedTuple, get_args

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from lab.core.options import Option
from lab.data.sets.generators import GeneratorOption


class Limits(NamedTuple):
    """The smallest and the largest number that is valid; None where there is no such limit."""

    lowest: float | None
    highest: float | None


class WholeLimits(NamedTuple):
    """The smallest and the largest whole number that is valid; None where there is no largest one."""

    lowest: int
    highest: int | None


def limits_of(form: type[BaseModel], name: str) -> Limits:
    """Return the limits of a number in a checked form, also where it is one of several (a tuple) or may be left out."""
    found = {type(each): each for each in _constraints(form.model_fields[name])}
    return _closed(
        found[Ge].ge if Ge in found else None,
        found[Gt].gt if Gt in found else None,
        found[Le].le if Le in found else None,
        found[Lt].lt if Lt in found else None,
    )


def whole_limits_of(form: type[BaseModel], name: str) -> WholeLimits:
    """Return the limits of a whole number in a checked form; ValueError where it has no lowest one."""
    limits = limits_of(form, name)
    if limits.lowest is None or not all(each is None or float(each).is_integer() for each in limits):
        raise ValueError(f"{form.__name__}.{name}: its limits are {limits}, whole numbers expected, the lowest given")
    return WholeLimits(int(limits.lowest), None if limits.highest is None else int(limits.highest))


AnyOption = Option | GeneratorOption


def limits_of_option(option: AnyOption) -> Limits:
    """Return the limits of an option of an optimizer, a schedule or a generator."""
    if isinstance(option, GeneratorOption):
        return Limits(option.lowest, option.highest)
    return _closed(option.lowest, option.above, option.highest, option.below)


def _closed(lowest: Any, above: Any, highest: Any, below: Any) -> Limits:
    """Return limits that are themselves valid: beside a number that must not be reached lies the next one."""
    return Limits(
        nextafter(above, inf) if above is not None else lowest,
        nextafter(below, -inf) if below is not None else highest,
    )


def _constraints(info: FieldInfo) -> Iterator[Any]:
    yield from info.metadata
    yield from _constraints_within(info.annotation)


def _constraints_within(annotation: Any) -> Iterator[Any]:
    """Yield the constraints that stand deeper in an annotation, as that of the number in `Annotated[…] | None`."""
    for part in get_args(annotation):
        if isinstance(part, FieldInfo):
            yield from _constraints(part)
        elif isinstance(part, Ge | Gt | Le | Lt):
            yield part
        else:
            yield from _constraints_within(part)

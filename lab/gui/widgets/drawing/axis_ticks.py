"""Where an axis has its lines and what is written there: even steps of 1, 2 or 5, or factors of ten."""

import math

from lab.gui.widgets.drawing.number_text import MINUS, count_text, number_text

Tick = tuple[float, str]

_FEW_DECADES = 1.2
_SOME_DECADES = 3.0


def linear_ticks(low: float, high: float, most: int) -> list[Tick]:
    """Return (location, text) of at most `most` even steps between two numbers, none where there is no stretch."""
    span = high - low
    if not (math.isfinite(span) and span > 0):
        return []
    step = _step(span / most)
    return [(step * k, _plain(step * k, step)) for k in range(math.ceil(low / step), math.floor(high / step) + 1)]


def log_ticks(low: float, high: float, most: int) -> list[Tick]:
    """Return (location, text) of the lines between two locations, both of them log10 of the value.

    Many decades have a line every one or every few; three or less have 1 and 3 in each, one or less 1, 2, 3 and 5;
    where not even two of those are in view the values themselves are divided evenly.
    """
    span = high - low
    if not (math.isfinite(span) and span > 0):
        return []
    if span > _SOME_DECADES:
        step = max(math.ceil(span / most), 1)
        locations = [float(p) for p in range(math.ceil(low), math.floor(high) + 1) if p % step == 0]
    else:
        factors = (1, 3) if span > _FEW_DECADES else (1, 2, 3, 5)
        locations = [d + math.log10(f) for d in range(math.floor(low), math.floor(high) + 1) for f in factors]
    inside = [(location, _short(location)) for location in locations if low <= location <= high]
    if len(inside) > 1:
        return inside
    return [(math.log10(value), text) for value, text in linear_ticks(10.0**low, 10.0**high, most) if value > 0]


def rounded_up(last: float, first: float) -> float:
    """Return an end a little beyond `last`: at most 1/8 of the way from `first`, and the same for a while.

    An axis that grows with every step would be drawn anew with every step.
    """
    span = last - first
    if span <= 0:
        return first + 1
    step = 2.0 ** math.floor(math.log2(span)) / 8
    return first + math.ceil(span / step) * step


def rounded_out(low: float, high: float) -> tuple[float, float]:
    """Return a range that holds the one given, each end at most 1/8 of the way further, and the same for a while."""
    step = 2.0 ** math.floor(math.log2(high - low)) / 16
    return math.floor(low / step) * step, math.ceil(high / step) * step


def _step(least: float) -> float:
    """Return the smallest of 1, 2 and 5 times a power of ten that is not below `least`."""
    unit = 10.0 ** math.floor(math.log10(least))
    return next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= least * 0.999)


def _plain(value: float, step: float) -> str:
    """Write a multiple of a step with the decimals that the step has."""
    decimals = max(-math.floor(math.log10(step) + 1e-9), 0)
    if decimals > 4 or abs(value) >= 1e7:
        return number_text(value)
    if decimals == 0:
        return count_text(round(value))
    return f"{value:.{decimals}f}".replace("-", MINUS)


def _short(location: float) -> str:
    """Write 10^location short: 0.03, 2, 1e-6."""
    value = 10.0**location
    return f"{value:.3g}" if -4 < location < 4 else number_text(value).replace(".000e", "e")

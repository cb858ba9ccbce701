"""A line chart or a cloud of points as SVG: ticks at round numbers, a logarithmic axis, marks, a legend."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

import numpy as np
from numpy.typing import NDArray

from lab.export.report.markup import Markup, element, joined, number

Floats = NDArray[np.float64]

WIDTH, HEIGHT = 720.0, 300.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 62.0, 12.0, 12.0, 44.0
_COLUMNS = 600
"""Places across the chart; of more points than two a place the lowest and highest are drawn."""


@dataclass(frozen=True, eq=False)
class Series:
    """A line or points of a chart: x and y, (k,); `paint` is the name of a colour in the style of the page."""

    title: str
    paint: str
    x: Floats
    y: Floats
    is_pale: bool = False
    is_points: bool = False


@dataclass(frozen=True)
class Axis:
    """An axis with its name; a logarithmic one leaves out what is not above 0."""

    name: str
    is_log: bool = False


@dataclass(frozen=True)
class _Scale:
    low: float
    high: float
    begin: float
    end: float
    is_log: bool

    def at(self, values: Floats) -> Floats:
        numbers = np.log10(values) if self.is_log else values
        placed: Floats = self.begin + (numbers - self.low) / (self.high - self.low) * (self.end - self.begin)
        return placed

    def ticks(self) -> list[float]:
        return _log_ticks(self.low, self.high) if self.is_log else _even_ticks(self.low, self.high)


def chart(
    series: Sequence[Series], x: Axis, y: Axis, marks: Sequence[tuple[float, str]] = (), diagonal: bool = False
) -> Markup:
    """Return the chart; "" where there is no finite point. marks: places on x with a text, diagonal: a line y = x."""
    drawn = [cleaned for each in series if len((cleaned := _finite(each, x, y)).x)]
    if not drawn:
        return Markup("")
    across = _scale(np.concatenate([each.x for each in drawn]), _LEFT, WIDTH - _RIGHT, x.is_log)
    up = _scale(np.concatenate([each.y for each in drawn]), HEIGHT - _BOTTOM, _TOP, y.is_log)
    if diagonal:
        both = np.concatenate([np.concatenate([each.x, each.y]) for each in drawn])
        across, up = _scale(both, _LEFT, WIDTH - _RIGHT, False), _scale(both, HEIGHT - _BOTTOM, _TOP, False)
    parts = [_grid(across, up, x.name, y.name), *(_mark(across, place, text) for place, text in marks)]
    if diagonal:
        ends = np.array([up.low, up.high])
        parts.append(_path(across.at(ends), up.at(ends), "line dash", "dim"))
    parts += [_drawn(each, across, up) for each in drawn]
    name = f"{y.name} by {x.name.lower()}: {', '.join(each.title for each in drawn)}"
    picture = element("svg", *parts, viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}", role="img", aria_label=name)
    return element("figure", picture, _legend(drawn), class_="chart")


def _finite(series: Series, x: Axis, y: Axis) -> Series:
    keep = np.isfinite(series.x) & np.isfinite(series.y)
    keep &= (series.x > 0) if x.is_log else True
    keep &= (series.y > 0) if y.is_log else True
    return Series(series.title, series.paint, series.x[keep], series.y[keep], series.is_pale, series.is_points)


def _scale(values: Floats, begin: float, end: float, is_log: bool) -> _Scale:
    numbers = np.log10(values) if is_log else values
    low, high = float(numbers.min()), float(numbers.max())
    room = (high - low) * 0.04 or abs(high) * 0.05 or 0.5
    return _Scale(low - room, high + room, begin, end, is_log)


def _even_ticks(low: float, high: float) -> list[float]:
    rough = (high - low) / 5
    power = 10.0 ** floor(log10(rough))
    step = next(power * each for each in (1, 2, 5, 10) if power * each >= rough)
    return [round(step * each, 12) + 0.0 for each in range(ceil(low / step), floor(high / step) + 1)]


def _log_ticks(low: float, high: float) -> list[float]:
    """Return powers of ten; 1, 2 and 5 times these where there are few; even steps where a decade is not reached."""
    powers = range(floor(low), ceil(high) + 1)
    for factors, every in (((1,), ceil(len(powers) / 8)), ((1, 2, 5), 1)):
        ticks = [factor * 10.0**power for power in powers[::every] for factor in factors]
        ticks = [tick for tick in ticks if low <= log10(tick) <= high]
        if len(ticks) >= 3:
            return ticks
    return [tick for tick in _even_ticks(10.0**low, 10.0**high) if tick > 0]


def _grid(across: _Scale, up: _Scale, x_name: str, y_name: str) -> Markup:
    parts = []
    for tick in up.ticks():
        at = float(up.at(np.array([tick]))[0])
        parts.append(element("line", x1=_LEFT, x2=WIDTH - _RIGHT, y1=f"{at:.1f}", y2=f"{at:.1f}", class_="grid"))
        parts.append(element("text", number(tick), x=_LEFT - 6, y=f"{at + 4:.1f}", text_anchor="end"))
    for tick in across.ticks():
        at = float(across.at(np.array([tick]))[0])
        parts.append(element("text", number(tick), x=f"{at:.1f}", y=HEIGHT - _BOTTOM + 16, text_anchor="middle"))
    bottom = HEIGHT - _BOTTOM
    parts.append(element("path", d=f"M{_LEFT} {_TOP}V{bottom}H{WIDTH - _RIGHT}", class_="axis"))
    parts.append(element("text", x_name, x=(_LEFT + WIDTH) / 2, y=HEIGHT - 8, text_anchor="middle", class_="name"))
    middle = (_TOP + bottom) / 2
    turned = f"rotate(-90 14 {middle:g})"
    parts.append(element("text", y_name, x=14, y=f"{middle:g}", text_anchor="middle", transform=turned, class_="name"))
    return joined(parts)


def _mark(across: _Scale, place: float, text: str) -> Markup:
    at = float(across.at(np.array([max(place, 1e-9) if across.is_log else place]))[0])
    if not _LEFT <= at <= WIDTH - _RIGHT:
        return Markup("")
    line = element(
        "line", element("title", text), x1=f"{at:.1f}", x2=f"{at:.1f}", y1=_TOP, y2=HEIGHT - _BOTTOM, class_="mark"
    )
    return line


def _drawn(series: Series, across: _Scale, up: _Scale) -> Markup:
    if series.is_points:
        places = zip(across.at(series.x), up.at(series.y), strict=True)
        dots = [element("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r=2.6) for x, y in places]
        return element("g", *dots, class_="points", style=f"fill:var(--{series.paint})")
    x, y = _thinned(across.at(series.x), up.at(series.y))
    if len(x) == 1:
        return element("circle", cx=f"{x[0]:.1f}", cy=f"{y[0]:.1f}", r=3, style=f"fill:var(--{series.paint})")
    return _path(x, y, "line pale" if series.is_pale else "line", series.paint)


def _path(x: Floats, y: Floats, class_: str, paint: str) -> Markup:
    points = "L".join(f"{left:.1f} {top:.1f}" for left, top in zip(x, y, strict=True))
    return element("path", d=f"M{points}", class_=class_, style=f"stroke:var(--{paint})")


def _thinned(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return the lowest and the highest point of each place across, in their order; all where there are few."""
    if len(x) <= 2 * _COLUMNS:
        return x, y
    kept = []
    for part in np.array_split(np.arange(len(x)), _COLUMNS):
        kept += sorted({int(part[y[part].argmin()]), int(part[y[part].argmax()])})
    return x[kept], y[kept]


def _legend(series: Sequence[Series]) -> Markup:
    keys = [
        element("span", element("i", style=f"background:var(--{each.paint})", class_="pale" if each.is_pale else None),
                each.title)
        for each in series
    ]  # fmt: skip
    return element("figcaption", *keys)

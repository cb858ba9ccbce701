"""How dates are written, and the dates of a column's texts: one form for a column, in one order of day and month.

Two-digit years are those of POSIX: 69 to 99 are 19xx, 00 to 68 are 20xx. A time with a zone keeps the parts that are
written in its cell; how far the zone is ahead of UTC is kept beside them.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lab.data.cell_readings import DATE, SecondReading, UnfitText, Wanted, date_words, second_date
from lab.data.errors import quoted

Dates = NDArray[np.datetime64]

_LOOKED_AT = 50
_UNREADABLE_DATES = 0.01
_TIME = r"(?P<time>[ T]\d{1,2}:\d\d(?P<seconds>:\d\d)?)?"
_LONG_TIME = (
    r"(?:,?[ T]+(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?)?"
)
_ZONE = re.compile(r"(Z|[+-]\d\d:?\d\d)$")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAME = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_CENTURY = 69


@dataclass(frozen=True)
class DateForm:
    """One way to write a date, and how its texts are parsed, by the name of the reading where there are two.

    A parser takes texts and one match. `is_new`: experiments that had their tables before know nothing of it.
    """

    pattern: re.Pattern[str]
    parsers: Mapping[str, Callable[[list[str], re.Match[str]], Dates]]
    is_new: bool = False
    told: str = ""


@dataclass(frozen=True, eq=False)
class DateColumn:
    """The dates of a column's texts, (texts + 1,) with NaT last, their reading, a second one, and what to say of it.

    `offsets` (texts + 1,) are the seconds that each one's zone is ahead of UTC, None where no zone is written.
    """

    values: Dates
    reading: str
    second: SecondReading | None
    offsets: NDArray[np.int32] | None = None
    told: str = ""


def is_date(text: str) -> bool:
    """Whether a cell is written like a date."""
    return any(form.pattern.fullmatch(text) for form in _FORMS)


def all_dates(name: str, texts: list[str], rows: NDArray[np.intp], wanted: Wanted) -> DateColumn | None:
    """Return the same as dates_of where every text is a date, and then none can be a number; None for all others."""
    if not texts or not is_date(texts[0]):
        return None
    found = dates_of(name, texts, rows, wanted)
    return None if found is None or np.isnat(found.values[:-1]).any() else found


def dates_of(name: str, texts: list[str], rows: NDArray[np.intp], wanted: Wanted) -> DateColumn | None:
    """Return the dates of a column's different texts; None where too many of the rows hold none.

    `rows` tells how many have each text. Of day and month the one that was chosen or learnt with comes first, else the
    one that makes more valid dates; where both make as many there are two readings. Raises UnfitText for a text that
    fits only the order that was not chosen.
    """
    some = texts[:_LOOKED_AT]
    for form in _FORMS:
        matches = [match for text in some if (match := form.pattern.fullmatch(text))]
        if 2 * len(matches) < max(len(some), 1) or (form.is_new and name in wanted.plain):
            continue
        tries = {reading: parse(texts, matches[0]) for reading, parse in form.parsers.items()}
        lost = {reading: int(rows[np.isnat(dates)].sum()) for reading, dates in tries.items()}
        known = wanted.either.get(name)
        taken = known if known in tries else min(tries, key=lost.__getitem__)
        others = [reading for reading in tries if reading != taken]
        for other in others if known == taken else []:
            unfit = np.isnat(tries[taken]) & ~np.isnat(tries[other])
            if unfit.any():
                raise UnfitText(int(unfit.argmax()), taken)
        if lost[taken] > _UNREADABLE_DATES * rows.sum():
            continue
        fitting = [reading for reading in others if lost[reading] <= lost[taken]]
        second = None
        if fitting and name not in wanted.usual:
            second = second_date(fitting[0], texts, tries[taken], tries[fitting[0]])
        told = f"{form.told} In the column {quoted(name)} {quoted(some[0])} is {date_words(tries[taken][0])}."
        found = DateColumn(_with_gap(tries[taken]), taken, second, None, told if form.told else "")
        return _zoned(name, texts, found, wanted) if form is _FORMS[0] else found
    return None


def _zoned(name: str, texts: list[str], found: DateColumn, wanted: Wanted) -> DateColumn:
    """Return dates as they are written in the cells where these have zones, and the other reading beside them."""
    together = "".join(texts)
    if together.count("-") == 2 * len(texts) and "+" not in together and "Z" not in together:
        return found  # no more than the two of each date
    zones = [_ZONE.search(text[10:]) for text in texts]
    if not any(zones):
        return found
    offsets = np.array([*(_seconds_ahead(zone[0]) if zone else 0 for zone in zones), 0], np.int32)
    known = wanted.either.get(name) or ("utc_time" if name in wanted.plain else "")
    if not offsets.any() or known == "utc_time":
        return DateColumn(found.values, "utc_time" if offsets.any() else "", None)
    local = found.values + offsets.astype("timedelta64[s]")
    second = None
    if name not in wanted.usual:
        second = second_date("utc_time", texts, local[:-1], found.values[:-1])
    return DateColumn(local, "local_time", second, offsets)


def _seconds_ahead(zone: str) -> int:
    if zone == "Z":
        return 0
    digits = zone[1:].replace(":", "")
    return (-60 if zone[0] == "-" else 60) * (60 * int(digits[:2]) + int(digits[2:]))


def _with_gap(dates: Dates) -> Dates:
    return np.append(dates, np.datetime64("NaT", "s"))


def _by(format: str) -> Callable[[list[str], re.Match[str]], Dates]:
    """Return a parser for a format of pandas, to which the time is added that the first match has."""

    def parse(texts: list[str], match: re.Match[str]) -> Dates:
        return _parsed(texts, format if format == "ISO8601" else format + _time_format(match))

    return parse


def _parsed(texts: list[str], format: str) -> Dates:
    import pandas as pd

    parsed = pd.to_datetime(pd.Index(texts), format=format, errors="coerce", utc=True).tz_localize(None)
    dates: Dates = parsed.to_numpy().astype("datetime64[s]")
    return dates


def _time_format(match: re.Match[str]) -> str:
    time = match["time"]
    if not time:
        return ""
    return time[0] + ("%H:%M:%S" if match["seconds"] else "%H:%M")


def _in_order(pattern: re.Pattern[str], first: str = "day") -> Callable[[list[str], re.Match[str]], Dates]:
    """Return a parser that writes each text anew as ISO 8601 does; the group `one` is the day or the month."""

    def parse(texts: list[str], _match: re.Match[str]) -> Dates:
        return _parsed([_iso(pattern.fullmatch(text), first) for text in texts], "ISO8601")

    return parse


def _iso(match: re.Match[str] | None, first: str) -> str:
    """Return a match as "2020-01-31T12:00:00", "" where there is none."""
    if match is None:
        return ""
    parts = match.groupdict()
    month, day = (parts["two"], parts["one"]) if first == "day" else (parts["one"], parts["two"])
    if month is not None and month.isalpha():
        month = str(_MONTHS.index(month[:3].lower()) + 1)
    year = parts["year"]
    if len(year) == 2:
        year = f"{'19' if int(year) >= _CENTURY else '20'}{year}"
    hour = int(parts.get("hour") or 0)
    if half := parts.get("half"):
        if not 1 <= hour <= 12:
            return ""
        hour = hour % 12 + (12 if half in "pP" else 0)
    time = f"{hour:02}:{parts.get('minute') or '00'}:{parts.get('second') or '00'}"
    return f"{year}-{int(month):02}-{int(day or 1):02}T{time}"


def _new_forms() -> list[DateForm]:
    """Return the forms that are written anew: other signs, two-digit years, halves of the day, names of months."""
    forms = []
    for sign in r"/.-":
        for year, told in ((r"\d{4}", ""), (r"\d\d", "Years of two digits are read as 1969 to 2068.")):
            text = (
                rf"(?P<one>\d{{1,2}}){re.escape(sign)}(?P<two>\d{{1,2}}){re.escape(sign)}(?P<year>{year}){_LONG_TIME}"
            )
            pattern = re.compile(text)
            orders = {"day_first": "day", "month_first": "month"} if sign != "." else {DATE: "day"}
            parsers = {reading: _in_order(pattern, first) for reading, first in orders.items()}
            forms.append(DateForm(pattern, parsers, True, told))
    month = _MONTH_NAME.replace("?P<month>", "?P<{}>")
    number, ending = r"\d{1,2})(?:st|nd|rd|th)?", rf"(?P<year>\d{{4}}|\d\d){_LONG_TIME}"
    for text, first in (
        (rf"{month.format('one')}[ -]+(?P<two>{number},?[ -]+{ending}", "month"),
        (rf"(?P<one>{number}\.?[ -]+{month.format('two')},?[ -]+{ending}", "day"),
        (rf"{month.format('one')},?[ -]+(?P<year>\d{{4}})(?P<two>)", "month"),
    ):
        pattern = re.compile(text, re.IGNORECASE)
        forms.append(DateForm(pattern, {DATE: _in_order(pattern, first)}, True))
    pattern = re.compile(r"(?P<year>\d{4})-(?P<one>0[1-9]|1[0-2])(?P<two>)")
    forms.append(DateForm(pattern, {DATE: _in_order(pattern, "month")}, True))
    return forms


_FORMS = (
    DateForm(re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d:?\d\d)?)?"), {"": _by("ISO8601")}),
    DateForm(re.compile(r"\d{4}/\d{1,2}/\d{1,2}" + _TIME), {"": _by("%Y/%m/%d")}),
    DateForm(re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}" + _TIME), {"": _by("%d.%m.%Y")}),
    DateForm(
        re.compile(r"\d{1,2}/\d{1,2}/\d{4}" + _TIME), {"day_first": _by("%d/%m/%Y"), "month_first": _by("%m/%d/%Y")}
    ),
    *_new_forms(),
)

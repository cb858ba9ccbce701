"""How a cell's text is read where two ways fit: decimal signs, the order of day and month, what stands around numbers.

A column is read in one way as a whole, decided from all its values. Where two ways fit, one is taken and the other is
kept beside it with cells that differ, so that a person can be asked.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.data.amounts import amounts_of
from lab.data.as_number import as_number
from lab.data.errors import quoted

_MOST_EXAMPLES = 3
# A group that begins with 0 is none: 0.403 is always less than one.
_GROUPS = {sign: re.compile(rf"[+-]?[1-9]\d{{0,2}}(?:{re.escape(sign)}\d{{3}})+") for sign in ",."}
_WORDS = frozenset(("nan", "inf", "infinity"))
_PLAIN_WHOLE = re.compile(r"[+-]?\d+")


Numbers = list[float | None]


@dataclass(frozen=True)
class CellReading:
    """One way to read the texts of a column: its name in files, its title on screen, and how it stands in a sentence.

    `decimal` is the decimal sign of a number; for a date it is empty, and `day_first` says what comes first.
    `is_amount`: something may stand around the number.
    """

    name: str
    title: str
    help: str
    words: str
    decimal: str = ""
    day_first: bool = False
    is_amount: bool = False


READINGS: dict[str, CellReading] = {
    reading.name: reading
    for reading in (
        CellReading(
            "decimal_point", "1.5, thousands 1,500", "The point is the decimal sign; commas group thousands.",
            "with a decimal point, so that a comma groups thousands", decimal=".",
        ),
        CellReading(
            "decimal_comma", "1,5, thousands 1.500", "The comma is the decimal sign; points group thousands.",
            "with a decimal comma, so that a point groups thousands", decimal=",",
        ),
        CellReading(
            "day_first", "Day, month, year", "The first number of a date is the day.", "with the day first",
            day_first=True,
        ),
        CellReading(
            "month_first", "Month, day, year", "The first number of a date is the month.", "with the month first",
        ),
        CellReading(
            "amount_point", "Number", "The number without what stands around it; the point is its decimal sign.",
            "as a number with something around it and a decimal point", decimal=".", is_amount=True,
        ),
        CellReading(
            "amount_comma", "Number, as 1.500,5", "The number without what stands around it, with a decimal comma.",
            "as a number with something around it and a decimal comma", decimal=",", is_amount=True,
        ),
        CellReading("date", "Date", "The cells are dates.", "as dates"),
        CellReading("local_time", "As written", "The parts of a date are those in its cell.", "as its cells say"),
        CellReading("utc_time", "In UTC", "The parts of a date are those of its instant in UTC.", "in UTC"),
        CellReading("text", "Text", "The cells stay as they are written.", "as text"),
    )
}  # fmt: skip

OF_DECIMAL = {one.decimal: name for name, one in READINGS.items() if one.decimal and not one.is_amount}
OF_AMOUNT = {one.decimal: name for name, one in READINGS.items() if one.is_amount}
TEXT, DATE = "text", "date"


@dataclass(frozen=True)
class SecondReading:
    """Another way to read a column: its name in READINGS, and up to three cells: text, as read, as read in this way."""

    name: str
    examples: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Wanted:
    """What is known of how columns are to be read, by their names.

    `chosen` must hold for every cell; `usual` is taken where it is possible, as what a network was trained with.
    Columns that are `plain` are read as versions did that knew neither amounts nor dates with names of months.
    """

    chosen: Mapping[str, str] = field(default_factory=dict)
    usual: Mapping[str, str] = field(default_factory=dict)
    plain: frozenset[str] = frozenset()

    @property
    def either(self) -> Mapping[str, str]:
        """What was chosen, else what is usual."""
        return {**self.usual, **self.chosen}


class UnfitText(ValueError):
    """The text of that number cannot be read in the way that is wanted for its column, but could be in another."""

    def __init__(self, number: int, reading: str) -> None:
        super().__init__(f"text {number}")
        self.number, self.reading = number, reading


class CellFault(ValueError):
    """A cell that cannot be read as was chosen for its column: the column, the cell's row from 0, and its text."""

    def __init__(self, column: str, row: int, text: str, reading: str) -> None:
        super().__init__(f"{column}, row {row}")
        self.column, self.row, self.text, self.reading = column, row, text, reading


def second_words(name: str, taken: str, second: SecondReading) -> str:
    """Say how a column is read and how else it could be, with the cells that differ."""
    cells = ", ".join(f"{quoted(text)} is {here} or {there}" for text, here, there in second.examples)
    return (
        f"The column {quoted(name)} is read {READINGS[taken].words}. It could also be read "
        f"{READINGS[second.name].words}: {cells}."
    )


def number_in(text: str, decimal: str = ".") -> float | None:
    """Return the number that a cell spells with this decimal sign, or None where it is a text.

    The other sign may group thousands: 1,234,567.5 with a decimal point, 1.234.567,5 with a decimal comma.
    """
    if text[:1].isalpha() and text.lower() not in _WORDS:
        return None  # most texts are seen here to be no number
    other = _other(decimal)
    if other in text:
        whole, _, rest = text.partition(decimal)
        if not _GROUPS[other].fullmatch(whole) or (rest and not rest.isdecimal()):
            return None
        text = text.replace(other, "")
    return as_number(text if decimal == "." else text.replace(",", "."))


def numbers_in(texts: Sequence[str], decimal: str = ".") -> Numbers:
    """Return the number that each of many texts spells; where all begin with a letter that is seen at once."""
    if all(map(str.isalpha, {text[:1] for text in texts})) and _WORDS.isdisjoint(map(str.lower, texts)):
        return [None] * len(texts)
    return [number_in(text, decimal) for text in texts]


def proves(text: str) -> str | None:
    """Return the decimal sign that this text proves by itself, None where it proves none."""
    point, comma = number_in(text, "."), number_in(text, ",")
    if (point is None) == (comma is None):
        return None
    return "." if comma is None else ","


@dataclass(frozen=True)
class Spelling:
    """What is known of a file's decimal sign: the likely one, the one that some values prove, and what is wanted."""

    decimal: str = "."
    proven: str | None = None
    wanted: Wanted = field(default_factory=Wanted)


def choose_decimal(
    name: str, texts: Sequence[str], rows: Sequence[int], spelling: Spelling
) -> tuple[str, SecondReading | None, Numbers]:
    """Return the reading for a column's different texts, "" where none differs, a second one, and each text's number.

    `rows` tells how many rows have each text. What was chosen is taken; else the sign with which more rows are
    numbers; else the one that the file proves elsewhere, or that a network was trained with. Where nothing decides,
    whole numbers without a sign beside those with one tell that it groups thousands; then the file's likely sign.
    Raises UnfitText where the chosen one does not fit, and the other does.
    """
    read = {".": numbers_in(texts, ".")}
    together = "".join(texts)
    if "." not in together and "," not in together:
        return "", None, read["."]
    read[","] = numbers_in(texts, ",")
    if read["."] == read[","]:
        return "", None, read["."]
    fits = {sign: sum(n for n, number in zip(rows, read[sign], strict=True) if number is not None) for sign in ".,"}
    best = max(".,", key=fits.__getitem__)
    chosen, usual = (
        READINGS[known[name]].decimal if name in known else ""  # "" too where a date was known of that name
        for known in (spelling.wanted.chosen, spelling.wanted.usual)
    )
    if chosen:
        taken, asks = chosen, fits[_other(chosen)] >= fits[chosen]
        if None in read[taken] and None not in read[_other(taken)]:
            raise UnfitText(read[taken].index(None), OF_DECIMAL[taken])
    elif fits["."] != fits[","]:
        # It may contradict the rest of the file, so that the other one is meant after all.
        taken, asks = best, spelling.proven not in (None, best) and fits[_other(best)] > 0
    else:
        taken = spelling.proven or usual or _likely(texts, read, spelling.decimal)
        asks = not spelling.proven and not usual
    second = None
    if asks and 2 * fits[best] > sum(rows):
        examples = _examples(texts, read[taken], read[_other(taken)], lambda number: f"{number:.10g}")
        second = SecondReading(OF_DECIMAL[_other(taken)], examples)
    return OF_DECIMAL[taken], second, read[taken]


def choose_amount(
    name: str, texts: Sequence[str], rows: Sequence[int], spelling: Spelling
) -> tuple[str, SecondReading | None, Numbers] | None:
    """Return the same as choose_decimal for texts of which each has a number with something around; None for others.

    The second reading is that as text where there is one decimal sign.
    """
    amounts = amounts_of(texts)
    if not amounts or all(number_in(text, ".") is not None for text in texts):
        return None
    cores = [one.core for one in amounts]
    reading, second, plain = choose_decimal(name, cores, rows, spelling)
    if None in plain:
        return None
    sign = READINGS[reading].decimal if reading else spelling.decimal
    numbers: Numbers = [one.value(number or 0.0) for one, number in zip(amounts, plain, strict=True)]
    if second is not None:
        other = READINGS[second.name].decimal
        there = [one.value(number_in(one.core, other) or 0.0) for one in amounts]
        examples = _examples(texts, numbers, there, lambda number: f"{number:.10g}")
        return OF_AMOUNT[sign], SecondReading(OF_AMOUNT[other], examples), numbers
    decorated = [(text, number) for text, number in zip(texts, numbers, strict=True) if number_in(text, sign) is None]
    examples = tuple((text, f"{number:.10g}", quoted(text)) for text, number in decorated[:_MOST_EXAMPLES])
    return OF_AMOUNT[sign], SecondReading(TEXT, examples), numbers


def proven_decimal(texts: Iterable[str]) -> str | None:
    """Return the decimal sign that some of these texts prove, None where none proves one or both are proven."""
    signs = {proves(text) for text in texts} - {None}
    return signs.pop() if len(signs) == 1 else None


def _other(sign: str) -> str:
    return "," if sign == "." else "."


def _likely(texts: Sequence[str], read: Mapping[str, Numbers], usual: str) -> str:
    """Return the likelier decimal sign where both fit as many rows."""
    if any(_PLAIN_WHOLE.fullmatch(text) for text in texts):
        differing = next(text for text, one, two in zip(texts, read["."], read[","], strict=True) if one != two)
        return "." if "," in differing else ","
    return usual


def _examples(
    texts: Iterable[str], here: Iterable[object], there: Iterable[object], spell: Callable[[Any], str]
) -> tuple[tuple[str, str, str], ...]:
    """Return the first texts that differ, as they are read in both ways."""
    differ = ((text, one, two) for text, one, two in zip(texts, here, there, strict=True) if one != two)
    return tuple(
        (text, _spelled(one, spell), _spelled(two, spell)) for text, one, two in islice(differ, _MOST_EXAMPLES)
    )


def _spelled(value: object, spell: Callable[[Any], str]) -> str:
    return "no value" if value is None else spell(value)


def second_date(
    name: str, texts: Sequence[str], here: NDArray[np.datetime64], there: NDArray[np.datetime64]
) -> SecondReading | None:
    """Return another reading of dates with the first that differ, None where none does.

    `here` and `there` (texts,) are the dates of both, NaT for no date.
    """
    same = (here == there) | (np.isnat(here) & np.isnat(there))
    places = np.flatnonzero(~same)[:_MOST_EXAMPLES]
    examples = tuple((texts[place], date_words(here[place]), date_words(there[place])) for place in places)
    return SecondReading(name, examples) if examples else None


def date_words(date: np.datetime64) -> str:
    """Spell a date as it stands in a sentence, without a time that is midnight."""
    return "no date" if np.isnat(date) else str(date).removesuffix("T00:00:00")

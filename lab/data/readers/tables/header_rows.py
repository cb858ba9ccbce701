"""Which of the first rows of a table hold names: rows above them are titles, and a header may lack the first name."""

import math
import re
from collections import Counter
from collections.abc import Collection, Sequence
from itertools import dropwhile, pairwise

from lab.data.cell_readings import number_in
from lab.data.readers.tables.date_forms import is_date
from lab.data.readers.tables.frame_columns import is_missing

_FEWEST_COUNTED = 4
_MOST = 0.8
_FEWEST_BELOW = 4
_FEWEST_YEARS = 3
_YEARS = range(1500, 2201)
_NUMBERED = "column "
_MOST_TITLES = 20
_UNIT = re.compile(r"[\[(][^\])]{0,15}[\])]")
_KINDS = {"continuous", "discrete", "string", "time", "c", "d", "s", "t"}
_FLAGS = {"", "class", "meta", "ignore", "i", "m"}


def first_row(rows: Sequence[list[str]]) -> int:
    """Return the place of the first row of the table: what stands above is narrower than most rows, as titles are.

    One that is narrower by a field may be a header all the same, of a table whose first column has no name.
    """
    usual = Counter(len(fields) for fields in rows).most_common(1)[0][0]
    for place, fields in enumerate(rows):
        others = rows[place + 1 :]
        trailing = len(fields) == usual - 1 and not any(row[-1].strip() for row in others)
        if len(fields) >= usual or trailing or lacks_a_name(rows[place:], usual):
            return place
    return 0


def title_rows(rows: Sequence[list[str]]) -> int:
    """Return how many rows above the names are titles that a spreadsheet has made as wide as the table.

    No more than half of their cells are filled, and below them comes a row of texts over columns with numbers or dates.
    """
    width = max(map(len, rows))
    for place, row in enumerate(rows[: _MOST_TITLES + 1]):
        if 2 * _filled(row) > width or _has_groups(rows[place:]):
            below = list(dropwhile(_has_no_values, rows[place + 1 :]))
            return place if _has_no_values(row) and _over_values(row, below) else 0
    return 0


def _has_no_values(row: Sequence[str]) -> bool:
    return not any(_is_value(field.strip(), ".") for field in row)


def _filled(row: Sequence[str]) -> int:
    return sum(1 for field in row if field.strip())


def _over_values(row: Sequence[str], below: Sequence[list[str]]) -> list[int]:
    """Return the places of a row whose cells below are numbers or dates, nearly all of them."""
    found = []
    for place in range(len(row)):
        cells = [cell for cell in _cells(below, [place]) if not is_missing(cell)]
        values = sum(_is_value(cell, ".") or _is_value(cell, ",") for cell in cells)
        if cells and values >= _MOST * len(cells):
            found.append(place)
    return found


def lacks_a_name(rows: Sequence[list[str]], usual: int) -> bool:
    """Whether the first row holds names for all columns but the first, as R writes them."""
    if len(rows) < 2 or len(rows[0]) != usual - 1 or len(rows[1]) != usual or usual < 3:
        return False
    if sum(len(row) == usual for row in rows[1:]) < _MOST * (len(rows) - 1):
        return False
    if not any(row[-1].strip() for row in rows[1:]):
        return False  # each row ends with one more sign
    plain = [field.strip() for field in rows[0]]
    return all(plain) and not any(_is_value(field, ".") for field in plain) and any(
        _is_value(field.strip(), ".") for field in rows[1]
    )  # fmt: skip


def is_named(first: Sequence[str], names: Collection[str]) -> bool | None:
    """Tell by the names that a table must have whether its first row holds them; None where they tell nothing."""
    if not names:
        return None
    fields = {field.strip() for field in first}
    if set(names) <= fields:
        return True
    numbered = all(name.startswith(_NUMBERED) and name[len(_NUMBERED) :].isdecimal() for name in names)
    return False if numbered and all(fields) and not fields & set(names) else None


def has_header(rows: Sequence[list[str]], decimal: str) -> bool:
    """Whether the first of these rows holds names: it does unless it looks like the rows below it.

    It looks like them where it is all numbers (or dates) over columns of such, has a number among texts that come
    again below, or has no number and two or more of its texts come again below, a third of them at the least. Numbers
    that count the columns, 0 1 2 3 or 1 2 3 4 or years in a row, are names all the same.
    """
    first, below = [field.strip() for field in rows[0]], rows[1:]
    values = [place for place, field in enumerate(first) if _is_value(field, decimal)]
    texts = [place for place, field in enumerate(first) if place not in set(values) and not is_missing(field)]
    again = [place for place in texts if first[place] in set(_cells(below, [place]))]
    if not values:
        return not (len(again) >= 2 and 3 * len(again) >= len(texts))
    if _counts_columns(first, below) or _are_years(first, below):
        return True
    if any(not _is_value(cell, decimal) and not is_missing(cell) for cell in _cells(below, values)):
        return True
    fractions = any(decimal in first[place] for place in values)
    if fractions and len(below) >= _FEWEST_BELOW and not _come_again(below, texts):
        return False  # texts that are all different, as names of rows are, say nothing of the first one
    return bool(texts) and not again


def header_lines(rows: Sequence[list[str]]) -> int:
    """Return how many rows the header has.

    Three where kinds and flags of columns stand below the names (Orange); two where units in brackets do, or where
    names stand below those of groups of columns.
    """
    if len(rows) > 3 and has_kinds(rows):
        return 3
    return 2 if len(rows) > 2 and (_are_units(rows[1]) or _has_groups(rows)) else 1


def has_kinds(rows: Sequence[list[str]]) -> bool:
    """Whether the second and the third row tell the kinds of the columns and what they are for."""
    if len(rows) < 3:
        return False
    kinds, flags = ([field.strip().lower() for field in row] for row in rows[1:3])
    return all(kind in _KINDS for kind in kinds) and all(flag.split(" ")[0] in _FLAGS for flag in flags)


def joined_names(rows: Sequence[list[str]]) -> list[str]:
    """Return the names of a header of several rows; the name of a group of columns is that of each of them."""
    width = max(map(len, rows))
    wide = [[field.strip() for field in [*fields, *[""] * (width - len(fields))]] for fields in rows]
    if len(wide) > 1 and _is_grouping(wide[0], wide[1]):
        for place in range(1, width):
            if not wide[0][place] and wide[1][place]:
                wide[0][place] = wide[0][place - 1]
    return [" ".join(filter(None, column)) for column in zip(*wide, strict=True)]


def _are_units(row: Sequence[str]) -> bool:
    filled = [field.strip() for field in row if field.strip()]
    return 2 * len(filled) > len(row) and all(map(_UNIT.fullmatch, filled))


def _has_groups(rows: Sequence[list[str]]) -> bool:
    """Whether the first row names groups of columns: the second has the names, texts over columns of values."""
    if len(rows) < 3:
        return False
    first, second, below = rows[0], rows[1], rows[2:]
    if not _is_grouping(first, second) or not _has_no_values(second):
        return False
    return sum(bool(second[place].strip()) for place in _over_values(second, below)) >= 2


def _is_grouping(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether two or more names, the first at the left, each have an empty cell behind them that is filled below."""
    filled = [bool(field.strip()) for field in first]
    behind = [
        before and not here and bool(below.strip())
        for before, here, below in zip(filled, filled[1:], second[1:], strict=False)
    ]
    return sum(behind) >= 2 and filled[0]


def numbers_rows(cells: Sequence[str]) -> bool:
    """Whether a column counts its rows, from 0 or 1."""
    return len(cells) > 1 and any(cells == [str(number + start) for number in range(len(cells))] for start in (0, 1))


def _is_value(text: str, decimal: str) -> bool:
    number = number_in(text, decimal)
    return (number is not None and not math.isnan(number)) or is_date(text)


def _counts_columns(fields: list[str], below: Sequence[list[str]]) -> bool:
    fewest = _FEWEST_COUNTED
    if not fields[0]:
        # A table with an index has an empty name before the others.
        fields, fewest = fields[1:], 1 if numbers_rows(_cells(below, [0])) else _FEWEST_COUNTED
    return len(fields) >= fewest and any(
        fields == [str(number) for number in range(start, start + len(fields))] for start in (0, 1)
    )


def _come_again(rows: Sequence[list[str]], places: Sequence[int]) -> bool:
    """Whether some text stands twice in one of these columns."""
    return any(len(set(cells)) < len(cells) for place in places if (cells := _cells(rows, [place])))


def _are_years(first: list[str], below: Sequence[list[str]]) -> bool:
    """Whether the values of the first row are years one step apart, over columns without any."""
    fields = [field for field in first if field]
    if len(fields) < _FEWEST_YEARS or not all(_is_year(field) for field in fields):
        return False
    steps = {int(one) - int(before) for before, one in pairwise(fields)}
    return len(steps) == 1 and 0 not in steps and not any(_is_year(cell) for cell in _cells(below, range(len(first))))


def _is_year(text: str) -> bool:
    return text.isdecimal() and len(text) == 4 and int(text) in _YEARS


def _cells(rows: Sequence[list[str]], places: Collection[int]) -> list[str]:
    return [row[place].strip() for row in rows for place in places if place < len(row)]

"""Categories in new rows that the training never saw, and which known one they may be meant for."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from lab.data.errors import quoted
from lab.data.recipe.categories import names_of, ordered_categories
from lab.data.recipe.encoding import Encoding
from lab.data.recipe.input_column import InputColumn
from lab.data.table import Column, Table

_MOST_EXAMPLES = 3


def unseen_words(encoding: Encoding, table: Table) -> Iterator[str]:
    """Yield a sentence for each column with categories that are not known, with how many rows have one."""
    by_name = {column.name: column for column in table.columns}
    for made in encoding.columns:
        column = by_name.get(made.name)
        if column is None or made.use not in ("one_hot", "ordinal"):
            continue
        values = unseen_in(made, column)
        if values:
            known = {_plain(value): value for value in made.values}
            shown = ", ".join(_described(value, known) for value in list(values)[:_MOST_EXAMPLES])
            more = f" and {len(values) - _MOST_EXAMPLES:,} more" if len(values) > _MOST_EXAMPLES else ""
            rows = sum(values.values())
            yield (
                f"{table.path.name}: the column {quoted(made.name)} has values that were not in the training, in "
                f"{rows:,} {'row' if rows == 1 else 'rows'}: {shown}{more}."
            )


def unseen_in(made: InputColumn, column: Column) -> dict[str, int]:
    """Return the values of a column that are not known, with the rows that have each."""
    places = made.places_of(column)
    different = ordered_categories(column)
    unknown = different[places(different) < 0]
    names = names_of(column, unknown)
    return {name: int(np.count_nonzero(column.values == value)) for name, value in zip(names, unknown, strict=True)}


def matched(encoding: Encoding, table: Table) -> Table:
    """Return the table with texts that differ from a known one in case or blanks only spelled as that one."""
    by_name = {made.name: made for made in encoding.columns if made.kind == "text" and made.values}
    columns = tuple(
        _matched(column, by_name[column.name]) if column.kind == "text" and column.name in by_name else column
        for column in table.columns
    )
    return replace(table, columns=columns)


def _matched(column: Column, made: InputColumn) -> Column:
    known = {_plain(value): value for value in made.values}
    taken = set(made.values)
    spelled = [text if text in taken else known.get(_plain(text), text) for text in column.categories]
    different = list(dict.fromkeys(spelled))
    places = np.array([*(different.index(text) for text in spelled), -1], np.int32)
    return replace(column, values=places[column.values], categories=tuple(different))


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _described(value: str, known: dict[str, str]) -> str:
    meant = known.get(_plain(value))
    return (
        quoted(value)
        if meant is None
        else f"{quoted(value)} (spelled {quoted(meant)} there; --match-case, or the tick on the page, takes it)"
    )

"""Turns the choice for a column into the inputs it becomes, or into one sentence on why it cannot."""

from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from lab.data.errors import DataError, location, quoted, suggestion
from lab.data.recipe.categories import (
    category_names,
    date_name,
    gap_count,
    number_name,
    ordered_categories,
    spelled_number,
    text_numbers,
)
from lab.data.recipe.choices import DATE_FIELDS, GAPS, USES, ColumnChoice
from lab.data.recipe.input_column import InputColumn, gaps_for, uses_for
from lab.data.table import Column, Table

MOST_INPUTS = 100_000
"""The most inputs that a table may become, and the most different values that a column of categories may have."""


def planned(table: Table, column: Column, choice: ColumnChoice) -> InputColumn | None:
    """Return what a column becomes, None where it is left out.

    Categories and orders are those of the whole file, not of the training rows, so that the number of inputs does
    not depend on the seed. Raises DataError where the choice does not fit the column.
    """
    use = _use_of(table, column, choice)
    if use == "drop":
        return None
    _check_choice(table, column, choice, use)
    if gap_count(column) == len(column.values):
        _refuse_empty(table, column)
    if "number" in (column.kind, use):
        check_finite(table, column)
    if use == "date":
        origin = int(column.instants_of(np.flatnonzero(~column.gaps)).min())
        return InputColumn(
            column.name, column.kind, use, choice.missing, (), choice.parts, origin, column.reading
        )  # fmt: skip
    if use == "number":
        return InputColumn(column.name, column.kind, use, choice.missing, reading=column.reading)
    values = _categories(table, column, choice, use)
    return InputColumn(column.name, column.kind, use, choice.missing, values, reading=column.reading)


def check_cells(table: Table, column: Column, planned: InputColumn, keep: NDArray[np.bool_], remedy: str) -> None:
    """Refuse the first gap among the rows `keep` (rows,) where the column may have none; `remedy` ends the sentence."""
    if planned.missing not in ("refuse", "drop_rows"):
        return
    gaps = planned.gap_rows(column) & keep
    if gaps.any():
        row = int(gaps.argmax())
        raise DataError(f"{table.location(row, column.name)}: {_gap_words(column, planned, row)}; {remedy}")


def check_finite(table: Table, column: Column) -> None:
    """Refuse the first infinite number of a column."""
    if column.kind == "date" or (column.kind == "text" and not np.isinf(text_numbers(column)).any()):
        return
    infinite = np.isinf(column.values if column.kind == "number" else text_numbers(column)[column.values])
    if infinite.any():
        row = int(infinite.argmax())
        raise DataError(
            f"{table.location(row, column.name)}: found {quoted(cell(column, row))}, which is infinite or "
            "too large; correct it, leave the cell empty (a gap), or drop the column."
        )


def gap_remedy(planned: InputColumn) -> str:
    """Say what a person may choose for a column in which a gap was found."""
    others = [name for name in gaps_for(planned.kind, planned.use) if name != "refuse"]
    return f"correct it, choose {_either(others)} for the gaps, or drop the column."


def cell(column: Column, row: int) -> str:
    """Return what stands in a cell that is no gap."""
    if column.kind == "text":
        return column.categories[int(column.values[row])]
    return date_name(column.values[row]) if column.kind == "date" else number_name(column.values[row])


def mostly_numbers(column: Column) -> bool:
    """Return whether more than half of a text column's values spell numbers."""
    if column.kind != "text":
        return False
    spelled = np.isfinite(text_numbers(column))[column.values]
    return 2 * int(np.count_nonzero(spelled)) > len(column.values) - gap_count(column)


def spells_numbers(column: Column) -> bool:
    """Return whether every value of a text column is a number, as 007 is."""
    return len(column.categories) > 0 and bool(np.isfinite(text_numbers(column)[:-1]).all())


def first_text(column: Column) -> int | None:
    """Return the first row of a text column that spells no number, None where there is none."""
    texts = np.isnan(text_numbers(column))[column.values] & (column.values >= 0)
    return int(texts.argmax()) if texts.any() else None


def _use_of(table: Table, column: Column, choice: ColumnChoice) -> str:
    if choice.use is None:
        if column.kind == "text" and not spells_numbers(column):
            _refuse_text(table, column)
        return "drop" if column.kind == "date" else "number"
    if choice.use in uses_for(column.kind):
        return choice.use
    where = location(table.path, None, column.name)
    if choice.use not in USES:
        raise DataError(f"{where}: the use {quoted(choice.use)} is not one of {suggestion(choice.use, USES)}")
    raise DataError(
        f"{where}: the use {choice.use} does not fit a column of kind {column.kind}; "
        f"choose {_either(uses_for(column.kind))}."
    )


def _refuse_text(table: Table, column: Column) -> NoReturn:
    """Refuse a text column that nothing was chosen for, with its first text."""
    if gap_count(column) == len(column.values):
        _refuse_empty(table, column)
    row = first_text(column)
    if row is not None and mostly_numbers(column):
        raise DataError(
            f"{table.location(row, column.name)}: found {quoted(cell(column, row))} among numbers; correct it, "
            "or choose number (then it is a gap), one_hot or drop for the column."
        )
    row = int(np.argmax(column.values >= 0)) if row is None else row
    raise DataError(
        f"{table.location(row, column.name)}: found the text {quoted(cell(column, row))}; "
        f"choose {_either(('one_hot', 'ordinal', 'number', 'drop'))} for the column."
    )


def _refuse_empty(table: Table, column: Column) -> NoReturn:
    raise DataError(f"{location(table.path, None, column.name)}: no row has a value; choose drop for the column.")


def _check_choice(table: Table, column: Column, choice: ColumnChoice, use: str) -> None:
    where = location(table.path, None, column.name)
    if choice.missing not in GAPS:
        raise DataError(
            f"{where}: {quoted(choice.missing)} for missing values is not one of {suggestion(choice.missing, GAPS)}"
        )
    valid = gaps_for(column.kind, use)
    if choice.missing not in valid:
        raise DataError(
            f"{where}: {choice.missing} for missing values does not fit a column of kind {column.kind} "
            f"with the use {use}; choose {_either(valid)}."
        )
    if use == "date":
        _check_names(where, "parts", choice.parts)
        if wrong := [part for part in choice.parts if part not in DATE_FIELDS]:
            raise DataError(f"{where}: the part {quoted(wrong[0])} is not one of {suggestion(wrong[0], DATE_FIELDS)}")
        if not choice.parts:
            raise DataError(
                f"{where}: nothing of the date is chosen; choose some of {', '.join(DATE_FIELDS)}, or drop."
            )


def _check_names(where: str, what: str, names: tuple[str, ...]) -> None:
    twins = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twins:
        raise DataError(f"{where}: {what} names {quoted(twins[0])} twice; name it once.")


def _categories(table: Table, column: Column, choice: ColumnChoice, use: str) -> tuple[str, ...]:
    where = location(table.path, None, column.name)
    if use == "ordinal" and choice.order:
        _check_names(where, "order", choice.order)
        if column.kind == "number":
            return _numbers_in_order(where, choice.order)
        return choice.order
    count = len(ordered_categories(column)) if column.kind != "text" else len(column.categories)
    if count > MOST_INPUTS:
        raise DataError(
            f"{where}: {count:,} different values are too many for {use}, which takes at most {MOST_INPUTS:,}; "
            f"choose {_either([each for each in uses_for(column.kind) if each not in ('one_hot', 'ordinal')])}."
        )
    return category_names(column)


def _numbers_in_order(where: str, order: tuple[str, ...]) -> tuple[str, ...]:
    """Spell the numbers of an order as the column does, so that "1.0" and "1" are one."""
    numbers = [spelled_number(each) for each in order]
    if not np.isfinite(numbers).all():
        wrong = order[int(np.argmin(np.isfinite(numbers)))]
        raise DataError(f"{where}: order has {quoted(wrong)} among numbers; give finite numbers in the order you want.")
    names = tuple(map(number_name, numbers))
    _check_names(where, "order", names)
    return names


def _gap_words(column: Column, planned: InputColumn, row: int) -> str:
    if column.gaps[row]:
        return "the cell is empty"
    found = f"found {quoted(cell(column, row))}"
    if planned.use == "number":
        return f"{found}, which spells no number"
    order = ", ".join(planned.values[:12]) + (", …" if len(planned.values) > 12 else "")
    return f"{found}, which is not in the order {order}"


def _either(names: tuple[str, ...] | list[str]) -> str:
    """Join names for a sentence: "mean, median or drop"."""
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last

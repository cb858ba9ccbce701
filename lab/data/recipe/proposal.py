"""Proposes a recipe for a table, and describes the effect of any recipe before it is applied."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from lab.data.errors import DataError
from lab.data.recipe.categories import gap_count, ordered_categories
from lab.data.recipe.choices import ColumnChoice, Recipe
from lab.data.recipe.column_plan import check_cells, gap_remedy, planned, spells_numbers
from lab.data.recipe.input_column import InputColumn
from lab.data.recipe.reasons import Reason, identifier_reason, leak_reasons, mixed_reason
from lab.data.recipe.recipe_check import check_left, check_recipe, choice_of, kept_rows
from lab.data.recipe.target import read_target, target_column
from lab.data.table import Column, ColumnKind, Table

T = TypeVar("T")

_TARGET_NAMES = {
    *("class", "target", "label", "labels", "kind", "species", "y", "outcome", "diagnosis", "survived", "churn"),
    *("saleprice", "result"),
}
_NUMBERED = "column "
_FEW_NUMBERS = 20
_FEW_TEXTS = 50
_NEARLY_ALL = 0.95
_LISTED = 6


@dataclass(frozen=True)
class ColumnEffect:
    """What becomes of one column: `inputs` columns of x, `done` in a sentence, and why it cannot be or None."""

    name: str
    kind: ColumnKind
    inputs: int
    gaps: int
    done: str
    problem: str | None


@dataclass(frozen=True)
class Effects:
    """What a recipe makes of a table: n inputs, c classes (or 1 target number; 0 where there is a problem), rows.

    `columns` has all columns of the table in their order, the target too. `problem` is what encode() would say: one
    of the columns' problems or one of the table as a whole; where it is None it does what stands here.
    """

    columns: tuple[ColumnEffect, ...]
    n: int
    c: int
    rows: int
    dropped: int
    summary: str
    problem: str | None


def propose(table: Table, target: str | None = None) -> Recipe:
    """Return a recipe with a choice for each input column; the target is guessed where none is given.

    Raises DataError where the table has no columns, or none called `target`.
    """
    column = target_column(table, _guessed_target(table) if target is None else target)
    others = [each for each in table.columns if each is not column]
    columns = {each.name: _proposed(each) for each in others}
    named = {each.name for each in others if identifier_reason(table, each) is not None}
    if any(choice.use != "drop" for name, choice in columns.items() if name not in named):
        columns |= dict.fromkeys((each.name for each in others if each.name in named), ColumnChoice("drop"))
    if gap_count(column):
        columns[column.name] = ColumnChoice(missing="drop_rows")
    return Recipe(column.name, _proposed_task(column), columns)


def reasons_of(table: Table, recipe: Recipe) -> list[Reason]:
    """Return what a person should know of a recipe that was proposed: what is left out, and what may be wrong.

    Reasons to leave a column out stay where the recipe uses it all the same: they tell of the column.
    """
    target = target_column(table, recipe.target)
    others = [column for column in table.columns if column is not target]
    uses = {column.name: choice_of(recipe, column).use or "" for column in others}
    found = []
    for column in others:
        # Of what is left out for its texts alone nothing else could be made but as many inputs as rows.
        reason = identifier_reason(table, column) or mixed_reason(column, _proposed(column).use or "")
        if reason is not None:
            found.append(reason)
    inputs = [column for column in others if uses[column.name] != "drop"]
    return [*found, *leak_reasons(table, target, inputs)]


def _guessed_target(table: Table) -> str | None:
    """Return what the file itself names, a column called as targets are, or one of few values at the front."""
    if table.found.target in table.names:
        return table.found.target
    named = [name for name in table.names if name.strip().lower() in _TARGET_NAMES]
    if named:
        return named[-1]
    if not table.names or not table.names[0].startswith(_NUMBERED):
        return None
    # Without names the last column is the usual place; data sets with the class in front have numbers behind it.
    first, last = table.columns[0], table.columns[-1]
    numbers = first.kind == last.kind == "number" and not gap_count(first)
    in_front = numbers and _proposed_task(first) == "classes" and _proposed_task(last) == "numbers"
    return first.name if in_front and len(ordered_categories(first)) >= 2 else None


def effects(table: Table, recipe: Recipe) -> Effects:
    """Return what encode() would make of the table, without making it; faults become problems, none is raised."""
    target, fault = _tried(partial(check_recipe, table, recipe))
    if target is None:
        return Effects((), 0, 0, 0, 0, "Nothing can be made of this table by this recipe.", fault)
    others = [column for column in table.columns if column is not target]
    tries = {column.name: _tried(partial(planned, table, column, choice_of(recipe, column))) for column in others}
    inputs = [(column, made) for column in others if (made := tries[column.name][0]) is not None]
    keep = kept_rows(target, recipe, inputs)
    rows = int(np.count_nonzero(keep))
    _, left = _tried(partial(check_left, table, [made for _, made in inputs], rows))
    c, unfit = _outputs(table, target, recipe, keep)
    # In the order in which encode() looks; the table as a whole has the name None.
    problems: dict[str | None, str | None] = {name: problem for name, (_, problem) in tries.items() if problem}
    problems |= {None: left} | _bad_cells(table, inputs, keep) | {target.name: unfit}
    told = tuple(
        _told_target(column, recipe, c, unfit)
        if column is target
        else _told(column, tries[column.name][0], problems.get(column.name))
        for column in table.columns
    )
    n = sum(made.width for _, made in inputs)
    summary = _summary(recipe.task, rows, table.rows - rows, n, c)
    return Effects(told, n, c, rows, table.rows - rows, summary, next(filter(None, problems.values()), None))


def _proposed(column: Column) -> ColumnChoice:
    gaps, rows = gap_count(column), len(column.values)
    if column.kind == "date" or gaps > _NEARLY_ALL * rows or _is_constant(column):
        return ColumnChoice("drop")
    if column.kind == "number":
        return ColumnChoice("number", "median" if gaps else "refuse")
    if spells_numbers(column):
        return ColumnChoice("number", "median" if gaps else "refuse")
    different = len(column.categories)
    if different == rows - gaps or different > _FEW_TEXTS:
        return ColumnChoice("drop")
    return ColumnChoice("one_hot", "own_class" if gaps else "refuse")


def _is_constant(column: Column) -> bool:
    if column.kind == "text":
        return len(column.categories) <= 1
    known = column.values[~column.gaps] if gap_count(column) else column.values
    return known.size == 0 or bool(known.min() == known.max())


def _proposed_task(target: Column) -> str:
    """Guess numbers where the target has fractions or many different numbers."""
    if target.kind != "number":
        return "classes"
    known = ordered_categories(target)
    fractions = np.isfinite(known) & (known != np.floor(known))
    return "numbers" if fractions.any() or len(known) > _FEW_NUMBERS else "classes"


def _tried(make: Callable[[], T]) -> tuple[T | None, str | None]:
    """Return what was made and no problem, or nothing and the problem."""
    try:
        return make(), None
    except DataError as error:
        return None, str(error)


def _outputs(table: Table, target: Column, recipe: Recipe, keep: NDArray[np.bool_]) -> tuple[int, str | None]:
    """Return the number of classes or target numbers, and the target's problem."""
    choice = choice_of(recipe, target)
    read, problem = _tried(partial(read_target, table, target, recipe.task, choice, np.flatnonzero(keep)))
    if read is None:
        return 0, problem
    return (len(read[1]) if recipe.task == "classes" else 1), None


def _bad_cells(
    table: Table, inputs: Sequence[tuple[Column, InputColumn]], keep: NDArray[np.bool_]
) -> dict[str | None, str | None]:
    """Return the problem with the cells of each column, or None."""
    checks = {column.name: partial(check_cells, table, column, made, keep, gap_remedy(made)) for column, made in inputs}
    return {name: _tried(check)[1] for name, check in checks.items()}


def _summary(task: str, rows: int, dropped: int, n: int, c: int) -> str:
    outputs = _counted(c, "class", "classes") if task == "classes" else _counted(c, "number", "numbers")
    return f"{_counted(rows, 'row', 'rows')}, {dropped:,} left out, {_counted(n, 'input', 'inputs')}, {outputs}."


def _told(column: Column, made: InputColumn | None, problem: str | None) -> ColumnEffect:
    if made is None:
        done = "Left out." if problem is None else "Nothing yet."
        return ColumnEffect(column.name, column.kind, 0, gap_count(column), done, problem)
    plain = made.use in ("one_hot", "date") or column.kind == made.use
    gaps = gap_count(column) if plain else int(np.count_nonzero(made.gap_rows(column)))
    done = f"{_DONE[made.use](made)}{_told_gaps(gaps, made.missing)}"
    return ColumnEffect(column.name, column.kind, made.width, gaps, done, problem)


def _told_target(column: Column, recipe: Recipe, c: int, problem: str | None) -> ColumnEffect:
    gaps = gap_count(column)
    what = _counted(c, "class", "classes") if recipe.task == "classes" else "one number"
    done = f"The target: {what}.{_told_gaps(gaps, choice_of(recipe, column).missing)}" if c else "Nothing yet."
    return ColumnEffect(column.name, column.kind, 0, gaps, done, problem)


def _told_gaps(gaps: int, missing: str) -> str:
    if not gaps or missing == "refuse":
        return ""
    if missing == "drop_rows":
        return f" {_counted(gaps, 'row', 'rows')} with a gap left out."
    if missing == "own_class":
        return f" {_counted(gaps, 'gap', 'gaps')} as a value of its own."
    value = "most frequent value" if missing == "most_frequent" else missing
    return f" {_counted(gaps, 'gap', 'gaps')} filled with the {value} of the training rows."


def _listed(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _LISTED:,} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


_DONE: dict[str, Callable[[InputColumn], str]] = {
    "number": lambda made: "One input: the number.",
    "one_hot": lambda made: f"{_counted(made.width, 'input', 'inputs')}, for {_listed(made.values)}.",
    "ordinal": lambda made: f"One input: the place in {_listed(made.values)}, from 0.",
    "date": lambda made: f"{_counted(made.width, 'input', 'inputs')}: {_listed(made.parts)}.",
}

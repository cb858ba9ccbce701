"""Proposes choices for an import: for a new file, for another target, and where a use does not fit its gaps."""

import numpy as np

from lab.data.arrays import Arrays
from lab.data.readers.formats import ReadResult
from lab.data.recipe.categories import category_names, gap_count, text_numbers
from lab.data.recipe.choices import ColumnChoice
from lab.data.recipe.input_column import gaps_for, uses_for
from lab.data.recipe.proposal import propose
from lab.data.table import Column, Table
from lab.experiment.forms.data_specs import ColumnSpec, DataSpec
from lab.experiment.forms.layout_spec import LayoutSpec

TARGET_GAPS = ("refuse", "drop_rows")
_FILLS = ("median", "most_frequent", "own_class", "drop_rows")
"""What is taken for gaps in place of a choice that does not fit: the first one that does."""

_LOOKED_AT = 10_000
_CLASSES_AT_MOST = 20


def target_names(result: ReadResult) -> tuple[str, ...]:
    """Return the columns that could be the target; none where the labels are apart from them."""
    if isinstance(result, Table):
        return result.names
    return result.feature_names if result.y is None else ()


def with_proposal(result: ReadResult, data: DataSpec) -> DataSpec:
    """Return the data with choices for all that was found: target, task, columns and scaling."""
    if isinstance(result, Table):
        recipe = propose(result, data.target if data.target in result.names else None)
        columns = {name: _spec(one) for name, one in recipe.columns.items()}
        for column in result.columns:
            # A file is read anew with the readings that were found in it, whatever is known of columns by then.
            if column.reading and column.name in columns | dict.fromkeys([recipe.target]):
                columns[column.name] = columns.get(column.name, ColumnSpec()).model_copy(
                    update={"reading": column.reading}
                )
        choices = {"target": recipe.target, "task": recipe.task, "columns": columns, "scaling": "standard"}
        return data.changed(**choices, layout=_decided(result, data))
    scaling = "pixel" if result.pixel_max is not None else "standard"
    choices = {"target": None, "task": _task_of(result, -1), "columns": {}, "scaling": scaling}
    return data.changed(**choices)


def with_kept(result: ReadResult, new: DataSpec, chosen: DataSpec, proposed: DataSpec) -> DataSpec:
    """Return a new proposal for a file with what someone chose over the one before, as far as it fits the columns.

    How a column is read goes with the proposal: its texts may be others now.
    """
    if not isinstance(result, Table):
        return new
    if chosen.target != proposed.target and chosen.target in result.names:
        new = with_target(result, new, chosen.target)
    columns = dict(new.columns)
    for name, spec in chosen.columns.items():
        if spec == proposed.columns.get(name) or name not in result.names or name == new.target:
            continue
        column = result.column(name)
        if spec.use is None or spec.use not in uses_for(column.kind):
            continue
        order = spec.order if set(spec.order) == set(category_names(column)) else ()
        reading = columns.get(name, ColumnSpec()).reading
        columns[name] = with_use(column, spec.model_copy(update={"order": order, "reading": reading}), spec.use)
    changes = {name: getattr(chosen, name) for name in ("task", "scaling")}
    fields = {name: value for name, value in changes.items() if value != getattr(proposed, name)}
    return new.changed(columns=columns, **fields)


def _decided(table: Table, data: DataSpec) -> LayoutSpec:
    """Return the layout with what was proposed where the file asks; what nothing may be trained with stays open."""
    asked = {one.field: one.chosen for one in table.found.questions if one.chosen}
    numbers = {field: int(value) if value.isdecimal() else value for field, value in asked.items()}
    return data.layout.model_copy(update=numbers)


def with_target(result: ReadResult, data: DataSpec, target: str) -> DataSpec:
    """Return the data with another target, the task that suits it, and the one before as an input."""
    if isinstance(result, Arrays):
        task = _task_of(result, result.feature_names.index(target))
        return data.changed(target=target, task=task)
    recipe = propose(result, target)
    columns = {name: one for name, one in data.columns.items() if name != target}
    before = result.names[-1] if data.target is None else data.target
    for name in (before, target):
        if name in recipe.columns:
            columns[name] = _spec(recipe.columns[name])
        if name in data.columns and data.columns[name].reading is not None:
            # How its texts are read has nothing to do with what it is used for.
            reading = {"reading": data.columns[name].reading}
            columns[name] = columns.get(name, ColumnSpec()).model_copy(update=reading)
    return data.changed(target=target, task=recipe.task, columns=columns)


def use_of(column: Column, spec: ColumnSpec) -> str | None:
    """Return what a column is used as, also where nothing is said of it; None for texts that nothing is said of."""
    return spec.use or {"number": "number", "date": "drop"}.get(column.kind)


def with_use(column: Column, spec: ColumnSpec, use: str) -> ColumnSpec:
    """Return the spec with another use, and with something to do about the gaps that it has."""
    possible = gaps_for(column.kind, use) if use in uses_for(column.kind) else ("refuse",)
    gaps = gaps_of(column, use)
    missing = spec.missing
    if missing not in possible or (gaps and missing == "refuse"):
        missing = next((fill for fill in _FILLS if gaps and fill in possible), "refuse")
    return spec.model_copy(update={"use": use, "missing": missing})


def gaps_of(column: Column, use: str | None) -> int:
    """Return in how many rows a column has no value for a use; a text that spells no number is none for a number."""
    if use == "number" and column.kind == "text":
        return int(np.count_nonzero(np.isnan(text_numbers(column))[column.values]))
    return gap_count(column)


def _spec(choice: ColumnChoice) -> ColumnSpec:
    return ColumnSpec(use=choice.use, missing=choice.missing, parts=choice.parts, order=choice.order)


def _task_of(result: Arrays, column: int) -> str:
    """Guess what a column is from its first rows: a few whole numbers are classes."""
    if result.y is not None or not result.x.shape[1]:
        return "classes"
    different = np.unique(np.asarray(result.x[:_LOOKED_AT, column], np.float64))
    few = len(different) <= _CLASSES_AT_MOST and bool(np.isfinite(different).all())
    return "classes" if few and bool((different == np.round(different)).all()) else "numbers"

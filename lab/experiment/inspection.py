"""What a data file holds, in words, and an experiment to start from: what the import page does, without a window."""

from collections.abc import Iterator
from pathlib import Path

from lab.data.arrays import Arrays
from lab.data.errors import quoted
from lab.data.readers.formats import ReadResult, format_of, read_file
from lab.data.recipe.categories import names_of
from lab.data.recipe.column_plan import mostly_numbers, spells_numbers
from lab.data.recipe.proposal import effects, reasons_of
from lab.data.table import Column, Table
from lab.experiment.datasets import dataset_of, layout_notes, read_options, recipe_of
from lab.experiment.forms.data_specs import DataSpec
from lab.experiment.import_choices import with_proposal
from lab.experiment.spec import Experiment
from lab.experiment.usual_start import usual_start

_FIRST_VALUES = 3
_LONGEST = 24


def inspect(path: Path) -> tuple[ReadResult, DataSpec]:
    """Read a file and return it with the choices that are proposed for it; DataError where it cannot be read."""
    data = DataSpec(path=str(path.absolute()))
    result = read_file(path, read_options(data))
    return result, with_proposal(result, data)


def starting_experiment(result: ReadResult, data: DataSpec) -> Experiment:
    """Return a whole experiment for a file; DataError where its proposal cannot be trained on."""
    assert data.path is not None
    return usual_start(Path(data.path).stem, data, dataset_of(result, data).classes)


def inspection_lines(result: ReadResult, data: DataSpec) -> Iterator[str]:
    """Yield what was found and what is proposed, line by line."""
    title = format_of(result.path).title
    if isinstance(result, Arrays):
        shape = "" if result.image_shape is None else f", images of {' × '.join(map(str, result.image_shape))}"
        yield f"{result.path.name}: {title}, {len(result.x):,} rows × {result.x.shape[1]:,} columns{shape}"
        if result.class_names:
            yield f"classes: {', '.join(result.class_names)}"
        yield from result.notes
        return
    yield f"{result.path.name}: {title}, {result.rows:,} rows × {len(result.columns):,} columns"
    layout = result.found.layout
    if layout is not None:
        header = f"header of {layout.header} lines" if layout.header else "no header"
        yield f"layout: delimiter {layout.delimiter!r}, decimal sign {layout.decimal}, {layout.encoding}, {header}"
    told = effects(result, recipe_of(data))
    width = max((len(column.name[:_LONGEST]) for column in result.columns), default=0)
    for column, effect in zip(result.columns, told.columns, strict=True):
        reading = f" ({column.reading})" if column.reading else ""
        yield f"  {column.name[:_LONGEST]:{width}}  {column.kind}{reading}  {_first_values(column)}  {effect.done}"
    yield f"target: {data.target}, task: {data.task}; {told.summary}"
    yield from remarks(result, data)


def remarks(table: Table, data: DataSpec) -> list[str]:
    """Return what was decided of a table and its columns, and how each of it is decided otherwise."""
    open_points = [f"{table.path.name}: {column.question}" for column in table.columns if column.question]
    told = [f"{table.path.name}: {column.told}" for column in table.columns if column.told]
    reasons = [reason.sentence for reason in reasons_of(table, recipe_of(data))]
    unsettled = [table.found.unsettled] if table.found.unsettled else []
    return [*unsettled, *layout_notes(table, DataSpec(path=data.path)), *told, *open_points, *reasons]


def with_proposed_columns(experiment: Experiment) -> tuple[Experiment, tuple[str, ...]]:
    """Return the experiment with choices for the columns of its table where it has none and texts need some.

    With it come sentences on what was chosen. Any other experiment is returned as it is. Raises DataError where the
    file cannot be read.
    """
    data = experiment.data
    if data.path is None or data.columns:
        return experiment, ()
    result = read_file(Path(data.path), read_options(data))
    if not isinstance(result, Table) or result.found.unsettled:
        return experiment, ()
    target = result.names[-1] if data.target is None else data.target
    texts = [one for one in result.columns if one.kind == "text" and one.name != target and not spells_numbers(one)]
    if not texts or target not in result.names or any(map(mostly_numbers, texts)):
        return experiment, ()  # a text among numbers may be a slip, which is for a person to correct
    proposed = with_proposal(result, data.changed(target=target))
    chosen = data.changed(target=target, columns=proposed.columns, layout=proposed.layout)
    uses = ", ".join(f"{quoted(name)} {one.use}" for name, one in proposed.columns.items() if one.use)
    sentence = f"{result.path.name}: nothing is said of its columns, and some hold texts, so this is taken: {uses}."
    return experiment.model_copy(update={"data": chosen}), (sentence, *remarks(result, chosen))


def _first_values(column: Column) -> str:
    rows = range(min(_FIRST_VALUES, len(column.values)))
    gaps = column.gaps[: len(rows)]
    shown = ["–" if gaps[row] else names_of(column, column.values[row : row + 1])[0][:_LONGEST] for row in rows]
    return ", ".join(shown)

"""What the import page shows: the columns, the choices and their effect, as texts and rows."""

import re
from dataclasses import asdict

import numpy as np

from lab.data.arrays import Arrays
from lab.data.cell_readings import READINGS
from lab.data.errors import quoted
from lab.data.readers.formats import ReadResult
from lab.data.readers.tables.encodings import ENCODINGS
from lab.data.recipe.categories import category_names, names_of
from lab.data.recipe.choices import GAPS, USES, Choice
from lab.data.recipe.input_column import gaps_for, uses_for
from lab.data.recipe.proposal import ColumnEffect, reasons_of
from lab.data.table import Column, Table
from lab.data.text_layout import FIXED, SPACES
from lab.experiment.datasets import DataFacts, recipe_of
from lab.experiment.forms.data_specs import ColumnSpec
from lab.experiment.import_choices import TARGET_GAPS, use_of
from lab.gui.widgets.drawing.number_text import count_text, number_text
from lab.gui.widgets.fields.choices import ChoiceEntry
from lab.gui.widgets.importing.column_model import ColumnState
from lab.gui.widgets.importing.question_list import Question
from lab.gui.workspace.importing import Importing

SAMPLE_ROWS = 50
LAYOUT, READING, USE = "layout", "reading", "use"
"""What a question of the page is about."""
_IN_A_ROW = 3
_LONGEST = 60
_OF_GAPS = re.compile(r"\.( [\d,]+ (gaps?|rows?) [^.]*\.)?$")
_NAMES = re.compile(rf"(?<![\w'])({'|'.join(name for name in USES | GAPS if '_' in name)})(?![\w'])")


class ImportedColumns:
    """The columns of the table that is being imported, one by one, as they stand with the choices of now."""

    def __init__(self, importing: Importing, table: Table) -> None:
        self._importing = importing
        self._table = table

    def state(self, place: int) -> ColumnState:
        """Return what is shown of a column."""
        column = self._table.columns[place]
        spec, use = self._spec(column)
        is_target = column.name == self.target
        effect = self._effect(place)
        options = () if is_target else _options(USES, uses_for(column.kind))
        fills = TARGET_GAPS if is_target else _fills(column, use)
        return ColumnState(
            name=column.name,
            kind=column.kind,
            sample=_sample(column),
            use="" if is_target else use or "",
            uses=options,
            gaps=effect.gaps if effect else 0,
            missing=spec.missing,
            fills=_options(GAPS, fills),
            becomes=_short(effect),
            help=f"{effect.done if effect else ''} {_help(column, use, is_target)}".strip(),
            problem=self._problem(effect),
            is_target=is_target,
        )

    def state_of(self, name: str) -> ColumnState:
        """Return what is shown of the column of that name."""
        return self.state(self._table.names.index(name))

    @property
    def target(self) -> str:
        """The name of the target."""
        data = self._importing.data
        return self._table.names[-1] if data is None or data.target is None else data.target

    def parts(self, name: str) -> tuple[str, ...] | None:
        """Return the parts of a date that are inputs; None for a column that is not used as a date."""
        spec, use = self._spec(self._table.column(name))
        return spec.parts if use == "date" and name != self.target else None

    def order(self, name: str) -> tuple[str, ...]:
        """Return the values of an ordinal column from its 0 on; none for a column that is used otherwise."""
        column = self._table.column(name)
        spec, use = self._spec(column)
        if use != "ordinal" or name == self.target:
            return ()
        return spec.order or category_names(column)

    def _spec(self, column: Column) -> tuple[ColumnSpec, str | None]:
        data = self._importing.data
        spec = data.columns.get(column.name, ColumnSpec()) if data is not None else ColumnSpec()
        return spec, use_of(column, spec)

    def _problem(self, effect: ColumnEffect | None) -> str | None:
        """Return a column's problem without what its row says anyway: the file and the column."""
        if effect is None or effect.problem is None:
            return None
        here = f", column {quoted(effect.name)}"
        return on_screen(effect.problem.removeprefix(f"{self._table.path.name}, ").replace(here, "", 1))

    def _effect(self, place: int) -> ColumnEffect | None:
        effects = self._importing.effects
        return effects.columns[place] if effects is not None and place < len(effects.columns) else None


def questions_of(importing: Importing) -> list[Question]:
    """Return what is asked about an import: of the file, of how columns are read, and of what they are used for."""
    table, data = importing.result, importing.data
    if not isinstance(table, Table) or data is None:
        return []
    of_file = [
        Question(one.field, one.sentence, one.answers, one.chosen, LAYOUT) for one in table.found.questions
    ]  # fmt: skip
    of_readings = [_reading_question(column) for column in importing.asking()]
    uses = {column.name: data.columns.get(column.name, ColumnSpec()).use or "" for column in table.columns}
    of_uses = [
        Question(
            one.column, one.sentence, tuple((use, USES[use].title, USES[use].help) for use in one.choices),
            uses[one.column], USE,
        )
        for one in reasons_of(table, recipe_of(data)) if one.choices
    ]  # fmt: skip
    return [*of_file, *of_readings, *of_uses]


def notes_of(importing: Importing) -> list[str]:
    """Return what was decided of an import that needs no answer."""
    table, data = importing.result, importing.data
    if isinstance(table, Arrays):
        return list(table.notes)
    if table is None or data is None:
        return []
    reasons = [one.sentence for one in reasons_of(table, recipe_of(data)) if not one.choices]
    return [*table.found.notes, *(column.told for column in table.columns if column.told), *reasons]


def layout_values(importing: Importing) -> dict[str, object] | None:
    """Return a value for each field of a text file's layout, as it was found or set; None for other files."""
    table = importing.result
    if not isinstance(table, Table) or table.found.layout is None:
        return None
    return asdict(table.found.layout) | {"index": bool(table.found.index)}


def layout_choices() -> dict[str, tuple[str, str, list[ChoiceEntry]]]:
    """Return label, help and entries of the layout's fields that have a list."""
    names = {"\t": "Tab", ",": "Comma", ";": "Semicolon", "|": "Bar", ":": "Colon", SPACES: "Blanks", FIXED: "Widths"}
    delimiters = [(sign, title, "") for sign, title in names.items()]
    signs = [(".", "Point", ""), (",", "Comma", "")]
    encodings = [(one.name, one.title, one.name) for one in ENCODINGS.values() if one.name != "ascii"]
    return {
        "delimiter": ("Delimiter", "What stands between the fields of a line", delimiters),
        "decimal": ("Decimal sign", "What stands before the fractions of numbers", signs),
        "thousands": ("Thousands", "What groups the digits of whole numbers", signs),
        "encoding": ("Encoding", "Which signs the bytes of the file stand for", encodings),
    }


def _reading_question(column: Column) -> Question:
    """Return what is asked of a column that could be read in another way."""
    assert column.second is not None
    readings = [reading for reading in READINGS.values() if reading.name in (column.reading, column.second.name)]
    answers = tuple((reading.name, reading.title, reading.help) for reading in readings)
    return Question(column.name, column.question or "", answers, column.reading, READING)


def size_words(result: ReadResult) -> str:
    """Say how much was found: "1 303 rows × 12 columns"."""
    if isinstance(result, Table):
        return f"{count_text(result.rows)} rows × {count_text(len(result.columns))} columns"
    if result.image_shape is None:
        return f"{count_text(len(result.x))} rows × {count_text(result.x.shape[1])} columns"
    height, width, *colours = result.image_shape
    kind = "colour" if colours else "grey"
    return f"{count_text(len(result.x))} images, {height} × {width} pixels, {kind}"


def result_words(facts: DataFacts) -> str:
    """Say what the choices come to: n, c, m, and how the rows are shared out."""
    one = facts.dataset
    outputs = "target number" if one.is_regression else "classes"
    left_out = f" ({count_text(one.dropped)} left out)" if one.dropped else ""
    shared = " / ".join(count_text(part) for part in (facts.train, facts.validation, facts.test))
    return (
        f"n = {count_text(one.inputs)} input{'s' * (one.inputs != 1)}, c = {count_text(one.classes)} {outputs}, "
        f"m = {count_text(one.examples)} rows{left_out} → {shared}"
    )


def sample_cell(result: ReadResult, row: int, place: int) -> str | None:
    """Return what stands in a cell of what was found, None for a gap."""
    if isinstance(result, Arrays):
        return number_text(float(result.x[row, place]))
    return _cell(result.columns[place], row)


def label_words(result: Arrays) -> str:
    """Say what the labels are."""
    if result.y is None:
        return ""
    names = ", ".join(result.class_names[:8]) + (", …" if len(result.class_names) > 8 else "")
    return f"{count_text(len(result.class_names))} classes: {names}"


def _sample(column: Column) -> str:
    first = range(min(_IN_A_ROW, len(column.values)))
    return ", ".join((_cell(column, row) or "–")[:_LONGEST] for row in first)


def _cell(column: Column, row: int) -> str | None:
    """Return a cell as it is spelled; only this row is looked at, however many there are."""
    one = column.values[row : row + 1]
    gap = one[0] < 0 if column.kind == "text" else np.isnan(one[0]) if column.kind == "number" else np.isnat(one[0])
    return None if gap else names_of(column, one)[0]


def on_screen(sentence: str) -> str:
    """Return a sentence with the choices called as they are called on the page, not as in a file."""
    return _NAMES.sub(lambda result: (USES | GAPS)[result[0]].title.lower(), sentence)


def _short(effect: ColumnEffect | None) -> str:
    """Say what becomes of a column in the few words that a table has room for."""
    if effect is None:
        return "…"
    if effect.inputs == 1:
        return "1 input"
    words = _OF_GAPS.sub("", effect.done).removeprefix("The target: ")
    return words.replace(" inputs, for", " inputs:", 1)


def _fills(column: Column, use: str | None) -> tuple[str, ...]:
    if use is None or use == "drop" or use not in uses_for(column.kind):
        return ()
    return gaps_for(column.kind, use)


def _options(table: dict[str, Choice], names: tuple[str, ...]) -> tuple[ChoiceEntry, ...]:
    return tuple((name, table[name].title, table[name].help) for name in names)


def _help(column: Column, use: str | None, is_target: bool) -> str:
    """Explain a use where the sentence of what is done does not."""
    if is_target:
        return "The network learns to tell this column from the others."
    if use is None:
        return "Choose what the column becomes."
    return USES[use].help if use == "one_hot" or (use == "number" and column.kind == "text") else ""

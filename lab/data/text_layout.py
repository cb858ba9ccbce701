"""How a text file is laid out: what a person may set of it, what was found, and what could be meant instead."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ROW_NAMES = "row names"
"""What a first column is called for which the header has no name."""
SPACES, FIXED = "spaces", "fixed"
"""Delimiters that are no sign: runs of blanks, and columns of fixed widths."""

DELIMITER_NAMES = {"comma": ",", "semicolon": ";", "tab": "\t", "blank": " ", SPACES: SPACES, FIXED: FIXED}
"""How delimiters may be called in a file, beside the sign itself."""


@dataclass(frozen=True)
class TextLayout:
    """What is known of a file's layout; None, or nothing, is to be found out.

    `delimiter` is a sign, SPACES or FIXED (then `widths` are the columns' widths in characters), `header` how many
    lines hold the names, `skip_above` and `skip_below` how many lines around the table are passed over, `index`
    whether the first column only names or counts the rows.
    """

    delimiter: str | None = None
    widths: tuple[int, ...] = ()
    quote: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    encoding: str | None = None
    skip_above: int | None = None
    skip_below: int | None = None
    comment: str | None = None
    header: int | None = None
    names: tuple[str, ...] = ()
    index: bool | None = None


NOTHING_SET = TextLayout()


@dataclass(frozen=True)
class LayoutQuestion:
    """What is asked of a file that can be read in more than one way.

    `field` is the field of TextLayout that decides, `answers` are its values with a title and what each means, and
    `chosen` is the value that the file was read with.
    """

    field: str
    sentence: str
    answers: tuple[tuple[str, str, str], ...]
    chosen: str


@dataclass(frozen=True)
class Findings:
    """What a reader has to say of a file beside its columns.

    `notes` are sentences on what was decided and passed over, `questions` what can be decided otherwise, `unsettled`
    is why nothing may be trained before that is done. `index` is the column that only names the rows, `target` the
    one that the file itself names as such. `layout` has every field that was found.
    """

    notes: tuple[str, ...] = ()
    questions: tuple[LayoutQuestion, ...] = ()
    unsettled: str = ""
    layout: TextLayout | None = None
    index: str = ""
    target: str = ""


NOTHING_FOUND = Findings()


def layout_of(fields: Mapping[str, Any]) -> TextLayout:
    """Return the layout whose fields went through JSON, which has no tuples."""
    plain: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in fields.items()}
    return TextLayout(**plain)


def findings_of(fields: Mapping[str, Any]) -> Findings:
    """Return the findings whose fields went through JSON."""
    questions = tuple(
        LayoutQuestion(one["field"], one["sentence"], tuple((a, b, c) for a, b, c in one["answers"]), one["chosen"])
        for one in fields["questions"]
    )
    layout = None if fields["layout"] is None else layout_of(fields["layout"])
    return Findings(
        tuple(fields["notes"]), questions, fields["unsettled"], layout, fields["index"], fields["target"]
    )  # fmt: skip

"""A TOML text that may be somebody else's: read from an ordinary file, no longer and no deeper than one of ours can be.

The parser of the standard library takes memory with the square of a key's depth (a.a.a…) and seconds for a few
megabytes, so both are looked at before it runs.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

from lab.data.errors import DataError
from lab.data.readers.open_file import opened
from lab.experiment.forms.problems import SpecError

MOST_BYTES = 2 << 20
"""A painting with all its points takes 1.6 MB."""
MOST_MARKS = 300_000
"""Line ends, commas, brackets and equals signs; such a painting has 220,000."""
DEEPEST = 16
"""Parts of a dotted key; no field of ours has more than four."""

LONGEST_WORD = 400
"""Characters of a key without quotation marks, or digits of a number: those of a large one cost minutes."""

# A string or a comment that does not end runs to the end of its line or of the text, so that looking for them takes
# time in proportion to the text.
_QUOTED_OR_COMMENT = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+(?:"{3,5})?'
    "|'''(?:[^']|'(?!''))*+(?:'{3,5})?"
    r'|"(?:[^"\\\n]|\\[^\n])*+"?'
    "|'[^'\n]*+'?"
    r"|\#[^\n]*+",
    re.DOTALL,
)
_LONG = re.compile(rf"[\w+-]{{{LONGEST_WORD + 1}}}")
_DEEP = re.compile(rf"(?<![\w-])(?:[\w-]++[ \t]*+\.[ \t]*+){{{DEEPEST}}}")


def read_text(file: Path) -> str:
    """Return the text of an ordinary file; SpecError, naming it, where it is none, too long or not UTF-8."""
    try:
        with opened(file) as stream:
            data = stream.read(MOST_BYTES + 1)
    except DataError as error:
        raise SpecError([str(error).rstrip(".")]) from error
    if len(data) > MOST_BYTES:
        raise SpecError([f"{file}: {_too_long()}"])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SpecError([f"{file}: byte {error.start} is not UTF-8; save the file as UTF-8"]) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parse_toml(text: str) -> dict[str, Any]:
    """Return what a TOML text says; SpecError where it is none, or longer or deeper than an experiment can be."""
    if len(text) > MOST_BYTES:
        raise SpecError([_too_long()])
    if sum(map(text.count, "\n,[{=")) > MOST_MARKS:
        raise SpecError([f"more than {MOST_MARKS:,} lines, values and lists found; no experiment has as many"])
    plain = _QUOTED_OR_COMMENT.sub(_mask, text)
    for pattern, what in (
        (_DEEP, f"a key of more than {DEEPEST} parts found; a field lies at most four deep"),
        (_LONG, f"a name or number of more than {LONGEST_WORD} characters found"),
    ):
        if (match := pattern.search(plain)) is not None:
            raise SpecError([f"line {plain.count(chr(10), 0, match.start()) + 1:,}: {what}"])
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # beside its own errors: numbers and nesting beyond all measure
        raise SpecError([f"not a TOML file: {' '.join(str(error).split())}"]) from error


def comments(text: str) -> list[str]:
    """Return the comments of a TOML text in their order, each with its # and without spaces at its end."""
    found = (match.group() for match in _QUOTED_OR_COMMENT.finditer(text))
    return [part.rstrip() for part in found if part.startswith("#")]


def _mask(match: re.Match[str]) -> str:
    """Return what stands for a string or a comment where only keys are looked for; lines stay where they are."""
    return "s" + "\n" * match.group().count("\n")


def _too_long() -> str:
    return f"more than {MOST_BYTES / 2**20:g} MB found; no experiment is as long"

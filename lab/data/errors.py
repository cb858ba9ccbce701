"""What a data file or a choice about data did wrong, in one sentence."""

import difflib
from collections.abc import Iterable
from pathlib import Path

_SHOWN = 40
_LISTED = 12
# Looking for a name that is close to a longer text takes long and finds nothing.
_LONGEST_GUESS = 100


class DataError(ValueError):
    """One sentence a person can act on."""


class Cancelled(Exception):
    """Reading was given up because whoever asked for it no longer wants it."""


def location(path: Path, line: int | None = None, column: str | None = None) -> str:
    """Name where something stands in a file: "pets.csv, line 5, column 'age'"; lines count from 1."""
    words = [path.name]
    if line is not None:
        words.append(f"line {line:,}")
    if column is not None:
        words.append(f"column {quoted(column)}")
    return ", ".join(words)


def quoted(text: str) -> str:
    """Return `text` in quotation marks, cut where it is too long for a sentence."""
    shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    return f"'{shown}'"


def suggestion(found: str, valid: Iterable[str]) -> str:
    """End a sentence with the valid names and, where one is close to `found`, ask whether it was meant."""
    names = list(valid)
    listed = ", ".join(names[:_LISTED])
    if len(names) > _LISTED:
        listed += f" and {len(names) - _LISTED:,} more"
    return f"{listed}{did_you_mean(found, names) or '.'}"


def did_you_mean(found: str, valid: Iterable[str]) -> str:
    """Return "; did you mean relu?" where a valid name is close to `found`, in capitals or not; "" where none is."""
    by_lower = {name.lower(): name for name in reversed(list(valid))}
    known = found.lower() if len(found) <= _LONGEST_GUESS else ""
    close = difflib.get_close_matches(known, by_lower, n=1)
    return f"; did you mean {by_lower[close[0]]}?" if close else ""

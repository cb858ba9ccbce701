"""Comments that a person wrote into an experiment's file survive a save, and so do the order and the form of its lines.

tomlkit changes in the old text what is different; it is loaded only where there is a comment to keep.
"""

from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from lab.experiment.forms.toml_text import comments

if TYPE_CHECKING:
    from tomlkit.container import Container
    from tomlkit.items import AoT, Table

Fields = Mapping[str, Any]

_LONGEST = 1 << 17
"""Characters of a text that is changed in place; tomlkit takes seconds for more."""


def changed_text(text: str, before: Fields, now: Fields, written: Fields) -> str | None:
    """Return a TOML text that says `before` changed to say `now`: what is equal keeps its lines and comments.

    `before` and `now` have all fields, `written` those of `now` that a file shows. Returns None where the text is too
    long for that, or written in a form that tomlkit reads but does not change.
    """
    if len(text) > _LONGEST:
        return None
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(text)
        _update(document, before, now, written)
        return tomlkit.dumps(document)
    except (TOMLKitError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None


def with_missing_comments(text: str, kept: list[str]) -> str:
    """Return the text with those of the kept comments at its end that it does not have: their place is gone."""
    missing = kept.copy()
    for comment in comments(text):
        if comment in missing:
            missing.remove(comment)
    return "\n".join([text.rstrip("\n"), "", *missing, ""]) if missing else text


def _update(table: "Container | Table", before: Fields, now: Fields, written: Fields) -> None:
    for name in [*now, *(name for name in before if name not in now)]:
        old, new = before.get(name), now.get(name)
        if old == new and (name in before) == (name in now):
            continue
        if name not in now:
            if name in table:
                del table[name]
        elif name not in table and name not in written:
            continue  # its usual value, which no file shows
        elif name in table and isinstance(old, dict) and isinstance(new, dict):
            _update(table[name], old, new, written.get(name, new))
        elif name in table and _are_tables(old) and _are_tables(new):
            _update_list(table[name], old, new, written[name])  # type: ignore[arg-type]
        else:
            table[name] = written.get(name, new)


def _are_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)


def _update_list(tables: "AoT", before: list[Fields], now: list[Fields], written: list[Fields]) -> None:
    """Change a list of tables, as [[layers]]: those that are equal stay, those between them are changed one by one."""
    from tomlkit import item

    steps = SequenceMatcher(None, list(map(repr, before)), list(map(repr, now)), autojunk=False).get_opcodes()
    for what, begin, end, first, last in reversed(steps):
        if what == "equal":
            continue
        both = min(end - begin, last - first)
        for index in reversed(range(begin + both, end)):
            del tables[index]
        for number in reversed(range(first + both, last)):
            tables.insert(begin + both, item(dict(written[number])))
        for step in range(both):
            _update(tables[begin + step], before[begin + step], now[first + step], written[first + step])

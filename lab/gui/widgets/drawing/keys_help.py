"""The keys of a widget in words: beside the code that takes them, and read by the help."""

from typing import NamedTuple


class KeysHelp(NamedTuple):
    """What a widget is called, and what each of its keys does, as (keys, what they do)."""

    where: str
    keys: tuple[tuple[str, str], ...]

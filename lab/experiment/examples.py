"""The example experiments that come with the program: every file of a folder, with its name and what to look at."""

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Example:
    """An experiment file as a menu shows it: `about` is the comment at its top, one paragraph a line."""

    file: Path
    name: str
    about: str


def examples(folder: Path) -> list[Example]:
    """Return the experiments of a folder, sorted by name.

    A file that is no TOML goes by its file name: opening it says what is wrong.
    """
    found = [_example(file) for file in folder.glob("*.toml")]
    return sorted(found, key=lambda example: example.name)


def _example(file: Path) -> Example:
    text = file.read_text(encoding="utf-8")
    try:
        name = str(tomllib.loads(text).get("name", file.stem))
    except tomllib.TOMLDecodeError:
        name = file.stem
    return Example(file, name, _comment_at_top(text))


def _comment_at_top(text: str) -> str:
    """Return the comment lines before the first other line, those of a paragraph joined."""
    paragraphs: list[list[str]] = [[]]
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        words = line.removeprefix("#").strip()
        if words:
            paragraphs[-1].append(words)
        elif paragraphs[-1]:
            paragraphs.append([])
    return "\n".join(" ".join(lines) for lines in paragraphs if lines)

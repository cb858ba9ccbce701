"""HTML and SVG as text: every text of the user goes through here, so that none of it can become markup."""

from collections.abc import Iterable, Sequence
from html import escape

import numpy as np

_INVISIBLE = {code: None for code in range(32) if code not in (9, 10, 13)}
"""Characters that no XML may hold."""


class Markup(str):
    """A text that is markup already; any other text is escaped where it is put into an element."""

    __slots__ = ()


def element(name: str, *content: str, **attributes: object) -> Markup:
    """Return an element; `class_` and `stroke_width` become class and stroke-width, None leaves an attribute out."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{safe(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{name}{given}>{joined(content)}</{name}>")


def joined(content: Iterable[str]) -> Markup:
    """Return texts and markup as one piece of markup."""
    return Markup("".join(each if isinstance(each, Markup) else safe(each) for each in content))


def safe(text: str) -> Markup:
    """Return a text in which nothing means anything to a browser."""
    return Markup(escape(text.translate(_INVISIBLE)))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Markup:
    """Return a table with a head; the first column names the rows, numbers in the others stand to the right."""
    top = element("tr", *(element("th", cell, scope="col") for cell in head))
    body = [element("tr", element("td", row[0]), *map(_cell, row[1:])) for row in rows]
    whole = element("table", element("thead", top), element("tbody", *body))
    return element("div", whole, class_="wide")


def keys(rows: Iterable[tuple[str, str]]) -> Markup:
    """Return a table of what something is called and what it is."""
    body = [element("tr", element("th", name, scope="row"), element("td", value)) for name, value in rows]
    return element("div", element("table", *body, class_="keys"), class_="wide")


def _cell(text: str) -> Markup:
    is_number = text[:1] in "0123456789−+" and text[:1] != ""
    return element("td", text, class_="number" if is_number else None)


def number(value: float | None) -> str:
    """Return a number with four digits and a true minus; a dash where there is none."""
    if value is None or np.isnan(value):
        return "–"
    return f"{value:,.4g}".replace("-", "−").replace("inf", "∞")

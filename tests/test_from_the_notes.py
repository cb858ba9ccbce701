"""The help page on the shorthands of lecture notes: NumPy says what the page says it says, error texts included."""

import re

import numpy as np
import pytest

from lab import paths

PAGE = paths.help_page("from-the-notes").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
_MADE = BLOCKS[0]


def _answer(statement: str, names: dict[str, object]) -> str:
    """Return what a statement comes to as the page writes it: a shape, numbers, or the error."""
    try:
        if re.match(r"[\w, ]+ [-+]?= ", statement):
            exec(statement, names)
            return ""
        found = eval(statement, names)  # noqa: S307
    except ValueError as error:
        return f"ValueError: {error}"
    return str(np.asarray(found).tolist()) if isinstance(found, np.ndarray | np.generic) else str(found)


@pytest.mark.parametrize("block", BLOCKS[1:], ids=lambda block: block.partition("\n")[0].removeprefix(">>> "))
def test_numpy_says_what_the_page_says(block: str) -> None:
    names: dict[str, object] = {"np": np}
    exec(_MADE, names)
    for part in re.split(r"^>>> ", block, flags=re.MULTILINE)[1:]:
        statement, _, said = part.partition("\n")
        assert " ".join(_answer(statement, names).split()) == " ".join(said.split()), statement


def test_each_shorthand_has_an_exact_form_for_both_layouts_and_something_that_goes_wrong() -> None:
    sections = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
    assert len(sections) == 6
    for section in sections[:-1]:
        assert "| one example, a column |" in section
        assert "| m examples, rows |" in section
        assert "**Silent:**" in section
    errors = [section for section in sections if "ValueError: " in section]
    assert len(errors) == 4


def test_the_shapes_in_the_tables_are_those_of_the_products() -> None:
    """(a, b)(b, c) = (a, c) in every row of a table that has a product."""
    products = re.findall(r"\((\w), (\w)\)\((\w), (\w)\)[^|=]*= \((\w), (\w)\)", PAGE)
    assert len(products) >= 8
    for rows, inner, same, columns, first, second in products:
        assert inner == same
        assert (rows, columns) == (first, second)

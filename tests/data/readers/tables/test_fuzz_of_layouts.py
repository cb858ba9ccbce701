"""Text files laid out in every way and then spoilt: each becomes a set that can be trained on, or one sentence."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.data.errors import DataError
from lab.data.readers.tables.delimited import read_delimited
from lab.data.readers.tables.json_reader import read_json
from lab.data.table import Table
from lab.data.text_layout import FIXED, SPACES, TextLayout
from lab.experiment.datasets import dataset_of, facts_of
from lab.experiment.forms.data_specs import DataSpec
from lab.experiment.forms.layout_spec import LayoutSpec
from lab.experiment.forms.problems import SpecError
from lab.experiment.import_choices import with_proposal
from tests.effort import examples

pytestmark = pytest.mark.fuzz

_WORDS = """
1 2 3.5 1,5 1.234,56 1,234.56 $12.50 (45.2) 45% 007 12kg 3/4/2020 13.01.2021 2020-01-05T10:00+02:00 Jan-20 NA ? - true
Total: yes no süß 好 # ' " ; inf 1e400 9007199254740993
"""
_CELLS = st.sampled_from(_WORDS.split()) | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=4)
_SIGNS = st.sampled_from([",", ";", "\t", "|", " ", "  ", ":"])
_AROUND = st.sampled_from(["", "A report of 2024\n", "\n\n", "# made by hand\n", "a;b\n", "Sum,3\n", "-----\n", "\r\n"])


@st.composite
def _files(draw: st.DrawFn) -> bytes:
    """A table with something around it, and with rows that are too short, too long or spoilt."""
    sign, width = draw(_SIGNS), draw(st.integers(1, 5))
    row = st.lists(_CELLS, min_size=width, max_size=width)
    rows = [[f"c{place}" for place in range(width)]] if draw(st.booleans()) else []
    some = draw(st.lists(row, min_size=1, max_size=6))
    rows += some * draw(st.sampled_from([1, 1, 5]))
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(rows) - 1))
        rows[at] = rows[at][: draw(st.integers(0, width))] + draw(st.lists(_CELLS, max_size=2))
    quote = draw(st.sampled_from(["", '"', "'"]))
    end = draw(st.sampled_from(["\n", "\r\n", sign + "\n"]))
    text = "".join(sign.join(f"{quote}{cell}{quote}" for cell in cells) + end for cells in rows)
    text = draw(_AROUND) + text + draw(_AROUND)
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "gb18030", "latin-1"]))
    content = bytearray(text.encode(encoding, errors="replace"))
    if content and draw(st.booleans()):
        content[draw(st.integers(0, len(content) - 1))] = draw(st.integers(1, 255))
    return bytes(content)


_LAYOUTS = st.fixed_dictionaries(
    {},
    optional={
        "delimiter": st.sampled_from([",", ";", "\t", SPACES, FIXED]),
        "quote": st.sampled_from(['"', "'", ""]),
        "decimal": st.sampled_from([".", ","]),
        "thousands": st.sampled_from([".", ","]),
        "encoding": st.sampled_from(["utf-8", "utf-8-replaced", "cp1252", "gb18030"]),
        "skip_above": st.integers(0, 3),
        "skip_below": st.integers(0, 3),
        "comment": st.sampled_from(["#", "%"]),
        "header": st.integers(0, 2),
        "names": st.lists(st.sampled_from("abcd"), max_size=4, unique=True),
        "index": st.booleans(),
        "widths": st.lists(st.integers(1, 6), max_size=4),
    },
)


def _set_or_sentence(read: Callable[[Path], Table], path: Path) -> None:
    """Go all the way to a set that is shared out; what refuses it says so in one line."""
    sentence = ""
    try:
        result = read(path)
        proposed = with_proposal(result, DataSpec(path=str(path)))
        facts = facts_of(dataset_of(result, proposed), proposed, 0)
    except DataError as error:
        sentence = str(error)
    if sentence:
        assert "\n" not in sentence
        assert sentence[-1] in ".?"
    else:
        assert facts.dataset.examples >= 2
        assert not np.isinf(facts.dataset.x).any()


@examples(60)
@given(content=_files())
def test_a_file_is_a_set_or_one_sentence(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "pets.csv"
    path.write_bytes(content)
    _set_or_sentence(read_delimited, path)


@examples(60)
@given(content=_files(), fields=_LAYOUTS)
def test_a_file_with_a_layout_that_was_set_is_a_set_or_one_sentence(
    content: bytes, fields: dict[str, object], tmp_path: Path
) -> None:
    path = tmp_path / "pets.csv"
    path.write_bytes(content)
    try:
        wish = LayoutSpec.model_validate(fields).layout()
    except (SpecError, ValueError):
        return  # the form says which field is wrong
    assert isinstance(wish, TextLayout)
    _set_or_sentence(lambda place: read_delimited(place, wish=wish), path)


@examples(30)
@given(
    rows=st.lists(
        st.dictionaries(st.sampled_from("abc"), st.none() | st.booleans() | st.floats() | _CELLS), max_size=5
    ),
    cut=st.integers(0, 40),
)
def test_json_is_a_set_or_one_sentence(rows: list[dict[str, object]], cut: int, tmp_path: Path) -> None:
    path = tmp_path / "pets.json"
    text = json.dumps(rows)
    path.write_text(text[: len(text) - cut if cut < 20 else None], encoding="utf-8")
    _set_or_sentence(read_json, path)

"""Categories that the training never saw are counted, and what differs in case or blanks only may be matched."""

from pathlib import Path

import numpy as np

from lab.data.recipe.encoding import Encoding
from lab.data.recipe.input_column import InputColumn
from lab.data.recipe.unseen import matched, unseen_words
from lab.data.table import Column, Table

_ENCODING = Encoding((
    InputColumn("island", "text", "one_hot", values=("Biscoe", "Dream")),
    InputColumn("size", "number", "ordinal", values=("1", "2")),
    InputColumn("mass", "number", "number"),
))  # fmt: skip


def _table(*islands: str) -> Table:
    names = tuple(dict.fromkeys(islands))
    codes = np.array([names.index(island) for island in islands], np.int32)
    numbers = Column("size", "number", np.arange(1.0, len(islands) + 1))
    return Table(Path("new.csv"), (Column("island", "text", codes, names), numbers))


def test_unseen_values_are_counted_with_what_they_may_be_meant_for() -> None:
    assert list(unseen_words(_ENCODING, _table("biscoe", "Ross", "Dream", "biscoe"))) == [
        "new.csv: the column 'island' has values that were not in the training, in 3 rows: 'Ross', 'biscoe' "
        "(spelled 'Biscoe' there; --match-case, or the tick on the page, takes it).",
        "new.csv: the column 'size' has values that were not in the training, in 2 rows: '3', '4'.",
    ]
    assert list(unseen_words(_ENCODING, _table("Biscoe", "Dream"))) == []


def test_case_and_blanks_are_matched_where_that_is_wanted() -> None:
    table = matched(_ENCODING, _table("biscoe", "Ross", " DREAM  ", "Dream"))
    assert table.columns[0].categories == ("Biscoe", "Ross", "Dream")
    assert table.columns[0].values.tolist() == [0, 1, 2, 2]
    assert _ENCODING.columns[0].places_of(table.columns[0])(table.columns[0].values).tolist() == [0, -2, 1, 1]

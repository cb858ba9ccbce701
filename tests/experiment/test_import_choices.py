"""What is proposed for a file can be used as it is, and one choice brings along those that hang on it."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.data.arrays import Arrays
from lab.data.readers.formats import read_file
from lab.data.readers.tables.delimited import read_delimited
from lab.data.recipe.choices import USES
from lab.data.recipe.input_column import gaps_for, uses_for
from lab.data.table import Column, Table
from lab.experiment.datasets import dataset_of, read_options
from lab.experiment.forms.data_specs import ColumnSpec, DataSpec
from lab.experiment.import_choices import (
    gaps_of,
    target_names,
    use_of,
    with_proposal,
    with_target,
    with_use,
)

PETS = Path("pets.csv")


def texts(name: str, *values: str | None) -> Column:
    known = tuple(dict.fromkeys(value for value in values if value is not None))
    codes = [known.index(value) if value is not None else -1 for value in values]
    return Column(name, "text", np.array(codes, np.int32), known)


def table() -> Table:
    """Twelve pets: an age with gaps, a mostly numeric text, a date, an owner, a kind."""
    rows = range(12)
    return Table(
        PETS,
        (
            Column("age", "number", np.array([np.nan if n == 3 else n / 2 for n in rows], np.float64)),
            texts("weight", *("heavy" if n == 5 else str(n) for n in rows)),
            Column("born", "date", np.array([f"2020-01-{n + 1:02}" for n in rows], "datetime64[s]")),
            texts("owner", *(None if n == 7 else "ab"[n % 2] for n in rows)),
            texts("kind", *("cat" if n % 3 else "dog" for n in rows)),
        ),
        2,
    )


def arrays(last: list[float], labels: bool = False) -> Arrays:
    x = np.column_stack([np.arange(len(last), dtype=np.float64), last])
    y = np.arange(len(last)) % 2 if labels else None
    return Arrays(Path("a.npy"), x, y, ("0", "1") if labels else (), ("first", "last"))


def data() -> DataSpec:
    return DataSpec(path="/pets.csv")


def test_a_proposal_names_every_column_and_can_be_used(tmp_path: Path) -> None:
    one = with_proposal(table(), data())
    assert (one.target, one.task, one.scaling) == ("kind", "classes", "standard")
    assert set(one.columns) == {"age", "weight", "born", "owner"}
    assert dataset_of(table(), one).examples == 12


def test_the_proposal_leaves_what_it_does_not_propose() -> None:
    kept = data().model_copy(update={"split": (0.5, 0.25, 0.25), "stratified": False, "sheet": "two"})
    one = with_proposal(table(), kept)
    assert (one.path, one.split, one.stratified, one.sheet) == ("/pets.csv", (0.5, 0.25, 0.25), False, "two")


def test_images_are_scaled_as_pixels() -> None:
    names = tuple(str(n) for n in range(4))
    images = Arrays(Path("i"), np.zeros((6, 4), np.uint8), np.arange(6) % 2, ("a", "b"), names, (2, 2), 255)
    one = with_proposal(images, data())
    assert (one.scaling, one.target, one.task, one.columns) == ("pixel", None, "classes", {})


@pytest.mark.parametrize(
    ("last", "task"),
    [
        ([0.0, 1, 2] * 4, "classes"),
        ([0.5, 1, 2] * 4, "numbers"),
        ([float(n) for n in range(40)], "numbers"),
        ([np.nan, 1, 2], "numbers"),
    ],
)
def test_the_last_column_of_arrays_is_classes_where_it_has_a_few_whole_numbers(last: list[float], task: str) -> None:
    assert with_proposal(arrays(last), data()).task == task


def test_labels_apart_are_classes_and_leave_no_target_to_choose() -> None:
    found = arrays([0.5] * 6, labels=True)
    assert with_proposal(found, data()).task == "classes"
    assert target_names(found) == ()
    assert target_names(arrays([1.0])) == ("first", "last")
    assert target_names(table()) == ("age", "weight", "born", "owner", "kind")


def test_another_target_makes_the_old_one_an_input_and_brings_its_task() -> None:
    one = with_target(table(), with_proposal(table(), data()), "age")
    assert (one.target, one.task) == ("age", "numbers")
    assert one.columns["kind"].use == "one_hot"
    assert one.columns["age"] == ColumnSpec(missing="drop_rows")
    made = dataset_of(table(), one)
    assert made.is_regression
    assert made.dropped == 1
    back = with_target(table(), one, "kind")
    assert back.columns["age"].use == "number"
    assert "kind" not in back.columns


def test_choices_about_other_columns_outlive_another_target() -> None:
    one = with_proposal(table(), data())
    one = one.model_copy(update={"columns": one.columns | {"born": ColumnSpec(use="date", parts=("month",))}})
    assert with_target(table(), one, "owner").columns["born"].parts == ("month",)


def test_another_target_of_arrays_brings_its_task() -> None:
    found = arrays([0.0, 1] * 30)
    one = with_target(found, with_proposal(found, data()), "first")
    assert (one.target, one.task) == ("first", "numbers")


@given(use=st.sampled_from(sorted(USES)), missing=st.sampled_from(["refuse", "drop_rows", "mean", "own_class"]))
def test_whatever_the_use_the_choice_for_gaps_fits_it(use: str, missing: str) -> None:
    """The table can be encoded with every use that a column can have, whatever was chosen for its gaps before."""
    one = with_proposal(table(), data())
    for column in table().columns[:-1]:
        if use not in uses_for(column.kind) or gaps_of(column, use) == 12:
            continue
        spec = with_use(column, ColumnSpec(missing=missing), use)
        assert spec.use == use
        assert spec.missing in gaps_for(column.kind, use)
        assert spec.missing != "refuse" or not gaps_of(column, use) or use == "drop"
        made = dataset_of(table(), one.model_copy(update={"columns": one.columns | {column.name: spec}}))
        assert made.examples + made.dropped == 12


def test_a_choice_for_gaps_that_fits_stays() -> None:
    age = table().columns[0]
    assert with_use(age, ColumnSpec(use="one_hot", missing="drop_rows"), "number").missing == "drop_rows"


def test_texts_among_numbers_are_gaps_of_a_number_only() -> None:
    weight = table().columns[1]
    assert gaps_of(weight, "number") == 1
    assert gaps_of(weight, "one_hot") == gaps_of(weight, None) == 0


def test_a_column_that_nothing_is_said_of_has_the_use_that_reading_gives_it() -> None:
    age, weight, born, *_ = table().columns
    assert [use_of(column, ColumnSpec()) for column in (age, weight, born)] == ["number", None, "drop"]
    assert use_of(weight, ColumnSpec(use="ordinal")) == "ordinal"


def test_a_real_file_is_proposed_for_and_used(tmp_path: Path) -> None:
    file = tmp_path / "pets.csv"
    lines = [f"{n},{'' if n == 4 else n / 2},{'cat' if n % 2 else 'dog'}" for n in range(20)]
    file.write_text("\n".join(["age,weight,kind", *lines]), encoding="utf-8")
    found = read_file(file)
    made = dataset_of(found, with_proposal(found, DataSpec(path=str(file))))
    assert (made.examples, made.inputs, made.class_names) == (20, 2, ("cat", "dog"))


def test_how_a_column_is_read_stays_when_it_becomes_the_target_and_back() -> None:
    texts = Column("kind", "text", np.array([0, 1, 0, 1], np.int32), ("a", "b"))
    table = Table(Path("towns.csv"), (Column("pop", "number", np.array([1.05, 2.5, 3.0, 4.0])), texts))
    read = DataSpec(path="towns.csv", target="kind", columns={"pop": ColumnSpec(use="number", reading="decimal_comma")})
    aimed = with_target(table, read, "pop")
    assert aimed.columns["pop"].reading == "decimal_comma"
    assert with_target(table, aimed, "kind").columns["pop"] == read.columns["pop"]


@pytest.mark.parametrize(
    "text",
    [
        "price;k\n$5;x\n$6;y\n$7;x\n",
        "d;k\nJan 5 2020;x\nFeb 6 2021;y\n",
        "t;k\n2020-01-01T00:00:00+02:00;x\n2020-01-02T00:00:00Z;y\n",
        "v;k\n1;x\nunknown;y\n3;x\n",
        "code;k\n007;x\n008;y\n",
        "a;k\n1;x\n2;y\nTotal;3\n",
        "年龄;类别\n1;好\n2;坏\n3;好\n",
        "1,050;x\n950;y\n2,500;x\n",
    ],
)
def test_a_file_reads_the_same_with_what_was_proposed_of_it(tmp_path: Path, text: str) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(text.encode("gb18030"))
    data = DataSpec(path=str(path))
    first = read_delimited(path)
    proposed = read_options(with_proposal(first, data))
    again = read_delimited(path, lambda _: None, proposed.names, proposed.wanted, proposed.layout, proposed.settled)
    assert (again.names, again.rows) == (first.names, first.rows)
    for one, other in zip(again.columns, first.columns, strict=True):
        assert (one.kind, one.categories, one.reading) == (other.kind, other.categories, other.reading)
        np.testing.assert_array_equal(one.values, other.values)

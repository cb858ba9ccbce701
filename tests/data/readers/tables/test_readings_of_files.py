"""Files whose thousands or dates can be read in two ways are read as they were meant, or ask."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lab.data.cell_readings import Wanted
from lab.data.readers.tables.delimited import read_delimited
from lab.data.table import Table
from tests.refusals import refusal

FILES = Path(__file__).parents[2] / "files"
Write = Callable[[str | bytes], Path]


def _column(table: Table, name: str) -> tuple[str, list[float], str | None]:
    column = table.column(name)
    return column.kind, column.values.tolist(), None if column.second is None else column.second.name


def test_two_groups_prove_that_the_comma_groups_thousands() -> None:
    table = read_delimited(FILES / "thousands_quoted.csv")
    assert _column(table, "pop") == ("number", [950, 1050, 2500, 1234567, 870, 640], None)


def test_a_decimal_comma_elsewhere_proves_that_the_point_groups_thousands() -> None:
    table = read_delimited(FILES / "thousands_german.csv")
    kind, numbers, second = _column(table, "Einwohner")
    assert (kind, second) == ("number", None)
    assert numbers[:3] == [1100, 2107, 3114]
    assert min(numbers) >= 1000


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
@pytest.mark.parametrize("sign", [".", ","])
def test_thousands_without_a_proof_ask_also_where_they_would_be_numbers_already(
    write: Write, delimiter: str, sign: str
) -> None:
    rows = [["pop", "k"], ["950", "x"], [f"1{sign}050", "y"], [f"2{sign}500", "x"]]
    path = write("\n".join(delimiter.join(row) for row in rows))
    other = {".": "decimal_point", ",": "decimal_comma"}[sign]
    assert _column(read_delimited(path), "pop") == ("number", [950, 1050, 2500], other)
    chosen = read_delimited(path, wanted=Wanted(chosen={"pop": other}))
    assert _column(chosen, "pop")[1] == [950, 1.05, 2.5]
    assert chosen.column("pop").reading == other


def test_a_number_that_proves_the_sign_may_stand_beyond_the_first_lines(write: Write) -> None:
    lines = [f"{number % 9 + 1}.{number:03}" for number in range(100, 700)]
    ambiguous = read_delimited(write("a;k\n" + "\n".join(f"{line};x" for line in lines)))
    assert ambiguous.column("a").second is not None
    settled = read_delimited(write("a;b;k\n" + "\n".join(f"{line};1;x" for line in lines) + "\n1.100;0.25;x\n"))
    assert settled.column("a").second is None
    assert settled.column("a").values[0] == 2.1


def test_in_a_file_with_commas_between_fields_a_point_is_the_decimal_sign(write: Write) -> None:
    table = read_delimited(write("a,k\n1.100,x\n2.200,y\n"))
    assert _column(table, "a") == ("number", [1.1, 2.2], None)


def test_days_beyond_twelve_decide_the_order_of_all_dates() -> None:
    column = read_delimited(FILES / "date_order_train.csv").column("d")
    assert (column.kind, column.reading, column.second) == ("date", "month_first", None)
    assert column.values[1] == np.datetime64("2020-01-04")


def test_dates_with_all_days_up_to_twelve_ask_and_follow_what_is_chosen() -> None:
    path = FILES / "date_order_new.csv"
    column = read_delimited(path).column("d")
    assert column.question == (
        "The column 'd' is read with the day first. It could also be read with the month first: '3/4/2020' is "
        "2020-04-03 or 2020-03-04, '5/6/2020' is 2020-06-05 or 2020-05-06."
    )
    chosen = read_delimited(path, wanted=Wanted(chosen={"d": "month_first"})).column("d")
    assert chosen.values.tolist() == read_delimited(FILES / "date_order_new_iso.csv").column("d").values.tolist()
    assert chosen.second is not None  # another choice is still possible
    learnt = read_delimited(path, wanted=Wanted(usual={"d": "month_first"})).column("d")
    assert learnt.values.tolist() == chosen.values.tolist()
    assert learnt.second is None


@pytest.mark.parametrize("wanted", [Wanted(chosen={"d": "month_first"}), Wanted(usual={"d": "month_first"})])
def test_a_date_that_does_not_fit_the_order_is_told_by_line_and_column(write: Write, wanted: Wanted) -> None:
    path = write("d,v\n3/4/2020,1\n\n25/4/2020,2\n5/6/2020,3\n".replace("\n\n", "\n"))
    assert refusal(read_delimited, path, wanted=wanted) == (
        "pets.csv, line 3, column 'd': found '25/4/2020', which cannot be read with the month first, as the column is; "
        "correct the cell, or choose another reading."
    )


def test_a_number_that_does_not_fit_the_choice_is_told_by_line_and_column(write: Write) -> None:
    path = write('a,k\n"1,050",x\n"2,500.5",y\n')
    sentence = refusal(read_delimited, path, wanted=Wanted(chosen={"a": "decimal_comma"}))
    assert sentence.startswith("pets.csv, line 3, column 'a': found '2,500.5', which cannot be read with a decimal com")
    path = write("a;k\n1234.5;x\n2.5;y\n")
    sentence = refusal(read_delimited, path, wanted=Wanted(chosen={"a": "decimal_comma"}))
    assert sentence.startswith("pets.csv, line 2, column 'a': found '1234.5', which cannot be read with a decimal com")

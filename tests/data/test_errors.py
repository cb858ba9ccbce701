"""The parts that error sentences are made of."""

from pathlib import Path

import pytest

from lab.data.errors import location, quoted, suggestion


@pytest.mark.parametrize(
    ("line", "column", "expected"),
    [
        (None, None, "pets.csv"),
        (5, None, "pets.csv, line 5"),
        (12345, "age", "pets.csv, line 12,345, column 'age'"),
        (None, "age", "pets.csv, column 'age'"),
    ],
)
def test_a_place_names_file_line_and_column(line: int | None, column: str | None, expected: str) -> None:
    assert location(Path("some") / "folder" / "pets.csv", line, column) == expected


def test_a_short_text_is_quoted_whole_and_a_long_one_is_cut() -> None:
    assert quoted("cat") == "'cat'"
    assert quoted("x" * 5000) == "'" + "x" * 40 + "…'"


def test_a_near_miss_is_asked_about_whatever_its_case() -> None:
    assert suggestion("SPECEIS", ["age", "Species"]) == "age, Species; did you mean Species?"


def test_without_a_near_miss_only_the_valid_names_are_listed() -> None:
    assert suggestion("zzz", ["age", "species"]) == "age, species."


def test_a_long_list_is_cut_and_still_searched() -> None:
    names = [f"pixel {number}" for number in range(784)] + ["label"]
    assert suggestion("labl", names).endswith("pixel 11 and 773 more; did you mean label?")

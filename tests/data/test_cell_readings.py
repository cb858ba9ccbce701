"""A column's texts are read in one way, decided from all of them; where another fits too, it is told with examples."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.data.cell_readings import (
    READINGS,
    SecondReading,
    Spelling,
    UnfitText,
    Wanted,
    choose_decimal,
    number_in,
    proven_decimal,
    proves,
    second_words,
)

_NUMBERS = st.floats(-1e9, 1e9).map(lambda number: round(number, 4))


def _choose(texts: Sequence[str], spelling: Spelling | None = None) -> tuple[str, str | None, list[float | None]]:
    reading, second, numbers = choose_decimal("a", texts, [1] * len(texts), spelling or Spelling())
    return reading, None if second is None else second.name, numbers


@given(_NUMBERS)
def test_numbers_are_read_as_two_languages_write_them(number: float) -> None:
    english = f"{number:,.4f}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert number_in(english, ".") == number_in(german, ",") == number


@pytest.mark.parametrize("text", ["1,05", "12,34,567", "1234,567", "0,403", "1,050,5", ",500", "1,0500", "1,050e3"])
def test_what_no_group_of_thousands_looks_like_is_none(text: str) -> None:
    assert number_in(text, ".") is None
    mirrored = text.translate(str.maketrans(",.", ".,"))
    assert number_in(mirrored, ",") is None


@pytest.mark.parametrize(
    ("text", "sign"),
    [("1,234,567", "."), ("1.234.567", ","), ("1,050.5", "."), ("0,5", ","), ("12.25", "."), ("1,050", None),
     ("1.050", None), ("1050", None), ("cat", None), ("1.5.2020", None)],
)  # fmt: skip
def test_a_text_proves_a_decimal_sign_or_none(text: str, sign: str | None) -> None:
    assert proves(text) == sign


def test_a_file_in_which_both_signs_are_proven_proves_none() -> None:
    assert proven_decimal(["0,5", "1,050"]) == ","
    assert proven_decimal(["0,5", "0.5"]) is None


def test_one_value_with_two_groups_decides_for_the_column_without_a_question() -> None:
    texts = ["950", "1,050", "2,500", "1,234,567"]
    assert _choose(texts, Spelling(",")) == ("decimal_point", None, [950, 1050, 2500, 1234567])


@pytest.mark.parametrize("usual", [".", ","])
def test_plain_whole_numbers_beside_them_propose_thousands_and_the_column_asks(usual: str) -> None:
    assert _choose(["950", "1,050", "2,500"], Spelling(usual)) == ("decimal_point", "decimal_comma", [950, 1050, 2500])
    assert _choose(["950", "1.050", "2.500"], Spelling(usual)) == ("decimal_comma", "decimal_point", [950, 1050, 2500])


def test_without_any_proof_the_likely_sign_is_proposed_and_the_column_asks() -> None:
    assert _choose(["1,050", "2,500"], Spelling(",")) == ("decimal_comma", "decimal_point", [1.05, 2.5])
    assert _choose(["1,050", "2,500"], Spelling(".")) == ("decimal_point", "decimal_comma", [1050, 2500])


def test_the_sign_that_the_file_proves_elsewhere_decides_without_a_question() -> None:
    assert _choose(["1.100", "2.107"], Spelling(".", proven=",")) == ("decimal_comma", None, [1100, 2107])


def test_a_column_that_contradicts_its_file_asks() -> None:
    reading, second, numbers = choose_decimal("a", ["1.100", "2.10"], [1, 1], Spelling(",", proven=","))
    assert (reading, numbers) == ("decimal_point", [1.1, 2.1])
    assert second == SecondReading("decimal_comma", (("1.100", "1.1", "1100"), ("2.10", "2.1", "no value")))


def test_a_choice_is_kept_and_the_other_reading_is_still_offered() -> None:
    wanted = Wanted(chosen={"a": "decimal_comma"})
    assert _choose(["950", "1,050"], Spelling(wanted=wanted)) == ("decimal_comma", "decimal_point", [950, 1.05])


def test_a_choice_that_a_text_does_not_fit_names_the_text() -> None:
    with pytest.raises(UnfitText) as caught:
        _choose(["1,050", "2,500.5"], Spelling(wanted=Wanted(chosen={"a": "decimal_comma"})))
    assert (caught.value.number, caught.value.reading) == (1, "decimal_comma")


def test_what_a_network_was_trained_with_decides_only_where_both_fit() -> None:
    wanted = Wanted(usual={"a": "decimal_comma"})
    assert _choose(["950", "1,050"], Spelling(wanted=wanted)) == ("decimal_comma", None, [950, 1.05])
    assert _choose(["1,050", "0.5"], Spelling(wanted=wanted)) == ("decimal_point", None, [1050, 0.5])


@given(st.lists(st.sampled_from(["1,050", "2.500", "7", "0,5", "0.5", "1,234,567", "cat"]), min_size=1))
def test_all_of_a_column_is_read_with_one_sign(texts: list[str]) -> None:
    reading, _, numbers = _choose(texts)
    assert numbers == [number_in(text, READINGS[reading].decimal if reading else ".") for text in texts]


def test_texts_among_which_a_few_are_numbers_ask_nothing() -> None:
    assert _choose(["cat", "dog", "cow", "1,050"])[1] is None


def test_the_sentence_says_both_readings_and_three_cells_of_each() -> None:
    _, second, _ = choose_decimal("pop", ["1,050", "2,500", "3,000", "4,000", "7"], [1] * 5, Spelling())
    assert second is not None
    assert second_words("pop", "decimal_point", second) == (
        "The column 'pop' is read with a decimal point, so that a comma groups thousands. It could also be read with a "
        "decimal comma, so that a point groups thousands: '1,050' is 1050 or 1.05, '2,500' is 2500 or 2.5, '3,000' is "
        "3000 or 3."
    )

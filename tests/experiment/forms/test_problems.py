"""Sentences about faults: the path, the value and what would be valid."""

import pytest

from lab.experiment.forms.problems import SpecError, field_path, not_one_of


def test_a_close_name_is_suggested() -> None:
    assert not_one_of("rellu", ["relu", "tanh"]) == "'rellu' is not one of relu, tanh; did you mean relu?"


def test_a_name_that_is_not_close_is_not() -> None:
    assert not_one_of("swish", ["relu", "tanh"]) == "'swish' is not one of relu, tanh"


def test_what_is_no_text_is_shown_as_it_is() -> None:
    assert not_one_of(3, ["relu"]) == "3 is not one of relu"


def test_a_table_is_as_good_as_a_list() -> None:
    assert not_one_of("tan", {"relu": 1, "tanh": 2}) == "'tan' is not one of relu, tanh; did you mean tanh?"


@pytest.mark.parametrize(
    ("parts", "path"),
    [
        (("seed",), "seed"),
        (("training", "optimizer", "kind"), "training.optimizer.kind"),
        (("data", "split", 2), "data.split[2]"),
        (("layers", 0), "layers[0]"),
        ((), ""),
    ],
)
def test_a_path_is_written_as_in_the_design(parts: tuple[int | str, ...], path: str) -> None:
    assert field_path(parts) == path


def test_an_error_has_a_sentence_for_each_fault() -> None:
    error = SpecError(["seed: a", "name: b"])
    assert error.problems == ("seed: a", "name: b")
    assert str(error) == "seed: a; name: b"
    assert isinstance(error, ValueError)

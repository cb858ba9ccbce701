"""What a new set is trained with: it fits classes and numbers, ends by validation where there is any, and trains."""

import pytest

from lab.data.sets.sources import SOURCES
from lab.experiment.forms.data_specs import DataSpec
from lab.experiment.session import Session
from lab.experiment.spec import LONGEST_NAME
from lab.experiment.usual_start import USUAL_START, usual_start


@pytest.mark.parametrize(("source", "least"), [("iris", 0.8), ("diabetes", 0.3)])
def test_it_trains_classes_and_numbers(source: str, least: float) -> None:
    session = Session(usual_start(source, DataSpec(source=source), SOURCES[source].load().classes))
    while not session.finished:
        session.run_epoch()
    parts = [session.evaluate(name) for name in ("train", "validation", "test")]
    assert min(part.score for part in parts) > least


def test_without_validation_rows_nothing_watches_them() -> None:
    assert usual_start("x", DataSpec(source="iris", split=(0.8, 0, 0.2)), 3).training.early_stopping is None


def test_numbers_have_a_penalty_and_classes_none() -> None:
    rates = [usual_start("x", DataSpec(source=name), 3).training.optimizer.l2 for name in ("iris", "diabetes")]
    assert rates[0] == 0 < rates[1]


def test_images_have_a_smaller_rate_than_tables() -> None:
    specs = [DataSpec(source="iris"), DataSpec(source="digits", scaling="pixel")]
    rates = [usual_start("x", spec, 3).training.optimizer.learning_rate for spec in specs]
    assert rates[1] < rates[0]
    assert f"{rates[1]:g}" in USUAL_START


def test_the_name_is_cut_where_it_is_too_long_and_never_empty() -> None:
    names = [usual_start(name, DataSpec(source="iris"), 3).name for name in ("n" * 300, "")]
    assert names == ["n" * LONGEST_NAME, "Untitled"]


def test_its_words_tell_the_numbers_that_it_has() -> None:
    one = usual_start("x", DataSpec(source="iris"), 3)
    patience = one.training.early_stopping.patience
    for number in (one.layers[0].units, one.training.optimizer.learning_rate, one.training.epochs, patience):
        assert f"{number:g}" in USUAL_START

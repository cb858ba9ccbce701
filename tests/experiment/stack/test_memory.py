"""A network that does not fit into memory is refused with both numbers, and nothing is allocated for it."""

from pathlib import Path

import pytest

from lab.experiment.forms.problems import SpecError
from lab.experiment.session import Session
from lab.experiment.spec import Experiment, changed, load_experiment
from lab.experiment.stack import memory
from lab.experiment.stack.memory import available_memory, memory_problems, needed_memory
from lab.experiment.stack.stack import stack_rows
from lab.paths import resources

DIGITS = load_experiment(Path(resources()) / "experiments" / "digits.toml")


def _wide() -> Experiment:
    output = DIGITS.model_dump()["layers"][-1]
    wide = {"kind": "dense", "units": 100_000}
    return changed(DIGITS, {"layers": (wide, wide, output)})


def test_two_layers_of_100_000_units_are_refused_before_they_are_made() -> None:
    with pytest.raises(SpecError, match=r"layers\[1\]: its 10,000,100,000 parameters .* GB .* are free here"):
        Session(_wide())


def test_what_is_asked_for_grows_with_dtype_and_memories() -> None:
    rows = stack_rows(DIGITS, 64, 10)
    plain = needed_memory(DIGITS, rows, 1797)
    assert needed_memory(changed(DIGITS, {"training": {"dtype": "float64"}}), rows, 1797) > 1.5 * plain
    assert needed_memory(changed(DIGITS, {"training": {"optimizer": {"kind": "adam"}}}), rows, 1797) > plain
    parameters = sum(row.parameters for row in rows)
    assert plain > 5 * 4 * parameters


def test_where_nobody_knows_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "available_memory", lambda: None)
    assert memory_problems(_wide(), stack_rows(_wide(), 64, 10), 1797) == []


def test_the_bundled_sets_fit() -> None:
    free = available_memory()
    assert free is None or free > 0
    assert memory_problems(DIGITS, stack_rows(DIGITS, 64, 10), 1797) == []


def test_a_batch_has_no_more_rows_than_there_are() -> None:
    large = changed(DIGITS, {"training": {"batch_size": 2**40}})
    assert memory_problems(large, stack_rows(large, 64, 10), 1797) == []

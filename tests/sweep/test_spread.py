"""Bands and spreads over seeds, against NumPy on the same numbers."""

from math import nan

import numpy as np
import pytest

from lab.experiment.running.report import Report
from lab.experiment.training.epoch_records import EpochRecord
from lab.sweep.seed_runs import SeedRun
from lab.sweep.seed_table import as_json, as_text, spread_text
from lab.sweep.spread import band, spreads


def run(seed: int, losses: list[float], accuracy: float = nan) -> SeedRun:
    """Return a run with these validation losses."""
    epochs = tuple(EpochRecord(n, 10 * n, 2 * loss, loss, accuracy) for n, loss in enumerate(losses, start=1))
    fields = dict.fromkeys(Report.__dataclass_fields__, nan)
    report = Report(**{**fields, "seed": seed, "epochs": len(losses), "val_accuracy": accuracy, "val_loss": losses[-1]})  # type: ignore[arg-type]
    return SeedRun(seed, report, epochs)


def test_a_band_is_the_mean_and_the_standard_deviation_of_every_epoch() -> None:
    losses = [[3.0, 2.0, 1.0], [5.0, 4.0, 0.5], [1.0, 6.0, 2.5]]
    found = band([run(seed, each) for seed, each in enumerate(losses)], "validation_loss")
    np.testing.assert_allclose(found.mean, np.mean(losses, axis=0))
    np.testing.assert_allclose(found.spread, np.std(losses, axis=0))
    np.testing.assert_array_equal(found.step, [10, 20, 30])
    np.testing.assert_array_equal(found.seeds, [3, 3, 3])


def test_a_band_ends_where_fewer_than_half_of_the_seeds_went_on() -> None:
    runs = [run(0, [1.0]), run(1, [3.0, 5.0]), run(2, [5.0, 7.0, 9.0]), run(3, [7.0])]
    found = band(runs, "validation_loss")
    np.testing.assert_array_equal(found.epoch, [1, 2])
    np.testing.assert_array_equal(found.mean, [4.0, 6.0])
    np.testing.assert_array_equal(found.seeds, [4, 2])


def test_epochs_without_a_number_are_left_out() -> None:
    found = band([run(0, [nan, 2.0]), run(1, [nan, 4.0])], "validation_loss")
    np.testing.assert_array_equal(found.epoch, [2])
    np.testing.assert_array_equal(found.mean, [3.0])


@pytest.mark.parametrize("runs", [[], [SeedRun(1, None, problem="it diverged")]])
def test_without_figures_there_is_no_band_and_no_spread(runs: list[SeedRun]) -> None:
    assert len(band(runs, "validation_loss").epoch) == 0
    assert spreads(runs) == {}


def test_the_spread_of_a_figure_is_its_median_and_range() -> None:
    found = spreads([run(seed, [1.0], accuracy) for seed, accuracy in enumerate([0.9, 0.7, 0.8])])
    assert spread_text(found["val_accuracy"]) == "0.8000 (0.7000–0.9000)"
    assert "val_r2" not in found


def test_the_table_has_a_row_for_each_seed_in_their_order() -> None:
    runs = [run(12, [0.5], 0.9), SeedRun(3, None, problem="it diverged"), run(7, [0.25], 0.7)]
    lines = as_text("Iris", runs).splitlines()
    assert [line.split()[0] for line in lines[2:]] == ["3", "7", "12", "lowest", "median", "highest"]
    assert "it diverged" in lines[2]
    assert '"failed": [{"seed": 3, "problem": "it diverged"}]' in as_json(runs)

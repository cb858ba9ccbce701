"""How far the runs of several seeds lie apart: a band around their curves, and the median and range of each figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from statistics import median

import numpy as np
from numpy.typing import NDArray

from lab.sweep.seed_runs import SeedRun

FIGURES = ("train_loss", "val_loss", "test_loss", "val_accuracy", "test_accuracy", "val_r2", "test_r2")
"""Figures of a report that are compared; those that the task has not are NaN and left out."""


@dataclass(frozen=True)
class Spread:
    """One figure over the seeds."""

    median: float
    lowest: float
    highest: float


@dataclass(frozen=True, eq=False)
class Band:
    """A figure of every epoch over the seeds that reached it: their mean, and the standard deviation around it.

    Arrays of one length, float64: `epoch` from 1 on, `step` (the mean of the seeds' own), `mean`, `spread` (of the
    population, so 0 for a single seed), and `seeds`, how many reached the epoch.
    """

    epoch: NDArray[np.float64]
    step: NDArray[np.float64]
    mean: NDArray[np.float64]
    spread: NDArray[np.float64]
    seeds: NDArray[np.int64]


def spreads(runs: Sequence[SeedRun]) -> dict[str, Spread]:
    """Return the spread of each figure that at least one run has, by its name in the report."""
    found = {}
    for name in FIGURES:
        values = [getattr(run.report, name) for run in runs if run.report is not None]
        numbers = [value for value in values if isfinite(value)]
        if numbers:
            found[name] = Spread(median(numbers), min(numbers), max(numbers))
    return found


def band(runs: Sequence[SeedRun], figure: str) -> Band:
    """Return the band of a field of EpochRecord, over the epochs that at least half of the runs with figures reached.

    Beyond that (early stopping ends runs at different epochs) the band would be that of the few that went on.
    """
    histories = [run.epochs for run in runs if run.epochs]
    lengths = sorted((len(epochs) for epochs in histories), reverse=True)
    length = lengths[(len(lengths) + 1) // 2 - 1] if lengths else 0
    values = np.full((len(histories), length), np.nan)
    steps = np.full((len(histories), length), np.nan)
    for row, epochs in enumerate(histories):
        used = epochs[:length]
        values[row, : len(used)] = [getattr(record, figure) for record in used]
        steps[row, : len(used)] = [record.step for record in used]
    here = np.isfinite(values)
    seeds = here.sum(axis=0)
    some = seeds > 0
    count = np.maximum(seeds, 1)
    mean = np.where(here, values, 0.0).sum(axis=0) / count
    spread = np.sqrt(np.where(here, (values - mean) ** 2, 0.0).sum(axis=0) / count)
    step = np.where(here, steps, 0.0).sum(axis=0) / count
    epoch = np.arange(1, length + 1, dtype=np.float64)
    return Band(epoch[some], step[some], mean[some], spread[some], seeds[some])

"""How much memory a network takes while it trains, held against what is free, before anything is allocated."""

import os
from math import prod
from pathlib import Path

import numpy as np

from lab.core.optimizers import OPTIMIZERS
from lab.experiment.spec import Experiment
from lab.experiment.stack.stack import StackRow

_VECTORS = 6
"""Parameters, gradients, updates, penalties, and the parameters that the last two steps used."""
_OF_A_CELL = 6
"""Arrays of one batch in a layer: z, a, δ, its share of the mean, the slope, the error handed down."""


def memory_problems(experiment: Experiment, rows: list[StackRow], examples: int) -> list[str]:
    """Return what to say where training would need more memory than there is; empty where it fits or nobody knows."""
    free = available_memory()
    wanted = needed_memory(experiment, rows, examples)
    if free is None or wanted <= free:
        return []
    widest = max(rows, key=lambda row: row.parameters)
    return [
        f"layers[{widest.number - 1}]: its {widest.parameters:,} parameters and the others need about "
        f"{_gigabytes(wanted)} while they are trained, and {_gigabytes(free)} are free here: take fewer units"
    ]


def needed_memory(experiment: Experiment, rows: list[StackRow], examples: int) -> int:
    """Return about how many bytes a run of this stack on that many examples takes, its data not counted."""
    training = experiment.training
    size = np.dtype(training.dtype).itemsize
    kept = 1 if training.early_stopping is not None else 0
    vectors = _VECTORS + len(OPTIMIZERS[training.optimizer.kind].make.memories) + kept
    parameters = sum(row.parameters for row in rows)
    drawn = max((prod(shape) for row in rows for shape in row.shapes.values()), default=0) * 8
    batch = min(training.batch_size, examples) * sum(row.outputs for row in rows) * _OF_A_CELL
    return (parameters * vectors + batch) * size + drawn


def available_memory() -> int | None:
    """Return the bytes that can be had without swapping, or None where the system does not tell."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError):
        return _physical_memory()


def _physical_memory() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None


def _gigabytes(count: int) -> str:
    return f"{count / 1e9:,.1f} GB"

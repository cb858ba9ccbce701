"""What several seeds side by side cost: ten seeds in one process and in one a core, taking turns.

Run by `make bench`. The processes' start, which each sweep pays once, is in the figures.
"""

import statistics
import sys
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[2]))

from lab.experiment.spec import load_experiment
from lab.experiment.training.blas import cores
from lab.paths import resources
from lab.sweep.processes import Processes
from lab.sweep.seed_runs import run_seeds, seed_tasks

SEEDS = 10
ROUNDS = 3
ASKED = 1.7


def seconds(count: int, name: str, epochs: int) -> float:
    """Return how long ten seeds take in so many processes."""
    experiment = load_experiment(resources() / "experiments" / f"{name}.toml")
    training = experiment.training.model_copy(update={"epochs": epochs})
    tasks = seed_tasks(experiment.model_copy(update={"training": training}), SEEDS)
    begin = perf_counter()
    with Processes(count) as executor:
        runs = list(run_seeds(tasks, executor, print))
    assert all(run.report is not None for run in runs)
    return perf_counter() - begin


def main() -> None:
    """Print the ratio for two experiments."""
    for name, epochs in (("digits", 60), ("mnist5k", 4)):
        pairs = [(seconds(1, name, epochs), seconds(cores(), name, epochs)) for _ in range(ROUNDS)]
        one, all_cores = (statistics.median(each) for each in zip(*pairs, strict=True))
        print(f"{name:10} {SEEDS} seeds: one process {one:5.1f} s, {cores()} processes {all_cores:5.1f} s,", end=" ")
        print(f"ratio {one / all_cores:4.2f} (asked for on two cores: {ASKED})", flush=True)


if __name__ == "__main__":
    main()

"""Several seeds of one experiment: each is the run it would be alone, and one whose process dies is tried again."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab.experiment.session import Session
from lab.experiment.spec import HIGHEST_SEED, Experiment, load_experiment
from lab.paths import resources
from lab.storage.run_file import load_run
from lab.sweep.processes import WorkerDied
from lab.sweep.seed_runs import TRIES, run_seed, run_seeds, seed_file, seed_tasks


class InThisProcess(Executor):
    """Does each task at once; the first `deaths` of them die."""

    def __init__(self, deaths: int = 0) -> None:
        self.deaths, self.submitted = deaths, 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.submitted += 1
        future: Future[Any] = Future()
        if self.submitted <= self.deaths:
            future.set_exception(WorkerDied("its process was ended by SIGSEGV"))
        else:
            future.set_result(fn(*args, **kwargs))
        return future


@pytest.fixture
def iris() -> Experiment:
    experiment = load_experiment(resources() / "experiments" / "iris.toml")
    return experiment.model_copy(update={"training": experiment.training.model_copy(update={"epochs": 3})})


def test_each_seed_is_the_run_it_would_be_alone(iris: Experiment, tmp_path: Path) -> None:
    tasks = seed_tasks(iris, 3, keep=tmp_path / "r.safetensors")
    runs = {run.seed: run for run in run_seeds(tasks, InThisProcess(), _fail)}
    assert sorted(runs) == [iris.seed, iris.seed + 1, iris.seed + 2]
    for task in tasks:
        alone = Session(task.experiment)
        while not alone.finished:
            alone.step()
        run = runs[task.experiment.seed]
        assert run.epochs == tuple(alone.history.epochs)
        assert run.kept == seed_file(tmp_path / "r.safetensors", run.seed)
        kept = load_run(run.kept)
        np.testing.assert_array_equal(kept.network.parameters, alone.network.parameters)
    assert len({run.report.train_loss for run in runs.values() if run.report}) == 3


def test_a_seed_whose_process_dies_is_told_and_tried_again(iris: Experiment) -> None:
    told: list[str] = []
    executor = InThisProcess(deaths=1)
    runs = list(run_seeds(seed_tasks(iris, 2), executor, told.append))
    assert executor.submitted == 3
    assert all(run.report is not None for run in runs)
    assert told == [f"Seed {iris.seed}: its process was ended by SIGSEGV; it is tried again."]


def test_a_seed_that_dies_each_time_is_given_up_in_a_sentence(iris: Experiment) -> None:
    (run,) = run_seeds(seed_tasks(iris, 1), InThisProcess(deaths=TRIES), lambda _sentence: None)
    assert run.report is None
    assert run.problem == f"its process was ended by SIGSEGV, {TRIES} times"


def test_a_seed_that_diverges_is_told_in_a_sentence() -> None:
    diabetes = load_experiment(resources() / "experiments" / "diabetes.toml")
    optimizer = diabetes.training.optimizer.model_copy(update={"learning_rate": 1e30})
    wild = diabetes.model_copy(update={"training": diabetes.training.model_copy(update={"optimizer": optimizer})})
    run = run_seed(seed_tasks(wild, 1)[0])
    assert run.report is None
    assert "learning rate" in run.problem


def test_a_place_that_cannot_be_written_is_told(iris: Experiment, tmp_path: Path) -> None:
    run = run_seed(seed_tasks(iris, 1, save=tmp_path / "none" / "m.safetensors")[0])
    assert run.report is None
    assert "cannot be written" in run.problem


def test_what_the_check_raises_ends_the_sweep(iris: Experiment) -> None:
    def check() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        list(run_seeds(seed_tasks(iris, 1), InThisProcess(), _fail, check))


def test_seeds_beyond_the_highest_begin_again_at_0(iris: Experiment) -> None:
    last = iris.model_copy(update={"seed": HIGHEST_SEED})
    assert [task.experiment.seed for task in seed_tasks(last, 2)] == [HIGHEST_SEED, 0]


def _fail(sentence: str) -> None:
    raise AssertionError(sentence)

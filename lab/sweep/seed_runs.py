"""The same experiment with several seeds: each trained to its end in a process, tried again where that process dies.

A seed decides the split of the rows, the first weights, the order of the examples and dropout. Each run has one BLAS
thread: on so many cores as there are processes that is the fastest, and the same seed gives the same bits wherever.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from lab.data.errors import DataError
from lab.experiment.forms.problems import SpecError, TrainingFailed
from lab.experiment.running.headless_run import train
from lab.experiment.running.report import Report, make_report
from lab.experiment.running.run_until import Until
from lab.experiment.session import Session
from lab.experiment.spec import HIGHEST_SEED, Experiment
from lab.experiment.training.epoch_records import EpochRecord
from lab.storage.errors import StorageError
from lab.storage.model_file import save_model
from lab.storage.run_file import save_run
from lab.sweep.processes import WorkerDied

TRIES = 2
"""How often a seed is begun whose process dies."""
_POLL = 0.1
"""Seconds between two looks at whether the sweep is still wanted."""


@dataclass(frozen=True)
class SeedTask:
    """One run to be done: its experiment has the seed."""

    experiment: Experiment
    until: tuple[Until, ...] = ()
    keep: Path | None = None
    """Where the whole run is kept."""
    save: Path | None = None
    """Where the trained network is saved."""


@dataclass(frozen=True)
class SeedRun:
    """What came of one seed: its figures, or the sentence that says why there are none."""

    seed: int
    report: Report | None
    epochs: tuple[EpochRecord, ...] = ()
    kept: Path | None = None
    problem: str = ""


def seed_tasks(
    experiment: Experiment,
    count: int,
    until: Sequence[Until] = (),
    keep: Path | None = None,
    save: Path | None = None,
) -> list[SeedTask]:
    """Return the tasks of so many seeds, from the experiment's own on.

    keep, save: where the runs and networks go; each seed has a file of its own beside that name, as `seed_file` says.
    """
    training = experiment.training.model_copy(update={"blas_threads": 1})
    tasks = []
    for number in range(count):
        seed = (experiment.seed + number) % (HIGHEST_SEED + 1)
        own = experiment.model_copy(update={"seed": seed, "training": training})
        files = [None if path is None else seed_file(path, seed) for path in (keep, save)]
        tasks.append(SeedTask(own, tuple(until), *files))
    return tasks


def seed_file(path: Path, seed: int) -> Path:
    """Return the file of one seed: `runs.safetensors` becomes `runs-seed-7.safetensors`."""
    return path.with_name(f"{path.stem}-seed-{seed}{path.suffix}")


def run_seed(task: SeedTask) -> SeedRun:
    """Train one seed to its end; what cannot be trained or written is told in the result."""
    seed, begin = task.experiment.seed, perf_counter()
    kept = None
    try:
        session = Session(task.experiment)
        train(session, task.until)
        report = make_report(session, perf_counter() - begin, session.examples)
        if task.save is not None:
            save_model(task.save, session)
        if task.keep is not None:
            save_run(task.keep, session)
            kept = task.keep
    except OSError as error:
        return SeedRun(seed, None, problem=f"{error.filename}: it cannot be written ({error.strerror or error})")
    except MemoryError:
        return SeedRun(seed, None, problem="there is not enough memory for it")
    except (SpecError, DataError, StorageError, TrainingFailed) as error:
        return SeedRun(seed, None, problem=str(error))
    return SeedRun(seed, report, tuple(session.history.epochs), kept)


def run_seeds(
    tasks: Sequence[SeedTask],
    executor: Executor,
    tell: Callable[[str], None],
    check: Callable[[], None] = lambda: None,
) -> Iterator[SeedRun]:
    """Do all tasks through the executor and yield each result as it comes.

    tell: is told in a sentence when a process died and its seed is tried again. check: called about ten times a
    second; what it raises ends the sweep, and its caller shuts the executor down.
    """
    tries: dict[Future[SeedRun], tuple[SeedTask, int]] = {executor.submit(run_seed, task): (task, 1) for task in tasks}
    while tries:
        done, _ = wait(tries, timeout=_POLL, return_when=FIRST_COMPLETED)
        check()
        for future in done:
            task, tried = tries.pop(future)
            try:
                result = future.result()
            except WorkerDied as error:
                if tried < TRIES:
                    tell(f"Seed {task.experiment.seed}: {error}; it is tried again.")
                    tries[executor.submit(run_seed, task)] = (task, tried + 1)
                    continue
                result = SeedRun(task.experiment.seed, None, problem=f"{error}, {tried} times")
            yield result

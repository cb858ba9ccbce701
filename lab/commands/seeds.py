"""`delta-lab train --seeds N`: the same experiment with several seeds side by side, and how far they lie apart."""

import argparse
from collections.abc import Sequence

from lab.commands.console import FAILED, FINE, WrongInput, print_result, say, tell
from lab.commands.places import check_place
from lab.experiment.datasets import load_dataset
from lab.experiment.running.run_until import Until
from lab.experiment.running.stop_signals import Stopped, StopSignals
from lab.experiment.spec import Experiment
from lab.experiment.training.blas import cores
from lab.sweep.processes import Processes
from lab.sweep.seed_runs import SeedRun, SeedTask, run_seeds, seed_tasks
from lab.sweep.seed_table import as_json, as_text


def train_seeds(experiment: Experiment, options: argparse.Namespace, until: Sequence[Until]) -> int:
    """Train `options.seeds` seeds, `options.jobs` at once, and print the figures of those that came to an end.

    A signal ends the sweep; what is done by then is printed. The exit code is 1 where a seed has no figures.
    """
    tasks = seed_tasks(experiment, options.seeds, until, options.keep, options.save)
    _check_places(tasks, options)
    for note in load_dataset(experiment.data).notes:  # what is wrong with the data is told once, and before any start
        tell(note)
    runs: list[SeedRun] = []
    executor, ended = Processes(min(options.jobs or cores(), len(tasks))), None
    with StopSignals() as signals:
        try:
            for run in run_seeds(tasks, executor, tell, signals.check):
                runs.append(run)
                tell(f"{len(runs)} of {len(tasks)} seeds done, {_outcome(run)}")
        except Stopped as error:
            ended = error
        finally:
            executor.shutdown(cancel_futures=ended is not None)
    if runs:
        print_result(as_json(runs) if options.json else as_text(experiment.name, runs))
    if ended is not None:
        say(f"{ended} after {len(runs)} of {len(tasks)} seeds")
        return ended.exit_code
    return FINE if all(run.report is not None for run in runs) else FAILED


def _outcome(run: SeedRun) -> str:
    return f"seed {run.seed}: " + (run.problem if run.report is None else f"validation loss {run.report.val_loss:.4f}")


def _check_places(tasks: Sequence[SeedTask], options: argparse.Namespace) -> None:
    """Refuse places for the seeds' files before anything is trained for them."""
    for name, given in (("--keep", options.keep), ("--save", options.save)):
        if given is not None and given.suffix != ".safetensors":
            raise WrongInput(f"{name} {given}: with --seeds it names a file for each seed and must end in .safetensors")
    if options.keep is not None and options.keep == options.save:
        raise WrongInput(f"--keep and --save {options.keep}: give them different names")
    for task in tasks:
        check_place("--keep", task.keep)
        check_place("--save", task.save)

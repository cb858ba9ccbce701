"""The command line: the window, and the same jobs without one."""

import argparse
import json
import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import NoReturn

from lab import paths, system
from lab.data.errors import DataError
from lab.data.sources import SOURCES, load_source
from lab.experiment.problems import SpecError
from lab.experiment.session import Session, TrainingFailed
from lab.experiment.spec import HIGHEST_SEED, Experiment, load_experiment

FINE, FAILED, WRONG_INPUT = 0, 1, 2
_OFFSCREEN_PICTURE = Path("delta-lab.png")


@dataclass(frozen=True)
class Result:
    """What `train` reports; losses are per example, NaN where a part has no examples."""

    epochs: int
    steps: int
    seconds: float
    examples_per_second: float
    train_loss: float
    val_loss: float
    val_accuracy: float
    test_loss: float
    test_accuracy: float
    parameters: int
    seed: int
    blas_threads: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that the arguments name, the window where they name none; return the exit code."""
    try:
        options = _parser().parse_args(arguments)
        code: int = options.run(options)
        return code
    except (SpecError, DataError, _WrongInput) as error:
        print(f"delta-lab: {error}", file=sys.stderr)
        return WRONG_INPUT
    except TrainingFailed as error:
        print(f"delta-lab: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("delta-lab: interrupted", file=sys.stderr)
        return FAILED


class _WrongInput(ValueError):
    """An argument that cannot be used; the sentence says which, what was found and what would be valid."""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with the arguments in one line, like every other wrong input."""

    def error(self, message: str) -> NoReturn:
        raise _WrongInput(f"{message}; see {self.prog} --help")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="delta-lab", description="Train a small network and see every matrix of backpropagation as it runs."
    )
    parser.set_defaults(run=_window, file=None)
    commands = parser.add_subparsers(metavar="COMMAND")
    window = commands.add_parser("window", help="open the window (what happens without a command, too)")
    window.add_argument("file", type=Path, nargs="?", metavar="FILE.toml", help="the experiment to open")
    window.set_defaults(run=_window)
    train = commands.add_parser("train", help="train without a window and print the final figures")
    train.add_argument("file", type=Path, metavar="FILE.toml", help="the experiment")
    train.add_argument("--epochs", type=_whole(1), help="train for this many epochs instead")
    train.add_argument("--seed", type=_whole(0, HIGHEST_SEED), help="use this seed instead")
    train.add_argument("--json", action="store_true", help="print one JSON object on standard output")
    train.set_defaults(run=_train)
    picture = commands.add_parser("picture", help="save a picture of the window, without a display")
    picture.add_argument("file", type=Path, metavar="FILE.toml", help="the experiment")
    picture.add_argument("--after-epochs", type=_whole(0), default=5, help="train first (5)")
    picture.add_argument("--size", type=_size, default=(1440, 900), help="width x height in pixels (1440x900)")
    picture.add_argument("--theme", choices=("dark", "light"), default="dark", help="(dark)")
    picture.add_argument("--out", type=Path, required=True, metavar="P.png", help="where to save it")
    picture.set_defaults(run=_picture)
    datasets = commands.add_parser("datasets", help="list the bundled datasets")
    datasets.set_defaults(run=_datasets)
    return parser


def _whole(lowest: int, highest: int = 10**9) -> Callable[[str], int]:
    def convert(text: str) -> int:
        if text.isascii() and text.isdigit() and len(text) < 20 and lowest <= int(text) <= highest:
            return int(text)
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {lowest} to {highest}")

    return convert


def _size(text: str) -> tuple[int, int]:
    parts = text.lower().split("x")
    if len(parts) == 2 and all(part.isascii() and part.isdigit() for part in parts):
        width, height = map(int, parts)
        if 400 <= width <= 8000 and 300 <= height <= 8000:
            return width, height
    raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 1440x900, from 400x300 to 8000x8000")


def _window(options: argparse.Namespace) -> int:
    _need_libraries()
    if not system.display():
        return _picture_instead(options.file)
    from lab.app import run_window  # Qt takes a while to load, and the other commands do without it

    return run_window(options.file)


def _need_libraries() -> None:
    missing = system.missing(system.window_needs())
    if missing:
        raise _WrongInput(system.remedy(missing))


def _picture_instead(file: Path | None) -> int:
    """Where no window can be shown, train the same experiment in one that is not, and say where its picture is."""
    experiment = load_experiment(file or paths.default_experiment())
    print("There is no display here, so the window is drawn offscreen and saved as a picture.")
    _draw(experiment, 5, (1440, 900), "dark", _OFFSCREEN_PICTURE)
    print(f"{experiment.name}, after 5 epochs: {_OFFSCREEN_PICTURE.absolute()}")
    return FINE


def _picture(options: argparse.Namespace) -> int:
    experiment = load_experiment(options.file)
    missing = system.missing(system.OFFSCREEN)
    if missing:
        raise _WrongInput(system.remedy(missing))
    _draw(experiment, options.after_epochs, options.size, options.theme, options.out)
    return FINE


def _draw(experiment: Experiment, after_epochs: int, size: tuple[int, int], theme: str, out: Path) -> None:
    if not out.absolute().parent.is_dir():
        raise _WrongInput(f"--out {out}: the folder {out.absolute().parent} does not exist")
    from lab.app import RunFailed, take_picture

    try:
        take_picture(experiment, after_epochs, size, theme, out)
    except RunFailed as error:
        raise TrainingFailed(str(error)) from error
    except OSError as error:
        raise _WrongInput(str(error)) from error


def _train(options: argparse.Namespace) -> int:
    experiment = load_experiment(options.file)
    if options.seed is not None:
        experiment = experiment.model_copy(update={"seed": options.seed})
    if options.epochs is not None:
        training = experiment.training.model_copy(update={"epochs": options.epochs})
        experiment = experiment.model_copy(update={"training": training})
    session = Session(experiment)
    seconds = _train_with_progress(session)
    result = _result(session, seconds)
    if not math.isfinite(result.train_loss):
        # Every loss of the run was finite, but its very last step may have led to weights whose loss is not.
        raise TrainingFailed(
            f"Step {session.steps}, the last: the loss of its weights is {result.train_loss}; "
            f"try a learning rate below {session.optimizer.learning_rate:g}."
        )
    if options.json:
        finite = {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in asdict(result).items()}
        print(json.dumps(finite))
    else:
        _print_result(experiment, result)
    return FINE


def _train_with_progress(session: Session) -> float:
    """Train to the end and return the seconds it took; the bar goes to standard error, and only to a terminal."""
    from tqdm import tqdm

    tqdm.monitor_interval = 0  # no thread beside the training one
    begin = perf_counter()
    with tqdm(total=session.epochs, unit="epoch", disable=None, file=sys.stderr) as bar:
        while not session.finished:
            record = session.run_epoch()
            bar.set_postfix(loss=f"{record.train_loss:.4f}", val=f"{record.validation_loss:.4f}", refresh=False)
            bar.update()
    return perf_counter() - begin


def _result(session: Session, seconds: float) -> Result:
    parts = {name: session.evaluate(name) for name in ("train", "validation", "test")}
    return Result(
        epochs=session.epoch,
        steps=session.steps,
        seconds=seconds,
        examples_per_second=session.examples / seconds,
        train_loss=parts["train"].loss,
        val_loss=parts["validation"].loss,
        val_accuracy=parts["validation"].accuracy,
        test_loss=parts["test"].loss,
        test_accuracy=parts["test"].accuracy,
        parameters=session.network.parameters.size,
        seed=session.experiment.seed,
        blas_threads=session.blas_threads,
    )


def _print_result(experiment: Experiment, result: Result) -> None:
    print(f"{experiment.name}, seed {result.seed}: {result.parameters:,} parameters")
    print(
        f"{result.epochs} epochs, {result.steps:,} steps in {result.seconds:.1f} s, "
        f"{result.examples_per_second:,.0f} examples/s, BLAS threads: {result.blas_threads}"
    )
    print(f"loss      train {result.train_loss:.4f}  validation {result.val_loss:.4f}  test {result.test_loss:.4f}")
    print(f"accuracy  validation {result.val_accuracy:.4f}  test {result.test_accuracy:.4f}")


def _datasets(_options: argparse.Namespace) -> int:
    for name, source in SOURCES.items():
        data = load_source(name)
        print(f"{name:15} {data.examples:6,} × {data.inputs:<4} → {data.classes:2} classes  {source.about}")
        print(f"{'':15} {source.licence}")
    return FINE

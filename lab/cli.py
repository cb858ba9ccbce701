"""The command line: the window, and the same jobs without one."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from lab import paths, system
from lab.commands.console import (
    FAILED,
    FINE,
    INTERRUPTED,
    WRONG_INPUT,
    WrongInput,
    close_output,
    print_result,
    say,
    tell,
)
from lab.commands.export import ListFormats, export_file
from lab.commands.places import check_place, is_file_or_new, write_to
from lab.data.errors import DataError
from lab.data.sets.generators import GENERATORS
from lab.data.sets.sources import SOURCES, load_source
from lab.data.table import Table
from lab.experiment.forms.problems import SpecError, TrainingFailed
from lab.experiment.running.stop_signals import Stopped, StopSignals
from lab.experiment.spec import HIGHEST_SEED, Experiment, load_experiment
from lab.export.exports import EXPORTS
from lab.storage.errors import StorageError

if TYPE_CHECKING:
    from lab.experiment.running.report import Report
    from lab.experiment.running.run_until import Until
    from lab.experiment.session import Session

_OFFSCREEN_PICTURE = Path("delta-lab.png")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that the arguments name, the window where they name none; return the exit code."""
    try:
        options = _parser().parse_args(arguments)
        code: int = options.run(options)
        return code
    except (SpecError, DataError, StorageError, TrainingFailed, MemoryError, WrongInput) as error:
        say(_sentence(error))
        return _exit_code(error)
    except KeyboardInterrupt:
        say("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        close_output()  # whoever read it has seen enough
        return FINE


def _sentence(error: BaseException) -> str:
    return "there is not enough memory for this" if isinstance(error, MemoryError) else str(error)


def _exit_code(error: BaseException) -> int:
    if isinstance(error, Stopped):
        return error.exit_code
    return FAILED if isinstance(error, TrainingFailed | MemoryError) else WRONG_INPUT


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with the arguments in one line, like every other wrong input."""

    def error(self, message: str) -> NoReturn:
        raise WrongInput(f"{message}; see {self.prog} --help")


class _ShowVersion(argparse.Action):
    """Prints the version, which is looked up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_more: object) -> NoReturn:
        from lab.version import program_version

        print(f"delta-lab {program_version()}")
        parser.exit()


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="delta-lab", description="Train a small network and see every matrix of backpropagation as it runs."
    )
    parser.set_defaults(run=_window, file=None)
    parser.add_argument("--version", action=_ShowVersion, nargs=0, help="say which version this is, and exit")
    commands = parser.add_subparsers(metavar="COMMAND")
    window = commands.add_parser("window", help="open the window (what happens without a command, too)")
    window.add_argument("file", type=Path, nargs="?", metavar="FILE.toml", help="the experiment to open")
    window.set_defaults(run=_window)
    _add_train(commands)
    resume = commands.add_parser("resume", help="go on with a run that train --keep has kept, bit for bit")
    resume.add_argument("file", type=Path, metavar="RUN.safetensors", help="the run; it stays as it is")
    resume.add_argument("--epochs", type=_whole(1), help="train until this many epochs are done in all")
    _add_results(resume)
    resume.set_defaults(run=_resume)
    predict = commands.add_parser("predict", help="write class and probabilities, or numbers, for new rows")
    predict.add_argument("model", type=Path, metavar="MODEL.safetensors", help="what train --save has saved")
    predict.add_argument(
        "file", type=Path, metavar="FILE", help="in any format; columns of a table are found by their names"
    )
    predict.add_argument(
        "--match-case", action="store_true", help="take a text for a known category that differs in case or blanks only"
    )
    predict.add_argument("--out", type=Path, metavar="P.csv", help="write to this file, not to standard output")
    predict.set_defaults(run=_predict)
    export = commands.add_parser("export", help="write a trained network, or its run, in another format")
    export.add_argument("file", type=Path, metavar="MODEL|RUN", help="what train --save or train --keep has written")
    formats = ", ".join(EXPORTS)
    export.add_argument("--to", choices=EXPORTS, required=True, metavar="FORMAT", help=f"one of {formats}")
    export.add_argument("--out", type=Path, required=True, metavar="FILE", help="where to write it")
    export.add_argument("--list", action=ListFormats, nargs=0, help="say what each format is for, and exit")
    export.set_defaults(run=export_file)
    check = commands.add_parser("check", help="compare backprop's gradients with differences of the loss")
    check.add_argument("file", type=Path, metavar="FILE.toml", help="the experiment")
    check.add_argument("--after-epochs", type=_whole(0), default=0, help="train first (0)")
    check.add_argument("--every-cell", action="store_true", help="not only some rows and columns of large matrices")
    check.set_defaults(run=_check_gradients)
    picture = commands.add_parser("picture", help="save a picture of the window, without a display")
    picture.add_argument("file", type=Path, metavar="FILE.toml", help="the experiment")
    picture.add_argument("--after-epochs", type=_whole(0), default=5, help="train first (5)")
    picture.add_argument("--size", type=_size, default=(1440, 900), help="width x height in pixels (1440x900)")
    picture.add_argument("--theme", choices=("dark", "light"), default="dark", help="(dark)")
    picture.add_argument("--page", default="", metavar="NAME", help="the page in front, such as network (curves)")
    picture.add_argument("--out", type=Path, required=True, metavar="P.png", help="where to save it")
    picture.set_defaults(run=_picture)
    inspect = commands.add_parser("inspect", help="say what a data file holds and what is proposed for it")
    inspect.add_argument("file", type=Path, metavar="FILE", help="in any format, or a folder of images")
    inspect.add_argument("--toml", action="store_true", help="print a whole experiment to start from instead")
    inspect.set_defaults(run=_inspect)
    datasets = commands.add_parser("datasets", help="list the bundled datasets")
    datasets.set_defaults(run=_datasets)
    return parser


def _add_train(commands: argparse._SubParsersAction[_Parser]) -> None:
    train = commands.add_parser("train", help="train without a window and print the final figures")
    train.add_argument("file", type=Path, metavar="FILE.toml", help="the experiment")
    train.add_argument("--epochs", type=_whole(1), help="train for this many epochs instead")
    train.add_argument("--seed", type=_whole(0, HIGHEST_SEED), help="use this seed instead")
    train.add_argument(
        "--seeds", type=_whole(1, 1000), metavar="N", help="train so many seeds, from that one on, side by side"
    )
    train.add_argument("--jobs", type=_whole(1, 256), metavar="N", help="with --seeds: so many at once (one a core)")
    _add_results(train)
    train.set_defaults(run=_train)


def _add_results(command: argparse.ArgumentParser) -> None:
    """Add the options that say what becomes of a run."""
    command.add_argument("--json", action="store_true", help="print one JSON object on standard output")
    command.add_argument("--minutes", type=_whole(1), metavar="N", help="stop after this many minutes")
    command.add_argument(
        "--patience", type=_whole(1), metavar="N",
        help="stop when this many epochs have brought no lower validation loss",
    )  # fmt: skip
    command.add_argument("--save", type=Path, metavar="MODEL.safetensors", help="save the trained network, for predict")
    command.add_argument(
        "--keep", type=Path, metavar="RUN.safetensors",
        help="keep the whole run for resume: each minute, at its end, and when Ctrl-C or SIGTERM stops it",
    )  # fmt: skip


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
    gc.disable()  # start-up makes no garbage worth a search; the window then collects by a timer
    from lab.app import run_window  # Qt takes a while to load, and the other commands do without it

    return run_window(options.file)


def _need_libraries() -> None:
    missing = system.missing(system.window_needs())
    if missing:
        raise WrongInput(system.remedy(missing))


def _picture_instead(file: Path | None) -> int:
    """Where no window can be shown, train the same experiment in one that is not, and say where its picture is."""
    experiment = load_experiment(file or paths.default_experiment())
    print_result("There is no display here, so the window is drawn offscreen and saved as a picture.")
    _draw(experiment, 5, (1440, 900), "dark", _OFFSCREEN_PICTURE)
    print_result(f"{experiment.name}, after 5 epochs: {_OFFSCREEN_PICTURE.absolute()}")
    return FINE


def _picture(options: argparse.Namespace) -> int:
    experiment = load_experiment(options.file)
    missing = system.missing(system.OFFSCREEN)
    if missing:
        raise WrongInput(system.remedy(missing))
    _draw(experiment, options.after_epochs, options.size, options.theme, options.out, options.page)
    return FINE


def _draw(
    experiment: Experiment, after_epochs: int, size: tuple[int, int], theme: str, out: Path, page: str = ""
) -> None:
    check_place("--out", out)
    from lab.app import PageMissing, RunFailed, take_picture

    try:
        take_picture(experiment, after_epochs, size, theme, out, page)
    except PageMissing as error:
        raise WrongInput(str(error)) from error
    except RunFailed as error:
        raise TrainingFailed(str(error)) from error
    except OSError as error:
        raise WrongInput(f"--out {out}: it cannot be written ({error.strerror or error})") from error


def _train(options: argparse.Namespace) -> int:
    experiment = load_experiment(options.file)
    if options.seed is not None:
        experiment = experiment.model_copy(update={"seed": options.seed})
    if options.epochs is not None:
        training = experiment.training.model_copy(update={"epochs": options.epochs})
        experiment = experiment.model_copy(update={"training": training})
    _check_places(options)
    from lab.experiment.inspection import with_proposed_columns
    from lab.experiment.session import Session  # the window's thread loads it only for its first run

    experiment, notes = with_proposed_columns(experiment)
    for note in notes:
        tell(note)
    if options.seeds is not None:
        from lab.commands.seeds import train_seeds

        return train_seeds(experiment, options, _until(options))
    session = Session(experiment)
    for note in session.dataset.notes:
        tell(note)
    return _finish(session, options)


def _resume(options: argparse.Namespace) -> int:
    _check_places(options)
    from lab.storage.run_file import load_run  # what reads and writes files of weights is loaded where it is used

    session = load_run(options.file)
    session.epochs = options.epochs or session.epochs
    if session.finished and options.save is None:
        more = "" if session.early_stopping.is_over else f"--epochs above {session.epoch} to go on, or "
        raise WrongInput(f"{options.file.name} is at its end after {session.epoch} epochs; give {more}--save MODEL")
    return _finish(session, options)


def _check_places(options: argparse.Namespace) -> None:
    """Refuse places for the results before anything is trained for them."""
    for name, place in (("--save", options.save), ("--keep", options.keep)):
        if place is not None and place.suffix != ".safetensors" and is_file_or_new(name, place):
            raise WrongInput(f"{name} {place}: its name must end in .safetensors")
    check_place("--save", options.save, options.file, options.keep)
    check_place("--keep", options.keep)


def _finish(session: Session, options: argparse.Namespace) -> int:
    """Train to the end or until a signal comes, write what is asked for whatever happened, and print the figures."""
    from lab.experiment.running.headless_run import train_headless
    from lab.storage.results import keep_quietly, model_result, run_result, write_results

    results = [run_result(options.keep)] if options.keep else []
    results += [model_result(options.save)] if options.save else []
    is_kept = options.keep is not None and paths.is_file_or_new(options.keep)
    keep = partial(keep_quietly, session, options.keep) if is_kept else None
    report, ended = None, None
    with StopSignals() as signals:
        try:
            report = train_headless(session, signals, keep, _until(options))
        except (Stopped, TrainingFailed, DataError, MemoryError) as error:
            ended = error
        written = write_results(session, results)
    for finding in session.diagnostics.findings:
        tell(f"step {finding.step:,}: {finding.text()}")
    if ended is not None:
        after = f" after {session.steps:,} steps" if isinstance(ended, Stopped) else ""
        say(f"{_sentence(ended)}{after}", *written.done, *written.failed)
        return _exit_code(ended)
    if written.failed:
        say(*written.failed, *written.done)
    assert report is not None
    _print_figures(report, session.experiment.name, options)
    return WRONG_INPUT if written.failed else FINE


def _until(options: argparse.Namespace) -> list[Until]:
    """Return where to stop before the end of the run."""
    from lab.experiment.running.run_until import ForSeconds, UntilNoBetter

    asked = ((options.minutes, lambda number: ForSeconds(60.0 * number)), (options.patience, UntilNoBetter))
    return [make(number) for number, make in asked if number is not None]


def _print_figures(report: Report, name: str, options: argparse.Namespace) -> None:
    """Print the figures, on standard error where standard output has a file of weights."""
    text = report.as_json() if options.json else report.as_text(name)
    if any(place is not None and paths.open_descriptor(place) == 1 for place in (options.keep, options.save)):
        print(text, file=sys.stderr)
    else:
        print_result(text)


def _predict(options: argparse.Namespace) -> int:
    check_place("--out", options.out, options.model, options.file)
    from lab.experiment.training.blas import set_blas_threads, suitable_threads, usable_threads
    from lab.storage.model_file import load_model
    from lab.storage.predictions import predict_file

    model = load_model(options.model)
    training = model.experiment.training
    suitable = suitable_threads(model.network.parameters.size, training.batch_size)
    set_blas_threads(usable_threads(training.blas_threads, suitable))
    text = predict_file(model, options.file, tell, options.match_case).as_csv()
    write_to("--out", options.out, lambda path: paths.write_atomically(path, text.encode("utf-8")))
    if options.out is None:
        print_result(text.removesuffix("\n"))
    return FINE


def _check_gradients(options: argparse.Namespace) -> int:
    experiment = load_experiment(options.file)
    from lab.experiment.gradient_report import check_gradients, report_text, take_material
    from lab.experiment.session import Session

    session = Session(experiment)
    while session.epoch < options.after_epochs and not session.finished:
        session.run_epoch()
    material = take_material(session)
    report = check_gradients(material, material.parameters, every_cell=options.every_cell)
    assert report is not None
    print_result(report_text(report))
    return FINE if report.agrees else FAILED


def _inspect(options: argparse.Namespace) -> int:
    from lab.experiment.inspection import inspect, inspection_lines, remarks, starting_experiment
    from lab.experiment.spec import format_experiment

    result, data = inspect(options.file)
    if not options.toml:
        print_result("\n".join(inspection_lines(result, data)))
        return FINE
    if isinstance(result, Table):
        for remark in remarks(result, data):
            tell(remark)
    print_result(format_experiment(starting_experiment(result, data), Path.cwd()).removesuffix("\n"))
    return FINE


def _datasets(_options: argparse.Namespace) -> int:
    for name, source in SOURCES.items():
        data = load_source(name)
        goal = "numbers" if data.is_regression else "classes"
        print_result(f"{name:15} {data.examples:6,} × {data.inputs:<4} → {data.classes:2} {goal}  {source.about}")
        print_result(f"{'':15} {source.licence}")
    for made in GENERATORS.values():
        options = ", ".join(f"{option.name} {option.default:g}" for option in made.options)
        print_result(f"{made.name:15} {'made':>6}: {options:45}  {made.about}")
    return FINE

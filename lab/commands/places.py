"""Where commands write: places are refused before anything is computed for them, in one sentence with the option."""

import os
from collections.abc import Callable
from pathlib import Path

from lab import paths
from lab.commands.console import WrongInput


def check_place(name: str, place: Path | None, *taken: Path | None) -> None:
    """Refuse a place that cannot be written, or a file that the same command uses for something else."""
    if place is None:
        return
    if is_file_or_new(name, place):
        folder = place.absolute().parent
        if not folder.is_dir():
            raise WrongInput(f"{name} {place}: the folder {folder} does not exist")
        if os.path.realpath(place) in (os.path.realpath(other) for other in taken if other is not None):
            raise WrongInput(f"{name} {place}: the same command uses that file for something else; give another name")
    elif place.is_dir():
        raise WrongInput(f"{name} {place}: that is a folder; name a file in it")
    write_to(name, place, paths.check_writable)


def is_file_or_new(name: str, place: Path) -> bool:
    """Tell whether writing makes or replaces an ordinary file there; WrongInput where that cannot be told."""
    try:
        return paths.is_file_or_new(place)
    except OSError as error:
        raise WrongInput(f"{name} {place}: it cannot be written ({error.strerror})") from error


def write_to(name: str, place: Path | None, write: Callable[[Path], object]) -> None:
    """Let `write` write to the place of an option, where there is one; WrongInput where it cannot be written."""
    if place is None:
        return
    try:
        write(place)
    except OSError as error:
        raise WrongInput(f"{name} {place}: it cannot be written ({error.strerror or error})") from error

"""What commands say: results on standard output, everything else as one line on standard error; and the exit codes."""

import os
import sys
from contextlib import suppress

FINE, FAILED, WRONG_INPUT, INTERRUPTED = 0, 1, 2, 130


class WrongInput(ValueError):
    """An argument that cannot be used; the sentence says which, what was found and what would be valid."""


def say(*sentences: str) -> None:
    """Print what is wrong on one line, whatever stands in the names that the sentences quote."""
    line = " ".join("; ".join(sentences).splitlines())
    with suppress(OSError):  # a terminal that has hung up shows nothing
        print(f"delta-lab: {line}", file=sys.stderr, flush=True)


def tell(note: str) -> None:
    """Say on standard error what was decided and may be decided otherwise."""
    print(f"delta-lab: {note}", file=sys.stderr)


def print_result(text: str) -> None:
    """Print on standard output; WrongInput where it is full, or lacks a character."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        close_output()
        raise WrongInput(f"standard output cannot be written ({error.strerror})") from error
    except UnicodeEncodeError as error:
        found = error.object[error.start]
        raise WrongInput(f"standard output is {error.encoding} and has no {found!a}; set PYTHONUTF8=1") from error


def close_output() -> None:
    """Let what could not be printed go nowhere; Python would try again, and complain, at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

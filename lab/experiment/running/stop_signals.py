"""Signals that ask a run to stop (Ctrl-C, SIGTERM, SIGHUP): noted, and obeyed where nothing is lost by it."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Self

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP
_INTERRUPTS_AT = 3
"""The Ctrl-C that interrupts at once, whatever is lost by it: one more than an impatient second one."""


class Stopped(Exception):
    """A signal asked the run to stop; the session stands between two steps."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__("interrupted" if number == signal.SIGINT else f"stopped by {signal.Signals(number).name}")

    @property
    def exit_code(self) -> int:
        """What a shell reports of a program that this signal ended: 130, 143 or 129."""
        return _exit_code(self.number)


def _exit_code(number: int) -> int:
    return 128 + number


class StopSignals:
    """Notes these signals while it is entered; those that this process ignores, as under nohup, stay ignored.

    `noted` is told of the first one where there is such a function: who has one ends by itself, and no later signal
    interrupts that. Without one the third Ctrl-C does, for a step may take long.
    """

    def __init__(self, noted: Callable[[], None] | None = None) -> None:
        self._noted = noted
        self._first: int | None = None
        self._interrupts = 0
        self._raises = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        for name in _NAMES:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) not in (signal.SIG_IGN, None):
                self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(self, *_error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @property
    def exit_code(self) -> int:
        """That of the first signal, 0 where none has come."""
        return 0 if self._first is None else _exit_code(self._first)

    def check(self) -> None:
        """Raise Stopped where a signal has come."""
        if self._first is not None:
            raise Stopped(self._first)

    @contextmanager
    def stop_at_once(self) -> Iterator[None]:
        """Let a signal raise Stopped right where it comes: for work that changes nothing and is not kept."""
        self.check()
        self._raises = True
        try:
            yield
        finally:
            self._raises = False

    def _note(self, number: int, _frame: FrameType | None) -> None:
        is_first = self._first is None
        if is_first:
            self._first = number
        if self._noted is not None:
            if is_first:
                self._noted()
            return
        self._interrupts += number == signal.SIGINT
        if self._interrupts >= _INTERRUPTS_AT:
            raise KeyboardInterrupt
        if self._raises:
            self._raises = False
            self.check()

"""Waiting for what comes in its own time: one limit for all tests, so long that only a failing test reaches it.

A test never says how long something takes. It waits with `qtbot` (whose waits are those of `PatientBot`), or
with `LIMIT` where a call takes seconds.
"""

import os
from collections.abc import Callable
from typing import Any

from pytestqt.qtbot import QtBot

LIMIT = float(os.environ.get("TEST_LIMIT", "120"))
"""Seconds. An idle machine needs less than one for nearly everything."""

MILLISECONDS = round(1000 * LIMIT)

_PAUSES = (1, 1, 2, 2, 4)


class PatientBot(QtBot):
    """pytest-qt's bot, with the one limit in place of its five seconds."""

    def waitActive(self, widget: Any, *, timeout: int = MILLISECONDS) -> Any:
        return super().waitActive(widget, timeout=timeout)

    def waitExposed(self, widget: Any, *, timeout: int = MILLISECONDS) -> Any:
        return super().waitExposed(widget, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = MILLISECONDS, **options: Any) -> Any:
        return super().waitSignal(signal, timeout=timeout, **options)

    def waitSignals(self, signals: Any, *, timeout: int = MILLISECONDS, **options: Any) -> Any:
        return super().waitSignals(signals, timeout=timeout, **options)

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = MILLISECONDS) -> None:
        """Look soon at first and then every ten milliseconds: most of what is waited for comes at once."""
        for pause in _PAUSES:
            if _holds(callback):
                return
            self.wait(pause)
        super().waitUntil(callback, timeout=timeout)


def _holds(callback: Callable[[], bool | None]) -> bool:
    """Return whether pytest-qt would wait no longer: on True, and on None from what asserts."""
    try:
        return callback() in (True, None)
    except AssertionError:
        return False

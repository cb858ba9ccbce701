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
        super().waitUntil(callback, timeout=timeout)

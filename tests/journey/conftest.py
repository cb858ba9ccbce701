"""A real X window without a screen: an X server of the tests' own, and the environment to use it in."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from lab import system

PATIENCE = 10  # seconds for a server that was told to end


@pytest.fixture(scope="session")
def x_display() -> Iterator[str]:
    """Yield the name of a display, such as ":3", 1920 x 1080 with 24 bits a pixel, with no window on it yet.

    Where Xvfb or a library is missing the test is skipped, but fails where CI=true; both name what it is.
    """
    if sys.platform != "linux":
        pytest.skip("X windows are Linux's")
    absent = system.missing({**system.OFFSCREEN, **system.XCB, **system.XVFB})
    if absent and os.environ.get("CI") == "true":
        pytest.fail(system.remedy(absent), pytrace=False)
    if absent:
        pytest.skip(system.remedy(absent))
    with _server() as name:
        yield name


@pytest.fixture
def x_environment(x_display: str) -> dict[str, str]:
    """Return the environment for a subprocess whose windows shall be real ones on the tests' X server."""
    environment = {**os.environ, "DISPLAY": x_display, "QT_QPA_PLATFORM": "xcb"}
    environment.pop("WAYLAND_DISPLAY", None)
    return environment


@contextmanager
def _server() -> Iterator[str]:
    """Run an Xvfb on the first free display, and end it by its own process id."""
    reading, writing = os.pipe()
    with tempfile.TemporaryFile("w+") as messages:
        # Without -noreset the server starts afresh each time its last window is closed.
        options = ["-displayfd", str(writing), "-screen", "0", "1920x1080x24", "-nolisten", "tcp", "-noreset"]
        server = subprocess.Popen(["Xvfb", *options], pass_fds=[writing], stdout=messages, stderr=messages)
        os.close(writing)
        try:
            with os.fdopen(reading) as answer:
                number = answer.readline().strip()  # nothing, if the server has ended
            if not number:
                messages.seek(0)
                pytest.fail(f"Xvfb did not start: {messages.read().strip()}", pytrace=False)
            yield f":{number}"
        finally:
            _end(server)


def _end(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()

"""What this machine must have before a window can open, and the command that installs what it lacks.

Run as `python -m lab.system`, also before anything is installed: it needs nothing but the standard library.
"""

import argparse
import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence

# Each table: what is looked for (a shared library, a program or a module) -> the Debian package that has it.
OFFSCREEN: Mapping[str, str] = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
XCB: Mapping[str, str] = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
WAYLAND: Mapping[str, str] = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
XVFB: Mapping[str, str] = {"Xvfb": "xvfb", "xdotool": "xdotool"}
VENV: Mapping[str, str] = {"ensurepip": f"python3.{sys.version_info.minor}-venv"}


RUN_MODULE = "--run-module"
"""First argument of a program without Python beside it, as `make app` builds it: it is to run a module of its own."""


def module_command(module: str) -> list[str]:
    """Return the command that runs a module of this program in a process of its own, wherever that is."""
    if getattr(sys, "frozen", False):  # there is no Python to ask: the program is one itself
        return [sys.executable, RUN_MODULE, module]
    return [sys.executable, "-P", "-W", "ignore", "-m", module]


def display() -> bool:
    """Return whether a window can be shown: Linux needs a Wayland display or an X server that answers."""
    if sys.platform != "linux" or os.environ.get("WAYLAND_DISPLAY"):
        return True
    return bool(os.environ.get("DISPLAY")) and _x_server_answers()


def _x_server_answers() -> bool:
    """Return False where `DISPLAY` names a server that is gone: Qt would abort, and say little."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # The library is what is missing then, and is named as such.
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    answers: bool = xcb.xcb_connection_has_error(connection) == 0
    xcb.xcb_disconnect(connection)
    return answers


def window_needs() -> Mapping[str, str]:
    """Return the libraries of the window that would open now: an offscreen one where there is no display."""
    if not display():
        return OFFSCREEN
    return {**OFFSCREEN, **(XCB if os.environ.get("DISPLAY") else WAYLAND)}


def missing(needs: Mapping[str, str]) -> dict[str, str]:
    """Return the part of a table that this machine does not have; on other systems than Linux, nothing."""
    if sys.platform != "linux":
        return {}
    return {name: package for name, package in needs.items() if not _found(name)}


def _found(name: str) -> bool:
    if ".so" not in name:
        return shutil.which(name) is not None or importlib.util.find_spec(name) is not None
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def remedy(absent: Mapping[str, str]) -> str:
    """Return the sentence that names what is absent and the command that installs it."""
    names = _listed(list(absent))
    command = _command(absent)
    if command is None:
        packages = _listed(_packages(absent))
        return (
            f"This machine lacks {names}: install what holds {'it' if len(absent) == 1 else 'them'} with "
            f"your system's package manager (Debian's name for it is {packages})."
        )
    sudo = "" if _is_root() else "sudo "
    return f"This machine lacks {names}: install with `{sudo}{command}`."


def _command(absent: Mapping[str, str]) -> str | None:
    """Return the command of this system's package manager, None where it is not known."""
    if shutil.which("apt-get"):
        return " ".join(["apt-get install", *_packages(absent)])
    if all(".so" in name for name in absent):
        # RPM packages provide their libraries by name, so that no table of package names is needed.
        wide = "()(64bit)" if sys.maxsize > 2**32 else ""
        for manager in ("dnf", "zypper"):
            if shutil.which(manager):
                return " ".join([f"{manager} install", *(f"'{name}{wide}'" for name in absent)])
    return None


def _packages(absent: Mapping[str, str]) -> list[str]:
    return sorted(set(absent.values()))


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _is_root() -> bool:
    return os.geteuid() == 0


def install(absent: Mapping[str, str]) -> None:
    """Install with apt-get what is absent, where that may be done: as root on Debian and its kin.

    What apt-get says is shown only if it fails; whether anything is still absent is for `missing` to tell.
    """
    if not _is_root() or shutil.which("apt-get") is None:
        return
    packages = _packages(absent)
    print(f"Installing {_listed(packages)} with apt-get.", flush=True)
    wanted = ["install", "--yes", "--no-install-recommends", *packages]
    if _apt_get(wanted).returncode != 0:
        # A new machine has no package lists, an old one has lists of packages that are gone.
        _apt_get(["update"])
        again = _apt_get(wanted)
        if again.returncode != 0:
            print(again.stdout, file=sys.stderr)


def _apt_get(arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["apt-get", "-q", *arguments],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Check this machine, install what may be installed, and return 1 where something is still absent."""
    parser = argparse.ArgumentParser(prog="python -m lab.system", description=(__doc__ or "").split("\n")[0])
    for option, text in (
        ("--install", "install what is missing, where that may be done: as root, with apt-get"),
        ("--window", "ask for what the window needs that would open now, not only for an offscreen one"),
        ("--xcb", "ask for what an X window needs, whether there is a display or not"),
        ("--xvfb", "ask for the X server without a screen that the tests use"),
        ("--venv", "ask only for what `python -m venv` needs"),
    ):
        parser.add_argument(option, action="store_true", help=text)
    options = parser.parse_args(arguments)
    needs = dict(VENV if options.venv else OFFSCREEN)
    if options.window:
        needs.update(window_needs())
    if options.xcb:
        needs.update(XCB)
    if options.xvfb:
        needs.update(XVFB)
    absent = missing(needs)
    if absent and options.install:
        install(absent)
        absent = missing(needs)
    if absent:
        print(remedy(absent), file=sys.stderr)
    return 1 if absent else 0


if __name__ == "__main__":
    sys.exit(main())

"""What a machine must have for a window: found, named, and installed where that may be done."""

import os
import struct
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import PySide6
import pytest

from lab import system

ROOT = Path(__file__).resolve().parents[1]
QT = Path(PySide6.__file__).parent
# What every Linux has that runs Python: the loader, the C and C++ libraries, and what dpkg and rpm need.
ALWAYS = {"ld-linux-x86-64", "ld-linux-aarch64", "libc", "libm", "libdl", "libpthread", "librt"}
ALWAYS |= {"libgcc_s", "libstdc++", "libz", "libzstd"}
NONSENSE = {"libnonsense.so.7": "libnonsense7", "libother.so.1": "libother1"}


def needed(file: Path) -> set[str]:
    """Return the names of the libraries that an ELF file asks the loader for (its DT_NEEDED entries)."""
    data = file.read_bytes()
    assert data[:6] == b"\x7fELF\x02\x01", f"{file.name}: 64 bits, little-endian expected"
    (start,) = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    starts = range(start, start + size * count, size)
    headers: list[tuple[int, ...]] = [struct.unpack_from("<IIQQQQ", data, at) for at in starts]

    def offset(address: int) -> int:
        return next(o + address - v for kind, _, o, v, _, n in headers if kind == 1 and v <= address < v + n)

    dynamic = next(data[o : o + n] for kind, _, o, _, _, n in headers if kind == 2)
    entries = list(struct.iter_unpack("<QQ", dynamic))
    names = offset(next(value for tag, value in entries if tag == 5))
    strings = [names + value for tag, value in entries if tag == 1]
    return {data[s : data.index(b"\0", s)].decode() for s in strings}


def asked_of_the_system(*files: Path) -> set[str]:
    """Return what these files and the bundled libraries they use ask for and Qt does not bundle."""
    folders = (QT, QT / "Qt" / "lib", QT.parent / "shiboken6")
    bundled = {file.name: file for folder in folders for file in folder.glob("*.so*")}
    queue, seen = list(files), set[str]()
    while queue:
        new = needed(queue.pop()) - seen
        seen |= new
        queue += [bundled[name] for name in new if name in bundled]
    return {name for name in seen - set(bundled) if name.split(".so")[0] not in ALWAYS}


@pytest.mark.parametrize(
    ("plugin", "tables"),
    [
        ("libqoffscreen.so", [system.OFFSCREEN]),
        ("libqxcb.so", [system.OFFSCREEN, system.XCB]),
        ("libqwayland.so", [system.OFFSCREEN, system.WAYLAND]),
    ],
)
def test_the_tables_name_all_that_qt_asks_for(plugin: str, tables: list[Mapping[str, str]]) -> None:
    modules = [QT / f"Qt{name}.abi3.so" for name in ("Core", "Gui", "Widgets", "Svg", "Test")]
    asked = asked_of_the_system(QT / "Qt" / "plugins" / "platforms" / plugin, *modules)
    assert asked <= set().union(*tables)


@pytest.fixture
def no_display(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_no_display_means_an_offscreen_window(no_display: pytest.MonkeyPatch) -> None:
    assert not system.display()
    assert system.window_needs() == system.OFFSCREEN


def test_a_display_that_does_not_answer_is_none(no_display: pytest.MonkeyPatch) -> None:
    no_display.setenv("DISPLAY", ":54321")
    assert not system.display()
    assert system.window_needs() == system.OFFSCREEN


def test_wayland_is_a_display(no_display: pytest.MonkeyPatch) -> None:
    no_display.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert system.display()
    assert system.window_needs() == {**system.OFFSCREEN, **system.WAYLAND}


def test_other_systems_have_a_display_and_lack_nothing(no_display: pytest.MonkeyPatch) -> None:
    no_display.setattr(sys, "platform", "darwin")
    assert system.display()
    assert system.missing(NONSENSE) == {}


def test_missing_keeps_what_is_not_there() -> None:
    there = {"libc.so.6": "libc6", "sh": "dash", "venv": "python3-venv"}
    absent = {**NONSENSE, "nonsense": "nonsense-bin"}
    assert system.missing({**there, **absent}) == absent


def program(folder: Path, name: str, *lines: str) -> None:
    (folder / name).write_text("\n".join(["#!/bin/sh", *lines, ""]))
    (folder / name).chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that holds all programs of this machine: none, until a test puts one there."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.mark.parametrize(
    ("manager", "user", "sentence"),
    [
        ("apt-get", 1000, "install with `sudo apt-get install libnonsense7 libother1`."),
        ("apt-get", 0, "install with `apt-get install libnonsense7 libother1`."),
        ("dnf", 0, "install with `dnf install 'libnonsense.so.7()(64bit)' 'libother.so.1()(64bit)'`."),
        ("zypper", 0, "install with `zypper install 'libnonsense.so.7()(64bit)' 'libother.so.1()(64bit)'`."),
        (
            "pacman",
            1000,
            "install what holds them with your system's package manager "
            "(Debian's name for it is libnonsense7 and libother1).",
        ),
    ],
)
def test_the_remedy_is_a_command(
    machine: Path, monkeypatch: pytest.MonkeyPatch, manager: str, user: int, sentence: str
) -> None:
    program(machine, manager)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    assert system.remedy(NONSENSE) == f"This machine lacks libnonsense.so.7 and libother.so.1: {sentence}"


def test_a_package_of_two_libraries_is_named_once(machine: Path) -> None:
    program(machine, "apt-get")
    both = {name: package for name, package in system.OFFSCREEN.items() if package == "libglib2.0-0"}
    assert len(both) == 2
    assert system.remedy(both).count("libglib2.0-0") == 1


@pytest.fixture
def apt_get(machine: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An apt-get without package lists, as on a new machine: it installs Xvfb only after an update."""
    log = machine.parent / "log"
    monkeypatch.setattr(system, "XVFB", {"Xvfb": "xvfb"})
    program(
        machine,
        "apt-get",
        f'echo "$@" >> {log}',
        'case "$2" in',
        f"update) : > {machine}/lists ;;",
        f"*) test -f {machine}/lists || {{ echo 'Unable to locate package xvfb'; exit 100; }}",
        f"   : > {machine}/Xvfb; /bin/chmod +x {machine}/Xvfb ;;",
        "esac",
    )
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return log


def test_root_gets_it_installed(apt_get: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert system.main(["--xvfb", "--install"]) == 0
    wanted = "-q install --yes --no-install-recommends xvfb"
    assert apt_get.read_text().splitlines() == [wanted, "-q update", wanted]
    assert capsys.readouterr() == ("Installing xvfb with apt-get.\n", "")


def test_nobody_else_does(apt_get: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert system.main(["--xvfb", "--install"]) == 1
    assert not apt_get.exists()
    assert capsys.readouterr() == ("", "This machine lacks Xvfb: install with `sudo apt-get install xvfb`.\n")


def test_a_window_on_a_display_needs_more_than_an_offscreen_one(
    machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setattr(system, "WAYLAND", NONSENSE)
    assert system.main([]) == 0
    assert system.main(["--window"]) == 1
    assert "lacks libnonsense.so.7 and libother.so.1:" in capsys.readouterr().err


def test_nothing_is_installed_unasked(apt_get: Path) -> None:
    assert system.main(["--xvfb"]) == 1
    assert not apt_get.exists()


def test_what_apt_get_says_is_shown_where_it_fails(
    machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(system, "XVFB", {"Xvfb": "xvfb"})
    program(machine, "apt-get", "echo 'No network here'", "exit 100")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert system.main(["--xvfb", "--install"]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "No network here",
        "",
        "This machine lacks Xvfb: install with `apt-get install xvfb`.",
    ]


def test_it_runs_before_anything_is_installed() -> None:
    command = [sys.executable, "-S", "-m", "lab.system", "--venv"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")

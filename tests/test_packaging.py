"""The wheel carries what the checkout has, and finds it where it is installed."""

import subprocess
import sys
import zipfile
from configparser import ConfigParser
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from lab.data.readers.formats import read_file
from lab.data.table import Table

ROOT = Path(__file__).resolve().parents[1]

REPORT = """
from lab import paths
print(paths.__file__, paths.resources(), paths.default_experiment(), sep="\\n")
"""


def pip(*arguments: str | Path) -> None:
    """Run pip without any index: what is needed to build and install a wheel is there already."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", *map(str, arguments)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", folder, ROOT)
    (built,) = folder.glob("delta_lab-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    pip("install", "--no-deps", "--no-index", "--no-compile", "--target", folder, wheel)
    return folder


def files(folder: Path) -> set[str]:
    paths = (path.relative_to(ROOT) for path in folder.rglob("*") if path.is_file())
    return {path.as_posix() for path in paths if "__pycache__" not in path.parts}


def test_the_wheel_carries_the_package_and_the_resources_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    metadata = {name for name in names if name.split("/")[0].endswith((".dist-info", ".data"))}
    resources = {f"lab/{name}" for name in files(ROOT / "resources")}
    assert set(names) - metadata == files(ROOT / "lab") | resources


def test_the_licence_goes_with_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("/licenses/LICENSE")]
        assert archive.read(name) == (ROOT / "LICENSE").read_bytes()


@pytest.mark.parametrize("case", ["checkout", "wheel"])
def test_resources_are_found(
    case: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = ROOT if case == "checkout" else request.getfixturevalue("installed")
    monkeypatch.setenv("PYTHONPATH", str(home))
    command = [sys.executable, "-c", REPORT]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    module, resources, experiment = map(Path, ran.stdout.splitlines())
    assert module == home / "lab" / "paths.py"
    assert resources == (home / "resources" if case == "checkout" else home / "lab" / "resources")
    assert experiment.read_bytes() == (ROOT / "resources" / "experiments" / "cat-dog-horse.toml").read_bytes()
    assert sorted(path.name for path in (resources / "fonts").glob("*.ttf"))


def test_the_console_script_of_the_wheel_runs(installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(installed))
    command = [sys.executable, str(installed / "bin" / "delta-lab"), "--help"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("usage: delta-lab")


@pytest.mark.parametrize(("python", "newest", "refused"), [("3.11", "6.11.3", "6.12.0"), ("3.13", "6.12.0", "6.13.0")])
def test_the_qt_that_aborts_on_python_3_11_is_refused_there(
    installed: Path, python: str, newest: str, refused: str
) -> None:
    (distribution,) = distributions(name="delta-lab", path=[str(installed)])
    requirements = map(Requirement, distribution.requires or [])
    environment = {"python_version": python, "extra": ""}
    (qt,) = [
        requirement
        for requirement in requirements
        if requirement.name.lower() == "pyside6-essentials"
        and requirement.marker is not None
        and requirement.marker.evaluate(environment)
    ]
    assert newest in qt.specifier
    assert refused not in qt.specifier


# in a desktop's menu, and as a folder without Python


def test_a_desktop_shows_it_in_its_menu(wheel: Path) -> None:
    share = "delta_lab-0.1.0.data/data/share"
    with zipfile.ZipFile(wheel) as archive:
        entry = ConfigParser(interpolation=None)
        entry.read_string(archive.read(f"{share}/applications/delta-lab.desktop").decode("utf-8"))
        icon = archive.read(f"{share}/icons/hicolor/scalable/apps/delta-lab.svg")
        (scripts,) = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
        commands = archive.read(scripts).decode()
    desktop = entry["Desktop Entry"]
    assert (desktop["Type"], desktop["Icon"], desktop["Terminal"]) == ("Application", "delta-lab", "false")
    assert f"{desktop['Exec'].split()[0]} = lab.__main__:main" in commands
    assert icon.startswith(b"<svg")


_FROZEN = """#!{python}
import sys
sys.path.insert(0, {root!r})
sys.frozen = True
from lab.__main__ import main
sys.exit(main())
"""


@pytest.mark.usefixtures("cold_reader")
def test_a_program_without_python_beside_it_reads_files_in_a_process_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There sys.executable is the program itself, which takes no `-m`."""
    program = tmp_path / "delta-lab"
    program.write_text(_FROZEN.format(python=sys.executable, root=str(ROOT)))
    program.chmod(0o755)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(program))
    (tmp_path / "t.csv").write_text("a,b\n1,2\n3,4\n")
    found = read_file(tmp_path / "t.csv")
    assert isinstance(found, Table)
    assert [column.name for column in found.columns] == ["a", "b"]

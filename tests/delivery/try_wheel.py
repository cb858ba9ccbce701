"""`make delivery`: the built wheel, installed by pip, uv and pipx, starts the window from an empty folder.

Each installs that very file with its dependencies into a folder of its own; the time and the size of each are printed.
ARGS="uv pipx" tries these alone.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.delivery.timing import PICTURE, megabytes, run

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("uv", "pipx")

Installed = tuple[Path, float]
"""The command `delta-lab` that is there now, and the seconds that it took."""


def by_pip(wheel: Path, place: Path) -> Installed:
    seconds, _ = run(sys.executable, "-m", "venv", "env", cwd=place)
    more, _ = run(place / "env" / "bin" / "python", "-m", "pip", "install", "--quiet", wheel, cwd=place)
    return place / "env" / "bin" / "delta-lab", seconds + more


def by_uv(wheel: Path, place: Path) -> Installed:
    folders = {"UV_TOOL_DIR": str(place / "tools"), "UV_TOOL_BIN_DIR": str(place / "bin")}
    command = (_tool("uv"), "tool", "install", "--quiet", "--no-python-downloads", "--python", sys.executable, wheel)
    seconds, _ = run(*command, cwd=place, **folders)
    return place / "bin" / "delta-lab", seconds


def by_pipx(wheel: Path, place: Path) -> Installed:
    folders = {"PIPX_HOME": str(place / "home"), "PIPX_BIN_DIR": str(place / "bin"), "PIPX_MAN_DIR": str(place / "man")}
    seconds, _ = run(_tool("pipx"), "install", "--quiet", "--python", sys.executable, wheel, cwd=place, **folders)
    return place / "bin" / "delta-lab", seconds


WAYS: dict[str, Callable[[Path, Path], Installed]] = {
    "pip install": by_pip,
    "uv tool install": by_uv,
    "pipx install": by_pipx,
}


def _tool(name: str) -> Path:
    return Path(sys.executable).parent / name


def main() -> None:
    """Build the wheel, install it in every way, and start the window of each."""
    with tempfile.TemporaryDirectory(prefix="delta-lab-delivery-") as folder:
        place = Path(folder)
        seconds, _ = run(
            sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", place, ROOT, cwd=place
        )
        (wheel,) = place.glob("delta_lab-*.whl")
        print(f"{wheel.name}: {wheel.stat().st_size / 1e6:.1f} MB, built in {seconds:.0f} s", flush=True)
        asked = sys.argv[1:] or [way.split()[0] for way in WAYS]
        for way, install in WAYS.items():
            if way.split()[0] not in asked:
                continue
            own, empty = place / way.split()[0], place / f"empty-{way.split()[0]}"
            own.mkdir()
            empty.mkdir()
            command, seconds = install(wheel, own)
            first, _ = run(command, cwd=empty)
            if not (empty / PICTURE).is_file():
                raise SystemExit(f"{way}: the window started, but left no {PICTURE}")
            print(f"{way}: {seconds:.0f} s, {megabytes(own)} MB; the first window in {first:.1f} s", flush=True)


if __name__ == "__main__":
    main()

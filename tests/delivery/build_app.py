"""`make app`: a folder that starts without any Python, built by PyInstaller into build/app, and tried there.

What is tried is what such a folder breaks first: the window from an empty folder, a reader in a process of its own, and
runs in several processes.
"""

import sys
import tempfile
from pathlib import Path
from shutil import rmtree

from tests.delivery.timing import PICTURE, megabytes, run

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
UNUSED = ("tkinter", "pytest", "pyarrow", "matplotlib", "scipy", "IPython", "hypothesis", "PIL.ImageQt", "PIL.ImageTk")
"""What libraries would like to have and nothing here uses; Parquet is left to installations by pip."""


def main() -> None:
    """Build the folder, and start it."""
    rmtree(BUILD / "app", ignore_errors=True)
    options = ["--noconfirm", "--log-level=WARN", "--onedir", "--name=delta-lab"]
    options += [f"--distpath={BUILD / 'app'}", f"--workpath={BUILD / 'work'}", f"--specpath={BUILD}"]
    options += [f"--add-data={ROOT / 'resources'}:lab/resources", "--copy-metadata=delta-lab"]
    options += ["--collect-submodules=lab", f"--paths={ROOT}", *(f"--exclude-module={name}" for name in UNUSED)]
    seconds, _ = run(sys.executable, "-m", "PyInstaller", *options, ROOT / "lab" / "__main__.py", cwd=ROOT)
    app = BUILD / "app" / "delta-lab"
    print(f"{app.relative_to(ROOT)}: {megabytes(app)} MB, built in {seconds:.0f} s", flush=True)
    with tempfile.TemporaryDirectory(prefix="delta-lab-app-") as folder:
        _try(app / "delta-lab", Path(folder))


def _try(program: Path, empty: Path) -> None:
    bare = {"PATH": "/nowhere", "HOME": str(empty)}
    started, _ = run(program, "--version", cwd=empty, **bare)
    window, _ = run(program, cwd=empty, **bare)
    if not (empty / PICTURE).is_file():
        raise SystemExit(f"the window started, but left no {PICTURE}")
    print(f"--version in {started:.2f} s, a window after 5 epochs in {window:.1f} s", flush=True)
    (empty / "t.csv").write_text("a,kind\n" + "".join(f"{row},{'x' if row % 2 else 'y'}\n" for row in range(40)))
    _, inspected = run(program, "inspect", "t.csv", "--toml", cwd=empty, **bare)
    (empty / "t.toml").write_text(inspected)
    _, figures = run(program, "train", "t.toml", "--epochs", "2", "--seeds", "2", "--jobs", "2", cwd=empty, **bare)
    print(f"reads a table in a process of its own, and trains two seeds side by side:\n{figures}", flush=True)


if __name__ == "__main__":
    main()

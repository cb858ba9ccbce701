"""Where things lie: what the program ships, what it keeps for the user, and the write that leaves no half file."""

import os
import threading
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent


def resources() -> Path:
    """Return the folder of datasets, experiments, fonts, icons and themes.

    A wheel carries it inside the package; a checkout has it beside the package.
    """
    inside = _PACKAGE / "resources"
    return inside if inside.is_dir() else _PACKAGE.parent / "resources"


def default_experiment() -> Path:
    """Return the experiment that the window opens with."""
    return resources() / "experiments" / "cat-dog-horse.toml"


def user_state() -> Path:
    """Return the folder for what the program remembers between two starts, made if it is missing."""
    return Path(platformdirs.user_state_path("delta-lab", appauthor=False, ensure_exists=True))


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` to `path` so that a reader sees the old file or the new one, never a part.

    A link is followed, and the permissions of a file that is replaced are kept. Raises OSError where the folder is
    missing or may not be written.
    """
    path = path.resolve()
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.part")
    try:
        with temporary.open("xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if path.exists():
            temporary.chmod(path.stat().st_mode & 0o777)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)

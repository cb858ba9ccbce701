"""Where things lie: what the program ships, what it keeps for the user, and the write that cannot leave half a file."""

import os
import tempfile
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

    Raises OSError where the folder is missing or may not be written.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        _take_mode(temporary, path)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _take_mode(temporary: Path, path: Path) -> None:
    """Give the new file the permissions of the one it replaces, or those of any new file."""
    if path.exists():
        mode = path.stat().st_mode & 0o777
    else:
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o666 & ~mask
    temporary.chmod(mode)

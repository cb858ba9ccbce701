"""Where things lie: what the program ships, what it keeps for the user, and the atomic write that all saves go through.

A save never destroys: an ordinary file is replaced as a whole, a pipe or a terminal is written into, and everything
else (a folder, a disk, a socket, a file that is write-protected) is refused with an OSError.
"""

import errno
import os
import re
import secrets
import select
import stat
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from io import FileIO
from pathlib import Path
from time import monotonic

import platformdirs

if sys.platform != "win32":
    import fcntl

_PACKAGE = Path(__file__).resolve().parent
_PART = re.compile(r"\.delta-lab-[0-9a-f]{16}\.part")
_SLOWEST_READER = 30.0
"""Seconds without a byte taken after which a pipe's reader is given up."""
_MOST_LINKS = 40


def resources() -> Path:
    """Return the folder of datasets, experiments, fonts, icons and themes.

    A wheel carries it inside the package; a checkout has it beside the package.
    """
    inside = _PACKAGE / "resources"
    return inside if inside.is_dir() else _PACKAGE.parent / "resources"


def default_experiment() -> Path:
    """Return the experiment that the window opens with."""
    return resources() / "experiments" / "cat-dog-horse.toml"


def worked_examples() -> Path:
    """Return the folder of the experiments whose numbers can be followed by hand."""
    return resources() / "experiments" / "worked"


def first_example() -> Path:
    """Return the example that the help begins with: every matrix of it shows its numbers."""
    return worked_examples() / "cat-dog-horse-m4.toml"


def help_page(name: str) -> Path:
    """Return a page of the help by its name, a text in Markdown."""
    return resources() / "help" / f"{name}.md"


def export_script(name: str) -> Path:
    """Return a Python file that exports write beside what they write, for people who do not have this program."""
    return resources() / "export" / f"{name}.py"


def changelog() -> Path:
    """Return the text that says, for people who use the program, what is new in each version."""
    return resources() / "CHANGELOG.md"


def user_state() -> Path:
    """Return the folder for what the program remembers between two starts, made if it is missing."""
    return Path(platformdirs.user_state_path("delta-lab", appauthor=False, ensure_exists=True))


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` to `path` so that a reader sees the old file or the new one, never a part.

    A link is followed. A file that is replaced keeps its permissions and its group. Into a pipe with a reader, a
    terminal or another character device the bytes are written as they are. Raises OSError, with what is in the way as
    its `strerror`, where that is not possible; what was there is then as it was.
    """
    descriptor = open_descriptor(path)
    if descriptor is not None:
        with FileIO(os.dup(descriptor), "w") as stream:
            _write_all(stream, data)
        return
    before = _status(path)
    if before is not None and not stat.S_ISREG(before.st_mode):
        _write_into(path, before.st_mode, data)
        return
    _check_permission(path, before)
    target = Path(os.path.realpath(path))
    remove_leftovers(target.parent)
    with _part_beside(target, before) as (part, stream):
        _write_all(stream, data)
        os.fsync(stream.fileno())
        if sys.platform == "win32":  # which renames no open file
            stream.close()
        part.replace(target)
    _sync_folder(target.parent)


def write_together(files: Mapping[Path, bytes]) -> None:
    """Write several files of one folder, all of them or none: each as a whole, as `write_atomically` does.

    A single one may be a pipe or a device, several may not. Raises OSError where one cannot be written; what was there
    is then as it was.
    """
    if len(files) == 1:
        write_atomically(*next(iter(files.items())))
        return
    with ExitStack() as parts:
        written = []
        for path, data in files.items():
            before = _status(path)
            if open_descriptor(path) is not None or (before is not None and not stat.S_ISREG(before.st_mode)):
                raise OSError(errno.EINVAL, "several files are written, and this is no place for files", str(path))
            _check_permission(path, before)
            target = Path(os.path.realpath(path))
            part, stream = parts.enter_context(_part_beside(target, before))
            _write_all(stream, data)
            os.fsync(stream.fileno())
            stream.close()
            written.append((part, target))
        _replace_all(written)
    for folder in {target.parent for _, target in written}:
        _sync_folder(folder)


def _replace_all(written: Sequence[tuple[Path, Path]]) -> None:
    """Rename each part to its target; where one cannot be, put back what the earlier ones have replaced."""
    replaced: list[tuple[Path, bytes | None]] = []
    try:
        for part, target in written:
            old = target.read_bytes() if target.exists() else None
            part.replace(target)
            replaced.append((target, old))
    except OSError:
        for target, old in reversed(replaced):
            if old is None:
                target.unlink(missing_ok=True)
            else:
                write_atomically(target, old)
        raise


def check_writable(path: Path) -> None:
    """Raise OSError where `write_atomically` would fail, as far as that can be told without writing anything."""
    descriptor = open_descriptor(path)
    if descriptor is not None:
        os.fstat(descriptor)
        return
    before = _status(path)
    if before is not None and not stat.S_ISREG(before.st_mode):
        _refuse_what_is_no_stream(path, before.st_mode)
        _check_permission(path, before)
        return
    _check_permission(path, before)
    with _part_beside(Path(os.path.realpath(path)), before):
        pass


def is_file_or_new(path: Path) -> bool:
    """Tell whether a save makes or replaces an ordinary file at `path`, and does not write into a pipe or a device."""
    before = _status(path)
    return open_descriptor(path) is None and (before is None or stat.S_ISREG(before.st_mode))


def open_descriptor(path: Path) -> int | None:
    """Return the number of the open descriptor that a name such as /dev/stdout or /dev/fd/3 stands for, or None.

    Such a name must not be resolved: behind it may lie a file that the shell has opened and that others write to too.
    """
    for _ in range(_MOST_LINKS):
        folder = os.path.realpath(path.parent)
        if folder in ("/dev/fd", f"/proc/{os.getpid()}/fd") and path.name.isdigit():
            return int(path.name)
        if not path.is_symlink():
            return None
        path = path.parent / path.readlink()
    return None


def remove_leftovers(folder: Path) -> None:
    """Remove the part files in a folder that a write has left there because its process was killed.

    Whoever still writes one holds a lock on it, wherever it runs; what cannot be locked or removed stays.
    """
    if sys.platform == "win32":
        return
    with suppress(OSError), os.scandir(folder) as entries:
        names = [entry.name for entry in entries if _PART.fullmatch(entry.name)]
        for name in names:
            with suppress(OSError):
                _remove_unless_locked(folder / name)


def _remove_unless_locked(part: Path) -> None:
    if sys.platform == "win32":
        return
    number = os.open(part, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        part.unlink()
    finally:
        os.close(number)


def _status(path: Path) -> os.stat_result | None:
    """Return what lies at `path` behind all links, None where there is nothing yet."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _check_permission(path: Path, before: os.stat_result | None) -> None:
    """Raise PermissionError for a file that is write-protected: renaming another over it would not ask."""
    if before is not None and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, "it may not be written by you", str(path))


def _refuse_what_is_no_stream(path: Path, mode: int) -> None:
    """Raise OSError where writing into what lies there would be impossible or would destroy it."""
    kinds = {stat.S_IFDIR: "a folder", stat.S_IFBLK: "a disk", stat.S_IFSOCK: "a socket"}
    if (kind := kinds.get(stat.S_IFMT(mode))) is not None:
        raise OSError(errno.EISDIR, f"it is {kind}, not a file", str(path))


def _write_all(stream: FileIO, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[stream.write(rest) :]


def _write_into(path: Path, mode: int, data: bytes) -> None:
    """Write into a pipe or a character device without ever making a file of it."""
    _refuse_what_is_no_stream(path, mode)
    try:
        number = os.open(path, os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError as error:
        if error.errno == errno.ENXIO:
            raise OSError(errno.ENXIO, "nobody reads from this pipe", str(path)) from error
        raise
    try:
        rest, last = memoryview(data), monotonic()
        while rest:
            try:
                rest, last = rest[os.write(number, rest) :], monotonic()
            except BlockingIOError as error:
                if monotonic() - last > _SLOWEST_READER:
                    raise OSError(errno.ETIMEDOUT, "its reader takes nothing", str(path)) from error
                select.select([], [number], [], 0.2)
    finally:
        os.close(number)


@contextmanager
def _part_beside(target: Path, before: os.stat_result | None) -> Iterator[tuple[Path, FileIO]]:
    """Make an empty part file beside the target, with rights no wider than the target's; it is gone at the end."""
    part, number = _locked_part(target.parent, 0o666 if before is None else 0o600)
    stream = FileIO(number, "w")
    try:
        if before is not None:
            _copy_rights(number, before)
        yield part, stream
    finally:
        stream.close()
        part.unlink(missing_ok=True)


def _locked_part(folder: Path, mode: int) -> tuple[Path, int]:
    """Return a new part file and its descriptor, which holds the lock that keeps others from removing it."""
    while True:
        part = folder / f".delta-lab-{secrets.token_hex(8)}.part"
        number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        if sys.platform == "win32":
            return part, number
        with suppress(OSError):  # a file system without locks has nobody who could take one and remove the file
            fcntl.flock(number, fcntl.LOCK_EX)
        if os.fstat(number).st_nlink:  # else somebody cleaned up between the two calls
            return part, number
        os.close(number)


def _copy_rights(number: int, before: os.stat_result) -> None:
    """Give an open file the group and the permissions of the one that it will replace."""
    if sys.platform == "win32":
        return
    mode = stat.S_IMODE(before.st_mode) & 0o777
    made = os.fstat(number)
    if made.st_gid != before.st_gid:
        try:
            os.fchown(number, -1, before.st_gid)
        except OSError:
            mode &= 0o707  # its rights were given to a group that the new file cannot have
    if made.st_uid != before.st_uid:
        with suppress(OSError):
            os.fchown(number, before.st_uid, -1)
    os.fchmod(number, mode)


def _sync_folder(folder: Path) -> None:
    """Make the new name last through a power cut, where the file system can do that."""
    if sys.platform == "win32":
        return
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)

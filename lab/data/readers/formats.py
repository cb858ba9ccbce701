"""The formats that data comes in: one table of how each is recognised and read, and the one way to read a file."""

import hashlib
import os
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock

from lab.data.arrays import Arrays
from lab.data.errors import Cancelled, DataError
from lab.data.readers import image_folder, sniffing
from lab.data.readers.child import read_in_child
from lab.data.readers.open_file import opened
from lab.data.table import Table

Found = Table | Arrays
Progress = Callable[[float], None]

# Enough for the first names in an archive and the first lines of a text.
_HEAD = 1 << 16
_KEPT = 2


@dataclass(frozen=True)
class ReadOptions:
    """What a reader may be told: the sheet of a workbook; (h, w) and colour of the images of a folder.

    `names` are columns that a table must have: a first row that holds them all is the header, also where they are
    numbers.
    """

    sheet: str | None = None
    image_size: tuple[int, int] | None = None
    colour: bool = False
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Format:
    """One way that data is stored; `recognises` takes the path and the first bytes (none of a folder).

    `in_child`: other people's native code parses it, so that it is read in a process of its own.
    `has_partner`: files beside the one that is named belong to it.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    help: str
    recognises: Callable[[Path, bytes], bool]
    read: Callable[[Path, ReadOptions, Progress], Found]
    in_child: bool = False
    has_partner: bool = False


def _read_npy(path: Path, options: ReadOptions, on_progress: Progress) -> Found:
    from lab.data.readers.arrays.array_reader import read_npy

    return read_npy(path)


def _read_npz(path: Path, options: ReadOptions, on_progress: Progress) -> Found:
    from lab.data.readers.arrays.array_reader import read_npz

    return read_npz(path)


def _read_idx(path: Path, options: ReadOptions, on_progress: Progress) -> Found:
    from lab.data.readers.arrays.idx_reader import read_idx_pair

    return read_idx_pair(path)


def _read_parquet(path: Path, options: ReadOptions, on_progress: Progress) -> Found:
    from lab.data.readers.tables.parquet_reader import read_parquet

    return read_parquet(path, on_progress)


def _read_excel(path: Path, options: ReadOptions, on_progress: Progress) -> Found:
    from lab.data.readers.tables.excel_reader import read_excel

    return read_excel(path, options.sheet, on_progress)


def _read_libsvm(path: Path, options: ReadOptions, on_progress: Progress) -> Found:
    from lab.data.readers.arrays.libsvm_reader import read_libsvm

    return read_libsvm(path, on_progress)


def _read_delimited(path: Path, options: ReadOptions, on_progress: Progress) -> Found:
    from lab.data.readers.tables.delimited import read_delimited

    return read_delimited(path, on_progress, options.names)


def _read_images(path: Path, options: ReadOptions, on_progress: Progress) -> Found:
    return image_folder.read_image_folder(path, options.image_size, options.colour, on_progress)


# In the order of asking: text is what is left.
FORMATS: dict[str, Format] = {
    each.name: each
    for each in (
        Format(
            "images",
            "Folder of images",
            (),
            "One sub-folder for each class, with its PNG, JPEG, BMP, GIF or WebP images.",
            sniffing.is_folder,
            _read_images,
            in_child=True,
        ),
        Format(
            "npy",
            "NumPy array",
            (".npy",),
            "Inputs as one array, with their labels in a second file beside it.",
            sniffing.is_npy,
            _read_npy,
            has_partner=True,
        ),
        Format(
            "npz",
            "NumPy archive",
            (".npz",),
            "Inputs and labels as two arrays of one archive.",
            sniffing.is_npz,
            _read_npz,
        ),
        Format(
            "idx",
            "IDX, as MNIST",
            (".idx", ".idx.gz", "-ubyte", "-ubyte.gz"),
            "Images and labels in two files, also gzipped; either may be named.",
            sniffing.is_idx,
            _read_idx,
            has_partner=True,
        ),
        Format(
            "parquet",
            "Parquet table",
            (".parquet", ".pq"),
            "A table that knows the types of its columns.",
            sniffing.is_parquet,
            _read_parquet,
            in_child=True,
        ),
        Format(
            "excel",
            "Workbook",
            (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"),
            "A sheet of an Excel or OpenDocument workbook.",
            sniffing.is_excel,
            _read_excel,
            in_child=True,
        ),
        Format(
            "libsvm",
            "libsvm",
            (".libsvm", ".svmlight", ".svm"),
            "Lines of a target and index:value pairs.",
            sniffing.is_libsvm,
            _read_libsvm,
        ),
        Format(
            "delimited",
            "CSV or other text",
            (".csv", ".tsv", ".tab", ".txt", ".data"),
            "Lines of fields between commas, semicolons or tabs.",
            sniffing.is_text,
            _read_delimited,
            in_child=True,
        ),
    )
}

_PLAIN = ReadOptions()
_kept: OrderedDict[Hashable, Found] = OrderedDict()
_lock = Lock()


def read_found(
    path: Path,
    options: ReadOptions = _PLAIN,
    on_progress: Progress = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Found:
    """Read a file or folder of any format in FORMATS; the last two results are kept while their files stay the same.

    May be called from several threads; `on_progress` gets shares from 0 to 1. Raises DataError, one sentence, where
    it cannot be read, and Cancelled after `cancelled()` said so.
    """
    path = Path(path)
    format = format_of(path)
    key = (os.path.abspath(path), _state(path, format), options)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]

    def tell(share: float) -> None:
        if cancelled():
            raise Cancelled
        on_progress(share)

    tell(0.0)
    if format.in_child:
        found = read_in_child(format.name, path, asdict(options), on_progress, cancelled)
    else:
        found = format.read(path, options, tell)
    with _lock:
        _kept[key] = found
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return found


def format_of(path: Path) -> Format:
    """Tell the format of a file or folder by what is in it, else by its name.

    Raises DataError where the file cannot be opened or is of no format that can be read.
    """
    head = b""
    if not os.path.isdir(path):
        with opened(path) as stream:
            head = stream.read(_HEAD)
        if not head:
            raise DataError(f"{path.name} is empty; choose a file with data in it.")
    for each in FORMATS.values():
        if each.recognises(path, head):
            return each
    for each in FORMATS.values():
        if path.name.lower().endswith(each.suffixes):
            return each
    if sniffing.is_image(path, head):
        raise DataError(f"{path.name} is a single image; choose the folder that has a sub-folder of images per class.")
    titles = ", ".join(each.title for each in FORMATS.values())
    raise DataError(f"{path.name} holds bytes of an unknown kind; what can be read is {titles}.")


def _state(path: Path, format: Format) -> Hashable:
    """Return what changes when one of the files changes that a result is read from."""
    if os.path.isdir(path):
        files = [file for its_files in image_folder.image_files(path).values() for file in its_files]
    else:
        files = _beside(path) if format.has_partner else [path]
    seen = hashlib.blake2b()
    for file in files:
        with suppress(OSError):  # It has gone; the reader says so.
            facts = file.stat()
            seen.update(repr((str(file), facts.st_mtime_ns, facts.st_size)).encode())
    return seen.digest()


def _beside(path: Path) -> list[Path]:
    try:
        return sorted(path.absolute().parent.iterdir())
    except OSError:
        return [path]  # Of this folder a file may be opened, but its names may not be listed.

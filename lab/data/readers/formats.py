"""The formats that data comes in: one table of how each is recognised and read, and the one way to read a file."""

import hashlib
import os
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Any

from lab.data.arrays import Arrays
from lab.data.cell_readings import Wanted
from lab.data.errors import Cancelled, DataError
from lab.data.readers import image_folder
from lab.data.readers.child import read_in_child
from lab.data.readers.open_file import opened
from lab.data.table import Table
from lab.data.text_layout import NOTHING_SET, TextLayout, layout_of

ReadResult = Table | Arrays
Progress = Callable[[float], None]

# Enough for the first names in an archive and the first lines of a text.
_HEAD = 1 << 16
_KEPT = 2


@dataclass(frozen=True)
class ReadOptions:
    """What a reader may be told: the sheet of a workbook; (h, w) and colour of the images of a folder.

    `names` are columns that a table must have: a first row that holds them all is the header, also where they are
    numbers. `readings` are pairs of a column's name and how it must be read (a name in READINGS), `usual` pairs of how
    it is read where that is possible; columns that are `plain` are read as before amounts were known. `settled`: the
    columns were decided on, so that nothing is asked of the file. `unlabelled`: images are
    to be predicted on, whatever folders they lie in. `layout` is what is set of a text file.
    """

    sheet: str | None = None
    image_size: tuple[int, int] | None = None
    colour: bool = False
    names: tuple[str, ...] = ()
    readings: tuple[tuple[str, str], ...] = ()
    usual: tuple[tuple[str, str], ...] = ()
    plain: tuple[str, ...] = ()
    settled: bool = False
    unlabelled: bool = False
    layout: TextLayout = NOTHING_SET

    @property
    def wanted(self) -> Wanted:
        """What is known of how columns are to be read."""
        return Wanted(dict(self.readings), dict(self.usual), frozenset(self.plain))


def only_itself(path: Path) -> list[Path]:
    """Return the one file that most formats are read from."""
    return [path]


def beside(path: Path) -> list[Path]:
    """Return the files of the folder: one of them may belong to the one that is named."""
    try:
        return sorted(path.absolute().parent.iterdir())
    except OSError:
        return [path]  # Of this folder a file may be opened, but its names may not be listed.


@dataclass(frozen=True)
class Format:
    """One way that data is stored, and all that the rest of the program asks about it.

    `recognises` takes the path and the first bytes (none of a folder); `read` is a function of a module, which a
    child process can import. `in_child`: other people's native code parses it, so that it is read in a process of its
    own. `files` are those that a result is read from. `has_size`: it holds images, whose size and colour can be
    chosen. `by_index`: its columns are numbered, and a file may leave out those that are zero everywhere.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    help: str
    recognises: Callable[[Path, bytes], bool]
    read: Callable[[Path, ReadOptions, Progress], ReadResult]
    in_child: bool = False
    files: Callable[[Path], list[Path]] = only_itself
    has_size: bool = False
    by_index: bool = False


# A reader is imported when a file is there: the program starts without them.


def _is_npy(path: Path, head: bytes) -> bool:
    from lab.data.readers.arrays.array_reader import is_npy

    return is_npy(path, head)


def _read_npy(path: Path, options: ReadOptions, on_progress: Progress) -> ReadResult:
    from lab.data.readers.arrays.array_reader import read_npy

    return read_npy(path)


def _is_npz(path: Path, head: bytes) -> bool:
    from lab.data.readers.arrays.array_reader import is_npz

    return is_npz(path, head)


def _read_npz(path: Path, options: ReadOptions, on_progress: Progress) -> ReadResult:
    from lab.data.readers.arrays.array_reader import read_npz

    return read_npz(path)


def _is_idx(path: Path, head: bytes) -> bool:
    from lab.data.readers.arrays.idx_reader import is_idx

    return is_idx(path, head)


def _read_idx(path: Path, options: ReadOptions, on_progress: Progress) -> ReadResult:
    from lab.data.readers.arrays.idx_reader import read_idx_pair

    return read_idx_pair(path, options.unlabelled)


def _is_parquet(path: Path, head: bytes) -> bool:
    from lab.data.readers.tables.parquet_reader import is_parquet

    return is_parquet(path, head)


def _read_parquet(path: Path, options: ReadOptions, on_progress: Progress) -> ReadResult:
    from lab.data.readers.tables.parquet_reader import read_parquet

    return read_parquet(path, on_progress)


def _is_excel(path: Path, head: bytes) -> bool:
    from lab.data.readers.tables.excel_reader import is_excel

    return is_excel(path, head)


def _read_excel(path: Path, options: ReadOptions, on_progress: Progress) -> ReadResult:
    from lab.data.readers.tables.excel_reader import read_excel

    return read_excel(path, options.sheet, on_progress, options.wanted)


def _is_libsvm(path: Path, head: bytes) -> bool:
    from lab.data.readers.arrays.libsvm_reader import is_libsvm

    return is_libsvm(path, head)


def _read_libsvm(path: Path, options: ReadOptions, on_progress: Progress) -> ReadResult:
    from lab.data.readers.arrays.libsvm_reader import read_libsvm

    return read_libsvm(path, on_progress)


def _is_json(path: Path, head: bytes) -> bool:
    from lab.data.readers.tables.json_reader import is_json

    return is_json(path, head)


def _read_json(path: Path, options: ReadOptions, on_progress: Progress) -> ReadResult:
    from lab.data.readers.tables.json_reader import read_json

    return read_json(path, on_progress, options.wanted)


def _is_arff(path: Path, head: bytes) -> bool:
    from lab.data.readers.tables.arff_reader import is_arff

    return is_arff(path, head)


def _read_arff(path: Path, options: ReadOptions, on_progress: Progress) -> ReadResult:
    from lab.data.readers.tables.arff_reader import read_arff

    return read_arff(path, on_progress, options.wanted)


def _is_packed(path: Path, head: bytes) -> bool:
    from lab.data.readers.packed_file import is_packed

    return is_packed(path, head)


def _read_packed(path: Path, options: ReadOptions, on_progress: Progress) -> ReadResult:
    """Read the table in an archive; what is an archive inside an archive, or no table, is refused."""
    from lab.data.readers.packed_file import unpacked

    with unpacked(path) as plain:
        inner = format_of(plain)
        if inner.name == "packed" or not inner.in_child:
            raise DataError(f"{path.name} holds {inner.title}, not a table; unpack it and choose what is in it.")
        return replace(inner.read(plain, options, on_progress), path=path)


def _is_delimited(path: Path, head: bytes) -> bool:
    from lab.data.readers.tables.delimited import is_text

    return is_text(path, head)


def _read_delimited(path: Path, options: ReadOptions, on_progress: Progress) -> ReadResult:
    from lab.data.readers.tables.delimited import read_delimited

    return read_delimited(
        path, on_progress, options.names, options.wanted, options.layout, options.settled
    )  # fmt: skip


def options_of(fields: Mapping[str, Any]) -> ReadOptions:
    """Return the options whose fields went through JSON, which has no tuples."""
    plain: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in fields.items()}
    return ReadOptions(**plain | {"layout": layout_of(fields.get("layout", {}))})


def _read_images(path: Path, options: ReadOptions, on_progress: Progress) -> ReadResult:
    if options.unlabelled and options.image_size is not None:
        return image_folder.read_unlabelled_images(path, options.image_size, options.colour, on_progress)
    return image_folder.read_image_folder(path, options.image_size, options.colour, on_progress)


# In the order of asking: text is what is left.
FORMATS: dict[str, Format] = {
    each.name: each
    for each in (
        Format(
            "images",
            "Folder of images",
            (),
            "One sub-folder for each class, with its images; train and test folders stay the split.",
            image_folder.is_images,
            _read_images,
            in_child=True,
            files=image_folder.image_files,
            has_size=True,
        ),
        Format(
            "npy",
            "NumPy array",
            (".npy",),
            "Inputs as one array, with their labels in a second file beside it.",
            _is_npy,
            _read_npy,
            files=beside,
        ),
        Format(
            "npz",
            "NumPy archive",
            (".npz",),
            "Inputs and labels as two arrays of one archive.",
            _is_npz,
            _read_npz,
        ),
        Format(
            "idx",
            "IDX, as MNIST",
            (".idx", ".idx.gz", "-ubyte", "-ubyte.gz"),
            "Images and labels in two files, also gzipped; either may be named.",
            _is_idx,
            _read_idx,
            files=beside,
        ),
        Format(
            "parquet",
            "Parquet table",
            (".parquet", ".pq"),
            "A table that knows the types of its columns.",
            _is_parquet,
            _read_parquet,
            in_child=True,
        ),
        Format(
            "excel",
            "Workbook",
            (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"),
            "A sheet of an Excel or OpenDocument workbook.",
            _is_excel,
            _read_excel,
            in_child=True,
        ),
        Format(
            "libsvm",
            "libsvm",
            (".libsvm", ".svmlight", ".svm"),
            "Lines of a target and index:value pairs.",
            _is_libsvm,
            _read_libsvm,
            by_index=True,
        ),
        Format(
            "packed",
            "Packed table",
            (".gz", ".zip"),
            "A gzip file or a zip archive with one table in it.",
            _is_packed,
            _read_packed,
            in_child=True,
        ),
        Format(
            "arff",
            "ARFF",
            (".arff",),
            "Attributes with their kinds and rows, as Weka and OpenML have them.",
            _is_arff,
            _read_arff,
            in_child=True,
        ),
        Format(
            "json",
            "JSON table",
            (".json", ".jsonl", ".ndjson"),
            "A list of records, an object of columns, or a record on each line.",
            _is_json,
            _read_json,
            in_child=True,
        ),
        Format(
            "delimited",
            "CSV or other text",
            (".csv", ".tsv", ".tab", ".txt", ".data"),
            "Lines of fields between commas, semicolons or tabs.",
            _is_delimited,
            _read_delimited,
            in_child=True,
        ),
    )
}

_PLAIN = ReadOptions()
_kept: OrderedDict[Hashable, ReadResult] = OrderedDict()
_lock = Lock()


def read_file(
    path: Path,
    options: ReadOptions = _PLAIN,
    on_progress: Progress = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> ReadResult:
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
        result = read_in_child(format.read, path, asdict(options), on_progress, cancelled)
    else:
        result = format.read(path, options, tell)
    with _lock:
        _keep(key, result)
    return result


def remember(path: Path, options: ReadOptions, result: ReadResult) -> None:
    """Keep a result also for other options with which the file reads the same."""
    with _lock:
        _keep((os.path.abspath(path), _state(path, format_of(path)), options), result)


def _keep(key: Hashable, result: ReadResult) -> None:
    _kept[key] = result
    while len({id(each) for each in _kept.values()}) > _KEPT:
        _kept.popitem(last=False)


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
    titles = ", ".join(each.title for each in FORMATS.values())
    raise DataError(f"{path.name} holds bytes of an unknown kind; what can be read is {titles}.")


def _state(path: Path, format: Format) -> Hashable:
    """Return what changes when one of the files changes that a result is read from."""
    seen = hashlib.blake2b()
    for file in format.files(path):
        with suppress(OSError):  # It has gone; the reader says so.
            facts = file.stat()
            seen.update(repr((str(file), facts.st_mtime_ns, facts.st_size)).encode())
    return seen.digest()

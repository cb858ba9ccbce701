"""Whatever a file of arrays holds, reading it ends in a set or in one sentence, and takes little memory."""

import gzip
import io
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.data.arrays import Arrays
from lab.data.errors import DataError
from lab.data.readers.arrays.array_reader import read_npy, read_npz
from lab.data.readers.arrays.idx_reader import read_idx_pair
from lab.data.readers.arrays.libsvm_reader import read_libsvm

_FILES = Path(__file__).parents[2] / "files"
_MOST_MEMORY = 64 << 20
Reader = Callable[[Path], Arrays]

# Each real set: its reader, its files, and the one that is damaged.
SETS: dict[str, tuple[Reader, tuple[str, ...], str]] = {
    "npy inputs": (read_npy, ("npy_iris_x.npy", "npy_iris_y.npy"), "npy_iris_x.npy"),
    "npy labels": (read_npy, ("npy_iris_x.npy", "npy_iris_y.npy"), "npy_iris_y.npy"),
    "npz": (read_npz, ("npz_digits.npz",), "npz_digits.npz"),
    "idx images": (
        read_idx_pair,
        ("idx_digits-images-idx3-ubyte", "idx_digits-labels-idx1-ubyte.gz"),
        "idx_digits-images-idx3-ubyte",
    ),
    "idx labels": (
        read_idx_pair,
        ("idx_digits-images-idx3-ubyte", "idx_digits-labels-idx1-ubyte.gz"),
        "idx_digits-labels-idx1-ubyte.gz",
    ),
    "libsvm": (read_libsvm, ("libsvm_iris.svm",), "libsvm_iris.svm"),
}

_HEADER_TEXTS = st.sampled_from(
    [b"1e9", b"(9999999999,)", b"(-1,)", b"'|O'", b"'<U9'", b"True", b"1:", b"#", b" ", b"nan"]
)


@st.composite
def _edits(draw: st.DrawFn) -> Callable[[bytes], bytes]:
    """A few changes in places that lie anywhere, or near either end, where formats keep their headers."""
    edits = draw(
        st.lists(
            st.tuples(
                st.sampled_from(["change", "cut", "insert", "remove", "double"]),
                st.floats(0, 1, exclude_max=True) | st.floats(0, 0.02) | st.floats(0.95, 1, exclude_max=True),
                st.binary(min_size=1, max_size=8) | _HEADER_TEXTS,
            ),
            min_size=1,
            max_size=4,
        )
    )

    def apply(content: bytes) -> bytes:
        for kind, share, new in edits:
            at = int(share * len(content))
            content = {
                "change": content[:at] + new + content[at + len(new) :],
                "cut": content[:at],
                "insert": content[:at] + new + content[at:],
                "remove": content[:at] + content[at + len(new) :],
                "double": content[:at] + content[at // 2 :],
            }[kind]
        return content

    return apply


def read_or_sentence(reader: Reader, path: Path) -> Arrays | str:
    """Return what is found or the sentence; fails where another exception comes or memory grows."""
    tracemalloc.start()
    try:
        found: Arrays | str = reader(path)
    except DataError as error:
        found = str(error)
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < _MOST_MEMORY
    if isinstance(found, Arrays):
        assert found.y is None or (found.y.min() >= 0 and found.y.max() < len(found.class_names))
        assert found.x.dtype.kind in "iuf"
        found.x.sum(dtype=np.longdouble)  # all of it can be read
    else:
        assert found.count("\n") == 0
        assert found.endswith((".", "?"))
    return found


@pytest.mark.parametrize("kind", SETS)
@given(edit=_edits())
def test_a_damaged_file_is_read_or_refused(tmp_path: Path, kind: str, edit: Callable[[bytes], bytes]) -> None:
    reader, names, damaged = SETS[kind]
    for name in names:
        content = (_FILES / name).read_bytes()
        (tmp_path / name).write_bytes(edit(content) if name == damaged else content)
    read_or_sentence(reader, tmp_path / damaged)


_LENGTHS = st.integers(-2, 5) | st.sampled_from([2**16, 2**31, 2**32, 2**40, 2**63, 10**30])
_DESCRIPTIONS = st.sampled_from(
    [
        "<f4",
        ">f8",
        "<f2",
        "|u1",
        "|b1",
        "<i8",
        ">u2",
        "<U2",
        "|S3",
        "<U0",
        "|O",
        "<c16",
        "<M8[s]",
        "<m8",
        "|V4",
        "<f16",
        "x",
    ]
)


@st.composite
def npy_files(draw: st.DrawFn) -> bytes:
    """A header of any type and shape, and values that often fit to it."""
    description, shape = draw(_DESCRIPTIONS), draw(st.lists(_LENGTHS, max_size=5).map(tuple))
    text = f"{{'descr': {description!r}, 'fortran_order': {draw(st.booleans())}, 'shape': {shape!r}}}".encode()
    size = int(description[2:] or 0) * int(np.prod(shape, dtype=object)) if description[2:].isdigit() else 1
    size *= 4 if "U" in description else 1
    body = draw(st.randoms(use_true_random=False)).randbytes(size if 0 <= size < 5000 else 100)
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text + (draw(st.sampled_from([body, bytes(len(body))])))


@given(inputs=npy_files(), targets=npy_files())
def test_any_npy_header_is_read_or_refused(tmp_path: Path, inputs: bytes, targets: bytes) -> None:
    (tmp_path / "x.npy").write_bytes(inputs)
    (tmp_path / "y.npy").write_bytes(targets)
    read_or_sentence(read_npy, tmp_path / "x.npy")
    (tmp_path / "y.npy").unlink()
    read_or_sentence(read_npy, tmp_path / "x.npy")


@given(
    members=st.dictionaries(
        st.sampled_from(["x.npy", "y.npy", "x_train.npy", "y_train.npy", "x_test.npy", "y_test.npy", "a"]), npy_files()
    ),
    packed=st.booleans(),
    edit=st.none() | _edits(),
)
def test_any_npz_archive_is_read_or_refused(
    tmp_path: Path, members: dict[str, bytes], packed: bool, edit: Callable[[bytes], bytes] | None
) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    path = tmp_path / "set.npz"
    path.write_bytes(edit(stream.getvalue()) if edit else stream.getvalue())
    read_or_sentence(read_npz, path)


@given(
    shapes=st.tuples(*2 * [st.lists(st.integers(0, 5) | st.sampled_from([2**16, 2**31, 2**32 - 1]), max_size=5)]),
    bodies=st.tuples(*2 * [st.none() | st.binary(max_size=200)]),
    zipped=st.tuples(st.booleans(), st.booleans()),
)
def test_any_idx_header_is_read_or_refused(
    tmp_path: Path,
    shapes: tuple[list[int], list[int]],
    bodies: tuple[bytes | None, bytes | None],
    zipped: tuple[bool, bool],
) -> None:
    for name, shape, body, packed in zip(("a-images", "a-labels"), shapes, bodies, zipped, strict=True):
        fitting = bytes(min(1000, int(np.prod(shape, dtype=object))))
        content = struct.pack(f">BBBB{len(shape)}I", 0, 0, 8, len(shape), *shape) + (fitting if body is None else body)
        (tmp_path / name).write_bytes(gzip.compress(content) if packed else content)
    read_or_sentence(read_idx_pair, tmp_path / "a-images")


_TOKENS = st.sampled_from(
    ["1", "-1", "+2.5", "1:2", "2:-3e4", "0:1", "9:1e38", "3:nan", "262144:1", ":", "#", "a", "1_0"]
)


@given(
    lines=st.lists(st.lists(_TOKENS | st.text(max_size=3), max_size=5).map(" ".join), max_size=8),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_any_text_is_read_as_libsvm_or_refused(tmp_path: Path, lines: list[str], end: str, encoding: str) -> None:
    path = tmp_path / "a.svm"
    path.write_bytes(end.join(lines).encode(encoding, "replace"))
    read_or_sentence(read_libsvm, path)

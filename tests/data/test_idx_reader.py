"""IDX files are read as written, and a file that is not what its header says is refused."""

import gzip
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from lab.data.errors import DataError
from lab.data.idx_reader import read_idx

_SAME_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
_IMAGES = arrays.arrays(np.uint8, arrays.array_shapes(min_dims=1, max_dims=4, max_side=7))


def _idx(shape: tuple[int, ...], body: bytes, kind: int = 0x08) -> bytes:
    return struct.pack(f">BBBB{len(shape)}I", 0, 0, kind, len(shape), *shape) + body


def _file(folder: Path, content: bytes, zipped: bool = False) -> Path:
    path = folder / "images"
    path.write_bytes(gzip.compress(content, mtime=0) if zipped else content)
    return path


def _complaint(path: Path) -> str:
    with pytest.raises(DataError) as caught:
        read_idx(path)
    return str(caught.value)


def _complaint_and_memory(path: Path) -> tuple[str, int]:
    """Return the refusal and the most bytes that were held on the way to it."""
    tracemalloc.start()
    try:
        complaint = _complaint(path)
        return complaint, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@_SAME_FOLDER
@given(values=_IMAGES, zipped=st.booleans())
def test_what_was_written_is_read(tmp_path: Path, values: NDArray[np.uint8], zipped: bool) -> None:
    read = read_idx(_file(tmp_path, _idx(values.shape, values.tobytes()), zipped))
    assert read.dtype == np.uint8
    assert read.shape == values.shape
    np.testing.assert_array_equal(read, values)


@_SAME_FOLDER
@given(values=_IMAGES, zipped=st.booleans(), data=st.data())
def test_a_file_cut_anywhere_is_refused_by_name(
    tmp_path: Path, values: NDArray[np.uint8], zipped: bool, data: st.DataObject
) -> None:
    path = _file(tmp_path, _idx(values.shape, values.tobytes()), zipped)
    whole = path.read_bytes()
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    assert _complaint(path).startswith("images")


def test_a_truncated_gzip_says_that_it_breaks_off(tmp_path: Path) -> None:
    path = _file(tmp_path, _idx((1000,), np.random.default_rng(0).bytes(1000)), zipped=True)
    path.write_bytes(path.read_bytes()[:-300])
    assert _complaint(path) == "images: the gzip data breaks off; copy the file again."


def test_a_changed_byte_in_a_gzip_is_found_by_its_checksum(tmp_path: Path) -> None:
    path = _file(tmp_path, _idx((1000,), np.random.default_rng(0).bytes(1000)), zipped=True)
    content = bytearray(path.read_bytes())
    content[-8] ^= 1  # the checksum lies in the eight bytes at the end
    path.write_bytes(content)
    assert _complaint(path).startswith("images: damaged gzip data (CRC check failed")


def test_a_gzip_whose_inside_makes_no_sense_is_refused(tmp_path: Path) -> None:
    path = _file(tmp_path, _idx((1000,), np.random.default_rng(0).bytes(1000)), zipped=True)
    content = bytearray(path.read_bytes())
    content[10] |= 0b110  # the first block, behind a header of ten bytes, gets a type that does not exist
    path.write_bytes(content)
    assert _complaint(path).startswith("images: damaged gzip data (Error -3")


@_SAME_FOLDER
@given(values=_IMAGES, data=st.data())
def test_a_gzip_with_any_byte_changed_is_read_the_same_or_refused(
    tmp_path: Path, values: NDArray[np.uint8], data: st.DataObject
) -> None:
    path = _file(tmp_path, _idx(values.shape, values.tobytes()), zipped=True)
    content = bytearray(path.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    try:
        read = read_idx(path)
    except DataError:
        return
    np.testing.assert_array_equal(read, values)


@pytest.mark.parametrize("zipped", [False, True])
def test_a_header_that_declares_too_little_or_too_much_is_refused(tmp_path: Path, zipped: bool) -> None:
    short = _complaint(_file(tmp_path, _idx((2, 3), bytes(5)), zipped))
    assert "declares 2 × 3 = 6 bytes, but 5 follow" in short
    long = _complaint(_file(tmp_path, _idx((2, 3), bytes(7)), zipped))
    assert "declares 2 × 3 = 6 bytes, but more follow" in long


@pytest.mark.parametrize("zipped", [False, True])
def test_a_huge_declared_size_is_refused_before_memory_is_taken(tmp_path: Path, zipped: bool) -> None:
    path = _file(tmp_path, _idx((4_000_000_000, 4_000_000_000), bytes(100)), zipped)
    complaint, peak = _complaint_and_memory(path)
    assert "4,000,000,000 × 4,000,000,000 = 16,000,000,000,000,000,000 bytes, more than the file" in complaint
    assert peak < 1_000_000


def test_memory_follows_what_is_there_and_not_what_is_declared(tmp_path: Path) -> None:
    # 1 MB of noise could unpack to 1 GB as far as anyone knows beforehand.
    path = _file(tmp_path, _idx((1_000_000_000,), np.random.default_rng(0).bytes(1_000_000)), zipped=True)
    complaint, peak = _complaint_and_memory(path)
    assert "declares 1,000,000,000 = 1,000,000,000 bytes, but 1,000,000 follow" in complaint
    assert peak < 20_000_000


def test_a_dimension_of_zero_is_refused(tmp_path: Path) -> None:
    assert "declares 0 × 28 × 28 values, which is none" in _complaint(_file(tmp_path, _idx((0, 28, 28), b"")))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "''"),
        (b"\0\0\x08", "'00 00 08'"),
        (_idx((1,), bytes(4), kind=0x0D), "'00 00 0d 01'"),
        (b"\0\0\x08\0", "'00 00 08 00'"),
        (b"\0\0\x08\xff" + bytes(2000), "'00 00 08 ff'"),
        (b"a,b,c\n1,2,3\n", "'61 2c 62 2c'"),
    ],
)
def test_another_kind_of_file_is_refused_by_its_first_bytes(tmp_path: Path, content: bytes, found: str) -> None:
    complaint = _complaint(_file(tmp_path, content))
    assert complaint.startswith(f"images starts with the bytes {found}; an IDX file of unsigned bytes starts")


def test_a_header_that_breaks_off_says_how_long_it_must_be(tmp_path: Path) -> None:
    complaint = _complaint(_file(tmp_path, _idx((5, 5, 5), b"")[:10]))
    assert "the header breaks off after 10 bytes, but its 3 dimensions need 16" in complaint


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    assert "does not exist" in _complaint(tmp_path / "gone.gz")

"""IDX files are read as written, and a file that is not what its header says is refused."""

import gzip
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from lab.data.errors import DataError
from lab.data.readers.arrays.idx_reader import read_idx, read_idx_pair
from tests.refusals import refusal, refusal_and_memory

# 120 of the bundled digits, the labels gzipped.
_FILES = Path(__file__).parents[2] / "files"
_LABELS = np.array([7, 4, 7], np.uint8)
_IMAGES = arrays.arrays(np.uint8, arrays.array_shapes(min_dims=1, max_dims=4, max_side=7))


def _idx(shape: tuple[int, ...], body: bytes, kind: int = 0x08) -> bytes:
    return struct.pack(f">BBBB{len(shape)}I", 0, 0, kind, len(shape), *shape) + body


def _file(folder: Path, content: bytes, zipped: bool = False) -> Path:
    path = folder / "images"
    path.write_bytes(gzip.compress(content, mtime=0) if zipped else content)
    return path


@given(values=_IMAGES, zipped=st.booleans())
def test_what_was_written_is_read(tmp_path: Path, values: NDArray[np.uint8], zipped: bool) -> None:
    read = read_idx(_file(tmp_path, _idx(values.shape, values.tobytes()), zipped))
    assert read.dtype == np.uint8
    assert read.shape == values.shape
    np.testing.assert_array_equal(read, values)


@given(values=_IMAGES, zipped=st.booleans(), data=st.data())
def test_a_file_cut_anywhere_is_refused_by_name(
    tmp_path: Path, values: NDArray[np.uint8], zipped: bool, data: st.DataObject
) -> None:
    path = _file(tmp_path, _idx(values.shape, values.tobytes()), zipped)
    whole = path.read_bytes()
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    assert refusal(read_idx, path).startswith("images")


def test_a_truncated_gzip_says_that_it_breaks_off(tmp_path: Path) -> None:
    path = _file(tmp_path, _idx((1000,), np.random.default_rng(0).bytes(1000)), zipped=True)
    path.write_bytes(path.read_bytes()[:-300])
    assert refusal(read_idx, path) == "images: the gzip data breaks off; copy the file again."


def test_a_changed_byte_in_a_gzip_is_found_by_its_checksum(tmp_path: Path) -> None:
    path = _file(tmp_path, _idx((1000,), np.random.default_rng(0).bytes(1000)), zipped=True)
    content = bytearray(path.read_bytes())
    content[-8] ^= 1  # the checksum lies in the eight bytes at the end
    path.write_bytes(content)
    assert refusal(read_idx, path).startswith("images: damaged gzip data (CRC check failed")


def test_a_gzip_whose_inside_makes_no_sense_is_refused(tmp_path: Path) -> None:
    path = _file(tmp_path, _idx((1000,), np.random.default_rng(0).bytes(1000)), zipped=True)
    content = bytearray(path.read_bytes())
    content[10] |= 0b110  # the first block, behind a header of ten bytes, gets a type that does not exist
    path.write_bytes(content)
    assert refusal(read_idx, path).startswith("images: damaged gzip data (Error -3")


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
    short = refusal(read_idx, _file(tmp_path, _idx((2, 3), bytes(5)), zipped))
    assert "declares 2 × 3 = 6 bytes, but 5 follow" in short
    long = refusal(read_idx, _file(tmp_path, _idx((2, 3), bytes(7)), zipped))
    assert "declares 2 × 3 = 6 bytes, but more follow" in long


@pytest.mark.parametrize("zipped", [False, True])
def test_a_huge_declared_size_is_refused_before_memory_is_taken(tmp_path: Path, zipped: bool) -> None:
    path = _file(tmp_path, _idx((4_000_000_000, 4_000_000_000), bytes(100)), zipped)
    complaint, peak = refusal_and_memory(read_idx, path)
    assert "4,000,000,000 × 4,000,000,000 = 16,000,000,000,000,000,000 bytes, more than the file" in complaint
    assert peak < 1_000_000


def test_memory_follows_what_is_there_and_not_what_is_declared(tmp_path: Path) -> None:
    # 1 MB of noise could unpack to 1 GB as far as anyone knows beforehand.
    path = _file(tmp_path, _idx((1_000_000_000,), np.random.default_rng(0).bytes(1_000_000)), zipped=True)
    complaint, peak = refusal_and_memory(read_idx, path)
    assert "declares 1,000,000,000 = 1,000,000,000 bytes, but 1,000,000 follow" in complaint
    assert peak < 20_000_000


def test_a_dimension_of_zero_is_refused(tmp_path: Path) -> None:
    assert "declares 0 × 28 × 28 values, which is zero" in refusal(read_idx, _file(tmp_path, _idx((0, 28, 28), b"")))


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
    complaint = refusal(read_idx, _file(tmp_path, content))
    assert complaint.startswith(f"images starts with the bytes {found}; an IDX file of unsigned bytes starts")


def test_a_header_that_breaks_off_says_how_long_it_must_be(tmp_path: Path) -> None:
    complaint = refusal(read_idx, _file(tmp_path, _idx((5, 5, 5), b"")[:10]))
    assert "the header breaks off after 10 bytes, but its 3 dimensions need 16" in complaint


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    assert "does not exist" in refusal(read_idx, tmp_path / "gone.gz")


def _write_pair(folder: Path, images: str, labels: str, shape: tuple[int, ...] = (3, 2, 2)) -> None:
    for name, values in ((images, np.arange(np.prod(shape), dtype=np.uint8).reshape(shape)), (labels, _LABELS)):
        content = _idx(values.shape, values.tobytes())
        (folder / name).write_bytes(gzip.compress(content, mtime=0) if name.endswith(".gz") else content)


def test_a_plain_file_is_mapped_and_costs_no_memory(tmp_path: Path) -> None:
    path = _file(tmp_path, _idx((10_000_000,), bytes(10_000_000)))
    tracemalloc.start()
    try:
        read = read_idx(path)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
    assert not read.flags.writeable
    with path.open("r+b") as stream:
        stream.seek(8)
        stream.write(b"\7")
    assert read[0] == 7


@pytest.mark.parametrize("name", ["idx_digits-images-idx3-ubyte", "idx_digits-labels-idx1-ubyte.gz"])
def test_digits_are_read_whichever_of_their_files_is_named(name: str) -> None:
    found, digits = read_idx_pair(_FILES / name), load_digits()
    np.testing.assert_array_equal(found.x, digits.data[:120])
    np.testing.assert_array_equal(found.y, digits.target[:120])
    assert found.x.dtype == np.uint8
    assert (found.image_shape, found.pixel_max) == ((8, 8), 255)
    assert found.class_names == tuple("0123456789")
    assert found.files == (_FILES / "idx_digits-images-idx3-ubyte",)


@pytest.mark.parametrize(
    ("images", "labels"),
    [
        ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
        ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
        ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte"),
        ("t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte.gz"),
        ("set.idx3", "set.idx1"),
        ("set-images", "set-labels"),
        ("colour-images-idx4-ubyte", "colour-labels-idx1-ubyte"),
    ],
)
def test_the_partner_is_found_by_name(tmp_path: Path, images: str, labels: str) -> None:
    shape = (3, 2, 2, 3) if "idx4" in images else (3, 2, 2)
    _write_pair(tmp_path, images, labels, shape)
    for name in (images, labels):
        found = read_idx_pair(tmp_path / name)
        assert found.image_shape == shape[1:]
        assert found.x.shape == (3, int(np.prod(shape[1:])))
        assert found.class_names == ("4", "7")
        assert found.files == (() if images.endswith(".gz") else (tmp_path / images,))


def test_a_missing_partner_is_named(tmp_path: Path) -> None:
    path = tmp_path / "train-images-idx3-ubyte.gz"
    path.write_bytes(gzip.compress(_idx((1, 1, 1), b"1")))
    complaint = refusal(read_idx_pair, path)
    assert complaint.startswith(f"{path.name} belongs with train-labels-idx1-ubyte.gz, which is not in the same folder")
    assert "does not exist" in refusal(read_idx_pair, tmp_path / "train-labels-idx1-ubyte")


def test_a_name_that_tells_no_partner_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "digits"
    path.write_bytes(_idx((1, 1, 1), b"1"))
    assert refusal(read_idx_pair, path).startswith(
        "digits is one of two files, and its name does not tell the other; name"
    )


def test_a_pair_that_does_not_belong_together_is_refused(tmp_path: Path) -> None:
    _write_pair(tmp_path, "a-images", "a-labels", (4, 2, 2))
    assert refusal(read_idx_pair, tmp_path / "a-labels").startswith("a-images has 4 rows, but a-labels has 3 labels")
    _write_pair(tmp_path, "b-images", "b-labels", (3,))
    assert refusal(read_idx_pair, tmp_path / "b-labels").startswith("b-images has the shape (3,); a set needs rows")


def test_images_to_predict_on_need_no_labels_but_have_them_where_they_lie_there(tmp_path: Path) -> None:
    _write_pair(tmp_path, "new-images-idx3-ubyte", "new-labels-idx1-ubyte")
    assert read_idx_pair(tmp_path / "new-images-idx3-ubyte", unlabelled=True).y is not None
    (tmp_path / "new-labels-idx1-ubyte").unlink()
    found = read_idx_pair(tmp_path / "new-images-idx3-ubyte", unlabelled=True)
    assert found.y is None
    assert (len(found.x), found.image_shape) == (3, (2, 2))

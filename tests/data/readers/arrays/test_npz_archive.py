"""An archive is unpacked as it was packed, and never further than its bounds."""

import io
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from lab.data.readers.arrays.npz_archive import opened_npz
from tests.refusals import refusal, refusal_and_memory

_VALUES = arrays.arrays(st.sampled_from(["<f4", ">f8", "u1", "<U3"]), arrays.array_shapes(max_dims=3, max_side=5))
_CENTRAL = b"PK\x01\x02"


def _npy(values: NDArray[Any]) -> bytes:
    stream = io.BytesIO()
    npy_format.write_array(stream, values, allow_pickle=False)
    return stream.getvalue()


def _zip(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def _patched(path: Path, offset: int, layout: str, value: int) -> Path:
    """Change a field of the first entry in the directory."""
    content = bytearray(path.read_bytes())
    struct.pack_into(layout, content, content.index(_CENTRAL) + offset, value)
    path.write_bytes(content)
    return path


def _read_all(path: Path) -> None:
    with opened_npz(path) as archive:
        for name in archive.names:
            archive.read(name)


@given(values=_VALUES, other=_VALUES, packed=st.booleans(), turned=st.booleans())
def test_what_numpy_packed_is_read(
    tmp_path: Path, values: NDArray[Any], other: NDArray[Any], packed: bool, turned: bool
) -> None:
    values = np.asfortranarray(values) if turned else values
    path = tmp_path / "set.npz"
    (np.savez_compressed if packed else np.savez)(path, x=values, other=other)
    with opened_npz(path) as archive:
        assert archive.names == ("x", "other")
        for name, expected in (("x", values), ("other", other)):
            found = archive.read(name)
            assert found.dtype == expected.dtype
            np.testing.assert_array_equal(found, expected)


def test_members_that_are_no_arrays_are_passed_over(tmp_path: Path) -> None:
    path = _zip(tmp_path / "set.npz", {"x.npy": _npy(np.arange(3)), "README.txt": b"hello", "x.npz": b"nested"})
    with opened_npz(path) as archive:
        assert archive.names == ("x",)


def test_a_bomb_is_refused_by_what_it_declares(tmp_path: Path) -> None:
    path = _zip(tmp_path / "set.npz", {f"{number}.npy": bytes(1000) for number in range(3)})
    _patched(path, 24, "<I", 3 << 30)
    complaint, peak = refusal_and_memory(_read_all, path)
    assert complaint.startswith("set.npz would unpack to 3,221,227,472 bytes, more than 2,147,483,648; save")
    assert peak < 5_000_000


def test_a_bomb_that_hides_its_size_is_stopped_at_what_its_array_declares(tmp_path: Path) -> None:
    header = b"{'descr': '|u1', 'fortran_order': False, 'shape': (10, 10)}\n"
    bomb = b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header + bytes(100_000_000)
    path = _patched(_zip(tmp_path / "set.npz", {"x.npy": bomb}), 24, "<I", len(bomb) - 100_000_000 + 100)
    complaint, peak = refusal_and_memory(_read_all, path)
    assert complaint.startswith("set.npz is no whole .npz archive (Bad CRC-32")
    assert peak < 5_000_000


def test_an_array_that_declares_more_than_its_member_is_refused(tmp_path: Path) -> None:
    content = _npy(np.zeros(100)).replace(b"(100,), ", b"(99999,)")
    complaint, peak = refusal_and_memory(_read_all, _zip(tmp_path / "set.npz", {"x.npy": content}))
    assert complaint.startswith("set.npz, array 'x': the header declares 799,992 bytes of values, but 800 follow")
    assert peak < 5_000_000


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_member_that_declares_more_than_it_can_hold_is_refused(tmp_path: Path, method: int) -> None:
    path = _patched(_zip(tmp_path / "set.npz", {"x.npy": _npy(np.arange(9))}, method), 24, "<I", 1 << 30)
    assert "'x.npy' declares 1,073,741,824 bytes, more than the file can hold" in refusal(_read_all, path)


def test_a_member_longer_than_the_file_is_refused(tmp_path: Path) -> None:
    path = _patched(_zip(tmp_path / "set.npz", {"x.npy": _npy(np.arange(9))}), 20, "<I", 1 << 30)
    assert "more than the file can hold" in refusal(_read_all, path)


def test_members_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    path = _zip(tmp_path / "set.npz", {"x.npy": _npy(np.arange(9)), "y.npy": _npy(np.arange(9))})
    content = bytearray(path.read_bytes())
    second = content.index(_CENTRAL, content.index(_CENTRAL) + 4)
    struct.pack_into("<I", content, second + 42, 0)  # where its bytes begin
    path.write_bytes(content)
    assert refusal(_read_all, path).startswith("set.npz, array 'y.npy' shares its bytes or its name with another")


def test_two_members_of_one_name_are_refused(tmp_path: Path) -> None:
    path = _zip(tmp_path / "set.npz", {"x.npy": _npy(np.arange(9)), "y.npy": _npy(np.arange(9))})
    path.write_bytes(path.read_bytes().replace(b"y.npy", b"x.npy"))
    assert "'x.npy' shares its bytes or its name with another" in refusal(_read_all, path)


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = _patched(_zip(tmp_path / "set.npz", {"x.npy": _npy(np.arange(9))}), 8, "<H", 1)
    assert "array 'x.npy' is encrypted; save the archive without a password" in refusal(_read_all, path)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_of_packing_are_refused(tmp_path: Path, method: int) -> None:
    path = _zip(tmp_path / "set.npz", {"x.npy": _npy(np.arange(9))}, method)
    assert "packed in a way that NumPy does not use" in refusal(_read_all, path)


def test_an_array_of_objects_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "set.npz"
    np.savez(path, x=np.array([{}, []], object))
    assert refusal(_read_all, path).startswith("set.npz, array 'x' holds Python objects, which only pickle could read")


def test_a_directory_of_many_members_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = _zip(tmp_path / "set.npz", {f"{number:099}.npy": b"" for number in range(20_000)}, zipfile.ZIP_STORED)
    complaint, peak = refusal_and_memory(_read_all, path)
    assert "the directory is longer than that of a set can be" in complaint
    assert peak < 10_000_000


@pytest.mark.parametrize("content", [b"", b"PK", b"\x93NUMPY", b"PK\x05\x06" + bytes(9)])
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "set.npz"
    path.write_bytes(content)
    assert refusal(_read_all, path).startswith(
        "set.npz is no whole .npz archive (File is not a zip file); save it again"
    )

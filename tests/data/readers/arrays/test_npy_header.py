"""A .npy header is read as NumPy wrote it, and one that lies or makes no sense is refused without taking memory."""

import io
import struct
import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from lab.data.readers.arrays.npy_header import NpyHeader, read_npy_header
from tests.refusals import refusal

_VALUES = arrays.arrays(
    st.sampled_from(["<f4", ">f8", "u1", "?", "<i2", "<U3", "<c8"]), arrays.array_shapes(max_dims=4, max_side=5)
)


def _file(text: str, body: bytes = b"", version: int = 1) -> bytes:
    length = struct.pack("<H" if version == 1 else "<I", len(text))
    return b"\x93NUMPY" + bytes([version, 0]) + length + text.encode() + body


def _declaring(shape: str, descr: str = "'<f8'") -> str:
    return f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}}}\n"


def _read(content: bytes) -> NpyHeader:
    return read_npy_header(io.BytesIO(content), len(content), "x.npy")


@given(values=_VALUES, version=st.sampled_from([(1, 0), (2, 0)]), turned=st.booleans())
def test_what_numpy_wrote_is_read(values: NDArray[Any], version: tuple[int, int], turned: bool) -> None:
    values = np.asfortranarray(values) if turned else values
    stream = io.BytesIO()
    npy_format.write_array(stream, values, version)
    length = stream.tell()
    stream.seek(0)
    header = read_npy_header(stream, length, "x.npy")
    assert (header.dtype, header.shape, header.size) == (values.dtype, values.shape, values.nbytes)
    assert stream.read() == values.tobytes(header.order)


def test_a_header_of_python_2_is_read() -> None:
    assert _read(_file(_declaring("(2L, 3L)"), bytes(48))).shape == (2, 3)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "x.npy starts with the bytes ''; a NumPy array starts with"),
        (b"a,b,c\n1,2", "x.npy starts with the bytes '61 2c 62 2c 63 0a 31 2c'; a NumPy array"),
        (b"\x93NUMPY", "x.npy is of the version '' of the format"),
        (_file(_declaring("(1,)"), version=3), "x.npy is of the version '03.00' of the format"),
        (_file(_declaring("(2, 3)"), bytes(47)), "x.npy: the header declares 48 bytes of values, but 47 follow"),
        (_file(_declaring("(2, 3)"), bytes(49)), "x.npy: the header declares 48 bytes of values, but 49 follow"),
        (_file(_declaring("(0, 3)")), "x.npy declares no values at all"),
        (_file(_declaring("(-2, -3)"), bytes(48)), "x.npy declares no values at all"),
        (_file(_declaring("(9,)", "'<U0'")), "x.npy declares no values at all"),
        (_file(_declaring("(2,)", "'|O'"), bytes(16)), "x.npy holds Python objects, which only pickle could read"),
        (_file(_declaring("(2,)", "[('a', '|O')]"), bytes(16)), "x.npy holds Python objects, which only pickle"),
        (_file(_declaring("(2,)", "[('a', '<f8')]"), bytes(16)), "x.npy holds records"),
        (_file(_declaring("(2,)", "('<f8', (2,))"), bytes(32)), "x.npy holds records"),
        (_file(_declaring("(2,)", "'|V8'"), bytes(16)), "x.npy holds records"),
        (_file(_declaring("(2,)")[:20]), "x.npy has a header that makes no sense"),
        (_file(_declaring("(2,)", "'nothing'")), "x.npy has a header that makes no sense"),
        (_file(_declaring("(2.5,)")), "x.npy has a header that makes no sense"),
        (_file("{'descr': '\\d'}"), "x.npy has a header that makes no sense"),
        (_file("["), "x.npy has a header that makes no sense"),
        (_file("[" * 5000), "x.npy has a header that makes no sense"),
        (_file("-" * 9000 + "1"), "x.npy has a header that makes no sense"),
        (_file("\0"), "x.npy has a header that makes no sense"),
        (_file(" " * 20_000), "x.npy has a header that makes no sense"),
    ],
)
def test_what_is_no_header_of_numbers_is_refused(content: bytes, found: str) -> None:
    assert refusal(_read, content).startswith(found)


@pytest.mark.parametrize("shape", ["(4000000000, 4000000000)", f"(0x{'f' * 9000},)", f"({'9' * 4000}, {'9' * 4000})"])
def test_a_size_beyond_all_memory_is_a_sentence(shape: str) -> None:
    assert "declares more than 2**63 bytes of values, but 8 follow" in refusal(
        _read, _file(_declaring(shape), bytes(8))
    )


def test_a_header_as_long_as_four_gigabytes_takes_no_memory() -> None:
    content = b"\x93NUMPY\x02\x00\xff\xff\xff\xff" + bytes(100)
    tracemalloc.start()
    try:
        assert "makes no sense" in refusal(_read, content)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()

"""What is read or mapped is what is there, whatever was declared."""

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.data.errors import DataError
from lab.data.readers.bounded_read import map_bounded, read_bounded


@given(content=st.binary(max_size=300), declared=st.integers(0, 400))
def test_reading_stops_one_byte_behind_what_is_declared(content: bytes, declared: int) -> None:
    stream = io.BytesIO(content)
    assert read_bounded(stream, declared) == content[: declared + 1]
    assert stream.tell() == min(len(content), declared + 1)


def test_bytes_that_come_in_drops_are_put_together() -> None:
    class Drops(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(3, size or 0))

    content = bytes(range(250))
    assert read_bounded(Drops(content), 250) == content


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_map_shows_the_file_and_cannot_be_written_to(tmp_path: Path, order: str) -> None:
    values = np.arange(12, dtype=np.int32).reshape(3, 4)
    path = tmp_path / "numbers"
    path.write_bytes(b"head" + values.tobytes("F" if order == "F" else "C"))
    with path.open("rb") as stream:
        stream.seek(4)
        mapped = map_bounded(path, stream, values.dtype, values.shape, "F" if order == "F" else "C")
    np.testing.assert_array_equal(mapped, values)
    assert not mapped.flags.writeable
    assert type(mapped) is np.ndarray


def test_a_file_that_became_shorter_is_named(tmp_path: Path) -> None:
    path = tmp_path / "numbers"
    path.write_bytes(bytes(10))
    with path.open("rb") as stream, pytest.raises(DataError, match="numbers became shorter while it was opened"):
        map_bounded(path, stream, np.dtype(np.uint8), (11,))

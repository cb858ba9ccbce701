"""An xls workbook whose sectors run in a circle is refused; one whose chains end is let pass."""

import io
import struct
from pathlib import Path

import numpy as np
import pytest

from lab.data.readers.tables.compound_file import refuse_endless
from tests.refusals import refusal

_XLS = (Path(__file__).parents[2] / "files" / "animals.xls").read_bytes()
_END = 0xFFFFFFFE


def _check(content: bytes) -> None:
    refuse_endless(Path("pets.xls"), io.BytesIO(content))


def _table_start() -> int:
    """Return where the first sector of the allocation table lies."""
    return 512 * (struct.unpack_from("<I", _XLS, 76)[0] + 1)


def test_a_real_workbook_passes() -> None:
    _check(_XLS)


@pytest.mark.parametrize("length", [0, 8, 511, 512, 700, 4000])
def test_a_workbook_cut_off_passes_and_is_for_the_reader_to_refuse(length: int) -> None:
    _check(_XLS[:length])


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", bytes(1000)])
def test_another_file_passes(content: bytes) -> None:
    _check(content)


def test_every_circle_is_found() -> None:
    start = _table_start()
    links = np.frombuffer(_XLS, "<u4", 128, start)
    chained = np.flatnonzero(links == np.arange(1, 129))
    assert len(chained) > 3
    for sector in chained:
        for target in (sector, chained[0]):
            data = bytearray(_XLS)
            struct.pack_into("<I", data, start + 4 * int(sector), int(target))
            assert refusal(_check, bytes(data)).startswith(
                "pets.xls is damaged (a chain of its sectors has no end); save"
            )


def test_a_circle_among_the_small_sectors_is_found() -> None:
    # A table for small sectors is put at the end: its first sector links to itself.
    number = len(_XLS) // 512 - 1
    data = bytearray(_XLS + struct.pack("<128I", *[0] * 128))
    struct.pack_into("<2I", data, 60, number, 1)
    struct.pack_into("<I", data, _table_start() + 4 * number, _END)
    assert "has no end" in refusal(_check, bytes(data))
    data[-512:] = struct.pack("<128I", *[_END] * 128)
    _check(bytes(data))


def test_a_list_of_tables_that_lists_itself_is_found() -> None:
    number = len(_XLS) // 512 - 1
    data = bytearray(_XLS + struct.pack("<128I", *[0xFFFFFFFF] * 127, number))
    struct.pack_into("<2I", data, 68, number, 1)
    assert "has no end" in refusal(_check, bytes(data))
    struct.pack_into("<I", data, len(data) - 4, _END)
    _check(bytes(data))

"""A file's first bytes tell what it is."""

import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.data.readers.arrays.array_reader import is_npz
from lab.data.readers.arrays.idx_reader import is_idx
from lab.data.readers.arrays.libsvm_reader import is_libsvm
from lab.data.readers.image_folder import is_images
from lab.data.readers.tables.delimited import is_text
from lab.data.readers.tables.excel_reader import is_excel
from tests.effort import examples

ANY = Path("data.bin")


def _zip(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


def _saved() -> bytes:
    stream = io.BytesIO()
    np.savez_compressed(stream, x=np.arange(3))
    return stream.getvalue()


def test_a_workbook_is_told_from_other_archives() -> None:
    assert is_excel(ANY, _zip(first=b"", xl__workbook=b""))
    assert is_excel(ANY, _zip(mimetype=b"application/vnd.oasis.opendocument.spreadsheet", content=b""))
    assert is_excel(ANY, bytes.fromhex("d0cf11e0a1b11ae1") + bytes(500))
    assert not is_excel(ANY, _zip(first=b"", word__document=b""))
    assert not is_excel(ANY, _zip(mimetype=b"application/vnd.oasis.opendocument.text", content=b""))
    assert not is_excel(ANY, _saved())


def test_an_archive_of_arrays_is_told_by_its_members() -> None:
    assert is_npz(ANY, _saved())
    assert not is_npz(ANY, _zip(first=b"", xl__workbook=b""))
    assert not is_npz(ANY, b"x.npy")


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_idx_is_told_by_its_magic_number_also_within_gzip(pack: Callable[[bytes], bytes]) -> None:
    assert is_idx(ANY, pack(b"\0\0\x08\x03" + bytes(12)))
    assert not is_idx(ANY, pack(b"\0\0\x0d\x03" + bytes(12)))
    assert not is_idx(ANY, pack(b"a,b\n1,2\n"))


def test_damaged_gzip_is_no_idx() -> None:
    assert not is_idx(ANY, b"\x1f\x8b" + bytes(9))
    assert not is_idx(ANY, b"\x1f\x8b")


@pytest.mark.parametrize(
    "head",
    [
        b"+1 1:0.5 3:-1e-3\n-1 2:7\n",
        b"# made by hand\n\n3 qid:1 1:1 2:.5 # first\r\n2 qid:1 1:0\r\n",
        b"1,3 5:1\n",
        b"0.5\n2 1:1\n",
        b"1 1:0.5",
        b"1 1:0.5 2:0.25 3:",
    ],
)
def test_lines_of_pairs_are_libsvm(head: bytes) -> None:
    assert is_libsvm(ANY, head)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"1\n2\n3\n",
        b"a,b\n1,2\n",
        b"time;value\n10:30;5\n",
        b"10:30 5\n",
        b"1 1:0.5\nhello\n1 2:1\n",
        b"# 1 1:2\n",
        b"1 a:2\n",
    ],
)
def test_other_lines_are_not(head: bytes) -> None:
    assert not is_libsvm(ANY, head)


@given(st.sampled_from([b"1", b"1.", b"1 1:", b"1 1:1 ", b"1,", b"#", b"\n", b"1e"]), st.integers(0, 1 << 15))
@examples(50)
def test_a_long_line_that_breaks_the_pattern_at_its_end_is_seen_through(part: bytes, count: int) -> None:
    # The runner's own time limit ends a pattern that tries every way of dividing the line.
    assert not is_libsvm(ANY, part * count + b"\x01 ")


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"], include_characters="\t\n\r"), min_size=1))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_is_text_in_every_encoding_that_can_be_told(encoding: str, text: str) -> None:
    assert is_text(ANY, text.encode(encoding))


@given(st.binary())
def test_a_control_character_is_in_no_text(content: bytes) -> None:
    assert not is_text(ANY, b"a" + content + b"\x00")


def test_the_photos_of_a_folder_are_single_images() -> None:
    for file in (Path(__file__).parents[1] / "files" / "photos").rglob("*.*"):
        assert is_images(file, file.read_bytes())
    assert not is_images(ANY, b"BMW,Audi\n1,2\n")

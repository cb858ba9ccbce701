"""What a file is, told from its first bytes: one question for each format, asked of the path and these bytes."""

import os
import re
import zlib
from pathlib import Path

_ZIP_MEMBER = b"PK\x03\x04"
_SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
_OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
_GZIP = b"\x1f\x8b"
_IDX = re.compile(rb"\0\0\x08[\x01-\x04]")
_NUMBER = rb"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
_LIBSVM_LINE = re.compile(
    rb"%b(?:,%b)*(?:[ \t]+qid:\d+)?(?P<pairs>(?:[ \t]+\d+:%b)*)[ \t]*(?:#.*)?" % (_NUMBER, _NUMBER, _NUMBER)
)
_LIBSVM_LINES = 20
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\f\r\x1a\x1b"))
_IMAGE = re.compile(rb"\x89PNG|\xff\xd8\xff|GIF8|BM.{4}\0\0\0\0|RIFF.{4}WEBP", re.DOTALL)


def is_folder(path: Path, head: bytes) -> bool:
    """Tell a folder, which has no first bytes."""
    return os.path.isdir(path)


def is_npy(path: Path, head: bytes) -> bool:
    """Tell one NumPy array."""
    return head.startswith(b"\x93NUMPY")


def is_npz(path: Path, head: bytes) -> bool:
    """Tell a zip archive with an array among its first members."""
    return any(name.endswith(b".npy") for name in _zip_members(head))


def is_parquet(path: Path, head: bytes) -> bool:
    """Tell a Parquet file."""
    return head.startswith(b"PAR1")


def is_excel(path: Path, head: bytes) -> bool:
    """Tell a zip archive with a workbook's folder or declared as a spreadsheet, or an old office file."""
    workbook = any(name.startswith(b"xl/") for name in _zip_members(head))
    declared = head.startswith(_ZIP_MEMBER) and _SPREADSHEET in head[:200]
    return workbook or declared or head.startswith(_OLD_OFFICE)


def is_idx(path: Path, head: bytes) -> bool:
    """Tell IDX data of unsigned bytes, plain or gzipped."""
    if head.startswith(_GZIP):
        try:
            head = zlib.decompressobj(wbits=31).decompress(head, 4)
        except zlib.error:
            return False
    return _IDX.match(head) is not None


def is_libsvm(path: Path, head: bytes) -> bool:
    """Tell lines of a target and index:value pairs, of which the first lines have at least one."""
    lines = head.splitlines()
    # The bytes may end within a line, and then within a pair.
    lines[-1:] = [line if _LIBSVM_LINE.fullmatch(line) else line.rpartition(b" ")[0] for line in lines[-1:]]
    told = [line.strip() for line in lines if line.strip() and not line.startswith(b"#")][:_LIBSVM_LINES]
    matches = [_LIBSVM_LINE.fullmatch(line) for line in told]
    return all(matches) and any(match["pairs"] for match in matches if match)


def is_text(path: Path, head: bytes) -> bool:
    """Tell bytes without the control characters that no text has, or with a mark of their encoding before them."""
    return head.startswith(_BYTE_ORDER_MARKS) or head == head.translate(None, _CONTROLS) != b""


def is_image(path: Path, head: bytes) -> bool:
    """Tell a single image of a kind that a folder of images may hold."""
    return _IMAGE.match(head) is not None


def _zip_members(head: bytes) -> list[bytes]:
    """Return the names of the first files in a zip archive."""
    starts = [found.start() for found in re.finditer(_ZIP_MEMBER, head)] if head.startswith(_ZIP_MEMBER) else []
    return [head[at + 30 : at + 30 + int.from_bytes(head[at + 26 : at + 28], "little")] for at in starts]

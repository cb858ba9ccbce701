"""A text is passed on as it was encoded, counted on its way, and stopped at what no table holds."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.data.errors import DataError
from lab.data.readers.tables.delimited_layout import Layout
from lab.data.readers.tables.delimited_text import WatchedText, has_leading_zero

_CODECS = ("utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be")
_BLOCK = 1 << 16


def _text(content: bytes, encoding: str = "utf-8", places: list[int] | None = None) -> WatchedText:
    seen = [] if places is None else places
    return WatchedText(Path("pets.csv"), io.BytesIO(content), Layout(encoding, ",", ".", True, 1), seen.append)


@given(st.text(st.characters(codec="cp1252", exclude_characters="\0")), st.sampled_from(_CODECS))
def test_what_was_encoded_is_read_and_counted(text: str, codec: str) -> None:
    watched = _text(text.encode(codec), codec)
    assert "".join(iter(watched.read, "")) == text
    assert (watched.lines, watched.delimiters, watched.quotes) == (text.count("\n"), text.count(","), text.count('"'))


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n\0"), max_size=3)), st.booleans())
def test_lines_keep_their_ends(lines: list[str], ended: bool) -> None:
    text = "\n".join(lines) + "\n" * ended
    assert list(_text(text.encode())) == text.splitlines(True) or "".join(_text(text.encode())) == text
    assert [line.rstrip("\n") for line in _text(text.encode())] == text.removesuffix("\n").split("\n") * bool(text)


@pytest.mark.parametrize("codec", _CODECS)
def test_signs_across_the_end_of_a_block_stay_whole(codec: str) -> None:
    text = "x" + "öß,\n" * (_BLOCK // 3)
    places: list[int] = []
    content = text.encode(codec)
    watched = _text(content, codec, places)
    assert "".join(iter(watched.read, "")) == text
    assert watched.lines == watched.delimiters == _BLOCK // 3
    assert places[0] == _BLOCK
    assert places[-1] == len(content)


def test_watching_counts_as_reading_does() -> None:
    content = b'a,"b"\n' * 100_000
    read, watched = _text(content), _text(content)
    while read.read():
        pass
    watched.watch_rest()
    assert (watched.lines, watched.delimiters, watched.quotes) == (100_000, 100_000, 200_000)
    assert (read.lines, read.delimiters, read.quotes) == (100_000, 100_000, 200_000)


@pytest.mark.parametrize(
    ("end", "blank"), [(b"", -1), (b"\n", 0), (b"\r\n", 0), (b"\n\n", 1), (b"\r\n\r\n \r\n", 2), (b" ", -1)]
)
def test_blank_lines_at_the_end_are_told(end: bytes, blank: int) -> None:
    watched = _text(b"a,b\n1,2" + end)
    watched.watch_rest()
    assert watched.trailing_lines == blank


@pytest.mark.parametrize(
    ("codec", "sign", "value"),
    [("cp1252", b"\x9d", "9d"), ("utf-8", b"\0", "00"), ("utf-16-le", b"\0\0", "00")],
)
@pytest.mark.parametrize("before", [0, 10, _BLOCK - 2, _BLOCK, 3 * _BLOCK])
def test_a_wrong_byte_is_named_by_its_place_in_the_file(codec: str, sign: bytes, value: str, before: int) -> None:
    text = "a\n".encode(codec)
    content = (text * (before // len(text) + 1))[:before] + sign + text
    with pytest.raises(DataError, match=rf"pets\.csv: byte {before:,} of the file \(counted from 0\) is 0x{value}, "):
        list(_text(content, codec))


def test_a_zero_byte_is_found_without_decoding() -> None:
    with pytest.raises(DataError, match=f"byte {_BLOCK + 9:,} of the file"):
        _text(b"a\n" * (_BLOCK // 2) + b"123456789\0").watch_rest()


def test_where_another_encoding_may_be_tried_the_error_says_so() -> None:
    with pytest.raises(UnicodeDecodeError):
        list(_text(b"a\xe9\n", "ascii"))


@pytest.mark.parametrize("before", [0, 3])
def test_a_line_without_end_is_refused_before_it_is_held(before: int) -> None:
    content = b"1,2\n" * before + bytes([120]) * (1 << 24) + b"\n"
    for read in (list, WatchedText.watch_rest):
        with pytest.raises(
            DataError, match=rf"pets\.csv, line {before + 1} has more than 16,777,216 bytes, so this is"
        ):
            read(_text(content))
    long = _text(b"1,2\n" * before + bytes([120]) * ((1 << 24) - 1) + b"\n")
    long.watch_rest()
    assert long.lines == before + 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a,b\n1,007\n", True),
        ("a,b\n1,07", True),
        ("007\n8\n", True),
        ('a,b\n1,"012"\n', True),
        ("a,b\n1,0\n", False),
        ("a,b\n1,0.5\n", False),
        ("a,b\n1,01/02/2020\n", False),
        ("a,b\n1,2020-01-05 00:07:58\n", False),
        ("a,b\n1,100\n", False),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_zeros_before_a_number_are_seen_but_those_of_dates_are_not(text: str, found: bool, encoding: str) -> None:
    layout = Layout(encoding, ",", ".", True, 1)
    assert has_leading_zero(io.BytesIO(text.encode(encoding)), layout) is found


def test_zeros_before_a_number_are_seen_where_a_block_cuts_it_in_two() -> None:
    layout = Layout("utf-8", ",", ".", True, 1)
    for shift in range(5):
        text = "x" * (_BLOCK - shift) + ",007,1\n"
        assert has_leading_zero(io.BytesIO(text.encode()), layout)
        assert not has_leading_zero(io.BytesIO(text.replace("007", "107").encode()), layout)

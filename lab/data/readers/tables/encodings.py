"""Which encoding a text file has: the likely ones, ranked, by how plausible the text is that each makes of the bytes.

UTF-8 and UTF-16 prove themselves. What is neither stays with Western European, unless another encoding makes at least
0.9 of the signs beyond ASCII plausible, and 0.3 more than Western European does: detectors guess short files wrongly.
"""

import codecs
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

UTF8_REPLACED = "utf-8-replaced"
# A run of letters, or one sign beyond ASCII that is none.
_WORD = re.compile(r"[^\W\d_]+|[^\x00-\x7f]")
_LATIN_WORD = re.compile("[a-zA-ZÀ-ÖØ-öø-ſ]+")
_CAPITAL_INSIDE = re.compile(r"[a-zà-ÿ][A-ZÀ-Þ]")
_WESTERN_SIGNS = "€£¥§°²³µ½¼¾×÷±–—‘’“”„…«»®©™ªº·¿¡\xa0"
_WINS, _MARGIN, _OFFERED = 0.9, 0.3, 0.5
_MOST_OFFERED = 4
_MOST_EXAMPLES = 3
_VALID_SIGN = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")


@dataclass(frozen=True)
class Encoding:
    """One encoding: its name in files, Python's codec, its title, and which share of a text's signs are plausible."""

    name: str
    codec: str
    title: str
    plausible: Callable[[str], float]
    errors: str = "strict"

    @property
    def is_ascii_below(self) -> bool:
        """Whether the bytes of signs in ASCII are those signs, and never a part of others."""
        return not self.codec.startswith(("utf-16", "gb", "big5", "cp93", "cp94"))


def _mean(scores: Iterable[float]) -> float:
    seen = list(scores)
    return sum(seen) / len(seen) if seen else 0.0


def _in_latin_words(text: str) -> float:
    """Score letters in words of which a third or more is ASCII, and signs that stand where they are used."""
    scores: list[float] = []
    for word in _WORD.findall(text):
        high = sum(sign > "\x7f" for sign in word)
        if len(word) == 1 and not word.isalpha():
            scores.append(float(word in _WESTERN_SIGNS))
        elif high:
            fits = _LATIN_WORD.fullmatch(word) and 2 * (len(word) - high) >= high and not _CAPITAL_INSIDE.search(word)
            scores += [0.5 if len(word) == 1 else float(bool(fits))] * high
    return _mean(scores)


def _of_alphabet(low: str, high: str) -> Callable[[str], float]:
    """Return what scores words of one alphabet alone, with capitals at their beginning or throughout."""

    def plausible(text: str) -> float:
        scores: list[float] = []
        for word in _WORD.findall(text):
            if foreign := sum(sign > "\x7f" for sign in word):
                fits = all(low <= sign <= high for sign in word) and (
                    word.isupper() or not any(sign.isupper() for sign in word[1:])
                )
                scores += [0.5 if fits and len(word) == 1 else float(fits)] * foreign
        return _mean(scores)

    return plausible


def _common_in(codec: str, leads: range) -> Callable[[str], float]:
    """Return what scores signs of two bytes by the rows of their table that hold the common ones."""

    def plausible(text: str) -> float:
        return _mean((raw := sign.encode(codec, "ignore")) != b"" and raw[0] in leads for sign in text if sign > "\x7f")

    return plausible


def _japanese(text: str) -> float:
    """Score kana and common signs; letters of half width are what other encodings' bytes look like."""
    common = _common_in("shift_jis", range(0x88, 0x98))(text)
    return common + _mean("\u3000" <= sign <= "\u30ff" for sign in text if sign > "\x7f")


ENCODINGS: dict[str, Encoding] = {
    one.name: one
    for one in (
        Encoding("cp1252", "cp1252", "Western European (Windows)", _in_latin_words),
        Encoding("latin-1", "latin-1", "Western European (Latin-1)", _in_latin_words),
        # Of those with signs of two bytes, the one whose common signs lie closest together comes first.
        Encoding("cp949", "cp949", "Korean (CP949)", _common_in("euc_kr", range(0xB0, 0xC9))),
        Encoding("gb18030", "gb18030", "Chinese (GB 18030)", _common_in("gb2312", range(0xB0, 0xD8))),
        Encoding("big5", "big5", "Chinese (Big5)", _common_in("big5", range(0xA4, 0xC7))),
        Encoding("shift_jis", "cp932", "Japanese (Shift-JIS)", _japanese),
        Encoding("cp1251", "cp1251", "Cyrillic (Windows)", _of_alphabet("Ѐ", "ӿ")),
        Encoding("koi8-r", "koi8-r", "Cyrillic (KOI8-R)", _of_alphabet("Ѐ", "ӿ")),
        Encoding("cp1253", "cp1253", "Greek (Windows)", _of_alphabet("Ά", "ώ")),
        Encoding("mac-roman", "mac-roman", "Western European (Mac)", _in_latin_words),
        Encoding("cp1250", "cp1250", "Central European (Windows)", _in_latin_words),
        Encoding("utf-8", "utf-8", "UTF-8", lambda text: 1.0),
        Encoding("utf-8-sig", "utf-8-sig", "UTF-8", lambda text: 1.0),
        Encoding("utf-16", "utf-16", "UTF-16", lambda text: 1.0),
        Encoding("utf-16-le", "utf-16-le", "UTF-16", lambda text: 1.0),
        Encoding("utf-16-be", "utf-16-be", "UTF-16", lambda text: 1.0),
        Encoding("ascii", "utf-8", "ASCII", lambda text: 0.0),
        Encoding(UTF8_REPLACED, "utf-8-sig", "UTF-8, unreadable bytes as �", lambda text: 0.0, "replace"),
    )
}
_LEGACY = ("cp1252", "gb18030", "big5", "shift_jis", "cp949", "cp1251", "koi8-r", "cp1253", "mac-roman", "cp1250")


def decoder_of(name: str) -> codecs.IncrementalDecoder:
    """Return what decodes a text in this encoding block by block."""
    one = ENCODINGS[name]
    return codecs.getincrementaldecoder(one.codec)(one.errors)


def unicode_of(head: bytes) -> str | None:
    """Return the encoding that the first bytes prove: "ascii" as far as they go, UTF-8 or UTF-16; None for others."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) > 0.4 * (len(head) // 2) and min(even, odd) < 0.1 * (len(head) // 2):
        # Latin letters, digits and signs have a zero as their upper byte.
        return "utf-16-le" if odd > even else "utf-16-be"
    if head.isascii():
        return "ascii"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return None
    return "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"


def is_broken_utf8(evidence: bytes) -> bool:
    """Whether most bytes beyond ASCII belong to signs of UTF-8: then the others are faults, not another encoding."""
    valid = len(_HIGH.findall(b"".join(_VALID_SIGN.findall(evidence))))
    return evidence.startswith(codecs.BOM_UTF8) or 2 * valid > len(_HIGH.findall(evidence))


def ranked(evidence: bytes) -> list[str]:
    """Return the encodings that may be meant, the one to take first; at most four.

    `evidence` are lines of the file that have bytes beyond ASCII, whole ones.
    """
    scores = {name: score for name in _LEGACY if (score := _score(name, evidence)) is not None}
    western = "cp1252" if "cp1252" in scores else "latin-1"
    scores.setdefault(western, _in_latin_words(evidence.decode("latin-1")))
    order = sorted(scores, key=lambda name: (-scores[name], list(ENCODINGS).index(name)))
    wins = scores[order[0]] >= _WINS and scores[order[0]] - scores[western] >= _MARGIN
    first = order[0] if wins else western
    seen = {decoded(first, evidence)}
    offered = [first]
    for name in order:
        text = decoded(name, evidence)
        is_better = scores[name] >= _OFFERED and scores[name] > scores[western]
        if (is_better or name == western) and text not in seen:
            seen.add(text)
            offered.append(name)
    return offered[:_MOST_OFFERED]


def decoded(name: str, raw: bytes) -> str:
    """Decode a text that may be cut off at its end."""
    return decoder_of(name).decode(raw)


def _score(name: str, evidence: bytes) -> float | None:
    try:
        text = decoded(name, evidence)
    except UnicodeDecodeError:
        return None
    return ENCODINGS[name].plausible(text)


def differing_cells(evidence: bytes, delimiter: str, names: list[str]) -> list[tuple[str, ...]]:
    """Return up to three cells with signs beyond ASCII, each as it reads in each of the encodings."""
    sign = delimiter.encode() if len(delimiter) == 1 else b" "
    cells = dict.fromkeys(
        cell.strip(b' "\r') for line in evidence.split(b"\n") for cell in line.split(sign) if _HIGH.search(cell)
    )
    readings = [tuple(_lenient(name, cell) for name in names) for cell in cells]
    return [one for one in readings if len(set(one)) > 1][:_MOST_EXAMPLES]


def _lenient(name: str, cell: bytes) -> str:
    return cell.decode(ENCODINGS[name].codec, "replace")

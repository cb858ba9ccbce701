"""What stands between the fields of a text file: a sign, runs of blanks, or nothing but fixed widths; and quotes."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from lab.data.text_layout import FIXED, SPACES

# In the order of how seldom they stand in a text by chance; a comma may be a decimal sign.
_DELIMITERS = "\t;|,"
_QUOTED = re.compile('"[^"]*("|$)')
_WORD = re.compile(r'"[^"]*"|\S+')
_COMMENTS = ("#", "%", "//")
_NEARLY_ALL, _MOST = 0.9, 0.5
_FEWEST_LINES = 3


def comment_sign(lines: Sequence[str]) -> str:
    """Return the sign that the first lines begin with and the table below does not; "" where there is none.

    A first line that begins with it is the header where it has as many fields as the lines below.
    """
    filled = [line.strip() for line in lines if line.strip()]
    for sign in _COMMENTS:
        above = next((place for place, line in enumerate(filled) if not line.startswith(sign)), 0)
        if above and above < len(filled):
            rest = [line for line in filled[above:] if not line.startswith(sign)]
            found = delimiter_of(rest)
            if _width(filled[above - 1], found) != _width(rest[0], found):
                return sign
    return ""


def delimiter_of(lines: Sequence[str]) -> str:
    """Return the sign that stands as often in nearly every line as in the first, else in most; or SPACES or FIXED."""
    # Quoted fields may hold delimiters, and line ends.
    bare = [line for line in _QUOTED.sub("", "".join(_ended(lines))).split("\n") if line.strip(" ")]
    first = bare[0] if bare else ""
    whole = [line for line in lines if line.strip()]
    for sign in _DELIMITERS:
        count = first.count(sign)
        if count and sum(line.count(sign) == count for line in bare) >= _NEARLY_ALL * len(bare):
            return SPACES if sign == "\t" and count == 1 and _spaced_share(whole, 3) == 1 else sign
    usual = {sign: Counter(line.count(sign) for line in bare if sign in line).most_common(1) for sign in _DELIMITERS}
    shares = {sign: counts[0][1] / len(bare) for sign, counts in usual.items() if counts}
    best = max(shares, key=shares.__getitem__, default="")
    if best and shares[best] >= _MOST:
        return best
    if len(whole) >= _FEWEST_LINES and "," not in first and ";" not in first:
        if _spaced_share(whole, 2) == 1:
            return SPACES
        if widths_of(whole):
            return FIXED
        if _spaced_share(whole, 3) >= _NEARLY_ALL:
            return SPACES
    return max(reversed(_DELIMITERS), key=first.count)


def widths_of(lines: Sequence[str]) -> tuple[int, ...]:
    """Return the widths of columns between which every line has a blank; none where the first line lacks one."""
    texts = [line.rstrip("\n").expandtabs() for line in lines if line.strip()]
    length = max(map(len, texts), default=0)
    filled = [any(line[at : at + 1].strip() for line in texts) for at in range(length)]
    starts = [at for at in range(length) if filled[at] and (at == 0 or not filled[at - 1])]
    if len(starts) < 2:
        return ()
    widths = tuple(end - start for start, end in zip([0, *starts[1:]], [*starts[1:], length], strict=True))
    ends = [sum(widths[:number]) for number in range(len(widths) + 1)]
    named = all(texts[0][start:end].strip() for start, end in pairwise(ends))
    return widths if named else ()


def quote_of(lines: Sequence[str], delimiter: str) -> str:
    """Return the sign around fields: the single quotation mark where half of all fields stand in it, and no other."""
    if any('"' in line for line in lines) or len(delimiter) > 1:
        return '"'
    fields = [field.strip() for line in lines for field in line.strip("\n").split(delimiter)]
    single = sum(len(field) > 1 and field[0] == field[-1] == "'" for field in fields)
    return "'" if 2 * single > len(fields) else '"'


def _ended(lines: Sequence[str]) -> list[str]:
    return [line if line.endswith("\n") else line + "\n" for line in lines]


def _width(line: str, delimiter: str) -> int:
    if delimiter in (SPACES, FIXED):
        return len(_WORD.findall(line.lstrip("#%/ ")))
    return line.count(delimiter) + 1


def _spaced_share(lines: Sequence[str], least: int) -> float:
    """Return the share of the lines with the most usual number of words, 0 where that is less than `least`."""
    (words, lines_with), *_ = Counter(len(_WORD.findall(line)) for line in lines).most_common(1) or [(0, 0)]
    return lines_with / len(lines) if words >= least else 0.0

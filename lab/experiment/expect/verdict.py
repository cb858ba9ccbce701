"""Judging an answer: a typed number or shape against what is expected, and which slips would have given it."""

import re
from dataclasses import dataclass

from lab.experiment.expect.slips import Expected

_NUMBER = re.compile(r"([-+]?)(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d+))?")
_COARSEST = 0.05
"""An answer is only taken for right where its last digit stands for less than this share of the number."""


@dataclass(frozen=True)
class Answer:
    """A typed number, and half a unit of its last digit: what rounding may have made of it."""

    value: float
    rounding: float


@dataclass(frozen=True)
class Verdict:
    """Whether an answer is right, which slips it comes from, and the same as a sentence."""

    is_right: bool
    slips: tuple[str, ...]
    sentence: str


def read_answer(text: str) -> Answer:
    """Return the number that was typed, with a comma or point; ValueError, a sentence, for what is none."""
    plain = text.strip().replace("−", "-").replace(",", ".")
    match = _NUMBER.fullmatch(plain)
    if match is None or not (match[2] or match[3]):
        raise ValueError(f"{text.strip()!r} found, a number such as −0.0275 expected.")
    decimals = len(match[3] or "") - int(match[4] or 0)
    return Answer(float(plain), 0.5 * 10.0**-decimals)


def judge(expected: Expected, answer: Answer) -> Verdict:
    """Compare an answer with the number, and with what each slip would give, within the answer's own rounding."""
    if _equals(answer, expected.value):
        if answer.rounding <= _COARSEST * abs(expected.value) or answer.value == expected.value:
            return Verdict(True, (), "Right.")
        return Verdict(False, (), "That may be right: give more digits.")
    slips = [slip for slip in expected.slips if any(_equals(answer, value) for value in slip.values)]
    if not slips:
        return Verdict(False, (), "Not right, and none of the usual slips gives this number.")
    said = "; ".join(f"{slip.name}: {slip.missed}" for slip in slips)
    return Verdict(False, tuple(slip.name for slip in slips), f"Not right. {said}.")


def _equals(answer: Answer, value: float) -> bool:
    return abs(answer.value - value) <= answer.rounding * (1 + 1e-9) + 1e-12 * abs(value)


_SHAPE = re.compile(r"\(?\s*(\d+)\s*(?:[x×*,]\s*(\d+)?)?\s*\)?")


def judge_shape(shape: tuple[int, ...], text: str) -> Verdict:
    """Compare a typed shape, as 3×2 or (3, 2), with a matrix's; ValueError, a sentence, for what is none."""
    match = _SHAPE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text.strip()!r} found, a shape such as 4×3 expected.")
    found = tuple(int(each) for each in match.groups() if each is not None)
    if found == shape:
        return Verdict(True, (), "Right.")
    if found == shape[::-1]:
        return Verdict(False, ("transpose",), "Not right. transpose: rows and columns are exchanged.")
    if len(found) != len(shape):
        return Verdict(False, (), f"Not right: it has {len(shape)} {'axes' if len(shape) > 1 else 'axis'}.")
    missed = [name for name, one, other in zip(("row", "column"), found, shape, strict=False) if one != other]
    said = " and ".join(f"the number of {name}s" for name in missed)
    return Verdict(False, tuple(missed), f"Not right: {said} is another.")


@dataclass
class Score:
    """The score of a session of questions."""

    asked: int = 0
    right: int = 0

    def count(self, verdict: Verdict) -> None:
        """Count an answer."""
        self.asked += 1
        self.right += verdict.is_right

    @property
    def text(self) -> str:
        """The score as it is shown."""
        return f"{self.right} of {self.asked} right" if self.asked else "no answer yet"

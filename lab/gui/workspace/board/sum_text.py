"""A cell's sum as a window shows it: one line, every term by names and in numbers, and a foot."""

from lab.core.explain.explanation import Explanation
from lab.experiment.written.plain import where_lines
from lab.experiment.written.writing import factor_number, in_product

Terms = tuple[tuple[str, str, float], ...]


def terms_of(found: Explanation) -> Terms:
    """Return every term: the names of its factors, the same in numbers, and what it comes to."""
    return tuple(
        (
            " · ".join(factor.symbol for factor in term.factors),
            " · ".join(in_product(factor_number(factor)) for factor in term.factors),
            term.value,
        )
        for term in found.terms
    )


def foot_of(found: Explanation) -> str:
    """Return what stands beneath the terms: the factors outside, the numbers that the formula speaks of, the note."""
    outside = [f"times {factor.symbol} = {factor_number(factor)}" for factor in found.outer]
    return "\n".join([*outside, *where_lines(found), *([found.note] if found.note else [])])

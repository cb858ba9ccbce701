"""A cell's sum as one line of text: its formula, its largest terms in numbers, and what they come to."""

from lab.core.explain.explanation import Explanation, Factor, Term
from lab.experiment.written.writing import factor_number, in_product, joined, number

_TERMS_SHOWN = 4


def explanation_text(sum_: Explanation, most: int = _TERMS_SHOWN) -> str:
    """Return "δ²[3, 5] = (Σₖ …) · σ′(…) = (−0.41·0.31 + … 10 terms) · 0.17 = +0.0132".

    Where the cell is a function of one number, that number stands in it: σ(1.3). most: how many terms are written,
    the largest ones.
    """
    parts = [sum_.symbol, sum_.formula]
    is_one_number = len(sum_.terms) == 1 and not sum_.outer and len(sum_.terms[0].factors) == 1
    if not is_one_number or sum_.terms[0].factors[0].inside:
        parts.append(_numbers(sum_, most))
    return " = ".join([*parts, number(sum_.cell, signed=True)])


def _numbers(sum_: Explanation, most: int) -> str:
    if len(sum_.terms) == 1 and not sum_.outer and len(sum_.terms[0].factors) == 1:
        return factor_number(sum_.terms[0].factors[0])
    largest = sorted(range(len(sum_.terms)), key=lambda k: -abs(sum_.terms[k].value))[:most]
    shown = [sum_.terms[k] for k in sorted(largest)]
    text = joined(shown, [_term(term) for term in shown])
    if len(sum_.terms) > len(shown):
        text += f" + … {len(sum_.terms)} terms"
    before = [factor for factor in sum_.outer if sum_.formula.startswith(factor.symbol)]
    after = [factor for factor in sum_.outer if factor not in before]
    if sum_.outer and len(sum_.terms) > 1:
        text = f"({text})"
    elif before:
        text = in_product(text)
    return " · ".join([*(number(factor.value) for factor in before), text, *map(_behind, after)])


def _term(term: Term) -> str:
    first, *rest = term.factors
    return "·".join([number(first.value), *map(_behind, rest)])


def _behind(factor: Factor) -> str:
    return in_product(number(factor.value))

"""A cell's sum as one line of text: its formula, its largest terms in numbers, and what they come to."""

from lab.core.explain.explanation import Explanation, Factor, Term

_TERMS_SHOWN = 3


def explanation_text(sum_: Explanation) -> str:
    """Return "δ²[3, 5] = (Σₖ …) · σ′(…) = (−0.41·0.31 + … 10 terms) · 1 = +0.0132"."""
    parts = [sum_.symbol, sum_.formula]
    if len(sum_.terms) > 1 or sum_.outer or len(sum_.terms[0].factors) > 1:
        parts.append(_numbers(sum_))
    return " = ".join([*parts, _number(sum_.cell, signed=True)])


def _numbers(sum_: Explanation) -> str:
    largest = sorted(range(len(sum_.terms)), key=lambda k: -abs(sum_.terms[k].value))[:_TERMS_SHOWN]
    shown = [sum_.terms[k] for k in sorted(largest)]
    text = " + ".join(_term(term) for term in shown)
    if len(sum_.terms) > len(shown):
        text += f" + … {len(sum_.terms)} terms"
    before = [factor for factor in sum_.outer if sum_.formula.startswith(factor.symbol)]
    after = [factor for factor in sum_.outer if factor not in before]
    if sum_.outer and len(sum_.terms) > 1:
        text = f"({text})"
    return " · ".join([*map(_factor, before), text, *map(_factor, after)])


def _term(term: Term) -> str:
    return "·".join(_factor(factor) for factor in term.factors)


def _factor(factor: Factor) -> str:
    return _number(factor.value)


def _number(value: float, signed: bool = False) -> str:
    if value == 0:
        return "0"  # whatever its sign: −0 is no other number
    text = f"{value:.4g}" if not signed else f"{value:+.4g}"
    return text.replace("-", "−")

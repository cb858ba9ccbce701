"""The cells that a step did not compute but found: X and y as the data gives them, W as the step before left it."""

from lab.core.explain.cell import Cell, minus
from lab.core.explain.explanation import Factor, Sum, Term
from lab.core.explain.step_record import Scaled


def input_sum(at: Cell) -> Sum:
    """Return a cell of X: the number of the data, less the offset of its column, times the factor."""
    x, origin = at.input(at.unit), at.step.origin
    scaled = None if origin is None else origin.input(at.row, at.unit)
    if scaled is None:
        return Sum(x.symbol, (Term((Factor(x.symbol, x.value),)),), note="as it was given")
    return _scaled("raw", at, scaled)


def target_sum(at: Cell) -> Sum:
    """Return a cell of y: the scaled number of the data, or 1 for the class of the example, softened by smoothing."""
    origin = at.step.origin
    scaled = None if origin is None else origin.target(at.row, at.unit)
    if scaled is not None:
        return _scaled("raw", at, scaled)
    y, s, outputs = at.target(at.unit), at.step.smoothing, at.step.y.shape[1]
    name = "" if origin is None else origin.class_name(at.row)
    note = f"the class of this example is {name}" if name else "1 for the class of the example, 0 elsewhere"
    share = Factor("share", (y.value - s / outputs) / (1.0 - s))
    if not s:
        return Sum(share.symbol, (Term((share,)),), note=note)
    smoothed, kept, classes = Factor("s", s), Factor("(1 − s)", 1.0 - s), Factor("1/c", 1.0 / outputs)
    terms = (Term((kept, share)), Term((smoothed, classes)))
    return Sum("(1 − s) · share + s · 1/c", terms, note=f"{note}; label smoothing s over c outputs")


def weight_sum(at: Cell) -> Sum:
    """Return the weight of an example, which is that of its class."""
    weights = at.step.weights
    assert weights is not None
    weight = Factor("weight of the class", float(weights[at.row]))
    return Sum(weight.symbol, (Term((weight,)),), note="the loss of the example is multiplied by it")


def parameter_sum(at: Cell, name: str, index: tuple[int, ...]) -> Sum:
    """Return a cell of W or another parameter: what the step before used, and what was added to it since."""
    now = at.parameter(name, *index)
    known = at.here.before.get(name)
    if known is None:
        note = "the value that it was given: drawn when the run began, typed, or read from a file"
        return Sum(now.symbol, (Term((Factor(now.symbol, now.value),)),), note=note)
    old = Factor(f"{now.symbol} before", float(known[index]))
    change = Factor(f"Δ{now.symbol} before", now.value - old.value)
    note = "as the step before used it, and what that step's update, or an edit, has added"
    return Sum(f"{old.symbol} + {change.symbol}", (Term((old,)), Term((change,))), note=note)


def buffer_sum(at: Cell, name: str, index: tuple[int, ...]) -> Sum:
    """Return a cell of a running statistic: a share of what it was, and a share of this batch's own."""
    known = at.here.before.get(name)
    if known is None:
        now = at.parameter(name, *index)
        return Sum(now.symbol, (Term((Factor(now.symbol, now.value),)),), note="what it was before is not known here")
    return at.here.layer.explain_buffer(name, at, float(known[index]))


def _scaled(word: str, at: Cell, found: Scaled) -> Sum:
    raw, offset = Factor(f"{word}{at.brackets(at.unit)}", found.raw), Factor(f"offset[{at.unit}]", found.offset)
    factor = Factor(f"factor[{at.unit}]", found.factor)
    terms = (Term((raw,)), Term((minus(offset),)))
    return Sum(f"{raw.symbol} − {offset.symbol}", terms, note=found.note).times(factor)

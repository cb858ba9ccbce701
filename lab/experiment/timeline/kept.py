"""What an operation on the network kept, in one line: units, arrays that are drawn anew, and what the output does."""

from lab.core.explain.superscript import superscript
from lab.core.surgery.surgery_result import SurgeryReport

_MOST_NAMED = 4


def sentence_of(report: SurgeryReport, width: int | None) -> str:
    """Return one line on a report; width: how many units the layer had, where their number was changed."""
    units = "" if width is None else _units(report, width)
    return "; ".join(part for part in (units, _anew(report), _output(report)) if part) + "."


def _units(report: SurgeryReport, width: int) -> str:
    new = len(report.units)
    if not new:
        return ""
    if new < width:
        return f"{new} of {width} units keep their weights"
    return f"{width} of {new} units keep their weights, the other {new - width} begin as copies"


def _anew(report: SurgeryReport) -> str:
    names = [f"{each.name}{superscript(each.layer + 1)}" for each in report.arrays if each.anew]
    if not names:
        return ""
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    listed = ", ".join(names[:_MOST_NAMED]) + more
    return f"{listed} begin{'s' if len(names) == 1 else ''} anew, all else stays"


def _output(report: SurgeryReport) -> str:
    if report.exact and report.exact_in_training:
        return "the output stays the same"
    if report.exact:
        return "exact in predictions only"
    return "the output changes"

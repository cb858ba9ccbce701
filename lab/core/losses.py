"""The table of losses: how wrong the output a is against the target y, and the derivative by a.

Every loss is a sum of terms, one for each example and output, so `terms` fills an (m, c) array that can be
looked at, weighed by example and summed. All are sums over outputs, never means.
"""

from lab.core.loss_kinds import distances, entropies, focal, margins
from lab.core.loss_kinds.loss import Loss
from lab.core.table import Table

__all__ = ["LOSSES", "REDUCTIONS", "Loss"]

LOSSES: Table[Loss] = Table((*entropies.ROWS, *focal.ROWS, *distances.ROWS, *margins.ROWS))
"""Name, as in a file, to the loss: what validation, the combo boxes and the formulas read."""

REDUCTIONS: dict[str, str] = {
    "mean": "Gradients are means over the m examples of a batch: η means the same for every batch size.",
    "sum": "Gradients are plain sums over the m examples: η must shrink as the batch grows.",
}
"""How the m examples of a batch are put together, with its help text."""

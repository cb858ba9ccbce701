"""The table of optimizers that files and combo boxes read, and their classes under one roof."""

from lab.core.optimizer_kinds import adam_family, adaptive, gradient_descent, sign
from lab.core.optimizer_kinds.adam_family import Adam, AdamW
from lab.core.optimizer_kinds.adaptive import Adagrad, RMSProp
from lab.core.optimizer_kinds.gradient_descent import SGD, Momentum, Nesterov
from lab.core.optimizer_kinds.optimizer import Optimizer, OptimizerKind
from lab.core.optimizer_kinds.sign import Lion
from lab.core.table import Table

__all__ = [
    "OPTIMIZERS", "SGD", "Adagrad", "Adam", "AdamW", "Lion", "Momentum", "Nesterov", "Optimizer", "OptimizerKind",
    "RMSProp",
]  # fmt: skip

OPTIMIZERS: Table[OptimizerKind] = Table((*gradient_descent.ROWS, *adaptive.ROWS, *adam_family.ROWS, *sign.ROWS))
"""Name, as in a file, to the optimizer."""

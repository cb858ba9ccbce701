"""What an operation on a network hands back: the new network, and cell for cell what became of the old one."""

from dataclasses import dataclass

from lab.core.network import Network
from lab.core.optimizer_kinds.optimizer import Optimizer


@dataclass(frozen=True)
class ArrayReport:
    """Where the cells of one array of the new network come from; the four counts sum to the array's size.

    layer: its number in the new network, from 0. kept: the old cells, copied: old cells that now stand a second
    time, scaled: old cells whose value was shared out or added up, anew: cells that come from nowhere.
    """

    layer: int
    name: str
    kept: int
    copied: int
    scaled: int
    anew: int
    sentence: str


@dataclass(frozen=True)
class SurgeryReport:
    """What an operation did, with one entry in `arrays` for every parameter and running statistic.

    exact: `predict` returns what it did before, to rounding; exact_in_training: so does every forward pass in
    training, with the same draws of dropout. why: one sentence, empty where both hold. units: where the operation
    changed a layer's width, the old unit behind each of the new ones.
    """

    what: str
    arrays: tuple[ArrayReport, ...]
    optimizer: str
    exact: bool
    exact_in_training: bool
    why: str
    units: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class SurgeryResult:
    """The network and the optimizer after an operation; those before it are as they were and share nothing."""

    network: Network
    optimizer: Optimizer
    report: SurgeryReport

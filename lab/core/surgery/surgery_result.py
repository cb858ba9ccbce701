"""What an operation on a network hands back: the new network, and cell for cell what became of the old one."""

from dataclasses import dataclass

from lab.core.network import Network
from lab.core.optimizer import Optimizer


@dataclass(frozen=True)
class Sameness:
    """Whether a change leaves the network's function alone, to rounding.

    predicting: what `predict` returns is the same; training: so is every forward pass in training, with the same
    draws of dropout. why: what gets in the way, as the end of a sentence; empty where both hold.
    """

    predicting: bool = True
    training: bool = True
    why: str = ""

    def __and__(self, other: "Sameness") -> "Sameness":
        return Sameness(
            self.predicting and other.predicting,
            self.training and other.training,
            "; ".join(dict.fromkeys(why for why in (self.why, other.why) if why)),
        )


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
class Report:
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
class Operated:
    """The network and the optimizer after an operation; those before it are as they were and share nothing."""

    network: Network
    optimizer: Optimizer
    report: Report

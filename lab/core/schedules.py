"""How the learning rate changes during a run: a factor on eta by the epoch, with warm-up before any schedule."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import cos, inf, pi
from typing import Any

from lab.core.options import Option, checked

Factor = Callable[[float, float, Mapping[str, float]], float]
"""(epochs done, epochs in all, options): what the learning rate is multiplied by."""


@dataclass(frozen=True)
class ScheduleKind:
    """A schedule as files and combo boxes speak of it."""

    name: str
    title: str
    formula: str
    help: str
    factor: Factor
    options: tuple[Option, ...] = ()


def _constant(epoch: float, epochs: float, set_to: Mapping[str, float]) -> float:
    return 1.0


def _step(epoch: float, epochs: float, set_to: Mapping[str, float]) -> float:
    return float(set_to["factor"] ** (epoch // set_to["every"]))


def _exponential(epoch: float, epochs: float, set_to: Mapping[str, float]) -> float:
    return float(set_to["decay"] ** epoch)


def _cosine(epoch: float, epochs: float, set_to: Mapping[str, float]) -> float:
    last = set_to["final"]
    return last + (1.0 - last) * _half_wave(epoch / epochs)


def _one_cycle(epoch: float, epochs: float, set_to: Mapping[str, float]) -> float:
    done, rise, first, last = epoch / epochs, set_to["rise"], set_to["first"], set_to["final"]
    if done < rise:
        return 1.0 - (1.0 - first) * _half_wave(done / rise)
    return last + (1.0 - last) * _half_wave((done - rise) / (1.0 - rise))


def _half_wave(done: float) -> float:
    """Return the cosine's way from 1 at 0 to 0 at 1 and after."""
    return 0.5 * (1.0 + cos(pi * min(done, 1.0)))


SCHEDULES: dict[str, ScheduleKind] = {
    entry.name: entry
    for entry in (
        ScheduleKind("constant", "Constant", "η", "The same learning rate throughout.", _constant),
        ScheduleKind(
            "step", "Steps", "η factor^⌊epoch / every⌋", "Cuts the rate every few epochs.", _step,
            (
                Option("every", 10, "Epochs between two cuts", lowest=1, whole=True),
                Option("factor", 0.5, "What each cut multiplies the rate by", above=0, highest=1),
            ),
        ),
        ScheduleKind(
            "exponential", "Exponential", "η decay^epoch", "Shrinks the rate a little with every step.", _exponential,
            (Option("decay", 0.95, "What an epoch multiplies the rate by", above=0, highest=1),),
        ),
        ScheduleKind(
            "cosine", "Cosine", "η (final + (1 − final) ½ (1 + cos(π epoch / epochs)))",
            "Falls slowly, then fast, then slowly to its end (Loshchilov and Hutter 2017, eq. 5).", _cosine,
            (Option("final", 0.0, "The share of the rate that is left at the end", lowest=0, highest=1),),
        ),
        ScheduleKind(
            "one_cycle", "One cycle", "η up from first·η to η, then down to final·η",
            "Rises to η and falls again, each along a cosine (Smith 2018, section 5).", _one_cycle,
            (
                Option("rise", 0.3, "The share of the run that is spent rising", above=0, below=1),
                Option("first", 0.04, "The share of the rate to begin with", above=0, highest=1),
                Option("final", 0.0001, "The share of the rate that is left at the end", lowest=0, highest=1),
            ),
        ),
        ScheduleKind(
            "plateau", "On a plateau", "η factor^(cuts so far)",
            "Cuts the rate when the validation loss has not fallen for some epochs.", _constant,
            (
                Option("factor", 0.5, "What each cut multiplies the rate by", above=0, below=1),
                Option("patience", 5, "Epochs without a better validation loss before a cut", lowest=1, whole=True),
            ),
        ),
    )
}  # fmt: skip
"""Name, as in a file, to the schedule."""

WARM_UP = Option("warm_up", 0, "Epochs in which the rate first rises evenly from 0", lowest=0)
"""What every schedule can begin with."""


class Schedule:
    """A schedule in a run: asks for the factor before every step, is told the validation loss after every epoch.

    Raises ValueError, naming the argument, for an unknown kind and options out of range.
    """

    def __init__(self, kind: str = "constant", **options: float) -> None:
        if kind not in SCHEDULES:
            raise ValueError(f"schedule: {kind!r} is not one of {', '.join(SCHEDULES)}")
        self.kind = SCHEDULES[kind]
        self.set = checked((*self.kind.options, WARM_UP), options)
        self._best = inf
        self._waited = 0
        self._cuts = 0

    @property
    def is_constant(self) -> bool:
        """Whether the factor is 1 throughout."""
        return self.kind.name == "constant" and not self.set["warm_up"]

    def factor(self, epoch: float, epochs: int, step: float = 0.0) -> float:
        """Return what the learning rate is multiplied by after `epoch` epochs of `epochs`, fractions included.

        step: the length of the coming step in epochs, so that a warm-up never has a step of rate 0.
        """
        warm_up = self.set["warm_up"]
        if epoch < warm_up:
            return min(1.0, (epoch + step) / warm_up) if step else max(epoch / warm_up, 1e-3)
        after = self.kind.factor(epoch - warm_up, epochs - warm_up if epochs > warm_up else 1, self.set)
        return max(after * self.set.get("factor", 1.0) ** self._cuts, 1e-9) if self._cuts else max(after, 1e-9)

    def observe(self, validation_loss: float) -> None:
        """Note the validation loss of an epoch; a plateau cuts the rate where it has not fallen for long."""
        if self.kind.name != "plateau":
            return
        if validation_loss < self._best:
            self._best, self._waited = validation_loss, 0
            return
        self._waited += 1
        if self._waited >= self.set["patience"]:
            self._cuts, self._waited = self._cuts + 1, 0

    def state_dict(self) -> dict[str, Any]:
        """Return what a later run needs to go on."""
        return {"best": self._best, "waited": self._waited, "cuts": self._cuts}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over what `state_dict` returned."""
        self._best, self._waited, self._cuts = float(state["best"]), int(state["waited"]), int(state["cuts"])

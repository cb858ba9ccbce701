"""The kinds of schedule: each a factor on the learning rate by the epoch, with its texts and options.

To add a schedule: write its factor and one entry in ROWS here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import cos, floor, log, log1p, pi

from lab.core.options import Option
from lab.core.table import empty_texts

Factor = Callable[[float, float, Mapping[str, float]], float]
"""(epochs done, epochs in all, settings): what the learning rate is multiplied by."""


@dataclass(frozen=True)
class ScheduleKind:
    """A schedule as files and combo boxes speak of it."""

    name: str
    title: str
    formula: str
    help: str
    factor: Factor
    options: tuple[Option, ...] = ()
    plain: str = ""
    """The factor's body as plain Python, by epoch, epochs and its settings; empty: it is not written."""
    is_constant: bool = False
    """Whether the factor is 1 throughout."""
    watches_validation: bool = False
    """Whether it cuts the rate by its option "factor" after "patience" epochs without a lower validation loss."""

    def lacks(self) -> list[str]:
        """Return what is missing or wrong in this entry."""
        lacks = empty_texts(self, "title", "formula", "help") + ([] if callable(self.factor) else ["factor"])
        names = [option.name for option in self.options]
        needed = ("factor", "patience") if self.watches_validation else ()
        return lacks + [f"the option {name}" for name in needed if name not in names]


def _constant(epoch: float, epochs: float, settings: Mapping[str, float]) -> float:
    return 1.0


def _step(epoch: float, epochs: float, settings: Mapping[str, float]) -> float:
    return float(settings["factor"] ** (epoch // settings["every"]))


def _exponential(epoch: float, epochs: float, settings: Mapping[str, float]) -> float:
    return float(settings["decay"] ** epoch)


def _cosine(epoch: float, epochs: float, settings: Mapping[str, float]) -> float:
    last = settings["final"]
    return last + (1.0 - last) * _half_wave(epoch / epochs)


def _polynomial(epoch: float, epochs: float, settings: Mapping[str, float]) -> float:
    last = settings["final"]
    return last + (1.0 - last) * float((1.0 - min(epoch / epochs, 1.0)) ** settings["power"])


def _cosine_restarts(epoch: float, epochs: float, settings: Mapping[str, float]) -> float:
    """Return the cosine of Loshchilov and Hutter 2017, eq. 5, in the cycle that the epoch is in."""
    first, longer, last = settings["first"], settings["longer"], settings["final"]
    if longer == 1.0:
        cycle, begin = first, first * (epoch // first)
    else:
        done = floor(log1p(epoch * (longer - 1.0) / first) / log(longer) + 1e-12)
        cycle, begin = first * longer**done, first * (longer**done - 1.0) / (longer - 1.0)
    return last + (1.0 - last) * _half_wave(max(epoch - begin, 0.0) / cycle)


def _one_cycle(epoch: float, epochs: float, settings: Mapping[str, float]) -> float:
    done, rise, first, last = epoch / epochs, settings["rise"], settings["first"], settings["final"]
    if done < rise:
        return 1.0 - (1.0 - first) * _half_wave(done / rise)
    return last + (1.0 - last) * _half_wave((done - rise) / (1.0 - rise))


def _half_wave(done: float) -> float:
    """Return the cosine's way from 1 at 0 to 0 at 1 and after."""
    return 0.5 * (1.0 + cos(pi * min(done, 1.0)))


_FINAL = Option("final", "Share at the end", 0.0, "The share of the rate that is left at the end", lowest=0, highest=1)

_PLAIN_WAVE = (
    "def wave(done):  # the cosine's way from 1 at 0 to 0 at 1 and after\n"
    "    return 0.5 * (1 + np.cos(np.pi * min(done, 1)))\n"
)

ROWS = (
    ScheduleKind(
        "constant", "Constant", "η", "The same learning rate throughout.", _constant, plain="return 1", is_constant=True
    ),
    ScheduleKind(
        "step", "Steps", "η factor^⌊epoch / every⌋", "Cuts the rate every few epochs.", _step,
        (
            Option("every", "Every … epochs", 10, "Epochs between two cuts", lowest=1, whole=True),
            Option("factor", "Factor", 0.5, "What each cut multiplies the rate by", above=0, highest=1),
        ),
        "return factor ** (epoch // every)",
    ),
    ScheduleKind(
        "exponential", "Exponential", "η decay^epoch", "Shrinks the rate a little with every step.", _exponential,
        (Option("decay", "Factor an epoch", 0.95, "What an epoch multiplies the rate by", above=0, highest=1),),
        "return decay ** epoch",
    ),
    ScheduleKind(
        "cosine", "Cosine", "η (final + (1 − final) ½ (1 + cos(π epoch / epochs)))",
        "Falls slowly, then fast, then slowly to its end (Loshchilov and Hutter 2017, eq. 5).", _cosine,
        (_FINAL,),
        f"{_PLAIN_WAVE}return final + (1 - final) * wave(epoch / epochs)",
    ),
    ScheduleKind(
        "polynomial", "Polynomial", "η (final + (1 − final) (1 − epoch / epochs)^power)",
        "Falls to its end along a power of what is left: evenly with 1 (Chen et al. 2018, section 4.1: 0.9).",
        _polynomial,
        (
            Option("power", "Power", 0.9, "1 falls evenly, more falls fast first, less falls fast last", above=0),
            _FINAL,
        ),
        "return final + (1 - final) * (1 - min(epoch / epochs, 1)) ** power",
    ),
    ScheduleKind(
        "cosine_restarts", "Cosine with restarts",
        "η (final + (1 − final) ½ (1 + cos(π e / cycle))),  e epochs since a restart",
        "Falls along a cosine and jumps back to η, in cycles that grow (Loshchilov and Hutter 2017, eq. 5).",
        _cosine_restarts,
        (
            Option("first", "First cycle, epochs", 10, "Epochs in the first cycle", above=0),
            Option("longer", "Next cycle ×", 2, "How many times as long each cycle is as the one before", lowest=1),
            replace(_FINAL, help="The share of the rate that is left at the end of a cycle"),
        ),
        f"{_PLAIN_WAVE}cycle = first\n"
        "while epoch >= cycle - 1e-9:\n    epoch, cycle = epoch - cycle, cycle * longer\n"
        "return final + (1 - final) * wave(max(epoch, 0) / cycle)",
    ),
    ScheduleKind(
        "one_cycle", "One cycle", "η up from first·η to η, then down to final·η",
        "Rises to η and falls again, each along a cosine, by default to η / 10,000 (Smith 2018, section 5).",
        _one_cycle,
        (
            Option("rise", "Share rising", 0.3, "The share of the run that is spent rising", above=0, below=1),
            Option("first", "Share at first", 0.04, "The share of the rate to begin with", above=0, highest=1),
            replace(_FINAL, default=0.0001),
        ),
        f"{_PLAIN_WAVE}done = epoch / epochs\nif done < rise:\n    return 1 - (1 - first) * wave(done / rise)\n"
        "return final + (1 - final) * wave((done - rise) / (1 - rise))",
    ),
    ScheduleKind(
        "plateau", "On a plateau", "η factor^(cuts so far)",
        "Cuts the rate when the validation loss has not fallen for some epochs.", _constant,
        (
            Option("factor", "Factor", 0.5, "What each cut multiplies the rate by", above=0, below=1),
            Option("patience", "Patience", 5, "Epochs without a lower validation loss to a cut", lowest=1, whole=True)
        ),
        watches_validation=True,
    ),
)  # fmt: skip

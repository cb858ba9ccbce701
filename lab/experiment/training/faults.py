"""What is wrong with training, in a sentence: vanishing or exploding gradients, dead units, steps too large or small.

A pure function of sampled figures. Every threshold is far from what the bundled experiments reach in good health
(measured over whole runs, the numbers beside each), because a warning that cries wolf is not read.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, inf, isfinite, isnan, log10
from typing import Any, Final

from lab.core.diagnostics import LayerDiagnostics
from lab.core.layer_kinds.layer import Layer
from lab.core.layer_kinds.output_layer import OutputLayer
from lab.core.layers import LAYERS
from lab.core.network import Network

VANISHED: Final = 1e-3
"""Of the output's delta, in the first layer; Glorot and Bengio (2010) compare layers by this spread. Healthy: 5e-3."""
EXPLODED: Final = 100.0
"""The same ratio the other way round. Healthy: up to 4."""
MOSTLY: Final = 0.9
"""The share of dead units, or of saturated cells, from which a layer counts as gone. Healthy: up to 0.19 and 0.76."""
HUGE: Final = 100.0
"""The spread of z, which first weights of the usual kinds keep near 1 (He et al. 2015). Healthy: up to 10."""
GUIDE: Final = 1e-3
"""|update| / |W| of a run that learns well, a rule of thumb (Karpathy, course CS231n, "Ratio of weights:updates")."""
TOO_LARGE: Final = 200 * GUIDE
"""Healthy runs pass it in their first steps only."""
TOO_SMALL: Final = GUIDE / 1000
"""Healthy runs begin far above it, however small their steps become at the end."""
WINDOW: Final = 3
"""Samples that must all show a fault: one batch proves little."""
EXAMPLES: Final = 64
"""Examples that all must show what chance may bring: a batch of 1 leaves half of all ReLUs silent in good health."""

Sample = Sequence[LayerDiagnostics]


@dataclass(frozen=True)
class LayerFacts:
    """What must be known of a layer beside its figures; `number` is counted from 1."""

    number: int
    title: str
    """Its kind and its activation: "Dense, ReLU"."""
    is_output: bool = False
    is_bounded: bool = False
    """Whether its activation is, so that far out it is saturated, not dead: sigmoid, tanh, softmax."""

    @property
    def name(self) -> str:
        """As it is named in a sentence: "layer 3 (Dense, ReLU)"."""
        return f"layer {self.number} ({self.title})"


@dataclass(frozen=True)
class Finding:
    """A fault: from which step on it shows, in which layer (from 1, 0: in all), in words, and what to try."""

    step: int
    kind: str
    layer: int
    sentence: str
    advice: str

    def text(self) -> str:
        """Return sentence and advice as one line."""
        return f"{self.sentence} {self.advice}"


def facts_of(network: Network) -> list[LayerFacts]:
    """Return the facts of every layer of a network."""
    last = len(network.layers)
    return [_facts(layer, number, number == last) for number, layer in enumerate(network.layers, start=1)]


def _facts(layer: Layer[Any], number: int, is_output: bool) -> LayerFacts:
    title = LAYERS[layer.kind].title
    if not isinstance(layer, OutputLayer):
        return LayerFacts(number, title, is_output)
    return LayerFacts(number, f"{title}, {layer.activation.title}", is_output, layer.activation.is_bounded)


def find_fault(layers: Sequence[LayerFacts], samples: Sequence[Sample], step: int, m: int) -> Finding | None:
    """Return the fault that explains the others where there are several, None in good health.

    layers: L facts; samples: those of this network so far, oldest first, each of L layers; step: of the last one; m:
    examples in a batch. What stands further down the list of rules is often only a consequence of what is above.
    """
    if not samples:
        return None
    for kind, rule in RULES.items():
        found = rule(layers, samples, m)
        if found is not None:
            layer, sentence, advice = found
            return Finding(step, kind, layer, sentence, advice)
    return None


Found = tuple[int, str, str] | None
"""The layer from 1 (0: all of them), what is wrong and what to try."""


def _not_finite(layers: Sequence[LayerFacts], samples: Sequence[Sample], _m: int) -> Found:
    for facts, now in zip(layers, samples[-1], strict=True):
        if not (isfinite(now.a_mean) and isfinite(now.a_std)):
            return (
                facts.number, f"The outputs of {facts.name} are no longer finite numbers.",
                "Lower the learning rate, scale the inputs, or start from smaller weights.",
            )  # fmt: skip
    return None


def _alike(layers: Sequence[LayerFacts], samples: Sequence[Sample], _m: int) -> Found:
    for facts, *seen in _by_layer(layers, samples[-WINDOW:]):
        if not facts.is_output and all(one.alike == 1.0 or one.W_norm == 0.0 for one in seen):
            zero = seen[-1].W_norm == 0.0
            what = "All weights of {} are 0" if zero else "All units of {} have the same weights"
            return (
                facts.number, f"{what.format(facts.name)}, so they all learn the same, or nothing.",
                "Draw the first weights at random (for example Glorot or He) and start afresh.",
            )  # fmt: skip
    return None


def _dead(layers: Sequence[LayerFacts], samples: Sequence[Sample], m: int) -> Found:
    needed = _needed(m)
    if len(samples) < needed:
        return None
    for facts, *seen in _by_layer(layers, samples[-needed:]):
        share = min(one.dead for one in seen)
        if not (facts.is_bounded or facts.is_output) and share >= MOSTLY:
            many = "Every unit" if share == 1.0 else f"{share:.0%} of the units"
            return (
                facts.number,
                f"{many} of {facts.name} {'is' if share == 1.0 else 'are'} dead: no example gives a slope above 0, so "
                "no gradient passes and nothing below it learns.",
                "Start afresh with a learning rate ten times smaller, look at its bias, or take leaky ReLU.",
            )  # fmt: skip
    return None


def _saturated(layers: Sequence[LayerFacts], samples: Sequence[Sample], _m: int) -> Found:
    for facts, *seen in _by_layer(layers, samples[-WINDOW:]):
        share = min(one.saturated for one in seen)
        if facts.is_bounded and not facts.is_output and share >= MOSTLY:
            return (
                facts.number,
                f"The units of {facts.name} are saturated: at {share:.0%} of its cells the slope is nearly 0, so "
                "hardly any gradient passes.",
                "Start from smaller weights, scale the inputs, or lower the learning rate.",
            )  # fmt: skip
    return None


def _vanishing(layers: Sequence[LayerFacts], samples: Sequence[Sample], _m: int) -> Found:
    first = _first_with_weights(samples[-1])
    shares = [_share_of_output(one, first) for one in samples[-WINDOW:]]
    if first == len(layers) - 1 or not all(share < VANISHED for share in shares):
        return None
    rms = [one.delta_rms for one in samples[-1]]
    lost = next(number for number in range(len(rms) - 1, 0, -1) if rms[number - 1] < VANISHED * rms[-1])
    return (
        layers[first].number,
        f"The gradient vanishes: of the error at the output {_part(shares[-1])} reaches {layers[first].name}"
        + (f"; from layer {lost} down it is less than a thousandth." if lost > layers[first].number else "."),
        "Try ReLU or tanh in place of sigmoid, fewer layers, batch norm, or He or Glorot first weights.",
    )  # fmt: skip


def _exploding(layers: Sequence[LayerFacts], samples: Sequence[Sample], _m: int) -> Found:
    first = _first_with_weights(samples[-1])
    shares = [_share_of_output(one, first) for one in samples[-WINDOW:]]
    if not all(share > EXPLODED for share in shares):
        return None
    return (
        layers[first].number,
        f"The gradient explodes: the error grows on its way down and is {shares[-1]:.2g} times as large in "
        f"{layers[first].name} as at the output.",
        "Start from smaller weights (He or Glorot), clip the gradient, or add batch norm.",
    )  # fmt: skip


def _huge(layers: Sequence[LayerFacts], samples: Sequence[Sample], _m: int) -> Found:
    for facts, *seen in _by_layer(layers, samples[-WINDOW:]):
        if (not facts.is_output or facts.is_bounded) and all(one.z_std > HUGE for one in seen):
            return (
                facts.number,
                f"The numbers of {facts.name} are huge: its z spreads by {seen[-1].z_std:.2g} where about 1 is usual.",
                "Scale the inputs (standard), or start from smaller weights.",
            )  # fmt: skip
    return None


def _large_steps(layers: Sequence[LayerFacts], samples: Sequence[Sample], m: int) -> Found:
    needed = _needed(m)
    if len(samples) < needed:
        return None
    least = [min(one.update_ratio for one in seen) for _, *seen in _by_layer(layers, samples[-needed:])]
    worst = max(range(len(least)), key=lambda index: -inf if isnan(least[index]) else least[index])
    if not least[worst] > TOO_LARGE:
        return None
    return (
        layers[worst].number,
        f"Steps are too large: each changes the weights of {layers[worst].name} by {least[worst]:.0%} or more of their "
        f"size, where about {GUIDE:.1%} is usual.",
        "Lower the learning rate to a tenth, or let it grow from a small one (a warm-up).",
    )  # fmt: skip


def _small_steps(layers: Sequence[LayerFacts], samples: Sequence[Sample], _m: int) -> Found:
    if len(samples) < WINDOW:
        return None
    ratios = [one.update_ratio for sample in samples for one in sample if not isnan(one.update_ratio)]
    largest = max(ratios, default=0.0)
    if not 0 < largest < TOO_SMALL:  # 0: nothing moves because everything is frozen, or nothing is left to learn
        return None
    return (
        0,
        f"Steps are too small: none has changed the weights of any layer by more than {largest:.1g} of their size, "
        f"where about {GUIDE:g} is usual.",
        "Raise the learning rate, ten times at first.",
    )  # fmt: skip


RULES: Final[dict[str, Callable[[Sequence[LayerFacts], Sequence[Sample], int], Found]]] = {
    "not_finite": _not_finite,
    "alike": _alike,
    "dead": _dead,
    "saturated": _saturated,
    "vanishing": _vanishing,
    "exploding": _exploding,
    "huge": _huge,
    "large_steps": _large_steps,
    "small_steps": _small_steps,
}
"""Kind of a fault to the rule that finds it: causes before what follows from them."""


def _needed(m: int) -> int:
    """Return how many samples prove something where chance decides much: more of them where batches are small."""
    return max(WINDOW, ceil(EXAMPLES / max(m, 1)))


def _by_layer(layers: Sequence[LayerFacts], samples: Sequence[Sample]) -> list[tuple[Any, ...]]:
    """Return for each layer its facts and then its figures in each sample."""
    return list(zip(layers, *samples, strict=True))


def _first_with_weights(sample: Sample) -> int:
    """Return the index of the lowest layer that has weights to learn; the last one where none has."""
    return next((index for index, one in enumerate(sample) if not isnan(one.dW_norm)), len(sample) - 1)


def _share_of_output(sample: Sample, index: int) -> float:
    """Return delta's size in a layer as a share of that at the output, NaN where nothing is left to learn there."""
    output = sample[-1].delta_rms
    return sample[index].delta_rms / output if output > 0 else float("nan")


def _part(share: float) -> str:
    """Return a small share in words: one part in 8 000."""
    if share == 0:
        return "nothing at all"
    whole = 1 / share
    digits = max(int(log10(whole)), 0)
    return f"only one part in {round(whole, -digits):,.0f}".replace(",", " ")

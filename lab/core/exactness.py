"""Exactness: whether a change to a network, or a layer in it, leaves what the network computes as it is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Exactness:
    """Whether a change leaves the network's function alone, to rounding.

    predicting: what `predict` returns is the same; training: so is every forward pass in training, with the same
    draws of dropout. why: what gets in the way, as the end of a sentence; empty where both hold.
    """

    predicting: bool = True
    training: bool = True
    why: str = ""

    def __and__(self, other: "Exactness") -> "Exactness":
        return Exactness(
            self.predicting and other.predicting,
            self.training and other.training,
            "; ".join(dict.fromkeys(why for why in (self.why, other.why) if why)),
        )


def not_exact(why: str) -> Exactness:
    """Return that the function changes, and why."""
    return Exactness(False, False, why)


def exact_in_predictions(why: str) -> Exactness:
    """Return that predictions stay the same but passes in training do not, and why."""
    return Exactness(True, False, why)

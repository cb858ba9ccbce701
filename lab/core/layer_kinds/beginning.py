"""How a new layer begins in a trained network: with values that pass on what arrives, as well as its kind can."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lab.core.exactness import Exactness
from lab.core.types import Array, Numbers

BEGUN_ANEW = "Begun as in every new layer."


@dataclass(frozen=True, eq=False)
class Arriving:
    """What arrives at a new layer: `width` numbers an example, in the last batch a, (m, width), or None without one.

    source: (units,) which of them each unit of the layer is to pass on; non_negative: they are known not to be
    negative.
    """

    width: int
    a: Array | None
    source: Numbers
    non_negative: bool


@dataclass(frozen=True, eq=False)
class Beginning:
    """The first values of a new layer by name, None as in every new layer, with a sentence, and how exact they are."""

    exactness: Exactness
    values: Mapping[str, Array | None] = field(default_factory=dict)
    note: str = BEGUN_ANEW

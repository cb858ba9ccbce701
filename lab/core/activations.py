"""The table of activation functions: what turns z into a, and the error of a into delta."""

import numpy as np

from lab.core.activation_kinds import linear, rectifiers, sigmoids, smooth_rectifiers, softmax
from lab.core.activation_kinds.elementwise import Elementwise
from lab.core.activation_kinds.softmax import Softmax
from lab.core.table import Table

Activation = Elementwise | Softmax

ACTIVATIONS: Table[Activation] = Table(
    (*linear.ROWS, *sigmoids.ROWS, *rectifiers.ROWS, *smooth_rectifiers.ROWS, *softmax.ROWS)
)
"""Name, as in a file, to the function: what validation, the combo boxes and the formulas read."""


def activation(name: str, temperature: float = 1.0) -> Activation:
    """Return the activation of that name, a softmax with that temperature.

    Raises ValueError for a name that is not in ACTIVATIONS and a temperature that is not positive, or not 1
    where the activation has none.
    """
    if name not in ACTIVATIONS:
        raise ValueError(f"activation: {name!r} is not one of {', '.join(ACTIVATIONS)}")
    if not (np.isfinite(temperature) and temperature > 0):
        raise ValueError(f"temperature: {temperature!r} is not a positive number")
    if temperature != 1.0 and not ACTIVATIONS[name].has_temperature:
        raise ValueError(f"temperature: only {with_temperature()} has one, {name} does not")
    return ACTIVATIONS[name].with_temperature(temperature)


def with_temperature() -> str:
    """Return the names of the activations that have a temperature, as a sentence names them."""
    return " or ".join(name for name, entry in ACTIVATIONS.items() if entry.has_temperature)

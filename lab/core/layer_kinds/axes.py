"""What the axes of a parameter count, inputs or units: from it follow its shape, and what surgery does to its cells."""

from typing import Literal

Axis = Literal["inputs", "units"]
Axes = tuple[Axis, ...]
"""As ("inputs", "units") of W. "inputs" stands first, and only in kinds that mix their inputs."""

_VALID: tuple[Axes, ...] = (("inputs", "units"), ("units",))


def shape_of(axes: Axes, inputs: int, units: int) -> tuple[int, ...]:
    """Return the shape of a parameter in a layer with that many inputs and units."""
    return tuple(inputs if axis == "inputs" else units for axis in axes)


def valid_axes(axes: object) -> bool:
    """Return whether surgery knows what to do with such a parameter."""
    return axes in _VALID

"""Any matrix of the last step by its layer and name, where it lies: what the readings of matrices copy or reduce."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from lab.array_blocks import reduce_by_magnitude
from lab.core.explain.cell import Cell
from lab.core.step_recording import error_of_output, example_weights, loss_of, losses_of, step_of
from lab.core.types import Array

if TYPE_CHECKING:
    from lab.experiment.session import Session


def step_array(session: Session, layer: int, name: str) -> Array | None:
    """Return the matrix of that name in MATRICES as the last step left it, None where there is none (yet).

    `layer` counts from 0. Parameters are those that the forward pass used: after the update z = a W + b holds for
    these. It may be a view that the next step overwrites.
    """
    network = session.network
    if not 0 <= layer < len(network.layers):
        return None
    location = network.slices[layer].get(name)
    if location is not None:
        return session.used_parameters[location].reshape(getattr(network.layers[layer], name).shape)
    if name.startswith("new_"):
        return _after_update(session, layer, name.removeprefix("new_"))
    if session.lacks_array(name, layer):
        return None
    if name in _OF_NETWORK:
        return _OF_NETWORK[name](session, layer)
    found: Array | None = getattr(network.layers[layer], name, None)
    return found


def gradient_share(session: Session, layer: int, name: str, example: int) -> Array | None:
    """Return what one example adds to a gradient, as dW, never over m; None for what is no gradient on show."""
    if not _is_gradient(session, layer, name):
        return None
    at = Cell(step_of(session.network, session.used_parameters), layer, example, 0, column=True)
    return at.here.layer.example_gradient(name.removeprefix("d"), at)


def gradient_shares(
    session: Session, layer: int, name: str, examples: Sequence[int], most: int
) -> list[tuple[Array, int, int]]:
    """Return what each of these examples adds to a gradient, in at most `most` blocks each way; [] as for one.

    With each come the rows and columns of a block. Of an outer product only the factors are reduced: the block with
    the largest magnitude is the product of theirs, and the whole of it, which is large, is never made.
    """
    if not _is_gradient(session, layer, name):
        return []
    step, parameter = step_of(session.network, session.used_parameters), name.removeprefix("d")
    found = []
    for example in examples:
        at = Cell(step, layer, example, 0, column=True)
        factors = at.here.layer.outer_factors(parameter, at)
        if factors is None:
            whole = np.atleast_2d(at.here.layer.example_gradient(parameter, at))
            found.append(reduce_by_magnitude(whole, most, most))
        else:
            (down, row_step, _), (across, _, column_step) = (
                reduce_by_magnitude(factors[0][:, None], most, 1), reduce_by_magnitude(factors[1][None], 1, most)
            )  # fmt: skip
            found.append((down * across, row_step, column_step))
    return found


def _is_gradient(session: Session, layer: int, name: str) -> bool:
    parameter = name.removeprefix("d")
    is_one = parameter != name and parameter in session.network.slices[layer]
    return is_one and not session.lacks_array(name, layer)


def _after_update(session: Session, layer: int, name: str) -> Array | None:
    """Return a parameter as the step's update left it, the very sum that the optimizer took."""
    location = session.network.slices[layer].get(name)
    if location is None or session.lacks_array(f"update_{name}", layer):
        return None
    shape = getattr(session.network.layers[layer], name).shape
    return np.add(session.used_parameters[location], session.network.updates[location]).reshape(shape)


def _inputs(session: Session, layer: int) -> Array | None:
    return session.network.x if layer == 0 else None


def _targets(session: Session, layer: int) -> Array | None:
    return session.network.y if layer == len(session.network.layers) - 1 else None


def _error(session: Session, layer: int) -> Array:
    return error_of_output(session.network, layer)


def _terms(session: Session, layer: int) -> Array | None:
    return session.network.terms if layer == len(session.network.layers) - 1 else None


def _losses(session: Session, layer: int) -> Array | None:
    return losses_of(session.network) if layer == len(session.network.layers) - 1 else None


def _loss(session: Session, layer: int) -> Array | None:
    return np.array([loss_of(session.network)]) if layer == len(session.network.layers) - 1 else None


def _weights(session: Session, layer: int) -> Array | None:
    weights = example_weights(session.network) if layer == len(session.network.layers) - 1 else None
    return None if weights is None else weights[:, None]


_OF_NETWORK: dict[str, Callable[[Session, int], Array | None]] = {
    "x": _inputs,
    "y": _targets,
    "error": _error,
    "weights": _weights,
    "terms": _terms,
    "losses": _losses,
    "loss": _loss,
}
"""What no layer keeps, by its name in MATRICES."""

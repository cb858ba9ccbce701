"""Edits of single cells of a network's parameters: frozen, free again, or set to a number that was typed."""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field, Strict, StrictBool, StrictInt, StrictStr

from lab.core.explain.superscript import superscript
from lab.core.network import Network
from lab.core.types import Mask
from lab.experiment.forms.problems import SpecError, not_one_of
from lab.experiment.session import Session
from lab.experiment.timeline.edit import Edit, Outcome

Index = Annotated[tuple[Annotated[StrictInt, Field(ge=0)], ...], Strict(False), Field(min_length=1, max_length=2)]


class Freeze(Edit):
    """All parameters of a layer stay as they are from the next step on, or learn again (frozen false).

    A frozen cell has no update, whatever its gradient, a penalty or decay say, and what the optimizer remembers of
    it stands still (see `Network.freeze`).
    """

    kind: Literal["freeze"] = "freeze"
    layer: Annotated[StrictInt, Field(ge=0)]
    frozen: StrictBool = True

    @property
    def name(self) -> str:
        return f"{'Freeze' if self.frozen else 'Unfreeze'} layer {self.layer + 1}"

    def apply(self, session: Session) -> Outcome:
        network = session.network
        if self.layer >= len(network.layers):
            raise SpecError([f"layer: {self.layer} found, 0 to {len(network.layers) - 1} expected"])
        places = network.slices[self.layer].values()
        if not places:
            raise SpecError([f"layer: layer {self.layer + 1} has nothing that learns, so nothing to freeze"])
        mask = _mask(network)
        for place in places:
            mask[place] = self.frozen
        return _frozen(session, mask)


class FreezeCells(Edit):
    """Some cells of W, b or another parameter of a layer stay as they are, or learn again (frozen false)."""

    kind: Literal["freeze_cells"] = "freeze_cells"
    layer: Annotated[StrictInt, Field(ge=0)]
    array: StrictStr
    cells: Annotated[tuple[Index, ...], Strict(False), Field(min_length=1)]
    frozen: StrictBool = True

    @property
    def name(self) -> str:
        verb, symbol = "Freeze" if self.frozen else "Unfreeze", f"{self.array}{superscript(self.layer + 1)}"
        if len(self.cells) == 1:
            return f"{verb} {symbol}{list(self.cells[0])}"
        return f"{verb} {len(self.cells)} cells of {symbol}"

    def apply(self, session: Session) -> Outcome:
        network = session.network
        if not self.frozen and self.layer < len(network.layers) and self.array in network.layers[self.layer].fixed:
            raise SpecError([f"array: {self.array} of layer {self.layer + 1} does not learn, by the layer's settings"])
        mask = _mask(network)
        for cell in self.cells:
            mask[cell_position(session.network, self.layer, self.array, cell)] = self.frozen
        return _frozen(session, mask)


class TypeCell(Edit):
    """One cell of W, b or another parameter set to a number; what the optimizer remembers of it stays."""

    kind: Literal["type_cell"] = "type_cell"
    layer: Annotated[StrictInt, Field(ge=0)]
    array: StrictStr
    cell: Index
    value: float

    @property
    def name(self) -> str:
        return f"{self.array}{superscript(self.layer + 1)}{list(self.cell)} = {self.value:g}"

    def apply(self, session: Session) -> Outcome:
        network = session.network
        position = cell_position(network, self.layer, self.array, self.cell)
        if not abs(self.value) <= np.finfo(network.dtype).max:
            raise SpecError([f"value: {self.value!r} is not a number that {network.dtype} holds"])
        network.parameters[position] = self.value
        session.early_stopping.last = None  # training goes on with the weights that the number was typed into
        session.show_last_batch()
        return Outcome("This cell changes, all others stay; the output changes.", False)


def _mask(network: Network) -> Mask:
    return np.zeros(network.parameters.shape, bool) if network.frozen is None else network.frozen.copy()


def cell_position(network: Network, layer: int, array: str, cell: tuple[int, ...]) -> int:
    """Return where a cell lies in the flat vector; SpecError, naming the field, where there is none."""
    if layer >= len(network.layers):
        raise SpecError([f"layer: {layer} found, 0 to {len(network.layers) - 1} expected"])
    places = network.slices[layer]
    if array not in places:
        names = not_one_of(array, places) if places else f"layer {layer + 1} has no parameters"
        raise SpecError([f"array: {names}"])
    shape = getattr(network.layers[layer], array).shape
    if len(cell) != len(shape) or any(index >= size for index, size in zip(cell, shape, strict=True)):
        raise SpecError([f"cell: {list(cell)} found, but {array} has the shape {shape}"])
    start: int = places[array].start
    return start + int(np.ravel_multi_index(cell, shape))


def _frozen(session: Session, mask: Mask) -> Outcome:
    session.network.freeze(mask)
    session.show_last_batch()
    number = int(mask.sum())
    if not number:
        return Outcome("Every weight stays; all of them learn from the next step on.", True)
    return Outcome(f"Every weight stays; {number:,} of {mask.size:,} do not change until they are unfrozen.", True)

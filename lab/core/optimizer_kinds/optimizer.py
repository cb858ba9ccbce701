"""What turns gradients into new parameters: a few ufuncs over the flat vectors, block by block.

An optimizer first writes its change into `network.updates` and then adds it to `network.parameters`, so that the
last change of every W and b can be looked at. Blocks are small enough that what one ufunc wrote is still in the
processor's cache when the next one reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from math import isfinite, sqrt
from typing import Any, ClassVar, Self

import numpy as np

from lab.core.explain.explanation import Sum
from lab.core.explain.update import UpdateCell
from lab.core.network import Network
from lab.core.options import Option, checked
from lab.core.penalties import Clipping, Penalty
from lab.core.plain_code import ChangeCode, NoPlainCode
from lab.core.table import empty_texts
from lab.core.types import Array, Mask

EPSILON_HELP = "Keeps the division finite where a gradient has always been 0"

BLOCK = 32_768
"""Numbers in a block: six float32 arrays of it fit a 1 MB second-level cache."""


class Memory(IntEnum):
    """What a vector beside the parameters holds; the number says with which power it follows a gradient's size."""

    CHANGES = 0
    """The squares of changes: they do not depend on how large the gradients are."""
    GRADIENTS = 1
    SQUARES = 2
    """The squares of gradients."""

    @property
    def is_of_squares(self) -> bool:
        """Whether something divides by its root, or is multiplied by it."""
        return self is not Memory.GRADIENTS


def _length(g: Array) -> float:
    """Return |g|; where its square is too large for the dtype, by way of g over its largest number."""
    with np.errstate(over="ignore"):
        square = float(g.dot(g))
    if isfinite(square):
        return sqrt(square)
    largest = float(np.abs(g).max())
    scaled = g / g.dtype.type(largest)
    return largest * sqrt(float(scaled.dot(scaled)))


class Optimizer:
    """The road from gradients to updates that all optimizers share; a kind adds `_change` and its memories.

    The gradient that a kind sees is the data's, plus the penalty's, clipped; `weight_decay` then takes
    eta * weight_decay * W off the weights, beside the gradient (Loshchilov and Hutter 2019). Parameters that the
    network has frozen get no update, see `Network.freeze`. Raises ValueError, naming the argument, for numbers out
    of range.
    """

    kind: ClassVar[str] = ""
    options: ClassVar[tuple[Option, ...]] = ()
    memories: Mapping[str, Memory] = {}
    """Names of the vectors it keeps beside the parameters, one number a parameter, and what they hold."""
    remembers: ClassVar[str] = ""
    """What the memories mean, where other kinds have some of the same names with another meaning."""
    usual_decay: ClassVar[float] = 0.0
    follows_gradient: ClassVar[bool] = False
    """Whether a change is minus eta times the gradient, whatever came before."""

    def __init__(
        self,
        learning_rate: float,
        *,
        penalty: Penalty | None = None,
        clipping: Clipping | None = None,
        weight_decay: float | None = None,
        **options: float,
    ) -> None:
        self.learning_rate = learning_rate
        self.settings = checked(self.options, options)
        self.penalty = penalty or Penalty()
        self.clipping = clipping or Clipping()
        self.weight_decay = self.usual_decay if weight_decay is None else weight_decay
        if not (isfinite(self.weight_decay) and self.weight_decay >= 0):
            raise ValueError(f"weight_decay: {self.weight_decay!r} is not a finite number from 0")
        self.steps = 0
        self.state: dict[str, Array] = {}
        self._blocks: list[tuple[Array, ...]] = []
        self._network: Network | None = None
        self._frozen: Mask | None = None
        self._held: list[tuple[Array, Array]] = []
        """Every memory with what it was when the frozen parameters were frozen."""

    @property
    def learning_rate(self) -> float:
        """The step size eta; may be changed between two steps. ValueError unless positive."""
        return self._learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        if not (isfinite(value) and value > 0):
            raise ValueError(f"learning_rate: {value!r} is not a positive number")
        self._learning_rate = float(value)

    @property
    def is_plain(self) -> bool:
        """Whether a change is minus eta times the data's gradient and nothing else."""
        return self.follows_gradient and not (self.penalty or self.clipping or self.weight_decay)

    def step(self, network: Network) -> None:
        """Change the network's parameters by one update from its gradients, and leave it in `network.updates`."""
        if network is not self._network or network.frozen is not self._frozen:
            self._attach(network)
        self.steps += 1
        if self._gradient is not network.gradients:
            self._gather_gradient(network)
        self._begin_step()
        apart = self.weight_decay or self._frozen is not None
        for block in self._blocks:
            self._change(*block)
            if not apart:
                np.add(block[0], block[2], out=block[0])
        if apart:
            self._decay(network)
            self._hold(network)
            np.add(network.parameters, network.updates, out=network.parameters)

    def _attach(self, network: Network) -> None:
        """Lay out the memories for this network, and cut all vectors into blocks of (p, g, u, memories…)."""
        size = network.parameters.size
        for name in self.memories:
            vector = self.state.setdefault(name, np.zeros_like(network.parameters))
            if vector.shape != (size,) or vector.dtype != network.dtype:
                raise ValueError(
                    f"network: {size} parameters of {network.dtype} found, {vector.size} of {vector.dtype} "
                    f"expected by the optimizer's {name}"
                )
        self._frozen = network.frozen
        held = [self.state[name] for name in self.memories] if self._frozen is not None else []
        self._held = [(memory, memory.copy()) for memory in held]
        plain = not self.penalty and not self.clipping
        self._gradient: Array = network.gradients if plain else np.zeros_like(network.gradients)
        vectors = [network.parameters, self._gradient, network.updates, *(self.state[n] for n in self.memories)]
        self._blocks = [tuple(v[i : i + BLOCK] for v in vectors) for i in range(0, size, BLOCK)]
        self._scratch: Array = np.zeros(min(size, BLOCK), network.dtype)
        self._number = network.dtype.type
        self._network = network

    def _gather_gradient(self, network: Network) -> None:
        """Put the gradient that this step follows together: data, penalty, clipping; `network.gradients` stays."""
        g = self._gradient
        if self.penalty:
            self.penalty.write_gradient(network)
            np.add(network.gradients, network.penalties, out=g)
        else:
            np.copyto(g, network.gradients)
        if self.clipping.value is not None:
            limit = self._number(self.clipping.value)
            np.clip(g, -limit, limit, out=g)
        if self._frozen is not None:
            np.copyto(g, 0.0, where=self._frozen)
        if self.clipping.norm is not None:
            length = _length(g)
            if length > self.clipping.norm:
                np.multiply(g, self._number(self.clipping.norm / length), out=g)

    def _decay(self, network: Network) -> None:
        """Take eta * weight_decay * W off the update of every weight."""
        if not self.weight_decay:
            return
        factor = self._number(-self._learning_rate * self.weight_decay)
        for span in network.penalised:
            for begin in range(span.start, span.stop, BLOCK):
                block = slice(begin, min(begin + BLOCK, span.stop))
                scratch = self._scratch[: block.stop - begin]
                np.multiply(network.parameters[block], factor, out=scratch)
                np.add(network.updates[block], scratch, out=network.updates[block])

    def _hold(self, network: Network) -> None:
        """Give frozen parameters no update, and what is remembered of them back as it was when they were frozen."""
        if self._frozen is None:
            return
        np.copyto(network.updates, 0.0, where=self._frozen)
        for memory, before in self._held:
            np.copyto(memory, before, where=self._frozen)

    def _begin_step(self) -> None:
        """Compute what is the same for all blocks of this step."""

    def _change(self, p: Array, g: Array, u: Array, *memories: Array) -> None:
        """Write the update u of the parameters p from their gradients g, blocks of the same length."""
        raise NotImplementedError

    def explain(self, cell: UpdateCell) -> Sum:
        """Return the update of one parameter by this optimizer's formula."""
        raise NotImplementedError

    def plain_change(self) -> ChangeCode:
        """Return the change of a parameter as plain NumPy: of g, its memories, eta and the number t of the step."""
        raise NoPlainCode(f"the optimizer {self.kind} is not written as plain NumPy")

    def renewed(self) -> Self:
        """Return an optimizer of the same settings that has taken no step."""
        return type(self)(
            self.learning_rate,
            penalty=self.penalty,
            clipping=self.clipping,
            weight_decay=self.weight_decay,
            **self.settings,
        )

    def forget(self) -> None:
        """Set all memories back to the start, as after a step that led nowhere."""
        self.steps = 0
        for vector in self.state.values():
            vector.fill(0.0)
        self._network = None

    def take_over(self, other: "Optimizer") -> bool:
        """Go on with the memories of another optimizer where they mean the same; return whether none was lost."""
        if (self.memories, self.remembers) != (other.memories, other.remembers):
            return not other.state
        self.steps, self.state, self._network = other.steps, other.state, None
        return True

    def state_dict(self) -> dict[str, Any]:
        """Return what a later run needs to go on: the number of steps and a copy of every memory."""
        return {"steps": self.steps, "memories": {name: vector.copy() for name, vector in self.state.items()}}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over what `state_dict` returned; ValueError where it is another kind's."""
        memories = state["memories"]
        if memories and set(memories) != set(self.memories):
            raise ValueError(f"state: {sorted(memories)} found, {sorted(self.memories)} expected by {self.kind}")
        self.steps = int(state["steps"])
        self.state = {name: np.array(vector) for name, vector in memories.items()}
        self._network = None


@dataclass(frozen=True)
class OptimizerKind:
    """An optimizer as files and combo boxes speak of it."""

    name: str
    title: str
    formula: str
    help: str
    make: type[Optimizer]
    usual_rate: float
    """A learning rate to begin with."""

    def lacks(self) -> list[str]:
        """Return what is missing or wrong in the row or its class."""
        make = self.make
        lacks = empty_texts(self, "title", "formula", "help")
        lacks += [name for name in ("_change", "explain") if getattr(make, name) is getattr(Optimizer, name)]
        if _owner(make, "explain") > _owner(make, "_change"):
            lacks.append("an explain of its own beside its own _change")
        lacks += [] if make.kind == self.name else [f"a class whose kind is {self.name!r}"]
        lacks += [] if isfinite(self.usual_rate) and self.usual_rate > 0 else ["a usual rate above 0"]
        return lacks + [f"what {name} holds" for name, kept in make.memories.items() if not isinstance(kept, Memory)]


def _owner(make: type[Optimizer], method: str) -> int:
    """Return how far up the classes of an optimizer the method is written, 0 for its own class."""
    return next(number for number, each in enumerate(make.__mro__) if method in vars(each))

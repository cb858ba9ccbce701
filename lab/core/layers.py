"""The kinds of layer under one roof, and the table that files and combo boxes read."""

from dataclasses import dataclass
from typing import Any

from lab.core.explain.matrices import MATRICES
from lab.core.layer_kinds.activation import Activation
from lab.core.layer_kinds.axes import valid_axes
from lab.core.layer_kinds.batch_norm import BatchNorm
from lab.core.layer_kinds.dense import Dense
from lab.core.layer_kinds.dropout import Dropout
from lab.core.layer_kinds.layer import Layer
from lab.core.layer_kinds.layer_norm import LayerNorm
from lab.core.layer_kinds.mixing import Mixing
from lab.core.layer_kinds.prelu import PReLU
from lab.core.table import Table, empty_texts

__all__ = ["LAYERS", "Activation", "BatchNorm", "Dense", "Dropout", "Layer", "LayerKind", "LayerNorm", "PReLU"]


@dataclass(frozen=True)
class LayerKind:
    """A kind of layer as files and combo boxes speak of it."""

    make: type[Layer[Any]]

    @property
    def name(self) -> str:
        """The name in files."""
        return self.make.kind

    @property
    def title(self) -> str:
        """The name on screen."""
        return self.make.title

    @property
    def formula(self) -> str:
        """What the layer computes."""
        return self.make.formula

    @property
    def help(self) -> str:
        """What it is good for, in a sentence."""
        return self.make.help

    def lacks(self) -> list[str]:
        """Return what the kind does not say of itself."""
        make = self.make
        lacks = empty_texts(make, "title", "formula", "help")
        lacks += sorted(make.__abstractmethods__)
        lacks += [] if isinstance(getattr(make, "draws", None), bool) else ["draws"]
        lacks += self._lacks_of_parameters()
        if getattr(make, "draws", False) and make.held is Layer.held:
            lacks.append("held, which repeats what it drew")
        return lacks + [f"a symbol in MATRICES for {name}" for name in self._matrices() if name not in MATRICES]

    def _lacks_of_parameters(self) -> list[str]:
        make = self.make
        axes = {**make.parameters, **make.buffers}
        lacks = [f"valid axes of {name}" for name, each in axes.items() if not valid_axes(each)]
        if axes and make.initial is Layer.initial:
            lacks.append("initial")
        if make.parameters and make.gradient_factors is Layer.gradient_factors:
            lacks.append("gradient_factors")
        if make.parameters and make.example_gradient is Layer.example_gradient:
            lacks.append("example_gradient")
        if make.buffers and make.explain_buffer is Layer.explain_buffer:
            lacks.append("explain_buffer")
        if any("inputs" in each for each in axes.values()) and not issubclass(make, Mixing):
            lacks.append("what a layer that mixes its inputs says (Mixing)")
        unknown = [name for name in make.penalised if name not in make.parameters]
        return lacks + [f"the parameter {name} that it has penalised" for name in unknown]

    def _matrices(self) -> list[str]:
        """Return the names of all that can be looked at in such a layer."""
        make = self.make
        of_parameters = [prefix + name for name in make.parameters for prefix in ("", "d", "update_", "new_")]
        penalties = [f"penalty_{name}" for name in make.penalised]
        return [*make.arrays, *of_parameters, *penalties, *make.buffers]


LAYERS: Table[LayerKind] = Table(
    (
        LayerKind(Dense),
        LayerKind(Activation),
        LayerKind(Dropout),
        LayerKind(BatchNorm),
        LayerKind(LayerNorm),
        LayerKind(PReLU),
    )
)
"""Name, as in a file, to the kind of layer."""

"""The layers of an experiment: one checked form for each kind, told apart by `kind`."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt, StrictStr, model_validator

from lab.core.activations import ACTIVATIONS
from lab.core.initializers import INITIALIZERS
from lab.core.layer_kinds.dense import Dense
from lab.core.layers import LAYERS, Layer
from lab.experiment.problems import FieldError, not_one_of

MOST_UNITS = 100_000


class Spec(BaseModel):
    """What all parts of an experiment share: frozen, no unknown fields, finite numbers only."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


def name_from(table: dict[str, Any]) -> AfterValidator:
    """Return the check that a text is a name in a table, with a sentence that says which there are."""

    def check(value: str) -> str:
        if value not in table:
            raise ValueError(not_one_of(value, table))
        return value

    return AfterValidator(check)


ActivationName = Annotated[StrictStr, name_from(ACTIVATIONS)]
Temperature = Annotated[float, Field(gt=0)]


def _check_temperature(activation: str, temperature: float) -> None:
    if temperature != 1.0 and activation != "softmax":
        raise FieldError("temperature", f"{temperature!r} found, but only softmax has one, {activation} does not")


class DenseSpec(Spec):
    """A Dense layer."""

    kind: Literal["dense"] = "dense"
    units: Annotated[StrictInt, Field(ge=1, le=MOST_UNITS)]
    activation: ActivationName = "relu"
    initializer: Annotated[StrictStr, name_from(INITIALIZERS)] | None = None
    scale: float | None = None
    bias: float = 0.0
    temperature: Temperature = 1.0

    @model_validator(mode="after")
    def _check(self) -> "DenseSpec":
        _check_temperature(self.activation, self.temperature)
        try:
            self.make()
        except ValueError as error:
            name, _, text = str(error).partition(": ")
            raise FieldError(name, text) from error
        return self

    def make(self) -> Dense:
        """Return a new layer as it is described here."""
        return Dense(
            self.units,
            self.activation,
            initializer=self.initializer,
            scale=self.scale,
            bias=self.bias,
            temperature=self.temperature,
        )


class ActivationSpec(Spec):
    """An activation on its own."""

    kind: Literal["activation"] = "activation"
    activation: ActivationName = "relu"
    temperature: Temperature = 1.0

    @model_validator(mode="after")
    def _check(self) -> "ActivationSpec":
        _check_temperature(self.activation, self.temperature)
        return self

    def make(self) -> Layer[Any]:
        """Return a new layer as it is described here."""
        return LAYERS[self.kind].make(self.activation, temperature=self.temperature)  # type: ignore[call-arg]


class _Numbers(Spec):
    """A kind of layer that is described by numbers alone."""

    def make(self) -> Layer[Any]:
        """Return a new layer as it is described here."""
        numbers = self.model_dump(exclude={"kind"})
        return LAYERS[self.kind].make(**numbers)  # type: ignore[attr-defined]


class DropoutSpec(_Numbers):
    """A dropout."""

    kind: Literal["dropout"] = "dropout"
    rate: Annotated[float, Field(ge=0, lt=1)] = 0.5


class BatchNormSpec(_Numbers):
    """A normalisation over the batch."""

    kind: Literal["batch_norm"] = "batch_norm"
    momentum: Annotated[float, Field(gt=0, le=1)] = 0.1
    epsilon: Annotated[float, Field(gt=0)] = 1e-5


class LayerNormSpec(_Numbers):
    """A normalisation over the units."""

    kind: Literal["layer_norm"] = "layer_norm"
    epsilon: Annotated[float, Field(gt=0)] = 1e-5


LayerSpec = DenseSpec | ActivationSpec | DropoutSpec | BatchNormSpec | LayerNormSpec
AnyLayerSpec = Annotated[LayerSpec, Field(discriminator="kind")]

NEW_LAYER: dict[str, type[LayerSpec]] = {
    "dense": DenseSpec,
    "activation": ActivationSpec,
    "dropout": DropoutSpec,
    "batch_norm": BatchNormSpec,
    "layer_norm": LayerNormSpec,
}
"""Kind, as in a file, to its checked form."""

"""The layers of an experiment: one checked form for each kind, looked up by `kind` when a layer is checked.

To add the form of a new kind: a subclass of `LayerSpec` with the arguments of the layer as fields, each number with a
title for its label and a description for its tooltip, and its row in LAYER_FORMS.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializeAsAny,
    StrictBool,
    StrictInt,
    StrictStr,
    ValidationError,
    model_validator,
)

from lab.core.activations import ACTIVATIONS, with_temperature
from lab.core.initializers import INITIALIZERS
from lab.core.layers import LAYERS, Layer
from lab.core.table import Table
from lab.experiment.forms.given_numbers import GivenMatrix, GivenVector, shape_of_given
from lab.experiment.forms.limits import Limits, limits_of
from lab.experiment.forms.problems import FieldError, not_one_of, with_known_fields

MOST_UNITS = 100_000


class Spec(BaseModel):
    """What all parts of an experiment share: frozen, no unknown fields, finite numbers only."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, defer_build=True)


def name_from(table: Mapping[str, Any]) -> AfterValidator:
    """Return the check that a text is a name in a table, with a sentence that says which there are."""

    def check(value: str) -> str:
        if value not in table:
            raise ValueError(not_one_of(value, table))
        return value

    return AfterValidator(check)


ActivationName = Annotated[StrictStr, name_from(ACTIVATIONS)]
Temperature = Annotated[
    float, Field(gt=0, title="Temperature T", description="T in a = softmax(z / T): above 1 softer, below 1 sharper")
]


@dataclass(frozen=True)
class LayerNumber:
    """A number of a layer that can be set: its value now, what it means, and its limits."""

    value: float
    title: str
    help: str
    limits: Limits


class LayerSpec(Spec):
    """What the checked forms of all kinds of layer share; `kind` says which form it is."""

    kind: str
    unnamed: ClassVar[tuple[str, ...]] = ()
    """The fields that a stack written as one line of text has without their names, all others as name=value."""
    goes_without_saying: ClassVar[bool] = False
    """Whether such a line leaves out the kind: what stands first tells it."""
    when_new_only: ClassVar[tuple[str, ...]] = ()
    """The fields that say how the layer begins: a trained layer with others computes the same."""
    in_training_only: ClassVar[tuple[str, ...]] = ()
    """The fields that only passes in training use."""
    starting: ClassVar[tuple[str, ...]] = ()
    """The fields that are the first values of the parameters of the same names, None where these are drawn."""

    @classmethod
    def new(cls, below: int) -> Self:
        """Return a layer as it is first put into a stack, where `below` numbers come in."""
        return cls.model_validate({})

    def make(self) -> Layer[Any]:
        """Return a new layer as it is described here: all fields but `kind` and `starting` are the kind's arguments."""
        return LAYERS[self.kind].make(**self.model_dump(exclude={"kind", *self.starting}))

    def given(self) -> dict[str, Any]:
        """Return the starting values that are given, by the names of their parameters."""
        return {name: value for name in self.starting if (value := getattr(self, name)) is not None}

    def start_problem(self, shapes: Mapping[str, tuple[int, ...]]) -> str | None:
        """Return which of the values written out here does not fit parameters of these shapes, or None."""
        for name, value in self.given().items():
            if not isinstance(value, str) and shape_of_given(value) != shapes[name]:
                return f"{name}: an array of shape {shape_of_given(value)} found, {shapes[name]} expected"
        return None

    def as_output(self, units: int, activation: str) -> Self | None:
        """Return this layer with so many outputs and that activation, or None where its kind sets neither."""
        return None

    def with_activation(self, activation: str) -> dict[str, Any]:
        """Return the fields that change with another activation: one without a temperature has it at 1."""
        return {"activation": activation} | ({} if ACTIVATIONS[activation].has_temperature else {"temperature": 1.0})

    def said(self, names: Iterable[str]) -> str:
        """Return the fields with these names as they are set, in words."""
        titles = {name: field.title for name, field in type(self).model_fields.items()}
        return ", ".join(f"{_lower(titles[name] or name)} {self._value_said(name)}" for name in names)

    def _value_said(self, name: str) -> str:
        value = getattr(self, name)
        if name in self.starting:
            return "drawn" if value is None else "given"
        if isinstance(value, bool):
            return "on" if value else "off"
        return "as usual" if value is None else f"{value:g}"

    def numbers(self) -> dict[str, LayerNumber]:
        """Return the numbers that make a difference as the layer is set now, by name."""
        return {
            name: LayerNumber(getattr(self, name), str(info.title), info.description, limits_of(type(self), name))
            for name, info in type(self).model_fields.items()
            if info.description is not None and getattr(self, name) is not None
        }


def _lower(title: str) -> str:
    """Return a title inside a sentence; a symbol, as W, stays as it is."""
    return title[0].lower() + title[1:] if title[1:].islower() or " " in title else title


def _check_temperature(activation: str, temperature: float) -> None:
    if temperature != 1.0 and not ACTIVATIONS[activation].has_temperature:
        text = f"{temperature!r} found, but only {with_temperature()} has one, {activation} does not"
        raise FieldError("temperature", text)


def _without_idle_temperature(activation: str, numbers: dict[str, LayerNumber]) -> dict[str, LayerNumber]:
    shown = ACTIVATIONS[activation].has_temperature
    return {name: number for name, number in numbers.items() if shown or name != "temperature"}


class DenseSpec(LayerSpec):
    """A Dense layer."""

    unnamed: ClassVar[tuple[str, ...]] = ("units", "activation")
    goes_without_saying: ClassVar[bool] = True
    when_new_only: ClassVar[tuple[str, ...]] = ("initializer", "scale", "bias", "W", "b")
    starting: ClassVar[tuple[str, ...]] = ("W", "b")

    kind: Literal["dense"] = "dense"
    units: Annotated[StrictInt, Field(ge=1, le=MOST_UNITS)]
    activation: ActivationName = "relu"
    initializer: Annotated[Annotated[StrictStr, name_from(INITIALIZERS)] | None, Field(title="First weights")] = None
    scale: Annotated[
        float | None,
        Field(
            title="Their size", description="The number of the initializer: its standard deviation, limit or constant"
        ),
    ] = None
    bias: Annotated[float, Field(title="First biases", description="What every b of this layer begins with")] = 0.0
    temperature: Temperature = 1.0
    trainable_bias: Annotated[StrictBool, Field(title="Trainable biases")] = True
    W: GivenMatrix = None
    b: GivenVector = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        _check_temperature(self.activation, self.temperature)
        try:
            self.make()
        except ValueError as error:
            name, _, text = str(error).partition(": ")
            raise FieldError(name, text) from error
        return self

    @classmethod
    def new(cls, below: int) -> Self:
        """Return a layer that is half as wide as what comes in, 64 at the most."""
        return cls(units=max(2, min(64, below // 2)))

    def as_output(self, units: int, activation: str) -> Self:
        """Return this layer with so many units and that activation."""
        return self.model_copy(update={"units": units, "activation": activation})

    def _value_said(self, name: str) -> str:
        if name == "initializer":
            return INITIALIZERS[self.initializer].title if self.initializer else "that suit the activation"
        return super()._value_said(name)

    def numbers(self) -> dict[str, LayerNumber]:
        """Return the numbers; the initializer's own where it has one, at its usual value unless another is set."""
        usual = INITIALIZERS[self.initializer or ACTIVATIONS[self.activation].initializer].scale
        shown = self if usual is None or self.scale is not None else self.model_copy(update={"scale": usual})
        return _without_idle_temperature(self.activation, super(DenseSpec, shown).numbers())


class ActivationSpec(LayerSpec):
    """An activation on its own."""

    unnamed: ClassVar[tuple[str, ...]] = ("activation",)
    goes_without_saying: ClassVar[bool] = True

    kind: Literal["activation"] = "activation"
    activation: ActivationName = "relu"
    temperature: Temperature = 1.0

    @model_validator(mode="after")
    def _check(self) -> Self:
        _check_temperature(self.activation, self.temperature)
        return self

    def numbers(self) -> dict[str, LayerNumber]:
        """Return the temperature where the activation has one."""
        return _without_idle_temperature(self.activation, super().numbers())


class DropoutSpec(LayerSpec):
    """A dropout."""

    unnamed: ClassVar[tuple[str, ...]] = ("rate",)
    in_training_only: ClassVar[tuple[str, ...]] = ("rate",)

    kind: Literal["dropout"] = "dropout"
    rate: Annotated[
        float,
        Field(
            ge=0, lt=1, title="Dropout rate", description="The share of units that is silenced in every training batch"
        ),
    ] = 0.5


Epsilon = Annotated[
    float, Field(gt=0, title="Epsilon ε", description="Added to the variance before its root is divided by")
]


class BatchNormSpec(LayerSpec):
    """A normalisation over the batch."""

    in_training_only: ClassVar[tuple[str, ...]] = ("momentum",)

    kind: Literal["batch_norm"] = "batch_norm"
    momentum: Annotated[
        float,
        Field(
            gt=0,
            le=1,
            title="Momentum",
            description="The share of the batch's statistics that goes into the running ones",
        ),
    ] = 0.1
    epsilon: Epsilon = 1e-5


class LayerNormSpec(LayerSpec):
    """A normalisation over the units."""

    kind: Literal["layer_norm"] = "layer_norm"
    epsilon: Epsilon = 1e-5


class PReLUSpec(LayerSpec):
    """A ReLU with a learnt slope below zero."""

    when_new_only: ClassVar[tuple[str, ...]] = ("first",)
    kind: Literal["prelu"] = "prelu"
    first: Annotated[float, Field(title="First slopes α", description="What every α of this layer begins with")] = 0.25


@dataclass(frozen=True)
class LayerForm:
    """The row of a kind of layer in the table of checked forms."""

    form: type[LayerSpec]

    @property
    def name(self) -> str:
        """The kind, as in a file."""
        return str(self.form.model_fields["kind"].default)

    def lacks(self) -> list[str]:
        """Return what the form does not say: a kind of its own that LAYERS has, the label of a number."""
        kind = [] if self.name in LAYERS else [f"a kind of its own that is one of {', '.join(LAYERS)}"]
        fields = self.form.model_fields.items()
        return kind + [f"the title of {name}" for name, field in fields if field.description and not field.title]


LAYER_FORMS: Table[LayerForm] = Table(
    (
        LayerForm(DenseSpec),
        LayerForm(ActivationSpec),
        LayerForm(DropoutSpec),
        LayerForm(BatchNormSpec),
        LayerForm(LayerNormSpec),
        LayerForm(PReLUSpec),
    )
)
"""Kind, as in a file, to its checked form."""


def _checked_layer(value: object) -> object:
    """Return a layer's fields as the checked form of their kind; ValueError or ValidationError where they are not."""
    if isinstance(value, LayerSpec) or not isinstance(value, dict):
        return value
    if "kind" not in value:
        raise FieldError("kind", 'missing; it must be given, as kind = "dense"')
    kind = value["kind"]
    if not isinstance(kind, str) or kind not in LAYER_FORMS:
        raise FieldError("kind", not_one_of(kind, LAYER_FORMS))
    form = LAYER_FORMS[kind].form
    try:
        return form.model_validate(value)
    except ValidationError as error:
        raise with_known_fields(error, form) from error


AnyLayerSpec = Annotated[SerializeAsAny[LayerSpec], BeforeValidator(_checked_layer)]

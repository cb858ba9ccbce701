"""A layer stack as one line of text: `64 relu, dropout 0.2, 32 tanh → 3 softmax`, written and read.

What stands after the arrow is the output; a line without an arrow leaves the output as it is. Starting values have
no place in a line.
"""

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from lab.core.activations import ACTIVATIONS
from lab.data.errors import did_you_mean
from lab.experiment.forms.layer_specs import LAYER_FORMS, ActivationSpec, BatchNormSpec, DenseSpec, LayerSpec
from lab.experiment.forms.problems import SpecError, sentences

ARROW = "→"


def stack_text(layers: Sequence[LayerSpec]) -> str:
    """Return the line that `parse_stack` reads as these layers."""
    hidden = ", ".join(layer_text(spec) for spec in layers[:-1])
    return f"{hidden} {ARROW} {layer_text(layers[-1])}".lstrip()


def layer_text(spec: LayerSpec) -> str:
    """Return one layer as it stands in the line, such as "64 relu" or "dropout 0.2"."""
    main = spec.unnamed
    words = [] if spec.goes_without_saying else [spec.kind.replace("_", " ")]
    words += [_value(getattr(spec, name)) for name in main]
    for name, info in type(spec).model_fields.items():
        value = getattr(spec, name)
        if name not in ("kind", *main, *spec.starting) and value != info.default:
            words.append(f"{name}={_value(value)}")
    return " ".join(words)


def _value(value: object) -> str:
    """Return a number as it is, a name with hyphens: `leaky-relu`, for underscores are for files."""
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, float) else str(value).replace("_", "-")


def parse_stack(text: str, output: LayerSpec) -> tuple[LayerSpec, ...]:
    """Return the layers that a line of text is; without an arrow in it `output` is the last one.

    Raises SpecError, with the place in the line, what was found and a suggestion.
    """
    line = text.replace("->", ARROW)
    hidden, arrow, last = line.partition(ARROW)
    if arrow and ("," in last or ARROW in last or not last.strip()):
        raise SpecError([f"after the {ARROW}: {last.strip()!r} found, one layer expected, the output, as 3 softmax"])
    items = [item.strip() for item in hidden.split(",")]
    if items == [""]:
        items = []
    layers = [_parse(item, f"layer {number}") for number, item in enumerate(items, start=1)]
    return (*layers, _parse(last.strip(), "the output") if arrow else output)


def _parse(item: str, where: str) -> LayerSpec:
    if not item:
        raise SpecError([f"{where}: nothing found between two commas; write a layer, as 32 relu"])
    plain = [word for word in item.split() if "=" not in word]
    named = [word.partition("=") for word in item.split() if "=" in word]
    kind, values = _kind_of(plain, item, where)
    model = LAYER_FORMS[kind].form
    main, hidden = model.unnamed, ("kind", *model.starting)
    if len(values) > len(main):
        raise SpecError([f"{where}: {values[len(main)]!r} is one word too many in {item!r}"])
    fields: dict[str, Any] = {}
    for name, word in [*zip(main, values, strict=False), *((name, word) for name, _, word in named)]:
        if name not in model.model_fields or name in hidden:
            known = [each for each in model.model_fields if each not in hidden]
            raise SpecError([f"{where}: {name!r} is not one of {', '.join(known)}{did_you_mean(name, known)}"])
        fields[name] = _number(word, model.model_fields[name].annotation)
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise SpecError([f"{where}: {sentences(error, model)[0]}"]) from error


def _kind_of(words: list[str], item: str, where: str) -> tuple[str, list[str]]:
    """Return the kind of a layer and the words that are its values: a number stands for a dense layer."""
    if words and words[0].lstrip("+-").replace(".", "", 1).isdigit():
        return "dense", words
    lower = [word.lower() for word in words]
    for kind in LAYER_FORMS:
        for spelling in (kind.split("_"), [kind], [kind.replace("_", "-")], [kind.replace("_", "")]):
            if lower[: len(spelling)] == spelling:
                return kind, lower[len(spelling) :]
    if lower and lower[0].replace("-", "_") in ACTIVATIONS:
        return "activation", lower
    known = [*(kind.replace("_", " ") for kind in LAYER_FORMS), *ACTIVATIONS]
    found = " ".join(lower) or item
    hint = did_you_mean(found, known)
    raise SpecError([f"{where}: {found!r} is no layer; write units and an activation, as 32 relu{hint}"])


def _number(word: str, annotation: object) -> object:
    """Return a word as the number that its field takes, or as a name where it is none: the field's check names it."""
    if annotation is bool:
        return {"true": True, "false": False}.get(word.lower(), word)
    wants_whole = annotation is int
    try:
        return int(word) if wants_whole or (word.lstrip("+-").isdigit() and annotation is not float) else float(word)
    except ValueError:
        return word.replace("-", "_")


DEEP = 8
"""Hidden layers of the deep presets."""


def _deep(units: int, activation: str, norm: bool = False) -> tuple[LayerSpec, ...]:
    layer = DenseSpec(units=units, activation=activation)
    if not norm:
        return (layer,) * DEEP
    parts: tuple[LayerSpec, ...] = (
        DenseSpec(units=units, activation="linear"), BatchNormSpec(),
        ActivationSpec(activation=activation),
    )  # fmt: skip
    return parts * DEEP


PRESETS: dict[str, tuple[str, tuple[LayerSpec, ...]]] = {
    "Perceptron": ("No hidden layer: the output sees the inputs.", ()),
    "Wide": ("One hidden layer of many units.", (DenseSpec(units=256, activation="relu"),)),
    "Deep": (f"{DEEP} hidden layers with relu.", _deep(32, "relu")),
    "Deep with batch norm": (f"{DEEP} hidden layers, each normalised over the batch.", _deep(32, "relu", norm=True)),
    "Vanishing on purpose": (
        f"{DEEP} sigmoid layers: the gradient shrinks from layer to layer until the first ones learn nothing.",
        _deep(32, "sigmoid"),
    ),
}
"""Title to what it is for and its hidden layers; the output stays that of the data."""

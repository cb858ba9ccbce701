"""What is wrong with an experiment, in sentences that name the field, the value and what would be valid."""

from collections.abc import Iterable, Sequence
from typing import Any, Self

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from lab.data.errors import did_you_mean

MOST_TOLD = 12
"""Faults that are told; nobody reads the thirteenth."""
_LONGEST = 400
_LONGEST_VALUE = 80


class SpecError(ValueError):
    """An experiment that cannot be run as it is written.

    `problems` has one sentence for each of the first faults, `more` is the number of those that are not told.
    """

    def __init__(self, problems: Sequence[str], more: int = 0) -> None:
        self.problems = tuple(_shortened(problem) for problem in problems[:MOST_TOLD])
        self.more = more + len(problems) - len(self.problems)
        others = [f"and {self.more:,} more faults"] if self.more else []
        super().__init__("; ".join([*self.problems, *others]))

    @classmethod
    def of(cls, error: ValidationError, root: type[BaseModel]) -> Self:
        """Return what pydantic has found in the fields of a `root`, each fault with its field's path."""
        return cls(sentences(error, root), error.error_count() - min(error.error_count(), MOST_TOLD))

    def within(self, file: str) -> "SpecError":
        """Return the same with the name of the file before each sentence."""
        return SpecError([f"{file}: {problem}" for problem in self.problems], self.more)


class FieldError(ValueError):
    """A fault in one field that is only seen when the whole part is looked at."""

    def __init__(self, field: str, text: str) -> None:
        self.field = field
        self.text = text
        super().__init__(f"{field}: {text}")


def not_one_of(value: object, names: Iterable[str]) -> str:
    """Return "'rellu' is not one of relu, tanh; did you mean relu?"."""
    choices = list(names)
    close = did_you_mean(value, choices) if isinstance(value, str) else ""
    return f"{shown(value)} is not one of {', '.join(choices)}{close}"


def shown(value: object) -> str:
    """Return a value as a sentence quotes it: as Python writes it, cut where it is long."""
    try:
        return _cut(repr(value), _LONGEST_VALUE)
    except (ValueError, RecursionError):  # Python writes no number of more than 4,300 digits
        return "a value that is too large to be shown"


def _shortened(sentence: str) -> str:
    """Return a sentence without the middle where it is long: the file's name begins it, and what to do ends it."""
    if len(sentence) <= _LONGEST:
        return sentence
    return f"{sentence[: _LONGEST - _LONGEST_VALUE]}…{sentence[-_LONGEST_VALUE:]}"


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[:longest] + "…"


def sentences(error: ValidationError, root: type[BaseModel]) -> list[str]:
    """Return one sentence for each of the first faults that pydantic found, with the field's path."""
    return [_sentence(dict(fault), root) for fault in error.errors(include_url=False)[:MOST_TOLD]]


def field_path(parts: Sequence[int | str]) -> str:
    """Return ("layers", 1, "units") as "layers[1].units"."""
    path = ""
    for part in parts:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            name = part if part.isidentifier() and len(part) <= _LONGEST_VALUE else shown(part)
            path += f".{name}" if path else name
    return path


_NOT = {
    "int_type": "a whole number", "int_parsing": "a whole number", "int_from_float": "a whole number",
    "float_type": "a finite number", "float_parsing": "a finite number", "finite_number": "a finite number",
    "bool_type": "true or false", "string_type": "a text", "list_type": "a list", "tuple_type": "a list",
    "model_type": "a table of fields", "dict_type": "a table of fields", "model_attributes_type": "a table of fields",
}  # fmt: skip
"""pydantic's name of a fault to what the value should have been."""

_LIMITS = {"gt": "above", "ge": "at least", "lt": "below", "le": "at most"}


def _sentence(fault: dict[str, Any], root: type[BaseModel]) -> str:
    parts, kind, found, context = fault["loc"], fault["type"], fault["input"], fault.get("ctx", {})
    path = field_path(parts)
    if kind in _NOT:
        return f"{path}: {shown(found)} is not {_NOT[kind]}"
    match kind:
        case "value_error":
            return _own_sentence(path, context["error"])
        case "extra_forbidden":
            return f"{path}: unknown field; {_valid_fields(parts[-1], _model_at(parts[:-1], root))}"
        case "missing":
            return f"{path}: missing; it must be given"
        case "unknown_field":
            return f"{path}: unknown field; {context['valid']}"
        case "literal_error":
            return f"{path}: {shown(found)} is not {context['expected']}"
        case "greater_than" | "greater_than_equal" | "less_than" | "less_than_equal":
            key, limit = next(iter(context.items()))
            return f"{path}: {shown(found)} is not {_LIMITS[key]} {limit}"
        case "too_long" | "string_too_long":
            what = "characters" if kind == "string_too_long" else "entries"
            return f"{path}: more than {context['max_length']:,} {what} found"
        case _:
            return f"{path}: {shown(found)} found; {fault['msg'][:1].lower()}{fault['msg'][1:]}"


def _own_sentence(path: str, error: ValueError) -> str:
    """Return the sentence of a check of our own, which names a field below the path or none."""
    if isinstance(error, FieldError):
        return f"{path}.{error.field}: {error.text}"
    return f"{path}: {error}" if path else str(error)


def with_known_fields(error: ValidationError, form: type[BaseModel]) -> ValidationError:
    """Return the error with the fields of `form` told where an unknown one was found.

    For a form that was chosen by a value: from the outer model alone nobody can know which one it was.
    """
    return ValidationError.from_exception_data(error.title, [_told(fault, form) for fault in error.errors()])


def _told(fault: ErrorDetails, form: type[BaseModel]) -> InitErrorDetails:
    kind: str | PydanticCustomError = fault["type"]
    if kind == "extra_forbidden":
        valid = _valid_fields(fault["loc"][-1], form)
        kind = PydanticCustomError("unknown_field", "unknown field; {valid}", {"valid": valid})
    return InitErrorDetails(type=kind, loc=fault["loc"], input=fault["input"], ctx=fault.get("ctx", {}))


def _valid_fields(found: int | str, model: type[BaseModel]) -> str:
    """Return "valid are kind, units; did you mean units?"."""
    names = list(model.model_fields)
    return f"valid are {', '.join(names)}{did_you_mean(str(found), names)}"


def _model_at(parts: Sequence[int | str], root: type[BaseModel]) -> type[BaseModel]:
    """Return the model that a path of field names and list places leads to."""
    model = root
    for part in parts:
        if isinstance(part, str):
            model = _models_in(model.model_fields[part].annotation)[0]
    return model


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    """Return the model classes inside an annotation such as tuple[Source, ...]."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for argument in getattr(annotation, "__args__", ()) for model in _models_in(argument)]


class TrainingFailed(RuntimeError):
    """A run that cannot go on; the sentence says where it failed and what may help."""

"""What is wrong with an experiment, in sentences that name the field, the value and what would be valid."""

import difflib
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError


class SpecError(ValueError):
    """An experiment that cannot be run as it is written; `problems` has one sentence for each fault."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


def not_one_of(value: object, names: Iterable[str]) -> str:
    """Return "'rellu' is not one of relu, tanh; did you mean relu?"."""
    choices = list(names)
    close = difflib.get_close_matches(str(value), choices, n=1)
    hint = f"; did you mean {close[0]}?" if close else ""
    return f"{value!r} is not one of {', '.join(choices)}{hint}"


def sentences(error: ValidationError, root: type[BaseModel]) -> list[str]:
    """Return one sentence for every fault that pydantic found, each with the field's path."""
    return [_sentence(dict(fault), root) for fault in error.errors(include_url=False)]


def field_path(parts: Sequence[int | str]) -> str:
    """Return ("layers", 1, "units") as "layers[1].units"."""
    path = ""
    for part in parts:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            path += f".{part}" if path else part
    return path


def _sentence(fault: dict[str, Any], root: type[BaseModel]) -> str:
    parts = fault["loc"]
    path = field_path(parts)
    kind, found, limits = fault["type"], fault["input"], fault.get("ctx", {})
    match kind:
        case "extra_forbidden":
            return f"{path}: unknown field; {_known_fields(parts, root)}"
        case "missing":
            return f"{path}: missing; it must be given"
        case "value_error":
            text = str(limits["error"])
            return f"{path}: {text}" if path else text
        case "int_type" | "int_parsing" | "int_from_float":
            return f"{path}: {found!r} is not a whole number"
        case "float_type" | "float_parsing" | "finite_number":
            return f"{path}: {found!r} is not a finite number"
        case "greater_than" | "greater_than_equal" | "less_than" | "less_than_equal":
            words = {"gt": "above", "ge": "at least", "lt": "below", "le": "at most"}
            key, limit = next(iter(limits.items()))
            return f"{path}: {found!r} is not {words[key]} {limit:g}"
        case "string_type":
            return f"{path}: {found!r} is not a text"
        case "model_type" | "dict_type" | "model_attributes_type":
            return f"{path}: {found!r} is not a table of fields"
        case "list_type" | "tuple_type":
            return f"{path}: {found!r} is not a list"
        case _:
            return f"{path}: {found!r} found; {fault['msg'][:1].lower()}{fault['msg'][1:]}"


def _known_fields(parts: Sequence[int | str], root: type[BaseModel]) -> str:
    model: Any = root
    for part in parts[:-1]:
        if isinstance(part, str):
            model = _model_in(model.model_fields[part].annotation)
    names = list(model.model_fields)
    close = difflib.get_close_matches(str(parts[-1]), names, n=1)
    return f"valid are {', '.join(names)}" + (f"; did you mean {close[0]}?" if close else "")


def _model_in(annotation: Any) -> Any:
    """Return the model class inside an annotation such as tuple[LayerSpec, ...]."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(found for argument in annotation.__args__ if (found := _model_in(argument)))

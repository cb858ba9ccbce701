"""An experiment: one TOML file that a person can read, diff and mail, and its checked form in memory."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

import tomli_w
from pydantic import BaseModel, Field, Strict, StrictInt, StrictStr, ValidationError, model_validator

from lab.core.schedules import SCHEDULES
from lab.experiment.forms.data_specs import DataSpec
from lab.experiment.forms.given_numbers import as_toml
from lab.experiment.forms.layer_specs import AnyLayerSpec, LayerSpec, Spec
from lab.experiment.forms.number_range import out_of_range
from lab.experiment.forms.problems import SpecError, shown
from lab.experiment.forms.toml_comments import changed_text, with_missing_comments
from lab.experiment.forms.toml_text import comments, parse_toml, read_text
from lab.experiment.forms.training_specs import ScheduleSpec, TrainingSpec
from lab.paths import is_file_or_new, write_atomically

FORMAT: Final = 1
HIGHEST_SEED: Final = 2**63 - 1
LONGEST_NAME: Final = 200
MOST_LAYERS: Final = 200

_ALWAYS_WRITTEN = {
    "format", "name", "seed", "data", "layers", "training", "optimizer",
    "split", "scaling", "kind", "units", "activation", "rate", "loss", "batch_size", "epochs", "learning_rate",
}  # fmt: skip
"""The fields that a file shows even where they have their usual value."""


class Experiment(Spec):
    """Everything that decides a run: the data, the layers, the training and the seed."""

    format: Literal[1] = FORMAT
    name: Annotated[StrictStr, Field(min_length=1, max_length=LONGEST_NAME)] = "Untitled"
    seed: Annotated[StrictInt, Field(ge=0, le=HIGHEST_SEED)] = 0
    data: DataSpec
    layers: Annotated[tuple[AnyLayerSpec, ...], Strict(False), Field(max_length=MOST_LAYERS)]
    training: TrainingSpec = TrainingSpec()

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.layers:
            raise ValueError("layers: none found; at least the output layer must be given")
        for problem in self._out_of_range():
            raise ValueError(problem)
        for name in _idle_watchers(self):
            raise ValueError(f"training.{name}: it watches the validation loss, but data.split has no validation")
        return self

    def _out_of_range(self) -> Iterator[str]:
        dtype = self.training.dtype
        for number, layer in enumerate(self.layers):
            yield from out_of_range(layer, f"layers[{number}]", dtype)
        yield from out_of_range(self.training.optimizer, "training.optimizer", dtype)


def _idle_watchers(experiment: Experiment) -> list[str]:
    """Return what of the training watches the validation loss where there is none."""
    training = experiment.training
    watching = {
        "early_stopping": training.early_stopping is not None,
        "schedule.kind": SCHEDULES[training.schedule.kind].watches_validation,
    }
    return [] if experiment.data.split[1] else [name for name, watches in watching.items() if watches]


def without_idle_watchers(experiment: Experiment) -> Experiment:
    """Return the experiment without early stopping and plateau where its data has no validation part to watch."""
    off: dict[str, object] = {"early_stopping": None, "schedule.kind": ScheduleSpec()}
    fields = {name.partition(".")[0]: off[name] for name in _idle_watchers(experiment)}
    return experiment.model_copy(update={"training": experiment.training.model_copy(update=fields)})


def parse_experiment(text: str, folder: Path) -> Experiment:
    """Return the experiment written in `text`; a relative data path counts from `folder`.

    Raises SpecError with one sentence for every fault.
    """
    fields = parse_toml(text)
    if "format" in fields and (fields["format"] != FORMAT or type(fields["format"]) is not int):
        raise SpecError([f"format: {shown(fields['format'])} found, this program reads format {FORMAT}"])
    try:
        experiment = Experiment.model_validate(fields)
    except ValidationError as error:
        raise SpecError.of(error, Experiment) from error
    return _with_places(experiment, lambda place: os.path.normpath(folder.absolute() / place))


def _with_places(experiment: Experiment, changed: Callable[[str], str]) -> Experiment:
    """Return the experiment with the places of all files that it names changed: its data, its starting values."""
    data, layers = experiment.data, []
    if data.path is not None:
        data = data.model_copy(update={"path": changed(data.path)})
    for spec in experiment.layers:
        files = {name: changed(value) for name, value in spec.given().items() if isinstance(value, str)}
        layers.append(spec.model_copy(update=files) if files else spec)
    return experiment.model_copy(update={"data": data, "layers": tuple(layers)})


def changed(experiment: Experiment, fields: dict[str, Any]) -> Experiment:
    """Return the experiment with some fields changed, in nested tables as in a file.

    Raises SpecError with one sentence for every fault; the experiment itself stays as it was.
    """
    try:
        return Experiment.model_validate(_merged(experiment.model_dump(), fields))
    except ValidationError as error:
        raise SpecError.of(error, Experiment) from error


def _merged(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Return `old` with what `new` has; plain tables are merged, anything else is replaced."""
    merged = dict(old)
    for name, value in new.items():
        both = isinstance(value, dict) and isinstance(old.get(name), dict)
        merged[name] = _merged(old[name], value) if both else value
    return merged


def load_experiment(path: str | Path) -> Experiment:
    """Read an experiment from a TOML file.

    Raises SpecError, with the file's name, where it cannot be read or is no valid experiment.
    """
    file = Path(path)
    text = read_text(file)
    try:
        return parse_experiment(text, file.parent)
    except SpecError as error:
        raise error.within(file.name) from error


def save_experiment(experiment: Experiment, path: str | Path, source: str | Path | None = None) -> None:
    """Write an experiment to a TOML file, whole or not at all; OSError where the place is not writable.

    Comments of the file that is replaced are kept; for a new file those of `source`, where the experiment comes from.
    """
    file = Path(path)
    old = _commented_text(file if file.exists() else source) if is_file_or_new(file) else ""
    text = _with_comments(experiment, file.parent, old) if old else format_experiment(experiment, file.parent)
    write_atomically(file, text.encode("utf-8"))


def _commented_text(file: str | Path | None) -> str:
    """Return the text of a TOML file where it has comments, else ""."""
    try:
        text = "" if file is None else read_text(Path(file))
        if comments(text):
            parse_toml(text)
            return text
    except SpecError:
        pass  # what is no TOML has no comments
    return ""


def _with_comments(experiment: Experiment, folder: Path, old: str) -> str:
    """Return the experiment as TOML with the comments of another one, in that one's form as far as it has one."""
    usual, text = format_experiment(experiment, folder), None
    try:
        before = _all_fields(parse_experiment(old, folder))
        text = changed_text(old, before, _all_fields(experiment), _written(experiment, folder))
        if text is not None and parse_experiment(text, folder) != experiment:
            text = None
    except SpecError:
        text = None
    return with_missing_comments(usual if text is None else text, comments(old))


def _all_fields(experiment: Experiment) -> dict[str, Any]:
    return experiment.model_dump(mode="json", exclude_none=True)


def format_experiment(experiment: Experiment, folder: Path) -> str:
    """Return the experiment as TOML; a data path below `folder` is written relative to it."""
    fields = _written(experiment, folder)
    layers, training = fields.pop("layers"), fields.pop("training")
    # Put together here, because the writer would set short layers side by side in one line, and a number on each.
    given = {name: fields["data"].pop(name) for name in ("x", "y") if name in fields["data"]}
    parts = [tomli_w.dumps(fields) + _given_text(given), *map(_layer_text, experiment.layers, layers)]
    return "\n".join([*parts, tomli_w.dumps({"training": training})])


def _layer_text(spec: LayerSpec, fields: dict[str, Any]) -> str:
    given = {name: fields.pop(name) for name in spec.given() if not isinstance(fields[name], str)}
    return "[[layers]]\n" + tomli_w.dumps(fields) + _given_text(given)


def _given_text(given: dict[str, Any]) -> str:
    return "".join(as_toml(name, value) for name, value in given.items())


def _written(experiment: Experiment, folder: Path) -> dict[str, Any]:
    """Return the fields that a file in `folder` shows."""

    def place(own: str) -> str:
        path = Path(own)
        return (path.relative_to(folder.absolute()) if path.is_relative_to(folder.absolute()) else path).as_posix()

    return _fields(_with_places(experiment, place))


def _fields(spec: BaseModel) -> dict[str, Any]:
    """Return what a file says of a part of an experiment: no field that is not set or has its usual value."""
    fields: dict[str, Any] = {}
    for name, value in spec:
        info = type(spec).model_fields.get(name)
        usual = info is not None and not info.is_required() and value == info.default
        if value is None or (usual and name not in _ALWAYS_WRITTEN):
            continue
        if isinstance(value, BaseModel):
            fields[name] = _fields(value)
        elif isinstance(value, tuple):
            fields[name] = [_fields(item) if isinstance(item, BaseModel) else item for item in _listed(value)]
        elif isinstance(value, dict):
            fields[name] = {key: _fields(item) if isinstance(item, BaseModel) else item for key, item in value.items()}
        else:
            fields[name] = value
    return fields


def _listed(value: Any) -> Any:
    """Return tuples at any depth as lists."""
    return [_listed(item) for item in value] if isinstance(value, tuple) else value

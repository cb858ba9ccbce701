"""An experiment: one TOML file that a person can read, diff and mail, and its checked form in memory."""

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

import tomli_w
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictInt,
    StrictStr,
    ValidationError,
    model_validator,
)

from lab.core.activations import ACTIVATIONS
from lab.core.initializers import INITIALIZERS
from lab.core.layers import LAYERS
from lab.core.losses import LOSSES, REDUCTIONS
from lab.core.optimizers import OPTIMIZERS
from lab.data.scaling import SCALINGS
from lab.data.sources import SOURCES
from lab.experiment.problems import SpecError, not_one_of, sentences
from lab.paths import write_atomically

FORMAT: Final = 1
MOST_UNITS = 100_000


def _name_from(table: dict[str, Any]) -> AfterValidator:
    def check(value: str) -> str:
        if value not in table:
            raise ValueError(not_one_of(value, table))
        return value

    return AfterValidator(check)


class _Spec(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False, allow_inf_nan=False)


class DataSpec(_Spec):
    """Which examples, how they are shared out and how their inputs are scaled.

    Either `source`, the name of a set that comes with the program, or `path`, a file of the user's own, with
    `target`, the column to be learnt. Paths are absolute in memory; in a file they count from its folder.
    """

    source: Annotated[StrictStr, _name_from(SOURCES)] | None = None
    path: StrictStr | None = None
    target: StrictStr | None = None
    split: tuple[float, float, float] = (0.7, 0.15, 0.15)
    scaling: Annotated[StrictStr, _name_from(SCALINGS)] = "standard"

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.source is None) == (self.path is None):
            raise ValueError("one of source (a bundled set) and path (a file of your own) must be given, not both")
        if self.target is not None and self.path is None:
            raise ValueError("target: only a path has one, a bundled set knows its own")
        train, *others = self.split
        if train <= 0 or min(others) < 0 or abs(sum(self.split) - 1) > 1e-6:
            raise ValueError(
                f"split: {list(self.split)} is not three shares (train, validation, test) "
                "that sum to 1, the first above 0"
            )
        return self


class LayerSpec(_Spec):
    """One layer of the stack."""

    kind: Annotated[StrictStr, _name_from(LAYERS)] = "dense"
    units: Annotated[StrictInt, Field(ge=1, le=MOST_UNITS)]
    activation: Annotated[StrictStr, _name_from(ACTIVATIONS)] = "relu"
    initializer: Annotated[StrictStr, _name_from(INITIALIZERS)] | None = None


class OptimizerSpec(_Spec):
    """Which optimizer, and its step size eta."""

    kind: Annotated[StrictStr, _name_from(OPTIMIZERS)] = "sgd"
    learning_rate: Annotated[float, Field(gt=0)] = 0.05


class TrainingSpec(_Spec):
    """What is minimised, in which portions and for how long."""

    loss: Annotated[StrictStr, _name_from(LOSSES)] = "cross_entropy"
    reduction: Annotated[StrictStr, _name_from(REDUCTIONS)] = "mean"
    batch_size: Annotated[StrictInt, Field(ge=1)] = 32
    epochs: Annotated[StrictInt, Field(ge=1)] = 20
    dtype: Literal["float32", "float64"] = "float32"
    optimizer: OptimizerSpec = OptimizerSpec()


class Experiment(_Spec):
    """Everything that decides a run: the data, the layers, the training and the seed."""

    format: Literal[1] = FORMAT
    name: Annotated[StrictStr, Field(min_length=1)] = "Untitled"
    seed: Annotated[StrictInt, Field(ge=0, lt=2**63)] = 0
    data: DataSpec
    layers: Annotated[tuple[LayerSpec, ...], Field(min_length=1)]
    training: TrainingSpec = TrainingSpec()


def parse_experiment(text: str, folder: Path) -> Experiment:
    """Return the experiment written in `text`; a relative data path counts from `folder`.

    Raises SpecError with one sentence for every fault.
    """
    try:
        fields = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SpecError([f"not a TOML file: {error}"]) from error
    if "format" in fields and fields["format"] != FORMAT:
        raise SpecError([f"format: {fields['format']!r} found, this program reads format {FORMAT}"])
    try:
        experiment = Experiment.model_validate(fields)
    except ValidationError as error:
        raise SpecError(sentences(error, Experiment)) from error
    if experiment.data.path is None:
        return experiment
    path = os.path.normpath(folder.absolute() / experiment.data.path)
    return experiment.model_copy(update={"data": experiment.data.model_copy(update={"path": path})})


def load_experiment(path: str | Path) -> Experiment:
    """Read an experiment from a TOML file.

    Raises SpecError, with the file's name, where it cannot be read or is no valid experiment.
    """
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise SpecError([f"{file}: cannot be read ({error.strerror})"]) from error
    except UnicodeDecodeError as error:
        raise SpecError([f"{file}: byte {error.start} is not UTF-8; save the file as UTF-8"]) from error
    try:
        return parse_experiment(text, file.parent)
    except SpecError as error:
        raise SpecError([f"{file.name}: {problem}" for problem in error.problems]) from error


def save_experiment(experiment: Experiment, path: str | Path) -> None:
    """Write an experiment to a TOML file, whole or not at all; OSError where the place is not writable."""
    file = Path(path)
    write_atomically(file, format_experiment(experiment, file.parent).encode("utf-8"))


def format_experiment(experiment: Experiment, folder: Path) -> str:
    """Return the experiment as TOML; a data path below `folder` is written relative to it."""
    fields = experiment.model_dump(mode="json", exclude_none=True)
    if experiment.data.path is not None:
        own = Path(experiment.data.path)
        inside = own.is_relative_to(folder.absolute())
        fields["data"]["path"] = (own.relative_to(folder.absolute()) if inside else own).as_posix()
    return tomli_w.dumps(fields)

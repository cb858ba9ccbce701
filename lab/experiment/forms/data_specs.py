"""The data of an experiment: which set or file, what is done to it on the way, and how it is shared out."""

from typing import Annotated, Any, Self

from pydantic import Field, Strict, StrictBool, StrictInt, StrictStr, ValidationError, model_validator

from lab.data.cell_readings import READINGS
from lab.data.recipe.choices import DATE_FIELDS, GAPS, TASKS, USES, ColumnChoice
from lab.data.sets.features import FEATURES
from lab.data.sets.generators import GENERATORS
from lab.data.sets.painted import COLOURS, MOST_POINTS
from lab.data.sets.sources import SOURCES
from lab.data.subsets.scaling import SCALINGS
from lab.experiment.forms.given_numbers import GivenRows
from lab.experiment.forms.layer_specs import Spec, name_from
from lab.experiment.forms.layout_spec import LayoutSpec
from lab.experiment.forms.problems import FieldError, SpecError, shown
from lab.experiment.forms.typed_examples import WHEN_TYPED, GivenTargets, check_names, class_numbers, target_rows

PAINTED = "painted"
"""The source that is drawn by hand."""

_BUILT_IN: dict[str, object] = {**SOURCES, **GENERATORS, PAINTED: None}
TARGET_SCALINGS: dict[str, object] = {name: SCALINGS[name] for name in ("none", "standard")}

Names = Annotated[tuple[StrictStr, ...], Strict(False)]
Side = Annotated[StrictInt, Field(ge=1, le=1024)]
Coordinate = Annotated[float, Field(ge=-1, le=1)]
Point = Annotated[tuple[Coordinate, Coordinate, Annotated[StrictInt, Field(ge=0)]], Strict(False)]


class ColumnSpec(Spec):
    """What becomes of one column of a table; see lab.data.recipe.choices for the names."""

    use: Annotated[StrictStr, name_from(USES)] | None = None
    missing: Annotated[StrictStr, name_from(GAPS)] = "refuse"
    parts: Annotated[tuple[Annotated[StrictStr, name_from(DATE_FIELDS)], ...], Strict(False)] = tuple(DATE_FIELDS)
    order: Names = ()
    reading: Annotated[StrictStr, name_from(READINGS)] | None = None
    """How the column's texts are read where two ways fit; see lab.data.cell_readings."""

    def choice(self) -> ColumnChoice:
        """Return the same for the readers of data."""
        return ColumnChoice(self.use, self.missing, self.parts, self.order)


class DataSpec(Spec):
    """Which examples, what is made of their columns, how they are shared out and how their inputs are scaled.

    One of `source`, the name of a set that comes with the program, is generated or painted; `path`, a file or folder
    of the user's own; and `x` with `y`, the examples themselves: y has class names, class numbers, or with the task
    numbers target numbers. Paths are absolute in memory; in a file they count from its folder.
    """

    source: Annotated[StrictStr, name_from(_BUILT_IN)] | None = None
    path: StrictStr | None = None
    target: StrictStr | None = None
    task: Annotated[StrictStr, name_from(TASKS)] = "classes"
    split: Annotated[tuple[float, float, float], Strict(False)] = (0.7, 0.15, 0.15)
    stratified: StrictBool = True
    scaling: Annotated[StrictStr, name_from(SCALINGS)] = "standard"
    target_scaling: Annotated[StrictStr, name_from(TARGET_SCALINGS)] = "standard"
    sheet: StrictStr | None = None
    image_size: Annotated[tuple[Side, Side], Strict(False)] | None = None
    colour: StrictBool = False
    options: dict[str, float] = {}
    features: Annotated[tuple[Annotated[StrictStr, name_from(FEATURES)], ...], Strict(False)] = ()
    points: Annotated[tuple[Point, ...], Strict(False), Field(max_length=MOST_POINTS)] = ()
    columns: dict[str, ColumnSpec] = {}
    layout: LayoutSpec = LayoutSpec()
    x: GivenRows = None
    y: GivenTargets = None
    inputs: Names = ()
    """What the columns of `x` are called; without names x1, x2, …"""
    classes: Names = ()
    """The classes in the order of the outputs; without them those of `y`, sorted."""

    @property
    def is_typed(self) -> bool:
        """Whether the examples stand in the experiment itself."""
        return self.x is not None

    @property
    def split_of_others(self) -> tuple[float, float, float]:
        """The shares that other data in its place begin with; that all examples train is for typed ones alone."""
        usual: tuple[float, float, float] = type(self).model_fields["split"].default
        return usual if self.is_typed else self.split

    @property
    def is_regression(self) -> bool:
        """Whether the targets are numbers."""
        if self.path is not None or self.is_typed:
            return self.task == "numbers"
        tasks = {name: entry.task for table in (SOURCES, GENERATORS) for name, entry in table.items()}
        return tasks.get(self.source or "", "classes") == "numbers"

    def changed(self, **fields: object) -> Self:
        """Return the same with some fields changed; SpecError, one sentence, where a value is not valid.

        Every edit of data comes through here.
        """
        try:
            return type(self).model_validate(self.model_dump() | fields | _plain(fields.get("columns")))
        except ValidationError as error:
            raise SpecError.of(error, type(self)) from error

    @model_validator(mode="before")
    @classmethod
    def _usual_when_typed(cls, fields: Any) -> Any:
        return WHEN_TYPED | fields if isinstance(fields, dict) and fields.get("x") is not None else fields

    @model_validator(mode="after")
    def _check(self) -> Self:
        if sum(each is not None for each in (self.source, self.path, self.x)) != 1:
            raise ValueError(
                "one of source (a bundled set), path (a file of your own) and x (the examples themselves) must be "
                "given, not both"
            )
        self._check_owners()
        train, *others = self.split
        if train <= 0 or min(others) < 0 or abs(sum(self.split) - 1) > 1e-6:
            raise FieldError(
                "split",
                f"{list(self.split)} is not three shares (train, validation, test) that sum to 1, the first above 0",
            )
        return self

    def _check_owners(self) -> None:
        """Refuse fields that have no meaning beside the given source or path."""
        self._check_typed()
        if self.path is None:
            for name in ("target", "columns", "sheet", "image_size", "layout"):
                value = getattr(self, name)
                if value and value != LayoutSpec():
                    text = f"{shown(value)} found, but only a path has one, a bundled set knows its own"
                    raise FieldError(name, text)
            if self.task != "classes" and not self.is_typed:
                raise FieldError(
                    "task", f"{shown(self.task)} found, but only a path has one, a bundled set knows its own"
                )
        if self.options and self.source != PAINTED and self.source not in GENERATORS:
            raise FieldError("options", f"{shown(self.options)} found, but only a generated or painted set has options")
        if self.points and self.source != PAINTED:
            raise FieldError("points", f"{len(self.points)} found, but only the source {PAINTED!r} has points")
        if problem := _options_problem(self.source or "", self.options):
            raise problem

    def _check_typed(self) -> None:
        """Refuse examples that do not fit together, and fields that only they have."""
        if not self.is_typed:
            for name in ("y", "inputs", "classes"):
                if value := getattr(self, name):
                    raise FieldError(name, f"{shown(value)} found, but only examples given as x have it")
            return
        if self.y is None:
            raise FieldError("y", "missing; it must have an entry for each row of x")
        check_names("inputs", self.inputs, len(self.x[0]))
        check_names("classes", self.classes)
        if self.is_regression:
            target_rows(self.y, len(self.x))
        else:
            class_numbers(self.y, self.classes, len(self.x))


def _plain(columns: object) -> dict[str, object]:
    """Return columns that are specs already as their fields: a spec that was copied with others was not checked."""
    if not isinstance(columns, dict):
        return {}
    specs = {name: one.model_dump() if isinstance(one, ColumnSpec) else one for name, one in columns.items()}
    return {"columns": specs}


def _options_problem(source: str, options: dict[str, float]) -> FieldError | None:
    """Return what is wrong with the options of a generated or painted set, or None."""
    if source == PAINTED:
        wrong = {name: number for name, number in options.items() if name != "classes"}
        classes = options.get("classes", 2)
        if wrong or classes not in range(2, len(COLOURS) + 1):
            return FieldError("options", f"{shown(options)} found; painted has classes, 2 to {len(COLOURS)}")
        return None
    known = {option.name: option for option in GENERATORS[source].options} if source in GENERATORS else {}
    for name, number in options.items():
        if name not in known:
            return FieldError(f"options.{name}", f"unknown; {source} has {', '.join(known)}")
        if problem := known[name].problem(number):
            return FieldError(f"options.{name}", problem.rstrip("."))
    return None

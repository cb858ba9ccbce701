"""All kinds of edits, and how a file's fields become one again."""

from typing import Annotated, Any, Literal

from pydantic import Field, Strict, StrictStr, ValidationError

from lab.experiment.forms.problems import SpecError, not_one_of, sentences
from lab.experiment.session import Session
from lab.experiment.timeline.cell_edits import Freeze, FreezeCells, TypeCell
from lab.experiment.timeline.edit import Edit, Outcome
from lab.experiment.timeline.number_edits import ChangeExample, FillCells, LoadMatrix
from lab.experiment.timeline.run_edits import Begin, LetGo, Pin, PutBack, ReplaceData, Reset, TrainOn
from lab.experiment.timeline.settings import ChangeTraining
from lab.experiment.timeline.stack_edits import (
    ChangeActivation,
    ChangeLayer,
    ChangeUnits,
    InsertLayer,
    MoveLayer,
    RemoveLayer,
)
from lab.experiment.timeline.typed_example import TypeExample

SingleEdit = Annotated[
    ChangeTraining
    | ChangeUnits
    | ChangeActivation
    | ChangeLayer
    | InsertLayer
    | RemoveLayer
    | MoveLayer
    | Freeze
    | FreezeCells
    | TypeCell
    | FillCells
    | LoadMatrix
    | ChangeExample
    | Pin
    | TypeExample
    | LetGo
    | Reset
    | TrainOn
    | PutBack
    | ReplaceData
    | Begin,
    Field(discriminator="kind"),
]


class Changes(Edit):
    """Several edits that are one to a person, done in their order at one step."""

    kind: Literal["changes"] = "changes"
    title: StrictStr
    edits: Annotated[tuple[SingleEdit, ...], Strict(False), Field(min_length=1)]

    @property
    def name(self) -> str:
        return self.title

    def apply(self, session: Session) -> Outcome:
        outcomes = [edit.apply(session) for edit in self.edits]
        said = dict.fromkeys(outcome.sentence for outcome in outcomes)
        return Outcome(" ".join(said), all(outcome.exact for outcome in outcomes))


EDITS: dict[str, type[Edit]] = {
    kind.model_fields["kind"].default: kind
    for kind in (
        ChangeTraining, ChangeUnits, ChangeActivation, ChangeLayer, InsertLayer, RemoveLayer, MoveLayer, Freeze,
        FreezeCells, TypeCell, FillCells, LoadMatrix, ChangeExample, Pin, TypeExample, LetGo, Reset, TrainOn, PutBack,
        ReplaceData, Begin, Changes,
    )
}  # fmt: skip
"""Kind, as in a file, to its checked form."""


def read_edit(fields: dict[str, Any]) -> Edit:
    """Return the edit with these fields, as a JSON or TOML text has them; SpecError, naming the field, if invalid."""
    kind = fields.get("kind")
    if kind not in EDITS:
        raise SpecError([f"kind: {not_one_of(kind, EDITS)}"])
    try:
        return EDITS[kind].model_validate(fields)
    except ValidationError as error:
        raise SpecError(sentences(error, EDITS[kind])) from error


def fields_of(edit: Edit) -> dict[str, Any]:
    """Return an edit's fields as plain values, which `read_edit` turns into it again."""
    fields: dict[str, Any] = edit.model_dump(mode="json")
    return fields

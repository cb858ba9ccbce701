"""An edit that a run has seen, as a file keeps it: when it took effect, what it is called and how to do it again."""

from typing import Annotated, Any

from pydantic import Field, StrictInt, StrictStr

from lab.experiment.forms.layer_specs import Spec


class EditRecord(Spec):
    """One edit of a run: after how many steps it took effect, its name, and its fields as JSON holds them.

    lab.experiment.timeline.edits turns the fields into the edit again.
    """

    step: Annotated[StrictInt, Field(ge=0, lt=2**53)]
    name: StrictStr
    fields: dict[str, Any]

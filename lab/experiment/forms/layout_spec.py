"""How a text file of an experiment is laid out, where that is set and not found out."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, Strict, StrictBool, StrictInt, StrictStr

from lab.data.readers.tables.encodings import ENCODINGS
from lab.data.text_layout import DELIMITER_NAMES, TextLayout
from lab.experiment.forms.layer_specs import Spec, name_from
from lab.experiment.forms.problems import shown

_SIGN_OR_NAME = ", ".join(DELIMITER_NAMES)
Lines = Annotated[StrictInt, Field(ge=0, le=10_000)]


def _delimiter(text: str) -> str:
    if len(text) != 1 and text not in DELIMITER_NAMES:
        raise ValueError(f"{shown(text)} is neither a single sign nor one of {_SIGN_OR_NAME}")
    return text


class LayoutSpec(Spec):
    """What is set of a text file's layout; see lab.data.text_layout for the fields. None is found out."""

    delimiter: Annotated[StrictStr, AfterValidator(_delimiter)] | None = None
    widths: Annotated[tuple[Annotated[StrictInt, Field(ge=1, le=100_000)], ...], Strict(False)] = ()
    quote: Annotated[StrictStr, Field(max_length=1)] | None = None
    decimal: Literal[".", ","] | None = None
    thousands: Literal[".", ","] | None = None
    encoding: Annotated[StrictStr, name_from(ENCODINGS)] | None = None
    skip_above: Lines | None = None
    skip_below: Lines | None = None
    comment: Annotated[StrictStr, Field(max_length=4)] | None = None
    header: Annotated[StrictInt, Field(ge=0, le=10)] | None = None
    names: Annotated[tuple[StrictStr, ...], Strict(False)] = ()
    index: StrictBool | None = None

    def layout(self) -> TextLayout:
        """Return the same for the readers of data."""
        return TextLayout(**self.model_dump())

"""The options of a kind, as of an optimizer or a generator, in the form in which rows of fields show them."""

from collections.abc import Iterable, Mapping

from lab.core.options import Option
from lab.experiment.forms.limits import AnyOption, limits_of_option
from lab.gui.widgets.fields.option_rows import OptionState


def option_states(options: Iterable[AnyOption], set_to: Mapping[str, float]) -> list[OptionState]:
    """Return each option with the number that it is set to, the usual one where none is given."""
    return [
        OptionState(
            each.name,
            each.title,
            each.help,
            set_to.get(each.name, each.default),
            limits_of_option(each),
            isinstance(each, Option) and each.is_switch,
        )
        for each in options
    ]

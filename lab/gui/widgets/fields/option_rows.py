"""Rows for numbers whose names are only known when a kind has been chosen, such as an optimizer's."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from lab.gui.widgets.fields.labelled_row import labelled_row
from lab.gui.widgets.fields.rate_box import RateBox
from lab.gui.widgets.fields.tick_box import TickBox


@dataclass(frozen=True)
class OptionState:
    """One number as a row shows it."""

    name: str
    label: str
    help: str
    value: float
    limits: tuple[float | None, float | None] = (None, None)
    """The lowest and the highest number that is valid; None where there is no limit."""
    is_switch: bool = False
    """Whether it is a yes or no, shown as a tick."""


class OptionRows(QWidget):
    """Shows a row for each option, or several beside one another; says which was changed to what."""

    value_chosen = Signal(str, float)

    def __init__(self, columns: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns = columns
        self.fields: dict[str, RateBox | TickBox] = {}
        self._rows: list[QWidget] = []
        self._kinds: list[tuple[str, tuple[float | None, float | None], bool]] = []
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setVerticalSpacing(4)
        self._layout.setHorizontalSpacing(10)

    def show_options(self, states: Sequence[OptionState]) -> None:
        """Show these options; rows are made anew only where their names or limits differ from those on show."""
        kinds = [(state.name, state.limits, state.is_switch) for state in states]
        if kinds != self._kinds:
            self._kinds = kinds
            self._make_rows(states)
        for state in states:
            self.fields[state.name].set_value(state.value)
        self.setVisible(bool(states))

    def _make_rows(self, states: Sequence[OptionState]) -> None:
        for row in self._rows:
            self._layout.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.fields, self._rows = {}, []
        for index, state in enumerate(states):
            field = TickBox() if state.is_switch else _number_box(*state.limits)
            field.value_chosen.connect(partial(self.value_chosen.emit, state.name))
            row = labelled_row(state.label, field, state.help)
            if self._columns > 1 and isinstance(field, RateBox):
                field.setFixedWidth(58)
            self._layout.addWidget(row, *divmod(index, self._columns))
            self.fields[state.name] = field
            self._rows.append(row)


def _number_box(lowest: float | None, highest: float | None) -> RateBox:
    reaches_zero = (lowest is None or lowest <= 0) and (highest is None or highest >= 0)
    return RateBox(lowest, highest, zero="0" if reaches_zero else "")

"""A line of small buttons that stay pressed: any of them may be on."""

from collections.abc import Collection, Iterable

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from lab.gui.widgets.fields.choices import ChoiceEntry


class SwitchRow(QWidget):
    """One button for each (name, title, help); says which names are on when the user changes that."""

    names_chosen = Signal(object)  # tuple of names, in the order of the buttons

    def __init__(self, entries: Iterable[ChoiceEntry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.switches: dict[str, QToolButton] = {}
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(3)
        for name, title, help_text in entries:
            switch = QToolButton()
            switch.setText(title)
            switch.setCheckable(True)
            switch.setProperty("role", "switch")
            switch.setToolTip(help_text)
            switch.setAccessibleName(title)
            switch.clicked.connect(self._on_clicked)
            self.switches[name] = switch
            line.addWidget(switch)
        line.addStretch(1)

    def set_names(self, names: Collection[str]) -> None:
        """Switch on exactly these, without a signal."""
        for name, switch in self.switches.items():
            switch.setChecked(name in names)

    @Slot()
    def _on_clicked(self) -> None:
        self.names_chosen.emit(tuple(name for name, switch in self.switches.items() if switch.isChecked()))

"""Fields for what is done to the rows: how they are scaled, and how they are shared out."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from lab.gui.widgets.fields.choices import ChoiceEntry, choice_box, show_number
from lab.gui.widgets.fields.split_bar import SplitBar
from lab.gui.widgets.fields.split_fields import Shares, SplitFields
from lab.gui.widgets.fields.whole_box import WholeBox
from lab.gui.widgets.importing.import_fields import add_labelled, plain_row


class ShareFields(QWidget):
    """Two rows: scaling of inputs and target, stratified or not, seed; then the three shares as fields and as a bar."""

    scaling_chosen = Signal(str)
    target_scaling_chosen = Signal(str)
    stratified_chosen = Signal(bool)
    seed_chosen = Signal(object)  # a whole number of up to 19 digits

    def __init__(
        self,
        scalings: Sequence[ChoiceEntry],
        of_target: Sequence[ChoiceEntry],
        seed_limits: tuple[int, int | None],
        parent: QWidget | None = None,
    ) -> None:
        """`scalings` and `of_target` are name, title and help of each way to scale."""
        super().__init__(parent)
        self._entries = list(scalings)
        self.scaling, self.target_scaling = choice_box(scalings), choice_box(of_target)
        self.stratified = QCheckBox("Stratified")
        self.stratified.setToolTip("Gives each class its share of every part; without it chance decides")
        self.seed = WholeBox(*seed_limits)
        self.seed.setMinimumWidth(84)
        self.split, self.parts = SplitFields(), SplitBar()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(7)
        for part in (self._first_row(), self._second_row()):
            layout.addLayout(part)
        layout.addWidget(self.parts)
        self.scaling.activated.connect(self._on_scaling_activated)
        self.target_scaling.activated.connect(self._on_target_scaling_activated)
        self.stratified.clicked.connect(self.stratified_chosen)
        self.seed.valueChanged.connect(self.seed_chosen)

    def _first_row(self) -> QHBoxLayout:
        row = plain_row()
        add_labelled(row, "&Scaling", self.scaling, "How inputs are brought to one size; fitted on the training part")
        hint = "How the target number is scaled while it is learnt; it is shown in its own unit all the same"
        self._number_parts = add_labelled(row, "of the target", self.target_scaling, hint)
        row.addSpacing(10)
        row.addWidget(self.stratified)
        row.addStretch(1)
        add_labelled(row, "S&eed", self.seed, "Decides which rows go to which part; the same seed deals them alike")
        return row

    def _second_row(self) -> QHBoxLayout:
        row = plain_row()
        row.addWidget(self.split)
        row.addStretch(1)
        return row

    def show_scaling(self, scaling: str, of_target: str | None, pixels: bool) -> None:
        """Show how inputs are scaled, and the target where it is a number; `pixels` tells whether these are images."""
        fitting = [entry for entry in self._entries if pixels or entry[0] != "pixel"]
        if [self.scaling.itemData(index) for index in range(self.scaling.count())] != [name for name, *_ in fitting]:
            self.scaling.clear()
            for index, (name, title, hint) in enumerate(fitting):
                self.scaling.addItem(title, name)
                self.scaling.setItemData(index, hint, 3)
        self.scaling.setCurrentIndex(self.scaling.findData(scaling))
        for part in self._number_parts:
            part.setVisible(of_target is not None)
        if of_target is not None:
            self.target_scaling.setCurrentIndex(self.target_scaling.findData(of_target))
        self.stratified.setVisible(of_target is None)

    def show_shares(self, shares: Shares, stratified: bool, seed: int) -> None:
        """Show how the rows are shared out."""
        self.split.set_shares(shares)
        self.stratified.setChecked(stratified)
        show_number(self.seed, seed)

    @Slot(int)
    def _on_scaling_activated(self, index: int) -> None:
        self.scaling_chosen.emit(self.scaling.itemData(index))

    @Slot(int)
    def _on_target_scaling_activated(self, index: int) -> None:
        self.target_scaling_chosen.emit(self.target_scaling.itemData(index))

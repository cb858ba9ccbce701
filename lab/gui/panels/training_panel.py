"""The training card: what is minimised, how the steps are made, and the rule in force at the output."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QLabel, QSpinBox, QVBoxLayout, QWidget

from lab.core.activations import activation
from lab.core.losses import LOSSES, REDUCTIONS
from lab.core.optimizers import OPTIMIZERS
from lab.core.output_rule import output_rule
from lab.experiment.spec import OptimizerSpec
from lab.gui.theme import set_role
from lab.gui.widgets.card import labelled_row
from lab.gui.widgets.rate_box import RateBox
from lab.gui.workspace.workspace import Workspace


class TrainingPanel(QWidget):
    """Edits the draft's training; the learning rate and the epochs reach a run at once."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draft = workspace.draft
        self.loss = _combo({name: (entry.title, entry.help) for name, entry in LOSSES.items()})
        self.optimizer = _combo({name: (entry.title, entry.help) for name, entry in OPTIMIZERS.items()})
        self.reduction = _combo({name: (name, text) for name, text in REDUCTIONS.items()})
        self.rate = RateBox()
        self.batch_size = _whole(1, 1_000_000)
        self.epochs = _whole(1, 1_000_000)
        self.seed = _whole(0, 2**31 - 1)
        self.rule = QLabel()
        self.rule.setWordWrap(True)
        self.rule.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._lay_out()
        self._connect()
        self._draft.changed.connect(self._on_draft_changed)
        self._on_draft_changed()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 10, 8)
        layout.setSpacing(4)
        for label, field, help_text in (
            ("Loss", self.loss, "How wrong an output is: what training makes small"),
            ("Optimizer", self.optimizer, "How a gradient becomes a change of W and b"),
            ("Learning rate η", self.rate, "The size of a step; changes a running training at once"),
            ("Batch m", self.batch_size, "Examples in a step: the rows of X, z, a and δ"),
            ("Epochs", self.epochs, "How often every training example is seen; changes a running training at once"),
            ("Reduction", self.reduction, "Whether gradients are means or sums over the m examples"),
            ("Seed", self.seed, "Decides split, first weights and order; the same seed gives the same run"),
        ):
            layout.addWidget(labelled_row(label, field, help_text))
        layout.addWidget(self.rule)
        layout.addStretch(1)

    def _connect(self) -> None:
        draft = self._draft
        self.loss.activated.connect(lambda i: draft.edit_training(loss=self.loss.itemData(i)))
        self.reduction.activated.connect(lambda i: draft.edit_training(reduction=self.reduction.itemData(i)))
        self.optimizer.activated.connect(self._on_optimizer_activated)
        self.rate.value_chosen.connect(self._on_value_chosen)
        self.batch_size.valueChanged.connect(lambda value: draft.edit_training(batch_size=value))
        self.epochs.valueChanged.connect(lambda value: draft.edit_training(epochs=value))
        self.seed.valueChanged.connect(lambda value: draft.edit(seed=value))

    @Slot(int)
    def _on_optimizer_activated(self, index: int) -> None:
        kind = self.optimizer.itemData(index)
        if kind != self._draft.experiment.training.optimizer.kind:
            spec = OptimizerSpec(kind=kind, learning_rate=OPTIMIZERS[kind].usual_rate)
            self._draft.edit_training(optimizer=spec)

    @Slot(float)
    def _on_value_chosen(self, rate: float) -> None:
        optimizer = self._draft.experiment.training.optimizer
        self._draft.edit_training(optimizer=optimizer.model_copy(update={"learning_rate": rate}))

    @Slot()
    def _on_draft_changed(self) -> None:
        training = self._draft.experiment.training
        self.loss.setCurrentIndex(self.loss.findData(training.loss))
        self.optimizer.setCurrentIndex(self.optimizer.findData(training.optimizer.kind))
        self.reduction.setCurrentIndex(self.reduction.findData(training.reduction))
        self.rate.set_value(training.optimizer.learning_rate)
        for box, value in (
            (self.batch_size, training.batch_size),
            (self.epochs, training.epochs),
            (self.seed, self._draft.experiment.seed),
        ):
            box.blockSignals(True)
            box.setValue(value)
            box.blockSignals(False)
        self._show_rule()

    def _show_rule(self) -> None:
        output = self._draft.experiment.layers[-1]
        try:
            rule = output_rule(self._draft.experiment.training.loss, activation(output.activation), output.units)
        except ValueError as error:
            self._say("error", f"✗ {str(error).removeprefix('loss: ')}")
            return
        sign = "✓" if rule.short else "→"
        self._say("ok" if rule.short else "dim", f"{sign} {rule.formula} {rule.why}")

    def _say(self, level: str, text: str) -> None:
        self.rule.setText(text)
        set_role(self.rule, f"{level} small")


def _combo(entries: dict[str, tuple[str, str]]) -> QComboBox:
    box = QComboBox()
    for name, (title, help_text) in entries.items():
        box.addItem(title, name)
        box.setItemData(box.count() - 1, help_text, Qt.ItemDataRole.ToolTipRole)
    return box


def _whole(lowest: int, highest: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(lowest, highest)
    box.setKeyboardTracking(False)
    box.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
    box.setAlignment(Qt.AlignmentFlag.AlignRight)
    return box

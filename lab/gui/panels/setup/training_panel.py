"""The training card: what is minimised, how the steps are made, and the rule in force at the output."""

from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from lab.core.layer_kinds.output_layer import OutputLayer
from lab.core.losses import LOSSES
from lab.core.optimizers import OPTIMIZERS
from lab.core.output_rule import output_rule
from lab.experiment.forms.limits import limits_of, whole_limits_of
from lab.experiment.forms.training_specs import OptimizerSpec, TrainingSpec
from lab.experiment.spec import Experiment
from lab.gui.theme import set_role
from lab.gui.widgets.fields.choices import choice_box, show_number
from lab.gui.widgets.fields.labelled_row import labelled_row, live_row
from lab.gui.widgets.fields.option_rows import OptionRows
from lab.gui.widgets.fields.rate_box import RateBox
from lab.gui.widgets.fields.scrolled import Scrolled
from lab.gui.widgets.fields.whole_box import WholeBox
from lab.gui.workspace.option_states import option_states
from lab.gui.workspace.workspace import Workspace


class TrainingPanel(QWidget):
    """Edits the draft's training; the learning rate and the epochs reach a run at once."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWhatsThis("Loss, optimizer, learning rate, batch, epochs and seed")
        self._workspace = workspace
        self._draft = workspace.draft
        self.loss = choice_box((name, entry.title, entry.help) for name, entry in LOSSES.items())
        self.optimizer = choice_box(
            (name, entry.title, f"{entry.formula}\n{entry.help}") for name, entry in OPTIMIZERS.items()
        )
        self.options = OptionRows()
        self.rate = RateBox(*limits_of(OptimizerSpec, "learning_rate"))
        self.l2 = RateBox(*limits_of(OptimizerSpec, "l2"), zero="0")
        self.batch_size, self.epochs = (
            WholeBox(*whole_limits_of(TrainingSpec, name)) for name in ("batch_size", "epochs")
        )
        self.seed = WholeBox(*whole_limits_of(Experiment, "seed"))
        for field in (self.rate, self.l2, self.batch_size, self.epochs, self.seed):
            field.setMinimumWidth(96)
        self.rule = QLabel()
        self.rule.setWordWrap(True)
        self.rule.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._lay_out()
        self._connect()
        self._draft.changed.connect(self._on_draft_changed)
        workspace.edit_refused.connect(self._on_draft_changed)
        self._on_draft_changed()

    def _lay_out(self) -> None:
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(10, 6, 10, 8)
        layout.setSpacing(4)
        rate_help = "The size of a step"
        layout.addWidget(live_row("Loss", self.loss, "How wrong an output is: what training makes small"))
        layout.addWidget(live_row("Optimizer", self.optimizer, "How a gradient becomes a change of W and b"))
        layout.addWidget(live_row("Learning rate η", self.rate, rate_help))
        layout.addWidget(self.options)
        for label, field, help_text in (
            ("Batch m", self.batch_size, "Examples in a step: the rows of X, z, a and δ"),
            ("Epochs", self.epochs, "How often every example is seen"),
        ):
            layout.addWidget(live_row(label, field, help_text))
        layout.addWidget(live_row("L2 λ", self.l2, "Pulls every weight to zero: λ W is added to its gradient"))
        seed_help = (
            "Decides split, first weights and order; the same seed gives the same run.\n"
            "Another one begins the run anew, for its first weights are others; undo brings this one back."
        )
        layout.addWidget(labelled_row("Seed", self.seed, seed_help))
        layout.addWidget(self.rule)
        layout.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(Scrolled(inner))

    def _connect(self) -> None:
        draft = self._draft
        self.loss.activated.connect(lambda place: self._edit(loss=self.loss.itemData(place)))
        self.optimizer.activated.connect(self._on_optimizer_activated)
        self.rate.value_chosen.connect(lambda rate: self._edit_optimizer(learning_rate=rate))
        self.l2.value_chosen.connect(lambda number: self._edit_optimizer(l2=number))
        self.options.value_chosen.connect(lambda name, number: self._edit_optimizer(**{name: number}))
        self.batch_size.valueChanged.connect(lambda value: self._edit(batch_size=value))
        self.epochs.valueChanged.connect(lambda value: self._edit(epochs=value))
        self.seed.valueChanged.connect(lambda value: draft.edit(seed=value))

    def _edit(self, **fields: Any) -> None:
        self._workspace.edit_training(**fields)

    def _edit_optimizer(self, **fields: Any) -> None:
        self._workspace.edit_optimizer(**fields)

    @Slot(int)
    def _on_optimizer_activated(self, place: int) -> None:
        kind = self.optimizer.itemData(place)
        old = self._draft.experiment.training.optimizer
        if kind != old.kind:
            # The new kind's own rate: what suits SGD makes Adam diverge. Penalties and clipping suit any kind.
            kept = old.model_dump(include={"l1", "l2", "clip_norm", "clip_value"})
            self._edit(optimizer=OptimizerSpec(kind=kind, learning_rate=OPTIMIZERS[kind].usual_rate, **kept))

    @Slot()
    def _on_draft_changed(self) -> None:
        training = self._draft.experiment.training
        spec = training.optimizer
        self.loss.setCurrentIndex(self.loss.findData(training.loss))
        self.optimizer.setCurrentIndex(self.optimizer.findData(spec.kind))
        self.rate.set_value(spec.learning_rate)
        self.l2.set_value(spec.l2)
        self.options.show_options(option_states(OPTIMIZERS[spec.kind].make.options, spec.options))
        show_number(self.batch_size, training.batch_size)
        show_number(self.epochs, training.epochs)
        show_number(self.seed, self._draft.experiment.seed)
        self._show_rule()

    def _show_rule(self) -> None:
        output = self._draft.experiment.layers[-1].make()
        if not isinstance(output, OutputLayer):
            self._say("error", "✗ the last layer must be dense or activation")
            return
        try:
            units = self._draft.rows()[-1].outputs
            rule = output_rule(self._draft.experiment.training.loss, output.activation, units)
        except ValueError as error:
            self._say("error", f"✗ {str(error).removeprefix('loss: ')}")
            return
        if rule.short:
            self._say("ok", f"✓ {rule.formula} {rule.why}")
        else:
            self._say("dim", f"→ {rule.formula}: {rule.why}")

    def _say(self, level: str, text: str) -> None:
        self.rule.setText(text)
        set_role(self.rule, f"{level} small")

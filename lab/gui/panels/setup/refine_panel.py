"""The second training card: schedule, penalties, clipping, class weights, stopping early, precision, threads."""

from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from lab.core.losses import REDUCTIONS
from lab.core.optimizers import OPTIMIZERS
from lab.core.schedules import SCHEDULES, WARM_UP
from lab.experiment.forms.limits import limits_of, whole_limits_of
from lab.experiment.forms.training_specs import EarlyStoppingSpec, OptimizerSpec, ScheduleSpec, TrainingSpec
from lab.experiment.training.blas import cores
from lab.gui.widgets.fields.choices import choice_box, show_number
from lab.gui.widgets.fields.labelled_row import labelled_row, live_row
from lab.gui.widgets.fields.option_rows import OptionRows
from lab.gui.widgets.fields.rate_box import RateBox
from lab.gui.widgets.fields.scrolled import Scrolled
from lab.gui.widgets.fields.whole_box import WholeBox
from lab.gui.workspace.option_states import option_states
from lab.gui.workspace.workspace import Workspace

_OWN = "own"
_CLASS_WEIGHTS = (
    ("none", "All alike", "Every example counts once"),
    ("balanced", "Balanced", "Examples of rare classes count more, so that every class counts alike"),
    (_OWN, "As in the file", "A weight for each class, written in the experiment's file"),
)
_DTYPES = (
    ("float32", "float32", "Fast, about 7 digits"),
    ("float64", "float64", "Slower, about 16 digits: for looking closely and for gradient checks"),
)


class RefinePanel(QWidget):
    """Edits what a first run does not need."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWhatsThis("Schedule, penalties, clipping, class weights, stopping early, precision")
        self._workspace = workspace
        self._draft = workspace.draft
        self.reduction = choice_box((name, name, text) for name, text in REDUCTIONS.items())
        self.schedule = choice_box((n, kind.title, f"{kind.formula}\n{kind.help}") for n, kind in SCHEDULES.items())
        self.schedule_options = OptionRows()
        self.l1, self.decay = (RateBox(*limits_of(OptimizerSpec, name), zero="0") for name in ("l1", "weight_decay"))
        self.clip_norm, self.clip_value = (
            RateBox(*limits_of(OptimizerSpec, name), zero="off") for name in ("clip_norm", "clip_value")
        )
        self.smoothing = RateBox(*limits_of(TrainingSpec, "label_smoothing"), zero="0")
        self.class_weights = choice_box(_CLASS_WEIGHTS)
        self.patience = WholeBox(0, whole_limits_of(EarlyStoppingSpec, "patience").highest, "off")
        self.restore_best = QCheckBox("bring back the best weights")
        self.restore_best.setToolTip("At the end, take the weights of the epoch with the lowest validation loss")
        self.dtype = choice_box(_DTYPES)
        self.threads = WholeBox(0, whole_limits_of(TrainingSpec, "blas_threads").highest, "auto")
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
        for label, field, help_text in (
            ("Reduction", self.reduction, "Whether gradients are means or sums over the m examples"),
            ("Schedule", self.schedule, "How the learning rate changes during the run"),
        ):
            layout.addWidget(live_row(label, field, help_text))
        layout.addWidget(self.schedule_options)
        for label, number, help_text in (
            ("L1 λ", self.l1, "Pulls every weight to zero by the same amount: λ sign(W) is added to its gradient"),
            ("Weight decay", self.decay, "Takes η · this · W off every weight, beside the gradient"),
            (
                "Clip norm",
                self.clip_norm,
                "The longest gradient that the optimizer gets, over all layers together and after clipping by value; "
                "∂L/∂W on show stays whole",
            ),
            ("Clip value", self.clip_value, "The largest number in the gradient that the optimizer gets"),
            (
                "Label smoothing",
                self.smoothing,
                "Takes this share of the target off the right class and spreads it over all; with class weights, the "
                "weight is that of the class before",
            ),
            (
                "Class weights",
                self.class_weights,
                "How much an example of each class counts; the mean still divides by m, not by the sum of the weights",
            ),
            ("Stop early after", self.patience, "Epochs without a lower validation loss before the run stops"),
        ):
            layout.addWidget(live_row(label, number, help_text))
        layout.addWidget(self.restore_best)
        precision = (
            "The precision of every matrix.\n"
            "Another one begins the run anew, for no weight can be kept to its last digit; undo brings this one back."
        )
        layout.addWidget(labelled_row("Numbers", self.dtype, precision))
        threads = (
            f"Threads of a matrix product; small nets want one, no more than {cores()} (this machine's cores) are used"
        )
        layout.addWidget(live_row("BLAS threads", self.threads, threads))
        layout.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(Scrolled(inner))

    def _connect(self) -> None:
        edit, edit_optimizer = self._workspace.edit_training, self._workspace.edit_optimizer
        self.reduction.activated.connect(lambda place: edit(reduction=self.reduction.itemData(place)))
        self.schedule.activated.connect(lambda place: edit(schedule=ScheduleSpec(kind=self.schedule.itemData(place))))
        self.schedule_options.value_chosen.connect(self._on_schedule_option_chosen)
        self.l1.value_chosen.connect(lambda number: edit_optimizer(l1=number))
        self.decay.value_chosen.connect(lambda number: edit_optimizer(weight_decay=number))
        self.clip_norm.value_chosen.connect(lambda number: edit_optimizer(clip_norm=number or None))
        self.clip_value.value_chosen.connect(lambda number: edit_optimizer(clip_value=number or None))
        self.smoothing.value_chosen.connect(lambda number: edit(label_smoothing=number))
        self.class_weights.activated.connect(self._on_class_weights_activated)
        self.patience.valueChanged.connect(self._on_stopping_changed)
        self.restore_best.clicked.connect(self._on_stopping_changed)
        self.dtype.activated.connect(lambda place: edit(dtype=self.dtype.itemData(place)))
        self.threads.valueChanged.connect(lambda number: edit(blas_threads=number or None))

    @Slot(str, float)
    def _on_schedule_option_chosen(self, name: str, number: float) -> None:
        fields: dict[str, Any] = self._draft.experiment.training.schedule.model_dump() | {name: number}
        self._workspace.edit_training(schedule=fields)

    @Slot(int)
    def _on_class_weights_activated(self, place: int) -> None:
        name = self.class_weights.itemData(place)
        if name != _OWN:
            self._workspace.edit_training(class_weights=None if name == "none" else name)
        else:
            self._on_draft_changed()

    @Slot()
    def _on_stopping_changed(self) -> None:
        patience = self.patience.value()
        spec = EarlyStoppingSpec(patience=patience, restore_best=self.restore_best.isChecked()) if patience else None
        self._workspace.edit_training(early_stopping=spec)

    @Slot()
    def _on_draft_changed(self) -> None:
        training = self._draft.experiment.training
        spec = training.optimizer
        self.reduction.setCurrentIndex(self.reduction.findData(training.reduction))
        self.schedule.setCurrentIndex(self.schedule.findData(training.schedule.kind))
        set_to = training.schedule.options
        self.schedule_options.show_options(option_states((*SCHEDULES[training.schedule.kind].options, WARM_UP), set_to))
        self.l1.set_value(spec.l1)
        usual = OPTIMIZERS[spec.kind].make.usual_decay
        self.decay.set_value(usual if spec.weight_decay is None else spec.weight_decay)
        self.clip_norm.set_value(spec.clip_norm or 0.0)
        self.clip_value.set_value(spec.clip_value or 0.0)
        self.smoothing.set_value(training.label_smoothing)
        weights = training.class_weights
        name = "none" if weights is None else weights if isinstance(weights, str) else _OWN
        self.class_weights.setCurrentIndex(self.class_weights.findData(name))
        stopping = training.early_stopping
        show_number(self.patience, stopping.patience if stopping else 0)
        self.restore_best.setEnabled(stopping is not None)
        self.restore_best.setChecked(stopping.restore_best if stopping else True)
        self.dtype.setCurrentIndex(self.dtype.findData(training.dtype))
        show_number(self.threads, training.blas_threads or 0)

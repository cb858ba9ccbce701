"""The layer stack: a row a layer with live shapes, and the stack as a line of text; edits act at the next step."""

from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from lab.core.activations import ACTIVATIONS
from lab.core.layers import LAYERS
from lab.experiment.forms.layer_specs import LayerSpec
from lab.experiment.forms.limits import limits_of, whole_limits_of
from lab.experiment.forms.problems import SpecError
from lab.experiment.stack.equations import shape_text
from lab.experiment.stack.matrices import MATRICES
from lab.experiment.stack.stack import StackRow
from lab.experiment.stack.stack_text import PRESETS, parse_stack, stack_text
from lab.experiment.stack.starting_values import with_starts_of
from lab.gui import theme
from lab.gui.theme import set_role
from lab.gui.widgets.drawing.number_text import count_text
from lab.gui.widgets.fields.fitted_label import FittedLabel
from lab.gui.widgets.fields.layer_row import LayerRow, LayerRowState
from lab.gui.widgets.fields.scrolled import Scrolled
from lab.gui.widgets.fields.stack_line import StackLine
from lab.gui.workspace.workspace import Workspace

_ACTIVATIONS = [(name, entry.title, f"{entry.formula}\n{entry.help}") for name, entry in ACTIVATIONS.items()]


def _row_state(spec: LayerSpec, row: StackRow, count: int) -> LayerRowState:
    """Return what the row of a layer shows."""
    kind = LAYERS[spec.kind]
    is_output = row.number == count and hasattr(spec, "units")
    shapes = [f"{MATRICES[name].symbol} {shape_text(shape)}" for name, shape in row.shapes.items()]
    parts = [*shapes[:2], count_text(row.parameters)] if row.parameters else ["no parameters"]
    sizes = tuple(" · ".join(parts[:count]) for count in range(len(parts), 0, -1))
    return LayerRowState(
        number=row.number,
        count=count,
        title="Output" if is_output else kind.title,
        help=f"{kind.formula}\n{kind.help}",
        units=getattr(spec, "units", None),
        activation=getattr(spec, "activation", None),
        rate=getattr(spec, "rate", None),
        unit_limits=whole_limits_of(type(spec), "units") if hasattr(spec, "units") else (1, None),
        rate_limits=limits_of(type(spec), "rate") if hasattr(spec, "rate") else (None, None),
        sizes=sizes,
        problem=row.problem,
    )


class StackPanel(QWidget):
    """Edits the draft's layers; choosing a row chooses the layer that the inspector shows."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWhatsThis("The layers, each a row, and the whole stack as text")
        self._workspace = workspace
        self._draft = workspace.draft
        self.rows: list[LayerRow] = []
        self._flows: list[QLabel] = []
        self.add = QToolButton()
        self.add.setText("Layer")
        self.add.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.add.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.add.setToolTip("Put a new dense layer before the output; the arrow has the other kinds")
        self.add.setAccessibleName("Add a layer")
        self.add.setMenu(self._kinds_menu())
        self.line = StackLine([(title, help_text) for title, (help_text, _) in PRESETS.items()])
        self.fresh = QCheckBox("Fresh")
        self.fresh.setToolTip(
            "On: what an edit of the stack changes begins as in a new network. Off: it is made from what was learnt"
        )
        self.total = FittedLabel()
        set_role(self.total, "mono")
        self.total.setToolTip("All weights and biases: what training changes")
        self._body = QVBoxLayout()
        self._body.setSpacing(1)
        self._lay_out()
        self.add.clicked.connect(partial(self._add, "dense"))
        self._draft.changed.connect(self._on_draft_changed)
        workspace.edits.changed.connect(self._on_edits_changed)
        workspace.run.previewed.connect(self._on_previewed)
        self.fresh.toggled.connect(self._on_fresh_toggled)
        self.line.typed.connect(self._on_line_typed)
        self.line.entered.connect(self._on_line_entered)
        self.line.left.connect(self._on_line_left)
        self.line.preset_chosen.connect(self._on_preset_chosen)
        workspace.edit_refused.connect(self._on_draft_changed)
        workspace.run.started.connect(self._on_draft_changed)
        workspace.selection.matrix_changed.connect(self._on_matrix_changed)
        theme.follow(self._retint)
        self._on_draft_changed()

    def _lay_out(self) -> None:
        inner = QWidget()
        inner.setObjectName("stack")
        inner.setLayout(self._body)
        self._body.setContentsMargins(10, 2, 10, 2)
        self._body.addStretch(1)
        self._scroll = Scrolled(inner)
        foot = QHBoxLayout()
        foot.setContentsMargins(10, 2, 10, 8)
        foot.addWidget(self.add)
        foot.addWidget(self.fresh)
        foot.addStretch(1)
        foot.addWidget(self.total)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self.line)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(self.line.note)
        layout.addLayout(foot)

    @Slot()
    def _on_draft_changed(self) -> None:
        layers, rows = self._draft.experiment.layers, self._draft.rows()
        self._make_rows(len(layers))
        self._flows[0].setText(f"X  m×{count_text(rows[0].inputs)}" if rows[0].inputs else "X")
        for index, (spec, row) in enumerate(zip(layers, rows, strict=True)):
            self.rows[index].show_layer(_row_state(spec, row, len(layers)))
            last = index == len(layers) - 1
            text = f"aᴸ  m×{row.outputs} · {self._reading(row.outputs)}" if last else f"↓ m×{row.outputs}"
            self._flows[index + 1].setText(text)
        count = count_text(sum(row.parameters for row in rows))
        self.total.set_texts((f"{count} params", count))
        self.line.show_text(stack_text(layers))
        self._show_frozen()
        self._on_matrix_changed(self._workspace.selection.layer)

    def _show_frozen(self) -> None:
        overview = self._workspace.run.overview
        frozen = () if overview is None else overview.frozen
        for row, made in zip(self.rows, self._draft.rows(), strict=False):
            knows = overview is not None and len(frozen) == len(self.rows)
            row.show_frozen(knows and frozen[row.index], knows and made.parameters > 0)

    @Slot()
    def _on_edits_changed(self) -> None:
        self.line.tell("")
        self._show_frozen()

    def _reading(self, outputs: int) -> str:
        """Say how the output is read."""
        if self._draft.experiment.data.is_regression:
            return "the number itself" if outputs == 1 else "the numbers themselves"
        return "a > 0.5 → class" if outputs == 1 else "argmax → class"

    def _make_rows(self, count: int) -> None:
        if not self._flows:
            self._flows.append(self._flow())
            self._body.insertWidget(0, self._flows[0])
        while len(self.rows) < count:
            row = LayerRow(len(self.rows), _ACTIVATIONS)
            row.units_chosen.connect(self._on_units_chosen)
            row.activation_chosen.connect(self._on_activation_chosen)
            row.rate_chosen.connect(self._on_rate_chosen)
            row.remove_wanted.connect(self._draft.remove_layer)
            row.move_wanted.connect(self._draft.move_layer)
            row.focused.connect(self._on_focused)
            row.freeze_chosen.connect(self._workspace.freeze_layer)
            row.dropped.connect(self._on_row_dropped)
            row.considered.connect(self._on_considered)
            flow = self._flow()
            self._body.insertWidget(self._body.count() - 1, row)
            self._body.insertWidget(self._body.count() - 1, flow)
            self.rows.append(row)
            self._flows.append(flow)
        while len(self.rows) > count:
            for widget in (self.rows.pop(), self._flows.pop()):
                self._body.removeWidget(widget)
                widget.hide()
                widget.deleteLater()

    def _flow(self) -> QLabel:
        label = QLabel()
        set_role(label, "flow")
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        return label

    def _kinds_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for kind in LAYERS.values():
            action = menu.addAction(kind.title)
            action.setToolTip(f"{kind.formula}\n{kind.help}")
            action.triggered.connect(partial(self._add, kind.name))
        return menu

    def _add(self, kind: str, _checked: bool = False) -> None:
        index = len(self.rows) - 1
        self._draft.add_layer(index, kind)
        self._workspace.selection.choose(index)
        self._scroll.ensureWidgetVisible(self.rows[index])

    @Slot(int, int)
    def _on_units_chosen(self, index: int, units: int) -> None:
        self._workspace.edit_layer(index, units=units)

    @Slot(int, str)
    def _on_activation_chosen(self, index: int, name: str) -> None:
        spec = self._draft.experiment.layers[index]
        self._workspace.edit_layer(index, **spec.with_activation(name))

    @Slot(int, float)
    def _on_rate_chosen(self, index: int, rate: float) -> None:
        self._workspace.edit_layer(index, rate=rate)

    @Slot(int)
    def _on_focused(self, index: int) -> None:
        self._workspace.selection.choose(index)

    @Slot(int, str)
    def _on_matrix_changed(self, layer: int, _matrix: str = "") -> None:
        shown = min(layer, len(self.rows) - 1)
        for row in self.rows:
            row.set_selected(row.index == shown)

    @Slot(object)
    def _retint(self, _theme: object = None) -> None:
        self.add.setIcon(theme.icon("add"))
        for row in self.rows:
            row.retint()

    # the line of text, and what an edit would keep

    def _parsed(self, text: str) -> tuple[LayerSpec, ...]:
        """Return the layers of a line; those that were there keep their starting values."""
        before = self._draft.experiment.layers
        return with_starts_of(before, parse_stack(text, before[-1]))

    @Slot(str)
    def _on_line_typed(self, text: str) -> None:
        try:
            layers = self._parsed(text)
        except SpecError as error:
            self.line.tell(str(error), wrong=True)
        else:
            self._preview(layers)

    @Slot(str)
    def _on_line_entered(self, text: str) -> None:
        try:
            layers = self._parsed(text)
        except SpecError as error:
            self.line.tell(str(error), wrong=True)
            return
        self.line.tell("")
        self._draft.edit(layers=layers)
        self.line.line.setText(stack_text(self._draft.experiment.layers))

    @Slot()
    def _on_line_left(self) -> None:
        self._workspace.edits.preview_nothing()

    @Slot(str)
    def _on_preset_chosen(self, title: str) -> None:
        _, hidden = PRESETS[title]
        self._draft.edit(layers=(*hidden, self._draft.experiment.layers[-1]))

    @Slot(bool)
    def _on_fresh_toggled(self, fresh: bool) -> None:
        self._workspace.edits.fresh = fresh

    @Slot(int, QPoint)
    def _on_row_dropped(self, index: int, place: QPoint) -> None:
        """Move a row that was dragged to where it was let go; the output stays the last one."""
        target = index
        for row in self.rows[:-1]:
            middle = row.mapToGlobal(row.rect().center()).y()
            if row.index < index and place.y() < middle:
                target = min(target, row.index)
            elif row.index > index and place.y() > middle:
                target = row.index
        if target != index and index < len(self.rows) - 1:
            self._draft.move_layer(index, target - index)

    @Slot(int, str, object)
    def _on_considered(self, index: int, what: str, value: Any) -> None:
        """Say what an edit would keep that the mouse or the keys are about to make."""
        layers = list(self._draft.experiment.layers)
        if what == "remove":
            del layers[index]
        elif what == "move":
            layers.insert(index + value, layers.pop(index))
        elif what:
            layers[index] = layers[index].model_copy(update={what: value})
        if what and layers:
            self._preview(tuple(layers))
        else:
            self.line.tell("")
            self._workspace.edits.preview_nothing()

    def _preview(self, layers: tuple[LayerSpec, ...]) -> None:
        self._workspace.edits.preview(self._draft.experiment.model_copy(update={"layers": layers}))

    @Slot(str)
    def _on_previewed(self, sentence: str) -> None:
        self.line.tell(sentence, wrong=sentence.startswith("Not possible"))

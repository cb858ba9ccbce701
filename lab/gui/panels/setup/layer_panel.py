"""The card of the chosen layer: how its weights begin, and the numbers that only some kinds have."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QLabel, QVBoxLayout, QWidget

from lab.core.initializers import INITIALIZERS
from lab.core.layers import LAYERS
from lab.gui.theme import set_role
from lab.gui.widgets.fields.choices import choice_box
from lab.gui.widgets.fields.labelled_row import labelled_row
from lab.gui.widgets.fields.option_rows import OptionRows, OptionState
from lab.gui.widgets.fields.scrolled import Scrolled
from lab.gui.workspace.workspace import Workspace

_USUAL = ""


class LayerPanel(QWidget):
    """Edits what the row of the stack has no room for, of the layer that is chosen there."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWhatsThis("What only the chosen layer has: how its weights begin, and its numbers")
        self._workspace = workspace
        self._draft = workspace.draft
        self.title, self.formula = QLabel(), QLabel()
        set_role(self.title, "strong")
        set_role(self.formula, "dim small")
        self.formula.setWordWrap(True)
        usual = (_USUAL, "Suits the activation", "The way of drawing W that goes with the layer's activation")
        self.initializer = choice_box(
            [usual, *((name, kind.title, f"{kind.formula}\n{kind.help}") for name, kind in INITIALIZERS.items())]
        )
        self.bias_learns = QCheckBox("The bias b learns")
        self.bias_learns.setToolTip("Without it b stays at what it begins with: every update of b is 0")
        self.starts = QLabel()
        set_role(self.starts, "dim small")
        self.starts.setWordWrap(True)
        self.numbers = OptionRows()
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(10, 6, 10, 8)
        layout.setSpacing(4)
        layout.addWidget(self.title)
        layout.addWidget(self.formula)
        self._initializer_row = labelled_row("First weights", self.initializer, "How the W of this layer is drawn")
        layout.addWidget(self._initializer_row)
        layout.addWidget(self.starts)
        layout.addWidget(self.bias_learns)
        layout.addWidget(self.numbers)
        layout.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(Scrolled(inner))
        self.initializer.activated.connect(self._on_initializer_activated)
        self.bias_learns.clicked.connect(self._on_bias_clicked)
        self.numbers.value_chosen.connect(self._on_value_chosen)
        self._draft.changed.connect(self._show_layer)
        workspace.edit_refused.connect(self._show_layer)
        workspace.selection.matrix_changed.connect(self._on_matrix_changed)
        self._show_layer()

    @property
    def _index(self) -> int:
        return min(self._workspace.selection.layer, len(self._draft.experiment.layers) - 1)

    @Slot(int, str)
    def _on_matrix_changed(self, _layer: int, _matrix: str) -> None:
        self._show_layer()

    @Slot(int)
    def _on_initializer_activated(self, place: int) -> None:
        # Another initializer's number means something else, so it goes back to the usual one.
        name = self.initializer.itemData(place) or None
        self._workspace.edit_layer(self._index, initializer=name, scale=None)

    @Slot(bool)
    def _on_bias_clicked(self, learns: bool) -> None:
        self._workspace.edit_layer(self._index, trainable_bias=learns)

    @Slot(str, float)
    def _on_value_chosen(self, name: str, number: float) -> None:
        self._workspace.edit_layer(self._index, **{name: number})

    @Slot()
    def _show_layer(self) -> None:
        spec = self._draft.experiment.layers[self._index]
        kind = LAYERS[spec.kind]
        self.title.setText(f"Layer {self._index + 1}: {kind.title}")
        self.formula.setText(f"{kind.formula}\n{kind.help}")
        self._initializer_row.setVisible(hasattr(spec, "initializer"))
        self.initializer.setCurrentIndex(self.initializer.findData(getattr(spec, "initializer", None) or _USUAL))
        self.bias_learns.setVisible(hasattr(spec, "trainable_bias"))
        self.bias_learns.setChecked(getattr(spec, "trainable_bias", True))
        self.starts.setVisible(bool(spec.given()))
        self.starts.setText(f"A fresh run begins with the given {' and '.join(spec.given())}; the rest is drawn.")
        self.numbers.show_options(
            [
                OptionState(name, number.title, number.help, number.value, number.limits)
                for name, number in spec.numbers().items()
            ]
        )

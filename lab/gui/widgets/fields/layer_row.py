"""One layer of the stack on screen: its number, units, activation, what that comes to, and its buttons."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, Signal, Slot
from PySide6.QtGui import QFocusEvent, QMouseEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QWidget,
)

from lab.gui import theme
from lab.gui.theme import set_role
from lab.gui.widgets.fields.choices import ChoiceEntry, choice_box, show_number
from lab.gui.widgets.fields.drag_handle import DragHandle
from lab.gui.widgets.fields.fitted_label import FittedLabel
from lab.gui.widgets.fields.rate_box import RateBox
from lab.gui.widgets.fields.whole_box import WholeBox

_RATE_STEP = 0.05
_BUTTON = 26
_GAP = 8
"""Between the shapes and the handle of the units: the one is read, the other dragged."""
_PIXELS_TO_DOUBLE = 120
"""How far the handle of the units is dragged for twice as many of them."""


@dataclass(frozen=True)
class LayerRowState:
    """What a row shows: the layer's number among `count`, what can be set in it (None: nothing), and its sizes."""

    number: int
    count: int
    title: str
    help: str
    units: int | None
    activation: str | None
    rate: float | None
    unit_limits: tuple[int, int | None]
    rate_limits: tuple[float | None, float | None]
    """The lowest and the highest number of each that is valid; None where there is no limit."""
    sizes: tuple[str, ...]
    """The line of its sizes, and shorter ones for less room."""
    problem: str | None
    """Why the layer cannot stand there."""


class LayerRow(QFrame):
    """Edits one layer; says what the user wants and leaves the doing to others.

    activations: the name, title and help of every choice.
    """

    units_chosen = Signal(int, object)  # row, units
    activation_chosen = Signal(int, str)
    rate_chosen = Signal(int, float)
    remove_wanted = Signal(int)
    move_wanted = Signal(int, int)  # row, by
    focused = Signal(int)
    freeze_chosen = Signal(int, bool)
    dropped = Signal(int, QPoint)  # row, the place on the screen where it was let go
    considered = Signal(int, str, object)  # row, what would be changed, and to what; "" where nothing is

    def __init__(self, index: int, activations: list[ChoiceEntry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.index = index
        self.setProperty("role", "inset")
        self.setProperty("selected", False)
        self.badge = DragHandle(str(index + 1), False, "Drag up or down to move this layer")
        set_role(self.badge, "badge")
        self.title = QLabel()
        self.units = WholeBox(1)
        self.units.setMinimumWidth(52)
        self.units.setToolTip("How many units: the columns of W, b, z, a and δ of this layer")
        self.handle = DragHandle("⇔", True, "Drag sideways for more or fewer units")
        set_role(self.handle, "dim small")
        self._units_before = 0
        self.activation = choice_box(activations)
        self.activation.setFixedWidth(88)
        self.activation.setToolTip("σ in a = σ(z)")
        self.rate = RateBox(zero="0", step=_RATE_STEP)
        self.rate.setFixedWidth(52)
        self.rate.setToolTip("The share of units that is silenced in every training batch")
        self.sizes = FittedLabel()
        set_role(self.sizes, "dim small")
        self.problem = QLabel()
        set_role(self.problem, "error small")
        self.problem.setWordWrap(True)
        self.freeze = _button("lock", "Freeze this layer: its W and b stay as they are, its ΔW is 0")
        self.freeze.setCheckable(True)
        self._frozen_shown: tuple[object, ...] = ()
        self.up = _button("up", "Move this layer towards the input")
        self.down = _button("down", "Move this layer towards the output")
        self.remove = _button("remove", "Take this layer out")
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(7, 5, 5, 5)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(3)
        grid.addWidget(self.badge, 0, 0)
        grid.addWidget(self.title, 0, 1)
        grid.addWidget(self.units, 0, 2)
        grid.addWidget(self.rate, 0, 2)
        grid.addWidget(self.activation, 0, 3)
        second = QHBoxLayout()
        second.setSpacing(0)
        second.addWidget(self.sizes, 1)
        second.addSpacing(_GAP)
        second.addWidget(self.handle)
        for button in (self.freeze, self.up, self.down, self.remove):
            second.addWidget(button)
        grid.addLayout(second, 1, 0, 1, 4)
        grid.addWidget(self.problem, 2, 0, 1, 4)
        grid.setColumnStretch(1, 1)

    def _connect(self) -> None:
        self.units.valueChanged.connect(lambda units: self.units_chosen.emit(self.index, units))
        self.rate.valueChanged.connect(lambda rate: self.rate_chosen.emit(self.index, rate))
        self.activation.activated.connect(
            lambda i: self.activation_chosen.emit(self.index, self.activation.itemData(i))
        )
        self.up.clicked.connect(lambda: self.move_wanted.emit(self.index, -1))
        self.down.clicked.connect(lambda: self.move_wanted.emit(self.index, +1))
        self.remove.clicked.connect(lambda: self.remove_wanted.emit(self.index))
        self.freeze.clicked.connect(lambda on: self.freeze_chosen.emit(self.index, on))
        self.badge.pressed.connect(lambda: self.focused.emit(self.index))
        self.badge.dropped.connect(lambda _way, place: self.dropped.emit(self.index, place))
        self.handle.pressed.connect(self._on_handle_pressed)
        self.handle.dragged.connect(self._on_handle_dragged)
        self.handle.dropped.connect(self._on_handle_dropped)
        self.units.lineEdit().textEdited.connect(self._on_units_typed)
        self.activation.highlighted.connect(
            lambda i: self.considered.emit(self.index, "activation", self.activation.itemData(i))
        )
        for child in (self.units, self.rate, self.activation, self.freeze, self.up, self.down, self.remove):
            child.installEventFilter(self)

    @Slot()
    def _on_handle_pressed(self) -> None:
        self._units_before = self.units.value()
        self.focused.emit(self.index)

    def _units_after(self, way: int) -> int:
        """Return the units for a drag of so many pixels: each further one counts for more in a wide layer."""
        units = self._units_before + round(way * max(self._units_before, 8) / _PIXELS_TO_DOUBLE)
        lowest, highest = self.units.limits()
        return max(units, lowest) if highest is None else min(max(units, lowest), highest)

    @Slot(int)
    def _on_handle_dragged(self, way: int) -> None:
        units = self._units_after(way)
        show_number(self.units, units)
        self.considered.emit(self.index, "units", units)

    @Slot(int, QPoint)
    def _on_handle_dropped(self, way: int, _place: QPoint) -> None:
        units = self._units_after(way)
        self.considered.emit(self.index, "", None)
        if units != self._units_before:
            self.units_chosen.emit(self.index, units)

    @Slot(str)
    def _on_units_typed(self, text: str) -> None:
        lowest, highest = self.units.limits()
        if text.isdecimal() and lowest <= int(text[:9]) <= (int(text[:9]) if highest is None else highest):
            self.considered.emit(self.index, "units", int(text[:9]))

    def show_layer(self, state: LayerRowState) -> None:
        """Show a layer with its sizes and, where there is one, its problem."""
        self.title.setText(state.title)
        self.title.setToolTip(state.help)
        self.units.set_limits(*state.unit_limits)
        self.rate.set_limits(*state.rate_limits)
        for field, value in ((self.units, state.units), (self.rate, state.rate)):
            field.setVisible(value is not None)
            if value is not None:
                show_number(field, value)
        self.handle.setVisible(state.units is not None and state.number < state.count)
        self.activation.setVisible(state.activation is not None)
        self.activation.setCurrentIndex(self.activation.findData(state.activation))
        self.sizes.set_texts(state.sizes)
        self.sizes.setToolTip("Shapes of the layer's parameters, and how many numbers they are")
        self.problem.setText(state.problem or "")
        self.problem.setVisible(state.problem is not None)
        self._mark("problem", state.problem is not None)
        self.up.setEnabled(self.index > 0)
        self.down.setEnabled(state.number < state.count)
        self.remove.setEnabled(state.count > 1)
        name = f"layer {state.number}"
        self.units.setAccessibleName(f"Units of {name}")
        self.activation.setAccessibleName(f"Activation of {name}")
        for button, word in ((self.up, "Move up"), (self.down, "Move down"), (self.remove, "Remove")):
            button.setAccessibleName(f"{word} {name}")
        self.rate.setAccessibleName(f"Rate of {name}")
        activation = self.activation.currentText() if state.activation is not None else None
        set_to = (value for value in (state.units, activation, state.rate) if value is not None)
        self.setAccessibleName(" ".join(map(str, (f"{name}:", state.title, *set_to))))

    def show_frozen(self, frozen: bool, possible: bool) -> None:
        """Show whether the layer is frozen, and whether it can be."""
        now = (frozen, possible, self.index, theme.current())
        if now == self._frozen_shown and self.freeze.isChecked() == frozen:
            return  # an icon is drawn anew each time it is asked for
        self._frozen_shown = now
        self.freeze.setChecked(frozen)
        self.freeze.setIcon(theme.icon("lock", theme.current().accent if frozen else ""))
        self.freeze.setVisible(possible)
        words = "Unfreeze" if frozen else "Freeze"
        self.freeze.setAccessibleName(f"{words} layer {self.index + 1}")

    def set_selected(self, selected: bool) -> None:
        """Draw the row as the one whose matrices are on show."""
        self._mark("selected", selected)

    def _mark(self, name: str, value: bool) -> None:
        if self.property(name) != value:
            self.setProperty(name, value)
            self.style().polish(self)

    @Slot(object)
    def retint(self, _theme: object = None) -> None:
        """Draw the buttons in the present theme's colours."""
        for button in (self.up, self.down, self.remove):
            button.setIcon(theme.icon(str(button.property("icon_name"))))
        self.show_frozen(self.freeze.isChecked(), self.freeze.isVisibleTo(self))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.focused.emit(self.index)
        super().mousePressEvent(event)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn and isinstance(event, QFocusEvent):
            self.focused.emit(self.index)
        if event.type() in (QEvent.Type.Enter, QEvent.Type.FocusIn):
            self._consider(watched)
        elif event.type() in (QEvent.Type.Leave, QEvent.Type.FocusOut):
            self.considered.emit(self.index, "", None)
        return False

    def _consider(self, button: object) -> None:
        """Tell what a button would do, before it is pressed."""
        for own, what, value in ((self.up, "move", -1), (self.down, "move", +1), (self.remove, "remove", None)):
            if button is own and own.isEnabled():
                self.considered.emit(self.index, what, value)


def _button(icon: str, help_text: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(theme.icon(icon))
    button.setProperty("icon_name", icon)
    button.setToolTip(help_text)
    button.setProperty("flat", True)
    button.setFixedWidth(_BUTTON)
    return button

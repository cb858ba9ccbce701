"""The page of an activation: its curve and slope, where the z of a layer lie on it, and what share gets no gradient."""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from lab.core.activation_kinds.curve import DEAD, SATURATED, SATURATED_SLOPE
from lab.core.activations import Activation
from lab.core.layer_kinds.output_layer import OutputLayer
from lab.core.layers import LAYERS
from lab.experiment.forms.layer_specs import LayerSpec
from lab.experiment.readings.activation_spread import ActivationAtWork, ActivationSpread
from lab.experiment.readings.reading import AnyReading
from lab.experiment.snapshot import Snapshot
from lab.experiment.stack.stack_text import layer_text
from lab.gui.panels.viewer_panel import ViewerPanel
from lab.gui.theme import set_role
from lab.gui.widgets.drawing.number_text import count_text, number_text, share_text
from lab.gui.widgets.fields.choices import choice_box, show_number
from lab.gui.widgets.fields.segmented import Segmented
from lab.gui.widgets.fields.whole_box import WholeBox
from lab.gui.widgets.network.activation_plot import ActivationPlot, ActivationShape
from lab.gui.workspace.workspace import Workspace

_BARS: Final = 60
_NOTHING: Final = "Nothing runs yet: press Run or Step batch, and the activation of the chosen layer appears here."
_NO_STEP: Final = "No step yet: press Run or Step batch, and the z of this layer appear."
_TITLES: Final = {DEAD: "σ′ = 0", SATURATED: "saturated"}


class ActivationPanel(ViewerPanel):
    """Shows the activation of the layer that is chosen anywhere in the window, while it trains."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self._selection = workspace.selection
        self._layers: tuple[LayerSpec, ...] = ()
        self._sigmas: list[Activation | None] = []
        self._shown: tuple[ActivationAtWork, ActivationSpread] | None = None
        self._shape_of: tuple[object, ...] = ()
        self._reach, self._reach_of = 0.0, 0
        """Where the axis ends, and of which layer."""
        self.layer, self.unit, self.at = choice_box(), WholeBox(0, 0), Segmented()
        self.plot, self.note = ActivationPlot(), QLabel(_NOTHING)
        self._dress()
        self._lay_out()
        self.layer.activated.connect(self._on_layer_chosen)
        self.unit.valueChanged.connect(self._on_chosen)
        self.at.current_changed.connect(self._on_chosen)
        self._selection.matrix_changed.connect(self._on_matrix_changed)
        self._selection.cell_changed.connect(self._on_cell_changed)
        self._selection.example_changed.connect(self._on_chosen)
        self._selection.hidden_changed.connect(self._on_chosen)
        self.plot.set_shape(None, _NOTHING)

    def _dress(self) -> None:
        self.layer.setAccessibleName("Layer")
        self.layer.setToolTip("The layer whose activation is shown; it is chosen in the inspector, too")
        self.unit.setAccessibleName("Unit")
        self.unit.setButtonSymbols(WholeBox.ButtonSymbols.UpDownArrows)
        self.unit.setToolTip("The unit, from 0, whose z are told apart and whose tangent is drawn")
        self.at.set_items(
            ["Mean z", "Example"],
            [
                "The tangent touches the curve at the mean z of the unit over the batch",
                "It touches at the z that the chosen example of the batch gives the unit",
            ],
        )
        self.at.setAccessibleName("Where the tangent is")
        self.plot.setToolTip(
            "Above: what the activation makes of z, and its slope, by which δ is multiplied on the way back. "
            "Beneath: how many z of this batch lie where. In a shaded zone hardly any gradient passes."
        )
        self.note.setWordWrap(True)
        self.note.setAccessibleName("What the curves show")
        set_role(self.note, "dim small")

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        for title, field in (("Layer", self.layer), ("Unit", self.unit), ("Tangent at", self.at)):
            label = QLabel(title)
            set_role(label, "dim")
            label.setBuddy(field)
            label.setToolTip(field.toolTip())
            head.addWidget(label)
            head.addWidget(field)
        head.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(self.plot, 1)
        layout.addWidget(self.note)

    # what is asked

    def readings(self) -> Iterable[AnyReading]:
        """Return the activation of the chosen layer."""
        self._offer_layers()
        return () if (wanted := self._wanted()) is None else (wanted,)

    def _wanted(self) -> ActivationSpread | None:
        place = self._selection.layer
        if place >= len(self._layers) or self._why_not(place) or self._selection.hidden in ((place, "z"), (place, "a")):
            return None
        example = self._selection.example if self.at.current() == 1 else None
        reach = self._reach if self._reach_of == place else 0.0
        return ActivationSpread(place, self.unit.value(), _BARS, example, reach)

    def _why_not(self, place: int) -> str:
        """Return why a layer has no curve, as a sentence; empty where it has one."""
        sigma = self._sigmas[place]
        if sigma is None:
            kind = LAYERS[self._layers[place].kind].title.lower()
            return f"Layer {place + 1} ({kind}) has no activation of its own: choose another layer."
        return sigma.why_no_curve

    def _offer_layers(self) -> None:
        """Offer the layers of the stack that runs; the one that is chosen in the window is shown."""
        layers = self._run.experiment.layers if self._run.experiment is not None else ()
        if layers != self._layers:
            self._layers = layers
            made = [spec.make() for spec in layers]
            self._sigmas = [layer.activation if isinstance(layer, OutputLayer) else None for layer in made]
            self.layer.clear()
            self.layer.addItems([f"{number}: {layer_text(spec)}" for number, spec in enumerate(layers, start=1)])
        place = min(self._selection.layer, len(layers) - 1)
        if place != self.layer.currentIndex():
            self.layer.setCurrentIndex(place)

    # what is shown

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the activation that came; while there is none for the present choices, say why or keep the last."""
        wanted, place = self._wanted(), self._selection.layer
        if wanted is None:
            hidden = "These numbers are what you are asked for: they are shown again when you have answered."
            self._show_nothing((self._why_not(place) or hidden) if place < len(self._layers) else _NOTHING)
            return
        found = snapshot.get(wanted)
        if found is not None:
            self._show(found, wanted)
        elif wanted not in snapshot.postponed:
            self._show_nothing(_NO_STEP)

    def _show(self, found: ActivationAtWork, wanted: ActivationSpread) -> None:
        self.unit.set_limits(0, found.units - 1)
        if self.unit.value() >= found.units:
            self.unit.blockSignals(True)
            show_number(self.unit, found.units - 1)
            self.unit.blockSignals(False)
        self._shown = found, wanted
        self._reach, self._reach_of = found.reach, wanted.layer
        shape_of = (wanted.layer, self._layers[wanted.layer], found.reach)
        if shape_of != self._shape_of:
            self._shape_of = shape_of
            curve = found.curve
            zones = tuple((_TITLES[zone.kind], zone.low, zone.high) for zone in curve.zones)
            self.plot.set_shape(ActivationShape(curve.z, curve.a, curve.slope, zones))
        self.plot.set_spread(found.counts, found.unit_counts, found.point)

    def show_figures(self, snapshot: Snapshot) -> None:
        """Say in words what the picture shows."""
        if self._shown is not None:
            text = self._words(*self._shown)
            self.note.setText(text)
            self.plot.setAccessibleDescription(text)

    def _words(self, found: ActivationAtWork, wanted: ActivationSpread) -> str:
        """Say what share of z lies in each zone, and how steep the curve is at the tangent."""
        sigma = self._sigmas[wanted.layer]
        assert sigma is not None
        unit = min(wanted.unit, found.units - 1)
        z, a, slope = (number_text(value, signed=True) for value in found.point)
        at = "mean z" if wanted.example is None else f"z of example {min(wanted.example, found.m - 1) + 1}"
        zones = (
            (DEAD, "σ′ = 0", "dead: no gradient passes"),
            (SATURATED, f"|σ′| is above 0 but below {SATURATED_SLOPE:g}", "saturated: hardly any"),
        )
        shares = [
            f"{share_text(found.shares[kind], 1)} of all z lie where {where} ({name}; of unit {unit}: "
            f"{share_text(found.unit_shares[kind], 1)})"
            for kind, where, name in zones
        ]
        of = f"{count_text(found.m)} examples × {count_text(found.units)} units"
        return (
            f"Step {count_text(found.step)}, {sigma.title}: {sigma.formula}; {sigma.derivative_formula}. {of}: "
            f"{' and '.join(shares)}. Unit {unit}: {at} {z} becomes {a}; there the slope is {slope}."
        )

    def _show_nothing(self, sentence: str) -> None:
        self._shape_of, self._shown = (), None
        self.plot.set_shape(None, sentence)
        self.plot.setAccessibleDescription(sentence)
        self.note.setText("")

    def clear(self) -> None:
        """Show no activation of another run."""
        self._reach = 0.0
        self._show_nothing(_NO_STEP if self._run.experiment is not None else _NOTHING)

    @Slot(int)
    def _on_layer_chosen(self, place: int) -> None:
        self._selection.choose(place)

    @Slot(int, str)
    def _on_matrix_changed(self, _layer: int, _name: str) -> None:
        self._run.refresh()

    @Slot()
    def _on_cell_changed(self) -> None:
        """Follow a cell that is chosen in z, a or δ: its column is a unit."""
        selection = self._selection
        if selection.cell is not None and selection.matrix in ("z", "a", "delta", "slope"):
            unit = selection.cell[0 if selection.one_example else 1]
            if unit != self.unit.value():
                show_number(self.unit, unit)
                self._run.refresh()

    @Slot()
    def _on_chosen(self, _what: object = None) -> None:
        self._run.refresh()

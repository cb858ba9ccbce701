"""The page of the network: neurons and edges live, on the way forward or back; one neuron beneath in numbers."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Final

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from lab.core.explain.superscript import superscript
from lab.experiment.example_names import output_names
from lab.experiment.readings.network_graph import GraphNumbers
from lab.experiment.readings.network_units import INPUTS, Column, NetworkUnits
from lab.experiment.readings.neuron import Neuron, NeuronNumbers
from lab.experiment.readings.neuron_maps import NeuronMaps
from lab.experiment.readings.reading import AnyReading
from lab.experiment.snapshot import Snapshot
from lab.experiment.stack.stack_text import layer_text
from lab.gui.panels.viewer_panel import ViewerPanel
from lab.gui.theme import set_role
from lab.gui.widgets.drawing.array_types import Matrix, Values
from lab.gui.widgets.drawing.number_text import count_text, number_text
from lab.gui.widgets.fields.choices import choice_box
from lab.gui.widgets.fields.segmented import Segmented
from lab.gui.widgets.network.edge_picture import MOST_EDGES
from lab.gui.widgets.network.graph_layout import GraphColumn
from lab.gui.widgets.network.graph_view import GraphView
from lab.gui.widgets.network.neuron_view import NeuronView
from lab.gui.workspace.workspace import Workspace

_AT_MOST: Final = (8, 16, 32, 64)
_USUAL, _WITH_MAPS = 16, 8
_MAP_SIDE: Final = 20
_STRONGEST: Final = 3
_NOTHING: Final = "Nothing runs yet: press Run or Step batch, and the network appears here."
_HINT: Final = (
    "Point at a neuron, or use the arrow keys, to see its numbers. A click or Enter opens it in the inspector."
)


class NetworkPanel(ViewerPanel):
    """Shows the stack as neurons and weights, and the one that is pointed at in numbers that move while it trains."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self._selection = workspace.selection
        self._columns: tuple[Column, ...] = ()
        self._numbers: GraphNumbers | None = None
        """What is asked of the columns on show."""
        self._asked: NeuronNumbers | None = None
        self._is_most_chosen = False
        self.way, self.most, self.maps = Segmented(), choice_box(), QCheckBox("Maps")
        self.graph, self.neuron, self.note = GraphView(), NeuronView(), QLabel(_NOTHING)
        self._dress()
        self._lay_out()
        self.way.current_changed.connect(self._on_chosen)
        self.most.activated.connect(self._on_most_chosen)
        self.maps.clicked.connect(self._on_maps_clicked)
        self.graph.neuron_pointed.connect(self._on_neuron_pointed)
        self.graph.neuron_chosen.connect(self._on_neuron_chosen)
        self._selection.example_changed.connect(self._on_chosen)
        self._selection.form_changed.connect(self._on_chosen)
        self._selection.hidden_changed.connect(self._on_chosen)
        self._run.edited.connect(self._on_edited)
        self.clear()

    def _dress(self) -> None:
        self.way.set_items(
            ["Forward", "Backward"],
            [
                "Edges are the weights W, neurons their activation a",
                "Edges are the gradients ∂L/∂W, neurons their error δ: what each one is told to change",
            ],
        )
        self.way.setAccessibleName("Which way through the network")
        for most in _AT_MOST:
            self.most.addItem(str(most))
        self.most.setCurrentText(str(_USUAL))
        self.most.setAccessibleName("Neurons of a layer at most")
        self.most.setToolTip("Of a wider layer the neurons with the largest outgoing weights are shown")
        self.maps.setChecked(True)
        self.maps.setToolTip(
            "With two inputs: show in each neuron its activation at every place of the plane, "
            "made anew up to two times a second"
        )
        self.graph.set_description(self._name_of)
        self.note.setWordWrap(True)
        self.note.setAccessibleName("What the picture shows")
        set_role(self.note, "dim small")

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        label = QLabel("At most")
        set_role(label, "dim")
        label.setBuddy(self.most)
        label.setToolTip(self.most.toolTip())
        for widget in (self.way, label, self.most, self.maps):
            head.addWidget(widget)
        head.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self.graph)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(area, 1)
        layout.addWidget(self.note)
        layout.addWidget(self.neuron)

    # what is asked

    def readings(self) -> Iterable[AnyReading]:
        """Return the neurons to be shown, their numbers, and with two inputs their maps."""
        if not self._is_most_chosen:  # of few neurons the maps are large enough to be read
            self.most.setCurrentText(str(_WITH_MAPS if self._is_plane() else _USUAL))
        asked: list[AnyReading] = [NetworkUnits(int(self.most.currentText()))]
        if self._columns:
            self._numbers = self._wanted_numbers()
            asked.append(self._numbers)
            if (maps := self._wanted_maps()) is not None:
                asked.append(maps)
        return asked

    def figure_readings(self) -> Iterable[AnyReading]:
        """Return the numbers of the neuron that is pointed at."""
        self._asked = self._wanted_neuron()
        return () if self._asked is None else (self._asked,)

    def _wanted_numbers(self) -> GraphNumbers:
        selection = self._selection
        example = selection.example if selection.one_example or selection.follows else None
        return GraphNumbers(self._pairs(), self._is_backward(), example)

    def _pairs(self) -> tuple[tuple[int, tuple[int, ...]], ...]:
        return tuple((column.layer, column.units) for column in self._columns)

    def _is_backward(self) -> bool:
        return self.way.current() == 1

    def _is_plane(self) -> bool:
        facts, running = self._run.facts, self._run.experiment
        extended = running is not None and bool(running.data.features)
        return facts is not None and (facts.dataset.inputs == 2 or extended)

    def _wanted_maps(self) -> NeuronMaps | None:
        wanted = self._is_plane() and self.maps.isChecked() and not self._is_backward()
        return NeuronMaps(self._pairs(), _MAP_SIDE) if wanted and self._selection.hidden is None else None

    def _wanted_neuron(self) -> NeuronNumbers | None:
        current = self.graph.current()
        if current is None or current[0] >= len(self._columns):
            return None
        column = self._columns[current[0]]
        onward = self._columns[current[0] + 1].layer if current[0] + 1 < len(self._columns) else None
        return NeuronNumbers(column.layer, column.units[current[1]], onward)

    # what is shown

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the numbers of the neurons on show, and others where others have become the strongest."""
        columns = snapshot.get(NetworkUnits(int(self.most.currentText())))
        if columns is not None and columns != self._columns:
            self._take_columns(columns)
            self._run.refresh()
        if not self._columns or self._numbers is None:
            return
        found = snapshot.get(self._numbers)
        if found is None:
            self.graph.set_numbers((), ())
        else:
            gaps = zip(self._columns[1:], found.edges, strict=True)
            names = ("delta", "dW") if self._is_backward() else ("a", "W")
            nodes = [
                None if self._hides(column.layer, names[0]) else values
                for column, values in zip(self._columns, found.nodes, strict=True)
            ]
            edges = [None if self._hides(column.layer, names[1]) else matrix for column, matrix in gaps]
            self.graph.set_numbers(nodes, edges)
        maps = self._wanted_maps()
        if maps is None:
            self.graph.set_maps(())
        elif (pictures := snapshot.get(maps)) is not None:
            self.graph.set_maps(pictures)

    def show_figures(self, snapshot: Snapshot) -> None:
        """Show the neuron that is pointed at, and say of which step everything is."""
        if not self._columns:
            return
        self.note.setText(self._words(snapshot))
        wanted, current = self._wanted_neuron(), self.graph.current()
        found = None if wanted is None else snapshot.get(wanted)
        if wanted is None or current is None:
            self.neuron.set_nothing(_HINT)
        elif found is not None:
            self._show_neuron(found, *current)
        elif wanted == self._asked:  # else it was pointed at just now, and its numbers are on the way
            self.neuron.set_nothing(_HINT)

    def _take_columns(self, columns: tuple[Column, ...]) -> None:
        self._columns, self._numbers = columns, None
        ends = (0, len(columns) - 1)
        self.graph.set_columns(
            [
                GraphColumn(self._title(each), each.width, each.units, self._names(place) if place in ends else ())
                for place, each in enumerate(columns)
            ]
        )
        if self.graph.current() is None:
            self.graph.set_current(min(1, len(columns) - 1), 0)
        self.maps.setVisible(self._is_plane())

    def _title(self, column: Column) -> str:
        if column.layer == INPUTS:
            return "inputs"
        layers = self._run.experiment.layers if self._run.experiment is not None else ()
        return f"{column.layer + 1}: {layer_text(layers[column.layer])}" if column.layer < len(layers) else ""

    def _hides(self, layer: int, name: str) -> bool:
        """Return whether somebody is asked for these numbers."""
        return self._selection.hidden == (max(layer, 0), "x" if layer == INPUTS else name)

    def _name_of(self, column: int, place: int) -> str:
        """Return what a neuron is called: a feature, a class, or the number of a unit."""
        chosen = self._columns[column]
        names = self._names(column)
        name = names[place] if names else f"unit {chosen.units[place]}"
        return f"input {name}" if chosen.layer == INPUTS else f"{self._title(chosen)}, {name}"

    def _names(self, column: int) -> tuple[str, ...]:
        """Return the features or classes that the neurons on show stand for; none within the network."""
        chosen, facts = self._columns[column], self._run.facts
        names: tuple[str, ...] = ()
        if facts is not None and chosen.layer == INPUTS:
            names = facts.dataset.feature_names
        elif facts is not None and column == len(self._columns) - 1:
            names = output_names(facts.dataset, chosen.width)
        return tuple(names[unit] for unit in chosen.units) if names else ()

    def _words(self, snapshot: Snapshot) -> str:
        example = self._numbers.example if self._numbers is not None else None
        of = f"mean over {count_text(snapshot.progress.m)} examples"
        of = of if example is None else f"of example {example + 1} in the batch"
        of = of if snapshot.progress.m else "nothing yet"
        node, edge = ("δ", "∂L/∂W") if self._is_backward() else ("a", "W")
        words = [f"Step {count_text(snapshot.progress.step)}. Neurons: {node}, {of}. Edges: {edge}, each gap to scale."]
        if any(len(one.units) * len(two.units) > MOST_EDGES for one, two in pairwise(self._columns)):
            words.append(f"Of a gap the {MOST_EDGES} strongest are drawn.")
        collapsed = [column for column in self._columns if len(column.units) < column.width]
        if collapsed:
            first = collapsed[0]
            words.append(
                f"{len(first.units)} of {count_text(first.width)} shown: the largest outgoing weights, "
                "looked up every two seconds."
            )
        return " ".join(words)

    def _show_neuron(self, found: Neuron, column: int, place: int) -> None:
        layer = self._columns[column].layer
        title = [self._name_of(column, place)]
        number = superscript(layer + 1) if layer != INPUTS else ""
        weights = None if self._hides(layer, "W") else found.weights
        if found.bias is not None and not self._hides(layer, "b"):
            title.append(f"b {number_text(found.bias, signed=True)}")
        if weights is not None:
            title.append(f"largest weights: {self._strongest(weights, column - 1)}")
        elif found.leaving is not None and layer == INPUTS:
            title.append(f"its {count_text(len(found.leaving))} outgoing weights on the left")
        shown: list[tuple[str, Values | None]] = [(f"z{number}", found.z), (f"a{number}", found.a)]
        if layer == INPUTS:
            shown = [("x", found.a)]
        elif self._is_backward():
            shown[1] = (f"δ{number}", found.delta)
        names = ("x",) if layer == INPUTS else ("z", "delta" if self._is_backward() else "a")
        spreads = [
            (label, None if self._hides(layer, name) else values)
            for (label, values), name in zip(shown, names, strict=True)
        ]
        picture = weights if weights is not None else found.leaving if layer == INPUTS else None
        self.neuron.set_neuron(" · ".join(title), self._picture(picture, column), tuple(spreads))

    def _picture(self, weights: Values | None, column: int) -> Matrix | None:
        """Return the weights as the image that the inputs are, or as a strip."""
        facts = self._run.facts
        shape = facts.dataset.image_shape if facts is not None else None
        if weights is None:
            return None
        if column == 1 and shape is not None and weights.size == np.prod(shape):
            image = weights.reshape(shape)
            return image if image.ndim == 2 else image.mean(axis=-1)
        return weights[None, :]

    def _strongest(self, weights: Values, before: int) -> str:
        """Return the names and numbers of the largest weights of a neuron."""
        facts = self._run.facts
        order = np.argsort(-np.abs(weights), kind="stable")[:_STRONGEST].tolist()
        is_first = self._columns[before].layer == INPUTS and facts is not None
        names = facts.dataset.feature_names if facts is not None and is_first else ()
        texts = [(names[k] if names else f"unit {k}", float(weights[k])) for k in order]
        return ", ".join(f"{name} {number_text(weight, signed=True)}" for name, weight in texts)

    def clear(self) -> None:
        """Show no network: another run begins."""
        self._columns, self._numbers = (), None
        self.graph.set_columns((), _NOTHING)
        self.note.setText("")
        self.neuron.set_nothing(_HINT)

    @Slot()
    def _on_chosen(self, _what: object = None) -> None:
        self._run.refresh()

    @Slot(int)
    def _on_most_chosen(self, _place: int) -> None:
        self._is_most_chosen = True
        self._run.refresh()

    @Slot()
    def _on_maps_clicked(self) -> None:
        self.graph.set_maps(())
        self._run.refresh()

    @Slot(int, int)
    def _on_neuron_pointed(self, _column: int, _place: int) -> None:
        self._run.refresh()

    @Slot(int, int)
    def _on_neuron_chosen(self, column: int, place: int) -> None:
        """Open the neuron in the inspector: its cell of a, δ or X."""
        chosen, selection = self._columns[column], self._selection
        unit, example = chosen.units[place], selection.example
        name = "x" if chosen.layer == INPUTS else "delta" if self._is_backward() else "a"
        selection.choose(max(chosen.layer, 0), name)
        selection.choose_cell(*((unit, 0) if selection.one_example else (example, unit)))

    @Slot(str)
    def _on_edited(self, _sentence: str) -> None:
        """Forget the neurons of a stack that was changed."""
        experiment = self._run.experiment
        titles = [self._title(column) for column in self._columns]
        if (
            experiment is None
            or any(not title for title in titles)
            or titles != [column.title for column in self.graph.columns()]
        ):
            self.clear()

"""Try it: one example, taken, drawn or set by hand, what the network says of it, and what lies near it in training."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from lab.data.errors import DataError
from lab.data.subsets.split import SUBSETS
from lab.experiment.readings.example_answer import Answer, ExampleAnswer, InputRanges, Nearest, NearestExamples, Ranges
from lab.experiment.readings.reading import AnyReading
from lab.experiment.snapshot import Snapshot
from lab.experiment.tried_example import (
    TriedExample,
    answer_text,
    pinned_target,
    place_text,
    range_warning,
    taken,
)
from lab.gui.panels.viewer_panel import ViewerPanel
from lab.gui.theme import set_role
from lab.gui.widgets.drawing.number_text import number_text
from lab.gui.widgets.fields.choices import choice_box
from lab.gui.widgets.fields.whole_box import WholeBox
from lab.gui.widgets.rows.row_model import LeadColumn
from lab.gui.widgets.rows.share_bars import ShareBars
from lab.gui.workspace.dialog_folders import DialogFolders
from lab.gui.workspace.example_rows import ExampleRows
from lab.gui.workspace.trying.try_inputs import TryInputs
from lab.gui.workspace.workspace import Workspace

if TYPE_CHECKING:
    from lab.experiment.datasets import DataFacts
    from lab.storage.predictions import Predictions

_PARTS: Final = dict(zip(SUBSETS, ("Training", "Validation", "Test"), strict=True))
_SETTLE: Final = 30
"""Milliseconds in which the strokes of a pen become one question."""
_FOUND: Final = "Nearest in training, by the distance of the scaled inputs; looked up once for each example"
_LOOKED_FOR: Final = "Nearest in training: being looked up…"
_NO_RUN: Final = "There is no network to ask yet: press Run, or take a step, and try an example here while it learns."


class TryPanel(ViewerPanel):
    """Asks the network about one example with every picture, so that the answer moves while it trains."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self._facts: DataFacts | None = None
        self._example: TriedExample | None = None
        self._answer: Answer | None = None
        self._ranges: Ranges | None = None
        self._near: tuple[bytes, Nearest] | None = None
        self._folders = DialogFolders(self)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SETTLE)
        self._soon.timeout.connect(self._run.refresh)
        self.part = choice_box(
            (part, f"{title} example", f"Take an example of the {title.lower()} part") for part, title in _PARTS.items()
        )
        self.number = WholeBox(1, 1)
        self.load, self.pin = QPushButton("Load…"), QPushButton("Show on the board")
        self.place, self.said, self.warning = QLabel(), QLabel(), QLabel()
        self.inputs = TryInputs()
        self.bars = ShareBars()
        self.near = ExampleRows("Nearest training examples")
        self._lay_out()
        self._connect()
        self._begin()

    def _lay_out(self) -> None:
        self.part.setAccessibleName("Part of the data")
        self.part.setToolTip("Which part of the data an example is taken from")
        self.number.setAccessibleName("Number of the example")
        self.number.setToolTip("Which example of the part, from 1; the arrow keys go on to the next")
        self.load.setToolTip("A picture, or a file whose first row is tried; it is made ready as the training data was")
        self.pin.setToolTip(
            "Pins this example: board, inspector and network page show its forward and backward pass, and every step "
            "trains on it until Run ▸ Let the batch go. What you drew is taught as what it is taken for"
        )
        for label, role in ((self.place, "dim small"), (self.said, "strong"), (self.warning, "warn")):
            set_role(label, role)
            label.setWordWrap(True)
        self.said.setAccessibleDescription("What the network says")
        head = QHBoxLayout()
        for widget in (self.part, self.number, self.load):
            head.addWidget(widget)
        head.addStretch(1)
        head.addWidget(self.pin)
        answer = QVBoxLayout()
        answer.addWidget(self.said)
        answer.addWidget(self.bars, 1)
        answer.addStretch(0)
        middle = QGridLayout()
        middle.setHorizontalSpacing(14)
        middle.addWidget(self.inputs, 0, 0)
        middle.addLayout(answer, 0, 1)
        middle.setColumnStretch(0, 3)
        middle.setColumnStretch(1, 2)
        self.bars.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(self.place)
        layout.addLayout(middle, 3)
        layout.addWidget(self.warning)
        layout.addWidget(self.near, 1)

    def _connect(self) -> None:
        self.part.currentIndexChanged.connect(self._on_part_chosen)
        self.number.valueChanged.connect(self._on_number_chosen)
        self.inputs.changed.connect(self._on_inputs_changed)
        self.inputs.refused.connect(self._workspace.problem_found)
        self.load.clicked.connect(self._on_load_clicked)
        self.pin.clicked.connect(self._on_pin_clicked)
        self._workspace.loading.changed.connect(self._on_loaded)

    # the data of the run

    def _begin(self) -> None:
        """Take the first training example of the run's data; without a run there is nothing to try."""
        self._facts = facts = self._run.facts
        self._ranges = self._near = self._answer = self._example = None
        for widget in (self.part, self.number, self.load, self.pin, self.inputs, self.bars, self.near):
            widget.setEnabled(facts is not None)
            widget.setVisible(facts is not None)
        self.warning.clear()
        if facts is None:
            self.place.setText(_NO_RUN)
            self.said.clear()
            return
        self.inputs.set_data(facts.dataset, self._workspace.shown.data.features)
        self.near.set_data(facts.dataset)
        self.bars.setVisible(not facts.dataset.is_regression)
        self.part.setCurrentIndex(0)
        self._take()

    @Slot()
    def _on_part_chosen(self, _index: int = 0) -> None:
        self.number.blockSignals(True)
        self.number.setValue(1)
        self.number.blockSignals(False)
        self._take()

    @Slot(object)
    def _on_number_chosen(self, _number: int) -> None:
        self._take()

    def _take(self) -> None:
        """Show the chosen example of the data."""
        facts = self._facts
        if facts is None:
            return
        part = self.part.currentData()
        count = len(getattr(facts.split, part))
        self.number.set_limits(1, max(count, 1))
        if not count:
            self.place.setText(f"The {_PARTS[part].lower()} part has no examples.")
            return
        try:
            example = taken(facts, part, min(self.number.value(), count) - 1)
        except DataError as error:
            self.place.setText(str(error))
            return
        self.inputs.show_example(example.x)
        self._try(example)

    def _try(self, example: TriedExample) -> None:
        """Ask about another example."""
        assert self._facts is not None
        self._example, self._answer = example, None
        self.place.setText(f"This example: {place_text(self._facts, example)}. {self.inputs.hint()}")
        self.near.caption.setText(_LOOKED_FOR)
        self._show_warning()
        if not self._soon.isActive():
            self._soon.start()

    @Slot(object)
    def _on_inputs_changed(self, x: NDArray[np.float64]) -> None:
        if self._example is not None:
            self._try(self._example.changed(x))

    # a file

    @Slot()
    def _on_load_clicked(self) -> None:
        folder = str(self._folders.of("predict"))
        name, _ = QFileDialog.getOpenFileName(self, "Try a picture, or the first row of a file", folder)
        if name:
            self._folders.remember("predict", Path(name).parent)
            self._workspace.loading.predict(Path(name))

    @Slot()
    def _on_loaded(self) -> None:
        found: Predictions | None = self._workspace.loading.result
        if found is None or self._facts is None or not len(found.x) or found.x.shape[1] != self._facts.dataset.inputs:
            return
        example = TriedExample(np.array(found.x[0], np.float64))
        self.inputs.show_example(example.x)
        self._try(example)

    # what the network says

    def readings(self) -> Iterable[AnyReading]:
        """Return the answer, and what is not known yet of the example's surroundings."""
        if self._example is None or self._facts is not self._run.facts:
            return ()
        key = self._example.key
        wanted: list[AnyReading] = [ExampleAnswer(key)]
        if self._ranges is None:
            wanted.append(InputRanges())
        if self._near is None or self._near[0] != key:
            wanted.append(NearestExamples(key))
        return wanted

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the answer of this step."""
        if self._facts is not self._run.facts:
            self._begin()
        facts, example = self._facts, self._example
        if facts is None or example is None:
            return
        answer = snapshot.get(ExampleAnswer(example.key))
        if answer is not None:
            self._answer = answer
            self._show_answer(facts, example, answer)
        if self._ranges is None and (ranges := snapshot.get(InputRanges())) is not None:
            self._ranges = ranges
            self.inputs.set_ranges(ranges.low, ranges.high)
            self.inputs.show_example(example.x)
            self._show_warning()
        near = snapshot.get(NearestExamples(example.key))
        if near is not None and (self._near is None or self._near[0] != example.key):
            self._near = example.key, near
            distance = LeadColumn("distance", _FOUND, near.distances)
            told = [f"distance {number_text(each)}" for each in near.distances.tolist()]
            self.near.show_rows(_FOUND, near.rows, (distance,), told)

    def _show_answer(self, facts: DataFacts, example: TriedExample, answer: Answer) -> None:
        self.said.setText(answer_text(facts, example, answer))
        self.pin.setEnabled(not answer.problem)
        if facts.dataset.is_regression:
            return
        names = () if answer.problem else facts.dataset.class_names
        marked = -1 if example.row is None or answer.problem else int(facts.dataset.y[example.row])
        self.bars.set_shares(names, answer.values.tolist(), marked)

    def _show_warning(self) -> None:
        known = self._ranges is not None and self._example is not None and self._facts is not None
        text = range_warning(self._facts, self._example, self._ranges) if known else ""  # type: ignore[arg-type]
        self.warning.setText(text)
        self.warning.setVisible(bool(text))

    @Slot()
    def _on_pin_clicked(self) -> None:
        """Let the board show this example."""
        facts, example, answer = self._facts, self._example, self._answer
        if facts is None or example is None or answer is None:
            return
        train = np.flatnonzero(facts.split.train == (-1 if example.row is None else example.row))
        if len(train):
            self._workspace.pin_examples((int(train[0]),))
        else:
            self._workspace.type_example(0, tuple(example.x.tolist()), pinned_target(facts, example, answer))
        self._workspace.selection.follow_example(0)

    def clear(self) -> None:
        """Begin with the data of another run."""
        if self._facts is self._run.facts:  # the same data: the example that is tried stays
            self._answer = None
            self.said.clear()
            self.bars.set_shares((), ())
        else:
            self._begin()

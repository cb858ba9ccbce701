"""What the network gets wrong now: on which part, which class is taken for which, or how far numbers are off."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from lab.experiment.readings.part_outputs import Outputs, PartOutputs
from lab.experiment.readings.reading import AnyReading
from lab.experiment.snapshot import Snapshot
from lab.gui.panels.viewer_panel import ViewerPanel
from lab.gui.theme import set_role
from lab.gui.widgets.drawing.number_text import count_text
from lab.gui.widgets.fields.choices import choice_box
from lab.gui.workspace.errors.class_errors_view import ClassErrorsView
from lab.gui.workspace.errors.number_errors_view import NumberErrorsView
from lab.gui.workspace.workspace import Workspace

if TYPE_CHECKING:
    from lab.experiment.datasets import DataFacts

_PARTS: Final = (
    (
        "validation",
        "Validation part",
        "Examples that are not trained on: what to judge a network by while you work on it",
    ),
    ("train", "Training part", "What the weights have learnt from: errors here are not learnt yet"),
    ("test", "Test part", "Kept for the end: asked only when you press the button"),
)
_TEST_HELP: Final = (
    "The test part: look once, when everything is decided. Whoever chooses a network by its test figures has nothing "
    "left that tells how it does on new examples."
)
_WORDS: Final = {"train": "training", "validation": "validation", "test": "test"}
_NOTHING: Final = "Nothing is predicted yet: press Run, or take a step."


class ErrorsPanel(ViewerPanel):
    """Asks the network about a whole part every few seconds, within a share of its time; about the test part once."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self._facts: DataFacts | None = None
        self._shown: Outputs | None = None
        self._asks_test = False
        self._looks = 0
        self.part = choice_box(_PARTS)
        self.ask, self.about, self.nothing = QPushButton("Look at the test part"), QLabel(), QLabel(_NOTHING)
        self.classes, self.numbers = ClassErrorsView(), NumberErrorsView()
        self.pages = QStackedWidget()
        self._lay_out()
        self.part.currentIndexChanged.connect(self._on_part_chosen)
        self.ask.clicked.connect(self._on_ask_clicked)
        self._begin()

    def _lay_out(self) -> None:
        self.part.setAccessibleName("Part of the data")
        self.part.setToolTip("On which examples the network is asked")
        self.ask.setToolTip(_TEST_HELP)
        self.about.setWordWrap(True)
        self.nothing.setWordWrap(True)
        set_role(self.nothing, "dim")
        for page in (self.nothing, self.classes, self.numbers):
            self.pages.addWidget(page)
        head = QHBoxLayout()
        head.addWidget(self.part)
        head.addWidget(self.ask)
        head.addWidget(self.about, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.addLayout(head)
        layout.addWidget(self.pages, 1)

    def _begin(self) -> None:
        """Begin with the data of the run: nothing is known yet."""
        self._facts = facts = self._run.facts
        self._asks_test, self._looks = False, 0
        if facts is not None:
            (self.numbers if facts.dataset.is_regression else self.classes).set_data(facts.dataset)
        self._forget()

    def _forget(self) -> None:
        """Show no figures."""
        self._shown = None
        part, facts = self.part.currentData(), self._facts
        is_test = part == "test"
        self.ask.setVisible(is_test)
        set_role(self.about, "warn small" if is_test else "dim small")
        self.about.setText(_TEST_HELP if is_test else "")
        count = len(getattr(facts.split, part)) if facts is not None else 1
        self.ask.setEnabled(bool(count) and facts is not None)
        empty = f"The {_WORDS[part]} part has no examples: give it a share in the data card, under Split."
        self.nothing.setText(empty if not count else "" if is_test and facts is not None else _NOTHING)
        self.pages.setCurrentWidget(self.nothing)

    def readings(self) -> Iterable[AnyReading]:
        """Return the outputs of the chosen part; of the test part only where they were asked for."""
        part, facts = self.part.currentData(), self._run.facts
        if facts is None or not len(getattr(facts.split, part)) or (part == "test" and not self._asks_test):
            return ()
        return (PartOutputs(part),)

    @Slot()
    def _on_part_chosen(self, _index: int = 0) -> None:
        self._asks_test = False
        self._forget()
        self._run.refresh()

    @Slot()
    def _on_ask_clicked(self) -> None:
        self._asks_test = True
        self._run.refresh()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the errors where they are new."""
        if self._facts is not self._run.facts:
            self._begin()
        found = snapshot.get(PartOutputs(self.part.currentData()))
        if found is None or found is self._shown or self._facts is None:
            return
        if found.part == "test":
            if not self._asks_test:
                return
            self._asks_test = False
            self._looks += 1
        self._show(found, self._facts)

    def _show(self, found: Outputs, facts: DataFacts) -> None:
        if len(found.true) and not self._is_known(found):
            self._forget()
            self.nothing.setText("The network's outputs are no finite numbers: its weights are too large.")
            return
        self._shown = found
        when = f"after step {count_text(found.step)}"
        if found.back_to is not None:
            when = f"of epoch {count_text(found.back_to)}, brought back by early stopping"
        self._tell(found, when)
        if facts.dataset.is_regression:
            self.numbers.show_outputs(found)
            self.pages.setCurrentWidget(self.numbers)
        else:
            self.classes.show_outputs(found, f"{_WORDS[found.part]} part, {when}")
            self.pages.setCurrentWidget(self.classes)

    def _tell(self, found: Outputs, when: str) -> None:
        if found.part == "test":
            times = "once" if self._looks == 1 else f"{self._looks} times"
            self.about.setText(f"TEST PART, {when}: looked at {times} in this run. {_TEST_HELP.partition('.')[0]}.")
        else:
            self.about.setText(f"Asked {when}, and again every few seconds while it trains.")

    @staticmethod
    def _is_known(found: Outputs) -> bool:
        errors = found.errors if isinstance(found.errors, tuple) else (found.errors,)
        return any(one.known for one in errors)

    def clear(self) -> None:
        """Show nothing: another run begins."""
        self._begin()

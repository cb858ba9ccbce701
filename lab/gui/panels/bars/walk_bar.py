"""The bar for walking through a step: one equation on or back, playing by itself, and how far the walk has come."""

from collections.abc import Iterable

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QWidget

from lab.experiment.readings.reading import AnyReading
from lab.experiment.readings.walk import Walking
from lab.experiment.snapshot import Snapshot
from lab.experiment.walk_place import WalkPlace
from lab.gui.panels.viewer_panel import ViewerPanel
from lab.gui.theme import set_role
from lab.gui.widgets.fields.choices import choice_box
from lab.gui.widgets.fields.elided_label import ElidedLabel
from lab.gui.widgets.fields.short_button import ShortButton
from lab.gui.widgets.fields.two_parts import TwoParts, part_of
from lab.gui.workers.commands import State, WalkBack, WalkOn
from lab.gui.workspace.workspace import Workspace

_SPEEDS = (0.2, 0.5, 0.8, 1.0, 2.0, 5.0)
"""Equations a second."""
_USUAL = 0.8


class WalkBar(ViewerPanel):
    """Buttons of a walk; `place_changed` says where it stands, None where nobody walks."""

    place_changed = Signal(object)  # WalkPlace | None

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self.place: WalkPlace | None = None
        self.back = _button("◀ Back", "◀", "Ctrl+,", "Take the last equation back: what it computed is blank again")
        self.next = _button("Next equation ▶", "Next ▶", "Ctrl+.", "Compute the next equation of the step")
        self.play = _button("Play", "Play", "Ctrl+Shift+.", "Let the equations follow by themselves; again to stop")
        self.play.setCheckable(True)
        self.speed = choice_box()
        for value in _SPEEDS:
            self.speed.addItem(f"{value:g}/s", value)
        self.speed.setCurrentIndex(_SPEEDS.index(_USUAL))
        self.speed.setToolTip("How many equations a second Play computes")
        self.speed.setAccessibleName("Speed of Play")
        self.where = ElidedLabel(50, "12/12 · update of every parameter")
        self.where.setToolTip("How many of the step's equations are computed, and which was the last")
        self.extras = QHBoxLayout()
        self._clock = QTimer(self)
        self._waits = False
        self._lay_out()
        self._connect()
        self._show()

    def _lay_out(self) -> None:
        beside = part_of((self.where,))
        self.extras.setContentsMargins(0, 0, 0, 0)
        around = beside.layout()
        assert isinstance(around, QHBoxLayout)
        around.addLayout(self.extras)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(TwoParts(part_of((self.back, self.next, self.play, self.speed)), beside))

    def _connect(self) -> None:
        self.back.clicked.connect(self._on_back_clicked)
        self.next.clicked.connect(self._on_next_clicked)
        self.play.toggled.connect(self._on_play_toggled)
        self.speed.activated.connect(self._on_speed_activated)
        self._clock.timeout.connect(self._on_clock_due)
        self._run.state_changed.connect(self._on_state_changed)

    def readings(self) -> Iterable[AnyReading]:
        """Return where the walk stands."""
        return (Walking(),)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show where the walk stands."""
        self._waits = False
        place = snapshot.get(Walking())
        if place != self.place:
            self.place = place
            self._show()
            self.place_changed.emit(place)

    def clear(self) -> None:
        """Show that nobody walks: a run begins."""
        self._waits = False

    def _show(self) -> None:
        place = self.place
        self.back.setEnabled(place is not None)
        set_role(self.where, "chip" if place is not None else "hint")
        if place is None:
            self.where.setText("")
            return
        name = place.last.name if place.last is not None else "the batch, nothing computed yet"
        self.where.setText(f"{place.done}/{len(place.equations)} · {name}")

    @Slot()
    def _on_next_clicked(self) -> None:
        self._waits = True
        self._workspace.go(WalkOn())

    @Slot()
    def _on_back_clicked(self) -> None:
        self.play.setChecked(False)
        self._workspace.go(WalkBack())

    @Slot(bool)
    def _on_play_toggled(self, plays: bool) -> None:
        word = "Stop" if plays else "Play"
        self.play.set_texts(word, word)
        if plays:
            self._on_next_clicked()
            self._clock.start(self._interval())
        else:
            self._clock.stop()

    @Slot(int)
    def _on_speed_activated(self, _index: int) -> None:
        if self._clock.isActive():
            self._clock.start(self._interval())

    def _interval(self) -> int:
        return round(1000 / float(self.speed.currentData()))

    @Slot()
    def _on_clock_due(self) -> None:
        if not self._waits:  # else the last one is not on show yet
            self._on_next_clicked()

    @Slot(object)
    def _on_state_changed(self, state: State) -> None:
        if state in (State.RUNNING, State.FAILED):
            self.play.setChecked(False)


def _button(text: str, short: str, keys: str, help_text: str) -> ShortButton:
    button = ShortButton(text, short)
    button.setShortcut(QKeySequence(keys))
    named = button.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    button.setToolTip(f"{help_text} ({named})")
    return button

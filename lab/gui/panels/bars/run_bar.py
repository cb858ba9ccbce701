"""The toolbar: run or pause, step, reset, speed, and how far the run has come."""

from functools import partial
from time import monotonic

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QLabel, QMenu, QProgressBar, QPushButton, QSizePolicy, QToolBar, QWidget

from lab.experiment.readings.progress import Progress
from lab.experiment.snapshot import Snapshot
from lab.gui import theme
from lab.gui.theme import set_role
from lab.gui.widgets.drawing.number_text import count_text
from lab.gui.widgets.fields.choices import choice_box
from lab.gui.widgets.fields.figure_label import FigureLabel
from lab.gui.workers.commands import ChangeSpeed, State
from lab.gui.workspace.pace import Pace
from lab.gui.workspace.workspace import Workspace

_MINUTES = (1, 5, 15, 60)
_SPEEDS: tuple[tuple[str, float | None], ...] = (
    ("max", None), ("100 steps/s", 100.0), ("10 steps/s", 10.0), ("1 step/s", 1.0),
)  # fmt: skip
_PROGRESS_WIDTH = 130


class RunBar(QToolBar):
    """Buttons and menu actions for the run, and its progress."""

    until_wanted = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__("Run", parent)
        self._workspace = workspace
        self._pace = Pace()
        self.setObjectName("run_bar")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.run = self._button("Run", "play", "Ctrl+R", workspace.run_or_pause, "Train the network; again to pause")
        self.run.setProperty("primary", True)
        self.step_batch = self._button(
            "Step batch", "step", "Ctrl+B", workspace.step_batch, "Train on one batch, then stop"
        )
        self.step_epoch = self._button(
            "Step epoch", "step-epoch", "Ctrl+E", workspace.step_epoch, "Train to the end of the epoch, then stop"
        )
        self.reset = self._button(
            "Reset", "reset", "Ctrl+Shift+R", workspace.reset, "Begin afresh: initial weights, first epoch"
        )
        self.pin = QAction("&Pin the batch", self)
        self.pin.setCheckable(True)
        self.pin.setShortcut(QKeySequence("Ctrl+P"))
        self.pin.setToolTip("Go on with the batch on show, step after step; again to let it go")
        self.pin.triggered.connect(workspace.pin_batch)
        self.next_seed = QAction("Reset to the &next seed", self)
        self.next_seed.setShortcut(QKeySequence("Ctrl+Alt+R"))
        self.next_seed.setToolTip("Begin afresh at other initial weights: those of the next seed")
        self.next_seed.triggered.connect(workspace.reset_to_next_seed)
        self.until = QAction("Run &until…", self)
        self.until.setShortcut(QKeySequence("Ctrl+U"))
        self.until.setToolTip("Train to an epoch, until validation no longer improves, or for some minutes")
        self.until.triggered.connect(self.until_wanted)
        self._add_speed()
        self._add_progress()
        theme.follow(self._retint)
        workspace.run.state_changed.connect(self._on_state_changed)
        workspace.run.started.connect(self._on_started)
        workspace.run.figures_ready.connect(self._on_figures_ready)
        workspace.draft.changed.connect(self._on_draft_changed)
        workspace.edits.changed.connect(self._on_edits_changed)
        self._on_draft_changed()

    def _button(self, text: str, icon: str, keys: str, slot: object, help_text: str) -> QPushButton:
        """Add a button and the action that its menu entry and shortcut go through."""
        action = QAction(text, self)
        action.setShortcut(QKeySequence(keys))
        action.setToolTip(help_text)
        action.triggered.connect(slot)
        button = QPushButton(text)
        button.setToolTip(f"{help_text} ({action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)})")
        button.setProperty("icon_name", icon)
        button.clicked.connect(action.trigger)
        button.setProperty("action", action)
        self.addWidget(button)
        return button

    def menu_actions(self) -> list[QAction]:
        """Return the actions for the Run menu, in the order of the buttons."""
        buttons = (self.run, self.step_batch, self.step_epoch, self.reset)
        return [*(button.property("action") for button in buttons), self.next_seed, self.pin]

    def add_run_for(self, menu: QMenu) -> None:
        """Add a menu that trains for some minutes and then pauses."""
        run_for = menu.addMenu("Run &for")
        for minutes in _MINUTES:
            action = run_for.addAction(f"{minutes} minute{'s' if minutes > 1 else ''}")
            action.triggered.connect(partial(self._workspace.run_for, 60.0 * minutes))
        menu.addAction(self.until)

    def _add_speed(self) -> None:
        label = QLabel("Speed")
        set_role(label, "dim")
        self.addWidget(label)
        self.speed = choice_box()
        for text, value in _SPEEDS:
            self.speed.addItem(text, value)
        self.speed.setToolTip("How fast to train: slow down to watch single steps")
        self.speed.setAccessibleName("Speed")
        label.setBuddy(self.speed)
        self.speed.activated.connect(self._on_speed_activated)
        self.addWidget(self.speed)

    def _add_progress(self) -> None:
        space = QWidget()
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(space)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setRange(0, _PROGRESS_WIDTH)
        self.progress.setFixedWidth(_PROGRESS_WIDTH)
        self.progress.setAccessibleName("Progress of the run")
        widest = ("100 / 100", "9 999 999", "999 999 ex/s", "999:59")
        self.epoch, self.step, self.rate, self.left = (FigureLabel(text) for text in widest)
        for name, value in (("epoch", self.epoch), ("step", self.step), ("", self.rate), ("left", self.left)):
            if name:
                label = QLabel(name)
                set_role(label, "dim small")
                self.addWidget(label)
            else:
                self.addWidget(self.progress)
            set_role(value, "mono")
            self.addWidget(value)
        self.rate.setToolTip("Training examples a second")
        self.left.setToolTip("Time left at this pace, minutes:seconds")

    @Slot(int)
    def _on_speed_activated(self, index: int) -> None:
        self._workspace.run.send(ChangeSpeed(self.speed.itemData(index)))

    @Slot()
    def _on_started(self) -> None:
        self._pace = Pace()
        self._show_progress(None)

    @Slot(object)
    def _on_state_changed(self, _state: State) -> None:
        self._show_state()

    @Slot()
    def _on_edits_changed(self) -> None:
        self._show_state()

    @Slot()
    def _on_draft_changed(self) -> None:
        self._show_state()
        snapshot = self._workspace.run.snapshot
        self._show_progress(None if snapshot is None else snapshot.progress)

    def _show_state(self) -> None:
        running = self._workspace.run.state is State.RUNNING
        text = "Pause" if running else "Run"
        if self.run.text() != text:
            self.run.setText(text)
            self.menu_actions()[0].setText(text)
            self._retint()
        problem = self._workspace.draft.problem()
        self.run.setEnabled(running or problem is None)
        self.until.setEnabled(problem is None)
        for button in (self.step_batch, self.step_epoch, self.reset):
            button.setEnabled(problem is None)
        overview = self._workspace.run.overview
        self.next_seed.setEnabled(overview is not None and problem is None)
        self.pin.setEnabled(overview is not None)
        self.pin.setChecked(overview is not None and overview.pinned > 0)

    @Slot(object)
    def _retint(self, _theme: object = None) -> None:
        running = self._workspace.run.state is State.RUNNING
        self.run.setProperty("icon_name", "pause" if running else "play")
        for button in (self.run, self.step_batch, self.step_epoch, self.reset):
            colour = theme.current().primary_ink if button is self.run else ""
            button.setIcon(theme.icon(button.property("icon_name"), colour))

    @Slot(object)
    def _on_figures_ready(self, snapshot: Snapshot) -> None:
        self._pace.add(snapshot.progress.examples, monotonic())
        self._show_progress(snapshot.progress)

    def _show_progress(self, at: Progress | None) -> None:
        goal = self._workspace.shown.training.epochs + (0 if at is None else at.begun_at)
        if at is None:
            self.epoch.setText(f"0 / {goal}")
            self.step.setText("0")
            self._set_progress(0.0)
            self.rate.setText("– ex/s")
            self.left.setText("–:––")
            return
        self.epoch.setText(f"{at.epoch} / {goal}")
        self.step.setText(count_text(at.step))
        self._set_progress(min(at.examples / (goal * at.examples_per_epoch), 1.0))
        running = self._workspace.run.state is State.RUNNING
        rate = self._pace.examples_per_second
        if rate and running:
            self.rate.setText(f"{count_text(round(rate))} ex/s")
            seconds = max(0.0, goal * at.examples_per_epoch - at.examples) / rate
            self.left.setText(f"{int(seconds) // 60}:{int(seconds) % 60:02d}")
        elif not running:
            self.left.setText("–:––")

    def _set_progress(self, share: float) -> None:
        """Fill the bar; it paints at once when its value is set, where everything else waits for the next picture."""
        value = round(share * _PROGRESS_WIDTH)
        if value != self.progress.value():
            self.progress.setUpdatesEnabled(False)
            self.progress.setValue(value)
            self.progress.setUpdatesEnabled(True)

"""The base of panels that show something of the run: asks for what they need while they are visible."""

from collections.abc import Iterable, Sequence
from typing import Final

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from lab.experiment.readings.reading import AnyReading
from lab.experiment.snapshot import Snapshot
from lab.gui.workspace.workspace import Workspace

_LONGEST_HOLD: Final = 150
"""Milliseconds for which a panel that was cleared waits for its next picture before it paints that it is empty."""


class ViewerPanel(QWidget):
    """A view of the run: override `readings`, `show_snapshot`, `show_figures` and `clear`. Hidden it asks for nothing.
    `figure_readings` are what only `show_figures` looks at.

    What is shown belongs to the snapshot's step, or is empty: where an answer is missing, what it would have filled is
    emptied. Only a reading that is not asked with every step (it has an `interval`) may keep its last answer.
    `show_snapshot` gets every snapshot that comes while the panel is visible, for what moves. `show_figures` gets some
    of them just after that, for what is read: numbers, tables, histograms; of a run that stands still it gets all.
    `clear` is called when a run begins.
    """

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._run = workspace.run
        self._hold = QTimer(self)
        self._hold.setSingleShot(True)
        self._hold.setInterval(_LONGEST_HOLD)
        self._hold.timeout.connect(self._paint_again)
        self._run.add_viewer(self._needed, self._needed_for_figures)
        self._run.started.connect(self._on_run_started)
        self._run.snapshot_ready.connect(self._on_snapshot_ready)
        self._run.figures_ready.connect(self._on_figures_ready)

    def readings(self) -> Iterable[AnyReading]:
        """Return what the panel needs to know of the run now."""
        return ()

    def figure_readings(self) -> Iterable[AnyReading]:
        """Return what it needs to know besides where figures are due."""
        return ()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the answers; one that is missing was not asked for, or the run has none: show nothing in its place."""

    def show_figures(self, snapshot: Snapshot) -> None:
        """Show what need not change with every picture; of the same step as the picture that it comes with."""

    def clear(self) -> None:
        """Show nothing of the run that was: another one begins."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._run.refresh()  # hidden it asked for nothing, and the run may stand still

    def _needed(self) -> Iterable[AnyReading]:
        return self.readings() if self.isVisible() else ()

    def _needed_for_figures(self) -> Iterable[AnyReading]:
        return self.figure_readings() if self.isVisible() else ()

    @Slot()
    def _on_run_started(self) -> None:
        self.clear()
        if self.isVisible():  # its picture is on the way: painting the empty panel first would only delay that
            self.setUpdatesEnabled(False)
            self._hold.start()

    @Slot()
    def _paint_again(self) -> None:
        self._hold.stop()
        self.setUpdatesEnabled(True)

    @Slot(object)
    def _on_snapshot_ready(self, snapshot: Snapshot) -> None:
        if self.isVisible():
            self.show_snapshot(snapshot)
        if not self.updatesEnabled():
            self._paint_again()

    @Slot(object)
    def _on_figures_ready(self, snapshot: Snapshot) -> None:
        if self.isVisible():
            self.show_figures(snapshot)


def same_basis(one: Sequence[object], other: Sequence[object]) -> bool:
    """Return whether two sequences hold the same objects, or equal numbers and texts.

    Experiments never change, so one that is another object is another one; comparing them would take longer than what
    is made of them.
    """
    plain = (int, str)
    return len(one) == len(other) and all(
        a is b or (isinstance(a, plain) and a == b) for a, b in zip(one, other, strict=True)
    )

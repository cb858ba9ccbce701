"""Plots side by side where there is room for all, else one above the other; a hidden one takes none."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget


class PlotRow(QWidget):
    """Asks for the width of its widest plot, so that it can become narrow."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plots: list[QWidget] = []
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(0, 0, 0, 0)

    def add_plot(self, plot: QWidget, stretch: int) -> None:
        """Put a plot after the others."""
        self._plots.append(plot)
        self._layout.addWidget(plot, stretch)
        plot.show()  # now: until then it counts as hidden
        self.turn()

    def shown(self) -> list[QWidget]:
        """Return the plots that are not hidden."""
        return [plot for plot in self._plots if not plot.isHidden()]

    def turn(self) -> None:
        """Lay the plots out for the room that there is, as after one was hidden."""
        widths = [plot.minimumSizeHint().width() for plot in self.shown()]
        room = self.width() - self._layout.spacing() * (len(widths) - 1)
        beside = QBoxLayout.Direction.LeftToRight if sum(widths) <= room else QBoxLayout.Direction.TopToBottom
        self._layout.setDirection(beside)

    def minimumSizeHint(self) -> QSize:
        least = super().minimumSizeHint()
        return QSize(max((plot.minimumSizeHint().width() for plot in self.shown()), default=0), least.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.turn()

"""Pinned matrices in a row of small pictures that stay live; a click shows one large, a cross lets it go."""

from collections.abc import Hashable, Mapping

from numpy.typing import ArrayLike
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from lab.gui.theme import Theme, follow, icon
from lab.gui.widgets.matrix.heatmap import Heatmap

_PICTURE = (84, 44)


class PinStrip(QWidget):
    """Shows one small heatmap for each key; hidden while there is none."""

    chosen = Signal(object)  # the key
    let_go = Signal(object)  # the key

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pins: dict[Hashable, _Pin] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._row.addStretch(1)
        self.setVisible(False)

    def set_pins(self, titles: Mapping[Hashable, str]) -> None:
        """Show a picture for each of these keys with its title, in their order."""
        if list(titles) == list(self._pins):
            return
        for pin in self._pins.values():
            self._row.removeWidget(pin)
            pin.hide()
            pin.deleteLater()
        self._pins = {}
        for place, (key, title) in enumerate(titles.items()):
            pin = _Pin(title)
            pin.picture.cell_chosen.connect(lambda _row, _column, key=key: self.chosen.emit(key))
            pin.title.clicked.connect(lambda _checked=False, key=key: self.chosen.emit(key))
            pin.cross.clicked.connect(lambda _checked=False, key=key: self.let_go.emit(key))
            self._row.insertWidget(place, pin)
            pin.show()
            self._pins[key] = pin
        self.setVisible(bool(self._pins))

    def set_matrix(self, key: Hashable, values: ArrayLike | None) -> None:
        """Show a matrix under its key; None: nothing."""
        if key in self._pins:
            self._pins[key].picture.set_matrix(values)

    def set_range(self, name: str) -> None:
        """Spread the colours of all as COLOUR_RANGES has it under that name."""
        for pin in self._pins.values():
            pin.picture.set_range(name)

    def pictures(self) -> dict[Hashable, Heatmap]:
        """Return the small heatmaps by their keys."""
        return {key: pin.picture for key, pin in self._pins.items()}

    def buttons(self, key: Hashable) -> tuple[QPushButton, QToolButton]:
        """Return the buttons of a pin: the one that shows it large, the one that lets it go."""
        return self._pins[key].title, self._pins[key].cross


class _Pin(QWidget):
    """One pinned matrix: its name, its cross, its picture."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title, self.cross, self.picture = QPushButton(title), QToolButton(), Heatmap()
        self.title.setProperty("flat", True)
        self.title.setToolTip(f"Show {title} large")
        self.cross.setProperty("flat", True)
        self.cross.setToolTip(f"Let {title} go")
        self.cross.setAccessibleName(f"Let {title} go")
        self.picture.setFixedSize(*_PICTURE)
        self.picture.setAccessibleName(f"{title}, pinned")
        head = QHBoxLayout()
        head.setSpacing(0)
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.cross)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(0, 0, 0, 0)
        lay.setSpacing(0)
        lay.addLayout(head)
        lay.addWidget(self.picture)
        follow(self._on_theme_changed)

    def _on_theme_changed(self, _theme: Theme) -> None:
        self.cross.setIcon(icon("close"))

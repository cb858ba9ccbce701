"""The menu of how a matrix is looked at: its colours, as images, what stands beside it, what is pinned, the picture."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from lab.gui.widgets.matrix.colour_ranges import COLOUR_RANGES


class ViewMenu(QToolButton):
    """A button with the menu; it says what was chosen, and is told what can be."""

    range_chosen = Signal(str)
    images_chosen = Signal(bool)
    beside_chosen = Signal(str)  # name of a matrix, empty for none
    pin_wanted = Signal()
    picture_wanted = Signal()
    whole_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText("View")
        self.setProperty("flat", True)
        self.setToolTip("Colours, images, a second matrix beside it, pinned ones, and the picture as a file")
        self.setAccessibleName("How the matrix is looked at")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        self._ranges = QActionGroup(self)
        for name, kind in COLOUR_RANGES.items():
            action = _checkable(menu, f"Colours: {kind.title.lower()}", kind.help)
            action.setData(name)
            self._ranges.addAction(action)
            action.triggered.connect(partial(self._on_range, name))
        menu.addSeparator()
        self.images = _checkable(menu, "Weights as &images", "Each unit's weights as an image, for data of images")
        self.images.triggered.connect(self._on_images)
        self.beside = menu.addMenu("&Beside it")
        self._beside_group = QActionGroup(self)
        self._entries: tuple[tuple[str, str], ...] = ()
        menu.addSeparator()
        self.pin = menu.addAction("&Pin this matrix")
        self.pin.setToolTip("Keeps it in view, small and live, while you look at others")
        self.pin.triggered.connect(self.pin_wanted)
        self.whole = menu.addAction("Show the &whole matrix")
        self.whole.setToolTip("After zooming with the wheel, + or −; a double click and 0 do the same")
        self.whole.triggered.connect(self.whole_wanted)
        menu.addSeparator()
        self.save = menu.addAction("&Save picture as PNG…")
        self.save.triggered.connect(self.picture_wanted)
        self.setMenu(menu)

    def set_range(self, name: str) -> None:
        """Mark how colours are spread now."""
        for action in self._ranges.actions():
            action.setChecked(action.data() == name)

    def set_images(self, possible: bool, on: bool) -> None:
        """Say whether the matrix on show can be shown as images, and whether images are wanted."""
        self.images.setEnabled(possible)
        self.images.setChecked(on)

    def set_beside(self, entries: Sequence[tuple[str, str]], chosen: str) -> None:
        """Offer these matrices, (name, title), to stand beside the one on show."""
        if tuple(entries) != self._entries:
            self._entries = tuple(entries)
            self.beside.clear()
            for name, title in (("", "Nothing"), *entries):
                action = _checkable(self.beside, title, "")
                action.setData(name)
                self._beside_group.addAction(action)
                action.triggered.connect(partial(self._on_beside, name))
        for action in self.beside.actions():
            action.setChecked(action.data() == chosen)

    def _on_range(self, name: str, _checked: bool = False) -> None:
        self.range_chosen.emit(name)

    def _on_images(self, *_checked: bool) -> None:
        self.images_chosen.emit(self.images.isChecked())

    def _on_beside(self, name: str, _checked: bool = False) -> None:
        self.beside_chosen.emit(name)


def _checkable(menu: QMenu, title: str, help_text: str) -> QAction:
    action = menu.addAction(title)
    action.setCheckable(True)
    action.setToolTip(help_text)
    return action

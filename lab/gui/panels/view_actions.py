"""The View menu: which panels are open, the theme, and the way back to the first layout."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QDockWidget, QMenu, QWidget

from lab.gui import theme

_THEMES = {"system": "Follow the &system", "dark": "&Dark", "light": "&Light"}


class ViewActions(QObject):
    """Fills the View menu; `layout_reset_wanted` asks the window for its first layout."""

    layout_reset_wanted = Signal()

    def __init__(self, window: QWidget, docks: list[QDockWidget]) -> None:
        super().__init__(window)
        self._docks = docks
        self._themes = QActionGroup(self)
        for name, text in _THEMES.items():
            action = QAction(text, self._themes, checkable=True)
            action.setData(name)
            action.setChecked(theme.keeper().choice() == name)
        self._themes.triggered.connect(self._on_theme_triggered)
        theme.follow(self._on_theme_changed)
        self.reset_layout = QAction("&Reset layout", self)
        self.reset_layout.triggered.connect(self.layout_reset_wanted)

    def fill(self, menu: QMenu) -> None:
        """Put panels, themes and the reset into the menu."""
        menu.addActions([dock.toggleViewAction() for dock in self._docks])
        menu.addSeparator()
        menu.addActions(self._themes.actions())
        menu.addSeparator()
        menu.addAction(self.reset_layout)

    @Slot(QAction)
    def _on_theme_triggered(self, action: QAction) -> None:
        theme.apply(action.data())

    @Slot(object)
    def _on_theme_changed(self, _theme: object) -> None:
        for action in self._themes.actions():
            action.setChecked(theme.keeper().choice() == action.data())

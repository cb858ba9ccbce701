"""The View menu: which panels are open, the theme, how often the run is shown, and the way back to the first layout."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QDockWidget, QMenu, QWidget

from lab.gui import theme
from lab.gui.workspace.frame_clock import PICTURE_RATES
from lab.gui.workspace.run import Run

_THEMES = {"system": "Follow the &system", "dark": "&Dark", "light": "&Light"}


class ViewActions(QObject):
    """Fills the View menu; `layout_reset_wanted` asks the window for its first layout."""

    layout_reset_wanted = Signal()

    def __init__(self, window: QWidget, docks: list[QDockWidget], run: Run) -> None:
        super().__init__(window)
        self._docks = docks
        self._themes = QActionGroup(self)
        for name, text in _THEMES.items():
            action = QAction(text, self._themes, checkable=True)
            action.setData(name)
            action.setChecked(theme.keeper().choice() == name)
        self._themes.triggered.connect(self._on_theme_triggered)
        theme.follow(self._on_theme_changed)
        self._run = run
        self._rates = QActionGroup(self)
        for name, rate in PICTURE_RATES.items():
            action = QAction(rate.title, self._rates, checkable=True)
            action.setData(name)
            action.setStatusTip(rate.help)
            action.setToolTip(rate.help)
        self._rates.triggered.connect(self._on_rate_triggered)
        run.picture_rate_changed.connect(self._on_picture_rate_changed)
        self._on_picture_rate_changed()
        self.reset_layout = QAction("&Reset layout", self)
        self.reset_layout.triggered.connect(self.layout_reset_wanted)

    def fill(self, menu: QMenu) -> None:
        """Put panels, themes, the rate of pictures and the reset into the menu."""
        menu.addActions([dock.toggleViewAction() for dock in self._docks])
        menu.addSeparator()
        menu.addActions(self._themes.actions())
        menu.addSeparator()
        pictures = menu.addMenu("&Pictures while training")
        pictures.setToolTipsVisible(True)
        pictures.addActions(self._rates.actions())
        menu.addSeparator()
        menu.addAction(self.reset_layout)

    @Slot(QAction)
    def _on_theme_triggered(self, action: QAction) -> None:
        theme.apply(action.data())

    @Slot(object)
    def _on_theme_changed(self, _theme: object) -> None:
        for action in self._themes.actions():
            action.setChecked(theme.keeper().choice() == action.data())

    @Slot(QAction)
    def _on_rate_triggered(self, action: QAction) -> None:
        self._run.choose_picture_rate(PICTURE_RATES[action.data()])

    @Slot()
    def _on_picture_rate_changed(self) -> None:
        for action in self._rates.actions():
            action.setChecked(self._run.picture_rate.name == action.data())

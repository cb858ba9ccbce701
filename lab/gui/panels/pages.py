"""What a page of the window is, and the tabs that show a table of pages and make each when it is first needed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal, SignalInstance, Slot
from PySide6.QtWidgets import QMenu, QTabWidget, QToolButton, QWidget

from lab.gui.widgets.fields.lazy_page import LazyPage
from lab.gui.widgets.fields.wheel_turn import scroll_past
from lab.gui.workspace.workspace import Workspace


def always(_workspace: Workspace) -> bool:
    """Return true: the page is available whatever the workspace holds."""
    return True


@dataclass(frozen=True)
class Page:
    """One row of the table of pages: all that the window knows of a page."""

    name: str
    title: str
    help: str
    make: Callable[[Workspace], QWidget]
    """Makes the panel; a panel whose file takes long to load is imported in here."""
    with_board: bool = False
    """Whether the board stays beneath the page; a page about the data needs its room."""
    is_available: Callable[[Workspace], bool] = always
    """Whether the page has its tab now; asked again whenever the draft, the run or the import changes."""
    opens_on: Callable[[Workspace], SignalInstance] | None = None
    """The signal of the workspace that brings the page to the front; None: only its tab does."""
    followed_by: str = ""
    """The page that is shown when this one goes away while it is in front; the first page where this is empty."""


class PageTabs(QTabWidget):
    """A tab for each page; `page_shown` follows every change of the page in front.

    Where there is no room for all tabs they scroll, and the button beside them lists all pages.
    """

    page_shown = Signal(object)  # Page

    def __init__(self, workspace: Workspace, table: Sequence[Page], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._table = tuple(table)
        self.pages: dict[str, LazyPage] = {}
        """The pages by their names; `content` is the panel."""
        self.setDocumentMode(True)
        self.setUsesScrollButtons(True)
        scroll_past(self.tabBar())
        self.all_pages = self._make_list()
        for page in self._table:
            self._add(page)
        self._refresh()
        _ = self.pages[self.current.name].content  # made now, it is dressed with the whole window
        self.currentChanged.connect(self._on_current_changed)
        importing = workspace.importing
        for changed in (workspace.draft.changed, workspace.run.started, importing.changed, importing.closed):
            changed.connect(self._refresh)

    def _add(self, page: Page) -> None:
        lazy = self.pages[page.name] = LazyPage(partial(page.make, self._workspace))
        self.setTabToolTip(self.addTab(lazy, page.title), page.help)
        if page.opens_on is not None:
            page.opens_on(self._workspace).connect(partial(self.show_page, page.name))

    def _make_list(self) -> QMenu:
        """Return the menu of the button at the end of the tabs."""
        button, menu = QToolButton(), QMenu(self)
        button.setText("All")
        button.setAccessibleName("All pages")
        button.setToolTip("All pages by name, for those whose tabs have no room here. Ctrl+Tab goes to the next one.")
        button.setProperty("flat", True)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(menu)
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self._fill_list)
        self.setCornerWidget(button)
        return menu

    @Slot()
    def _fill_list(self) -> None:
        self.all_pages.clear()
        for index, page in enumerate(self._table):
            if self.isTabVisible(index):
                action = self.all_pages.addAction(page.title)
                action.setToolTip(page.help)
                action.setCheckable(True)
                action.setChecked(index == self.currentIndex())
                action.triggered.connect(partial(self.show_page, page.name))

    @property
    def current(self) -> Page:
        """The page in front."""
        return self._table[self.currentIndex()]

    def show_page(self, name: str, _checked: bool = False) -> None:
        """Bring a page to the front, where it is available."""
        self._refresh()
        index = self.indexOf(self.pages[name])
        if self.isTabVisible(index):
            self.setCurrentIndex(index)

    @Slot()
    def _refresh(self) -> None:
        """Show the tabs of the pages that are available now."""
        left = self.current
        for index, page in enumerate(self._table):
            is_available = page.is_available(self._workspace)
            if is_available != self.isTabVisible(index):
                self.setTabVisible(index, is_available)
        if not self.isTabVisible(self._table.index(left)):
            self.setCurrentWidget(self.pages[left.followed_by or self._table[0].name])

    @Slot(int)
    def _on_current_changed(self, index: int) -> None:
        self.page_shown.emit(self._table[index])

"""The window: docks of panels around pages and the board, a toolbar for the run, a status line; and the table PAGES."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QChildEvent, QEvent, QSettings, Qt, Slot
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QSplitter, QTabBar, QTabWidget, QVBoxLayout, QWidget

from lab.gui.panels.bars.example_button import ExampleButton
from lab.gui.panels.bars.run_bar import RunBar
from lab.gui.panels.bars.status_line import StatusLine
from lab.gui.panels.bars.walk_bar import WalkBar
from lab.gui.panels.board_panel import BoardPanel
from lab.gui.panels.history_panel import HistoryPanel
from lab.gui.panels.inspector_panel import InspectorPanel
from lab.gui.panels.menus.file_actions import FileActions
from lab.gui.panels.menus.tool_actions import ToolActions
from lab.gui.panels.menus.view_actions import ViewActions
from lab.gui.panels.menus.worksheet_action import WorksheetAction
from lab.gui.panels.pages import Page, PageTabs
from lab.gui.panels.panel_dock import PanelDock, on_screen
from lab.gui.panels.run_pages.curves_panel import CurvesPanel
from lab.gui.panels.run_pages.expect_panel import ExpectPanel
from lab.gui.panels.setup.data_panel import DataPanel
from lab.gui.panels.setup.layer_panel import LayerPanel
from lab.gui.panels.setup.refine_panel import RefinePanel
from lab.gui.panels.setup.stack_panel import StackPanel
from lab.gui.panels.setup.training_panel import TrainingPanel
from lab.gui.widgets.fields.notice_bar import NoticeBar
from lab.gui.widgets.fields.panel_frame import framed
from lab.gui.widgets.fields.scrolled import Scrolled
from lab.gui.widgets.fields.text_window import TextWindow
from lab.gui.widgets.fields.undo_keys import UndoKeys
from lab.gui.widgets.fields.wheel_turn import WheelGuard
from lab.gui.workspace.workspace import Workspace

_LAYOUT_VERSION = 1
_NARROWEST_BOARD = 320
"""Below what its bars need the board scrolls sideways: a full HD screen at twice the size has no more room."""
_SHARE_OF_SCREEN = 0.96
"""What the window takes at the most when it opens: its frame needs some."""


def _errors_panel(workspace: Workspace) -> QWidget:
    from lab.gui.panels.run_pages.errors_panel import ErrorsPanel

    return ErrorsPanel(workspace)


def _predict_panel(workspace: Workspace) -> QWidget:
    from lab.gui.panels.run_pages.predict_panel import PredictPanel

    return PredictPanel(workspace)


def _flow_panel(workspace: Workspace) -> QWidget:
    from lab.gui.panels.run_pages.flow_panel import FlowPanel

    return FlowPanel(workspace)


def _network_panel(workspace: Workspace) -> QWidget:
    from lab.gui.panels.run_pages.network_panel import NetworkPanel

    return NetworkPanel(workspace)


def _activation_panel(workspace: Workspace) -> QWidget:
    from lab.gui.panels.run_pages.activation_panel import ActivationPanel

    return ActivationPanel(workspace)


def _boundary_panel(workspace: Workspace) -> QWidget:
    from lab.gui.panels.run_pages.boundary_panel import BoundaryPanel

    return BoundaryPanel(workspace)


def _try_panel(workspace: Workspace) -> QWidget:
    from lab.gui.panels.run_pages.try_panel import TryPanel

    return TryPanel(workspace)


def _browse_panel(workspace: Workspace) -> QWidget:
    from lab.gui.panels.run_pages.browse_panel import BrowsePanel

    return BrowsePanel(workspace)


def _paint_panel(workspace: Workspace) -> QWidget:
    from lab.gui.panels.setup.paint_panel import PaintPanel

    return PaintPanel(workspace)


def _import_panel(workspace: Workspace) -> QWidget:
    from lab.gui.panels.setup.import_panel import ImportPanel

    return ImportPanel(workspace)


def _surface_panel(workspace: Workspace) -> QWidget:
    from lab.gui.panels.run_pages.surface_panel import SurfacePanel

    return SurfacePanel(workspace)


def _gradient_panel(workspace: Workspace) -> QWidget:
    from lab.gui.panels.run_pages.gradient_panel import GradientPanel

    return GradientPanel(workspace)


def _seeds_panel(workspace: Workspace) -> QWidget:
    from lab.gui.panels.run_pages.seeds_panel import SeedsPanel

    return SeedsPanel(workspace)


PAGES: Final[tuple[Page, ...]] = (
    Page("curves", "Curves", "Loss and score as the run goes on", CurvesPanel, with_board=True),
    Page(
        "network", "Network", "The stack as neurons and weights, forward and back, with the numbers of each neuron",
        _network_panel,
    ),
    Page(
        "flow", "Gradient flow", "How gradients, steps and activations fare in each layer, and what is wrong there",
        _flow_panel,
    ),
    Page(
        "errors", "Errors", "Which class is taken for which, or how far off predicted numbers are",
        _errors_panel,
    ),
    Page(
        "boundary", "Boundary", "What the network makes of every place between the examples", _boundary_panel,
    ),
    Page(
        "activation", "Activation", "What an activation makes of z, and where the z of a layer lie on its curve",
        _activation_panel,
    ),
    Page(
        "try", "Try it", "One example, taken, drawn or set by hand: what the network says of it, and what lies near it",
        _try_panel,
    ),
    Page(
        "surface", "Loss surface", "The loss over two weights or two directions, the path of the run, optimizers raced",
        _surface_panel,
    ),
    Page(
        "browse", "Examples", "The rows, columns and images that are learnt from, and those it gets wrong",
        _browse_panel,
    ),
    Page(
        "paint", "Paint", "Points of your own, trained on as you draw them", _paint_panel,
        opens_on=lambda workspace: workspace.painting_wanted,
    ),
    Page(
        "gradient", "Gradient check", "Backprop's gradients beside differences of the loss, and how far apart they are",
        _gradient_panel, opens_on=lambda workspace: workspace.checking.opened,
    ),
    Page(
        "seeds", "Seeds", "The same experiment with several seeds, and how far they lie apart", _seeds_panel,
        opens_on=lambda workspace: workspace.seeds.opened,
    ),
    Page(
        "predict", "Predict", "What the network says of the rows or pictures of a file of yours", _predict_panel,
        opens_on=lambda workspace: workspace.predicting.opened,
    ),
    Page(
        "import", "Import", "What a file holds, and what becomes of its columns", _import_panel,
        is_available=lambda workspace: workspace.importing.path is not None,
        opens_on=lambda workspace: workspace.importing.opened, followed_by="browse",
    ),
)  # fmt: skip
"""The pages of the window, in the order of their tabs; the first is in front at the start."""


class MainWindow(QMainWindow):
    """Arranges the panels of one workspace; owns nothing that trains."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace
        self._wheel_guard, self._undo_keys = WheelGuard(self), UndoKeys(self)
        self.setObjectName("main_window")
        self.setDockNestingEnabled(True)
        self.setAcceptDrops(True)
        self.notice = NoticeBar()
        self._offered: Callable[[], None] | None = None
        self._closed_layout: tuple[QByteArray, QByteArray] | None = None
        self.data = DataPanel(workspace)
        self.stack = StackPanel(workspace)
        self.training = TrainingPanel(workspace)
        self.refine = RefinePanel(workspace)
        self.layer = LayerPanel(workspace)
        self.history = HistoryPanel(workspace)
        self.tabs = PageTabs(workspace, PAGES)
        self.board = BoardPanel(workspace)
        self.walk = WalkBar(workspace)
        self.board.above_rows.addWidget(self.walk)
        self.example = ExampleButton(workspace)
        self.expect = ExpectPanel(workspace)
        self.walk.extras.addWidget(self.example)
        self.walk.extras.addWidget(self.expect.button)
        self.board.under_rows.insertWidget(0, self.expect)
        self.walk.place_changed.connect(self.board.show_walk)
        self.inspector = InspectorPanel(workspace)
        self.run_bar = RunBar(workspace)
        self.addToolBar(self.run_bar)
        self.setStatusBar(StatusLine(workspace))
        self._lay_out()
        self.files = FileActions(workspace, self)
        self.tools = ToolActions(workspace, self)
        self.worksheet = WorksheetAction(workspace, self)
        self.view = ViewActions(self, self._docks, workspace.run)
        self.view.layout_reset_wanted.connect(self.reset_layout)
        self._fill_menus()
        self.data.file_wanted.connect(self._on_file_wanted)
        self.data.folder_wanted.connect(self._on_folder_wanted)
        self.data.import_wanted.connect(self._on_import_wanted)
        self.tabs.page_shown.connect(self._on_page_shown)
        self.run_bar.until_wanted.connect(self._on_until_wanted)
        self.board.fill_wanted.connect(self._on_fill_wanted)
        self.files.first_example_opened.connect(self._on_first_example_opened)
        workspace.problem_found.connect(self._on_problem_found)
        self.notice.accepted.connect(self._on_offer_accepted)
        workspace.problem_solved.connect(self.notice.close_notice)
        workspace.file_changed.connect(self._on_file_changed)
        self._on_file_changed()
        self.resize(1440, 900)

    def _lay_out(self) -> None:
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        around_board = Scrolled(self.board)
        around_board.scroll_sideways(_NARROWEST_BOARD)
        self._board_frame, self._pages_frame = framed(around_board), framed(self.tabs)
        for widget in (self._pages_frame, self._board_frame):
            split.addWidget(widget)
        split.setSizes([262, 488])
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(2, 8, 2, 8)
        column.addWidget(self.notice)
        column.addWidget(split, 1)
        self.setCentralWidget(middle)
        left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
        data_dock = self._dock("data", "Data set", self.data, left, 290)
        self._docks: list[QDockWidget] = [
            data_dock,
            self._dock("layer_stack", "Layer stack", self.stack, left, 290),
            self._dock("training", "Training", self.training, left, 290),
            self._dock("refine", "Refine", self.refine, left, 290),
            self._dock("layer", "Layer", self.layer, left, 290),
            self._dock("history", "History", self.history, left, 290),
            self._dock("inspector", "Inspector", self.inspector, right, 300),
        ]
        data_dock.keep_to(self.data.inner)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.tabifyDockWidget(self._docks[2], self._docks[3])
        self.tabifyDockWidget(self._docks[3], self._docks[4])
        self.tabifyDockWidget(self._docks[4], self._docks[5])
        self._docks[2].raise_()
        self.resizeDocks(self._docks[:3], [150, 370, 300], Qt.Orientation.Vertical)
        self.resizeDocks(self._docks, [292, 292, 292, 292, 292, 292, 396], Qt.Orientation.Horizontal)
        self.first_layout = self.saveState(_LAYOUT_VERSION)

    def _dock(self, name: str, title: str, panel: QWidget, area: Qt.DockWidgetArea, width: int) -> PanelDock:
        dock = PanelDock(name, title, panel, width, self)
        self.addDockWidget(area, dock)
        return dock

    def _fill_menus(self) -> None:
        bar = self.menuBar()
        self.files.fill(bar.addMenu("&File"), bar.addMenu("&Edit"))
        run = bar.addMenu("&Run")
        run.addActions(self.run_bar.menu_actions())
        self.run_bar.add_run_for(run)
        tools = bar.addMenu("&Tools")
        self.tools.fill(tools)
        tools.addAction(self.worksheet.action)
        view = bar.addMenu("&View")
        view.addAction(self.board.fill)
        self.view.fill(view)
        help_menu = bar.addMenu("&Help")
        self.help = QAction("&Help", self)
        self.help.setShortcut(QKeySequence("F1"))
        self.help.triggered.connect(self._on_help)
        help_menu.addAction(self.help)
        help_menu.setToolTipsVisible(True)
        self.files.fill_help(help_menu)

    @Slot()
    def _on_until_wanted(self) -> None:
        from lab.gui.panels.bars.run_until import RunUntil  # made when it is first wanted

        RunUntil(self.workspace, self).show()

    @Slot()
    def _on_help(self) -> None:
        from lab.gui.panels.help_text import help_text  # made when it is first wanted

        menus = [menu for action in self.menuBar().actions() if isinstance(menu := action.menu(), QMenu)]
        pages = [(page.title, page.help) for page in PAGES]
        panels = [(dock.windowTitle(), dock.whatsThis()) for dock in self._docks]
        TextWindow.bring("Help", help_text(pages, panels, menus), self)

    def offer_run(self, path: Path, sentence: str) -> None:
        """Offer in one line to go on with the run that a window has left behind."""
        self._offered = partial(self.workspace.open_run, path, kept=True)
        self.notice.show_notice(sentence, "info", "Go on")

    @Slot()
    def _on_offer_accepted(self) -> None:
        if self._offered is not None:
            self._offered()
            self._offered = None

    def offer_edits(self) -> None:
        """Offer in one line the edits that nobody saved before a window closed."""
        self._offered = self.workspace.reopen_edits
        self.notice.show_notice("Edits that were not saved were kept when a window closed.", "info", "Reopen them")

    # what the workspace says

    @Slot()
    def _on_file_wanted(self) -> None:
        path = self.files.ask_for_data()
        if path is not None:
            self.workspace.import_file(path)

    @Slot()
    def _on_folder_wanted(self) -> None:
        path = self.files.ask_for_folder()
        if path is not None:
            self.workspace.import_file(path)

    @Slot()
    def _on_import_wanted(self) -> None:
        data = self.workspace.draft.experiment.data
        if data.path is not None:
            self.workspace.import_file(Path(data.path), data)

    @Slot()
    def _on_first_example_opened(self) -> None:
        """Give the board the window: there every matrix of the example shows its numbers."""
        self.board.fill.setChecked(True)
        self.workspace.noted.emit(
            "Press Next equation and follow the numbers; Ctrl+Shift+F brings the other panels back."
        )

    @Slot(object)
    def _on_page_shown(self, page: Page) -> None:
        """Show a page, with the board beneath where it has room; a board that fills the window makes way."""
        self.board.fill.setChecked(False)
        self._board_frame.setVisible(page.with_board)

    @Slot(bool)
    def _on_fill_wanted(self, fills: bool) -> None:
        """Give the board the room of everything else but the toolbar, or put that back as it was."""
        if fills:
            self._put_away = [each for each in (*self._docks, self._pages_frame) if each.isVisible()]
        for each in self._put_away:
            each.setVisible(not fills)
        self._board_frame.setVisible(fills or self.tabs.current.with_board)

    @Slot(str)
    def _on_problem_found(self, sentence: str) -> None:
        self.notice.show_notice(sentence, "error")

    @Slot()
    def _on_file_changed(self) -> None:
        workspace = self.workspace
        name = workspace.file.name if workspace.file is not None else workspace.draft.experiment.name
        self.setWindowTitle(f"{name}[*] – Delta Lab")
        self.setWindowModified(workspace.is_edited)

    # what the desktop does

    def restore_layout(self, settings: QSettings) -> None:
        """Put windows and docks where the user left them; at first the window is no larger than the screen."""
        self.resize(self.size().boundedTo(self.screen().availableGeometry().size() * _SHARE_OF_SCREEN))
        for key, restore in (("geometry", self.restoreGeometry), ("layout", self._restore_docks)):
            stored = settings.value(key, QByteArray(), type=QByteArray)
            if isinstance(stored, QByteArray) and not stored.isEmpty():
                restore(stored)

    def _restore_docks(self, state: QByteArray) -> None:
        self.restoreState(state, _LAYOUT_VERSION)
        for dock in self._docks:
            if dock.isFloating():
                dock.setGeometry(
                    on_screen(dock.geometry(), [each.availableGeometry() for each in self.screen().virtualSiblings()])
                )

    def keep_layout(self, settings: QSettings) -> None:
        """Remember where windows and docks are, or were when the window closed."""
        geometry, layout = self._closed_layout or self._layout_now()
        settings.setValue("geometry", geometry)
        settings.setValue("layout", layout)

    def _layout_now(self) -> tuple[QByteArray, QByteArray]:
        """Return where windows and docks are; the next window does not begin with the board filling it."""
        self.board.fill.setChecked(False)
        return self.saveGeometry(), self.saveState(_LAYOUT_VERSION)

    def reset_layout(self) -> None:
        """Bring every panel back to its first place."""
        self.restoreState(self.first_layout, _LAYOUT_VERSION)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.files.dropped_file(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = self.files.dropped_file(event.mimeData())
        if path is None:
            return
        if path.suffix.lower() == ".toml":
            self.workspace.open(path)
        elif path.suffix.lower() == ".safetensors":
            self.workspace.open_run(path)
        else:
            self.workspace.import_file(path)

    def childEvent(self, event: QChildEvent) -> None:
        super().childEvent(event)
        if event.type() != QEvent.Type.ChildPolished:
            return
        # Not the event's own child: for a class of Qt's that Python does not know, all of its classes are made first.
        for bar in self.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
            self._wheel_guard.watch(bar)  # the tabs of docks, which Qt makes as docks are moved

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self.workspace.run.set_watched(not self.isMinimized())

    def closeEvent(self, event: QCloseEvent) -> None:
        self._closed_layout = self._layout_now()  # before the end of the program closes the docks that float
        self.hide()  # at once: a large run takes a while to be kept
        self.workspace.end()
        super().closeEvent(event)

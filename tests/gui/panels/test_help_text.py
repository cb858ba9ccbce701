"""The help window: F1 opens it, and it tells every page, panel, shortcut and key that the window has."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication

from lab.experiment.spec import Experiment
from lab.experiment.stack.matrices import MATRICES
from lab.gui import widgets
from lab.gui.main_window import PAGES, MainWindow
from lab.gui.panels.help_text import WITH_KEYS
from lab.gui.panels.panel_dock import PanelDock
from lab.gui.widgets.fields.text_window import TextWindow

Make = Callable[..., Experiment]


def test_f1_tells_every_page_shortcut_and_matrix(
    open_window: Callable[[Experiment], MainWindow], experiment: Make
) -> None:
    window = open_window(experiment())
    assert window.help.shortcut() == QKeySequence("F1")
    window.help.trigger()
    shown = next(each for each in window.findChildren(TextWindow) if each.windowTitle() == "Help")
    said = shown.text.toPlainText()
    QApplication.processEvents()
    for page in PAGES:
        assert page.title in said
        assert page.help in said
    in_menus = [action for action in window.findChildren(QAction) if not action.shortcut().isEmpty()]
    keys = [action.shortcut().toString(QKeySequence.SequenceFormat.NativeText) for action in in_menus]
    assert "Ctrl+R" in keys
    assert [each for each in keys if each not in said] == []
    assert all(kind.word in said for kind in MATRICES.values())
    docks = window.findChildren(PanelDock)
    assert [dock.windowTitle() for dock in docks if not (dock.whatsThis() and dock.whatsThis() in said)] == []
    assert [keys for module in WITH_KEYS for line in module.KEYS_HELP.keys for keys in line if keys not in said] == []


def test_f1_again_brings_the_same_window_to_the_front(
    open_window: Callable[[Experiment], MainWindow], experiment: Make
) -> None:
    window = open_window(experiment())
    for _ in range(3):
        window.help.trigger()
    assert len(window.findChildren(TextWindow)) == 1


def test_every_widget_that_takes_keys_tells_them_in_the_help() -> None:
    taking = {path.stem for path in Path(widgets.__path__[0]).rglob("*.py") if "def keyPressEvent" in path.read_text()}
    assert taking == {module.__name__.rpartition(".")[2] for module in WITH_KEYS}

"""The help window: F1 opens it, and it tells every page and every shortcut that the window has."""

from collections.abc import Callable

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication

from lab.experiment.matrices import MATRICES
from lab.experiment.spec import Experiment
from lab.gui.main_window import PAGES, MainWindow
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

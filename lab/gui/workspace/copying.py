"""The menu of what can be copied from a board, in every format that there is."""

from functools import partial
from typing import Protocol

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from lab.experiment.written.writing import Writing
from lab.experiment.written.writings import WRITINGS

_KEYS = {"text": "Ctrl+Shift+C"}
"""The shortcut of copying the cell in a format."""


class Copies(Protocol):
    """Whoever has a cell, a matrix and a page of equations to copy."""

    def copy_sum(self, writing: Writing) -> None: ...

    def copy_matrix(self, writing: Writing) -> None: ...

    def copy_page(self, writing: Writing) -> None: ...


def copy_menu(owner: Copies, parent: QWidget | None = None) -> QMenu:
    """Return a menu with the cell, the chosen matrix and the page, each in every format."""
    menu = QMenu("Copy", parent or (owner if isinstance(owner, QWidget) else None))
    menu.setToolTipsVisible(True)
    for title, copy in (
        ("The &cell as a sum", owner.copy_sum),
        ("The chosen &matrix", owner.copy_matrix),
        ("All &equations with numbers", owner.copy_page),
    ):
        formats = menu.addMenu(title)
        formats.setToolTipsVisible(True)
        for writing in WRITINGS.values():
            action = formats.addAction(writing.title)
            action.setToolTip(writing.help)
            action.triggered.connect(partial(_copied, copy, writing))
            if copy == owner.copy_sum and writing.name in _KEYS:
                action.setShortcut(QKeySequence(_KEYS[writing.name]))
    return menu


def _copied(copy: object, writing: Writing, _checked: bool = False) -> None:
    assert callable(copy)
    copy(writing)

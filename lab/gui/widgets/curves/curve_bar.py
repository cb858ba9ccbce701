"""The bar above curves: how they are smoothed, which lines there are, what the axes are, and how they leave."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from lab.gui.widgets.curves.smoothings import SMOOTHINGS, USUAL_SMOOTHING

ChoiceEntry = tuple[str, str, str]
"""Name, title and help of something that can be chosen."""

LINES: Final[tuple[ChoiceEntry, ...]] = (
    ("training", "Training", "The loss of every batch, pale, and smoothed; by epochs the mean of each"),
    ("validation", "Validation", "Loss and score on examples that are not learnt from, at the end of each epoch"),
    (
        "training_score",
        "Training score, from now on",
        "The score on all training examples, about once a second: above the validation score it tells overfitting",
    ),
    (
        "test",
        "Test, from now on",
        "Loss and score on the test examples, about once a second. Do not choose settings by it: it is to be the "
        "last word on examples that nothing was fitted to",
    ),
    ("rate", "Learning rate η", "The step size of every step, in a plot of its own"),
)
SCALES: Final[tuple[ChoiceEntry, ...]] = (
    ("log_y", "Logarithmic loss", "Every factor of ten has the same height; zeros have no place and are counted"),
    ("log_x", "Logarithmic steps or epochs", "Every factor of ten has the same width: the beginning has more room"),
)
PLACES: Final[tuple[ChoiceEntry, ...]] = (
    ("step", "By step", "A point for every batch"),
    ("epoch", "By epoch", "A point for every epoch"),
)
COPIES: Final[tuple[ChoiceEntry, ...]] = (
    ("copy", "&Copy picture", "The plots as they are, for pasting elsewhere"),
    ("png", "Save as &PNG…", "The plots as they are, as pixels"),
    ("svg", "Save as &SVG…", "The plots as lines and texts, sharp at any size"),
    ("csv", "Save numbers as CS&V…", "Every step and epoch from the history itself, not as the plot reduces them"),
)


@dataclass(frozen=True)
class CurveChoices:
    """What the bar has chosen, all by name."""

    smoothing: str = USUAL_SMOOTHING
    place: str = "step"
    lines: tuple[str, ...] = ("training", "validation")
    scales: tuple[str, ...] = ("log_y",)


class CurveBar(QWidget):
    """Four buttons with menus; tells of every choice, and of how the curves are to be copied."""

    chosen = Signal(object)  # CurveChoices
    copy_wanted = Signal(str)  # the name of one of COPIES

    def __init__(self, choices: CurveChoices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choices = choices
        self._smoothing = _menu("Smoothing", "How the noisy loss of the batches is smoothed")
        self._lines = _menu("Lines", "Which lines are drawn")
        self._axes = _menu("Axes", "By step or by epoch, linear or logarithmic")
        self._copies = _menu("Save", "Copy or save the curves as a picture or as numbers")
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 6, 0)
        row.setSpacing(4)
        for button in (self._smoothing, self._lines, self._axes, self._copies):
            row.addWidget(button)
        row.addStretch(1)
        kinds = [(kind.name, kind.title, kind.help) for kind in SMOOTHINGS.values()]
        self._one_of(self._smoothing.menu(), kinds, "smoothing")
        self._any_of(self._lines.menu(), LINES, "lines")
        self._one_of(self._axes.menu(), PLACES, "place")
        self._axes.menu().addSeparator()
        self._any_of(self._axes.menu(), SCALES, "scales")
        for name, title, help_text in COPIES:
            action = self._copies.menu().addAction(title)
            action.setToolTip(help_text)
            action.triggered.connect(partial(self._on_copy, name))

    def actions_of(self, menu: str) -> dict[str, QAction]:
        """Return the actions of a menu, "Smoothing", "Lines", "Axes" or "Save", by their texts."""
        button = next(each for each in self.findChildren(QToolButton) if each.text() == menu)
        return {action.text().replace("&", ""): action for action in button.menu().actions() if action.text()}

    def _one_of(self, menu: QMenu, entries: Iterable[ChoiceEntry], field: str) -> None:
        group = QActionGroup(menu)
        for name, title, help_text in entries:
            action = _choice(menu, title, help_text, getattr(self.choices, field) == name)
            group.addAction(action)
            action.triggered.connect(partial(self._on_one_chosen, field, name))

    def _any_of(self, menu: QMenu, entries: Iterable[ChoiceEntry], field: str) -> None:
        for name, title, help_text in entries:
            action = _choice(menu, title, help_text, name in getattr(self.choices, field))
            action.triggered.connect(partial(self._on_switched, field, name, action))

    def _on_one_chosen(self, field: str, name: str, _checked: bool = False) -> None:
        self._take({field: name})

    def _on_switched(self, field: str, name: str, action: QAction, _checked: bool = False) -> None:
        others = [each for each in getattr(self.choices, field) if each != name]
        self._take({field: (*others, name) if action.isChecked() else tuple(others)})

    def _take(self, changes: dict[str, object]) -> None:
        choices = replace(self.choices, **changes)  # type: ignore[arg-type]  # the fields hold what the menus offer
        if choices != self.choices:
            self.choices = choices
            self.chosen.emit(choices)

    def _on_copy(self, name: str, _checked: bool = False) -> None:
        self.copy_wanted.emit(name)


def _menu(title: str, help_text: str) -> QToolButton:
    button = QToolButton()
    button.setText(title)
    button.setToolTip(help_text)
    button.setAccessibleName(f"{title} of the curves")
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setProperty("role", "switch")
    menu = QMenu(button)
    menu.setToolTipsVisible(True)
    button.setMenu(menu)
    return button


def _choice(menu: QMenu, title: str, help_text: str, is_on: bool) -> QAction:
    action = menu.addAction(title)
    action.setCheckable(True)
    action.setChecked(is_on)
    action.setToolTip(help_text)
    return action

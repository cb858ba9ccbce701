"""Combo boxes that are made from a table of names with titles and help, and how a box is shown another number."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QDoubleSpinBox, QWidget

from lab.gui.widgets.fields.wheel_turn import take_turns
from lab.gui.widgets.fields.whole_box import WholeBox

_MOST_AT_ONCE = 30

ChoiceEntry = tuple[str, str, str]
"""Name, title and help of something that can be chosen."""


class ChoiceBox(QComboBox):
    """Opens all of its list where the screen has room, above or below it; else as many whole rows as fit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaxVisibleItems(_MOST_AT_ONCE)

    def showPopup(self) -> None:
        super().showPopup()
        view = self.view()
        popup, room = view.window(), view.viewport().rect()
        last = view.visualRect(view.indexAt(room.bottomLeft()))
        if last.isValid() and last.bottom() > room.bottom():
            spare = room.bottom() + 1 - last.top()
            is_above = popup.y() < self.mapToGlobal(QPoint(0, 0)).y()
            popup.setGeometry(popup.geometry().adjusted(0, spare if is_above else 0, 0, 0 if is_above else -spare))

    def changeEvent(self, event: QEvent) -> None:
        application = QApplication.instance()
        undressed = isinstance(application, QApplication) and not application.styleSheet()
        if event.type() != QEvent.Type.StyleChange or not undressed:
            # Between two themes there is no sheet, and lists would be of another kind: Qt makes a painter of entries
            # for each kind and never lets one go.
            super().changeEvent(event)


def choice_box(entries: Iterable[ChoiceEntry] = ()) -> QComboBox:
    """Return a combo box of (name, title, help): the title is shown, the name is the item's data."""
    box = ChoiceBox()
    take_turns(box)
    for index, (name, title, help_text) in enumerate(entries):
        box.addItem(title, name)
        box.setItemData(index, help_text, Qt.ItemDataRole.ToolTipRole)
    return box


def show_number(box: WholeBox | QDoubleSpinBox, value: float) -> None:
    """Show a number without a signal; a WholeBox takes whole ones."""
    box.blockSignals(True)
    box.setValue(value)  # type: ignore[arg-type]
    box.blockSignals(False)

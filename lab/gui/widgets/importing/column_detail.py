"""What the chosen column becomes, in a sentence, with the choices that only some columns have: parts and order."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QListView,
    QListWidget,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from lab.gui.theme import Theme, follow, icon, set_role

_MOST_ORDERED = 200
"""More values than that nobody puts in order by hand."""


class ColumnDetail(QWidget):
    """Shows a sentence on a column and, where it has them, check boxes for its parts or its values in their order."""

    parts_chosen = Signal(object)  # names, in the order of the offer
    order_chosen = Signal(object)  # the values from the first on

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        set_role(self.sentence, "dim")
        self.boxes: dict[str, QCheckBox] = {}
        self._parts = QWidget()
        self._part_row = QHBoxLayout(self._parts)
        self._part_row.setContentsMargins(0, 0, 0, 0)
        self._part_row.addStretch(1)
        self.order = QListWidget()
        self.earlier, self.later = QToolButton(), QToolButton()
        self._order_row = QWidget()
        self._lay_out()
        self.order.model().rowsMoved.connect(self._on_rows_moved)
        self.earlier.clicked.connect(self._on_earlier_clicked)
        self.later.clicked.connect(self._on_later_clicked)
        follow(self._on_theme_changed)

    def _lay_out(self) -> None:
        self.order.setFlow(QListView.Flow.LeftToRight)
        self.order.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.order.setFixedHeight(38)
        self.order.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.order.setAccessibleName("Values in their order, the first one is 0")
        self.order.setToolTip("The first value becomes 0, the next 1, and so on. Drag a value, or use the arrows.")
        row = QHBoxLayout(self._order_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        label = QLabel("Order, from 0")
        set_role(label, "dim")
        label.setBuddy(self.order)
        row.addWidget(label)
        row.addWidget(self.order, 1)
        for button, name in ((self.earlier, "Earlier"), (self.later, "Later")):
            button.setToolTip(f"Move the chosen value: {name.lower()} in the order")
            button.setAccessibleName(name)
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 0, 4, 0)
        layout.setSpacing(4)
        for part in (self.sentence, self._parts, self._order_row):
            layout.addWidget(part)

    def show_column(
        self,
        sentence: str,
        parts: Sequence[tuple[str, str, str, bool]] = (),
        order: Sequence[str] = (),
    ) -> None:
        """Show a column's sentence, its parts as (name, title, help, chosen), and its values in order."""
        self.sentence.setText(sentence)
        self._show_parts(parts)
        if [self.order.item(index).text() for index in range(self.order.count())] != list(order[:_MOST_ORDERED]):
            self.order.clear()
            self.order.addItems(list(order[:_MOST_ORDERED]))
        self._order_row.setVisible(0 < len(order) <= _MOST_ORDERED)

    def _show_parts(self, parts: Sequence[tuple[str, str, str, bool]]) -> None:
        if [name for name, *_ in parts] != list(self.boxes):
            for box in self.boxes.values():
                self._part_row.removeWidget(box)
                box.hide()
                box.deleteLater()
            self.boxes = {}
            for name, title, hint, _ in parts:
                box = QCheckBox(title)
                box.setToolTip(hint)
                box.clicked.connect(self._on_part_clicked)
                self._part_row.insertWidget(len(self.boxes), box)
                self.boxes[name] = box
        for name, _, _, chosen in parts:
            self.boxes[name].setChecked(chosen)
        self._parts.setVisible(bool(parts))

    @Slot()
    def _on_part_clicked(self) -> None:
        self.parts_chosen.emit(tuple(name for name, box in self.boxes.items() if box.isChecked()))

    @Slot()
    def _on_earlier_clicked(self) -> None:
        self._move(-1)

    @Slot()
    def _on_later_clicked(self) -> None:
        self._move(1)

    def _move(self, by: int) -> None:
        row = self.order.currentRow()
        if row >= 0 and 0 <= row + by < self.order.count():
            item = self.order.takeItem(row)
            self.order.insertItem(row + by, item)
            self.order.setCurrentRow(row + by)
            self._tell_order()

    @Slot(QModelIndex, int, int, QModelIndex, int)
    def _on_rows_moved(self, *_moved: object) -> None:
        self._tell_order()

    def _tell_order(self) -> None:
        self.order_chosen.emit(tuple(self.order.item(index).text() for index in range(self.order.count())))

    @Slot(object)
    def _on_theme_changed(self, _theme: Theme) -> None:
        self.earlier.setIcon(icon("chevron-left"))
        self.later.setIcon(icon("chevron-right"))

"""Rows of fields above what was found: how the file is read where there is a choice, and what is learnt of it."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from lab.gui.theme import set_role
from lab.gui.widgets.fields.choices import choice_box
from lab.gui.widgets.fields.segmented import Segmented

_SIDES = (8, 16, 28, 32, 48, 64, 96, 128)

Size = tuple[int, int]


def plain_row(widget: QWidget | None = None) -> QHBoxLayout:
    """Return a row without margins, the layout of `widget` where one is given."""
    row = QHBoxLayout(widget) if widget is not None else QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(6)
    return row


def add_labelled(row: QHBoxLayout, text: str, field: QWidget, hint: str) -> list[QWidget]:
    """Add a dim label and a field to a row, both with the hint, and return both."""
    label = QLabel(text)
    set_role(label, "dim")
    label.setBuddy(field)
    field.setAccessibleName(text.replace("&", "").strip())
    for part in (label, field):
        part.setToolTip(hint)
        row.addWidget(part)
    return [label, field]


class ReadFields(QWidget):
    """Offers the sheets of a workbook, or the size and colour of a folder's images; hidden where there are none."""

    sheet_chosen = Signal(str)
    images_chosen = Signal(object, bool)  # (height, width) or None for the first image's own size; in colour

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sheet = choice_box()
        self.sheet.setPlaceholderText("First with content")
        self.image_size = choice_box()
        self.image_size.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.colour = Segmented()
        self.colour.set_items(["Grey", "Colour"], ["One number a pixel", "Three numbers a pixel: red, green and blue"])
        row = plain_row(self)
        self._sheet_parts = add_labelled(row, "Sheet", self.sheet, "The sheet of the workbook that is read")
        size_help = "All images are brought to this size: larger ones have more inputs and more detail"
        self._image_parts = add_labelled(row, "Image size", self.image_size, size_help)
        self._image_parts += add_labelled(row, "Pixels", self.colour, "What is kept of each pixel")
        row.addStretch(1)
        self.sheet.activated.connect(self._on_sheet_activated)
        self.image_size.activated.connect(self._on_images_changed)
        self.colour.current_changed.connect(self._on_images_changed)
        self.hide()

    def show_sheets(self, names: Sequence[str], chosen: str | None) -> None:
        """Offer the sheets of a workbook; None is the first one with content."""
        self._show(self._sheet_parts if len(names) > 1 else [])
        if [self.sheet.itemText(index) for index in range(self.sheet.count())] != list(names):
            self.sheet.clear()
            self.sheet.addItems(list(names))
        self.sheet.setCurrentIndex(self.sheet.findText(chosen) if chosen is not None else -1)

    def show_images(self, size: Size, chosen: Size | None, colour: bool) -> None:
        """Offer sizes of images; `size` is the one that they have now."""
        self._show(self._image_parts)
        sizes = {(side, side): f"{side} × {side}" for side in _SIDES} | {size: f"{size[0]} × {size[1]}"}
        self.image_size.clear()
        self.image_size.addItem("As the first image, at most 64", None)
        for each in sorted(sizes):
            self.image_size.addItem(sizes[each], each)
        self.image_size.setCurrentIndex(0 if chosen is None else 1 + sorted(sizes).index(size))
        self.colour.blockSignals(True)
        self.colour.set_current(int(colour))
        self.colour.blockSignals(False)

    def show_nothing(self) -> None:
        """Offer nothing: there is one way to read the file."""
        self._show([])

    def _show(self, parts: list[QWidget]) -> None:
        for part in (*self._sheet_parts, *self._image_parts):
            part.setVisible(part in parts)
        self.setVisible(bool(parts))

    @Slot(int)
    def _on_sheet_activated(self, index: int) -> None:
        self.sheet_chosen.emit(self.sheet.itemText(index))

    @Slot(int)
    def _on_images_changed(self, _place: int) -> None:
        self.images_chosen.emit(self.image_size.currentData(), bool(self.colour.current()))


class TargetFields(QWidget):
    """Offers the columns that could be the target and what to learn of it; or says which labels there are."""

    target_chosen = Signal(str)
    task_chosen = Signal(int)

    def __init__(self, tasks: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        """`tasks` are title and help of what can be learnt."""
        super().__init__(parent)
        self.target = choice_box()
        # The width of ten thousand names is not worth measuring.
        self.target.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.target.setMinimumContentsLength(16)
        self.task = Segmented()
        self.task.set_items([title for title, _ in tasks], [hint for _, hint in tasks])
        self.labels = QLabel()
        self._names: Sequence[str] = ()
        row = plain_row(self)
        hint = "The column that the network learns to tell from the others"
        self._target_parts = add_labelled(row, "&Target", self.target, hint)
        hint = "What the target is: one of some classes, or a number to come near to"
        self._target_parts += add_labelled(row, "   Learn", self.task, hint)
        self._label_parts = add_labelled(row, "Labels", self.labels, "The classes that come with the file")
        row.addStretch(1)
        self.target.textActivated.connect(self.target_chosen)
        self.task.current_changed.connect(self.task_chosen)

    def show_target(self, names: Sequence[str], target: str | None, task: int, possible: bool = True) -> None:
        """Offer the columns; None is the last one. `possible` tells whether there is more than one task."""
        self._show(self._target_parts)
        if names != self._names:
            self._names = names
            self.target.clear()
            self.target.addItems(list(names))
        self.target.setCurrentIndex(len(names) - 1 if target is None else self.target.findText(target))
        self.task.blockSignals(True)
        self.task.set_current(task)
        self.task.blockSignals(False)
        self.task.setEnabled(possible)

    def show_labels(self, words: str) -> None:
        """Say which labels the file has of its own."""
        self._show(self._label_parts)
        self.labels.setText(words)

    def _show(self, parts: list[QWidget]) -> None:
        for part in (*self._target_parts, *self._label_parts):
            part.setVisible(part in parts)

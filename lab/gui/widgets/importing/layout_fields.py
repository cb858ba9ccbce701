"""Fields for how a text file is laid out: what was found stands in them, and each can be set otherwise."""

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QLineEdit, QToolButton, QWidget

from lab.gui.theme import set_role
from lab.gui.widgets.fields.choices import ChoiceEntry, choice_box
from lab.gui.widgets.fields.whole_box import WholeBox

_IN_A_ROW, _WIDE = 5, 3
_NUMBERS = (
    ("header", "Header lines", "How many lines hold the names of the columns; 0 where there are none"),
    ("skip_above", "Skip above", "How many lines before the table are passed over"),
    ("skip_below", "Skip below", "How many lines after the table are passed over"),
)
_TEXTS = (
    ("quote", "Quote", "The sign around texts that hold a delimiter; empty for none", 1),
    ("comment", "Comment", "Lines that begin with this are passed over; empty for none", 4),
    ("widths", "Widths", "The widths of columns without a delimiter, in characters: 10 4 8", 400),
    ("names", "Names", "Names for the columns in place of those in the file, with commas between them", 4000),
)


class LayoutFields(QWidget):
    """The fields, and a button `opener` for the caller's own row that shows them; hidden for files that are no text.

    `field_set` tells a field's name and its value: a text, a number, a truth value, or a tuple of numbers or texts.
    """

    field_set = Signal(str, object)

    def __init__(self, choices: Mapping[str, tuple[str, str, Sequence[ChoiceEntry]]], parent: QWidget | None = None):
        """`choices` are label, help and entries of each field that has a list, by its name."""
        super().__init__(parent)
        self.opener = QToolButton()
        self.opener.setText("Layout of the file")
        self.opener.setCheckable(True)
        self.opener.setToolTip("Shows how the lines of the file are taken apart, for you to change")
        self.boxes: dict[str, QComboBox] = {name: choice_box(entries) for name, (_, _, entries) in choices.items()}
        self.numbers = {name: WholeBox(0) for name, *_ in _NUMBERS}
        self.texts = {name: QLineEdit() for name, *_ in _TEXTS}
        self.index = QCheckBox("First column names the rows")
        self.index.setToolTip("The first column is no input: it only numbers or names the rows")
        self._lay_out(choices)
        self._connect()
        self.opener.hide()
        self.hide()

    def _lay_out(self, choices: Mapping[str, tuple[str, str, Sequence[ChoiceEntry]]]) -> None:
        labelled: list[tuple[str, str, QWidget]] = [
            (label, hint, self.boxes[name]) for name, (label, hint, _) in choices.items()
        ]
        labelled += [(label, hint, self.numbers[name]) for name, label, hint in _NUMBERS]
        for name, label, hint, longest in _TEXTS:
            self.texts[name].setMaxLength(longest)
            labelled.append((label, hint, self.texts[name]))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        for place, (words, help_text, field) in enumerate(labelled):
            caption = QLabel(words)
            set_role(caption, "dim")
            caption.setBuddy(field)
            field.setAccessibleName(words)
            caption.setToolTip(help_text)
            field.setToolTip(help_text)
            row, column = divmod(place, _IN_A_ROW)
            grid.addWidget(caption, 2 * row, column)
            grid.addWidget(field, 2 * row + 1, column, 1, _WIDE if field is self.texts["names"] else 1)
        # Names come last, with the index beside them.
        grid.addWidget(self.index, 2 * ((len(labelled) - 1) // _IN_A_ROW) + 1, _WIDE, 1, _IN_A_ROW - _WIDE)

    def _connect(self) -> None:
        self.opener.toggled.connect(self.setVisible)
        for name, box in self.boxes.items():
            box.activated.connect(partial(self._on_chosen, name))
        for name, number in self.numbers.items():
            number.valueChanged.connect(partial(self._on_number_set, name))
        for name, text in self.texts.items():
            text.editingFinished.connect(partial(self._on_text_edited, name))
        self.index.clicked.connect(self._on_index_clicked)

    def show_layout(self, values: Mapping[str, object] | None) -> None:
        """Show a value for each field, None where it is not known; no values at all where the file is no text."""
        self.opener.setVisible(values is not None)
        self.setVisible(values is not None and self.opener.isChecked())
        if values is None:
            return
        for name, box in self.boxes.items():
            box.setCurrentIndex(box.findData(values[name]))
        for name, number in self.numbers.items():
            number.blockSignals(True)
            number.setValue(_whole(values[name]))
            number.blockSignals(False)
        for name, text in self.texts.items():
            text.setText(_joined(values[name]))
            text.setModified(False)
        self.index.setChecked(bool(values["index"]))

    @Slot(str, int)
    def _on_chosen(self, name: str, index: int) -> None:
        self.field_set.emit(name, self.boxes[name].itemData(index))

    @Slot(str, object)
    def _on_number_set(self, name: str, value: int) -> None:
        self.field_set.emit(name, value)

    @Slot(bool)
    def _on_index_clicked(self, checked: bool) -> None:
        self.field_set.emit("index", checked)

    @Slot(str)
    def _on_text_edited(self, name: str) -> None:
        text = self.texts[name]
        if not text.isModified():
            return
        text.setModified(False)
        words = text.text()
        if name == "widths":
            numbers = words.replace(",", " ").split()
            value: object = tuple(int(word) for word in numbers if word.isdecimal())
        elif name == "names":
            value = tuple(word.strip() for word in words.split(",")) if words.strip() else ()
        else:
            value = words
        self.field_set.emit(name, value)


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _joined(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return value if isinstance(value, str) else ""

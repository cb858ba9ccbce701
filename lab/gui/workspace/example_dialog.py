"""A small window to pin one training example by its number, or to type one: its inputs and its target."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from lab.data.errors import DataError
from lab.data.readers.arrays.matrix_file import read_matrix
from lab.experiment.datasets import DataFacts
from lab.experiment.example_names import example_name
from lab.gui.theme import set_role
from lab.gui.widgets.fields.choices import choice_box
from lab.gui.widgets.fields.whole_box import WholeBox
from lab.gui.workspace.dialog_folders import MATRIX_FILES, DialogFolders


class ExampleDialog(QDialog):
    """Shows the numbers of a training example; they can be typed over. It stays open while the run goes on."""

    row_pinned = Signal(int)
    example_typed = Signal(int, object, object)  # training row, x, y

    def __init__(self, facts: DataFacts, row: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Pin an example")
        self._facts = facts
        self._is_filling = False
        dataset = facts.dataset
        self.row = WholeBox(1, len(facts.split.train))
        self.row.setToolTip("The number of the training example, from 1")
        self.name, self.problem = QLabel(), QLabel()
        self.inputs = QTableWidget(dataset.inputs, 1)
        self.inputs.setVerticalHeaderLabels(list(dataset.feature_names))
        self.inputs.setHorizontalHeaderLabels(["value"])
        self.inputs.setToolTip("The inputs as the data has them, before the scaling; type to change one")
        self.inputs.setAccessibleName("Inputs")
        self.classes: QComboBox = choice_box()
        for number, name in enumerate(dataset.class_names):
            self.classes.addItem(name, number)
        self.targets = QTableWidget(dataset.classes if dataset.is_regression else 0, 1)
        if dataset.is_regression:
            self.targets.setVerticalHeaderLabels(list(dataset.target_names))
            self.targets.setHorizontalHeaderLabels(["value"])
        self.load = QPushButton("Load inputs…")
        self.load.setToolTip("Take the inputs from an .npy or .csv file with as many numbers")
        self._folders = DialogFolders(self)
        self.pin, self.close_button = QPushButton("Pin"), QPushButton("Close")
        self.pin.setToolTip("Every step goes on with this example until it is let go")
        self._lay_out(dataset.is_regression)
        self.row.setValue(row + 1)
        self.row.valueChanged.connect(self._on_row_changed)
        self.load.clicked.connect(self._on_load_clicked)
        self.pin.clicked.connect(self._on_pin_clicked)
        self.close_button.clicked.connect(self.close)
        self._on_row_changed()

    def _lay_out(self, is_regression: bool) -> None:
        set_role(self.problem, "error")
        self.problem.setWordWrap(True)
        set_role(self.name, "dim")
        form = QFormLayout()
        form.addRow("Training example", self.row)
        form.addRow("", self.name)
        form.addRow("Inputs", self.inputs)
        used, other = (self.targets, self.classes) if is_regression else (self.classes, self.targets)
        form.addRow("Target", used)
        other.setParent(self)
        other.hide()
        buttons = QHBoxLayout()
        buttons.addWidget(self.load)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.pin)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self.problem)
        layout.addLayout(buttons)
        self.setWindowFlag(Qt.WindowType.Window)
        self.resize(360, 420)

    @Slot()
    def _on_row_changed(self, _row: int = 0) -> None:
        """Show the numbers of the chosen row."""
        dataset, row = self._facts.dataset, int(self._facts.split.train[self.row.value() - 1])
        self.name.setText(example_name(dataset, row))
        for index, value in enumerate(dataset.x[row].tolist()):
            self.inputs.setItem(index, 0, QTableWidgetItem(repr(value)))
        if dataset.is_regression:
            for index, value in enumerate(dataset.y[row].tolist()):
                self.targets.setItem(index, 0, QTableWidgetItem(repr(value)))
        else:
            self.classes.setCurrentIndex(int(dataset.y[row]))
        self.problem.clear()

    @Slot()
    def _on_load_clicked(self) -> None:
        """Fill the inputs from a file; one that does not fit is refused and changes nothing."""
        where = str(self._folders.of("matrices"))
        name, _ = QFileDialog.getOpenFileName(self, "Load the inputs", where, MATRIX_FILES)
        if not name:
            return
        self._folders.remember("matrices", Path(name).parent)
        try:
            numbers = read_matrix(Path(name), (self.inputs.rowCount(),))
        except DataError as error:
            self.problem.setText(str(error))
            return
        self.problem.clear()
        for index, value in enumerate(numbers.tolist()):
            self.inputs.setItem(index, 0, QTableWidgetItem(repr(value)))

    @Slot()
    def _on_pin_clicked(self) -> None:
        """Pin the row where its numbers are its own, else the example as it was typed."""
        dataset, row = self._facts.dataset, self.row.value() - 1
        own = int(self._facts.split.train[row])
        try:
            x = self._numbers(self.inputs, "input")
            y = self._numbers(self.targets, "target") if dataset.is_regression else int(self.classes.currentData())
        except ValueError as error:
            self.problem.setText(str(error))
            return
        self.problem.clear()
        same_x = np.array_equal(np.array(x), np.asarray(dataset.x[own], np.float64), equal_nan=True)
        same_y = np.array_equal(np.array(y), np.asarray(dataset.y[own]))
        if same_x and same_y:
            self.row_pinned.emit(row)
        else:
            self.example_typed.emit(row, x, y)

    def _numbers(self, table: QTableWidget, word: str) -> tuple[float, ...]:
        """Return the numbers of a table; ValueError, a sentence, for what is none."""
        found = []
        for index in range(table.rowCount()):
            item, name = table.item(index, 0), table.verticalHeaderItem(index)
            text = item.text().strip().replace(",", ".") if item is not None else ""
            try:
                found.append(float(text))
            except ValueError:
                where = name.text() if name is not None else str(index + 1)
                raise ValueError(f"{word} {where}: {text!r} found, a number such as 0.25 expected.") from None
        return tuple(found)

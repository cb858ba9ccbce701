"""Predict a file: what the network of the run says of new rows or pictures, as a table that can be saved as CSV."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from lab import paths
from lab.gui.theme import set_role
from lab.gui.widgets.drawing.number_text import count_text
from lab.gui.widgets.rows.row_model import LeadColumn, RowLabels
from lab.gui.widgets.rows.row_table import RowTable
from lab.gui.workspace.dialog_folders import DialogFolders
from lab.gui.workspace.workspace import Workspace

if TYPE_CHECKING:
    from lab.storage.predictions import Predictions

_CLASS_ROLES: Final = tuple(f"class_{number}" for number in range(10))
_NOTHING: Final = (
    "Choose a file of new rows, a picture or an archive of them: each goes through the same preparation as the "
    "training data, and the network says what it takes it for. Training goes on meanwhile."
)


class PredictPanel(QWidget):
    """Shows the predictions for one file; another file, or the same one again, takes its place."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._predicting = workspace.predicting
        self._folders = DialogFolders(self)
        self.choose, self.again = QPushButton("Choose a file…"), QPushButton("Ask again")
        self.match_case = QCheckBox("Overlook case and blanks")
        self.save = QPushButton("Save as CSV…")
        self.about, self.notes = QLabel(_NOTHING), QLabel()
        self.table = RowTable()
        self._lay_out()
        self.choose.clicked.connect(self._on_choose_clicked)
        self.again.clicked.connect(self._on_again_clicked)
        self.match_case.toggled.connect(self._on_again_clicked)
        self.save.clicked.connect(self._on_save_clicked)
        self.table.copy_refused.connect(workspace.problem_found)
        self._predicting.changed.connect(self._show)
        self._show()

    def _lay_out(self) -> None:
        self.choose.setToolTip(
            "Rows of a table are found by the names of their columns; pictures are scaled to the set's size"
        )
        self.again.setToolTip("Ask the network as it is now about the same file")
        self.match_case.setToolTip(
            "A text that differs from a known category in case or blanks only is that category, as with --match-case"
        )
        self.save.setToolTip("Writes what the table shows, every number to its last digit, as delta-lab predict does")
        self.table.setAccessibleName("Predictions for each row of the file")
        for label, role in ((self.about, ""), (self.notes, "warn small")):
            set_role(label, role)
            label.setWordWrap(True)
        head = QHBoxLayout()
        for widget in (self.choose, self.again, self.match_case):
            head.addWidget(widget)
        head.addStretch(1)
        head.addWidget(self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.addLayout(head)
        layout.addWidget(self.about)
        layout.addWidget(self.notes)
        layout.addWidget(self.table, 1)

    @Slot()
    def _show(self) -> None:
        asked = self._predicting
        self.again.setEnabled(asked.path is not None and not asked.is_under_way)
        self.save.setEnabled(asked.result is not None)
        notes = () if asked.asked is None else asked.asked.notes
        self.notes.setText("\n".join(notes))
        self.notes.setVisible(bool(notes))
        if asked.asked is not None and asked.result is not None:
            self._tabulate(asked.result, asked.asked.step)
            return
        self.table.set_rows(np.zeros((0, 0)), np.zeros(0, np.int64), ())
        reading = asked.path is not None and asked.is_under_way
        self.about.setText(f"Reading {asked.path.name}…" if reading and asked.path is not None else _NOTHING)

    def _tabulate(self, found: Predictions, step: int) -> None:
        rows = np.arange(len(found.values))
        lead = []
        if found.files:
            lead.append(LeadColumn("file", "The picture", rows, found.files))
        if found.class_names:
            lead.append(
                LeadColumn(
                    "class", "What it is taken for: the largest share", found.classes, found.class_names, _CLASS_ROLES
                )
            )
            help_text = "The share that the network gives the class {}"
        else:
            help_text = "{}, as predicted, in its own unit"
        lead += [
            LeadColumn(name, help_text.format(name), found.values[:, place])
            for place, name in enumerate(found.columns())
        ]
        labels = RowLabels(rows + 1, lambda row: f"row {row + 1} of {found.path.name}")
        self.table.set_rows(np.zeros((len(rows), 0)), rows, (), tuple(lead), labels)
        many = "1 row" if len(rows) == 1 else f"{count_text(len(rows))} rows"
        self.about.setText(f"{many} of {found.path.name}, asked after step {count_text(step)}")

    @Slot()
    def _on_choose_clicked(self) -> None:
        folder = str(self._folders.of("predict"))
        name, _ = QFileDialog.getOpenFileName(self, "Predict a file", folder)
        if name:
            self._folders.remember("predict", Path(name).parent)
            self._predicting.predict(Path(name), self.match_case.isChecked())

    @Slot()
    @Slot(bool)
    def _on_again_clicked(self, _checked: bool = False) -> None:
        if self._predicting.path is not None:
            self._predicting.predict(self._predicting.path, self.match_case.isChecked())

    @Slot()
    def _on_save_clicked(self) -> None:
        found = self._predicting.result
        if found is None:
            return
        usual = self._folders.of("predictions") / f"{found.path.stem}-predicted.csv"
        name, _ = QFileDialog.getSaveFileName(self, "Save the predictions", str(usual), "CSV (*.csv)")
        if name:
            self._folders.remember("predictions", Path(name).parent)
            self.save_to(Path(name))

    def save_to(self, path: Path) -> None:
        """Write the predictions to a file, whole or not at all; a refusal is told in a sentence."""
        found = self._predicting.result
        assert found is not None
        try:
            paths.write_atomically(path, found.as_csv().encode("utf-8"))
        except OSError as error:
            self._workspace.problem_found.emit(f"{path} cannot be written ({error.strerror}): choose another folder.")
        else:
            self._workspace.noted.emit(f"Saved {path.name}")

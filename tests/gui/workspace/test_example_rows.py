"""Some examples as rows: each has the number that it has in its file, says where it stands and what is told of it."""

from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lab.data.sets.sources import load_source
from lab.experiment.datasets import load_dataset
from lab.experiment.forms.data_specs import DataSpec
from lab.gui.widgets.rows.row_model import LeadColumn
from lab.gui.workspace.example_rows import ExampleRows


def test_rows_of_a_file_have_its_numbers(qtbot: QtBot, application: Any, tmp_path: Path) -> None:
    text = "weight,kind\n" + "".join(f"{number},{'cat' if number % 2 else 'dog'}\n" for number in range(8))
    (tmp_path / "pets.csv").write_text(text, encoding="utf-8")
    data = load_dataset(DataSpec(path=str(tmp_path / "pets.csv"), target="kind"))
    shown = ExampleRows("Pets")
    qtbot.addWidget(shown)
    shown.set_data(data)
    shown.show_rows("Two of them", np.array([5, 0]), (LeadColumn("far", "", np.array([0.5, 2.0])),), ("near", "far"))
    model = shown.rows.rows
    assert [model.headerData(row, Qt.Orientation.Vertical) for row in range(2)] == ["6", "1"]
    assert [model.text(0, column) for column in range(3)] == ["0.5000", "cat", "5"]
    assert "line 7" in model.headerData(0, Qt.Orientation.Vertical, Qt.ItemDataRole.ToolTipRole)
    assert shown.caption.text() == "Two of them"


def test_pictures_are_told_with_their_place(qtbot: QtBot, application: Any) -> None:
    shown = ExampleRows("Digits")
    qtbot.addWidget(shown)
    data = load_source("digits")
    shown.set_data(data)
    shown.show_rows("One", np.array([3]), (), ("80% for 8",), np.array([8]))
    name = data.class_names[data.y[3]]
    assert shown.images.label(0) == f"{name} → 8"
    assert shown.images.text(0) == f"picture 4 of Digits 8×8, 80% for 8: {name} → 8"

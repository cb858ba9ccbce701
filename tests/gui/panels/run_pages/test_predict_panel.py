"""Predict a file on screen: new rows through the training preparation, a table, saved as the command line does."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from lab.experiment.session import Session
from lab.experiment.spec import Experiment
from lab.gui.panels.run_pages.predict_panel import PredictPanel
from lab.gui.workspace.workspace import Workspace
from lab.storage.model_file import model_of
from lab.storage.predictions import predict_file

Make = Callable[..., Experiment]
Train = Callable[[Workspace, int], None]
OpenPanel = Callable[..., PredictPanel]

NAMES = "sepal length (cm),sepal width (cm),petal length (cm),petal width (cm)"


def _rows(folder: Path, text: str) -> Path:
    path = folder / "new.csv"
    path.write_text(f"{NAMES}\n{text}", encoding="utf-8")
    return path


def test_rows_are_predicted_and_saved_as_on_the_command_line(
    qtbot: QtBot, open_panel: OpenPanel, experiment: Make, train: Train, tmp_path: Path
) -> None:
    panel = open_panel(PredictPanel, experiment())
    assert not panel.save.isEnabled()
    train(panel.workspace, 3)
    file = _rows(tmp_path, "5.1,3.5,1.4,0.2\n6.3,3.3,6.0,2.5\n")
    panel.workspace.predicting.predict(file)
    qtbot.waitUntil(panel.save.isEnabled)
    alone = Session(panel.workspace.run.experiment)
    for _ in range(3):
        alone.step()
    expected = predict_file(model_of(alone), file)
    rows = panel.table.rows
    assert "2 rows of new.csv, asked after step 3" in panel.about.text()
    assert [rows.title(column) for column in range(4)] == ["class", "setosa", "versicolor", "virginica"]
    assert [rows.text(row, 0) for row in range(2)] == [expected.class_names[best] for best in expected.classes]
    panel.save_to(tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == expected.as_csv()
    problems: list[str] = []
    panel.workspace.problem_found.connect(problems.append)
    panel.save_to(tmp_path / "missing" / "out.csv")
    assert "cannot be written" in problems[0]
    train(panel.workspace, 1)
    QTest.mouseClick(panel.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "after step 4" in panel.about.text())


def test_what_does_not_fit_is_one_sentence(
    qtbot: QtBot, open_panel: OpenPanel, experiment: Make, train: Train, tmp_path: Path
) -> None:
    panel = open_panel(PredictPanel, experiment())
    problems: list[str] = []
    panel.workspace.problem_found.connect(problems.append)
    file = _rows(tmp_path, "5.1,3.5,1.4,oops\n")
    panel.workspace.predicting.predict(file)
    qtbot.waitUntil(lambda: len(problems) == 1)
    assert "there is no run yet" in problems[0]
    train(panel.workspace, 1)
    for path in (file, tmp_path / "gone.csv"):
        problems.clear()
        panel.workspace.predicting.predict(path)
        qtbot.waitUntil(lambda: len(problems) == 1)
        assert problems[0].startswith("Predict a file: ")
        assert "Traceback" not in problems[0]
    assert not panel.save.isEnabled()
    assert panel.table.rows.rowCount() == 0


def test_case_and_blanks_are_overlooked_where_that_is_ticked(
    qtbot: QtBot, open_panel: OpenPanel, train: Train, tmp_path: Path
) -> None:
    rows = "".join(f"short,{n},cat\nlong,{n + 0.5},dog\n" for n in range(20))
    (tmp_path / "pets.csv").write_text("coat,weight,kind\n" + rows, encoding="utf-8")
    (tmp_path / "new.csv").write_text("coat,weight\nSHORT ,3\nlong,3\n", encoding="utf-8")
    columns = {"coat": {"use": "one_hot"}, "weight": {"use": "number"}}
    layers = [{"kind": "dense", "units": 2, "activation": "softmax"}]
    data = {"path": str(tmp_path / "pets.csv"), "target": "kind", "columns": columns}
    panel = open_panel(PredictPanel, Experiment.model_validate({"data": data, "layers": layers}))
    train(panel.workspace, 1)
    panel.workspace.predicting.predict(tmp_path / "new.csv")
    qtbot.waitUntil(panel.save.isEnabled)
    assert "SHORT" in panel.notes.text()
    apart = panel.table.rows.text(0, 1)
    panel.match_case.setChecked(True)
    qtbot.waitUntil(lambda: panel.save.isEnabled() and "SHORT" not in panel.notes.text())
    assert panel.table.rows.text(0, 1) != apart

"""Try it on screen: an example taken, drawn, set or loaded, the answer as the network trains, and what is near it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from lab.experiment.spec import Experiment, changed
from lab.gui.panels.run_pages.try_panel import TryPanel
from lab.gui.workspace.workspace import Workspace

Make = Callable[..., Experiment]
Train = Callable[[Workspace, int], None]
OpenPanel = Callable[..., TryPanel]


def _answered(qtbot: QtBot, panel: TryPanel) -> None:
    qtbot.waitUntil(lambda: panel.said.text() != "" and "once for each" in panel.near.caption.text())


def test_without_a_run_it_says_what_to_do(open_panel: OpenPanel, experiment: Make) -> None:
    panel = open_panel(TryPanel, experiment())
    assert "press Run" in panel.place.text()
    assert not panel.inputs.isVisible()


def test_an_example_of_the_data_is_answered_and_the_answer_moves_with_training(
    qtbot: QtBot, open_panel: OpenPanel, experiment: Make, train: Train
) -> None:
    panel = open_panel(TryPanel, experiment(rate=0.5))
    train(panel.workspace, 1)
    _answered(qtbot, panel)
    assert panel.said.text().startswith("Taken for ")
    facts = panel.workspace.run.facts
    assert facts is not None
    first = panel.bars.text()
    train(panel.workspace, 3)
    qtbot.waitUntil(lambda: panel.bars.text() != first)
    assert panel.near.rows.rows.rowCount() == 5
    assert panel.near.rows.rows.rows[0] == facts.split.train[0]
    panel.number.setValue(4)
    qtbot.waitUntil(lambda: f"row {facts.split.train[3] + 1} of" in panel.place.text())


def test_a_slider_makes_an_example_of_ones_own_and_one_outside_the_training_is_warned_of(
    qtbot: QtBot, open_panel: OpenPanel, experiment: Make, train: Train
) -> None:
    panel = open_panel(TryPanel, experiment())
    train(panel.workspace, 1)
    _answered(qtbot, panel)
    assert panel.warning.text() == ""
    panel.inputs.fields.changed.emit(1, 1000.0)
    assert "made by you" in panel.place.text()
    assert "sepal width" in panel.warning.text()
    _answered(qtbot, panel)
    QTest.mouseClick(panel.pin, Qt.MouseButton.LeftButton)
    run = panel.workspace.run
    qtbot.waitUntil(lambda: run.overview is not None and run.overview.pinned is not None)
    qtbot.waitUntil(lambda: run.snapshot is not None and run.snapshot.progress.m == 1)


def test_a_drawing_is_seen_as_the_sets_images_are(
    qtbot: QtBot, open_panel: OpenPanel, endless: Make, train: Train
) -> None:
    panel = open_panel(TryPanel, endless())
    train(panel.workspace, 1)
    _answered(qtbot, panel)
    QTest.mouseClick(panel.inputs.clear, Qt.MouseButton.LeftButton)
    place = panel.inputs.canvas.canvas_rect()
    middle = QPoint(int(place.center().x()), int(place.center().y()))
    QTest.mousePress(panel.inputs.canvas, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(panel.inputs.canvas, middle + QPoint(0, 40))
    QTest.mouseRelease(panel.inputs.canvas, Qt.MouseButton.LeftButton, pos=middle)
    seen = panel.inputs.seen.image()
    assert (seen.width(), seen.height()) == (8, 8)
    assert [seen.pixelColor(4, row).red() > 128 for row in (0, 4, 7)] == [True] * 3  # it fills the frame
    assert "made by you" in panel.place.text()
    _answered(qtbot, panel)


def test_a_picture_is_loaded_as_training_read_its_own(
    qtbot: QtBot, open_panel: OpenPanel, endless: Make, train: Train, tmp_path: Path
) -> None:
    panel = open_panel(TryPanel, endless())
    train(panel.workspace, 1)
    _answered(qtbot, panel)
    Image.fromarray(np.full((8, 8), 12, np.uint8)).save(tmp_path / "grey.png")
    panel.workspace.loading.predict(tmp_path / "grey.png")
    qtbot.waitUntil(lambda: "made by you" in panel.place.text())
    _answered(qtbot, panel)
    problems: list[str] = []
    panel.workspace.problem_found.connect(problems.append)
    (tmp_path / "odd.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    panel.workspace.loading.predict(tmp_path / "odd.csv")
    qtbot.waitUntil(lambda: bool(problems))
    assert problems[0].startswith("Predict a file: ")


def test_other_data_begins_with_an_example_of_it(
    qtbot: QtBot, open_panel: OpenPanel, experiment: Make, train: Train
) -> None:
    panel = open_panel(TryPanel, experiment())
    train(panel.workspace, 1)
    _answered(qtbot, panel)
    panel.workspace.change_data(source="digits")
    qtbot.waitUntil(lambda: not panel.workspace.draft.reading)
    panel.workspace.edit_layer(1, units=10)
    panel.workspace.begin(None)
    qtbot.waitUntil(lambda: "Digits" in panel.place.text())
    assert panel.inputs.pages.currentIndex() == 0
    _answered(qtbot, panel)
    assert panel.bars.text().count("\n") == 9


def test_a_number_to_predict_and_a_part_without_examples(
    qtbot: QtBot, open_panel: OpenPanel, experiment: Make, train: Train
) -> None:
    numbers = changed(
        experiment(output=1, source="diabetes"),
        {"data": {"split": [0.9, 0.1, 0.0]}, "training": {"loss": "half_squared_error"}},
    )
    layers = [layer.model_dump() for layer in numbers.layers]
    layers[-1]["activation"] = "linear"
    panel = open_panel(TryPanel, changed(numbers, {"layers": layers}))
    train(panel.workspace, 1)
    _answered(qtbot, panel)
    assert panel.said.text().startswith("progression: ")
    assert not panel.bars.isVisible()
    panel.part.setCurrentIndex(2)
    assert panel.place.text() == "The test part has no examples."

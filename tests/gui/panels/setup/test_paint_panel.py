"""What is painted becomes the draft's data stroke by stroke, and a run of painted points goes on with it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QSlider
from pytestqt.qtbot import QtBot

from lab.data.sets.painted import COLOURS
from lab.experiment.forms.data_specs import DataSpec
from lab.experiment.spec import Experiment, save_experiment
from lab.gui import theme
from lab.gui.panels.setup.paint_panel import PaintPanel
from lab.gui.widgets.paint.paint_canvas import PaintCanvas
from lab.gui.workers.commands import State
from lab.gui.workspace.run import Run
from lab.gui.workspace.workspace import Workspace

Make = Callable[..., Experiment]
Open = Callable[..., Workspace]
Place = tuple[float, float]
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
DOTS = ((-0.5, -0.5, 0), (-0.4, -0.5, 0), (-0.5, -0.4, 0), (0.5, 0.5, 1), (0.4, 0.5, 1), (0.5, 0.4, 1))


def ticking(panel: PaintPanel) -> bool:
    """Return whether a timer of the panel or of what is in it is still to come."""
    return any(timer.isActive() for timer in panel.findChildren(QTimer))


@pytest.fixture
def workspace(open_workspace: Open, experiment: Make) -> Workspace:
    """A workspace with the iris flowers in its draft."""
    return open_workspace(experiment(epochs=1_000_000))


@pytest.fixture
def panel(workspace: Workspace, show: Callable[..., PaintPanel]) -> PaintPanel:
    return show(PaintPanel(workspace))


@pytest.fixture
def read(workspace: Workspace, qtbot: QtBot) -> Callable[[], None]:
    """Wait until the data is read or refused."""
    return lambda: qtbot.waitUntil(lambda: not workspace.draft.reading)


@pytest.fixture
def repainted(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> list[DataSpec]:
    """What the panel asks the workspace to repaint; it is done as well."""
    asked: list[DataSpec] = []
    repaint = workspace.repaint

    def note(data: DataSpec) -> None:
        asked.append(data)
        repaint(data)

    monkeypatch.setattr(workspace, "repaint", note)
    return asked


def send(canvas: PaintCanvas, kind: QEvent.Type, place: Place) -> None:
    point = canvas.to_pixel(*place)
    held = NONE if kind == QEvent.Type.MouseButtonRelease else LEFT
    button = NONE if kind == QEvent.Type.MouseMove else LEFT
    glob = QPointF(canvas.mapToGlobal(QPoint())) + point
    QApplication.sendEvent(canvas, QMouseEvent(kind, point, glob, button, held, Qt.KeyboardModifier.NoModifier))


def drag(panel: PaintPanel, *places: Place) -> None:
    send(panel.canvas, QEvent.Type.MouseButtonPress, places[0])
    for place in places[1:]:
        send(panel.canvas, QEvent.Type.MouseMove, place)
    send(panel.canvas, QEvent.Type.MouseButtonRelease, places[-1])


def paint_two(panel: PaintPanel, read: Callable[[], None]) -> None:
    """Paint a line of each of two classes."""
    for number, height in enumerate((0.5, -0.5)):
        panel.swatches.set_current(number)
        drag(panel, (-0.8, height), (0.8, height))
        read()


# from the painting to the draft


def test_the_first_stroke_makes_the_painting_the_data(panel: PaintPanel, workspace: Workspace) -> None:
    split = workspace.draft.experiment.data.split
    drag(panel, (-0.5, 0.5), (0.5, 0.5))
    data = workspace.draft.experiment.data
    assert (data.source, data.scaling, data.split, data.options) == ("painted", "none", split, {"classes": 2})
    assert data.points == panel.painting.as_points()
    assert [label for _, _, label in data.points] == [0] * 26


def test_what_is_painted_is_a_valid_experiment(
    panel: PaintPanel, workspace: Workspace, read: Callable[[], None]
) -> None:
    """The panel makes its data unchecked, for the sake of twenty thousand points."""
    paint_two(panel, read)
    experiment = workspace.draft.experiment
    assert Experiment.model_validate(experiment.model_dump()) == experiment


def test_the_network_fits_the_painting(panel: PaintPanel, workspace: Workspace, read: Callable[[], None]) -> None:
    paint_two(panel, read)
    assert workspace.draft.problem() is None
    assert [(row.inputs, row.outputs) for row in workspace.draft.rows()] == [(2, 5), (5, 2)]


def test_every_stroke_is_told_once_and_undo_of_the_draft_takes_all_of_them_back(
    panel: PaintPanel, workspace: Workspace, repainted: list[DataSpec], read: Callable[[], None]
) -> None:
    first = workspace.draft.experiment
    paint_two(panel, read)
    assert [len(data.points) for data in repainted] == [41, 82]
    painted = workspace.draft.experiment
    workspace.draft.undo()
    assert workspace.draft.experiment == first
    assert len(panel.painting.points) == 82
    workspace.draft.redo()
    assert workspace.draft.experiment == painted
    assert len(repainted) == 2


def test_further_strokes_keep_what_was_chosen_for_the_data(
    panel: PaintPanel, workspace: Workspace, read: Callable[[], None]
) -> None:
    paint_two(panel, read)
    data = workspace.draft.experiment.data.model_copy(update={"features": ("x1^2",), "split": (0.6, 0.2, 0.2)})
    workspace.draft.edit_data(data)
    drag(panel, (0.0, 0.0))
    now = workspace.draft.experiment.data
    assert (now.features, now.split, len(now.points)) == (data.features, data.split, 83)


def test_undo_redo_and_clear_reach_the_draft(
    panel: PaintPanel, workspace: Workspace, read: Callable[[], None], click: Callable[..., None]
) -> None:
    paint_two(panel, read)
    counts = []
    for button in (panel.undo, panel.redo, panel.clear_all, panel.undo):
        click(button)
        counts.append(len(workspace.draft.experiment.data.points))
    assert counts == [41, 82, 0, 82]
    assert not panel.redo.isHidden()


def test_another_number_of_classes_reaches_draft_and_network(
    panel: PaintPanel, workspace: Workspace, read: Callable[[], None]
) -> None:
    paint_two(panel, read)
    panel.classes.setValue(3)
    panel.swatches.set_current(2)
    drag(panel, (-0.3, 0.0), (0.3, 0.0))
    read()
    assert workspace.draft.experiment.data.options == {"classes": 3}
    assert workspace.draft.rows()[-1].outputs == 3
    panel.classes.setValue(2)
    read()
    assert len(workspace.draft.experiment.data.points) == 82
    assert workspace.draft.rows()[-1].outputs == 2


# a run that goes on


def test_a_run_goes_on_with_what_is_painted(
    panel: PaintPanel, workspace: Workspace, qtbot: QtBot, read: Callable[[], None], reach: Callable[[Run, State], None]
) -> None:
    paint_two(panel, read)
    workspace.run_or_pause()
    reach(workspace.run, State.RUNNING)
    assert panel.says.text() == "82 points, 2 classes; trains as you paint"
    drag(panel, (-0.5, 0.0), (0.5, 0.0))
    qtbot.waitUntil(lambda: workspace.run.facts.dataset.examples == 82 + 26)
    assert workspace.run.number == 1
    assert workspace.run.state is State.RUNNING
    assert panel.says.text() == "108 points, 2 classes; trains as you paint"


def test_the_run_hears_of_a_stroke_while_it_lasts(
    panel: PaintPanel,
    workspace: Workspace,
    qtbot: QtBot,
    repainted: list[DataSpec],
    read: Callable[[], None],
    reach: Callable[[Run, State], None],
) -> None:
    paint_two(panel, read)
    workspace.run_or_pause()
    reach(workspace.run, State.RUNNING)
    del repainted[:]
    send(panel.canvas, QEvent.Type.MouseButtonPress, (-0.8, 0.0))
    for step in range(20):
        send(panel.canvas, QEvent.Type.MouseMove, (-0.8 + 0.05 * step, 0.0))
    assert repainted == []  # twenty moves within a quarter of a second are told of once
    qtbot.waitUntil(lambda: len(repainted) == 1)
    assert len(repainted[0].points) > 82
    send(panel.canvas, QEvent.Type.MouseButtonRelease, (0.15, 0.0))
    assert len(repainted) == 2
    assert not ticking(panel)


def test_a_draft_that_does_not_run_hears_of_a_stroke_at_its_end(
    panel: PaintPanel, qtbot: QtBot, repainted: list[DataSpec]
) -> None:
    send(panel.canvas, QEvent.Type.MouseButtonPress, (-0.8, 0.0))
    send(panel.canvas, QEvent.Type.MouseMove, (0.8, 0.0))
    assert not ticking(panel)
    assert repainted == []
    send(panel.canvas, QEvent.Type.MouseButtonRelease, (0.8, 0.0))
    assert len(repainted) == 1


# from the draft to the painting


def test_points_of_an_opened_file_are_painted_and_not_told_back(
    panel: PaintPanel, workspace: Workspace, repainted: list[DataSpec], tmp_path: Path
) -> None:
    painted = DataSpec(source="painted", points=DOTS, options={"classes": 4}, scaling="none")
    file = tmp_path / "dots.toml"
    save_experiment(workspace.draft.experiment.model_copy(update={"data": painted}), file)
    workspace.open(file)
    assert panel.painting.as_points() == DOTS
    assert panel.painting.points.classes == panel.classes.value() == 4
    assert not panel.undo.isEnabled()
    assert repainted == []


def test_undo_of_the_draft_takes_the_painting_along(
    panel: PaintPanel, workspace: Workspace, repainted: list[DataSpec], read: Callable[[], None]
) -> None:
    paint_two(panel, read)
    workspace.draft.edit_layer(0, units=9)
    for height in (-0.2, 0.2):
        drag(panel, (-0.8, height), (0.8, height))
    workspace.draft.undo()
    assert panel.painting.points.counts() == [41, 41]
    assert len(repainted) == 4
    panel.painting.redo()
    assert panel.painting.points.counts() == [41, 82]


def test_other_edits_leave_the_painting_and_its_strokes(
    panel: PaintPanel, workspace: Workspace, read: Callable[[], None]
) -> None:
    paint_two(panel, read)
    workspace.draft.edit_layer(0, units=9)
    workspace.draft.edit_data(DataSpec(source="iris"))
    assert len(panel.painting.points) == 82
    assert panel.undo.isEnabled()
    assert panel.says.text().endswith("these points are not the data in use, the next stroke makes them so")


# what it says


def test_it_says_what_to_do_next(panel: PaintPanel, workspace: Workspace, read: Callable[[], None]) -> None:
    said = [panel.says.text()]
    drag(panel, (-0.8, 0.5), (0.8, 0.5))
    read()
    said.append(panel.says.text())
    panel.swatches.set_current(1)
    drag(panel, (-0.8, -0.5), (0.8, -0.5))
    read()
    said.append(panel.says.text())
    assert said == [
        "0 points, 2 classes; the first stroke makes the painting the data in use",
        "41 points, 2 classes; to train, paint 3 points or more of orange",
        "82 points, 2 classes; press Run, then it trains as you paint",
    ]
    panel.classes.setValue(5)
    assert panel.says.text() == "82 points, 5 classes; to train, paint 3 points or more of green, pink and cyan"


def test_it_asks_for_as_many_points_as_the_split_needs(
    panel: PaintPanel, workspace: Workspace, read: Callable[[], None]
) -> None:
    paint_two(panel, read)
    panel.clear_all.click()
    panel.swatches.set_current(0)
    drag(panel, (-0.8, 0.5), (0.8, 0.5))
    data, asked = workspace.draft.experiment.data, []
    for change in ({"split": (0.5, 0.5, 0.0)}, {"split": (1.0, 0.0, 0.0)}, {"stratified": False}):
        workspace.draft.edit_data(data.model_copy(update=change))
        read()
        asked.append(panel.says.text().removeprefix("41 points, 2 classes"))
    assert asked[:2] == [f"; to train, paint {count} points or more of orange" for count in (2, 1)]
    assert asked[2] == ". The painting has points of blue only; paint with at least two colours."


def test_a_full_painting_says_so(panel: PaintPanel) -> None:
    places = np.random.default_rng(1).uniform(-1, 1, (20_000, 2))
    panel.painting.add(places, 0)
    drag(panel, (0.0, 0.0))
    assert "its limit: erase some of them first" in panel.says.text()
    assert [swatch for swatch in panel.swatches.findChildren(QAbstractButton) if "20\u202f000" in swatch.toolTip()]


# tools


def test_keys_on_the_canvas_show_on_the_tools(panel: PaintPanel, qtbot: QtBot) -> None:
    qtbot.keyClicks(panel.canvas, "s")
    assert panel.tools.current() == 2
    qtbot.keyClicks(panel.canvas, "]]")
    assert panel.radius.value() == round(100 * panel.canvas.radius) > 20
    qtbot.keyClicks(panel.canvas, "2")
    assert panel.swatches.current() == 1
    qtbot.keyClicks(panel.canvas, "6")  # there are two classes
    assert panel.swatches.current() == 1
    qtbot.keyClick(panel.canvas, Qt.Key.Key_Space)
    assert set(panel.painting.points.label) == {1}
    qtbot.keyClick(panel.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(panel.painting.points) == 0
    qtbot.keyClick(panel.canvas, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert len(panel.painting.points) > 0


def test_each_tool_keeps_its_size(panel: PaintPanel) -> None:
    sizes = []
    for place in range(3):
        panel.tools.set_current(place)
        panel.radius.setValue(10 + place)
    for place in range(3):
        panel.tools.set_current(place)
        sizes.append((panel.radius.value(), round(100 * panel.canvas.radius)))
    assert sizes == [(10, 10), (11, 11), (12, 12)]


def test_the_eraser_takes_points_of_all_classes(
    panel: PaintPanel, workspace: Workspace, read: Callable[[], None]
) -> None:
    paint_two(panel, read)
    panel.tools.set_current(1)
    drag(panel, (0.0, 0.6), (0.0, -0.6))
    left = panel.painting.points
    assert 0 < len(left) < 82
    assert np.abs(left.x).min() > panel.canvas.radius
    assert workspace.draft.experiment.data.points == panel.painting.as_points()


def test_the_swatches_have_the_names_of_the_classes(panel: PaintPanel) -> None:
    panel.classes.setValue(6)
    texts = [swatch.text() for swatch in panel.swatches.findChildren(QAbstractButton)]
    assert texts == list(COLOURS)


def test_everything_teaches_and_has_a_name(panel: PaintPanel) -> None:
    kinds = (QAbstractButton, QSlider, QAbstractSpinBox, PaintCanvas)
    controls = [child for kind in kinds for child in panel.findChildren(kind)]
    assert len(controls) == 12
    assert [child for child in controls if not child.toolTip() or not child.accessibleName()] == []


def test_icons_follow_the_theme(panel: PaintPanel) -> None:
    buttons = [button for button in panel.findChildren(QAbstractButton) if not button.icon().isNull()]
    assert len(buttons) == 6
    dark = [button.icon().pixmap(16, 16).toImage() for button in buttons]
    theme.apply("light")
    light = [button.icon().pixmap(16, 16).toImage() for button in buttons]
    theme.apply("dark")
    assert all(one != other for one, other in zip(dark, light, strict=True))


def test_it_fits_a_small_place_with_all_its_classes(panel: PaintPanel) -> None:
    panel.classes.setValue(6)
    assert panel.minimumSizeHint().width() <= 480
    assert panel.minimumSizeHint().height() <= 360

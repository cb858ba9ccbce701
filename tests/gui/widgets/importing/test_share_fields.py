"""Scaling, seed and shares are shown without a word, and told when they are chosen."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lab.gui.widgets.importing.share_fields import ShareFields

SCALINGS = [("none", "None", "as it is"), ("standard", "Standard", "mean 0"), ("pixel", "Pixel range", "by 255")]


@pytest.fixture
def fields(qtbot: QtBot) -> ShareFields:
    widget = ShareFields(SCALINGS, SCALINGS[:2], (0, 2**63 - 1))
    qtbot.addWidget(widget)
    widget.show()
    return widget


def offered(fields: ShareFields) -> list[str]:
    return [fields.scaling.itemData(place) for place in range(fields.scaling.count())]


def test_pixel_scaling_is_for_images(fields: ShareFields) -> None:
    fields.show_scaling("standard", None, pixels=False)
    assert offered(fields) == ["none", "standard"]
    fields.show_scaling("pixel", None, pixels=True)
    assert offered(fields) == ["none", "standard", "pixel"]
    assert fields.scaling.currentData() == "pixel"
    assert fields.scaling.itemData(2, Qt.ItemDataRole.ToolTipRole) == "by 255"


def test_a_number_has_a_scaling_of_its_own_and_no_strata(fields: ShareFields) -> None:
    fields.show_scaling("standard", None, pixels=False)
    assert not fields.target_scaling.isVisible()
    assert fields.stratified.isVisible()
    fields.show_scaling("standard", "none", pixels=False)
    assert fields.target_scaling.isVisible()
    assert fields.target_scaling.currentData() == "none"
    assert not fields.stratified.isVisible()


def test_showing_tells_nobody(fields: ShareFields, qtbot: QtBot) -> None:
    signals = [fields.scaling_chosen, fields.target_scaling_chosen, fields.stratified_chosen, fields.seed_chosen]
    told: list[object] = []
    for signal in [*signals, fields.split.shares_chosen]:
        signal.connect(told.append)
    fields.show_scaling("none", "standard", pixels=False)
    fields.show_shares((0.5, 0.25, 0.25), False, 12)
    assert told == []
    assert fields.seed.value() == 12
    assert not fields.stratified.isChecked()


def test_every_choice_is_told(fields: ShareFields, qtbot: QtBot) -> None:
    fields.show_scaling("none", "standard", pixels=False)
    with qtbot.waitSignal(fields.scaling_chosen) as told:
        fields.scaling.activated.emit(1)
    assert told.args == ["standard"]
    with qtbot.waitSignal(fields.target_scaling_chosen) as told:
        fields.target_scaling.activated.emit(0)
    assert told.args == ["none"]
    fields.show_scaling("none", None, pixels=False)
    with qtbot.waitSignal(fields.stratified_chosen) as told:
        qtbot.keyClick(fields.stratified, Qt.Key.Key_Space)
    assert told.args == [fields.stratified.isChecked()]
    with qtbot.waitSignal(fields.seed_chosen) as told:
        fields.seed.setValue(99)
    assert told.args == [99]

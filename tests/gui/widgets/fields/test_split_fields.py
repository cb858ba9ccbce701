"""Three shares sum to one, whatever is typed into which of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lab.gui.widgets.fields.split_fields import Shares, SplitFields


@pytest.fixture
def fields(qtbot: QtBot) -> SplitFields:
    widget = SplitFields()
    qtbot.addWidget(widget)
    widget.set_shares((0.7, 0.15, 0.15))
    return widget


def values(fields: SplitFields) -> list[float]:
    return [field.value() for field in fields.fields]


def test_shares_are_shown_in_per_cent_and_nobody_is_told(fields: SplitFields, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(fields.shares_chosen):
        fields.set_shares((0.5, 0.375, 0.125))
    assert values(fields) == [50.0, 37.5, 12.5]
    assert [field.accessibleName() for field in fields.fields] == ["Train share", "Validation share", "Test share"]
    assert all(field.toolTip() for field in fields.fields)


@pytest.mark.parametrize(
    ("place", "value", "shares"),
    [
        (0, 80.0, (0.8, 0.15, 0.05)),
        (0, 90.0, (0.9, 0.1, 0.0)),
        (0, 100.0, (1.0, 0.0, 0.0)),
        (0, 60.0, (0.6, 0.15, 0.25)),
        (1, 0.0, (0.85, 0.0, 0.15)),
        (1, 25.0, (0.6, 0.25, 0.15)),
        (1, 95.0, (0.01, 0.95, 0.04)),
        (2, 30.0, (0.55, 0.15, 0.3)),
        (2, 100.0, (0.01, 0.0, 0.99)),
    ],
)
def test_what_one_part_gains_the_others_give(
    fields: SplitFields, qtbot: QtBot, place: int, value: float, shares: Shares
) -> None:
    with qtbot.waitSignal(fields.shares_chosen) as told:
        fields.fields[place].setValue(value)
    assert told.args == [pytest.approx(shares)]
    assert values(fields) == pytest.approx([share * 100 for share in shares])


@given(turns=st.lists(st.tuples(st.integers(0, 2), st.floats(0, 100)), min_size=1, max_size=12))
def test_shares_are_always_valid(qapp: QApplication, turns: list[tuple[int, float]]) -> None:
    fields = SplitFields()
    fields.set_shares((0.7, 0.15, 0.15))
    told: list[Shares] = []
    fields.shares_chosen.connect(told.append)
    for place, value in turns:
        fields.fields[place].setValue(value)
    for shares in told:
        assert abs(sum(shares) - 1) <= 1e-6
        assert shares[0] > 0
        assert min(shares) >= 0
    fields.deleteLater()


def test_shares_of_a_file_are_shown_with_all_their_decimals(fields: SplitFields) -> None:
    fields.set_shares((0.005, 0.661667, 0.333333))
    assert values(fields) == [0.5, 66.1667, 33.3333]
    assert [field.text() for field in fields.fields] == ["0.5 %", "66.1667 %", "33.3333 %"]

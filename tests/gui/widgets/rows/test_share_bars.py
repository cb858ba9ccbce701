"""Shares as bars: every name with its per cent, the largest told first, and nothing shown that is no share."""

from math import nan
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from lab.gui.widgets.rows.share_bars import ShareBars


@pytest.fixture
def bars(qtbot: QtBot, application: Any) -> ShareBars:
    made = ShareBars()
    qtbot.addWidget(made)
    made.resize(260, 200)
    made.show()
    return made


def test_the_largest_share_is_told_first(bars: ShareBars) -> None:
    bars.set_shares(("cat", "dog", "horse", "mouse"), (0.1, 0.7, 0.15, 0.05), marked=2)
    assert bars.best() == 1
    assert bars.accessibleDescription() == "dog 70.0 %, horse 15.0 %, cat 10.0 %"
    assert bars.text() == "cat 10.0 %\ndog 70.0 %\nhorse 15.0 %\nmouse 5.0 %"
    bars.grab()


def test_none_and_what_is_no_number_are_shown_as_such(bars: ShareBars) -> None:
    bars.set_shares(("a", "b"), (nan, 0.2))
    assert bars.best() == 1
    assert bars.text() == "a –\nb 20.0 %"
    bars.set_shares((), ())
    assert bars.best() == -1
    bars.grab()
    with pytest.raises(ValueError, match="1 for 2 names"):
        bars.set_shares(("a", "b"), (1.0,))

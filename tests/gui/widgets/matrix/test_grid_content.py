"""Cells of the grid are found by direction and by place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from lab.gui.widgets.matrix.grid_content import Cells, GridContent, GridGeometry, next_present

GRIDS = st.tuples(st.integers(1, 6), st.integers(1, 6)).flatmap(
    lambda size: st.lists(
        st.lists(st.none() | st.just("2×3"), min_size=size[1], max_size=size[1]),
        min_size=size[0],
        max_size=size[0],
    )
)


@given(GRIDS, st.sampled_from([(0, 1), (0, -1), (1, 0), (-1, 0)]), st.data())
def test_next_cell_is_the_nearest_that_is_there(cells: Cells, way: tuple[int, int], data: st.DataObject) -> None:
    row, column = data.draw(st.integers(0, len(cells) - 1)), data.draw(st.integers(0, len(cells[0]) - 1))
    ahead = [
        (r, c)
        for r in range(len(cells))
        for c in range(len(cells[0]))
        if cells[r][c] is not None and any((r, c) == (row + k * way[0], column + k * way[1]) for k in range(1, 9))
    ]
    nearest = min(ahead, key=lambda at: abs(at[0] - row) + abs(at[1] - column), default=None)
    assert next_present(cells, (row, column), *way) == nearest


@given(st.integers(60, 300), st.integers(40, 120), st.integers(0, 500), st.integers(0, 9), st.integers(0, 20))
def test_every_cell_is_found_where_it_lies(first: int, width: int, scroll: int, row: int, column: int) -> None:
    geometry = GridGeometry(first, width, scroll_x=scroll)
    centre = geometry.rect(row, column).center()
    assert geometry.at(centre) == ((row, column) if centre.x() >= first else (row, -1))


def test_nothing_is_found_above_the_rows() -> None:
    assert GridGeometry(100, 60).at(QPoint(150, 3)) is None


def test_columns_share_what_is_left_but_keep_room_for_their_texts(qapp: QApplication) -> None:
    content = GridContent([("W", "weights", "")], ["1", "2"], [["784×512", None]])
    wide, narrow = content.geometry(600, 100), content.geometry(50, 100)
    assert wide.first + 2 * wide.column in (599, 600)
    assert narrow.column > 7 * 6


def test_rows_are_flat_where_there_is_little_room(qapp: QApplication) -> None:
    content = GridContent([(str(k), "", "") for k in range(10)], ["1"], [["a"]] * 10)
    rows = [content.geometry(300, height).row for height in (100, 210, 225, 600)]
    assert rows == [18, 19, 20, 22]


def test_absent_cells_are_not_present(qapp: QApplication) -> None:
    content = GridContent([("W", "weights", "")], ["1 Dense", "2 Dropout"], [["784×512", None]])
    places = [(0, 0), (0, 1), (1, 0), (0, 2), (0, -1)]
    assert [content.present(place) for place in places] == [True, False, False, False, False]
    assert content.text((0, 0)) == "weights, 1 Dense: 784×512"


@pytest.mark.parametrize("cells", [[], [["a"]], [["a", "b"], ["c", "d"]]])
def test_cells_that_do_not_fit_are_refused(qapp: QApplication, cells: Cells) -> None:
    with pytest.raises(ValueError, match="1 rows of 2"):
        GridContent([("W", "weights", "")], ["1", "2"], cells)

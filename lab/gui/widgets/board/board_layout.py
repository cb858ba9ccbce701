"""Where everything on a board lies: tiles in proportion to their shapes, compressed so that 3 and 784 both show.

The length of an axis depends on its size alone, s · size^p, and is the same across and down: so the two sides of a
product that must agree are equally long. Where a line of tiles is small enough, its cells get the room of a number
instead.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QFont, QFontMetrics

from lab.gui.theme import mono, sans
from lab.gui.widgets.board.board_row import BoardRow, BoardTile, Place

NUMBER_WIDTH, NUMBER_HEIGHT = 34, 13
"""Pixels of the smallest cell that shows its number."""
LABEL_WIDTHS = (136, 260)
"""Pixels of the texts of a row, from the shortest to the longest."""
_LABEL_SHARE = 0.3
"""The part of the board's width that they take at the most."""
PADDING = 9
LINE_PADDING = 4
NAME_HEIGHT, SHAPE_HEIGHT, NAMES_HEIGHT = 16, 14, 13
_WIDEST_CELL = 58
_GAP = 7
"""Pixels on each side of an operator."""
_BETWEEN = 34
"""Pixels between two equations in one line."""
_LEAST_SIDE = 5
_CELL_SIDE = 16
"""Pixels of a cell of a tile without numbers, at the most."""
_NAME_ROOM = 110
_NAME_GAP, _LINK_ROOM = 5, 9
"""Pixels between the names of rows and their tile, and those where a link stands between."""
_LEAST_NAME_ROW, _LEAST_NAME_COLUMN = 11, 22


@dataclass(frozen=True)
class PlacedTile:
    """A tile with the pixels of its cells, and those of its operator and of the names of its rows beside it."""

    place: Place
    tile: BoardTile
    rect: QRect
    operator: QRect
    row_names: QRect
    """Empty where there is no room for them."""
    has_column_names: bool
    has_numbers: bool


@dataclass(frozen=True)
class PlacedRow:
    """One row's texts: those of the rows beside it stand below them."""

    row: int
    rect: QRect
    label: QRect


@dataclass
class BoardLayout:
    """All that a board draws, in pixels of its content; the content is `height` high."""

    width: int = 0
    height: int = 0
    lines: list[QRect] = field(default_factory=list)
    rows: list[PlacedRow] = field(default_factory=list)
    tiles: list[PlacedTile] = field(default_factory=list)
    label_width: int = 0


@dataclass(frozen=True)
class _Item:
    """A tile that is to be placed in a line."""

    place: Place
    tile: BoardTile
    operator_width: int
    gap: int
    """Pixels before its operator."""
    names_width: int
    """Pixels of the names of its rows, 0 where they stand beside the tile before it."""


Sizes = Callable[[BoardTile], QSize]


@dataclass(frozen=True)
class _Limits:
    """How large tiles may be: the pixels of the highest one, of a tile with numbers, and of a cell with its number.

    power: how an axis is compressed, more where there is less room.
    """

    highest: int
    highest_with_numbers: int
    cell_height: int
    power: float


_LIMITS = (
    _Limits(260, 480, 22, 0.38),
    _Limits(220, 400, 20, 0.38),
    _Limits(180, 320, 18, 0.36),
    _Limits(150, 280, 18, 0.34),
    _Limits(120, 240, 17, 0.32),
    _Limits(96, 200, 16, 0.3),
    _Limits(76, 170, 15, 0.28),
    _Limits(60, 150, 14, 0.26),
)
"""From the largest to the least that can still be read."""


def lay_out(rows: Sequence[BoardRow], size: QSize) -> BoardLayout:
    """Return where the rows lie in a board of this size: as large as lets all of them be seen, but never too small.

    So the content may be higher than the board, which is scrolled then.
    """
    layout = BoardLayout(width=size.width(), label_width=_label_width(rows, size.width()))
    top = 0
    for line, items, sizes in _fitting_lines(rows, size, layout.label_width):
        top = _place_line(layout, rows, line, items, sizes, top)
    layout.height = top
    return layout


_Line = tuple[list[int], list["_Item"], "Sizes"]


def _fitting_lines(rows: Sequence[BoardRow], size: QSize, label_width: int) -> list[_Line]:
    """Return the lines with the sizes of their tiles: the largest of a few at which all lines fit, else the least."""
    room = size.width() - PADDING - label_width - PADDING
    lines: list[_Line] = []
    for limits in _LIMITS:
        groups = [line for group in _groups(rows) for line in _lines(rows, group, room, limits)]
        found = [(line, _items(rows, line)) for line in groups]
        scale = min((_scale(items, room, limits) for _, items in found), default=1.0)
        lines = [
            (line, items, _number_sizes(items, room, limits) or _heat_sizes(items, room, scale, limits.power))
            for line, items in found
        ]
        if sum(_line_height(rows, *each, label_width) for each in lines) <= size.height():
            break
    return lines


def _groups(rows: Sequence[BoardRow]) -> list[list[int]]:
    """Return the rows that would stand side by side."""
    groups: list[list[int]] = []
    for number, row in enumerate(rows):
        if row.is_beside and groups:
            groups[-1].append(number)
        else:
            groups.append([number])
    return groups


def _lines(rows: Sequence[BoardRow], group: list[int], room: int, limits: _Limits) -> list[list[int]]:
    """Return the group as one line where it fits with numbers or does not need them, else each row as its own."""
    if len(group) == 1:
        return [group]
    apart = [[number] for number in group]
    if _number_sizes(_items(rows, group), room, limits) is not None:
        return [group]
    if all(_number_sizes(_items(rows, line), room, limits) is not None for line in apart):
        return apart
    together = _items(rows, group)
    return [group] if _fixed_width(together) + len(together) * 3 * _LEAST_SIDE <= room else apart


def _items(rows: Sequence[BoardRow], line: list[int]) -> list[_Item]:
    items: list[_Item] = []
    named: set[tuple[str, ...]] = set()
    metrics = QFontMetrics(operator_font())
    for number in line:
        row, is_first = rows[number], number == line[0]
        for place, tile in enumerate(row.tiles):
            if row.repeats_last and not is_first and place == 0:
                continue
            gap = _BETWEEN if place == 0 and not is_first else 0
            width = metrics.horizontalAdvance(tile.operator) + 2 * _GAP if tile.operator else 0
            fresh = tile.row_names not in named  # once in a line is enough
            named.add(tile.row_names)
            items.append(_Item(Place(number, place), tile, width, gap, _names_width(tile) if fresh else 0))
    return items


def _fixed_width(items: Sequence[_Item]) -> int:
    return sum(item.operator_width + item.gap for item in items)


def _names_width(tile: BoardTile) -> int:
    if not tile.row_names:
        return 0
    names = (tile.widest_name,) if tile.widest_name else tile.row_names
    beside = _LINK_ROOM if tile.is_tied else _NAME_GAP
    return min(_widest(names) + 2, _NAME_ROOM) + beside


@lru_cache(maxsize=64)  # the 784 names of an image's pixels take milliseconds, and are asked for several times a layout
def _widest(names: tuple[str, ...]) -> int:
    metrics = QFontMetrics(names_font())
    return max(metrics.horizontalAdvance(name) for name in names)


def _number_sizes(items: Sequence[_Item], room: int, limits: _Limits) -> Sizes | None:
    """Return the sizes of tiles whose cells all show their numbers, None where they do not fit."""
    rows = max(item.tile.shape[0] for item in items)
    columns = sum(item.tile.shape[1] for item in items)
    names = sum(item.names_width for item in items)
    width = (room - _fixed_width(items) - names) // max(columns, 1)
    if width < NUMBER_WIDTH:
        width = (room - _fixed_width(items)) // max(columns, 1)
    height = min(limits.cell_height, limits.highest_with_numbers // max(rows, 1))
    if width < NUMBER_WIDTH or height < NUMBER_HEIGHT:
        return None
    width = min(width, _WIDEST_CELL)
    return lambda tile: QSize(tile.shape[1] * width, tile.shape[0] * height)


def _compressed(size: int, power: float) -> float:
    """Return a length in which 3 and 784 both show."""
    length: float = size**power
    return length


def side(size: int, scale: float, power: float) -> int:
    """Return the length of an axis of that many cells."""
    return max(_LEAST_SIDE, min(round(scale * _compressed(size, power)), size * _CELL_SIDE))


def _scale(items: Sequence[_Item], room: int, limits: _Limits) -> float:
    """Return the largest scale at which a line fits, without regard to names."""
    left = room - _fixed_width(items)
    across = sum(_compressed(item.tile.shape[1], limits.power) for item in items)
    down = _compressed(max(item.tile.shape[0] for item in items), limits.power)
    return min(left / max(across, 1.0), limits.highest / down)


def _heat_sizes(items: Sequence[_Item], room: int, scale: float, power: float) -> Sizes:
    """Return the sizes of tiles in colours; where nothing is multiplied, few columns get the room of their names."""
    if any(item.tile.is_tied for item in items):
        return lambda tile: QSize(side(tile.shape[1], scale, power), side(tile.shape[0], scale, power))
    columns = sum(item.tile.shape[1] for item in items)
    wide = min((room - _fixed_width(items)) // max(columns, 1), _WIDEST_CELL)
    return lambda tile: QSize(
        max(tile.shape[1] * wide, side(tile.shape[1], scale, power)), side(tile.shape[0], scale, power)
    )


def _line_height(
    rows: Sequence[BoardRow], line: list[int], items: Sequence[_Item], sizes: Sizes, label_width: int
) -> int:
    tiles = _above(items, sizes) + max(sizes(item.tile).height() for item in items) + SHAPE_HEIGHT
    return max(tiles, sum(_label_height(rows[number], label_width) for number in line)) + 2 * LINE_PADDING


def _above(items: Sequence[_Item], sizes: Sizes) -> int:
    """Return the pixels above the highest tile: its name, and the names of columns where a tile has them."""
    named = any(_has_column_names(item.tile, sizes(item.tile)) for item in items)
    return NAME_HEIGHT + (NAMES_HEIGHT if named else 0)


def _place_line(
    layout: BoardLayout, rows: Sequence[BoardRow], line: list[int], items: Sequence[_Item], sizes: Sizes, top: int
) -> int:
    """Place a line and return where the next one begins."""
    found = [sizes(item.tile) for item in items]
    left = PADDING + layout.label_width
    spare = layout.width - left - PADDING - _fixed_width(items) - sum(size.width() for size in found)
    above, height = _above(items, sizes), _line_height(rows, line, items, sizes, layout.label_width)
    inner = height - 2 * LINE_PADDING
    middle = top + LINE_PADDING + above + (inner - above - SHAPE_HEIGHT) // 2
    at = left
    for item, size in zip(items, found, strict=True):
        at += item.gap
        operator = QRect(at, middle - 12, item.operator_width, 24)
        at += item.operator_width
        beside = item.names_width if size.height() >= _LEAST_NAME_ROW * item.tile.shape[0] else 0
        if beside > spare:
            beside = 0
        spare -= beside
        rect = QRect(at + beside, middle - size.height() // 2, size.width(), size.height())
        space = _LINK_ROOM if item.tile.is_tied else _NAME_GAP
        names = QRect(at, rect.y(), beside - space, rect.height()) if beside else QRect()
        has_numbers = (
            size.width() >= NUMBER_WIDTH * item.tile.shape[1] and size.height() >= NUMBER_HEIGHT * item.tile.shape[0]
        )
        has_names = _has_column_names(item.tile, size)
        layout.tiles.append(PlacedTile(item.place, item.tile, rect, operator, names, has_names, has_numbers))
        at += beside + size.width()
    _place_labels(layout, rows, line, QRect(0, top, layout.width, height))
    return top + height


def _place_labels(layout: BoardLayout, rows: Sequence[BoardRow], line: list[int], rect: QRect) -> None:
    layout.lines.append(rect)
    top = rect.y() + (rect.height() - sum(_label_height(rows[number], layout.label_width) for number in line)) // 2
    for number in line:
        height = _label_height(rows[number], layout.label_width)
        layout.rows.append(PlacedRow(number, rect, QRect(PADDING, top, layout.label_width - PADDING, height)))
        top += height


def _label_width(rows: Sequence[BoardRow], width: int) -> int:
    formulas, shapes = QFontMetrics(sans(13)), QFontMetrics(shape_font())
    widths = [max(formulas.horizontalAdvance(row.formula), shapes.horizontalAdvance(row.shapes)) for row in rows]
    least, most = LABEL_WIDTHS
    return max(least, min(max(widths, default=0) + 2 * PADDING, most, round(width * _LABEL_SHARE)))


def _label_height(row: BoardRow, width: int) -> int:
    return 44 if shows_shapes(row, width) else 32


def shows_shapes(row: BoardRow, width: int) -> bool:
    """Return whether the shapes of an equation have room beneath its formula, in texts of that width."""
    return bool(row.shapes) and QFontMetrics(shape_font()).horizontalAdvance(row.shapes) <= width - PADDING


def _has_column_names(tile: BoardTile, size: QSize) -> bool:
    return bool(tile.column_names) and size.width() >= _LEAST_NAME_COLUMN * tile.shape[1]


def operator_font() -> QFont:
    """Return the font of what stands between tiles."""
    return sans(14)


def names_font() -> QFont:
    """Return the font of the names of rows and columns."""
    return sans(10)


def shape_font() -> QFont:
    """Return the font of the shapes beneath tiles."""
    return mono(10)

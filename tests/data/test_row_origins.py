"""Rows keep the names that they have in their file: their number, their line, an id that is no input, or their name."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from PIL import Image

from lab.data.arrays_dataset import dataset_of_arrays
from lab.data.readers.child import read_in_child
from lab.data.readers.formats import FORMATS, ReadOptions
from lab.data.readers.image_folder import read_image_folder
from lab.data.readers.tables.delimited import read_delimited
from lab.data.readers.tables.excel_reader import read_excel
from lab.data.recipe.choices import ColumnChoice, Recipe
from lab.data.row_origins import RowOrigins
from lab.data.table import Table
from lab.data.table_dataset import encode

PLAIN = "id,size,kind,note\n1,2.5,cat,a\n2,3.5,cat,b\n3,1.5,cat,c\n"
BROKEN = 'id,size,kind,note\n1,2.5,cat,"two\nlines"\n\n2,,dog,b\n\n3,1.5,cat,c\n'
LINES = [2, 5, 7]
_OF_TEXT = next(format for format in FORMATS.values() if ".csv" in format.suffixes)

Read = Callable[[Path], Table]


def _in_child(path: Path) -> Table:
    found = read_in_child(_OF_TEXT.read, path, asdict(ReadOptions()), lambda _share: None, lambda: False)
    assert isinstance(found, Table)
    return found


@pytest.fixture(params=[read_delimited, _in_child], ids=["here", "in a child"])
def read(request: pytest.FixtureRequest) -> Read:
    """Read a table of text here or in a process of its own."""
    return request.param


def _written(folder: Path, text: str) -> Path:
    path = folder / "pets.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_plain_rows_need_no_array_of_lines(tmp_path: Path, read: Read) -> None:
    table = read(_written(tmp_path, PLAIN))
    assert table.lines is None
    assert [table.line(row) for row in range(3)] == [2, 3, 4]


def test_line_breaks_in_fields_and_blank_lines_are_counted(tmp_path: Path, read: Read) -> None:
    path = _written(tmp_path, BROKEN)
    table = read(path)
    assert [table.line(row) for row in range(3)] == LINES
    written = path.read_text(encoding="utf-8").split("\n")
    assert [written[line - 1][0] for line in LINES] == ["1", "2", "3"]
    assert table.location(1, "size") == "pets.csv, line 5, column 'size'"


def test_an_example_has_the_number_and_the_line_of_its_row(tmp_path: Path) -> None:
    choices = {
        "id": ColumnChoice(use="drop"),
        "note": ColumnChoice(use="drop"),
        "size": ColumnChoice(missing="drop_rows"),
    }
    dataset = encode(read_delimited(_written(tmp_path, BROKEN)), Recipe(target="kind", task="classes", columns=choices))
    origins = dataset.origins
    assert origins is not None
    assert dataset.x.tolist() == [[2.5], [1.5]]
    assert origins.rows_of(np.array([0, 1])).tolist() == [0, 2]
    assert [origins.place(0), origins.place(1)] == ["pets.csv, row 1, line 2", "pets.csv, row 3, line 7"]
    assert [column.name for column in origins.beside] == ["id", "note"]


def test_without_rows_left_out_nothing_is_kept_of_them(tmp_path: Path) -> None:
    choices = {"id": ColumnChoice(use="drop"), "note": ColumnChoice(use="drop")}
    dataset = encode(read_delimited(_written(tmp_path, PLAIN)), Recipe(target="kind", task="classes", columns=choices))
    assert dataset.origins is not None
    assert isinstance(dataset.origins, RowOrigins)
    assert dataset.origins.kept is None
    assert dataset.origins.lines is None
    assert dataset.origins.place(2) == "pets.csv, row 3, line 4"


def test_an_example_of_a_workbook_has_the_row_of_its_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for line in ([], ["id", "size", "kind"], [1, 2.5, "cat"], [], [2, None, "dog"], [3, 1.5, "cat"]):
        book.active.append(line)
    book.save(tmp_path / "pets.xlsx")
    table = read_excel(tmp_path / "pets.xlsx")
    columns = {"id": ColumnChoice(use="drop"), "size": ColumnChoice(missing="drop_rows")}
    origins = encode(table, Recipe(target="kind", task="classes", columns=columns)).origins
    assert origins is not None
    assert [origins.place(0), origins.place(1)] == [
        "pets.xlsx, row 1, row 3 of the sheet",
        "pets.xlsx, row 3, row 6 of the sheet",
    ]


def test_an_image_of_a_folder_has_the_name_of_its_file(tmp_path: Path) -> None:
    for name in ("dog/rex.png", "cat/tom.png", "cat/kit.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        Image.new("L", (2, 2)).save(tmp_path / name)
    origins = dataset_of_arrays(read_image_folder(tmp_path), None, "classes").origins
    assert origins is not None
    assert [origins.place(row) for row in range(3)] == ["cat/kit.png", "cat/tom.png", "dog/rex.png"]
    assert origins.rows_of(np.array([2, 0])).tolist() == [2, 0]

"""A format that is added to the table alone is recognised, read in a child, imported and used."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from lab.data.errors import DataError
from lab.data.readers import formats
from lab.data.readers.formats import FORMATS, Format, format_of, read_file
from lab.data.table import Table
from lab.experiment.datasets import describe_data
from lab.experiment.forms.data_specs import DataSpec
from lab.gui.workspace.importing import Importing
from tests.refusals import refusal

_READER = """
import os
from pathlib import Path
import numpy as np
from lab.data.errors import DataError
from lab.data.table import Column, Table

def is_toy(path, head):
    return head.startswith(b"TOY")

def read(path, options, on_progress):
    numbers = path.read_bytes()[3:]
    if not numbers:
        raise DataError(f"{path.name} is a toy without numbers; add some.")
    on_progress(0.5)
    values = np.array(list(numbers), np.float64)
    parent = Column("parent", "number", np.full(len(values), float(os.getppid())))
    odd = Column("odd", "text", (values % 2).astype(np.int32), ("no", "yes"))
    return Table(path, (Column("value", "number", values), parent, odd))
"""


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], Path]:
    """Register a format whose reader lies in a module of its own, and return what writes a file of it."""
    (tmp_path / "toy_reader.py").write_text(_READER, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    import toy_reader

    row = Format("toy", "Toy", (".toy",), "A toy.", toy_reader.is_toy, toy_reader.read, in_child=True)
    rows = {"toy": row, **FORMATS}  # text would take its files
    FORMATS.clear()
    FORMATS.update(rows)
    monkeypatch.setattr(formats, "_kept", type(formats._kept)())

    def write(numbers: bytes) -> Path:
        (tmp_path / "some.toy").write_bytes(b"TOY" + numbers)
        return tmp_path / "some.toy"

    return write


@pytest.fixture(autouse=True)
def _no_toy_is_left() -> Iterator[None]:
    yield
    FORMATS.pop("toy", None)


@pytest.fixture
def importing() -> Iterator[Importing]:
    one = Importing()
    yield one
    one.end()


@pytest.mark.usefixtures("cold_reader")
def test_it_is_read_in_a_child(toy: Callable[[bytes], Path]) -> None:
    import os

    path = toy(b"abcdef")
    assert format_of(path).name == "toy"
    table = read_file(path)
    assert isinstance(table, Table)
    assert table.column("value").values.tolist() == list(b"abcdef")
    assert set(table.column("parent").values.tolist()) == {float(os.getpid())}
    assert refusal(read_file, toy(b"")) == "some.toy is a toy without numbers; add some."


def test_the_import_page_reads_it_and_an_experiment_uses_it(
    toy: Callable[[bytes], Path], importing: Importing, qtbot: QtBot
) -> None:
    path = toy(bytes(range(40)))
    importing.open(path)
    qtbot.waitUntil(lambda: not importing.reading and not importing.working)
    assert importing.problem is None
    assert importing.format is not None
    assert importing.format.title == "Toy"
    assert importing.data is not None
    facts = describe_data(DataSpec.model_validate(importing.data.model_dump()), importing.seed)
    assert facts.dataset.class_names == ("no", "yes")
    np.testing.assert_array_equal(facts.dataset.x[:, 0], np.arange(40.0))
    assert importing.facts is not None
    np.testing.assert_array_equal(importing.facts.split.train, facts.split.train)


def test_a_file_that_no_row_takes_names_the_rows(tmp_path: Path, toy: Callable[[bytes], Path]) -> None:
    path = tmp_path / "unknown"
    path.write_bytes(bytes(20))
    with pytest.raises(DataError, match="what can be read is Toy, Folder of images, "):
        format_of(path)

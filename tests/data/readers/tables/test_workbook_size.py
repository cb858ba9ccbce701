"""A workbook that would fill the memory is refused from its directory and its XML, before it is read."""

import io
import zipfile
from pathlib import Path

import pytest

from lab.data.readers.tables import workbook_size
from lab.data.readers.tables.workbook_size import refuse_bomb
from tests.refusals import refusal

_FILES = Path(__file__).parents[2] / "files"
_ODS = (
    '<d xmlns:office="o" xmlns:table="t"><table:table>{}</table:table>'
    '<table:table><table:table-row><table:table-cell office:value-type="float"/></table:table-row></table:table></d>'
)


def _check(**parts: str | bytes) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    refuse_bomb(Path("pets.xlsx"), packed)


@pytest.mark.parametrize("name", ["animals.xlsx", "animals.ods"])
def test_ordinary_workbooks_pass(name: str) -> None:
    with (_FILES / name).open("rb") as stream:
        refuse_bomb(Path(name), stream)


def test_a_bomb_is_refused_from_the_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_size, "MOST_UNPACKED", 1000)
    _check(a=bytes(500), b=bytes(500))
    assert refusal(_check, a=bytes(500), b=bytes(501)) == (
        "pets.xlsx unpacks to 1,001 bytes; a workbook may have 1,000, so save the sheet as CSV."
    )


@pytest.mark.parametrize(
    ("cells", "corner"),
    [
        ('<c r="A9999999"/><c r="C1"/>', "row 9,999,999 and column 3,"),
        ('<row r="9"><c r="ABC9"/></row><c s="1" r="Z1000000">', "row 1,000,000 and column 731,"),
        ('<c r="A1"/>' + " " * ((1 << 20) - 15) + '<c r="XFD1048576"/>', "row 1,048,576 and column 16,384,"),
    ],
)
def test_a_far_cell_of_an_xlsx_is_refused(cells: str, corner: str) -> None:
    assert f"xl/worksheets/sheet1.xml reaches to {corner}" in refusal(_check, xl__worksheets__sheet1_xml=cells)


def test_cells_up_to_the_limit_pass() -> None:
    _check(xl__worksheets__sheet1_xml='<c r="T1000000"/>')
    assert "reaches to row 1,000,001 and column 20" in refusal(_check, xl__worksheets__sheet1_xml='<c r="T1000001"/>')


def test_what_an_ods_repeats_is_counted_where_it_has_a_value() -> None:
    cell = '<table:table-cell table:number-columns-repeated="{}"{}/>'
    row = '<table:table-row table:number-rows-repeated="{}">' + cell + "</table:table-row>"
    value = ' office:value-type="float"'
    _check(content_xml=_ODS.format(row.format(1_048_576, 16_384, "")))
    _check(content_xml=_ODS.format(row.format(1_000_000, 20, value)))
    for rows, columns in ((1_000_000, 21), (1, 20_000_001)):
        assert f"content.xml reaches to row {rows:,} and column {columns:,}," in refusal(
            _check, content_xml=_ODS.format(row.format(rows, columns, value))
        )
    below = row.format(1_048_575, 1, "") + row.format(1, 1000, value)
    assert "reaches to row 1,048,576 and column 1,000," in refusal(_check, content_xml=_ODS.format(below))


@pytest.mark.parametrize("content", ["<a><b></a>", "", '<a x="1>', "<table:table-row table:number-rows-repeated='x'/>"])
def test_ill_formed_xml_of_an_ods_is_refused(content: str) -> None:
    assert refusal(_check, content_xml=content).startswith("pets.xlsx is no workbook that can be read (")

"""A worksheet as a PDF of two pages, the questions with room for answers and the key, each scaled to its page."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from PySide6.QtCore import QMarginsF, QSizeF
from PySide6.QtGui import QFont, QPageLayout, QPageSize, QPainter, QPdfWriter, QTextDocument

from lab.experiment.expect.worksheet import Worksheet
from lab.experiment.written.writing import NamedMatrix, number
from lab.gui.theme import sans

_RESOLUTION = 144
_LARGEST, _SMALLEST = 11.0, 5.0
_PAGE_CHARACTERS = 82
_MARGIN = 14.0
"""In millimetres."""


def write_worksheet(sheet: Worksheet, file: Path) -> None:
    """Write both pages; OSError where that is not possible."""
    with file.open("wb"):
        pass  # QPdfWriter says nothing of a file that it cannot write
    writer = QPdfWriter(str(file))
    writer.setResolution(_RESOLUTION)
    writer.setTitle(sheet.title)
    margins = QMarginsF(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter
        )
    )
    painter = QPainter(writer)
    for number_, html in enumerate((questions_html(sheet), key_html(sheet))):
        if number_:
            writer.newPage()
        _draw(painter, writer, html)
    painter.end()


def _draw(painter: QPainter, writer: QPdfWriter, html: str) -> None:
    """Draw a text on one page, as large as it fits."""
    page = QSizeF(writer.width(), writer.height())
    size = _LARGEST
    document = _document(html, size, page, writer)
    while document.size().height() > page.height() and size > _SMALLEST:
        size -= 0.5
        document = _document(html, size, page, writer)
    scale = min(1.0, page.height() / max(document.size().height(), 1.0))
    painter.save()
    painter.scale(scale, scale)
    document.drawContents(painter)
    painter.restore()


def _document(html: str, points: float, page: QSizeF, writer: QPdfWriter) -> QTextDocument:
    document = QTextDocument()
    document.documentLayout().setPaintDevice(writer)
    font = QFont(sans(11))
    font.setPointSizeF(points)
    document.setDefaultFont(font)
    document.setHtml(f"<body style='color:black'>{html}</body>")
    document.setTextWidth(page.width())
    return document


def questions_html(sheet: Worksheet) -> str:
    """Return the first page: what is given, and the questions with lines to write on."""
    asked = "".join(
        f"<p>{place}. {escape(question.text)}{' &nbsp; '.join(['________'] * question.blanks)}</p>"
        for place, question in enumerate(sheet.questions, start=1)
    )
    given = "".join(
        "<table><tr>"
        + "".join(f"<td style='padding-right:14px'>{_matrix_html(matrix)}</td>" for matrix in row)
        + "</tr></table>"
        for row in in_rows(sheet.given)
    )
    return f"{_head(sheet, 'Questions')}{given}{asked}"


def in_rows(matrices: Sequence[NamedMatrix]) -> list[list[NamedMatrix]]:
    """Return matrices in rows that a page has room for."""
    rows: list[list[NamedMatrix]] = []
    left = 0
    for matrix in matrices:
        width = _characters(matrix)
        if not rows or width > left:
            rows.append([])
            left = _PAGE_CHARACTERS
        rows[-1].append(matrix)
        left -= width
    return rows


def _characters(matrix: NamedMatrix) -> int:
    """Return about how many characters wide a matrix is written."""
    values = matrix.values.reshape(-1, matrix.values.shape[-1])
    columns = sum(max(len(number(float(value))) for value in column) + 2 for column in values.T)
    return max(columns, len(matrix.symbol) + len(matrix.shape_text) + 3) + 3


def key_html(sheet: Worksheet) -> str:
    """Return the second page: every question with its answer and how it is calculated."""
    answers = "".join(
        f"<p>{place}. " + "<br>&nbsp;&nbsp;".join(escape(line) for line in question.key) + "</p>"
        for place, question in enumerate(sheet.questions, start=1)
    )
    return _head(sheet, "Key") + answers


def _head(sheet: Worksheet, part: str) -> str:
    return f"<h3>{escape(sheet.title)} · {part}</h3><p>{escape(sheet.setting)}</p>"


def _matrix_html(matrix: NamedMatrix) -> str:
    values = matrix.values.reshape(-1, matrix.values.shape[-1])
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td align='right' style='padding:1px 5px; white-space:nowrap'>{number(float(value))}</td>"
            for value in row
        )
        + "</tr>"
        for row in values
    )
    return f"<p>{escape(matrix.symbol)} ({matrix.shape_text})</p><table border='1' cellspacing='0'>{rows}</table>"

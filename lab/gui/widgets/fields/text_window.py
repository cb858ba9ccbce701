"""A window with a text to read: headings, lists and tables written in Markdown."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextBlockFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QDialog, QTextBrowser, QVBoxLayout, QWidget

_MARGIN = 18
_ABOVE_HEADING, _ABOVE_TEXT = 16, 5
_LINE_HEIGHT = 125  # per cent


class TextWindow(QDialog):
    """Shows a text beside the window it belongs to, which goes on; closing deletes it."""

    def __init__(self, title: str, markdown: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.text = QTextBrowser(self)
        self.text.setAccessibleName(title)
        self.text.setMarkdown(markdown)
        _give_room(self.text.document())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.text)
        self.resize(640, 560)

    @classmethod
    def bring(cls, title: str, markdown: str, parent: QWidget) -> None:
        """Show the text in front: in the window of that title where one is open, else in a new one."""
        opened = [each for each in parent.findChildren(cls) if each.windowTitle() == title]
        window = opened[0] if opened else cls(title, markdown, parent)
        window.show()
        window.raise_()
        window.activateWindow()


def _give_room(document: QTextDocument) -> None:
    """Set blocks and lines apart: Markdown comes without a style, and a document's style sheet is for HTML alone."""
    document.setDocumentMargin(_MARGIN)
    block = document.begin()
    while block.isValid():
        room = QTextBlockFormat()
        is_later_heading = block.blockFormat().headingLevel() > 0 and block.blockNumber() > 0
        room.setTopMargin(_ABOVE_HEADING if is_later_heading else _ABOVE_TEXT)
        room.setLineHeight(_LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        QTextCursor(block).mergeBlockFormat(room)
        block = block.next()

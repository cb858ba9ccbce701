"""A window with a text in Markdown."""

from pytestqt.qtbot import QtBot

from lab.gui.widgets.fields.text_window import TextWindow

TEXT = "# News\n\nOne.\n\n## Older\n\n- two\n- three\n"


def test_markdown_is_shown_as_headings_and_lists_that_stand_apart(qtbot: QtBot) -> None:
    window = TextWindow("News", TEXT)
    qtbot.addWidget(window)
    document = window.text.document()
    blocks = [document.findBlockByNumber(number) for number in range(document.blockCount())]
    assert [block.text() for block in blocks] == ["News", "One.", "Older", "two", "three"]
    assert [block.blockFormat().headingLevel() for block in blocks] == [1, 0, 2, 0, 0]
    above = [block.blockFormat().topMargin() for block in blocks]
    assert above[2] > above[1] > 0
    assert window.text.isReadOnly()


def test_a_closed_window_is_deleted(qtbot: QtBot) -> None:
    window = TextWindow("News", TEXT)
    window.show()
    with qtbot.waitSignal(window.destroyed):
        window.close()

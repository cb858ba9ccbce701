"""A lazy page makes its content once, when it is first wanted."""

from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from lab.gui.widgets.fields.lazy_page import LazyPage


def test_the_content_is_made_at_the_first_showing_and_only_then(qtbot: QtBot) -> None:
    made: list[QWidget] = []

    def make() -> QWidget:
        made.append(QLabel("here"))
        return made[-1]

    page = LazyPage(make)
    qtbot.addWidget(page)
    assert not made
    for _ in range(2):
        page.show()
        page.hide()
    assert made == [page.content]
    page.show()
    assert page.content.isVisible()

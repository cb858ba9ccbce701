"""A cell as the sum that it is: one line that always shows, and below it, when wanted, every term of it."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QToolButton, QVBoxLayout, QWidget

from lab.gui.theme import mono, set_role

Term = tuple[str, str, float]
"""A term by its names, in numbers, and what it comes to."""

_HEIGHT = 118


class SumView(QFrame):
    """Shows texts only; the terms stand in their order or the largest first, and can be scrolled and copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "outline")
        self.line = QLabel()
        self.all_terms, self.largest = QToolButton(), QToolButton()
        self.terms = QPlainTextEdit()
        self._number = 0
        self._make: Callable[[], tuple[Sequence[Term], str]] = _nothing
        self._dress_parts()
        head = QHBoxLayout()
        head.addWidget(self.line, 1)
        for button in (self.largest, self.all_terms):
            head.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(9, 4, 6, 4)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self.terms)
        self.all_terms.toggled.connect(self._on_all_terms_toggled)
        self.largest.toggled.connect(self._on_largest_toggled)
        self._show_buttons()

    def _dress_parts(self) -> None:
        self.line.setWordWrap(True)
        self.line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.line.setAccessibleName("The chosen cell as a sum")
        self.all_terms.setCheckable(True)
        self.all_terms.setToolTip("List every term of the sum")
        self.largest.setCheckable(True)
        self.largest.setText("Largest first")
        self.largest.setToolTip("Sort the terms by their size; else they stand in the order of their index")
        self.terms.setFont(mono(11))
        self.terms.setReadOnly(True)
        self.terms.setWordWrapMode(QTextOption.WrapMode.NoWrap)
        self.terms.setFixedHeight(_HEIGHT)
        self.terms.setAccessibleName("All terms of the sum")
        self.terms.setTabChangesFocus(True)
        self.terms.hide()

    def text(self) -> str:
        """Return the line that always shows."""
        return self.line.text()

    def say(self, text: str, role: str) -> None:
        """Show a sentence in place of a sum."""
        self.show_sum(text, 0, _nothing, role)

    def show_sum(
        self, line: str, number: int, make: Callable[[], tuple[Sequence[Term], str]], role: str = "mono"
    ) -> None:
        """Show a sum: its line, how many terms it has, and what makes them and their foot where they are listed."""
        if line != self.line.text():
            self.line.setText(line)
        set_role(self.line, role)
        self._make = make
        if number != self._number:
            self._number = number
            self._show_buttons()
        self._list_terms()

    def _show_buttons(self) -> None:
        number = self._number
        self.all_terms.setVisible(number > 0)
        self.all_terms.setText(f"{number:,} terms" if number != 1 else "1 term")
        self.largest.setVisible(number > 1 and self.all_terms.isChecked())
        self.terms.setVisible(number > 0 and self.all_terms.isChecked())

    def _list_terms(self) -> None:
        if not self.terms.isVisible():
            return
        terms, foot = self._make()
        order = range(len(terms))
        chosen = sorted(order, key=lambda k: -abs(terms[k][2])) if self.largest.isChecked() else order
        width = max((len(terms[k][1]) for k in order), default=0)
        lines = [f"{terms[k][2] + 0.0:+12.6g}  =  {terms[k][1]:<{width}}   {terms[k][0]}" for k in chosen]
        text = "\n".join([*lines, foot] if foot else lines).replace("-", "−")
        if text == self.terms.toPlainText():
            return
        place = self.terms.verticalScrollBar().value()
        self.terms.setPlainText(text)
        self.terms.verticalScrollBar().setValue(place)

    @Slot(bool)
    def _on_all_terms_toggled(self, _listed: bool) -> None:
        self._show_buttons()
        self._list_terms()

    @Slot(bool)
    def _on_largest_toggled(self, _first: bool) -> None:
        self._list_terms()


def _nothing() -> tuple[Sequence[Term], str]:
    return (), ""

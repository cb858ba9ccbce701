"""Questions about a file that can be read in more than one way: a sentence each, with the answers side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from lab.gui.theme import set_role
from lab.gui.widgets.fields.segmented import Segmented

_MOST_SHOWN = 5


@dataclass(frozen=True)
class Question:
    """What is asked of one thing, `name`: a sentence, the answers as (name, title, help), and the one that holds.

    `chosen` is empty where none holds yet. `topic` tells questions of different kinds apart.
    """

    name: str
    sentence: str
    answers: tuple[tuple[str, str, str], ...]
    chosen: str
    topic: str = ""


class QuestionList(QWidget):
    """Shows the first five questions and how many more there are; hidden where there is none."""

    answered = Signal(str, str, str)  # the question's topic and name, the answer's name

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._questions: list[Question] = []
        self._rows: list[QWidget] = []
        self.sentences: list[QLabel] = []
        self.answers: list[Segmented] = []
        self.more = QLabel()
        set_role(self.more, "dim")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)
        self._layout.addWidget(self.more)
        self.hide()

    def show_questions(self, questions: Sequence[Question]) -> None:
        """Show these questions; the rows are made anew only where others are asked."""
        shown = list(questions[:_MOST_SHOWN])
        if shown != self._questions:
            self._questions = shown
            self._make_rows()
        hidden = len(questions) - len(shown)
        self.more.setText(f"{hidden} more questions follow; answer these first.")
        self.more.setVisible(hidden > 0)
        self.setVisible(bool(questions))

    def _make_rows(self) -> None:
        for row in self._rows:
            self._layout.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows, self.sentences, self.answers = [], [], []
        for place, question in enumerate(self._questions):
            row = self._row(question)
            self._layout.insertWidget(place, row)
            self._rows.append(row)

    def _row(self, question: Question) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        sentence = QLabel(question.sentence)
        sentence.setWordWrap(True)
        sentence.setTextFormat(Qt.TextFormat.PlainText)
        answers = Segmented()
        answers.set_items([title for _, title, _ in question.answers], [hint for *_, hint in question.answers])
        names = [name for name, *_ in question.answers]
        if question.chosen in names:
            answers.set_current(names.index(question.chosen))
        else:
            answers.clear_current()
        answers.setAccessibleName(f"How {question.name} is read")
        answers.current_changed.connect(partial(self._on_answered, question.topic, question.name, names))
        line.addWidget(sentence, 1)
        line.addWidget(answers, 0, Qt.AlignmentFlag.AlignTop)
        self.sentences.append(sentence)
        self.answers.append(answers)
        return row

    def _on_answered(self, topic: str, name: str, names: list[str], place: int) -> None:
        self.answered.emit(topic, name, names[place])

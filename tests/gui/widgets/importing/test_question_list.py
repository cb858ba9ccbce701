"""Questions are shown a few at a time, each with the answer that holds, and tell what is chosen."""

import pytest
from pytestqt.qtbot import QtBot

from lab.gui.widgets.importing.question_list import Question, QuestionList

_ANSWERS = (("point", "1.5", "A point."), ("comma", "1,5", "A comma."))


def _question(name: str, chosen: str = "point") -> Question:
    return Question(name, f"{name} could be read in two ways.", _ANSWERS, chosen)


@pytest.fixture
def questions(qtbot: QtBot) -> QuestionList:
    one = QuestionList()
    qtbot.addWidget(one)
    return one


def test_nothing_to_ask_is_nothing_to_see(questions: QuestionList) -> None:
    questions.show_questions([])
    assert questions.isHidden()


def test_an_answer_names_its_question(questions: QuestionList, qtbot: QtBot) -> None:
    questions.show_questions([_question("a"), _question("b", "comma")])
    assert [label.text() for label in questions.sentences] == [
        "a could be read in two ways.",
        "b could be read in two ways.",
    ]
    assert [answers.current() for answers in questions.answers] == [0, 1]
    with qtbot.waitSignal(questions.answered) as told:
        questions.answers[1].set_current(0)
    assert told.args == ["", "b", "point"]


def test_many_questions_say_how_many_more_there_are(questions: QuestionList) -> None:
    questions.show_questions([_question(str(number)) for number in range(8)])
    assert len(questions.sentences) == 5
    assert questions.more.text().startswith("3 more questions")
    assert not questions.more.isHidden()


def test_the_same_questions_keep_their_rows(questions: QuestionList) -> None:
    questions.show_questions([_question("a")])
    before = questions.answers[0]
    questions.show_questions([_question("a")])
    assert questions.answers[0] is before


def test_a_question_without_an_answer_yet_has_no_button_down_and_takes_any(
    questions: QuestionList, qtbot: QtBot
) -> None:
    questions.show_questions([Question("encoding", "Which?", _ANSWERS, "", "layout")])
    assert questions.answers[0].current() == -1
    with qtbot.waitSignal(questions.answered) as told:
        questions.answers[0].set_current(0)
    assert told.args == ["layout", "encoding", "point"]

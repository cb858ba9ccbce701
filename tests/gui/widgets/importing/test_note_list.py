"""Notes on a file stand one below the other, three lines at the most."""

from pytestqt.qtbot import QtBot

from lab.gui.widgets.importing.note_list import NoteList


def test_notes_beyond_the_third_line_are_counted_and_stand_in_its_tooltip(qtbot: QtBot) -> None:
    notes = NoteList()
    qtbot.addWidget(notes)
    notes.show_notes(["one", "two"])
    assert [line.text() for line in notes.lines if not line.isHidden()] == ["one", "two"]
    notes.show_notes([f"note {number}" for number in range(5)])
    assert [line.text() for line in notes.lines] == ["note 0", "note 1", "and 3 more notes"]
    assert notes.lines[2].toolTip() == "note 2\nnote 3\nnote 4"

"""An undo list walks back and forth over the states that were kept, whatever they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.gui.workspace.undo_list import UndoList


@given(st.lists(st.sampled_from(["edit", "undo", "redo"]), max_size=40))
def test_it_walks_as_a_list_with_a_mark_does(actions: list[str]) -> None:
    states, at = [0], 0
    edits: UndoList[int] = UndoList(100)
    for number, action in enumerate(actions, start=1):
        now = states[at]
        if action == "edit":
            edits.keep(now)
            states, at = [*states[: at + 1], number], at + 1
        elif action == "undo" and edits.can_undo:
            at -= 1
            assert edits.undo(now) == states[at]
        elif action == "redo" and edits.can_redo:
            at += 1
            assert edits.redo(now) == states[at]
        assert (edits.can_undo, edits.can_redo) == (at > 0, at < len(states) - 1)


def test_the_oldest_states_are_forgotten() -> None:
    edits: UndoList[int] = UndoList(3)
    for state in range(10):
        edits.keep(state)
    assert [edits.undo(-1), edits.undo(9), edits.undo(8)] == [9, 8, 7]
    with pytest.raises(IndexError):
        edits.undo(7)


def test_a_state_is_found_before_and_after_and_the_list_stands_there() -> None:
    edits: UndoList[int] = UndoList(9)
    for state in range(4):
        edits.keep(state)
    assert edits.go_to(4, lambda state: state <= 2) == 2
    assert edits.go_to(2, lambda state: state == 4) == 4
    assert edits.go_to(4, lambda state: state == 7) is None
    assert edits.undo(4) == 3


def test_an_edit_forgets_what_was_taken_back_and_so_does_a_part_of_one() -> None:
    edits: UndoList[int] = UndoList(9)
    edits.keep(0)
    edits.undo(1)
    edits.forget_redo()
    assert not edits.can_redo
    edits.keep(0)
    edits.clear()
    assert not edits.can_undo

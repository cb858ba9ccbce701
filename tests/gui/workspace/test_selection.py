"""What is looked at: told once, and only when it changes."""

from lab.gui.workspace.selection import Selection


def heard(selection: Selection) -> list[tuple[object, ...]]:
    """Collect what the selection says."""
    facts: list[tuple[object, ...]] = []
    selection.matrix_changed.connect(lambda *fact: facts.append(fact))
    selection.form_changed.connect(lambda *fact: facts.append(fact))
    return facts


def test_it_begins_with_the_error_of_the_first_layer() -> None:
    selection = Selection()
    assert (selection.layer, selection.matrix, selection.one_example) == (0, "delta", False)


def test_a_layer_keeps_the_matrix_of_the_same_name() -> None:
    selection = Selection()
    facts = heard(selection)
    selection.choose(0, "dW")
    selection.choose(2)
    assert facts == [(0, "dW"), (2, "dW")]


def test_choosing_the_same_again_is_no_news() -> None:
    selection = Selection()
    facts = heard(selection)
    selection.choose(0, "delta")
    selection.choose(0)
    selection.choose_form(False)
    assert facts == []


def test_the_form_of_the_equations_is_told() -> None:
    selection = Selection()
    facts = heard(selection)
    selection.choose_form(True)
    selection.choose_form(True)
    assert facts == [(True,)]
    assert selection.one_example

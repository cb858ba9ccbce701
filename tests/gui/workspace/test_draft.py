"""The draft: every edit is a new experiment, undo and redo walk among them, and shapes follow."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.core.network import Network
from lab.experiment.datasets import describe_data
from lab.experiment.forms.data_specs import DataSpec
from lab.experiment.forms.problems import SpecError
from lab.experiment.spec import Experiment
from lab.gui.workspace.draft import Draft

Make = Callable[..., Experiment]

BASE = Experiment.model_validate(
    {
        "data": {"source": "iris"},
        "layers": [{"units": 5, "kind": "dense"}, {"kind": "dense", "units": 3, "activation": "softmax"}],
    }
)


def edit_a_dense(draft: Draft, **fields: object) -> None:
    """Edit the first dense layer, where there is one."""
    dense = [place for place, layer in enumerate(draft.experiment.layers) if layer.kind == "dense"]
    if dense:
        draft.edit_layer(dense[0], **fields)


EDITS: dict[str, Callable[[Draft], None]] = {
    "units": lambda draft: edit_a_dense(draft, units=6 + draft.experiment.seed),
    "activation": lambda draft: edit_a_dense(draft, activation="sigmoid"),
    "add": lambda draft: draft.add_layer(len(draft.experiment.layers) - 1),
    "dropout": lambda draft: draft.add_layer(len(draft.experiment.layers) - 1, "dropout"),
    "remove": lambda draft: draft.remove_layer(len(draft.experiment.layers) - 2),
    "move": lambda draft: draft.move_layer(0, 1),
    "rate": lambda draft: draft.edit_optimizer(learning_rate=draft.experiment.training.optimizer.learning_rate / 2),
    "batch": lambda draft: draft.edit_training(batch_size=draft.experiment.training.batch_size + 1),
    "seed": lambda draft: draft.edit(seed=draft.experiment.seed + 1),
    "data": lambda draft: draft.edit_data(DataSpec(source="digits")),
}


def with_facts(experiment: Experiment) -> Draft:
    """Return a draft that knows its data."""
    draft = Draft(experiment)
    draft.want_data()
    draft.take_facts((experiment.data, experiment.seed), describe_data(experiment.data, experiment.seed), None)
    return draft


# edits


def test_an_edit_leaves_the_old_experiment_as_it_was(experiment: Make) -> None:
    old = experiment()
    draft = Draft(old)
    draft.edit_layer(0, units=9)
    assert (old.layers[0].units, draft.experiment.layers[0].units) == (5, 9)


def test_every_edit_is_told_once(experiment: Make) -> None:
    draft, told = Draft(experiment()), []
    draft.changed.connect(lambda: told.append(draft.experiment))
    draft.edit_training(epochs=7)
    draft.edit_training(epochs=7)  # the same again is no edit
    assert [each.training.epochs for each in told] == [7]
    assert draft.can_undo


def test_a_value_that_is_not_valid_is_refused_with_the_field(experiment: Make) -> None:
    old = experiment()
    draft = Draft(old)
    with pytest.raises(SpecError, match=r"training\.optimizer\.learning_rate.*above 0"):
        draft.edit_optimizer(learning_rate=-1.0)
    assert draft.experiment is old
    assert not draft.can_undo


@pytest.mark.parametrize(("below", "units"), [(5, 2), (3, 2), (40, 20), (1000, 64)])
def test_a_new_layer_is_half_as_wide_as_what_comes_in(experiment: Make, below: int, units: int) -> None:
    draft = with_facts(experiment(hidden=(below,)))
    draft.add_layer(1)
    assert [layer.units for layer in draft.experiment.layers] == [below, units, 3]


def test_a_layer_of_another_kind_can_be_put_in(experiment: Make) -> None:
    draft = with_facts(experiment())
    draft.add_layer(1, "dropout")
    assert [layer.kind for layer in draft.experiment.layers] == ["dense", "dropout", "dense"]
    assert [(row.inputs, row.outputs) for row in draft.rows()] == [(4, 5), (5, 5), (5, 3)]


def test_the_last_layer_that_is_left_stays(experiment: Make) -> None:
    draft = Draft(experiment(hidden=()))
    draft.remove_layer(0)
    assert len(draft.experiment.layers) == 1
    assert not draft.can_undo


def test_a_layer_moves_where_there_is_room(experiment: Make) -> None:
    draft = Draft(experiment(hidden=(7, 8)))
    draft.move_layer(0, 1)
    assert [layer.units for layer in draft.experiment.layers] == [8, 7, 3]
    draft.move_layer(0, -1)
    draft.move_layer(2, 1)
    assert [layer.units for layer in draft.experiment.layers] == [8, 7, 3]


# undo and redo


@given(st.lists(st.sampled_from(sorted(EDITS)), max_size=12))
def test_undo_leads_back_and_redo_forth_again(names: list[str]) -> None:
    draft = Draft(BASE)
    seen = [BASE]
    for name in names:
        EDITS[name](draft)
        if draft.experiment != seen[-1]:
            seen.append(draft.experiment)
    for back in reversed(seen[:-1]):
        draft.undo()
        assert draft.experiment == back
    assert not draft.can_undo
    for forth in seen[1:]:
        draft.redo()
        assert draft.experiment == forth
    assert not draft.can_redo


def test_with_nothing_to_take_back_undo_and_redo_do_nothing(experiment: Make) -> None:
    draft, told = Draft(experiment()), []
    draft.changed.connect(lambda: told.append(True))
    draft.undo()
    draft.redo()
    assert not told


def test_an_edit_after_undo_ends_the_other_way(experiment: Make) -> None:
    draft = Draft(experiment())
    draft.edit(seed=1)
    draft.undo()
    draft.edit(seed=2)
    draft.redo()
    assert draft.experiment.seed == 2


# data


def test_only_other_data_or_another_seed_are_read_anew(experiment: Make) -> None:
    draft, requests = with_facts(experiment()), []
    draft.data_wanted.connect(lambda data, seed: requests.append((data.source, seed)))
    draft.edit_layer(0, units=9)
    draft.edit_training(batch_size=3)
    assert requests == []
    draft.edit(seed=8)
    draft.edit_data(DataSpec(source="digits"))
    assert requests == [("iris", 8), ("digits", 8)]


def test_an_answer_to_an_older_request_is_passed_over(experiment: Make) -> None:
    draft = with_facts(experiment())
    old = draft.experiment
    draft.edit_data(DataSpec(source="digits"))
    draft.take_facts((old.data, old.seed), describe_data(old.data, 99), None)
    assert draft.reading
    assert draft.problem() == "the data is still being read"


def test_data_that_cannot_be_read_leave_the_facts_of_the_last_ones(experiment: Make) -> None:
    draft = with_facts(experiment())
    facts = draft.facts
    draft.edit_data(DataSpec(path="/nowhere.csv"))
    draft.take_facts((draft.experiment.data, draft.experiment.seed), None, "nowhere.csv cannot be read.")
    assert draft.facts is facts
    assert draft.problem() == "nowhere.csv cannot be read."


# what it comes to


@given(st.lists(st.integers(1, 40), max_size=4), st.sampled_from(["iris", "digits"]))
def test_shapes_and_parameters_are_those_of_the_network(hidden: list[int], source: str) -> None:
    layers = [{"kind": "dense", "units": units} for units in (*hidden, 3)]
    draft = with_facts(Experiment.model_validate({"data": {"source": source}, "layers": layers}))
    made = [spec.make() for spec in draft.experiment.layers]
    network = Network(4 if source == "iris" else 64, made, loss="half_squared_error")
    rows = draft.rows()
    assert [row.shapes["W"] for row in rows] == [layer.W.shape for layer in network.layers]
    assert [row.shapes["b"] for row in rows] == [layer.b.shape for layer in network.layers]
    assert sum(row.parameters for row in rows) == network.parameters.size


def test_a_problem_of_the_stack_names_its_layer(experiment: Make) -> None:
    draft = with_facts(experiment(output=4))
    assert draft.problem() == "layer 2: the data has 3 classes, the output 4: set 3 units"
    draft.edit_layer(1, units=3)
    assert draft.problem() is None


def test_the_same_data_chosen_again_are_read_again(experiment: Make) -> None:
    """Their file may have been corrected since; that is no edit, so there is nothing to undo."""
    draft = with_facts(experiment())
    requests, told = [], []
    draft.data_wanted.connect(lambda *request: requests.append(request))
    draft.changed.connect(lambda: told.append(draft.reading))
    draft.edit_data(draft.experiment.data, seed=draft.experiment.seed)
    assert requests == [(draft.experiment.data, draft.experiment.seed)]
    assert told == [True]
    assert not draft.can_undo


@pytest.mark.parametrize("watcher", [{"early_stopping": {"patience": 3}}, {"schedule": {"kind": "plateau"}}])
def test_data_without_a_validation_part_leave_nothing_that_would_watch_it(
    watcher: dict[str, object], experiment: Make
) -> None:
    """Else the draft would be one that no file may hold, and what was saved of it could not be opened."""
    draft = Draft(experiment())
    draft.edit_training(**watcher)
    draft.edit_data(draft.experiment.data.changed(split=(0.8, 0, 0.2)))
    assert Experiment.model_validate(draft.experiment.model_dump()) == draft.experiment
    draft.undo()
    assert draft.experiment.training.model_dump()[next(iter(watcher))] is not None
    assert draft.experiment.data.split[1] > 0

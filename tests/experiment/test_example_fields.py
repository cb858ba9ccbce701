"""The fields of an example: numbers in their unit, categories as choices, and the same x back when nothing changes."""

from pathlib import Path

import numpy as np

from lab.data.dataset import Dataset
from lab.experiment.datasets import DataFacts, describe_data, load_dataset
from lab.experiment.example_fields import OTHER, completed, example_fields
from lab.experiment.forms.data_specs import DataSpec
from lab.experiment.readings.example_answer import Answer, Ranges
from lab.experiment.tried_example import answer_text, pinned_target, place_text, range_warning, taken

PETS = "weight,colour,size,kind\n" + "\n".join(
    f"{weight},{colour},{size},{kind}"
    for weight, colour, size, kind in [
        (4, "red", "small", "cat"),
        (20, "black", "large", "dog"),
        (7, "white", "middle", "cat"),
    ]
    * 5
)


def pets(folder: Path) -> Dataset:
    (folder / "pets.csv").write_text(PETS, encoding="utf-8")
    columns = {"size": {"use": "ordinal", "order": ["small", "middle", "large"]}, "colour": {"use": "one_hot"}}
    spec = {"path": str(folder / "pets.csv"), "target": "kind", "columns": columns}
    return load_dataset(DataSpec.model_validate(spec))


def test_a_table_has_a_number_a_choice_and_an_order(tmp_path: Path) -> None:
    data = pets(tmp_path)
    weight, colour, size = example_fields(data)
    assert (weight.name, weight.options) == ("weight", ())
    assert colour.is_group
    assert set(colour.options) == {"red", "black", "white", OTHER}
    assert size.options == ("small", "middle", "large")
    x = data.x[1].copy()
    assert weight.value(x) == 20
    assert colour.options[int(colour.value(x))] == "black"
    assert size.options[int(size.value(x))] == "large"


def test_writing_what_is_shown_changes_nothing_and_a_choice_makes_the_row_of_another(tmp_path: Path) -> None:
    data = pets(tmp_path)
    fields = example_fields(data)
    for row in data.x[:3]:
        x = row.copy()
        for field in fields:
            field.write(x, field.value(x))
        assert np.array_equal(x, row)
    x = data.x[0].copy()
    for field, value in zip(fields, [field.value(data.x[1]) for field in fields], strict=True):
        field.write(x, value)
    assert np.array_equal(x, data.x[1])
    colour = fields[1]
    colour.write(x, colour.options.index(OTHER))
    assert colour.options[int(colour.value(x))] == OTHER


def test_inputs_that_are_computed_follow_the_two_that_are_set() -> None:
    data = load_dataset(DataSpec.model_validate({"source": "moons", "features": ["x1^2", "x1*x2"]}))
    fields = example_fields(data, ("x1^2", "x1*x2"))
    assert [field.name for field in fields] == ["x1", "x2"]
    x = data.x[0].copy()
    fields[0].write(x, 3.0)
    fields[1].write(x, -2.0)
    assert completed(x, ("x1^2", "x1*x2")).tolist() == [3.0, -2.0, 9.0, -6.0]


def facts_of(**data: object) -> DataFacts:
    return describe_data(DataSpec.model_validate(data), 1)


def test_an_answer_is_told_with_what_is_true_where_it_is_known() -> None:
    facts = facts_of(source="iris")
    example = taken(facts, "validation", 2)
    true = int(facts.dataset.y[example.row])
    shares = np.full(3, 0.1)
    shares[true] = 0.8
    name = facts.dataset.class_names[true]
    assert answer_text(facts, example, Answer(shares)) == f"Taken for {name}: right"
    wrong = answer_text(facts, example, Answer(np.roll(shares, 1)))
    assert wrong.endswith(f"wrong, it is {name}")
    own = example.changed(example.x + 1)
    assert answer_text(facts, own, Answer(shares)) == f"Taken for {name}"
    assert place_text(facts, own) == "made by you"
    assert answer_text(facts, own, Answer(np.zeros(0), "No number.")) == "No number."
    assert pinned_target(facts, example, Answer(np.roll(shares, 1))) == true
    assert pinned_target(facts, own, Answer(np.roll(shares, 1))) == (true + 1) % 3


def test_a_number_to_predict_is_told_with_its_name() -> None:
    facts = facts_of(source="diabetes")
    example = taken(facts, "train", 0)
    assert answer_text(facts, example, Answer(np.array([151.26]))).startswith("progression: 151.3   (true: ")
    assert pinned_target(facts, example.changed(example.x), Answer(np.array([7.0]))) == (7.0,)


def test_what_lies_outside_the_training_is_named() -> None:
    facts = facts_of(source="iris")
    example = taken(facts, "train", 0)
    ranges = Ranges(facts.dataset.x.min(axis=0), facts.dataset.x.max(axis=0), 150)
    assert range_warning(facts, example, ranges) == ""
    far = example.changed(example.x + np.array([0.0, 100.0, 0.0, 0.0]))
    assert "sepal width" in range_warning(facts, far, ranges)
    assert "seen: 2 to 4.4" in range_warning(facts, far, ranges)
    assert "and 1 more" in range_warning(facts, example.changed(example.x - 100.0), ranges)


def test_many_pixels_outside_are_told_and_a_few_are_not() -> None:
    facts = facts_of(source="digits")
    example = taken(facts, "train", 0)
    ranges = Ranges(np.zeros(64), np.zeros(64), 10)
    assert "of 64 pixels" in range_warning(facts, example, ranges)
    one = np.zeros(64)
    one[3] = 9
    assert range_warning(facts, example.changed(one), ranges) == ""

"""What examples and outputs are called: by their row of the file, their class, their place in a set of pictures."""

from pathlib import Path

import numpy as np

from lab.data.dataset import Dataset
from lab.experiment.datasets import load_dataset
from lab.experiment.example_names import example_hint, example_name, output_names, widest_name
from lab.experiment.forms.data_specs import DataSpec


def test_an_example_of_a_file_goes_by_its_row_there(tmp_path: Path) -> None:
    file = tmp_path / "pets.csv"
    file.write_text("ears,kind\n0.1,cat\n,dog\n0.3,dog\n0.4,cat\n0.5,dog\n", encoding="utf-8")
    columns = {"ears": {"use": "number", "missing": "drop_rows"}}
    dataset = load_dataset(DataSpec.model_validate({"path": str(file), "target": "kind", "columns": columns}))
    assert dataset.examples == 4
    assert example_name(dataset, 1) == "3 · dog"
    assert example_hint(dataset, 1) == "pets.csv, row 3, line 4: dog"


def test_a_picture_and_a_number_to_predict_say_what_they_are() -> None:
    pictures = load_dataset(DataSpec(source="digits"))
    number = int(pictures.y[4])
    assert example_hint(pictures, 4) == f"picture 5 of {pictures.title}: {pictures.class_names[number]}"
    numbers = Dataset("n", "N", np.zeros((2, 1)), np.array([[0.5, 2.0], [1.0, 3.0]]), (), ("x",), None,
                      target_names=("u", "v"))  # fmt: skip
    assert example_name(numbers, 0) == "1 · 0.5, 2"
    assert output_names(numbers, 2) == ("u", "v")


def test_one_output_for_two_classes_is_the_second_one() -> None:
    two = Dataset("t", "T", np.zeros((2, 1)), np.array([0, 1]), ("no", "yes"), ("x",), None)
    assert output_names(two, 1) == ("yes",)
    assert output_names(two, 2) == ("no", "yes")
    assert output_names(two, 5) == ()
    assert len(widest_name(two)) >= max(len(example_name(two, row)) for row in range(2))

"""A file is told in words and becomes a whole experiment; an experiment that says nothing of its texts is completed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lab.experiment.forms.data_specs import ColumnSpec, DataSpec
from lab.experiment.inspection import inspect, inspection_lines, starting_experiment, with_proposed_columns
from lab.experiment.session import Session
from lab.experiment.spec import Experiment, format_experiment, parse_experiment
from lab.storage.model_file import model_of

Make = Callable[..., Experiment]

_PETS = "Id,name,age,price,kind\n" + "".join(
    f"{n},{'Rex' if n % 2 else 'Mia'},{n % 7},${n % 5}.50,{'cat' if n % 3 else 'dog'}\n" for n in range(1, 31)
)


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    file = tmp_path / "pets.csv"
    file.write_text(_PETS, encoding="utf-8")
    return file


def test_a_file_is_told_with_what_is_proposed(pets: Path) -> None:
    lines = list(inspection_lines(*inspect(pets)))
    assert lines[0] == "pets.csv: CSV or other text, 30 rows × 5 columns"
    assert lines[1] == "layout: delimiter ',', decimal sign ., ascii, header of 1 lines"
    assert lines[2].split() == ["Id", "number", "1,", "2,", "3", "Left", "out."]
    assert "target: kind, task: classes; 30 rows, 0 left out, 4 inputs, 2 classes." in lines
    assert lines[-1] == "'Id' counts the rows, 1 to 30, which tells nothing of new ones; it is left out."
    assert any("The column 'price' is read as a number with something around it" in line for line in lines)


def test_what_is_proposed_is_an_experiment_that_trains(pets: Path) -> None:
    experiment = starting_experiment(*inspect(pets))
    again = parse_experiment(format_experiment(experiment, pets.parent), pets.parent)
    assert again == experiment
    session = Session(again)
    session.run_epoch()
    assert session.history.epochs[-1].train_loss < 2


def test_an_experiment_that_says_nothing_of_its_texts_is_completed_and_says_so(pets: Path, tmp_path: Path) -> None:
    plain = starting_experiment(*inspect(pets)).model_copy(update={"data": DataSpec(path=str(pets), target="kind")})
    completed, notes = with_proposed_columns(plain)
    assert notes[0] == (
        "pets.csv: nothing is said of its columns, and some hold texts, so this is taken: 'Id' drop, 'name' one_hot, "
        "'age' number, 'price' number."
    )
    model = model_of(Session(completed))
    assert model.experiment.data.columns["name"].use == "one_hot"
    assert model.feature_names == ("name=Mia", "name=Rex", "age", "price")


def test_an_experiment_that_decides_on_columns_stays_as_it_is(pets: Path) -> None:
    data = DataSpec(path=str(pets), target="kind", columns={"name": ColumnSpec(use="drop")})
    experiment = starting_experiment(*inspect(pets)).model_copy(update={"data": data})
    assert with_proposed_columns(experiment) == (experiment, ())

"""From the data part of an experiment to its dataset and the counts of its parts."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lab.data.errors import DataError
from lab.data.sets.sources import SOURCES
from lab.experiment.datasets import describe_data, load_dataset, share_out
from lab.experiment.forms.data_specs import DataSpec


def _csv(folder: Path) -> str:
    file = folder / "pets.csv"
    rows = "".join(f"{number},{number % 2},{number % 3}\n" for number in range(40))
    file.write_text("weight,tame,legs\n" + rows, encoding="utf-8")
    return str(file)


@pytest.mark.parametrize("source", SOURCES)
def test_a_bundled_set_is_loaded_by_its_name(source: str) -> None:
    assert load_dataset(DataSpec(source=source)).name == source


@pytest.mark.parametrize(
    ("target", "classes", "inputs"),
    [("tame", ("0", "1"), ("weight", "legs")), ("legs", ("0", "1", "2"), ("weight", "tame"))],
)
def test_a_file_is_read_with_its_target(
    tmp_path: Path, target: str, classes: tuple[str, ...], inputs: tuple[str, ...]
) -> None:
    data = load_dataset(DataSpec(path=_csv(tmp_path), target=target))
    assert data.class_names == classes
    assert data.feature_names == inputs
    assert data.examples == 40


def test_without_a_target_the_last_column_is_it(tmp_path: Path) -> None:
    assert load_dataset(DataSpec(path=_csv(tmp_path))).class_names == ("0", "1", "2")


def test_a_file_that_is_not_there_is_a_data_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.csv does not exist"):
        load_dataset(DataSpec(path=str(tmp_path / "none.csv"), target="kind"))


@pytest.mark.parametrize("source", ["iris", "digits"])
def test_the_parts_that_are_described_are_those_that_are_shared_out(source: str) -> None:
    spec = DataSpec(source=source, split=(0.6, 0.3, 0.1))
    facts = describe_data(spec, seed=3)
    split = share_out(facts.dataset, spec, seed=3)
    assert (facts.train, facts.validation, facts.test) == tuple(map(len, (split.train, split.validation, split.test)))
    assert facts.train + facts.validation + facts.test == facts.dataset.examples
    assert facts.train == pytest.approx(0.6 * facts.dataset.examples, rel=0.05)


def test_the_seed_decides_the_split() -> None:
    spec = DataSpec(source="iris")
    data = load_dataset(spec)
    one, same, other = (share_out(data, spec, seed).train for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def test_one_row_can_be_read_but_not_learnt_from(tmp_path: Path) -> None:
    file = tmp_path / "one.csv"
    file.write_text("a,b,kind\n1,2,cat\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"one\.csv has a single row to learn from; add a line for each example"):
        load_dataset(DataSpec(path=str(file)))


def test_a_file_of_one_class_is_refused_with_its_name(tmp_path: Path) -> None:
    file = tmp_path / "cats.csv"
    file.write_text("a,kind\n1,cat\n2,cat\n3,cat\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"cats\.csv, column 'kind': all 3 examples are of the class 'cat'"):
        load_dataset(DataSpec(path=str(file)))


def test_the_split_of_folders_is_kept_and_validation_is_taken_from_train(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    for part, many in (("train", 10), ("test", 4)):
        for name in ("cat", "dog"):
            (tmp_path / part / name).mkdir(parents=True)
            for number in range(many):
                pixels = rng.integers(0, 255, (3, 3), np.uint8)
                Image.fromarray(pixels).save(tmp_path / part / name / f"{number}.png")
    data = DataSpec(path=str(tmp_path), split=(0.6, 0.2, 0.2))
    dataset = load_dataset(data)
    for seed in (1, 2):
        split = share_out(dataset, data, seed)
        assert [dataset.origins.place(row).split("/")[0] for row in split.test] == ["test"] * 8  # type: ignore[union-attr]
        assert (len(split.train), len(split.validation)) == (15, 5) or len(split.validation) in (4, 6)
        assert sorted([*split.train, *split.validation]) == np.flatnonzero(dataset.parts == 0).tolist()
    assert dataset.notes == ("Its folders are kept as the split: 8 in test, 20 in train.",)


def test_names_of_rows_are_no_input_unless_something_is_said_of_them(tmp_path: Path) -> None:
    rows = "".join(f'"{n}",{n % 5},{n % 3},"{"xy"[n % 2]}"\n' for n in range(1, 13))
    (tmp_path / "r.csv").write_text('"a","b","kind"\n' + rows, encoding="utf-8")
    (tmp_path / "pandas.csv").write_text(',"a","b","kind"\n' + rows, encoding="utf-8")
    from_r, from_pandas = (DataSpec(path=str(tmp_path / name)) for name in ("r.csv", "pandas.csv"))
    assert load_dataset(from_r).feature_names == ("a", "b")
    assert load_dataset(from_r.changed(columns={"row names": {"use": "number"}})).inputs == 3
    assert load_dataset(from_pandas).inputs == 3
    assert load_dataset(from_pandas.changed(layout={"index": True})).feature_names == ("a", "b")

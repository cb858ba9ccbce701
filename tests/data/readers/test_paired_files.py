"""The second file of a set is found by the name of the first."""

import pytest

from lab.data.readers.paired_files import pair_names

_SETS = [
    ("X.npy", "y.npy"),
    ("x.npy", "y.npy"),
    ("X", "Y"),
    ("iris_x.npy", "iris_y.npy"),
    ("X_train.npy", "y_train.npy"),
    ("train_X.npy", "train_y.npy"),
    ("mnist-images.npy", "mnist-labels.npy"),
    ("Test Images.npy", "Test Labels.npy"),
    ("iris_data", "iris_target"),
    ("train-images-idx3-ubyte", "train-labels-idx3-ubyte"),
    ("data_x.npy", "data_y.npy"),
    ("x_x.npy", "x_y.npy"),
    ("a.features.npy", "a.labels.npy"),
]


@pytest.mark.parametrize("pair", _SETS)
def test_each_of_the_two_tells_the_other(pair: tuple[str, str]) -> None:
    assert pair in list(pair_names(pair[0]))
    assert pair in list(pair_names(pair[1]))


@pytest.mark.parametrize("name", ["table.npy", "proxy.npy", "xy.npy", "", "mydata.npy"])
def test_a_name_without_such_a_word_has_no_partner(name: str) -> None:
    assert list(pair_names(name)) == []


def test_the_likeliest_partner_comes_first() -> None:
    assert next(pair_names("train_images.npy")) == ("train_images.npy", "train_labels.npy")
    assert next(pair_names("y.npy")) == ("x.npy", "y.npy")


def test_a_name_is_always_one_of_its_own_pairs() -> None:
    for name in ("data_y.npy", "x-images-labels.npy"):
        assert all(name in pair and pair[0] != pair[1] for pair in pair_names(name))

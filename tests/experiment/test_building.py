"""From an experiment to its network: every setting arrives, and class weights have mean 1 on the training set."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lab.core.layers import LAYERS, Layer
from lab.data.dataset import Dataset
from lab.data.errors import DataError
from lab.data.subsets.scaling import fit_scaling
from lab.experiment.building import build_network, prepare_parts
from lab.experiment.datasets import load_dataset, share_out
from lab.experiment.forms.data_specs import DataSpec
from lab.experiment.forms.problems import SpecError
from lab.experiment.session import Session
from lab.experiment.spec import Experiment
from lab.storage.run_file import save_run

NAMES = ("ant", "bee", "cow")


def _dataset(names: tuple[str, ...] = NAMES, counts: tuple[int, ...] = (10, 30, 60)) -> Dataset:
    y = np.repeat(np.arange(len(counts)), counts)
    x = np.random.default_rng(0).normal(y[:, None], 1.0, (len(y), 2))
    return Dataset("own", "Own", x, y, names, ("one", "two"), None)


def _experiment(weights: Any, units: int = 3, split: Any = (0.6, 0.2, 0.2), **training: Any) -> Experiment:
    output, loss = ("softmax", "cross_entropy") if units > 1 else ("sigmoid", "binary_cross_entropy")
    return Experiment.model_validate(
        {
            "seed": 3,
            "data": {"source": "iris", "split": split},
            "layers": [{"kind": "dense", "units": units, "activation": output}],
            "training": {"loss": loss, "class_weights": weights, **training},
        }
    )


def _weights(experiment: Experiment, dataset: Dataset) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Return the network's class weights and the number of training examples of each class."""
    session = Session(experiment, dataset)
    found = session.network.targets.class_weights
    assert found is not None
    return found.astype(np.float64), np.bincount(session.parts["train"].y, minlength=dataset.classes)


@pytest.mark.parametrize(
    "weights", ["balanced", {"bee": 4.0}, {"ant": 0.0, "cow": 0.5}, {"ant": 3, "bee": 1, "cow": 2}]
)
def test_class_weights_have_mean_1_over_the_training_examples(weights: Any) -> None:
    found, counts = _weights(_experiment(weights), _dataset())
    assert (found * counts).sum() / counts.sum() == pytest.approx(1, rel=1e-6)


def test_weights_go_by_the_names_of_the_classes_and_1_where_none_is_given() -> None:
    found, _ = _weights(_experiment({"cow": 3.0, "ant": 0.5}), _dataset())
    np.testing.assert_allclose(found / found[1], [0.5, 1.0, 3.0], rtol=1e-6)


def test_balanced_weights_make_every_class_count_alike() -> None:
    found, counts = _weights(_experiment("balanced"), _dataset())
    assert counts.tolist() == [6, 18, 36]
    np.testing.assert_allclose(found * counts, 20, rtol=1e-6)


def test_the_weights_are_those_of_the_training_set_and_not_of_all_data() -> None:
    first, counts = _weights(_experiment("balanced"), _dataset())
    assert (counts < [10, 30, 60]).all()
    other, _ = _weights(_experiment("balanced", split=(0.3, 0.7, 0.0)), _dataset())
    np.testing.assert_allclose(first, other, rtol=0.2)


@pytest.mark.parametrize("weights", ["balanced", {"yes": 9.0, "no": 1.0}])
def test_one_output_unit_has_the_weights_of_two_classes(weights: Any) -> None:
    found, counts = _weights(_experiment(weights, 1), _dataset(("no", "yes"), (40, 10)))
    assert found.shape == (2,)
    assert (found * counts).sum() == pytest.approx(counts.sum())
    assert found[1] / found[0] == pytest.approx(4.0 if weights == "balanced" else 9.0)


def test_without_weights_there_are_none() -> None:
    assert Session(_experiment(None), _dataset()).network.targets.class_weights is None


@pytest.mark.parametrize("size", [1e-300, 1e300])
def test_weights_may_be_of_any_size(size: float) -> None:
    found, counts = _weights(_experiment({"ant": size, "bee": 2 * size, "cow": size}), _dataset())
    np.testing.assert_allclose(found / found[0], [1, 2, 1], rtol=1e-6)
    assert (found * counts).sum() == pytest.approx(counts.sum())


def _problems(weights: Any) -> tuple[str, ...]:
    with pytest.raises(SpecError) as caught:
        Session(_experiment(weights), _dataset())
    return caught.value.problems


def test_a_name_that_no_class_has_is_refused_with_those_there_are() -> None:
    (problem,) = _problems({"bea": 2.0, "cow": 1.0})
    assert problem == "training.class_weights: 'bea' is not one of ant, bee, cow; did you mean bee?"
    assert len(_problems({"x": 1.0, "ant": 1.0, "y": 2.0})) == 2


def test_weights_that_leave_no_example_are_refused() -> None:
    (problem,) = _problems({"ant": 0.0, "bee": 0.0, "cow": 0})
    assert problem.startswith("training.class_weights: 0 for every class")


# everything else that a network is built from


def test_every_setting_of_the_training_reaches_the_network() -> None:
    experiment = _experiment("balanced", dtype="float64", reduction="sum", label_smoothing=0.2)
    network = Session(experiment, _dataset()).network
    assert (network.loss, network.reduction, network.seed) == ("cross_entropy", "sum", 3)
    assert network.dtype == np.float64
    assert network.targets.label_smoothing == 0.2
    assert (network.inputs, network.outputs) == (2, 3)


def test_a_stack_of_all_kinds_is_built_as_it_is_written() -> None:
    fields = _experiment(None).model_dump()
    hidden = [
        {"kind": "dense", "units": 5, "activation": "softmax", "temperature": 2.0, "bias": 0.5},
        {"kind": "batch_norm", "momentum": 0.3, "epsilon": 0.01},
        {"kind": "activation", "activation": "silu"},
        {"kind": "dropout", "rate": 0.25},
        {"kind": "layer_norm", "epsilon": 0.02},
        {"kind": "prelu", "first": 0.1},
    ]
    experiment = Experiment.model_validate(fields | {"layers": [*hidden, *fields["layers"]]})
    dataset = _dataset()
    parts = prepare_parts(experiment, dataset, share_out(dataset, experiment.data, 0)).parts
    layers: list[Layer[Any]] = build_network(experiment, dataset, parts["train"]).layers
    assert [layer.kind for layer in layers] == [*(each["kind"] for each in hidden), "dense"]
    assert {layer.kind for layer in layers} == set(LAYERS)
    assert (layers[0].units, layers[0].activation.temperature, layers[0].bias) == (5, 2.0, 0.5)
    assert (layers[1].momentum, layers[1].epsilon) == (0.3, 0.01)
    assert layers[2].activation.name == "silu"
    assert (layers[3].rate, layers[4].epsilon) == (0.25, 0.02)


def test_a_file_that_changed_since_it_was_read_is_told_before_it_is_read_again(tmp_path: Path) -> None:
    x = np.random.default_rng(0).normal(size=(40, 2))
    np.save(tmp_path / "pets_x.npy", x)
    np.save(tmp_path / "pets_y.npy", np.arange(40) % 3)
    experiment = _experiment(None)
    data = DataSpec(path=str(tmp_path / "pets_x.npy"))
    experiment = experiment.model_copy(update={"data": data})
    dataset = load_dataset(data)
    split = share_out(dataset, data, 0)
    session = Session(experiment, dataset)
    with (tmp_path / "pets_x.npy").open("ab") as stream:
        stream.write(b"more")
    session.step()  # so few numbers were scaled once and are kept
    for read in (
        lambda: share_out(dataset, data, 0),
        lambda: fit_scaling("standard", dataset.x, None, split.train, dataset.watch),
        lambda: prepare_parts(experiment, dataset, split),
        lambda: save_run(tmp_path / "run", session),
    ):
        with pytest.raises(DataError, match=r"^pets_x\.npy changed while it was in use"):
            read()

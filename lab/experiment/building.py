"""From an experiment and its data to the parts that are trained on and the untrained network."""

import numpy as np

from lab.core.network import Network
from lab.core.targets import balanced_weights, mean_one
from lab.core.types import Array
from lab.data.batch import Batches
from lab.data.dataset import Dataset
from lab.data.scaling import Scaling, fit_scaling
from lab.experiment.datasets import share_out
from lab.experiment.problems import SpecError, not_one_of
from lab.experiment.spec import Experiment


def prepare_parts(experiment: Experiment, dataset: Dataset) -> tuple[Scaling, dict[str, Batches]]:
    """Share the rows out, fit the scaling on the training rows alone, and make the parts ready for gathering."""
    split = share_out(dataset, experiment.data, experiment.seed)
    scaling = fit_scaling(experiment.data.scaling, dataset.x[split.train], dataset.pixel_max)
    dtype = np.dtype(experiment.training.dtype)
    rows = {"train": split.train, "validation": split.validation, "test": split.test}
    return scaling, {name: Batches(dataset.x, dataset.y, part, scaling, dtype) for name, part in rows.items()}


def build_network(experiment: Experiment, dataset: Dataset, train: Batches) -> Network:
    """Return the experiment's untrained network; SpecError for class weights that do not fit the classes."""
    training = experiment.training
    return Network(
        dataset.inputs,
        [spec.make() for spec in experiment.layers],
        training.loss,
        training.reduction,
        experiment.seed,
        training.dtype,
        label_smoothing=training.label_smoothing,
        class_weights=_class_weights(training.class_weights, dataset, train),
    )


def _class_weights(asked: str | dict[str, float] | None, dataset: Dataset, train: Batches) -> Array | None:
    """Return a weight for every class with mean 1 over the training examples, or None."""
    if asked is None:
        return None
    counts = np.bincount(train.y, minlength=dataset.classes)
    if isinstance(asked, str):
        return mean_one(balanced_weights(counts), counts)
    if unknown := [name for name in asked if name not in dataset.class_names]:
        raise SpecError([f"training.class_weights: {not_one_of(name, dataset.class_names)}" for name in unknown])
    weights = np.array([asked.get(name, 1.0) for name in dataset.class_names])
    if not weights[counts > 0].any():
        raise SpecError(["training.class_weights: 0 for every class of the training set; one must be above 0"])
    return mean_one(weights, counts)
